package solve

import (
	"context"
	"math"
	"math/rand/v2"
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
	chosen, left := choose(context.Background(), []int{1, 1}, columns, 4, 12, plenty)
	require.ElementsMatch(t, []int32{0, 2}, chosen)
	require.Positive(t, left)
	chosen, _ = choose(context.Background(), []int{1, 1}, columns, 4, 11, plenty)
	require.Nil(t, chosen, "nothing costs less than 11")
	chosen, _ = choose(context.Background(), []int{2, 1}, columns, 4, 11, plenty)
	require.ElementsMatch(t, []int32{0, 1}, chosen, "two of the first kind cost 5 + 4")
	over, cancel := context.WithCancel(context.Background())
	cancel()
	chosen, left = choose(over, []int{1, 1}, columns, 4, 12, plenty)
	require.Empty(t, chosen, "nobody waits for it any more")
	require.Zero(t, left)
	chosen, left = choose(context.Background(), []int{1, 1}, columns, 4, 12, 1)
	require.Nil(t, chosen, "no time for a step")
	require.LessOrEqual(t, left, 0)
}

const plenty = 1_000_000_000

// Each two of three visits can be one round for 10, by whomever; alone each is 8.
// Half of each pair would cost 15, and no choice does: 18 is the least. The rule
// that a mixture breaks says so without branching.
func TestChooseSeesThroughMixtures(t *testing.T) {
	t.Parallel()
	columns := []column{
		{rows: []int32{0, 1}, cost: 10}, {rows: []int32{0, 2}, cost: 10}, {rows: []int32{1, 2}, cost: 10},
		{rows: []int32{0}, cost: 8}, {rows: []int32{1}, cost: 8}, {rows: []int32{2}, cost: 8},
	}
	p := newPartition([]int{3}, columns, 3, 100, plenty)
	require.True(t, p.root.lp.solve(p.limit, plenty))
	require.InDelta(t, 15, p.root.lp.bound/p.scale, 1e-6)
	held, shares, mixed := p.root.mixture()
	require.True(t, mixed)
	require.Equal(t, []float64{0.5, 0.5, 0.5}, rounded(shares))
	broken := brokenTriples(held, shares, 3, brokenBy)
	require.Len(t, broken, 1)
	require.Equal(t, [3]int32{0, 1, 2}, broken[0].rows)
	require.InDelta(t, 0.5, broken[0].over, 1e-9)
	require.Equal(t, []int32{0, 1, 2}, broken[0].holders(p.root.rows))
	_, _, mixed = p.bind(p.root)
	require.False(t, mixed)
	require.Equal(t, int64(18), p.least)
}

func rounded(shares []float64) (r []float64) {
	for _, x := range shares {
		r = append(r, math.Round(x*1e6)/1e6)
	}
	return r
}

// What is chosen covers each row once with as many columns of a group as there may
// be at most, and with effort enough nothing is cheaper.
func TestChooseFindsTheCheapest(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.IntRange(1, 9).Draw(t, "rows")
		limits := rapid.SliceOfN(rapid.IntRange(1, 3), 1, 5).Draw(t, "limits")
		columns := make([]column, rapid.IntRange(0, 16).Draw(t, "columns"))
		for j := range columns {
			set := rapid.IntRange(1, 1<<rows-1).Draw(t, "set")
			columns[j] = column{group: int32(rapid.IntRange(0, len(limits)-1).Draw(t, "group")), cost: int64(rapid.IntRange(0, 30).Draw(t, "cost"))}
			for i := range rows {
				if set>>i&1 == 1 {
					columns[j].rows = append(columns[j].rows, int32(i))
				}
			}
		}
		roof := int64(rapid.IntRange(1, 120).Draw(t, "roof"))
		found := func(chosen []int32) {
			least := leastCost(limits, columns, rows)
			if least >= roof {
				require.Nil(t, chosen)
				return
			}
			cost, ok := worth(limits, columns, chosen, rows)
			require.True(t, ok)
			require.Equal(t, least, cost)
		}
		chosen, _ := choose(context.Background(), limits, columns, rows, roof, plenty)
		found(chosen)
		// In depth it is the same, but for how many there are of technicians who are
		// alike, which is looked at afterwards.
		for g, n := range limits {
			limits[g] = min(n, 1)
		}
		found(newSieve(limits, columns, make([]float64, rows), roof).dig(roof, 1_000_000))
	})
}

// Pairs and triples of visits, of which mixtures are made: more of them than can be
// tried one by one, so that leastCost goes by what is covered.
func TestChooseAmongMany(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 2))
	for range 150 {
		rows, groups := 6+rng.IntN(7), 2+rng.IntN(5)
		limits := make([]int, groups)
		for g := range limits {
			limits[g] = 1 + rng.IntN(2)*rng.IntN(3)
		}
		var columns []column
		for range 20 + rng.IntN(80) {
			c := column{group: int32(rng.IntN(groups)), cost: 20 + rng.Int64N(40)}
			for _, i := range rng.Perm(rows)[:1+rng.IntN(4)] {
				c.rows = append(c.rows, int32(i))
				c.cost += 10
			}
			slices.Sort(c.rows)
			columns = append(columns, c)
		}
		least := leastCost(limits, columns, rows)
		chosen, left := choose(context.Background(), limits, columns, rows, 10_000, plenty)
		require.Positive(t, left)
		if least == math.MaxInt64 {
			require.Nil(t, chosen)
			continue
		}
		cost, ok := worth(limits, columns, chosen, rows)
		require.True(t, ok)
		require.Equal(t, least, cost)
	}
}

// leastCost covers the rows in every way: the first row that is left by each column
// that fits. It gives math.MaxInt64 when there is none.
func leastCost(limits []int, columns []column, rows int) int64 {
	left := slices.Clone(limits)
	least := int64(math.MaxInt64)
	var cover func(covered int, cost int64)
	cover = func(covered int, cost int64) {
		if cost >= least {
			return
		}
		if covered == 1<<rows-1 {
			least = cost
			return
		}
		first := int32(0)
		for covered>>first&1 == 1 {
			first++
		}
		for j := range columns {
			c := &columns[j]
			set := 0
			for _, i := range c.rows {
				set |= 1 << i
			}
			if !slices.Contains(c.rows, first) || set&covered != 0 || left[c.group] == 0 {
				continue
			}
			left[c.group]--
			cover(covered|set, cost+c.cost)
			left[c.group]++
		}
	}
	cover(0, 0)
	return least
}

// worth is what columns cost that cover each row once, with no more of a group than
// there may be; false when they don't.
func worth(limits []int, columns []column, chosen []int32, rows int) (cost int64, ok bool) {
	var covered []int32
	left := slices.Clone(limits)
	for _, j := range chosen {
		cost += columns[j].cost
		covered = append(covered, columns[j].rows...)
		if left[columns[j].group]--; left[columns[j].group] < 0 {
			return 0, false
		}
	}
	slices.Sort(covered)
	return cost, len(covered) == rows && len(slices.Compact(covered)) == rows
}

// Of six rounds the four that cost least above what their visits are worth are
// kept: those of the best choice, 0 and 1 or 2 and 3, and not the dear ones.
func TestSiftKeepsWhatIsWorthIt(t *testing.T) {
	t.Parallel()
	columns := []column{
		{rows: []int32{0, 1}, cost: 50}, {rows: []int32{0, 1}, cost: 10, group: 1}, {rows: []int32{2, 3}, cost: 10},
		{rows: []int32{0, 2}, cost: 11}, {rows: []int32{1, 3}, cost: 11, group: 1}, {rows: []int32{2, 3}, cost: 60, group: 1},
	}
	values := make([]float64, 4)
	require.Equal(t, []int32{1, 2, 3, 4}, newSieve([]int{1, 1}, columns, values, 25).finest(4))
	require.Equal(t, []int32{1, 2, 3, 4}, newSieve([]int{1, 1}, columns, values, 25).finest(4), "as well from there on")
	require.Len(t, newSieve([]int{1, 1}, columns, values, 25).finest(9), 6)
}
