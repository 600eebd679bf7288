package stage_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/control"
	"roundsman/dispatch/decide"
	"roundsman/dispatch/desk"
	"roundsman/dispatch/field"
	"roundsman/internal/ids"
	"roundsman/internal/stage"
	"roundsman/routing"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
)

// The Monday two weeks after the first one, behind the last of the drives.
const thirdMonday = dispatch.Date("2026-03-23")

// third is an instant of it.
func third(hour, minute int) time.Time { return stage.At(14*24+hour, minute) }

// droveBefore writes that every technician drove to a customer ten minutes away at
// eight, on every day until then, and what it took.
func droveBefore(t *testing.T, s *stage.Stage, before dispatch.Date, took time.Duration) (n int) {
	t.Helper()
	ticket := opened(t, s, 18, "printer_fault").Ticket // at 0.10
	b := &pgx.Batch{}
	for _, h := range s.Setup.Shifts {
		if h.Date >= before {
			continue
		}
		n++
		b.Queue(`insert into visits (id, ticket_id, person_id, site_id, region_id, state, minutes, spread, skill_code, skill_level, priority,
			    round_id, shift_id, technician_id, position, planned_leave, planned_start, planned_end, leg_seconds, leg_metres, departed_at, arrived_at, completed_at)
			select $1, $2, $3, $4, $5, 'completed', 30, 0.3, 'hardware', 1, 3, r.id, r.shift_id, r.technician_id, 1, $6, $6, $6, 600, 10000, $6, $7, $7
			from rounds r where r.shift_id = $8`, ids.New(), ticket.ID, ticket.PersonID, ticket.SiteID, h.RegionID,
			h.StartsAt, h.StartsAt.Add(took+time.Minute), h.ID) // and a minute of corridor
	}
	require.NoError(t, s.Pool.SendBatch(t.Context(), b).Close())
	return n
}

func learned(t *testing.T, s *stage.Stage) control.LearnedView {
	t.Helper()
	v, err := s.Control.LearnedTimes(t.Context(), s.Dispatcher, stage.Day().RegionID)
	require.NoError(t, err)
	return v
}

func learnedAt(t *testing.T, s *stage.Stage, hour int) dispatch.LearnedHour {
	t.Helper()
	list := learned(t, s).Hours
	k := slices.IndexFunc(list, func(h dispatch.LearnedHour) bool { return h.Kind == dispatch.Workday && h.Hour == hour })
	require.GreaterOrEqual(t, k, 0, "%+v", list)
	return list[k]
}

// firstOffer is the earliest start that somebody 40 minutes from home is offered on
// the third Monday.
func firstOffer(t *testing.T, s *stage.Stage) dispatch.Offer {
	t.Helper()
	v := opened(t, s, 78, "printer_fault")
	q, err := s.Desk.Quote(t.Context(), s.Agent, desk.NewQuote{TicketID: v.Ticket.ID, Days: 1})
	require.NoError(t, err)
	require.NotEmpty(t, q.Offers, "%+v", q.Refused)
	return slices.MinFunc(q.Offers, func(a, b dispatch.Offer) int { return a.PlannedStart.Compare(b.PlannedStart) })
}

// Twenty drives in two weeks took twice as long as the road says. They count as 18 by
// now, and go 18/28 of the way: 2^0.64 = 1.56, in steps of five 1.55. Forty minutes are
// 62 then. The next night says the same, since what the road says has nothing learned
// in it; other roads are measured anew; and held, or put aside, is as it says.
func TestWhatDrivesTookIsLearnedByNightAndPlannedWith(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Size{Technicians: 2, People: 80, Days: 12})
	ctx := t.Context()
	n := droveBefore(t, s, thirdMonday, 20*time.Minute)
	require.Equal(t, 20, n)
	s.Clock.Set(third(1, 30))
	require.NoError(t, s.Control.Sweep(ctx))
	require.Empty(t, learned(t, s).Hours, "not before two")
	require.Equal(t, third(8, 40), firstOffer(t, s).PlannedStart.UTC())

	s.Clock.Set(third(2, 30))
	require.NoError(t, s.Control.Sweep(ctx))
	eight := learnedAt(t, s, 8)
	require.Equal(t, 155, eight.Percent)
	require.Equal(t, 20, eight.Drives)
	require.Equal(t, stage.At(8, 0), eight.Since.UTC())
	require.Equal(t, s.Clock.Now(), *eight.ChangedAt)
	require.Equal(t, 1, events(t, s, "learned_times.changed"))
	require.Equal(t, third(9, 2), firstOffer(t, s).PlannedStart.UTC())

	// Another process knows it, too.
	again := stage.Over(s.Pool, s.Setup, s.Accounts)
	again.Clock.Set(s.Clock.Now())
	require.Equal(t, third(9, 2), firstOffer(t, again).PlannedStart.UTC())

	// Once a night, and the next one changes nothing.
	version := learned(t, s).Version
	require.NoError(t, s.Control.Sweep(ctx))
	require.Equal(t, version, learned(t, s).Version)
	s.Clock.Set(third(26, 30))
	require.NoError(t, s.Control.Sweep(ctx))
	require.Greater(t, learned(t, s).Version, version)
	require.Equal(t, eight, learnedAt(t, s, 8))
	require.Equal(t, 1, events(t, s, "learned_times.changed"))

	// On roads that say twenty minutes they took what they should have.
	s.Control.Roads, s.Control.RoadsName = slowRoad{}, "twice as slow"
	s.Clock.Set(s.Clock.Now().Add(2 * time.Hour))
	require.NoError(t, s.Control.Sweep(ctx))
	require.Equal(t, 100, learnedAt(t, s, 8).Percent)
	require.Equal(t, 20, learnedAt(t, s, 8).Drives)
	require.Equal(t, 2, events(t, s, "learned_times.changed"))
}

func TestLearnedTimesAreHeldAndPutAside(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Size{Technicians: 2, People: 80, Days: 12})
	ctx := t.Context()
	droveBefore(t, s, thirdMonday, 20*time.Minute)
	s.Clock.Set(third(2, 30))
	use := func(u dispatch.LearnedUse) {
		v, err := s.Control.UseLearnedTimes(ctx, s.Dispatcher, dispatch.LearnedTimes{RegionID: stage.Day().RegionID, Use: u, Version: learned(t, s).Version})
		require.NoError(t, err)
		require.Equal(t, s.Dispatcher.AccountID, *v.SetBy)
	}
	start := func() time.Time { return firstOffer(t, s).PlannedStart.UTC() }
	use(dispatch.HoldTimes)
	require.NoError(t, s.Control.Sweep(ctx))
	require.Empty(t, learned(t, s).Hours, "held with nothing learned")
	use(dispatch.ProfileTimes)
	s.Clock.Set(third(26, 30))
	require.NoError(t, s.Control.Sweep(ctx))
	require.Equal(t, 155, learnedAt(t, s, 8).Percent, "seen, and not used")
	require.Equal(t, third(32, 40), start())
	use(dispatch.LearnTimes)
	require.Equal(t, third(33, 2), start())
	require.Equal(t, 3, events(t, s, "learned_times.set"))

	region := stage.Day().RegionID
	refused(t, "scope_missing", errOf(s.Control.UseLearnedTimes(ctx, s.Agent, dispatch.LearnedTimes{RegionID: region, Use: dispatch.HoldTimes})))
	refused(t, "bad_learned_use", errOf(s.Control.UseLearnedTimes(ctx, s.Dispatcher, dispatch.LearnedTimes{RegionID: region, Use: "guess"})))
	refused(t, "version_stale", errOf(s.Control.UseLearnedTimes(ctx, s.Dispatcher, dispatch.LearnedTimes{RegionID: region, Use: dispatch.HoldTimes, Version: 1})))
	refused(t, "region_not_found", errOf(s.Control.UseLearnedTimes(ctx, s.Dispatcher, dispatch.LearnedTimes{RegionID: ids.New(), Use: dispatch.HoldTimes, Version: 1})))
	refused(t, "region_not_found", errOf(s.Control.LearnedTimes(ctx, s.Dispatcher, ids.New())))
}

// What somebody was told stays; they learn that it is in danger.
func TestAPromiseStandsWhateverIsLearned(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Size{Technicians: 1, People: 80, Days: 12})
	ctx := t.Context()
	droveBefore(t, s, thirdMonday, 38*time.Minute)
	s.Clock.Set(third(1, 30))
	p := promisedAt(t, s, 78, third(8, 30), third(9, 0)) // 40 minutes from home
	require.NoError(t, s.Work(ctx))
	good := *promise(t, s, p.Promise.ID).Promise.Chance
	s.Clock.Set(third(2, 30))
	require.NoError(t, s.Control.Sweep(ctx))
	require.NoError(t, s.Work(ctx))
	now := promise(t, s, p.Promise.ID).Promise
	require.Equal(t, p.Promise.WindowStart, now.WindowStart)
	require.Equal(t, p.Promise.WindowEnd, now.WindowEnd)
	require.Greater(t, good, 0.8)
	require.Less(t, *now.Chance, 0.5)
	require.NotNil(t, now.AtRiskSince)
	require.Equal(t, []string{"promise_made", "late"}, notices(t, s, p.Promise.ID))
}

// A day as technicians report it: 15 minutes from home to a customer ten minutes away,
// and a minute of corridor; then five minutes on, which a lunch made an hour. Only the
// first is a drive.
func TestADriveIsMeasuredFromWhatTheFieldReports(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Size{Technicians: 1, People: 40, Days: 3})
	ctx := t.Context()
	first, second := promisedAt(t, s, 18, stage.At(8, 0), stage.At(9, 0)), promisedAt(t, s, 28, stage.At(11, 0), stage.At(14, 0))
	publish(t, s)
	for _, report := range []struct {
		visit            ids.ID
		left, came, done time.Time
	}{
		{first.Promise.VisitID, stage.At(8, 0), stage.At(8, 16), stage.At(8, 46)},
		{second.Promise.VisitID, stage.At(11, 30), stage.At(12, 30), stage.At(13, 0)},
	} {
		for _, fact := range []struct {
			at time.Time
			do func() error
		}{
			{report.left, func() error { return errOf(s.Field.Leave(ctx, s.Crew[0], report.visit, field.NewFact{})) }},
			{report.came, func() error { return errOf(s.Field.Arrive(ctx, s.Crew[0], report.visit, field.NewFact{})) }},
			{report.done, func() error { return errOf(s.Field.Done(ctx, s.Crew[0], report.visit, field.NewFact{})) }},
		} {
			s.Clock.Set(fact.at)
			require.NoError(t, fact.do())
			require.NoError(t, s.Work(ctx))
		}
	}
	s.Clock.Set(stage.At(26, 30))
	require.NoError(t, s.Control.Sweep(ctx))
	var drives []dispatch.Drive
	require.NoError(t, s.Store.Read(ctx, func(tx dispatch.Tx) (err error) {
		drives, err = tx.DrivesSince(ctx, stage.Day().RegionID, stage.At(0, 0))
		return err
	}))
	require.Len(t, drives, 1)
	d := drives[0]
	d.DepartedAt = d.DepartedAt.UTC()
	require.Equal(t, dispatch.Drive{VisitID: first.Promise.VisitID, RegionID: stage.Day().RegionID, DepartedAt: stage.At(8, 0), Kind: dispatch.Workday, Hour: 8,
		TookSeconds: 15 * 60, RoadSeconds: 600}, d)
	eight := learnedAt(t, s, 8)
	require.Equal(t, 1, eight.Drives)
	require.Equal(t, 100, eight.Percent, "one says nothing yet")
}

// slowRoad takes twice as long as the stage's.
type slowRoad struct{ stage.Road }

func (r slowRoad) Travel(ctx context.Context, from, to orb.Point, mode routing.Mode, depart time.Time) (routing.Leg, error) {
	l, err := r.Road.Travel(ctx, from, to, mode, depart)
	l.Seconds *= 2
	return l, err
}

// Two servers whose night has come learn once between them, and a third one later
// nothing.
func TestServersLearnOnceBetweenThem(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Size{Technicians: 2, People: 80, Days: 12})
	droveBefore(t, s, thirdMonday, 20*time.Minute)
	servers := []*stage.Stage{s, stage.Over(s.Pool, s.Setup, s.Accounts), stage.Over(s.Pool, s.Setup, s.Accounts)}
	var g errgroup.Group
	for _, one := range servers {
		one.Clock.Set(third(2, 30))
		g.Go(func() error { return one.Control.Sweep(t.Context()) })
	}
	require.NoError(t, g.Wait())
	require.NoError(t, s.Control.Sweep(t.Context()))
	require.Equal(t, 155, learnedAt(t, s, 8).Percent)
	require.Equal(t, 20, learnedAt(t, s, 8).Drives)
	require.Equal(t, 1, events(t, s, "learned_times.changed"))
}

// On roads with a rush of their own, drives are measured against the rush: forty
// minutes where the rush makes twenty of ten is twice as long, as twenty is where there
// is none. What was learned comes on top of the rush.
func TestWhatIsLearnedComesOnTopOfTheHours(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Size{Technicians: 2, People: 80, Days: 12})
	ctx := t.Context()
	s.Control.Roads = rushing{}
	s.Decide.Ways = decide.NewWays(rushing{})
	droveBefore(t, s, thirdMonday, 38*time.Minute)
	s.Clock.Set(third(1, 30))
	require.Equal(t, third(9, 20), firstOffer(t, s).PlannedStart.UTC(), "forty minutes are eighty in the rush")
	s.Clock.Set(third(2, 30))
	require.NoError(t, s.Control.Sweep(ctx))
	require.Equal(t, 150, learnedAt(t, s, 8).Percent, "1.9 to the 18/28th part")
	// 80 minutes and half of them again.
	require.Equal(t, third(10, 0), firstOffer(t, s).PlannedStart.UTC())
}

// rushing is a road on which everything takes twice as long before noon.
type rushing struct{ stage.Road }

func (rushing) Stages(_ routing.Mode, from, _ time.Time) []routing.Stage {
	noon := from.Truncate(24 * time.Hour).Add(16 * time.Hour)
	return []routing.Stage{{From: from, Hour: from, Here: twice, Next: twice}, {From: noon, Hour: noon, Here: ordinary, Next: ordinary}}
}

func (rushing) TableOn(ctx context.Context, from, to []orb.Point, mode routing.Mode, on routing.Roads) (*routing.Table, error) {
	return rush{}.TableOn(ctx, from, to, mode, on)
}

func (rushing) Travel(ctx context.Context, from, to orb.Point, mode routing.Mode, depart time.Time) (routing.Leg, error) {
	l, err := stage.Road{}.Travel(ctx, from, to, mode, depart)
	if depart.UTC().Hour() < 16 {
		l.Seconds *= 2
	}
	return l, err
}
