package roads

import (
	"math"
	"slices"
)

// facing are the two lists of positions of a matrix as its searches see them: they
// start at the few and look for the many, against the roads' direction where
// the ends are the few.
type facing struct {
	few, many side
	back      bool // the few are the matrix's ends
	up, down  *links
	above     *sweep // has listed what lies above any of the many
}

// side is a list of positions with the nodes at which ways begin that start there, or end
// that lead there.
type side struct {
	list  []position
	first []uint32 // by position, one more than there are
	node  []uint32
	// What a way costs more than it costs to be at the node. It may be less than
	// nothing: at a node with turns one is at the end of an arc.
	c      []cost
	lifted cost     // by so much, at most, any of them is less than nothing
	byEdge []uint32 // positions in the order of their edges, for searches abreast
}

// facing finds them. The sweep is to be put back.
func (m *matrix) facing() *facing {
	q := m.pools.query()
	defer m.pools.put(q)
	from, to := newSide(m.from), newSide(m.to)
	for i := range m.from {
		q.sources(&m.from[i], from.add)
		from.end()
	}
	for j := range m.to {
		q.targets(&m.to[j], func(node uint32, more, less cost) { to.add(node, more-less) })
		to.end()
	}
	s := &facing{few: from, many: to, up: &m.h.up, down: &m.h.down, above: m.pools.sweep()}
	if len(m.to) < len(m.from) {
		s.few, s.many, s.back, s.up, s.down = to, from, true, s.down, s.up
	}
	for _, node := range s.many.node {
		s.above.mark(node)
	}
	s.above.rise(s.down)
	return s
}

// crowded says whether positions lie so near one another that searches abreast
// are faster than climbs one by one. Both times are in nanoseconds, as on a
// server of 2019, and rough. On a large map with few positions, what lies above
// the many has little in common, and a climb comes by a part of it only.
func (s *facing) crowded() bool {
	few, many, links := float64(len(s.few.list)), float64(len(s.many.list)), float64(s.above.links)
	abreast := math.Ceil(few/width) * links * 7.5
	climb := 10_000 + 40*links/many
	return abreast < (few+many)*climb+few*many*15
}

// put hands over costs between one of the few and some of the many that stand in a
// row.
func (s *facing) put(put func(i, j int, costs []cost), few, many int, costs []cost) {
	if !s.back {
		put(few, many, costs)
		return
	}
	for k := range costs {
		put(many+k, few, costs[k:k+1])
	}
}

// cost finds what the way costs between one of the few and one of the many.
func (s *facing) cost(q *query, few, many int) cost {
	if s.back {
		return q.cost(&s.many.list[many], &s.few.list[few])
	}
	return q.cost(&s.few.list[few], &s.many.list[many])
}

func newSide(list []position) side {
	return side{list: list, first: make([]uint32, 1, len(list)+1), node: make([]uint32, 0, 2*len(list)), c: make([]cost, 0, 2*len(list))}
}

func (e *side) add(node uint32, c cost) {
	e.node, e.c = append(e.node, node), append(e.c, c)
	if int64(c) < -int64(e.lifted) {
		e.lifted = -c
	}
}

func (e *side) end() { e.first = append(e.first, uint32(len(e.node))) }

// onEdge lists the positions on an edge, of which order has all in the order of
// their edges.
func onEdge(list []position, order []uint32, edge uint32) []uint32 {
	from, _ := slices.BinarySearchFunc(order, edge, func(i, edge uint32) int { return int(list[i].edge) - int(edge) })
	last := from
	for last < len(order) && list[order[last]].edge == edge {
		last++
	}
	return order[from:last]
}
