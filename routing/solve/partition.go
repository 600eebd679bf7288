package solve

import (
	"context"
	"math"
	"slices"
)

// A partition chooses among rounds seen so that every visit is in exactly one of
// them, for the least cost: set partitioning, as Pillac, Guéret and Medaglia end
// their search for technicians with. It is branch and cut: the mixture of rounds
// that costs least (simplex.go), rules that mixtures break and choices don't
// (triples.go), and, while the best mixture is no choice, two problems in its place:
// one in which two rows that are in one round of a part of the mixture are in one
// round, and one in which they are not (Ryan and Foster, 1981). A technician is a
// row, too, so that this also asks who does what.
//
// The least cost of a mixture is a bound: what can't cost less than the plan to be
// beaten is not looked into, and a round that by itself costs as much above its
// visits' prices as is left to that plan is forgotten.

// column is a round that may be chosen.
type column struct {
	rows  []int32 // ascending
	group int32
	cost  int64
}

type partition struct {
	cost   []int64 // of the columns
	scale  float64 // from costs to those of mixtures
	rows   int32   // visits and groups; rules come behind them
	limit  float64 // of what a mixture may cost
	effort int     // left, in numbers touched
	root   *branch
	best   []int32
	least  int64
}

// branch is a part of what can be chosen.
type branch struct {
	lp    *simplex
	names []int32 // columns as the caller counts them
	// Of each column its visits and its group: as the row of it where one column of
	// the group can be chosen, else as that and groups more, which no row is.
	rows [][]int32
}

const (
	mixedCost  = 1e4  // the plan to be beaten, so that tolerances mean the same everywhere
	margin     = 1e-3 // better by less is no better
	whole      = 1e-6 // shares nearer to 0 or 1 are none
	brokenBy   = 0.03 // rules broken by less are left
	fewGains   = 0.02 // of what is left: rules that close less of it are not worth their while
	mostBroken = 40   // rules added at a time
	wishedPair = 0.7  // the share of the mixture that a pair to branch on has at best
)

// budgets are shares of the distance from the bound to the plan to be beaten that a
// choice may spend. The first ones leave few columns, and mostly the best choice is
// among them.
var budgets = [...]float64{0.2, 0.5, 1}

// choose looks for columns that cover each of the rows once for less than roof,
// and gives their indices, nil when it finds none. Of the columns of a group as
// many can be chosen as limits says. effort bounds the numbers touched, left is
// what it did not need; when there is some, nothing is cheaper. It ends as if there
// were none when ctx is done.
func choose(ctx context.Context, limits []int, columns []column, rows int, roof int64, effort int) (chosen []int32, left int) {
	p := newPartition(limits, columns, rows, roof, effort)
	p.root.lp.halt = func() bool { return ctx.Err() != nil }
	held, shares, mixed := p.bind(p.root)
	if !mixed {
		return p.best, p.effort
	}
	bound, top := p.root.lp.bound, p.limit
	for _, share := range budgets {
		p.limit = bound + share*(top-bound)
		part := p.root
		if share < 1 {
			part = part.clone()
		}
		part.trim(p.limit-bound, p.rows)
		p.divide(part, held, shares)
		if p.best != nil || p.effort <= 0 {
			break
		}
	}
	return p.best, p.effort
}

func newPartition(limits []int, columns []column, rows int, roof int64, effort int) *partition {
	p := &partition{scale: mixedCost / float64(max(1, roof)), limit: mixedCost - margin, least: roof, effort: effort}
	b := &branch{lp: &simplex{}}
	p.root, p.rows = b, int32(rows+len(limits))
	held := make([][]int32, p.rows)
	for j := range columns {
		c := &columns[j]
		p.cost = append(p.cost, c.cost)
		k := b.lp.addColumn(float64(c.cost) * p.scale)
		b.names = append(b.names, int32(j))
		for _, i := range c.rows {
			held[i] = append(held[i], k)
		}
		group := int32(rows) + c.group
		held[group] = append(held[group], k)
		if limits[c.group] > 1 {
			group += int32(len(limits))
		}
		b.rows = append(b.rows, append(slices.Clone(c.rows), group))
	}
	for i, in := range held {
		if i < rows {
			b.lp.addRow(1, true, in)
		} else {
			b.lp.addRow(float64(limits[i-rows]), false, in)
		}
	}
	return p
}

// search looks into a branch and the branches that it falls apart into.
func (p *partition) search(b *branch) {
	if held, shares, mixed := p.bind(b); mixed {
		p.divide(b, held, shares)
	}
}

// bind finds the best mixture of a branch under the rules that it would break. When
// that is a choice, it takes it; then, and when it costs too much, mixed is false.
func (p *partition) bind(b *branch) (held [][]int32, shares []float64, mixed bool) {
	before := math.Inf(-1)
	for {
		worked := b.lp.work
		done := b.lp.solve(p.limit, worked+p.effort)
		p.effort -= b.lp.work - worked
		if b.lp.halted() {
			p.effort = 0
			return nil, nil, false
		}
		if !done {
			return nil, nil, false
		}
		if held, shares, mixed = b.mixture(); !mixed {
			p.take(b)
			return nil, nil, false
		}
		gap := p.limit - b.lp.bound
		b.trim(gap, p.rows)
		if b.lp.bound-before < fewGains*gap {
			return held, shares, true
		}
		broken := brokenTriples(held, shares, int(p.rows), brokenBy)
		if len(broken) == 0 {
			return held, shares, true
		}
		before = b.lp.bound
		for k := range broken[:min(mostBroken, len(broken))] {
			b.lp.addRow(1, false, broken[k].holders(b.rows))
		}
	}
}

// mixture gives the rows of the columns in the best mixture with their shares, and
// whether it is one.
func (b *branch) mixture() (held [][]int32, shares []float64, mixed bool) {
	for place, j := range b.lp.basis {
		if x := b.lp.value[place]; j >= 0 && x > whole {
			held, shares = append(held, b.rows[j]), append(shares, x)
			mixed = mixed || x < 1-whole
		}
	}
	return held, shares, mixed
}

// take notes a choice if it is better.
func (p *partition) take(b *branch) {
	var chosen []int32
	cost := int64(0)
	for place, j := range b.lp.basis {
		if j >= 0 && b.lp.value[place] > whole {
			chosen = append(chosen, b.names[j])
			cost += p.cost[b.names[j]]
		}
	}
	if cost < p.least {
		p.best, p.least = chosen, cost
		p.limit = float64(cost)*p.scale - margin
	}
}

// trim forgets columns that can't be in a better choice, and rules that don't bind.
func (b *branch) trim(gap float64, rows int32) {
	stay := b.lp.trim(gap, rows)
	for k, j := range stay {
		b.names[k], b.rows[k] = b.names[j], b.rows[j]
	}
	b.names, b.rows = b.names[:len(stay)], b.rows[:len(stay)]
}

// divide looks into the two halves of a branch.
func (p *partition) divide(b *branch, held [][]int32, shares []float64) {
	x, y, ok := pair(held, shares)
	if !ok {
		return
	}
	apart := b.clone()
	many := y >= p.rows // others of the group may be without x
	p.forbid(b, func(x, y bool) bool { return x != y && (x || !many) }, x, y)
	p.search(b)
	if p.effort <= 0 || apart.lp.bound >= p.limit {
		return
	}
	p.forbid(apart, func(x, y bool) bool { return x && y }, x, y)
	p.search(apart)
}

// pair finds the two rows to branch on, the lower first: a part of the mixture
// holds both in one column.
func pair(held [][]int32, shares []float64) (one, other int32, ok bool) {
	type couple struct{ one, other int32 }
	together := map[couple]float64{}
	for k, c := range held {
		for i, x := range c {
			for _, y := range c[i+1:] {
				together[couple{x, y}] += shares[k]
			}
		}
	}
	best := math.Inf(1)
	for c, share := range together {
		if share < whole || share > 1-whole {
			continue
		}
		d := math.Abs(share - wishedPair)
		if d < best || d == best && (c.one < one || c.one == one && c.other < other) {
			best, one, other, ok = d, c.one, c.other, true
		}
	}
	return one, other, ok
}

// forbid takes out the columns that hold two rows in the wrong way.
func (p *partition) forbid(b *branch, wrong func(x, y bool) bool, x, y int32) {
	var basic []int32
	for j, c := range b.rows {
		if !wrong(slices.Contains(c, x), slices.Contains(c, y)) {
			continue
		}
		if b.lp.at[j] >= 0 {
			basic = append(basic, int32(j))
		} else {
			b.lp.reduced[j] = math.Inf(1)
		}
	}
	if len(basic) > 0 {
		b.lp.addRow(0, false, basic)
	}
	b.trim(math.MaxFloat64, p.rows)
}

// clone gives a copy to change.
func (b *branch) clone() *branch {
	return &branch{lp: b.lp.clone(), names: slices.Clone(b.names), rows: slices.Clone(b.rows)}
}
