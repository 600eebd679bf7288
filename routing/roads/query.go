package roads

// query is one goroutine's room for finding ways between positions.
type query struct {
	g           *graph
	h           *hierarchy
	forth, back *climb
	todo        rising          // what both climbs have yet to come to
	loops       map[uint32]loop // by edge, of the request at hand
	row         []cost          // of a table that is made by buckets
}

// loop is what it costs to come from the end of an edge's arc (first index: 0
// along, 1 against) to the start of one of its arcs (second index), by leaving
// the edge.
type loop [2][2]cost

func newQuery(nodes int) *query {
	return &query{forth: newClimb(nodes), back: newClimb(nodes), todo: newRising(nodes), loops: map[uint32]loop{}}
}

// sources gives the nodes at which one is when leaving a position's edge, and
// what it costs to come there. Nothing leads on from a node that is shut, so that
// who starts there starts with what follows.
func (q *query) sources(from *position, each func(node uint32, at cost)) {
	for dir := range uint32(2) {
		switch arc := 2*from.edge + dir; {
		case !q.g.leaves(from, dir):
		case q.g.shut(arc):
			q.after(arc, func(node uint32, at cost) { each(node, q.g.rest(from, dir)+at) })
		default:
			each(q.h.end(q.g, arc), q.g.rest(from, dir))
		}
	}
}

// after gives the nodes that follow the end of an arc, and what it costs to come
// to them from there.
func (q *query) after(arc uint32, each func(node uint32, at cost)) {
	g := q.g
	for t := g.turnFirst[arc]; t < g.turnFirst[arc+1]; t++ {
		if next := g.turnTo[t]; !g.barred(t) {
			each(q.h.rank[next], g.turnCost(t)+g.arcs[g.base(next)])
		}
	}
}

// targets gives the nodes from which one comes to a position, and what being
// there costs more than being at the node, and what less: with turns a node is
// the end of an arc, and what lies behind the position isn't driven.
func (q *query) targets(to *position, each func(node uint32, more, less cost)) {
	for dir := range uint32(2) {
		arc := 2*to.edge + dir
		switch {
		case !q.g.enters(to, dir):
		case q.h.turns:
			q.statesOf(arc, func(node uint32) { each(node, 0, q.g.rest(to, dir)) })
		default:
			each(q.h.rank[q.g.from(arc)], to.at[dir], 0)
		}
	}
}

// statesOf gives the nodes that stand for an arc.
func (q *query) statesOf(arc uint32, each func(node uint32)) {
	each(q.h.rank[arc])
	for s, last := q.g.copies(arc); s < last; s++ {
		each(q.h.rank[s])
	}
}

// leave seeds a climb with the sources of a position.
func (q *query) leave(c *climb, from *position) {
	q.sources(from, func(node uint32, at cost) { c.seed(&q.todo, node, at) })
}

// arrive seeds a climb with the targets of a position. Seeds can't be negative,
// so all are raised by what is returned; it is in every meeting's cost then.
func (q *query) arrive(c *climb, to *position) (raised cost) {
	var ms, cm uint32
	q.targets(to, func(_ uint32, _, less cost) { ms, cm = max(ms, less.ms()), max(cm, less.cm()) })
	raised = costOf(ms, cm)
	q.targets(to, func(node uint32, more, less cost) { c.seed(&q.todo, node, raised+more-less) })
	return raised
}

// end gives the node at which one is at the end of an arc.
func (h *hierarchy) end(g *graph, arc uint32) uint32 {
	if h.turns {
		return h.rank[arc]
	}
	return h.rank[g.to(arc)]
}

// meet finds the cheapest meeting of the two climbs, seeded before, and the
// node where they meet; none where they don't.
func (q *query) meet() (best cost, node uint32) {
	best, node = noCost, none
	f, b := q.forth, q.back
	for v := q.todo.next(); v != none; v = q.todo.next() {
		x, y := f.label[v], b.label[v]
		if c := x + y; c < best {
			best, node = c, v
		}
		if x < best && !f.stalled(v, x, &q.h.down) {
			f.leave(&q.todo, v, x, &q.h.up)
		}
		if y < best && !b.stalled(v, y, &q.h.up) {
			b.leave(&q.todo, v, y, &q.h.down)
		}
	}
	return best, node
}

func (q *query) reset() {
	q.forth.reset()
	q.back.reset()
}

// cost gives what the cheapest way costs; noCost where there is none.
func (q *query) cost(from, to *position) cost {
	if q.h.turns && from.edge == to.edge {
		best, _, _ := q.onEdge(from, to)
		return best
	}
	defer q.reset()
	q.leave(q.forth, from)
	raised := q.arrive(q.back, to)
	best := noCost
	if c, node := q.meet(); node != none {
		best = c - raised
	}
	if from.edge == to.edge {
		best = min(best, q.g.direct(from, to))
	}
	return best
}

// onEdge is cost for two positions on one edge of a network with turns, where the
// climbs would meet on the edge itself and take it for driving backwards: straight along it, or out of
// one of its ends and in at one again. The two arcs are those of the first and
// last part; direct says that the way is straight along the first.
func (q *query) onEdge(from, to *position) (best cost, arcs [2]uint32, direct bool) {
	g, e := q.g, from.edge
	best = noCost
	nearest := noCost // no way round costs less
	for dir := range uint32(2) {
		if g.joined(from, to, dir) && to.at[dir]-from.at[dir] < best {
			best, direct = to.at[dir]-from.at[dir], true
			arcs = [2]uint32{2*e + dir, 2*e + dir}
		}
		for in := range uint32(2) {
			if g.leaves(from, dir) && g.enters(to, in) {
				nearest = min(nearest, g.rest(from, dir)+to.at[in])
			}
		}
	}
	if best <= nearest {
		return best, arcs, direct
	}
	l := q.loop(e)
	for dir := range uint32(2) {
		for in := range uint32(2) {
			if l[dir][in] < noCost && g.leaves(from, dir) && g.enters(to, in) {
				if c := g.rest(from, dir) + l[dir][in] + to.at[in]; c < best {
					best, direct = c, false
					arcs = [2]uint32{2*e + dir, 2*e + in}
				}
			}
		}
	}
	return best, arcs, direct
}

// loop gives an edge's loop, found once a request.
func (q *query) loop(edge uint32) loop {
	if l, ok := q.loops[edge]; ok {
		return l
	}
	l := loop{{noCost, noCost}, {noCost, noCost}}
	for dir := range uint32(2) {
		for in := range uint32(2) {
			if out, back := 2*edge+dir, 2*edge+in; q.g.open(out) && q.g.open(back) {
				if best, node := q.round(out, back); node != none {
					l[dir][in] = best - q.g.arcs[back]
				}
				q.reset()
			}
		}
	}
	q.loops[edge] = l
	return l
}

// round seeds the climbs with what follows one arc and with another one, and
// meets. The cost is from the end of the first to the end of the other.
func (q *query) round(out, back uint32) (cost, uint32) {
	q.after(out, func(node uint32, at cost) { q.forth.seed(&q.todo, node, at) })
	q.statesOf(back, func(node uint32) { q.back.seed(&q.todo, node, 0) })
	return q.meet()
}

// way is cost with the arcs that the cheapest way takes, the first and the last
// of them in part. One arc: the way never leaves it.
func (q *query) way(from, to *position) (cost, []uint32) {
	q.forth.trace(true)
	q.back.trace(true)
	defer func() {
		q.forth.trace(false)
		q.back.trace(false)
		q.reset()
	}()
	if q.h.turns && from.edge == to.edge {
		best, ends, direct := q.onEdge(from, to)
		if best >= noCost || direct {
			return best, ends[:1]
		}
		_, node := q.round(ends[0], ends[1])
		return best, q.arcs([]uint32{ends[0], q.h.arc[q.seedOf(node)]}, node)
	}
	q.leave(q.forth, from)
	raised := q.arrive(q.back, to)
	best, node := q.meet()
	if node != none {
		best -= raised
	}
	if from.edge == to.edge {
		for dir := range uint32(2) {
			if q.g.joined(from, to, dir) && to.at[dir]-from.at[dir] <= best {
				return to.at[dir] - from.at[dir], []uint32{2*from.edge + dir}
			}
		}
	}
	if node == none {
		return noCost, nil
	}
	arcs := q.arcs(q.begin(from, q.seedOf(node)), node)
	if q.h.turns {
		return best, arcs
	}
	for q.back.before[node] != none {
		node = q.back.before[node]
	}
	for dir := range uint32(2) {
		if arc := 2*to.edge + dir; q.g.open(arc) && q.h.rank[q.g.from(arc)] == node && to.at[dir] == q.back.label[node] {
			return best, append(arcs, arc)
		}
	}
	return best, arcs
}

// begin gives the arcs by which a position's way comes to a node that was seeded.
func (q *query) begin(from *position, seed uint32) (arcs []uint32) {
	for dir := range uint32(2) {
		switch arc := 2*from.edge + dir; {
		case !q.g.leaves(from, dir):
		case q.g.shut(arc):
			q.after(arc, func(node uint32, at cost) {
				if node == seed && q.g.rest(from, dir)+at == q.forth.label[seed] {
					arcs = []uint32{arc, q.h.arc[seed]}
				}
			})
		case q.h.end(q.g, arc) == seed && q.g.rest(from, dir) == q.forth.label[seed]:
			arcs = []uint32{arc}
		}
	}
	return arcs
}

// seedOf gives the seed from which a node was climbed to.
func (q *query) seedOf(node uint32) uint32 {
	for q.forth.before[node] != none {
		node = q.forth.before[node]
	}
	return node
}

// arcs appends the arcs of the links by which the climbs came to the node where
// they met.
func (q *query) arcs(arcs []uint32, node uint32) []uint32 {
	const usual = 256 // arcs, so that the list seldom grows
	arcs = append(make([]uint32, 0, usual), arcs...)
	climbed := make([]uint32, 0, 64) // from the meeting back to the seed
	for v := node; v != none; v = q.forth.before[v] {
		climbed = append(climbed, v)
	}
	for i := len(climbed) - 1; i > 0; i-- {
		arcs = q.h.unpack(arcs, q.forth.by[climbed[i-1]], climbed[i], climbed[i-1])
	}
	for v := node; q.back.before[v] != none; v = q.back.before[v] {
		arcs = q.h.unpack(arcs, q.back.by[v], v, q.back.before[v])
	}
	return arcs
}
