package roads

import (
	"context"
	"math/bits"
)

// sweep is the room for finding the costs of all ways between one position and
// many, faster than with a climb for each: it marks once what lies above any of
// the many, climbs from the one, and goes down over what is marked, by each link
// once.
type sweep struct {
	marked []uint64 // by node, a bit each
	label  []cost   // by node; noCost but for what is marked
	stack  []uint32
}

func newSweep(nodes int) *sweep {
	w := &sweep{label: make([]cost, nodes), marked: make([]uint64, (nodes+63)/64), stack: make([]uint32, 0, 256)}
	for i := range w.label {
		w.label[i] = noCost
	}
	return w
}

// sweepShare says how many climbs cost about as much as a sweep.
const sweepShare = 64

// worthSweeping says whether a table of so many rows and columns is better done
// by sweeps, one for each of the few.
func worthSweeping(few, many int) bool { return many > 8 && few <= max(1, many/sweepShare) }

// mark marks what can be come to from a node by the links.
func (w *sweep) mark(node uint32, l *links) {
	if w.marked[node/64]>>(node%64)&1 == 1 {
		return
	}
	w.marked[node/64] |= 1 << (node % 64)
	w.stack = append(w.stack[:0], node)
	for len(w.stack) > 0 {
		v := w.stack[len(w.stack)-1]
		w.stack = w.stack[:len(w.stack)-1]
		from, last := l.of(v)
		for _, to := range l.to[from:last] {
			if w.marked[to/64]>>(to%64)&1 == 0 {
				w.marked[to/64] |= 1 << (to % 64)
				w.stack = append(w.stack, to)
			}
		}
	}
}

// spread takes what a climb has found from the highest marked node to the lowest,
// by the links that lead from each to higher ones.
func (w *sweep) spread(c *climb, l *links) {
	for i := len(w.marked) - 1; i >= 0; i-- {
		for set := w.marked[i]; set != 0; {
			bit := 63 - bits.LeadingZeros64(set)
			set &^= 1 << bit
			v := uint32(64*i + bit)
			best := c.at(v)
			for i, last := l.of(v); i < last; i++ {
				best = min(best, w.label[l.to[i]]+l.cost(i))
			}
			w.label[v] = min(best, noCost)
		}
	}
}

// clear makes the room ready for another sweep; all of it with the marks.
func (w *sweep) clear(marks bool) {
	for i, set := range w.marked {
		for ; set != 0; set &= set - 1 {
			w.label[64*i+bits.TrailingZeros64(set)] = noCost
		}
		if marks {
			w.marked[i] = 0
		}
	}
}

// fromFew does the matrix when there are few starts and many ends.
func (m *matrix) fromFew(ctx context.Context, put func(i int, costs []cost)) error {
	q, w := m.pools.query(), m.pools.sweep()
	defer m.pools.put(q, w)
	for j := range m.to {
		q.targets(&m.to[j], func(node uint32, _, _ cost) { w.mark(node, &m.h.down) })
	}
	costs := make([]cost, len(m.to))
	for i := range m.from {
		if err := ctx.Err(); err != nil {
			return err
		}
		q.leave(q.forth, &m.from[i])
		q.forth.run(&m.h.up, &m.h.down)
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
		w.clear(false)
	}
	return nil
}

// toFew does the matrix when there are many starts and few ends.
func (m *matrix) toFew(ctx context.Context, put func(i int, costs []cost)) error {
	q, w := m.pools.query(), m.pools.sweep()
	defer m.pools.put(q, w)
	for i := range m.from {
		q.sources(&m.from[i], func(node uint32, _ cost) { w.mark(node, &m.h.up) })
	}
	costs := make([]cost, len(m.from)*len(m.to))
	for j := range m.to {
		if err := ctx.Err(); err != nil {
			return err
		}
		raised := q.arrive(q.back, &m.to[j])
		q.back.run(&m.h.down, &m.h.up)
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
		w.clear(false)
	}
	for i := range m.from {
		put(i, costs[i*len(m.to):(i+1)*len(m.to)])
	}
	return nil
}
