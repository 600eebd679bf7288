package solve

import (
	"cmp"
	"slices"
)

// triple is a rule that every choice of columns keeps and that mixtures of them
// often break: of the columns that hold two or three of three rows at most one can
// be chosen, since any two of them share a row (subset row inequalities: Jepsen,
// Petersen, Spoorendonk and Pisinger, 2008).
type triple struct {
	rows [3]int32
	over float64 // by how much a mixture breaks it
}

// brokenTriples lists triples that a mixture of columns breaks by least or more,
// those broken most first. Columns have their rows in ascending order, rows are
// counted from 0 to rows-1.
func brokenTriples(columns [][]int32, share []float64, rows int, least float64) []triple {
	together := make([]float64, rows*rows) // what the columns with both rows sum up to
	byRow := make([][]int32, rows)
	for j, c := range columns {
		for k, a := range c {
			if int(a) >= rows {
				break
			}
			byRow[a] = append(byRow[a], int32(j))
			for _, b := range c[k+1:] {
				if int(b) >= rows {
					break
				}
				together[int(a)*rows+int(b)] += share[j]
				together[int(b)*rows+int(a)] += share[j]
			}
		}
	}
	beside := make([][]int32, rows) // rows that a fraction has together with another
	for a := range rows {
		for b := range rows {
			if x := together[a*rows+b]; x > least && x < 1-least/2 {
				beside[a] = append(beside[a], int32(b))
			}
		}
	}
	var found []triple
	held := make([]uint8, len(columns))
	for b := range rows {
		// b is in two of the pairs, a and c are the others: each triple comes up at
		// most three times, and counts with the least row in the middle that does.
		for k, a := range beside[b] {
			for _, c := range beside[b][k+1:] {
				ab, cb, ac := together[b*rows+int(a)], together[b*rows+int(c)], together[int(a)*rows+int(c)]
				if ab+cb+ac <= 1+least || ac > least && ac < 1-least/2 && (int32(b) > a) {
					continue
				}
				sum := ab + cb + ac
				for _, j := range byRow[a] {
					held[j]++
				}
				for _, j := range byRow[c] {
					held[j]++
				}
				for _, j := range byRow[b] {
					if held[j] == 2 {
						sum -= 2 * share[j]
					}
				}
				for _, j := range byRow[a] {
					held[j] = 0
				}
				for _, j := range byRow[c] {
					held[j] = 0
				}
				if sum >= 1+least {
					t := triple{rows: [3]int32{a, int32(b), c}, over: sum - 1}
					slices.Sort(t.rows[:])
					found = append(found, t)
				}
			}
		}
	}
	slices.SortFunc(found, func(x, y triple) int {
		if d := cmp.Compare(y.over, x.over); d != 0 {
			return d
		}
		return slices.Compare(x.rows[:], y.rows[:])
	})
	return found
}

// holders lists the columns that hold two or three of a triple's rows.
func (t *triple) holders(columns [][]int32) (in []int32) {
	for j, c := range columns {
		n := 0
		for _, i := range c {
			if i == t.rows[0] || i == t.rows[1] || i == t.rows[2] {
				n++
			}
		}
		if n > 1 {
			in = append(in, int32(j))
		}
	}
	return in
}
