package roads

import "slices"

// sweep is the room for finding the costs of all ways between one position and
// many, faster than with a climb for each: it lists once what lies above any of
// the many, climbs from the one, and goes down over what is listed, by each link
// once. Links lead to higher numbers, so that both go through the nodes in the
// order of their numbers, and need no stack and no heap.
type sweep struct {
	marked []byte   // by node, and a block of 64 behind them: 1 if above is to list it
	list   []uint32 // what above has come by, the lowest first
	span   []uint64 // by place in list: where the node's links begin and, in the upper half, where they end
	links  int      // how many of them there are
	label  []cost   // by node; means something where the last spread has been

	// What is listed, laid out for being gone over many times: a node is named by its
	// place, and what its links need stands in the order of places.
	place []uint32 // by node; none where it isn't listed
	first []uint32 // by place, one more than there are
	to    []uint32 // by link: where the row is of the place that it leads to
	by    []cost   // by link
	row   []uint32 // by place: where its row is while anybody still needs it
	rows  int      // how many there are
	last  []uint32 // by place: the last one to need its row
	free  []uint32 // rows that are to be used again
}

func newSweep(nodes int) *sweep {
	return &sweep{label: make([]cost, nodes), marked: make([]byte, (nodes+63)/64*64+64)}
}

// above lists all that can be come to from some positions' nodes by the links, of
// which it is told their reach.
func (w *sweep) above(of *side, l *links, reach []uint64) {
	for _, node := range of.node {
		w.marked[node] = 1
	}
	fastest().above(w, l, reach)
}

// climbedTo gives what a climb has found for a node, and what it has settled that is lower.
// Asked for falling numbers, it needs no look at the climb's labels, which lie far
// apart.
func climbedTo(node uint32, settled []entry) (cost, []entry) {
	for len(settled) > 0 && settled[len(settled)-1].node > node {
		settled = settled[:len(settled)-1]
	}
	if k := len(settled) - 1; k >= 0 && settled[k].node == node {
		return settled[k].c, settled[:k]
	}
	return noCost, settled
}

// lay lays out what is listed, and before it, at the first places, the positions to
// which it leads, in the order of their edges. Links that nobody can use are left
// out.
func (w *sweep) lay(l *links, to *side) {
	if w.place == nil {
		w.place = slices.Repeat([]uint32{none}, len(w.label))
	}
	positions, links := uint32(len(to.list)), w.links+len(to.node)
	for i, v := range w.list {
		w.place[v] = positions + uint32(i)
	}
	places := len(to.list) + len(w.list)
	w.first = append(slices.Grow(w.first[:0], places+1), 0)
	w.to, w.by = slices.Grow(w.to[:0], links)[:links], slices.Grow(w.by[:0], links)[:links]
	n := 0
	for _, j := range to.byEdge {
		for k := to.first[j]; k < to.first[j+1]; k++ {
			w.to[n], w.by[n] = w.place[to.node[k]], to.c[k]+to.lifted
			n++
		}
		w.first = append(w.first, uint32(n))
	}
	for _, v := range w.list {
		from, last := l.of(v)
		by := l.c[from:last]
		for k, u := range l.to[from:last] {
			w.to[n], w.by[n] = w.place[u], by[k]
			if by[k] < noCost {
				n++
			}
		}
		w.first = append(w.first, uint32(n))
	}
	w.to, w.by = w.to[:n], w.by[:n]
	w.assign(len(to.list))
}

// assign finds rows for all places. What stands in those of the positions is the
// result, and stays; another one's is used again when the last place that needs
// it has been done. So a seventh of the rows is enough, and they stay near the
// processor.
func (w *sweep) assign(positions int) {
	places := len(w.first) - 1
	w.last = slices.Grow(w.last[:0], places)[:places]
	for p := places - 1; p >= 0; p-- {
		for _, to := range w.to[w.first[p]:w.first[p+1]] {
			w.last[to] = uint32(p)
		}
	}
	w.row, w.free, w.rows = slices.Grow(w.row[:0], places)[:places], w.free[:0], positions
	for p := places - 1; p >= 0; p-- {
		list := w.to[w.first[p]:w.first[p+1]]
		for k, to := range list {
			list[k] = w.row[to]
			if w.last[to] == uint32(p) {
				w.last[to] = none // once
				w.free = append(w.free, w.row[to])
			}
		}
		switch n := len(w.free); {
		case p < positions:
			w.row[p] = uint32(p)
		case n > 0:
			w.row[p], w.free = w.free[n-1], w.free[:n-1]
		default:
			w.row[p] = uint32(w.rows)
			w.rows++
		}
	}
}

// spreadOne is spread over what is laid out. label is by row.
func (w *sweep) spreadOne(c *climb, label []cost, positions int) {
	top := c.settled
	for p := len(w.row) - 1; p >= 0; p-- {
		best := noCost
		if p >= positions {
			best, top = climbedTo(w.list[p-positions], top)
		}
		from, last := w.first[p], w.first[p+1]
		by := w.by[from:last]
		for k, row := range w.to[from:last] {
			best = min(best, label[row]+by[k])
		}
		label[w.row[p]] = best
	}
}

// lift takes the places away again.
func (w *sweep) lift() {
	for _, v := range w.list {
		w.place[v] = none
	}
}
