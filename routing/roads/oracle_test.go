package roads

import (
	"container/heap"
)

// naive searches the plain way: a map of labels, the standard library's heap, no
// stopping early. It starts with the arcs of one position and knows every
// state's cost when it is done.
type naive struct {
	g     *graph
	label map[uint32]cost // by state
}

type naiveEntry struct {
	at  cost
	arc uint32
}

type naiveHeap []naiveEntry

func (h naiveHeap) Len() int           { return len(h) }
func (h naiveHeap) Less(i, j int) bool { return h[i].at < h[j].at }
func (h naiveHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *naiveHeap) Push(x any)        { *h = append(*h, x.(naiveEntry)) }
func (h *naiveHeap) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}

func searchNaively(g *graph, from *position) *naive {
	n := &naive{g: g, label: map[uint32]cost{}}
	h := &naiveHeap{}
	follow := func(state uint32, at cost) {
		for t := g.turnFirst[state]; t < g.turnFirst[state+1]; t++ {
			next := g.turnTo[t]
			arc := next
			if int(next) >= len(g.arcs) {
				arc = g.copyOf[int(next)-len(g.arcs)]
			}
			if sign := g.turnMS[t] >> 24; sign > 0 && g.holding[sign/64]>>(sign%64)&1 == 1 {
				continue
			}
			c := at + cost(g.turnMS[t]&0xffffff)<<32 + g.arcs[arc]
			if old, ok := n.label[next]; !ok || c < old {
				n.label[next] = c
				heap.Push(h, naiveEntry{c, next})
			}
		}
	}
	for dir := range uint32(2) {
		if arc := 2*from.edge + dir; g.leaves(from, dir) {
			follow(arc, g.arcs[arc]-from.at[dir])
		}
	}
	for h.Len() > 0 {
		e := heap.Pop(h).(naiveEntry)
		if e.at == n.label[e.arc] && !g.shut(g.base(e.arc)) {
			follow(e.arc, e.at)
		}
	}
	return n
}

// cost gives the cost to a position, by coming over the start of its arc, or
// straight along the edge.
func (n *naive) cost(from, to *position) cost {
	best := noCost
	for dir := range uint32(2) {
		arc := 2*to.edge + dir
		if from.edge == to.edge && n.g.joined(from, to, dir) {
			best = min(best, to.at[dir]-from.at[dir])
		}
		if !n.g.enters(to, dir) {
			continue
		}
		if end, ok := n.label[arc]; ok {
			best = min(best, end-n.g.arcs[arc]+to.at[dir])
		}
		for i, of := range n.g.copyOf {
			if end, ok := n.label[uint32(len(n.g.arcs)+i)]; ok && of == arc {
				best = min(best, end-n.g.arcs[arc]+to.at[dir])
			}
		}
	}
	return best
}

// plainCosts searches from one node of the extract to all, over the segments as
// the ways have them: no edges, no turns, nothing shared with the network but
// the profile's speeds and the rounding of a segment's time.
func plainCosts(s *source, mode int, start uint32) map[uint32]cost {
	type hop struct {
		to uint32
		c  cost
	}
	hops := map[uint32][]hop{}
	for _, w := range s.ways {
		u := w.use[mode]
		refs := s.refs[w.first:w.last]
		for k := 1; k < len(refs); k++ {
			a, b := refs[k-1], refs[k]
			if a == b || s.lon[a] == missing || s.lon[b] == missing || (s.barrier[a]|s.barrier[b])>>mode&1 == 1 {
				continue
			}
			cm := uint64(centimetres(s.lon[a], s.lat[a], s.lon[b], s.lat[b]))
			if v := uint64(u.along); v > 0 {
				hops[a] = append(hops[a], hop{b, cost((cm*360+v/2)/v)<<32 | cost(cm)})
			}
			if v := uint64(u.against); v > 0 {
				hops[b] = append(hops[b], hop{a, cost((cm*360+v/2)/v)<<32 | cost(cm)})
			}
		}
	}
	best := map[uint32]cost{start: 0}
	h := &naiveHeap{{0, start}}
	for h.Len() > 0 {
		e := heap.Pop(h).(naiveEntry)
		if e.at > best[e.arc] {
			continue
		}
		for _, n := range hops[e.arc] {
			if old, ok := best[n.to]; !ok || e.at+n.c < old {
				best[n.to] = e.at + n.c
				heap.Push(h, naiveEntry{e.at + n.c, n.to})
			}
		}
	}
	return best
}
