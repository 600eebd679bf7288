package solve

import (
	"cmp"
	"math"
	"slices"
)

// A partition chooses among rounds seen so that every visit is in exactly one of
// them, for the least cost: set partitioning, as Pillac, Guéret and Medaglia end
// their search for technicians with, but without a solver for it.
//
// Lagrangian multipliers, found by subgradient steps, say what each visit may
// cost; a column's reduced cost is what it costs above its visits' worth. The
// cost of a choice is the bound plus the reduced costs of what was chosen, none of
// them negative, so that whatever is chosen spends from one budget: the distance
// from the bound to the plan to be beaten. That leaves few columns, and a search
// in depth that always covers the visit with the fewest of them goes through.

// column is a round that may be chosen.
type column struct {
	rows  []int32 // ascending
	group int32   // of the columns of one group at most one can be chosen
	cost  int64
}

type partition struct {
	rows    int
	columns []column
	value   []float64 // of each row
	toll    []float64 // of each group: what its cheapest column costs less than its rows are worth
	reduced []float64

	live  []int // columns that can be in a better choice
	words int
	bits  []uint64 // of live columns: the rows
	byRow [][]int32
	spent float64
	steps int // left of the search in depth

	covered  []uint64
	taken    []bool // groups
	chosen   []int32
	best     []int32
	bestCost int64
}

const (
	subgradientSteps = 80
	stalledSteps     = 12 // without a better bound, then shorter steps
)

// choose looks for columns that cover each row once for less than roof, and gives
// their indices, nil when it finds none. values are the rows' values to begin
// with, and then the best ones found. Groups are counted from 0. steps bounds the
// search in depth.
func choose(groups int, columns []column, values []float64, roof int64, steps int) []int32 {
	p := newPartition(groups, columns, values)
	p.steps, p.bestCost = steps, roof
	bound := p.climb(values, float64(roof))
	copy(p.value, values)
	p.price()
	p.narrow(float64(roof) - bound)
	p.covered = make([]uint64, p.words)
	p.descend(0)
	return p.best
}

func newPartition(groups int, columns []column, values []float64) *partition {
	rows := len(values)
	return &partition{
		rows: rows, columns: columns, value: slices.Clone(values), toll: make([]float64, groups),
		reduced: make([]float64, len(columns)), words: (rows + 63) / 64, taken: make([]bool, groups),
	}
}

// price computes reduced costs and tolls, and gives the bound.
func (p *partition) price() (bound float64) {
	for _, u := range p.value {
		bound += u
	}
	clear(p.toll)
	for j := range p.columns {
		c := &p.columns[j]
		r := float64(c.cost)
		for _, i := range c.rows {
			r -= p.value[i]
		}
		p.reduced[j] = r
		p.toll[c.group] = min(p.toll[c.group], r)
	}
	for _, w := range p.toll {
		bound += w
	}
	return bound
}

// climb improves the values by subgradient steps and gives the best bound. best
// holds the values of it.
func (p *partition) climb(best []float64, roof float64) float64 {
	top, length, stalled := math.Inf(-1), 1.0, 0
	slope := make([]float64, p.rows)
	used := make([]bool, len(p.toll))
	for range subgradientSteps {
		bound := p.price()
		if bound > top {
			top, stalled = bound, 0
			copy(best, p.value)
		} else if stalled++; stalled == stalledSteps {
			length, stalled = length/2, 0
		}
		for i := range slope {
			slope[i] = 1
		}
		clear(used)
		for j := range p.columns {
			c := &p.columns[j]
			if p.reduced[j] < 0 && p.reduced[j] == p.toll[c.group] && !used[c.group] {
				used[c.group] = true
				for _, i := range c.rows {
					slope[i]--
				}
			}
		}
		norm := 0.0
		for _, g := range slope {
			norm += g * g
		}
		if norm == 0 || roof-bound < 0.5 {
			break
		}
		step := length * (roof - bound) / norm
		for i, g := range slope {
			p.value[i] += step * g
		}
	}
	return top
}

// narrow keeps the columns that can be part of a choice within the budget.
func (p *partition) narrow(budget float64) {
	for j := range p.columns {
		p.reduced[j] -= p.toll[p.columns[j].group]
		if p.reduced[j] < budget {
			p.live = append(p.live, j)
		}
	}
	slices.SortStableFunc(p.live, func(a, b int) int { return cmp.Compare(p.reduced[a], p.reduced[b]) })
	p.bits = make([]uint64, len(p.live)*p.words)
	p.byRow = make([][]int32, p.rows)
	for k, j := range p.live {
		for _, i := range p.columns[j].rows {
			p.bits[k*p.words+int(i)/64] |= 1 << (i % 64)
			p.byRow[i] = append(p.byRow[i], int32(k))
		}
	}
	p.spent = -budget
}

// open says whether a live column fits beside what is chosen, within the budget.
func (p *partition) open(k int32) bool {
	j := p.live[k]
	if p.spent+p.reduced[j] >= 0 || p.taken[p.columns[j].group] {
		return false
	}
	for w, set := range p.bits[int(k)*p.words : (int(k)+1)*p.words] {
		if set&p.covered[w] != 0 {
			return false
		}
	}
	return true
}

// descend covers one row more in every way that is left.
func (p *partition) descend(cost int64) {
	if p.steps--; p.steps < 0 {
		return
	}
	row, fewest := -1, math.MaxInt
	for i := range p.rows {
		if p.covered[i/64]&(1<<(i%64)) != 0 {
			continue
		}
		n := 0
		for _, k := range p.byRow[i] {
			if p.spent+p.reduced[p.live[k]] >= 0 {
				break // the others cost more
			}
			if p.open(k) {
				if n++; n >= fewest {
					break
				}
			}
		}
		if n < fewest {
			row, fewest = i, n
			if n == 0 {
				return
			}
		}
	}
	if row < 0 {
		if cost < p.bestCost {
			p.spent += float64(p.bestCost - cost) // the budget shrinks
			p.bestCost = cost
			p.best = p.best[:0]
			for _, k := range p.chosen {
				p.best = append(p.best, int32(p.live[k]))
			}
		}
		return
	}
	for _, k := range p.byRow[row] {
		if !p.open(k) {
			continue
		}
		j := p.live[k]
		c := &p.columns[j]
		p.mark(k, true)
		p.spent += p.reduced[j]
		p.chosen = append(p.chosen, k)
		p.descend(cost + c.cost)
		p.chosen = p.chosen[:len(p.chosen)-1]
		p.spent -= p.reduced[j]
		p.mark(k, false)
	}
}

func (p *partition) mark(k int32, taken bool) {
	p.taken[p.columns[p.live[k]].group] = taken
	for w, set := range p.bits[int(k)*p.words : (int(k)+1)*p.words] {
		p.covered[w] ^= set
	}
}
