package roads

// search is Dijkstra's algorithm over states, as fast as it goes without a
// hierarchy: an oracle for that, and what it is measured against. A label is the
// cost of having come to the end of a state's arc.
type search struct {
	g     *graph
	label []cost // by state; noCost where not reached
	seen  []uint32
	heap  queue

	wanted []bool // by arc: a target lies on it
	open   int    // arcs that are still wanted
}

func newSearch(g *graph) *search {
	s := &search{g: g, label: make([]cost, g.states()), wanted: make([]bool, len(g.arcs))}
	for i := range s.label {
		s.label[i] = noCost
	}
	return s
}

// costs finds the cheapest way from a position to each of the others and writes
// what it costs to out, one for each.
func (s *search) costs(from *position, to []position, out []cost) {
	g := s.g
	for i := range to {
		for arc := 2 * to[i].edge; arc < 2*to[i].edge+2; arc++ {
			if g.enters(&to[i], arc&1) && !s.wanted[arc] {
				s.wanted[arc] = true
				s.open++
			}
		}
	}
	for dir := range uint32(2) {
		if arc := 2*from.edge + dir; g.leaves(from, dir) {
			s.relax(arc, g.rest(from, dir))
		}
	}
	// Within a millisecond the heap knows no order: that of the last one counts whole.
	for last := uint32(0); len(s.heap) > 0 && (s.open > 0 || s.heap.next() <= last); {
		ms, state := s.heap.pop()
		c := s.label[state]
		if ms > c.ms() {
			continue
		}
		// The first of an arc's states to be settled is the cheapest.
		if arc := g.base(state); s.wanted[arc] {
			s.wanted[arc] = false
			s.open--
			last = ms
		}
		if !g.shut(g.base(state)) {
			s.relax(state, c)
		}
	}
	for i := range to {
		q := &to[i]
		out[i] = g.direct(from, q)
		for dir := range uint32(2) {
			arc := 2*q.edge + dir
			if !g.enters(q, dir) {
				continue
			}
			end := s.label[arc]
			for c, last := g.copies(arc); c < last; c++ {
				end = min(end, s.label[c])
			}
			if end < noCost {
				out[i] = min(out[i], end-g.rest(q, dir))
			}
			s.wanted[arc] = false
		}
	}
	for _, a := range s.seen {
		s.label[a] = noCost
	}
	s.seen, s.heap, s.open = s.seen[:0], s.heap[:0], 0
}

// relax labels what follows a state that was left at a cost.
func (s *search) relax(state uint32, at cost) {
	g := s.g
	for t := g.turnFirst[state]; t < g.turnFirst[state+1]; t++ {
		next := g.turnTo[t]
		if g.barred(t) {
			continue
		}
		if c := at + g.turnCost(t) + g.arcs[g.base(next)]; c < s.label[next] {
			if s.label[next] == noCost {
				s.seen = append(s.seen, next)
			}
			s.label[next] = c
			s.heap.push(c.ms(), next)
		}
	}
}
