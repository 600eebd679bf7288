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
// Where there are few, it finds each way by itself. Where there is one position on
// one side, it lists what lies above the many, climbs from the one, and goes down
// over what is listed; see sweep. Else it does so from many of one side at a time, in
// the order in which they lie on the map, so that they have most of their ways in
// common; see abreast. Where they haven't, and on processors without registers for
// that, it climbs from each by itself; see byBuckets.
//
// Beside the result it needs some two kilobytes for each of the many, and another
// one for each of them and each processor.
type matrix struct {
	g        *graph
	h        *hierarchy
	pools    *pools
	from, to []position
}

// pools gives out queries and sweeps over one hierarchy, in room that it may
// share with others of the same size.
type pools struct {
	g    *graph
	h    *hierarchy
	room *rooms
	own  bool // g has weights of its own, on which positions are to be priced
	// known is nil where lists of places aren't remembered, as on weights of an hour,
	// of which there are many.
	known *known
}

func newPools(g *graph, h *hierarchy) *pools {
	return &pools{g: g, h: h, room: newRooms(h.nodes()), known: &known{}}
}

func (p *pools) query() *query {
	q := p.room.queries.Get().(*query)
	q.g, q.h = p.g, p.h
	return q
}

func (p *pools) sweep() *sweep     { return p.room.sweeps.Get().(*sweep) }
func (p *pools) abreast() *abreast { return p.room.abreast.Get().(*abreast) }

// rooms keeps the room for searching hierarchies of so many nodes, whose links differ
// in nothing but what they cost.
type rooms struct {
	queries, sweeps, abreast sync.Pool
	reaches                  [2]struct { // of links that lead up, and of those that lead down
		once sync.Once
		of   []uint64
	}
}

// reach gives the reach of links, which is found once.
func (r *rooms) reach(l *links, nodes int) []uint64 {
	known := &r.reaches[l.side]
	known.once.Do(func() { known.of = l.reach(nodes) })
	return known.of
}

func newRooms(nodes int) *rooms {
	return &rooms{
		queries: sync.Pool{New: func() any { return newQuery(nodes) }},
		sweeps:  sync.Pool{New: func() any { return newSweep(nodes) }},
		abreast: sync.Pool{New: func() any { return newAbreast(nodes) }},
	}
}

// put takes a query back.
func (p *pools) put(q *query) {
	clear(q.loops)
	q.g, q.h = nil, nil // weights that nobody uses any more can go
	p.room.queries.Put(q)
}

// fewPairs says how many single ways cost about as much as a look at every node.
const fewPairs = 3

// run hands the costs from a start to ends that stand in a row, the first of which
// it names, to put, which must not keep them. It may be called from several
// goroutines at once, for different pairs, and for a pair a second time; what it
// is told last holds.
func (m *matrix) run(ctx context.Context, put func(i, j int, costs []cost)) error {
	switch few := min(len(m.from), len(m.to)); {
	case len(m.from)*len(m.to) <= fewPairs:
		return m.pairs(ctx, put)
	case few == 1:
		return m.alone(ctx, put)
	}
	if widest > bits64 {
		s := m.facing()
		defer m.letGo(s)
		if s.crowded() {
			return m.abreast(ctx, fastest(), s, put)
		}
	}
	return m.byBuckets(ctx, put)
}

// pairs does a small matrix, one way after the other.
func (m *matrix) pairs(ctx context.Context, put func(i, j int, costs []cost)) error {
	q := m.pools.query()
	defer m.pools.put(q)
	var c [1]cost
	for i := range m.from {
		for j := range m.to {
			c[0] = q.cost(&m.from[i], &m.to[j])
			put(i, j, c[:])
		}
	}
	return ctx.Err()
}

// alone does the matrix when there is one position on one side.
func (m *matrix) alone(ctx context.Context, put func(i, j int, costs []cost)) error {
	q, s := m.pools.query(), m.facing()
	defer m.pools.put(q)
	defer m.letGo(s)
	if err := ctx.Err(); err != nil {
		return err
	}
	for k, node := range s.few.node {
		q.forth.seed(&q.todo, node, s.few.c[k]+s.few.lifted)
	}
	q.forth.run(&q.todo, s.up, s.down)
	costs := make([]cost, len(s.many.list))
	if w := s.above; s.recalled {
		label := make([]cost, w.rows)
		w.spreadOne(q.forth, label, len(costs))
		for p, j := range s.many.byEdge {
			if costs[j] = noCost; label[p] < noCost {
				costs[j] = label[p] - s.many.lifted - s.few.lifted
			}
		}
	} else {
		fastest().spread(w, s.down, q.forth.settled)
		for j := range costs {
			costs[j] = noCost
			for k := s.many.first[j]; k < s.many.first[j+1]; k++ {
				if at := w.label[s.many.node[k]]; at < noCost {
					costs[j] = min(costs[j], at+s.many.c[k]-s.few.lifted)
				}
			}
		}
	}
	q.reset()
	for j := range costs {
		if s.many.list[j].edge == s.few.list[0].edge {
			costs[j] = s.cost(q, 0, j)
		}
	}
	s.put(put, 0, 0, costs)
	return nil
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

// share does n pieces of work on all processors, each with a query of its own.
func (m *matrix) share(ctx context.Context, n int, work func(q *query, i int)) error {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), n) {
		wg.Go(func() {
			q := m.pools.query()
			defer m.pools.put(q)
			for i := int(next.Add(1)) - 1; i < n && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
				work(q, i)
			}
		})
	}
	wg.Wait()
	return ctx.Err()
}
