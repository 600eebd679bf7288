package solve

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// Random programs end with a proof: what the columns hold keeps each row's limit,
// no column costs less than its rows' prices, no price has the wrong sign, and both
// cost the same. That is so again after rows were added that the mixture breaks,
// after columns were taken out that cost too much, and with the inverse made anew.
func TestSimplexProves(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(3, 4))
	solved := 0
	for range 200 {
		s, rows := &simplex{}, 4+rng.IntN(12)
		held := make([][]int32, rows)
		for range 30 + rng.IntN(60) {
			j := s.addColumn(float64(100 + rng.IntN(900)))
			for _, i := range rng.Perm(rows)[:1+rng.IntN(4)] {
				held[i] = append(held[i], j)
			}
		}
		for i, in := range held {
			s.addRow(1, i%4 != 3, in)
		}
		if !s.solve(1e9, plenty) {
			continue
		}
		solved++
		proven(t, s)
		var broken []int32
		for p, j := range s.basis {
			if j >= 0 && s.value[p] > 0.3 && len(broken) < 4 {
				broken = append(broken, j)
			}
		}
		s.addRow(1, false, broken)
		if !s.solve(1e9, plenty) {
			continue
		}
		proven(t, s)
		bound := s.bound
		s.trim(400, int32(rows))
		proven(t, s)
		c := s.clone()
		c.invert()
		c.evaluate()
		proven(t, c)
		require.InDelta(t, bound, c.bound, 1e-6)
	}
	require.Greater(t, solved, 100)
}

func proven(t *testing.T, s *simplex) {
	t.Helper()
	s.evaluate()
	sum, cost := make([]float64, len(s.limit)), 0.0
	for p, v := range s.basis {
		if v < 0 {
			require.Equal(t, int32(p), s.slack[^v])
			continue
		}
		require.Equal(t, int32(p), s.at[v])
		require.GreaterOrEqual(t, s.value[p], -feasible)
		cost += s.cost[v] * s.value[p]
		for _, i := range s.columns[v] {
			sum[i] += s.value[p]
		}
	}
	for i, x := range sum {
		require.LessOrEqual(t, x, s.limit[i]+1e-6)
		if s.exact[i] {
			require.InDelta(t, s.limit[i], x, 1e-6)
		} else {
			require.LessOrEqual(t, s.price[i], 1e-6)
		}
	}
	for j, c := range s.columns {
		d := s.cost[j]
		for _, i := range c {
			d -= s.price[i]
		}
		require.GreaterOrEqual(t, d, -1e-4)
	}
	require.InDelta(t, cost, s.bound, 1e-4)
}

// Two rows want a column each and only the two together are dear: 3 + 4 before a
// rule forbids one of both, then the pair for 9; and with a limit of what may be
// spent it stops there.
func TestSimplexByHand(t *testing.T) {
	t.Parallel()
	s := &simplex{}
	for _, cost := range []float64{3, 4, 9} {
		s.addColumn(cost)
	}
	s.addRow(1, true, []int32{0, 2})
	s.addRow(1, true, []int32{1, 2})
	require.True(t, s.solve(100, plenty))
	require.InDelta(t, 7, s.bound, 1e-9)
	beaten := s.clone()
	s.addRow(0, false, []int32{0})
	require.True(t, s.solve(100, plenty))
	require.InDelta(t, 9, s.bound, 1e-9)
	beaten.addRow(0, false, []int32{0})
	require.False(t, beaten.solve(8, plenty))
}
