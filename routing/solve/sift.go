package solve

import (
	"cmp"
	"math"
	"slices"
)

// sieve finds roughly what each visit is worth, by Lagrangian multipliers and
// subgradient steps, so that rounds can be told apart that hardly can be in a good
// choice: what a choice costs is at least the bound and what each of its rounds
// costs above its visits' worth. It takes a hundredth of what the simplex method
// takes for as many rounds.
type sieve struct {
	columns []column
	group   []int32 // of each column; of those of one group at most one can be chosen
	value   []float64
	toll    []float64 // of each group: what its cheapest column costs less than its rows are worth
	pick    []int32   // that column, -1 for none
	reduced []float64 // of each column: what it costs above its rows' values and the toll of its group
	bound   float64   // what every choice costs at least
}

const (
	subgradientSteps = 80
	stalledSteps     = 12 // without a better bound, then shorter steps
)

// newSieve finds the values; those given are to begin with, and then better ones.
// Of a group as many can be chosen as limits says.
func newSieve(limits []int, columns []column, values []float64, roof int64) *sieve {
	groups := len(limits) + len(values)
	s := &sieve{
		columns: columns, group: make([]int32, len(columns)), value: slices.Clone(values),
		toll: make([]float64, groups), pick: make([]int32, groups), reduced: make([]float64, len(columns)),
	}
	for j := range columns {
		if s.group[j] = columns[j].group; limits[s.group[j]] > 1 {
			// Of columns with the same first row only one can be chosen, too.
			s.group[j] = int32(len(limits)) + columns[j].rows[0]
		}
	}
	s.climb(values, float64(roof))
	copy(s.value, values)
	s.bound = s.price()
	for j := range columns {
		s.reduced[j] -= s.toll[s.group[j]]
	}
	return s
}

// siftWork is how many numbers newSieve touches.
func siftWork(columns []column) (work int) {
	for j := range columns {
		work += 1 + len(columns[j].rows)
	}
	return subgradientSteps * work
}

// finest gives the indices of the columns that cost least above the values of
// their rows, most of them at most, in order of the columns.
func (s *sieve) finest(most int) []int32 {
	keep := make([]int32, len(s.columns))
	for j := range keep {
		keep[j] = int32(j)
	}
	if most < len(keep) {
		slices.SortStableFunc(keep, func(a, b int32) int { return cmp.Compare(s.reduced[a], s.reduced[b]) })
		keep = keep[:max(0, most)]
		slices.Sort(keep)
	}
	return keep
}

// price computes reduced costs and tolls, and gives the bound.
func (s *sieve) price() (bound float64) {
	for _, u := range s.value {
		bound += u
	}
	clear(s.toll)
	for k := range s.pick {
		s.pick[k] = -1
	}
	for j := range s.columns {
		c := &s.columns[j]
		r := float64(c.cost)
		for _, i := range c.rows {
			r -= s.value[i]
		}
		s.reduced[j] = r
		if k := s.group[j]; r < s.toll[k] {
			s.toll[k], s.pick[k] = r, int32(j)
		}
	}
	for _, w := range s.toll {
		bound += w
	}
	return bound
}

// climb improves the values; best holds those of the best bound.
func (s *sieve) climb(best []float64, roof float64) {
	top, length, stalled := math.Inf(-1), 1.0, 0
	slope := make([]float64, len(best))
	for range subgradientSteps {
		bound := s.price()
		if bound > top {
			top, stalled = bound, 0
			copy(best, s.value)
		} else if stalled++; stalled == stalledSteps {
			length, stalled = length/2, 0
		}
		for i := range slope {
			slope[i] = 1
		}
		for _, j := range s.pick {
			if j >= 0 {
				for _, i := range s.columns[j].rows {
					slope[i]--
				}
			}
		}
		norm := 0.0
		for _, g := range slope {
			norm += g * g
		}
		if norm == 0 || roof-bound < 0.5 {
			return
		}
		step := length * (roof - bound) / norm
		for i, g := range slope {
			s.value[i] += step * g
		}
	}
}
