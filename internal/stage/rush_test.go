package stage_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/decide"
	"roundsman/dispatch/desk"
	"roundsman/internal/stage"
	"roundsman/routing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"
)

// rush is the stage's road, on which every way takes twice as long until nine, and
// from ten on what it always does; in between it gets better evenly.
type rush struct{ stage.Road }

// The states of the road.
const (
	ordinary = "ordinary"
	twice    = "twice"
)

func (rush) Stages(_ routing.Mode, from, _ time.Time) []routing.Stage {
	all := []routing.Stage{
		{From: stage.At(0, 0), Hour: stage.At(0, 0), Here: twice, Next: twice},
		{From: stage.At(9, 0), Hour: stage.At(9, 0), Here: twice, Next: ordinary},
		{From: stage.At(10, 0), Hour: stage.At(10, 0), Here: ordinary, Next: ordinary},
	}
	for len(all) > 1 && !all[1].From.After(from) {
		all = all[1:]
	}
	return all
}

func (r rush) TableOn(ctx context.Context, from, to []orb.Point, mode routing.Mode, on routing.Roads) (*routing.Table, error) {
	t, err := r.Road.Table(ctx, from, to, mode, time.Time{})
	if on == twice {
		for i := range t.Seconds {
			t.Seconds[i] *= 2
		}
	}
	return t, err
}

// The technician lives 40 minutes from the first customer and begins at eight. Who
// is asked for at the earliest comes at 8:40, in the rush at 9:20; both windows and
// the plan of the day say so, and 20 minutes on are 23 at 9:51.
func TestTheHourCountsInQuotesAndPlans(t *testing.T) {
	t.Parallel()
	first := func(roads routing.Travel) (*stage.Stage, dispatch.Offer) {
		s := stage.New(t, stage.Size{Technicians: 1, People: 80, Days: 1})
		s.Decide.Ways = decide.NewWays(roads)
		v := opened(t, s, 78, "printer_fault")
		q, err := s.Desk.Quote(t.Context(), s.Agent, desk.NewQuote{TicketID: v.Ticket.ID, Days: 1})
		require.NoError(t, err)
		require.NotEmpty(t, q.Offers, "%+v", q.Refused)
		o := slices.MinFunc(q.Offers, func(a, b dispatch.Offer) int { return a.PlannedStart.Compare(b.PlannedStart) })
		_, err = s.Desk.Promise(t.Context(), s.Agent, desk.NewPromise{OutcomeID: o.OutcomeID})
		require.NoError(t, err)
		return s, o
	}
	_, usual := first(stage.Road{})
	s, late := first(rush{})
	require.Equal(t, stage.At(8, 40), usual.PlannedStart.UTC())
	require.Equal(t, stage.At(9, 20), late.PlannedStart.UTC())
	require.GreaterOrEqual(t, late.WindowEnd.Sub(usual.WindowEnd), 40*time.Minute)
	require.True(t, late.PlannedStart.Before(late.WindowEnd))

	p := promisedAt(t, s, 38, stage.At(10, 0), stage.At(12, 0))
	publish(t, s) // every draft has passed the judge
	second := stopOf(t, s, p.Promise.VisitID)
	require.Equal(t, stage.At(10, 14), second.PlannedStart.UTC())
	require.Equal(t, 23*60, *second.LegSeconds)
}
