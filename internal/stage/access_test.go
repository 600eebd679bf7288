package stage_test

import (
	"slices"
	"testing"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/desk"
	"roundsman/dispatch/setup"
	"roundsman/internal/stage"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"
)

// The technician lives 40 minutes from the site and begins at eight. A car park three
// minutes before it is reached at 8:37, and twelve minutes on foot make the call that
// much longer: quotes, promises and rounds say so. The site's own place takes the car
// park away again.
func TestWhereACarStopsAndTheWalkFromThere(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	first := func(e *setup.SiteEntry) dispatch.Visit {
		s := stage.New(t, stage.Size{Technicians: 1, People: 80, Days: 1})
		if e != nil {
			_, err := s.Entering.Sites().Change(ctx, s.Admin, stage.Name("site 39"), 1, *e)
			require.NoError(t, err)
		}
		v := opened(t, s, 78, "printer_fault")
		q, err := s.Desk.Quote(ctx, s.Agent, desk.NewQuote{TicketID: v.Ticket.ID, Days: 1})
		require.NoError(t, err)
		require.NotEmpty(t, q.Offers, "%+v", q.Refused)
		o := slices.MinFunc(q.Offers, func(a, b dispatch.Offer) int { return a.PlannedStart.Compare(b.PlannedStart) })
		p, err := s.Desk.Promise(ctx, s.Agent, desk.NewPromise{OutcomeID: o.OutcomeID})
		require.NoError(t, err)
		stop := stopOf(t, s, p.Promise.VisitID)
		require.Equal(t, o.PlannedStart.UTC(), stop.PlannedStart.UTC())
		return stop
	}
	usual := first(nil)
	require.Equal(t, stage.At(8, 40), usual.PlannedStart.UTC())
	require.Equal(t, 40*60, *usual.LegSeconds)

	walk := first(&setup.SiteEntry{WalkMinutes: ptr(12)})
	require.Equal(t, usual.PlannedStart, walk.PlannedStart, "the car comes when it came")
	require.Equal(t, usual.PlannedEnd.Add(12*time.Minute), *walk.PlannedEnd)

	park := setup.SiteEntry{AccessPoint: &orb.Point{0.37, 0}, WalkMinutes: ptr(12)}
	parked := first(&park)
	require.Equal(t, stage.At(8, 37), parked.PlannedStart.UTC())
	require.Equal(t, 37*60, *parked.LegSeconds)
	require.Equal(t, usual.PlannedEnd.Add(9*time.Minute), *parked.PlannedEnd)

	s := stage.New(t, stage.Small)
	id := stage.Name("site 0")
	at := orb.Point{0.01, 0}
	site, err := s.Entering.Sites().Change(ctx, s.Admin, id, 1, setup.SiteEntry{AccessPoint: &orb.Point{0.011, 0}, WalkMinutes: ptr(3)})
	require.NoError(t, err)
	require.Equal(t, orb.Point{0.011, 0}, *site.AccessPoint)
	site, err = s.Entering.Sites().Get(ctx, s.Admin, id)
	require.NoError(t, err)
	require.Equal(t, orb.Point{0.011, 0}, *site.AccessPoint)
	require.Equal(t, 3, site.WalkMinutes)
	site, err = s.Entering.Sites().Change(ctx, s.Admin, id, site.Version, setup.SiteEntry{AccessPoint: &at})
	require.NoError(t, err)
	require.Nil(t, site.AccessPoint, "a car stops at the door again")
	_, err = s.Entering.Sites().Change(ctx, s.Admin, id, site.Version, setup.SiteEntry{AccessPoint: &orb.Point{0, 0.01}, WalkMinutes: ptr(121)})
	require.Equal(t, "/walk", refused(t, "bad_entry", err).Fields[0].Pointer)
	_, err = s.Entering.Sites().Change(ctx, s.Admin, id, site.Version, setup.SiteEntry{AccessPoint: &orb.Point{-75.7, 39.7}})
	require.Equal(t, "/access_point", refused(t, "bad_entry", err).Fields[0].Pointer)
}
