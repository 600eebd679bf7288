package stage_test

import (
	"context"
	"testing"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/control"
	"roundsman/dispatch/desk"
	"roundsman/dispatch/field"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

func startRun(t *testing.T, s *stage.Stage, seconds int) dispatch.PlanRun {
	t.Helper()
	r, err := s.Control.StartRun(t.Context(), s.Dispatcher, control.NewRun{RegionID: stage.Day().RegionID, Date: stage.Monday, Seconds: seconds})
	require.NoError(t, err)
	require.Equal(t, dispatch.RunQueued, r.State)
	return r
}

func runNow(t *testing.T, s *stage.Stage, id ids.ID) dispatch.PlanRun {
	t.Helper()
	r, err := s.Control.Run(t.Context(), s.Dispatcher, id)
	require.NoError(t, err)
	return r
}

func TestARunThatCannotBe(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	_, err := s.Control.StartRun(ctx, s.Dispatcher, control.NewRun{RegionID: ids.New(), Date: stage.Monday})
	refused(t, "region_not_found", err)
	_, err = s.Control.StartRun(ctx, s.Dispatcher, control.NewRun{RegionID: stage.Day().RegionID, Date: "2026-03-08"})
	refused(t, "day_missing", err)
	_, err = s.Control.StartRun(ctx, s.Agent, control.NewRun{RegionID: stage.Day().RegionID, Date: stage.Monday})
	refused(t, "scope_missing", err)
	for _, err := range []error{
		errOf(s.Control.Run(ctx, s.Dispatcher, ids.New())), errOf(s.Control.CancelRun(ctx, s.Dispatcher, ids.New())),
		errOf(s.Control.PublishRun(ctx, s.Dispatcher, ids.New())), errOf(s.Control.Draft(ctx, s.Dispatcher, ids.New())),
	} {
		refused(t, "plan_run_not_found", err)
	}
	r := startRun(t, s, 1)
	refused(t, "no_draft", errOf(s.Control.PublishRun(ctx, s.Dispatcher, r.ID)))
	refused(t, "no_draft", errOf(s.Control.Draft(ctx, s.Dispatcher, r.ID)))
}

func errOf[T any](_ T, err error) error { return err }

func errOfPage[T any](_ T, _ string, err error) error { return err }

func TestARunIsCancelledBeforeItBegins(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	five := 5
	r, err := s.Control.StartRun(ctx, s.Dispatcher, control.NewRun{RegionID: stage.Day().RegionID, Date: stage.Monday, Seconds: 1, MostMoved: &five})
	require.NoError(t, err)
	require.Equal(t, &five, runNow(t, s, r.ID).MostMoved)
	c, err := s.Control.CancelRun(ctx, s.Dispatcher, r.ID)
	require.NoError(t, err)
	require.Equal(t, dispatch.RunCancelled, c.State)
	require.NotNil(t, c.EndedAt)
	require.NoError(t, s.Work(ctx), "the worker finds it over")
	require.Equal(t, c.Version, runNow(t, s, r.ID).Version)
	refused(t, "plan_run_over", errOf(s.Control.CancelRun(ctx, s.Dispatcher, r.ID)))
	refused(t, "no_draft", errOf(s.Control.PublishRun(ctx, s.Dispatcher, r.ID)))
	require.Equal(t, 1, events(t, s, "plan_run.cancelled"))
}

func TestARunIsCancelledOnItsWay(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Size{Technicians: 3, People: 30, Days: 1})
	ctx := t.Context()
	for i := range 30 {
		opened(t, s, i, "printer_fault")
	}
	r := startRun(t, s, 60)
	done := make(chan error, 1)
	go func() { done <- s.Work(ctx) }()
	require.Eventually(t, func() bool { return runNow(t, s, r.ID).Progress > 0 }, 30*time.Second, 20*time.Millisecond)
	c, err := s.Control.CancelRun(ctx, s.Dispatcher, r.ID)
	require.NoError(t, err)
	require.Equal(t, dispatch.RunRunning, c.State, "the worker stops by itself")
	require.NoError(t, <-done)
	c = runNow(t, s, r.ID)
	require.Less(t, c.Progress, 1.0, "long before its time was up")
	require.Equal(t, dispatch.RunCancelled, c.State)
	require.Nil(t, c.OutcomeID)
	require.Equal(t, 1, events(t, s, "plan_run.cancelled"))
	require.Empty(t, roundOf(t, s, 0).Stops)
}

func TestADraftIsPublishedOnce(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	visit := opened(t, s, 0, "printer_fault").Visits[0].ID
	r := startRun(t, s, 1)
	require.NoError(t, s.Work(ctx))
	r = runNow(t, s, r.ID)
	require.Equal(t, dispatch.RunDrafted, r.State, r.Error)
	require.Equal(t, 1, r.Assigned)
	require.InDelta(t, 1, r.Progress, 0)
	require.Nil(t, stopOf(t, s, visit).RoundID, "a draft writes no round")
	round, err := s.Field.OwnRound(ctx, s.Crew[0], nil)
	require.NoError(t, err)
	require.Empty(t, round.Stops)
	_, err = s.Control.CommitMove(ctx, s.Dispatcher, visit, *r.OutcomeID)
	refused(t, "outcome_kind", err)

	both := make(chan error, 2)
	for range 2 {
		go func() { both <- errOf(s.Control.PublishRun(ctx, s.Dispatcher, r.ID)) }()
	}
	won := 0
	for range 2 {
		if err := <-both; err == nil {
			won++
		} else {
			require.Contains(t, []string{"plan_run_over", "outcome_used"}, fault.CodeOf(err), "%v", err)
		}
	}
	require.Equal(t, 1, won)
	require.Equal(t, 1, events(t, s, "plan.published"))
	refused(t, "plan_run_over", errOf(s.Control.PublishRun(ctx, s.Dispatcher, r.ID)))
	require.NotNil(t, stopOf(t, s, visit).RoundID)
	refused(t, "shift_not_found", errOf(s.Field.OwnRound(ctx, s.Crew[0], ptr(dispatch.Date("2026-03-08")))))
}

// Behind a draft a round has begun with something else: it can't be published, and
// nothing of it is written.
func TestADraftOfADayThatMoved(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Size{Technicians: 1, People: 6, Days: 1})
	ctx := t.Context()
	first := opened(t, s, 0, "printer_fault").Visits[0].ID
	publish(t, s)
	opened(t, s, 2, "printer_fault")
	r := startRun(t, s, 1)
	require.NoError(t, s.Work(ctx))
	v, err := s.Desk.ResolveTicket(ctx, s.Agent, stopOf(t, s, first).TicketID, ticket(t, s, stopOf(t, s, first).TicketID).Ticket.Version, "by phone")
	require.NoError(t, err)
	require.Equal(t, dispatch.TicketResolved, v.State)
	f := refused(t, "outcome_changed", errOf(s.Control.PublishRun(ctx, s.Dispatcher, r.ID)))
	require.Contains(t, f.Members, "blocked")
	require.Equal(t, dispatch.RunDrafted, runNow(t, s, r.ID).State)
	require.Empty(t, roundOf(t, s, 0).Stops)
}

// What a plan leaves out says truly why, technician by technician.
func TestWhatAPlanLeavesOutSaysWhy(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Size{Technicians: 2, People: 12, Days: 1})
	ctx := t.Context()
	// Two technicians carry two laptops each; five machines want one.
	for i := range 5 {
		opened(t, s, i, "virus_cleanup")
	}
	_, err := s.Pool.Exec(ctx, `update technician_skills set level = 1`)
	require.NoError(t, err)
	hard := opened(t, s, 6, "printer_fault").Visits[0].ID
	_, err = s.Pool.Exec(ctx, `update visits set skill_level = 2 where id = $1`, hard)
	require.NoError(t, err)
	long := opened(t, s, 8, "printer_fault").Visits[0].ID
	_, err = s.Pool.Exec(ctx, `update visits set minutes = 520 where id = $1`, long)
	require.NoError(t, err)
	r := startRun(t, s, 1)
	require.NoError(t, s.Work(ctx))
	o, err := s.Control.Draft(ctx, s.Dispatcher, r.ID)
	require.NoError(t, err)
	require.Len(t, o.Unassigned, 3)
	codes := map[ids.ID][]string{}
	for _, u := range o.Unassigned {
		for _, c := range u.Reasons {
			require.NotNil(t, c.TechnicianID)
			codes[u.VisitID] = append(codes[u.VisitID], c.Code)
		}
	}
	require.Equal(t, []string{"skill_missing", "skill_missing"}, codes[hard])
	require.Equal(t, []string{"shift_too_short", "shift_too_short"}, codes[long])
	delete(codes, hard)
	delete(codes, long)
	for _, c := range codes {
		require.Equal(t, []string{"kit_used", "kit_used"}, c)
	}
	require.Equal(t, 3, runNow(t, s, r.ID).Unassigned)
}

// The kit is used up by what is promised: a quote says so, and not that there were
// no gap.
func TestAQuoteSaysThatTheKitIsUsedUp(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Size{Technicians: 1, People: 6, Days: 1})
	ctx := t.Context()
	promised(t, s, 0, "virus_cleanup")
	promised(t, s, 1, "virus_cleanup")
	v := opened(t, s, 2, "virus_cleanup")
	q, err := s.Desk.Quote(ctx, s.Agent, desk.NewQuote{TicketID: v.Ticket.ID, Days: 1})
	require.NoError(t, err)
	require.Empty(t, q.Offers)
	require.Len(t, q.Refused, 1)
	require.Equal(t, "kit_used", q.Refused[0].Reasons[0].Code)
}

// After a technician is late with one, the chance and the ETA of the next are
// written, and a promise that falls through a floor is told of once.
func TestWhoIsLateTellsTheNext(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Size{Technicians: 1, People: 6, Days: 1})
	ctx := t.Context()
	_, p := promised(t, s, 0, "printer_fault")
	_, q := promised(t, s, 2, "printer_fault")
	publish(t, s)
	p, q = promise(t, s, p.Promise.ID), promise(t, s, q.Promise.ID)
	if q.ETA.Before(*p.ETA) {
		p, q = q, p
	}
	s.Clock.Set(*p.ETA)
	_, err := s.Field.Arrive(ctx, s.Crew[0], p.Promise.VisitID, field.NewFact{})
	require.NoError(t, err)
	require.NoError(t, s.Work(ctx))
	require.Equal(t, []string{"promise_made"}, notices(t, s, q.Promise.ID), "all is well")

	s.Clock.Set(q.Promise.WindowEnd.Add(-time.Minute)) // the first took far longer than planned
	_, err = s.Field.Done(ctx, s.Crew[0], p.Promise.VisitID, field.NewFact{})
	require.NoError(t, err)
	require.NoError(t, s.Work(ctx))
	now := promise(t, s, q.Promise.ID)
	require.Less(t, *now.Promise.Chance, 0.8)
	require.False(t, now.ETA.Before(q.Promise.WindowEnd.Add(-time.Minute)), "%s", now.ETA)
	require.Equal(t, []dispatch.EntryKind{dispatch.EntryMade, dispatch.EntryAtRisk}, kinds(now))
	require.Equal(t, q.Promise.WindowEnd, now.Promise.WindowEnd, "a promise is never moved")
	told := notices(t, s, q.Promise.ID)
	require.Len(t, told, 2)
	round := roundOf(t, s, 0).Round.ID
	require.NoError(t, s.Decide.Retime(ctx, round))
	require.NoError(t, s.Decide.Retime(ctx, round))
	require.Equal(t, told, notices(t, s, q.Promise.ID), "told once")
	require.Len(t, promise(t, s, q.Promise.ID).Entries, 2)
	require.Error(t, s.Decide.Retime(ctx, ids.New()))
}

// A server that was stopped in good order ended its searches as cancelled.
func TestARunOutlivesTheServerThatSearches(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Size{Technicians: 3, People: 30, Days: 1})
	for i := range 30 {
		opened(t, s, i, "printer_fault")
	}
	r := startRun(t, s, 2)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Control.Execute(ctx, r.ID) }()
	require.Eventually(t, func() bool { return runNow(t, s, r.ID).Progress > 0 }, 30*time.Second, 10*time.Millisecond)
	stop()
	require.ErrorIs(t, <-done, context.Canceled, "the job is done again")
	require.Equal(t, dispatch.RunRunning, runNow(t, s, r.ID).State)
	require.NoError(t, s.Control.Execute(t.Context(), r.ID))
	require.Equal(t, dispatch.RunDrafted, runNow(t, s, r.ID).State)
	require.Zero(t, events(t, s, "plan_run.cancelled"))
}
