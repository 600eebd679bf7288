package roads

import (
	"context"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// matrix finds the costs of all ways from some positions to others.
//
// It climbs once for every end and leaves what it finds in buckets at the nodes
// it comes by; then it climbs once for every start and looks into the buckets on
// its way. Where there are few of the one and many of the other, it sweeps
// instead; see sweep. Where there are few of both, it finds each way by itself.
//
// Both are done in the order in which positions lie on the map, so that one climb
// finds near a processor what the last one has used.
//
// Beside the result it needs a hundred bucket entries of 12 bytes an end.
type matrix struct {
	g        *graph
	h        *hierarchy
	pools    *pools
	from, to []position

	buckets buckets
	byEdge  []uint32 // ends in the order of their edges
}

// buckets holds for every node which ends it leads down to, and at what cost. That
// is without what the climb was raised by (see query.arrive), so it may be less than
// nothing and have gone round; added to what it costs to be at the node, it comes
// round again.
type buckets struct {
	first []uint32 // by node, one more than there are
	c     []cost   // by entry
	end   []uint32
}

// pools gives out queries and sweeps over one hierarchy, in room that it may
// share with others of the same size.
type pools struct {
	g    *graph
	h    *hierarchy
	room *rooms
	own  bool // g has weights of its own, on which positions are to be priced
}

func newPools(g *graph, h *hierarchy) *pools {
	return &pools{g: g, h: h, room: newRooms(h.nodes())}
}

func (p *pools) query() *query {
	q := p.room.queries.Get().(*query)
	q.g, q.h = p.g, p.h
	return q
}

func (p *pools) sweep() *sweep { return p.room.sweeps.Get().(*sweep) }

// rooms keeps the room for searching hierarchies of so many nodes.
type rooms struct{ queries, sweeps sync.Pool }

func newRooms(nodes int) *rooms {
	return &rooms{
		queries: sync.Pool{New: func() any { return newQuery(nodes) }},
		sweeps:  sync.Pool{New: func() any { return newSweep(nodes) }},
	}
}

// put takes room back; w may be nil.
func (p *pools) put(q *query, w *sweep) {
	clear(q.loops)
	q.g, q.h = nil, nil // weights that nobody uses any more can go
	p.room.queries.Put(q)
	if w != nil {
		p.room.sweeps.Put(w)
	}
}

// run hands the cost of every way to set, which may be called from several
// goroutines at once, for different starts.
func (m *matrix) run(ctx context.Context, set func(i, j int, c cost)) error {
	return m.rows(ctx, func(i int, costs []cost) {
		for j, c := range costs {
			set(i, j, c)
		}
	})
}

// rows hands the costs from every start to put, which may be called from several
// goroutines at once and must not keep them.
func (m *matrix) rows(ctx context.Context, put func(i int, costs []cost)) error {
	switch {
	case len(m.from)*len(m.to) <= fewPairs:
		return m.pairs(ctx, put)
	case worthSweeping(len(m.from), len(m.to)):
		return m.fromFew(ctx, put)
	case worthSweeping(len(m.to), len(m.from)):
		return m.toFew(ctx, put)
	}
	m.byEdge = inOrder(m.to)
	m.fill(ctx)
	starts := inOrder(m.from)
	m.share(ctx, len(starts), func(q *query, k int, costs []cost) {
		i := starts[k]
		m.row(q, &m.from[i], costs)
		put(int(i), costs)
	})
	return ctx.Err()
}

// fewPairs says how many single ways cost about as much as making buckets, which
// takes a look at every node.
const fewPairs = 16

// pairs does a small matrix, one way after the other.
func (m *matrix) pairs(ctx context.Context, put func(i int, costs []cost)) error {
	q := m.pools.query()
	defer m.pools.put(q, nil)
	costs := make([]cost, len(m.to))
	for i := range m.from {
		if err := ctx.Err(); err != nil {
			return err
		}
		for j := range m.to {
			costs[j] = q.cost(&m.from[i], &m.to[j])
		}
		put(i, costs)
	}
	return ctx.Err()
}

// inOrder lists positions in the order of their edges, which is that of the map.
func inOrder(list []position) []uint32 {
	order := make([]uint32, len(list))
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(a, b uint32) int { return int(list[a].edge) - int(list[b].edge) })
	return order
}

// share does n pieces of work on all processors, each with room of its own.
func (m *matrix) share(ctx context.Context, n int, work func(q *query, i int, costs []cost)) {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), n) {
		wg.Go(func() {
			q := m.pools.query()
			defer m.pools.put(q, nil)
			costs := make([]cost, len(m.to))
			for i := int(next.Add(1)) - 1; i < n && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
				work(q, i, costs)
			}
		})
	}
	wg.Wait()
}

// fill climbs from all ends, in a few large pieces.
func (m *matrix) fill(ctx context.Context) {
	type find struct {
		c         cost
		node, end uint32
	}
	pieces := min(4*runtime.GOMAXPROCS(0), len(m.to))
	found := make([][]find, pieces)
	m.share(ctx, pieces, func(q *query, p int, _ []cost) {
		for _, j := range m.byEdge[p*len(m.to)/pieces : (p+1)*len(m.to)/pieces] {
			raised := q.arrive(q.back, &m.to[j])
			q.back.run(&q.todo, &m.h.down, &m.h.up)
			q.back.prune(&m.h.up)
			for _, e := range q.back.settled {
				found[p] = append(found[p], find{e.c - raised, e.node, j})
			}
			q.back.reset()
		}
	})
	b := &m.buckets
	b.first = make([]uint32, m.h.nodes()+2)
	n := 0
	for _, list := range found {
		for i := range list {
			b.first[list[i].node+2]++
		}
		n += len(list)
	}
	for v := 2; v < len(b.first); v++ {
		b.first[v] += b.first[v-1]
	}
	b.c, b.end = make([]cost, n), make([]uint32, n)
	for _, list := range found {
		for _, f := range list {
			at := &b.first[f.node+1]
			b.c[*at], b.end[*at] = f.c, f.end
			*at++
		}
	}
}

// row writes the costs from one position to all ends.
func (m *matrix) row(q *query, from *position, costs []cost) {
	for j := range costs {
		costs[j] = noCost
	}
	q.leave(q.forth, from)
	q.forth.run(&q.todo, &m.h.up, &m.h.down)
	q.forth.prune(&m.h.down)
	for _, e := range q.forth.settled {
		first, last := m.buckets.first[e.node], m.buckets.first[e.node+1]
		ends := m.buckets.end[first:last]
		bucket := m.buckets.c[first:last][:len(ends)]
		for k, j := range ends {
			costs[j] = min(costs[j], e.c+bucket[k]) // without a jump
		}
	}
	q.forth.reset()
	// On the position's own edge the climbs' meeting isn't the whole truth.
	k, _ := slices.BinarySearchFunc(m.byEdge, from.edge, func(j, edge uint32) int { return int(m.to[j].edge) - int(edge) })
	for ; k < len(m.byEdge) && m.to[m.byEdge[k]].edge == from.edge; k++ {
		j := m.byEdge[k]
		costs[j] = q.cost(from, &m.to[j])
	}
}
