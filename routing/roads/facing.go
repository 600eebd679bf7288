package roads

import (
	"math"
	"slices"
)

// facing are the two lists of positions of a matrix as its searches see them: they
// start at the few and look for the many, against the roads' direction where they
// start at the ends (see fromEnds).
type facing struct {
	few, many side
	back      bool // the few are the matrix's ends
	up, down  *links
	above     *sweep // has listed what lies above any of the many
	recalled  bool   // above is known's: laid out already, and not to be changed
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

// facing finds them. They are to be let go of.
func (m *matrix) facing() *facing {
	q := m.pools.query()
	defer m.pools.put(q)
	starts := func(list []position) side { return newSide(list, q, q.sources) }
	ends := func(list []position) side {
		return newSide(list, q, func(p *position, each func(node uint32, c cost)) {
			q.targets(p, func(node uint32, more, less cost) { each(node, more-less) })
		})
	}
	s := &facing{up: &m.h.up, down: &m.h.down}
	few, many, fewSide, manySide := m.from, m.to, starts, ends
	if m.fromEnds() {
		s.back, s.up, s.down = true, s.down, s.up
		few, many, fewSide, manySide = many, few, manySide, fewSide
	}
	s.few = fewSide(few)
	reach := m.pools.room.reach(s.down, m.h.nodes())
	if l := m.pools.known.recall(s.back, many, manySide, s.down, reach, m.h.nodes()); l != nil {
		s.many, s.above, s.recalled = l.many, l.above, true
		return s
	}
	s.many, s.above = manySide(many), m.pools.sweep()
	s.above.above(&s.many, s.down, reach)
	return s
}

// fromEnds says whether searches start at the ends. Fewer go abreast then where
// there are fewer ends, but costs are handed over one by one, since a search's do not
// stand in a row: 10,000 of them take about as long as to search once more.
func (m *matrix) fromEnds() bool {
	times := func(list []position) int { return (len(list) + width - 1) / width }
	saved := times(m.from) - times(m.to)
	return len(m.to) == 1 || saved*10_000 > len(m.from)*len(m.to)
}

func (m *matrix) letGo(s *facing) {
	if !s.recalled {
		m.pools.room.sweeps.Put(s.above)
	}
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

// newSide makes the side of a list; each gives the nodes of a position, with a query.
func newSide(list []position, q *query, each func(p *position, each func(node uint32, c cost))) side {
	s := side{list: list, first: make([]uint32, 1, len(list)+1), node: make([]uint32, 0, 2*len(list)), c: make([]cost, 0, 2*len(list))}
	add := func(node uint32, c cost) {
		s.node, s.c = append(s.node, node), append(s.c, c)
		if int64(c) < -int64(s.lifted) {
			s.lifted = -c
		}
	}
	const ahead = 8 // positions, so that what they need from memory comes together
	for i := range list {
		if i+ahead < len(list) {
			q.fetch(&list[i+ahead])
		}
		each(&list[i], add)
		s.first = append(s.first, uint32(len(s.node)))
	}
	return s
}

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
