package roads

import (
	"context"
	"math/bits"
)

// sweep is the room for finding the costs of all ways between one position and
// many, faster than with a climb for each: it lists once what lies above any of
// the many, climbs from the one, and goes down over what is listed, by each link
// once. Links lead to higher numbers, so that both go through the nodes in the
// order of their numbers, and need no stack and no heap.
type sweep struct {
	marked []uint64 // by node, a bit each
	list   []uint32 // those of them that rise has come by, the lowest first
	label  []cost   // by node; means something where the last spread has been
}

func newSweep(nodes int) *sweep {
	return &sweep{label: make([]cost, nodes), marked: make([]uint64, (nodes+63)/64)}
}

// sweepShare says how many climbs cost about as much as a sweep.
const sweepShare = 64

// worthSweeping says whether a table of so many rows and columns is better done
// by sweeps, one for each of the few.
func worthSweeping(few, many int) bool { return many > 8 && few <= max(1, many/sweepShare) }

// mark marks a node.
func (w *sweep) mark(node uint32) { w.marked[node/64] |= 1 << (node % 64) }

// rise lists all that can be come to from the marked nodes by the links, and takes
// the marks away.
func (w *sweep) rise(l *links) {
	marked := w.marked
	w.list = w.list[:0]
	for i := range marked {
		for marked[i] != 0 { // marks yet to come are above
			v := uint32(64*i + bits.TrailingZeros64(marked[i]))
			marked[i] &= marked[i] - 1
			w.list = append(w.list, v)
			from, last := l.of(v)
			for _, to := range l.to[from:last] {
				marked[to/64] |= 1 << (to % 64)
			}
		}
	}
}

// spread takes what a climb has found from the highest listed node to the lowest,
// by the links that lead from each to higher ones.
func (w *sweep) spread(c *climb, l *links) {
	label := w.label
	for i := len(w.list) - 1; i >= 0; i-- {
		v := w.list[i]
		from, last := l.of(v)
		to := l.to[from:last]
		by := l.c[from:last][:len(to)]
		best := c.label[v]
		for k, u := range to {
			best = min(best, label[u]+by[k])
		}
		label[v] = best
	}
}

// fromFew does the matrix when there are few starts and many ends.
func (m *matrix) fromFew(ctx context.Context, put func(i int, costs []cost)) error {
	q, w := m.pools.query(), m.pools.sweep()
	defer m.pools.put(q, w)
	for j := range m.to {
		q.targets(&m.to[j], func(node uint32, _, _ cost) { w.mark(node) })
	}
	w.rise(&m.h.down)
	costs := make([]cost, len(m.to))
	for i := range m.from {
		if err := ctx.Err(); err != nil {
			return err
		}
		q.leave(q.forth, &m.from[i])
		q.forth.run(&q.todo, &m.h.up, &m.h.down)
		w.spread(q.forth, &m.h.down)
		q.reset()
		for j := range m.to {
			best := noCost
			q.targets(&m.to[j], func(node uint32, more, less cost) {
				if c := w.label[node]; c < noCost {
					best = min(best, c+more-less)
				}
			})
			if m.from[i].edge == m.to[j].edge {
				best = q.cost(&m.from[i], &m.to[j])
			}
			costs[j] = best
		}
		put(i, costs)
	}
	return nil
}

// toFew does the matrix when there are many starts and few ends.
func (m *matrix) toFew(ctx context.Context, put func(i int, costs []cost)) error {
	q, w := m.pools.query(), m.pools.sweep()
	defer m.pools.put(q, w)
	for i := range m.from {
		q.sources(&m.from[i], func(node uint32, _ cost) { w.mark(node) })
	}
	w.rise(&m.h.up)
	costs := make([]cost, len(m.from)*len(m.to))
	for j := range m.to {
		if err := ctx.Err(); err != nil {
			return err
		}
		raised := q.arrive(q.back, &m.to[j])
		q.back.run(&q.todo, &m.h.down, &m.h.up)
		w.spread(q.back, &m.h.up)
		q.reset()
		for i := range m.from {
			best := noCost
			q.sources(&m.from[i], func(node uint32, at cost) {
				if c := w.label[node]; c < noCost {
					best = min(best, at+c-raised)
				}
			})
			if m.from[i].edge == m.to[j].edge {
				best = q.cost(&m.from[i], &m.to[j])
			}
			costs[i*len(m.to)+j] = best
		}
	}
	for i := range m.from {
		put(i, costs[i*len(m.to):(i+1)*len(m.to)])
	}
	return nil
}
