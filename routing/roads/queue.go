package roads

// queue is a 4-ary heap of nodes by the milliseconds at which they are reached; a
// node's label tells the centimetres too. A node may be in it more than once. Who
// takes it out at more than its label's milliseconds skips it; at just those, it
// may be taken more than once, as often as its length has got less meanwhile.
//
// An entry is one number, milliseconds before the node: so small heaps, as those
// of climbs are, fit in a few lines of a cache, and are kept in order without
// jumps that a processor can't foresee.
type queue []uint64

func (h *queue) push(ms, node uint32) {
	e := uint64(ms)<<32 | uint64(node)
	*h = append(*h, e)
	a := *h
	i := len(a) - 1
	for i > 0 {
		p := (i - 1) / 4
		if a[p] <= e {
			break
		}
		a[i] = a[p]
		i = p
	}
	a[i] = e
}

// next gives the least milliseconds. The queue must not be empty.
func (h queue) next() uint32 { return uint32(h[0] >> 32) }

func (h *queue) pop() (ms, node uint32) {
	a := *h
	top, n := a[0], len(a)-1
	e := a[n]
	a = a[:n]
	*h = a
	ms, node = uint32(top>>32), uint32(top)
	if n == 0 {
		return ms, node
	}
	i, child := 0, 1
	for child+4 <= n {
		four := a[child : child+4 : child+4]
		x, y, m, k := four[0], four[2], child, child+2
		if four[1] < x {
			x, m = four[1], child+1
		}
		if four[3] < y {
			y, k = four[3], child+3
		}
		if y < x {
			x, m = y, k
		}
		if x >= e {
			a[i] = e
			return ms, node
		}
		a[i] = x
		i, child = m, 4*m+1
	}
	if child < n {
		m := child
		for j := child + 1; j < n; j++ {
			if a[j] < a[m] {
				m = j
			}
		}
		if a[m] < e {
			a[i] = a[m]
			i = m
		}
	}
	a[i] = e
	return ms, node
}
