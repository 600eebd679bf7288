package roads

import "math"

// search is one goroutine's room for Dijkstra's algorithm over arcs. A label is
// the cost of having come to an arc's end. It can be used again and again.
type search struct {
	g      *graph
	label  []cost   // by arc; noCost where not reached
	parent []uint32 // by arc: the arc before; none for the first ones
	seen   []uint32 // arcs with a label
	heap   queue

	wanted []uint32 // by arc: how many targets wait for it
	open   int      // arcs that are still waited for
}

const none = math.MaxUint32

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

// path gives the arcs of the cheapest way to a position after costs, the first
// and the last of them used in part. Only one arc: the way never leaves it.
func (s *search) path(from, to *position) []uint32 {
	g := s.g
	best, last := g.direct(from, to), uint32(none)
	for dir := range uint32(2) {
		arc := 2*to.edge + dir
		if c := s.label[arc]; c < noCost && c-g.rest(to, dir) < best {
			best, last = c-g.rest(to, dir), arc
		}
	}
	if last == none {
		for dir := range uint32(2) {
			arc := 2*from.edge + dir
			if g.open(arc) && to.at[dir].cm() >= from.at[dir].cm() && to.at[dir]-from.at[dir] == best {
				return []uint32{arc}
			}
		}
		return nil
	}
	var arcs []uint32
	for arc := last; arc != none; arc = s.parent[arc] {
		arcs = append(arcs, arc)
	}
	// The arc it started on leads to the first one labelled, at the cost of it.
	first := arcs[len(arcs)-1]
	for dir := range uint32(2) {
		arc := 2*from.edge + dir
		if g.open(arc) {
			if turn, ok := g.turn(arc, first); ok && g.rest(from, dir)+turn+g.arcs[first] == s.label[first] {
				arcs = append(arcs, arc)
				break
			}
		}
	}
	for i, j := 0, len(arcs)-1; i < j; i, j = i+1, j-1 {
		arcs[i], arcs[j] = arcs[j], arcs[i]
	}
	return arcs
}

// turn gives the cost of going from one arc to another, if that is allowed.
func (g *graph) turn(from, to uint32) (cost, bool) {
	for t := g.turnFirst[from]; t < g.turnFirst[from+1]; t++ {
		if g.turnTo[t] == to {
			return costOf(g.turnMS[t], 0), true
		}
	}
	return 0, false
}

// queue is a 4-ary heap of arcs by cost. An arc may be in it more than once; the
// dearer entries are to be skipped.
type queue []entry

type entry struct {
	c   cost
	arc uint32
}

func (h *queue) push(c cost, arc uint32) {
	*h = append(*h, entry{c, arc})
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
	a[i] = entry{c, arc}
}

func (h *queue) pop() (cost, uint32) {
	a := *h
	top, n := a[0], len(a)-1
	e := a[n]
	a = a[:n]
	*h = a
	if n == 0 {
		return top.c, top.arc
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
	return top.c, top.arc
}
