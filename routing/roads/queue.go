package roads

// queue is a 4-ary heap of nodes by cost. A node may be in it more than once;
// the dearer entries are to be skipped.
type queue []entry

type entry struct {
	c    cost
	node uint32
}

func (h *queue) push(c cost, node uint32) {
	*h = append(*h, entry{c, node})
	a := *h
	i := len(a) - 1
	for i > 0 {
		p := (i - 1) / 4
		if a[p].c <= c {
			break
		}
		a[i] = a[p]
		i = p
	}
	a[i] = entry{c, node}
}

func (h *queue) pop() (cost, uint32) {
	a := *h
	top, n := a[0], len(a)-1
	e := a[n]
	a = a[:n]
	*h = a
	if n == 0 {
		return top.c, top.node
	}
	i := 0
	for {
		child := 4*i + 1
		if child >= n {
			break
		}
		m := child
		for j := child + 1; j < min(child+4, n); j++ {
			if a[j].c < a[m].c {
				m = j
			}
		}
		if a[m].c >= e.c {
			break
		}
		a[i] = a[m]
		i = m
	}
	a[i] = e
	return top.c, top.node
}
