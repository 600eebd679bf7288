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
