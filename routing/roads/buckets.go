package roads

import (
	"context"
	"runtime"
	"slices"
)

// buckets holds for every node which ends it leads down to, and at what cost. That
// is without what the climb was raised by (see query.arrive), so it may be less than
// nothing and have gone round; added to what it costs to be at the node, it comes
// round again.
type buckets struct {
	first []uint32 // by node, one more than there are
	c     []cost   // by entry
	end   []uint32
}

// byBuckets does the matrix without searches abreast: it climbs once for every end and leaves what it finds in buckets at the nodes it
// comes by; then it climbs once for every start and looks into the buckets on its
// way. Both are done in the order in which positions lie on the map, so that one
// climb finds near a processor what the last one has used.
func (m *matrix) byBuckets(ctx context.Context, put func(i, j int, costs []cost)) error {
	byEdge, starts := inOrder(m.to), inOrder(m.from)
	b, err := m.fill(ctx, byEdge)
	if err != nil {
		return err
	}
	return m.share(ctx, len(starts), func(q *query, k int) {
		i := starts[k]
		q.row = slices.Grow(q.row[:0], len(m.to))[:len(m.to)]
		costs := q.row
		m.row(q, b, &m.from[i], costs)
		for _, j := range onEdge(m.to, byEdge, m.from[i].edge) {
			costs[j] = q.cost(&m.from[i], &m.to[j])
		}
		put(int(i), 0, costs)
	})
}

// fill climbs from all ends, in a few large pieces.
func (m *matrix) fill(ctx context.Context, byEdge []uint32) (*buckets, error) {
	type find struct {
		c         cost
		node, end uint32
	}
	pieces := min(4*runtime.GOMAXPROCS(0), len(m.to))
	found := make([][]find, pieces)
	err := m.share(ctx, pieces, func(q *query, p int) {
		for _, j := range byEdge[p*len(m.to)/pieces : (p+1)*len(m.to)/pieces] {
			raised := q.arrive(q.back, &m.to[j])
			q.back.run(&q.todo, &m.h.down, &m.h.up)
			q.back.prune(&m.h.up)
			for _, e := range q.back.settled {
				found[p] = append(found[p], find{e.c - raised, e.node, j})
			}
			q.back.reset()
		}
	})
	if err != nil {
		return nil, err
	}
	b := &buckets{first: make([]uint32, m.h.nodes()+2)}
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
	return b, nil
}

// row writes the costs from one position to all ends, but for those on its own
// edge.
func (m *matrix) row(q *query, b *buckets, from *position, costs []cost) {
	for j := range costs {
		costs[j] = noCost
	}
	q.leave(q.forth, from)
	q.forth.run(&q.todo, &m.h.up, &m.h.down)
	q.forth.prune(&m.h.down)
	for _, e := range q.forth.settled {
		first, last := b.first[e.node], b.first[e.node+1]
		ends := b.end[first:last]
		bucket := b.c[first:last][:len(ends)]
		for k, j := range ends {
			costs[j] = min(costs[j], e.c+bucket[k]) // without a jump
		}
	}
	q.forth.reset()
}
