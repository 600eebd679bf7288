package solve

import (
	"math"
	"slices"
)

// simplex is the dual simplex method for programs whose coefficients are all one:
// columns at 0 or above for the least cost, so that what each row's columns sum up
// to is as much as its limit, or as much at most. It begins with no column and
// never has one that is worth less than the rows' prices say; its cost rises to
// the least there is, so that each step gives a bound. Rows can be added then, and
// it goes on from where it stood.
//
// Each row has one basic variable, a column or the row's slack. The inverse of
// their matrix is held dense: rows are a few hundred. Who leaves is chosen by
// steepest edge (Forrest and Goldfarb, 1992).
type simplex struct {
	limit []float64 // of each row
	exact []bool    // as much as the limit, not at most
	price []float64 // of each row, not above 0 unless exact

	columns [][]int32 // rows of each
	cost    []float64
	reduced []float64 // what a column costs above its rows' prices
	at      []int32   // its place in the basis, -1 without
	slack   []int32   // of each row: the place of its slack, -1 without

	basis   []int32     // columns, slacks as ^row
	inverse [][]float64 // by place, then row
	value   []float64   // of the basic variables
	weight  []float64   // of the rows of the inverse: the sum of squares
	bound   float64     // what the present prices prove

	along   []float64   // of columns: the leaving row of the whole table
	edge    []float64   // of places: the entering column of it
	nonzero []int32     // rows in which the leaving row isn't 0
	work    int         // numbers touched so far
	halt    func() bool // asked now and then; nil when nobody may end it
}

const (
	tiny      = 1e-10
	feasible  = 1e-7 // out of limits by less is not out
	pivotal   = 1e-5 // the least coefficient to exchange variables by
	steepness = 1e-4 // the least weight
	settling  = 50   // steps until rounding is looked at
	astray    = 1e-8 // rounding that asks for a new inverse
)

// addRow gives a new row, in which the columns listed stand. Its slack is basic.
func (s *simplex) addRow(limit float64, exact bool, columns []int32) int32 {
	i := int32(len(s.limit))
	s.limit, s.exact, s.price = append(s.limit, limit), append(s.exact, exact), append(s.price, 0)
	for p := range s.inverse {
		s.inverse[p] = append(s.inverse[p], 0)
	}
	row, value := make([]float64, i+1, i+1+64), limit
	row[i] = 1
	for _, j := range columns {
		s.columns[j] = append(s.columns[j], i)
		p := s.at[j]
		if p < 0 {
			continue
		}
		value -= s.value[p]
		for k, x := range s.inverse[p] {
			row[k] -= x
		}
	}
	weight := 0.0
	for _, x := range row {
		weight += x * x
	}
	s.slack = append(s.slack, int32(len(s.basis)))
	s.basis, s.value = append(s.basis, ^i), append(s.value, value)
	s.inverse, s.weight = append(s.inverse, row), append(s.weight, weight)
	s.work += len(row) * (len(row) + len(columns))
	return i
}

// addColumn gives a column of no more than its cost, which must not be less than
// 0, before the first step. It stands in the rows that are added with it.
func (s *simplex) addColumn(cost float64) int32 {
	s.columns, s.at = append(s.columns, nil), append(s.at, -1)
	s.cost, s.reduced = append(s.cost, cost), append(s.reduced, cost)
	return int32(len(s.columns) - 1)
}

// solve goes on until nothing is out of its limits, the bound reaches roof or work
// is used up, or it is told to halt. It says whether nothing is out of its limits.
func (s *simplex) solve(roof float64, work int) bool {
	s.along, s.edge = sized(s.along, len(s.columns)), sized(s.edge, len(s.basis))
	for step := 1; s.work < work; step++ {
		if s.bound >= roof {
			return false
		}
		r := s.leaving()
		if r < 0 {
			if s.settle(); s.leaving() < 0 {
				return s.bound < roof
			}
			continue
		}
		if !s.step(r) {
			return false
		}
		if step%settling == 0 {
			if s.settle(); s.halted() {
				return false
			}
		}
	}
	return false
}

func (s *simplex) halted() bool { return s.halt != nil && s.halt() }

// leaving is the place of the variable that is farthest out of its limits, -1 when
// none is.
func (s *simplex) leaving() int {
	best, most := -1, 0.0
	for p, v := range s.value {
		if v > -feasible && (v < feasible || s.basis[p] >= 0 || !s.exact[^s.basis[p]]) {
			continue
		}
		if d := v * v / s.weight[p]; d > most {
			best, most = p, d
		}
	}
	return best
}

// step exchanges the basic variable of place r for another. False: there is none,
// the rows can't all be kept.
func (s *simplex) step(r int) bool {
	row := s.spread(r)
	sign := 1.0
	if s.value[r] < 0 {
		sign = -1
	}
	entering, alpha := s.entering(row, sign)
	if entering == nobody {
		s.bound = math.Inf(1)
		return false
	}
	theta := s.reducedOf(entering) / alpha
	for j, a := range s.along {
		if a != 0 {
			s.reduced[j] = max(0, s.reduced[j]-theta*a)
		}
	}
	for _, i := range s.nonzero {
		s.price[i] += theta * row[i]
	}
	s.bound += theta * s.value[r]
	if leaves := s.basis[r]; leaves >= 0 {
		s.reduced[leaves] = max(0, -theta)
	}
	s.swap(r, entering)
	return true
}

// spread lists the rows in which a row of the inverse isn't 0, and gives it.
func (s *simplex) spread(r int) []float64 {
	row := s.inverse[r]
	s.nonzero, s.weight[r] = s.nonzero[:0], 0
	for i, x := range row {
		if math.Abs(x) > tiny {
			s.nonzero = append(s.nonzero, int32(i))
			s.weight[r] += x * x
		} else {
			row[i] = 0
		}
	}
	return row
}

const nobody = math.MinInt32

func (s *simplex) reducedOf(v int32) float64 {
	if v < 0 {
		return -s.price[^v]
	}
	return s.reduced[v]
}

// entering chooses who comes in for the row that leaves, so that no column gets
// cheaper than its rows' prices: of those nearly as good, the one with the largest
// coefficient, which is given too.
func (s *simplex) entering(row []float64, sign float64) (entering int32, alpha float64) {
	least := math.Inf(1)
	for j, c := range s.columns {
		s.along[j] = 0
		if s.at[j] >= 0 {
			continue
		}
		a := 0.0
		for _, i := range c {
			a += row[i]
		}
		s.work += len(c)
		s.along[j] = a
		if a *= sign; a > pivotal {
			least = min(least, (s.reduced[j]+feasible)/a)
		}
	}
	for _, i := range s.nonzero {
		if a := sign * row[i]; s.slack[i] < 0 && !s.exact[i] && a > pivotal {
			least = min(least, (feasible-s.price[i])/a)
		}
	}
	entering = nobody
	largest := 0.0
	for j, a := range s.along {
		if a *= sign; a > pivotal && a > largest && s.reduced[j] <= least*a {
			entering, alpha, largest = int32(j), sign*a, a
		}
	}
	for _, i := range s.nonzero {
		if a := sign * row[i]; s.slack[i] < 0 && !s.exact[i] && a > pivotal && a > largest && -s.price[i] <= least*a {
			entering, alpha, largest = ^i, row[i], a
		}
	}
	return entering, alpha
}

// edges fills edge with what a variable takes from the basic ones.
func (s *simplex) edges(entering int32) {
	rows := []int32{^entering}
	if entering >= 0 {
		rows = s.columns[entering]
	}
	for p, row := range s.inverse {
		w := 0.0
		for _, i := range rows {
			w += row[i]
		}
		s.edge[p] = w
	}
	s.work += len(s.inverse) * (1 + len(rows))
}

// swap puts a variable in the place of another, whose row is spread.
func (s *simplex) swap(r int, entering int32) {
	s.edges(entering)
	s.exchange(r, entering)
}

// exchange is swap with the edges known.
func (s *simplex) exchange(r int, entering int32) {
	row, pivot, weight := s.inverse[r], s.edge[r], s.weight[r]
	by := s.value[r] / pivot
	for p, w := range s.edge {
		if p == r || math.Abs(w) < tiny {
			continue
		}
		s.value[p] -= by * w
		other, k, dot := s.inverse[p], w/pivot, 0.0
		for _, i := range s.nonzero {
			dot += other[i] * row[i]
			other[i] -= k * row[i]
		}
		s.weight[p] = max(steepness, s.weight[p]-2*k*dot+k*k*weight)
		s.work += len(s.nonzero)
	}
	for _, i := range s.nonzero {
		row[i] /= pivot
	}
	s.value[r], s.weight[r] = by, max(steepness, weight/(pivot*pivot))
	s.book(s.basis[r], -1)
	s.book(entering, int32(r))
	s.basis[r] = entering
	if entering >= 0 {
		s.reduced[entering] = 0
	}
}

// book notes the place of a variable.
func (s *simplex) book(v, place int32) {
	if v < 0 {
		s.slack[^v] = place
	} else {
		s.at[v] = place
	}
}

// settle computes values, prices and reduced costs from the inverse, and the
// inverse anew where rounding has added up.
func (s *simplex) settle() {
	s.evaluate()
	if s.strays() > astray {
		s.invert()
		s.evaluate()
	}
}

// evaluate computes what follows from the inverse.
func (s *simplex) evaluate() {
	clear(s.price)
	for p, row := range s.inverse {
		v, squares := 0.0, 0.0
		for i, x := range row {
			v += x * s.limit[i]
			squares += x * x
		}
		s.value[p], s.weight[p] = v, max(steepness, squares)
		if j := s.basis[p]; j >= 0 {
			for i, x := range row {
				s.price[i] += s.cost[j] * x
			}
		}
	}
	s.bound = 0
	for i, y := range s.price {
		if !s.exact[i] {
			y = min(0, y)
			s.price[i] = y
		}
		s.bound += y * s.limit[i]
	}
	for j, c := range s.columns {
		d := s.cost[j]
		for _, i := range c {
			d -= s.price[i]
		}
		s.reduced[j] = max(0, d)
		if s.at[j] >= 0 {
			s.reduced[j] = 0
		}
	}
	s.work += 2 * len(s.inverse) * len(s.inverse)
}

// strays is by how much the basic variables miss a limit at most, and the prices
// a cost in mixedCost.
func (s *simplex) strays() (most float64) {
	rest := slices.Clone(s.limit)
	for p, v := range s.basis {
		if v < 0 {
			rest[^v] -= s.value[p]
			continue
		}
		d := s.cost[v]
		for _, i := range s.columns[v] {
			rest[i] -= s.value[p]
			d -= s.price[i]
		}
		most = max(most, math.Abs(d)/mixedCost)
	}
	for _, x := range rest {
		most = max(most, math.Abs(x))
	}
	return most
}

// invert computes the inverse from the basis alone: from no column on, column by
// column.
func (s *simplex) invert() {
	s.edge = sized(s.edge, len(s.basis))
	basis := slices.Clone(s.basis)
	stays := make([]bool, len(s.limit))
	for _, v := range basis {
		if v < 0 {
			stays[^v] = true
		} else {
			s.at[v] = -1
		}
	}
	for i := range s.limit {
		clear(s.inverse[i])
		s.inverse[i][i], s.weight[i], s.basis[i], s.slack[i] = 1, 1, ^int32(i), int32(i)
	}
	for _, v := range basis {
		if v < 0 {
			continue
		}
		s.edges(v)
		best, most := -1, pivotal
		for p, w := range s.edge {
			if b := s.basis[p]; b < 0 && !stays[^b] && math.Abs(w) > most {
				best, most = p, math.Abs(w)
			}
		}
		if best >= 0 {
			s.spread(best)
			s.exchange(best, v)
		}
	}
}

// trim takes out the columns that cost gap or more above their rows' prices, and
// the rows from first on that don't bind. It gives which columns stay.
func (s *simplex) trim(gap float64, first int32) (stay []int32) {
	to := make([]int32, len(s.limit))
	rows := int32(0)
	for i := range s.limit {
		if to[i] = -1; int32(i) < first || s.slack[i] < 0 || s.limit[i] == 0 {
			to[i] = rows
			s.limit[rows], s.exact[rows], s.price[rows] = s.limit[i], s.exact[i], s.price[i]
			rows++
		}
	}
	s.limit, s.exact, s.price = s.limit[:rows], s.exact[:rows], s.price[:rows]
	s.slack = s.slack[:rows]
	for i := range s.slack {
		s.slack[i] = -1
	}
	n := int32(0)
	name := make([]int32, len(s.columns))
	for j, c := range s.columns {
		if s.at[j] < 0 && s.reduced[j] >= gap {
			continue
		}
		name[j] = n
		s.columns[n] = slices.DeleteFunc(c, func(i int32) bool { return to[i] < 0 })
		for k, i := range s.columns[n] {
			s.columns[n][k] = to[i]
		}
		s.cost[n], s.reduced[n], s.at[n] = s.cost[j], s.reduced[j], s.at[j]
		stay = append(stay, int32(j))
		n++
	}
	s.columns, s.cost, s.reduced, s.at = s.columns[:n], s.cost[:n], s.reduced[:n], s.at[:n]
	places := int32(0)
	for p, v := range s.basis {
		if v < 0 && to[^v] < 0 {
			continue
		}
		row := s.inverse[p]
		for i, x := range row {
			if to[i] >= 0 {
				row[to[i]] = x
			}
		}
		if v < 0 {
			v = ^to[^v]
		} else {
			v = name[v]
		}
		s.basis[places], s.inverse[places], s.value[places], s.weight[places] = v, row[:rows], s.value[p], s.weight[p]
		s.book(v, places)
		places++
	}
	s.basis, s.inverse, s.value, s.weight = s.basis[:places], s.inverse[:places], s.value[:places], s.weight[:places]
	return stay
}

// clone gives a copy that shares nothing that either changes.
func (s *simplex) clone() *simplex {
	c := *s
	c.limit, c.exact, c.price = slices.Clone(s.limit), slices.Clone(s.exact), slices.Clone(s.price)
	c.cost, c.reduced, c.at = slices.Clone(s.cost), slices.Clone(s.reduced), slices.Clone(s.at)
	c.slack, c.basis = slices.Clone(s.slack), slices.Clone(s.basis)
	c.value, c.weight = slices.Clone(s.value), slices.Clone(s.weight)
	c.columns, c.inverse = make([][]int32, len(s.columns)), make([][]float64, len(s.inverse))
	for j := range s.columns {
		c.columns[j] = slices.Clone(s.columns[j])
	}
	for p := range s.inverse {
		c.inverse[p] = slices.Clone(s.inverse[p])
	}
	c.along, c.edge, c.nonzero = nil, nil, nil
	return &c
}
