package solve

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// Four visits, technicians 0 and 1, each with one round at most. Alone the two
// cheapest rounds are both of technician 0; the best that can be chosen is 5 + 6.
func TestChooseByHand(t *testing.T) {
	t.Parallel()
	columns := []column{
		{rows: []int32{0, 1}, group: 0, cost: 5},
		{rows: []int32{2, 3}, group: 0, cost: 4},
		{rows: []int32{2, 3}, group: 1, cost: 6},
		{rows: []int32{0, 1, 2, 3}, group: 1, cost: 12},
		{rows: []int32{1, 2}, group: 1, cost: 1},
	}
	require.ElementsMatch(t, []int32{0, 2}, choose(2, columns, make([]float64, 4), 12, 100))
	require.Nil(t, choose(2, columns, make([]float64, 4), 11, 100), "nothing costs less than 11")
}

// What is chosen covers each row once with one column of a group at most, and with
// time enough nothing is cheaper.
func TestChooseFindsTheCheapest(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rows, groups := rapid.IntRange(1, 7).Draw(t, "rows"), rapid.IntRange(1, 4).Draw(t, "groups")
		columns := make([]column, rapid.IntRange(0, 14).Draw(t, "columns"))
		for j := range columns {
			set := rapid.IntRange(1, 1<<rows-1).Draw(t, "set")
			columns[j] = column{group: int32(rapid.IntRange(0, groups-1).Draw(t, "group")), cost: int64(rapid.IntRange(0, 30).Draw(t, "cost"))}
			for i := range rows {
				if set>>i&1 == 1 {
					columns[j].rows = append(columns[j].rows, int32(i))
				}
			}
		}
		roof := int64(rapid.IntRange(1, 90).Draw(t, "roof"))
		least := int64(math.MaxInt64)
		for pick := range 1 << len(columns) {
			var chosen []int32
			for j := range columns {
				if pick>>j&1 == 1 {
					chosen = append(chosen, int32(j))
				}
			}
			if cost, ok := worth(columns, chosen, rows); ok {
				least = min(least, cost)
			}
		}
		values := make([]float64, rows)
		for i := range values {
			values[i] = float64(rapid.IntRange(-5, 20).Draw(t, "value"))
		}
		chosen := choose(groups, columns, values, roof, 1_000_000)
		if least >= roof {
			require.Nil(t, chosen)
			return
		}
		cost, ok := worth(columns, chosen, rows)
		require.True(t, ok)
		require.Equal(t, least, cost)
	})
}

// worth is what columns cost that cover each row once; false when they don't.
func worth(columns []column, chosen []int32, rows int) (cost int64, ok bool) {
	var covered []int32
	var groups []int32
	for _, j := range chosen {
		cost += columns[j].cost
		covered = append(covered, columns[j].rows...)
		groups = append(groups, columns[j].group)
	}
	slices.Sort(groups)
	slices.Sort(covered)
	return cost, len(covered) == rows && len(slices.Compact(covered)) == rows && len(slices.Compact(groups)) == len(chosen)
}
