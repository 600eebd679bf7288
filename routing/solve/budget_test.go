package solve

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"roundsman/routing"
)

// line is a day without visits on a line: places 0 to places-1 are as many seconds apart,
// and each technician works from one of them.
func line(places int, homes ...int) *routing.Problem {
	table := routing.NewTable(places, places)
	for i := range places {
		for j := range places {
			table.Set(i, j, routing.Leg{Seconds: routing.Seconds(max(i-j, j-i))})
		}
	}
	p := &routing.Problem{Tables: []*routing.Table{table}, Prices: routing.Prices{TravelSecond: 10, ChurnFree: 15}}
	for _, home := range homes {
		p.Shifts = append(p.Shifts, routing.Shift{Start: home, End: home, Work: routing.Window{Start: 0, End: 1000}})
	}
	return p
}

// Where the search has the call at the depot elsewhere than evaluation, those are counted
// whom evaluation moves. Nobody is when the call is between the two, but to call first is
// 10 seconds less on the way: there at 5, until 35, and at the first visit at 40, not at 10.
func TestMovedAreCountedByTheCallOfEvaluation(t *testing.T) {
	t.Parallel()
	p := line(30, 0)
	p.Shifts[0].Restock = &routing.Restock{Place: 5, Service: 30}
	p.Visits = []routing.Visit{
		{Place: 10, Priority: 1, Told: &routing.Told{Shift: 0, Start: 10}},
		{Place: 20, Priority: 1, Told: &routing.Told{Shift: 0, Start: 55}, Kit: []routing.KitNeed{{Item: 0, Units: 1}}},
	}
	none := 0
	p.MostMoved = &none
	_, score, err := routing.Evaluate(p, &routing.Plan{Rounds: []routing.Round{{Visits: []int{0, 1}}}})
	require.NoError(t, err)
	require.Equal(t, 1, score.Excess)
	c := newCore(p)
	depot := c.lanes[0].depot
	for _, visits := range [][]int32{{depot, 0, 1}, {0, depot, 1}} {
		x := track{visits: visits}
		require.True(t, c.refresh(0, &x))
		require.EqualValues(t, 1, x.moved, "%v", visits)
	}
}

// A cycle may begin at another plan just when no more may be moved: the general rounds then
// take over that plan, and not what staff still holds of the one before.
func TestGeneralRoundsTakeOverThePlanOfANewCycle(t *testing.T) {
	t.Parallel()
	p := line(100, 10, 90)
	for i, at := range []int{95, 5, 8} {
		p.Visits = append(p.Visits, routing.Visit{Place: at, Priority: 1, Told: &routing.Told{Shift: min(i, 1)}})
	}
	p.Visits[0].Told.Start, p.Visits[1].Told.Start, p.Visits[2].Told.Start = 85, 85, 88
	most := 1
	p.MostMoved = &most
	s := newState(newCore(p), 1)
	require.NoError(t, s.load(&routing.Plan{Rounds: []routing.Round{{Visits: []int{0}}, {Visits: []int{2, 1}}}}))
	h := newHunt(context.Background(), s, Options{Iterations: 1000})
	require.True(t, h.prepare())
	require.NotNil(t, h.staff)
	told := [][]int32{{0}, {2, 1}}
	h.become([][]int32{{2, 1}, {0}}, nil, nil)
	best, rounds := h.best, [][]int32{{2, 1}, {0}}
	require.EqualValues(t, 3, best.changes)
	h.become(told, nil, nil)
	require.Zero(t, h.changes)
	h.best, h.rounds = best, rounds
	h.opt.Iterations, h.done, h.cycles = 1, 0.5, 3
	h.until(1)
	require.Equal(t, 1, h.cycle)
	require.True(t, h.spent)
	is := h.tally
	h.become([][]int32{h.tracks[0].visits, h.tracks[1].visits}, nil, h.absent)
	require.Equal(t, h.tally, is)
}

// A bound that nobody can go beyond is none, and costs the search nothing.
func TestABoundForAllIsNone(t *testing.T) {
	t.Parallel()
	p := line(30, 0)
	most := 0
	p.MostMoved = &most
	p.Visits = []routing.Visit{{Place: 10, Priority: 1, Soft: &routing.Soft{End: 100, PerSecond: 1}}, {Place: 20, Priority: 1}}
	require.False(t, newCore(p).budgeted, "nobody was told")
	p.Visits[1].Told = &routing.Told{}
	require.True(t, newCore(p).budgeted)
	most = 1
	require.False(t, newCore(p).budgeted, "only one was told")
	most = 0
	p.Shifts[0].Frozen, p.Shifts[0].HasLeft = []routing.FrozenStop{{Visit: 1, Start: 20, End: 30}}, true
	require.False(t, newCore(p).budgeted, "who was told is served")
}
