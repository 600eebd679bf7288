package solve

import (
	"cmp"
	"slices"
)

// The rounds of good plans are remembered, whether the plan was kept or not, and
// now and then the best plan that can be put together of them is looked for. Two
// plans seldom are good at the same places; rounds of one go with rounds of
// another more often than chance alone would find.
const (
	poolSize  = 12_000 // rounds remembered
	poolWorth = 1.03   // of plans that cost at most this much of the best

	// Where the search is one long cycle: from this share of it on, and so often.
	recombineFrom, recombineEvery = 0.55, 0.1
	// What choosing among rounds may take, in numbers touched: as shares of what the
	// iterations touch, all choices together and each.
	recombineShare, recombineOnce = 0.25, 0.1
	iterationWork, fleetWork      = 8_000, 1_500
	mostColumns                   = 1_500 // that are chosen among
	mostStale                     = 20    // a choice waits until one round in so many is new

	// Where there is no time for mixtures: steps of the search in depth for a hundred
	// visits, as a share of the iterations expected. What a step costs grows with the
	// square of the visits.
	recombineSteps, leastSteps, mostSteps = 0.02, 300, 20_000
)

// pool is what is remembered.
type pool struct {
	open   bool // rounds of this problem may be put together freely
	next   float64
	rounds []pooled
	byKey  map[uint64]int32
	seen   []uint64  // by lane: the state that was looked at last
	names  []uint64  // of visits and classes, to make keys of
	work   int       // numbers touched in choosing so far
	values []float64 // of visits, from the last time
	news   int       // rounds learnt since the last choice
}

// pooled is a round of a good plan.
type pooled struct {
	key    uint64 // of its class and its set of visits
	class  int32
	visits []int32 // without the call at the depot, as they are driven
	cost   int64
	worth  int64 // of the best plan that it was in
}

// poolable says whether nothing that stands in one round asks for something in
// another, and no round has begun. Choosing among the rounds of large fleets finds
// next to nothing that the search has not, and takes its time.
func (h *hunt) poolable() bool {
	if h.tied || len(h.loose) < 2 || h.fleet != nil && len(h.loose) >= manyVisits {
		return false
	}
	for r := range h.lanes {
		if len(h.lanes[r].head) > 0 || h.lanes[r].Out {
			return false
		}
	}
	return true
}

// remember takes the rounds of the present plan that it does not know yet.
func (h *hunt) remember() {
	if !h.memorable() {
		return
	}
	h.names()
	p := &h.pool
	worth := h.energy()
	for r, t := range h.tracks {
		if t.state == p.seen[r] || len(t.visits) == 0 {
			continue
		}
		if p.seen[r] = t.state; t.late > 0 {
			continue
		}
		h.learn(r, t, worth)
	}
	p.bound()
}

// memorable says whether the present plan is good enough for its rounds to be
// remembered.
func (h *hunt) memorable() bool {
	return h.pool.open && h.closed == nil && float64(h.energy()) <= poolWorth*float64(h.best.energy())
}

// names draws the numbers that keys are made of.
func (h *hunt) names() {
	p := &h.pool
	if p.byKey != nil {
		return
	}
	p.byKey, p.seen = map[uint64]int32{}, make([]uint64, len(h.lanes))
	p.names = make([]uint64, h.visits+len(h.empties))
	for i := range p.names {
		p.names[i] = h.rng.Uint64()
	}
}

// take remembers a round, which list writes down, or that it was in a better plan
// than before.
func (p *pool) take(key uint64, class int32, cost, worth int64, list func(buf []int32) []int32) {
	if k, ok := p.byKey[key]; ok {
		old := &p.rounds[k]
		old.worth = min(old.worth, worth)
		if cost < old.cost {
			old.cost, old.visits = cost, list(old.visits)
		}
		return
	}
	p.news++
	p.byKey[key] = int32(len(p.rounds))
	p.rounds = append(p.rounds, pooled{key, class, list(nil), cost, worth})
}

// bound forgets when there are too many.
func (p *pool) bound() {
	if len(p.rounds) > poolSize {
		p.forget(poolSize / 2)
	}
}

// learn remembers a round of a plan worth so much.
func (h *hunt) learn(r int, t *track, worth int64) {
	p, class := &h.pool, h.lanes[r].class
	key := p.names[h.visits+int(class)]
	for _, v := range t.visits {
		if int(v) < h.visits {
			key += p.names[v]
		}
	}
	p.take(key, class, t.cost, worth, func(buf []int32) []int32 { return h.real(r, t, buf) })
}

// forget keeps the n rounds that were in the best plans.
func (p *pool) forget(n int) {
	slices.SortStableFunc(p.rounds, func(a, b pooled) int { return cmp.Compare(a.worth, b.worth) })
	clear(p.rounds[n:])
	p.rounds = p.rounds[:n]
	clear(p.byKey)
	for i := range p.rounds {
		p.byKey[p.rounds[i].key] = int32(i)
	}
}

// recombineNowAndThen is for searches that have no cycles.
func (h *hunt) recombineNowAndThen() {
	if h.done >= max(h.pool.next, recombineFrom) {
		h.pool.next = h.done + recombineEvery
		h.recombine()
	}
}

// recombine looks for a plan better than the best among the rounds remembered,
// and goes on from it. Whoever is in no round of the best plan stays out. It says
// whether there was one.
func (h *hunt) recombine() bool { return h.recombineWithin(h.effort()) }

// recombineWithin is recombine with so many numbers to touch. Below what a mixture
// takes the search in depth is all there is.
func (h *hunt) recombineWithin(effort int) bool {
	p := &h.pool
	if !p.open || h.closed != nil || len(p.rounds) == 0 || h.best.lateness > 0 {
		return false
	}
	if p.values == nil {
		p.values = make([]float64, h.visits)
	}
	row, values, roof := h.toCover()
	columns, from := h.columns(row)
	effort -= siftWork(columns)
	if h.large() && effort < 0 || p.news <= len(columns)/mostStale {
		return false
	}
	p.news = 0
	chosen := h.chooseAmong(columns, values, roof, effort)
	for v, i := range row {
		if i >= 0 {
			p.values[v] = values[i]
		}
	}
	return chosen != nil && h.assemble(chosen, from)
}

// chooseAmong chooses as well as the effort lets it, which it books.
func (h *hunt) chooseAmong(columns []column, values []float64, roof int64, effort int) []int32 {
	limits := make([]int, len(h.empties))
	for k, lanes := range h.empties {
		limits[k] = len(lanes)
	}
	s := newSieve(limits, columns, values, roof)
	h.pool.work += siftWork(columns)
	fine := s.finest(mostColumns)
	if effort < mixWork(len(values), len(fine)) {
		steps := max(leastSteps, min(mostSteps, int(h.expected*recombineSteps)))
		if hundreds := float64(len(values)) / 100; hundreds > 1 {
			steps = int(float64(steps) / (hundreds * hundreds))
		}
		return s.dig(roof, steps)
	}
	some := make([]column, len(fine))
	for k, j := range fine {
		some[k] = columns[j]
	}
	chosen, left := choose(h.ctx, limits, some, len(values), roof, effort)
	h.pool.work += effort - left
	for k, j := range chosen {
		chosen[k] = fine[j]
	}
	return chosen
}

// mixWork is about how many numbers the best mixture takes to find: some five
// steps for each row, of which each touches all columns and half of the inverse.
func mixWork(rows, columns int) int { return 5 * rows * (10*columns + rows*rows/2) }

// effort is how many numbers the next choice may touch.
func (h *hunt) effort() int {
	each := float64(iterationWork)
	if h.fleet != nil {
		each = fleetWork
	}
	return int(min(recombineOnce*each*max(h.expected, float64(h.iterations)), recombineShare*each*float64(h.iterations)-float64(h.pool.work)))
}

// toCover numbers the visits of the best plan as rows, with their values from the
// last time, and says what their rounds cost. Rows of other visits are -1.
func (h *hunt) toCover() (row []int32, values []float64, cost int64) {
	row = make([]int32, h.visits)
	for v := range row {
		row[v] = -1
	}
	for r := range h.rounds {
		for _, v := range h.rounds[r] {
			if int(v) < h.visits {
				row[v] = int32(len(values))
				values = append(values, h.pool.values[v])
			}
		}
	}
	cost = h.best.cost
	for _, v := range h.left() {
		cost -= max(0, h.prize[v])
	}
	return row, values, cost
}

// columns lists the remembered rounds that hold none but these rows, and which
// they are.
func (h *hunt) columns(row []int32) (columns []column, from []int32) {
	roof := int64(poolWorth * float64(h.best.energy()))
	for k, x := range h.pool.rounds {
		if x.worth <= roof && !slices.ContainsFunc(x.visits, func(v int32) bool { return row[v] < 0 }) {
			columns, from = append(columns, h.column(row, k)), append(from, int32(k))
		}
	}
	return columns, from
}

// column is a remembered round by its rows.
func (h *hunt) column(row []int32, k int) column {
	x := &h.pool.rounds[k]
	c := column{cost: x.cost, group: x.class, rows: make([]int32, 0, len(x.visits))}
	for _, v := range x.visits {
		c.rows = append(c.rows, row[v])
	}
	slices.Sort(c.rows)
	return c
}

// assemble makes the chosen rounds the present plan, if there are technicians
// enough for them.
func (h *hunt) assemble(chosen, from []int32) bool {
	used := make([]int, len(h.empties))
	rounds := make([][]int32, len(h.rounds))
	for _, j := range chosen {
		x := &h.pool.rounds[from[j]]
		lanes := h.empties[x.class]
		if used[x.class] == len(lanes) {
			return false
		}
		r := lanes[used[x.class]]
		used[x.class]++
		if !h.resupply(int(r), x.visits, &h.scratch) {
			return false
		}
		rounds[r] = slices.Clone(h.scratch.visits)
	}
	before := h.best
	kept := h.rounds
	h.rounds = make([][]int32, len(kept))
	h.become(rounds, nil, h.outside(rounds))
	if h.best.less(&before) {
		h.gained = h.iterations
		return true
	}
	h.become(kept, nil, h.outside(kept)) // rounding
	return false
}
