package solve

import (
	"math"
	"slices"
)

// A dive makes a plan of rounds: one round is chosen after the other, those that
// it leaves no room for are dropped, what the visits left are worth is found again,
// and the technicians left are asked for rounds that fit that (labels.go). Which
// round is chosen is partly chance, so that no two dives are the same.
const (
	diveSteps  = 20    // towards the values of what is left, after each choice
	diveAim    = 0.005 // by how much the values found so far may still be too low
	diveChance = 0.5   // how much chance there is in a choice
	diveRounds = 6     // new rounds of each technician after each choice
)

type dive struct {
	columns  []column
	from     []int32   // which round of the pool a column is
	value    []float64 // of each row
	covered  []bool    // rows
	live     []int32   // columns that there is still room for
	count    []int32   // by column: how many steps have chosen it
	toll     []float64 // by group, see partition
	cheapest []int32   // by group: the column that costs least above its value, -1 for none below it
	slope    []float64
}

func newDive(groups int, columns []column, from []int32, values []float64) *dive {
	d := &dive{columns: columns, from: from, value: slices.Clone(values), live: make([]int32, len(columns)),
		covered: make([]bool, len(values)), toll: make([]float64, groups), cheapest: make([]int32, groups), slope: make([]float64, len(values)),
		count: make([]int32, len(columns))}
	for j := range d.live {
		d.live[j] = int32(j)
	}
	return d
}

// steps moves the values towards the best ones and counts which column of each
// group every step chooses: about what the fractions of the linear program are.
func (d *dive) steps(n int) {
	for _, j := range d.live {
		d.count[j] = 0
	}
	top := math.Inf(-1)
	for range n {
		bound := 0.0
		for i, u := range d.value {
			d.slope[i] = 0
			if !d.covered[i] {
				bound += u
				d.slope[i] = 1
			}
		}
		for g := range d.toll {
			d.toll[g], d.cheapest[g] = 0, -1
		}
		for _, j := range d.live {
			c := &d.columns[j]
			r := float64(c.cost)
			for _, i := range c.rows {
				r -= d.value[i]
			}
			if r < d.toll[c.group] {
				d.toll[c.group], d.cheapest[c.group] = r, j
			}
		}
		for g, j := range d.cheapest {
			if j < 0 {
				continue
			}
			bound += d.toll[g]
			d.count[j]++
			for _, i := range d.columns[j].rows {
				d.slope[i]--
			}
		}
		norm := 0.0
		for _, g := range d.slope {
			norm += g * g
		}
		if norm == 0 {
			break
		}
		top = max(top, bound)
		step := (diveAim*math.Abs(top) + top - bound) / norm
		for i, g := range d.slope {
			d.value[i] += step * g
		}
	}
}

// pick takes the column that steps have chosen most often, give or take chance,
// and drops what it leaves no room for. It gives -1 when there is none left.
func (d *dive) pick(chance func() float64) (best int32) {
	best = -1
	most := 0.0
	for _, j := range d.live {
		if d.count[j] == 0 {
			continue
		}
		if n := float64(d.count[j]) * (1 + diveChance*chance()); n > most {
			best, most = j, n
		}
	}
	if best < 0 {
		return best
	}
	for _, i := range d.columns[best].rows {
		d.covered[i] = true
	}
	d.live = slices.DeleteFunc(d.live, func(j int32) bool {
		c := &d.columns[j]
		return c.group == d.columns[best].group || slices.ContainsFunc(c.rows, func(i int32) bool { return d.covered[i] })
	})
	return best
}

// dive makes rounds of the visits of the best plan. Some may be in none of them.
func (h *hunt) dive() (rounds [][]int32) {
	row, values, _ := h.toCover()
	columns, from := h.columns(row)
	d := newDive(len(h.empties)+len(values), columns, from, values)
	taken := make([]int, len(h.empties)) // lanes, by class
	rounds = make([][]int32, len(h.rounds))
	d.steps(3 * diveSteps)
	for {
		j := d.pick(h.chance)
		if j < 0 {
			return rounds
		}
		x := &h.pool.rounds[d.from[j]]
		if k := taken[x.class]; k < len(h.empties[x.class]) {
			r := h.empties[x.class][k]
			if h.resupply(int(r), x.visits, &h.scratch) {
				rounds[r] = slices.Clone(h.scratch.visits)
				taken[x.class]++
			}
		}
		d.steps(diveSteps)
		b := h.pool.labels
		for v, i := range row {
			if b.wanted[v] = i >= 0 && !d.covered[i]; b.wanted[v] {
				b.worth[v] = d.value[i]
			}
		}
		for class, lanes := range h.empties {
			if taken[class] < len(lanes) && h.thrifty() {
				h.learnRounds(class, d.toll[class], diveRounds, func(k int) { d.add(h.column(row, k), int32(k)) })
			}
		}
		d.steps(diveSteps)
	}
}

// add makes a round of the pool a column.
func (d *dive) add(c column, from int32) {
	d.live = append(d.live, int32(len(d.columns)))
	d.columns, d.from, d.count = append(d.columns, c), append(d.from, from), append(d.count, 0)
}
