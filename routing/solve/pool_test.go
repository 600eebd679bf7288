package solve

import (
	"context"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"roundsman/routing"
)

// star is a depot with arms: visits 2k and 2k+1 stand 10 and 20 seconds along arm
// k, and the way from arm to arm leads past the depot.
func star(arms, technicians int) *routing.Problem {
	n := 2*arms + 1
	out := func(place int) routing.Seconds {
		if place == 0 {
			return 0
		}
		return routing.Seconds(10 + 10*((place-1)%2))
	}
	t := routing.NewTable(n, n)
	for i := range n {
		for j := range n {
			d := out(i) + out(j)
			if i > 0 && j > 0 && (i-1)/2 == (j-1)/2 {
				d = max(out(i)-out(j), out(j)-out(i))
			}
			t.Set(i, j, routing.Leg{Seconds: d})
		}
	}
	p := &routing.Problem{Tables: []*routing.Table{t}, Prices: routing.Prices{TravelSecond: 1}}
	for range technicians {
		p.Shifts = append(p.Shifts, routing.Shift{Work: routing.Window{End: 1000}})
	}
	for i := 1; i < n; i++ {
		p.Visits = append(p.Visits, routing.Visit{Place: i, Site: i, Priority: 1})
	}
	return p
}

// Each of three plans drives one arm as one round, for 40, and mixes up the other
// two: two rounds of 10 + 30 + 20. Each costs 160, and the three good rounds
// together 120. Two technicians drive the mixed ones as one round of 100 and can't
// drive the three good ones.
func TestGoodRoundsOfSeveralPlansMakeABetterOne(t *testing.T) {
	t.Parallel()
	plans := [][][]int32{
		{{0, 1}, {2, 5}, {4, 3}},
		{{2, 3}, {0, 5}, {4, 1}},
		{{4, 5}, {0, 3}, {2, 1}},
	}
	for k := range 4 { // with time for mixtures, and in depth alone
		technicians, cost, effort := 3-k%2, int64(160-k%2*20), k/2*1_000_000
		h := newHunt(context.Background(), newState(newCore(star(3, technicians)), 1), Options{Iterations: 1})
		require.True(t, h.poolable())
		h.pool.open = true
		for _, plan := range plans {
			if technicians == 2 {
				plan = [][]int32{plan[0], slices.Concat(plan[1], plan[2])}
			}
			h.become(plan, nil, nil)
			require.Equal(t, cost, h.best.cost)
			h.remember()
		}
		require.Equal(t, technicians == 3, h.recombineWithin(effort), "three rounds for %d technicians", technicians)
		if technicians == 3 {
			require.Equal(t, int64(120), h.best.cost)
			require.Equal(t, int64(120), h.cost)
		}
	}
}

// What stands in one round must not depend on another, and no round may have
// begun, for rounds to be put together freely.
func TestWhatCannotBePutTogether(t *testing.T) {
	t.Parallel()
	hunted := func(change func(*routing.Problem)) *hunt {
		p := star(2, 2)
		change(p)
		return newHunt(context.Background(), newState(newCore(p), 1), Options{Iterations: 1})
	}
	require.True(t, hunted(func(*routing.Problem) {}).poolable())
	require.False(t, hunted(func(p *routing.Problem) { p.Visits[0].Together, p.Visits[1].Together = 1, 1 }).poolable())
	require.False(t, hunted(func(p *routing.Problem) { p.Shifts[0].HasLeft = true }).poolable())
}

// Choices among rounds take a quarter of what the search takes at most, all
// together, and a tenth each: of 1,000 iterations of 8,000 numbers 800,000, as long
// as 2,000,000 are not used up.
func TestRecombiningKeepsToItsShare(t *testing.T) {
	t.Parallel()
	h := newHunt(context.Background(), newState(newCore(star(2, 2)), 1), Options{Iterations: 1000})
	h.iterations, h.expected = 1000, 1000
	require.Equal(t, 800_000, h.effort())
	h.pool.work = 1_500_000
	require.Equal(t, 500_000, h.effort())
	h.pool.work = 2_500_000
	require.Negative(t, h.effort())
}
