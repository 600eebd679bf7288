package roads

import "context"

// abreast is one goroutine's room for searches that go abreast, as lanes: from
// positions near one another, up together through all that lies above any of
// them, and down together over what is listed of a sweep. Each node and link is
// looked at once for all of them, and a processor does many lanes at once.
type abreast struct {
	*kernel
	todo rising
	row  []uint32 // by node: which of rows is its; 0 where it has none
	// Of the climb: rows, and by row the node. Row 0 is nobody's and always far.
	rows  []lanes
	nodes []uint32
	to    []uint32 // rows to which links lead from the node at hand
	by    []cost   // what they cost
	// Of the way down.
	seed []uint32 // by place: the row of the climb that is there
	down []lanes  // by row of the sweep
	turned
}

func newAbreast(nodes int) *abreast {
	return &abreast{
		todo: newRising(nodes), row: make([]uint32, nodes),
		rows: []lanes{farLanes}, nodes: []uint32{none},
	}
}

// at gives the row of a node in the climb, which comes by it from now on.
func (b *abreast) at(node uint32) uint32 {
	r := b.row[node]
	if r == 0 {
		r = uint32(len(b.rows))
		b.row[node] = r
		b.rows, b.nodes = append(b.rows, farLanes), append(b.nodes, node)
		b.todo.add(node)
	}
	return r
}

// climb goes up from what is seeded.
func (b *abreast) climb(up *links) {
	for v := b.todo.next(); v != none; v = b.todo.next() {
		i, last := up.of(v)
		b.to, b.by = b.to[:0], b.by[:0]
		by := up.c[i:last]
		for k, u := range up.to[i:last] {
			if by[k] < noCost {
				b.to, b.by = append(b.to, b.at(u)), append(b.by, by[k])
			}
		}
		b.push(b.rows, b.row[v], b.to, b.by)
	}
}

// spread goes down over what a sweep has laid out, and forgets the climb.
func (b *abreast) spread(w *sweep) {
	if cap(b.down) < w.rows {
		b.down = make([]lanes, w.rows+w.rows/4)
	}
	if n := len(w.row); cap(b.seed) < n {
		b.seed = make([]uint32, n+n/4)
	}
	b.down, b.seed = b.down[:w.rows], b.seed[:len(w.row)]
	for r, v := range b.nodes[1:] {
		if p := w.place[v]; p != none {
			b.seed[p] = uint32(r + 1)
		}
	}
	b.pull(b.down, b.rows, w.row, b.seed, w.first, w.to, w.by)
	for _, v := range b.nodes[1:] {
		if p := w.place[v]; p != none {
			b.seed[p] = 0
		}
		b.row[v] = 0
	}
	b.rows, b.nodes = b.rows[:1], b.nodes[:1]
}

// abreast does the matrix with searches from the few, width of them at a time, to the
// many.
func (m *matrix) abreast(ctx context.Context, k *kernel, s *facing, put func(i, j int, costs []cost)) error {
	w := s.above
	s.few.byEdge = inOrder(s.few.list)
	if !s.recalled {
		s.many.byEdge = inOrder(s.many.list)
		w.lay(s.down, &s.many)
		defer w.lift()
	}
	place := make([]uint32, len(s.many.list))
	for p, j := range s.many.byEdge {
		place[j] = uint32(p)
	}
	order := s.few.byEdge
	return m.share(ctx, (len(order)+width-1)/width, func(q *query, batch int) {
		group := order[batch*width : min(len(order), (batch+1)*width)]
		b := m.pools.abreast()
		b.kernel = k
		defer m.pools.room.abreast.Put(b)
		for lane, i := range group {
			for k := s.few.first[i]; k < s.few.first[i+1]; k++ {
				at := &b.rows[b.at(s.few.node[k])][lane]
				*at = min(*at, s.few.c[k]+s.few.lifted)
			}
		}
		b.climb(s.up)
		b.spread(w)
		b.collect(s, place, group, put)
		m.onEdges(q, s, group, put)
	})
}

// collect hands over what the lanes of a group have found at places.
func (b *abreast) collect(s *facing, place, group []uint32, put func(i, j int, costs []cost)) {
	lifted := s.few.lifted + s.many.lifted
	for from := 0; from < len(place); from += turnedPlaces {
		places := place[from:min(len(place), from+turnedPlaces)]
		for lane := 0; lane < len(group); lane += turnedLanes {
			b.turn(b.down, lane, places, lifted, &b.turned, 0)
			for l, i := range group[lane:min(len(group), lane+turnedLanes)] {
				s.put(put, int(i), from, b.turned[l][:len(places)])
			}
		}
	}
}

// onEdges corrects the ways between positions of one edge, on which the climbs'
// meeting isn't the whole truth.
func (m *matrix) onEdges(q *query, s *facing, group []uint32, put func(i, j int, costs []cost)) {
	for _, i := range group {
		for _, j := range onEdge(s.many.list, s.many.byEdge, s.few.list[i].edge) {
			c := [1]cost{s.cost(q, int(i), int(j))}
			s.put(put, int(i), int(j), c[:])
		}
	}
}
