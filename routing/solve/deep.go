package solve

import (
	"cmp"
	"math"
	"slices"
)

// deep chooses among columns by a sieve's values alone: the cost of a choice is
// the bound plus what its columns cost above their rows' values, none of that
// negative, so that whatever is chosen spends from one budget: the distance from
// the bound to the plan to be beaten. A search in depth always covers the row with
// the fewest columns. It finds less than a partition does, in next to no time.
type deep struct {
	*sieve
	live  []int // columns that can be in a better choice
	words int
	bits  []uint64 // of live columns: the rows
	byRow [][]int32
	spent float64
	steps int // left

	covered  []uint64
	taken    []bool // groups
	chosen   []int32
	best     []int32
	bestCost int64
}

// dig gives the columns of a choice for less than roof, nil when it finds none in
// so many steps.
func (s *sieve) dig(roof int64, steps int) []int32 {
	d := &deep{sieve: s, words: (len(s.value) + 63) / 64, taken: make([]bool, len(s.toll)), steps: steps, bestCost: roof}
	d.narrow(float64(roof) - s.bound)
	d.covered = make([]uint64, d.words)
	d.descend(0)
	return d.best
}

// narrow keeps the columns that can be part of a choice within the budget.
func (d *deep) narrow(budget float64) {
	for j, r := range d.reduced {
		if r < budget {
			d.live = append(d.live, j)
		}
	}
	slices.SortStableFunc(d.live, func(a, b int) int { return cmp.Compare(d.reduced[a], d.reduced[b]) })
	d.bits = make([]uint64, len(d.live)*d.words)
	d.byRow = make([][]int32, len(d.value))
	for k, j := range d.live {
		for _, i := range d.columns[j].rows {
			d.bits[k*d.words+int(i)/64] |= 1 << (i % 64)
			d.byRow[i] = append(d.byRow[i], int32(k))
		}
	}
	d.spent = -budget
}

// open says whether a live column fits beside what is chosen, within the budget.
func (d *deep) open(k int32) bool {
	j := d.live[k]
	if d.spent+d.reduced[j] >= 0 || d.taken[d.group[j]] {
		return false
	}
	for w, set := range d.bits[int(k)*d.words : (int(k)+1)*d.words] {
		if set&d.covered[w] != 0 {
			return false
		}
	}
	return true
}

// fewest is the row with the fewest columns that are open, -1 when all rows are
// covered, and whether it has one.
func (d *deep) fewest() (row int, any bool) {
	row, least := -1, math.MaxInt
	for i := range d.byRow {
		if d.covered[i/64]&(1<<(i%64)) != 0 {
			continue
		}
		n := 0
		for _, k := range d.byRow[i] {
			if d.spent+d.reduced[d.live[k]] >= 0 {
				break // the others cost more
			}
			if d.open(k) {
				if n++; n >= least {
					break
				}
			}
		}
		if n < least {
			row, least = i, n
			if n == 0 {
				return row, false
			}
		}
	}
	return row, true
}

// descend covers one row more in every way that is left.
func (d *deep) descend(cost int64) {
	if d.steps--; d.steps < 0 {
		return
	}
	row, any := d.fewest()
	if !any {
		return
	}
	if row < 0 {
		if cost < d.bestCost {
			d.spent += float64(d.bestCost - cost) // the budget shrinks
			d.bestCost = cost
			d.best = d.best[:0]
			for _, k := range d.chosen {
				d.best = append(d.best, int32(d.live[k]))
			}
		}
		return
	}
	for _, k := range d.byRow[row] {
		if !d.open(k) {
			continue
		}
		j := d.live[k]
		d.mark(k, true)
		d.spent += d.reduced[j]
		d.chosen = append(d.chosen, k)
		d.descend(cost + d.columns[j].cost)
		d.chosen = d.chosen[:len(d.chosen)-1]
		d.spent -= d.reduced[j]
		d.mark(k, false)
	}
}

func (d *deep) mark(k int32, taken bool) {
	d.taken[d.group[d.live[k]]] = taken
	for w, set := range d.bits[int(k)*d.words : (int(k)+1)*d.words] {
		d.covered[w] ^= set
	}
}
