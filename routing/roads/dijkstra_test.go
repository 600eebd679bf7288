package roads

// search is Dijkstra's algorithm over arcs, as fast as it goes without a
// hierarchy: the oracle for that, and what it is measured against. A label is the
// cost of having come to an arc's end.
type search struct {
	g      *graph
	label  []cost   // by arc; noCost where not reached
	parent []uint32 // by arc: the arc before; none for the first ones
	seen   []uint32 // arcs with a label
	heap   queue

	wanted []uint32 // by arc: how many targets wait for it
	open   int      // arcs that are still waited for
}

func newSearch(g *graph) *search {
	s := &search{g: g, label: make([]cost, len(g.arcs)), parent: make([]uint32, len(g.arcs)), wanted: make([]uint32, len(g.arcs))}
	for i := range s.label {
		s.label[i] = noCost
	}
	return s
}

// costs finds the cheapest way from a position to each of the others and writes
// what it costs to out, one for each. Afterwards the labels and parents are
// those of the search, until reset.
func (s *search) costs(from *position, to []position, out []cost) {
	g := s.g
	s.reset()
	for i := range to {
		s.await(&to[i])
	}
	s.start(from)
	s.run()
	for i := range to {
		q := &to[i]
		best := g.direct(from, q)
		for dir := range uint32(2) {
			if c := s.label[2*q.edge+dir]; c < noCost {
				best = min(best, c-g.rest(q, dir))
			}
			s.wanted[2*q.edge+dir] = 0
		}
		out[i] = best
	}
	s.open = 0
}

// await marks the arcs on which a target lies.
func (s *search) await(q *position) {
	for arc := 2 * q.edge; arc < 2*q.edge+2; arc++ {
		if s.g.open(arc) {
			if s.wanted[arc] == 0 {
				s.open++
			}
			s.wanted[arc]++
		}
	}
}

// start puts the arcs that follow a position's own on the heap. Its own arcs
// get no label from this, so that coming back to them counts as a way.
func (s *search) start(from *position) {
	g := s.g
	for dir := range uint32(2) {
		arc := 2*from.edge + dir
		if g.open(arc) {
			s.relax(arc, g.rest(from, dir), none)
		}
	}
}

// relax labels what follows an arc that was left at a cost.
func (s *search) relax(arc uint32, at cost, parent uint32) {
	g := s.g
	for t := g.turnFirst[arc]; t < g.turnFirst[arc+1]; t++ {
		next := g.turnTo[t]
		c := at + costOf(g.turnMS[t], 0) + g.arcs[next]
		if c < s.label[next] {
			if s.label[next] == noCost {
				s.seen = append(s.seen, next)
			}
			s.label[next], s.parent[next] = c, parent
			s.heap.push(c, next)
		}
	}
}

// run settles arcs until all that are waited for are.
func (s *search) run() {
	for s.open > 0 && len(s.heap) > 0 {
		c, arc := s.heap.pop()
		if c > s.label[arc] {
			continue
		}
		if s.wanted[arc] > 0 {
			s.open--
		}
		s.relax(arc, c, arc)
	}
}

func (s *search) reset() {
	for _, a := range s.seen {
		s.label[a] = noCost
	}
	s.seen, s.heap = s.seen[:0], s.heap[:0]
}
