package stage_test

import (
	"testing"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/desk"
	"roundsman/dispatch/field"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

func sweep(t *testing.T, s *stage.Stage) {
	t.Helper()
	require.NoError(t, s.Control.Sweep(t.Context()))
}

// Nobody comes: when the window is over the person is told once, when the day is
// over the promise is broken, and the visit waits for another day.
func TestNobodyCame(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	v, p := promised(t, s, 0, "printer_fault")
	publish(t, s)
	s.Clock.Set(p.Promise.WindowEnd.Add(-time.Second))
	sweep(t, s) // which learns from the drives of the days before
	before := digest(t, s)
	sweep(t, s)
	require.Equal(t, before, digest(t, s), "nothing is due yet")

	s.Clock.Set(p.Promise.WindowEnd)
	sweep(t, s)
	late := promise(t, s, p.Promise.ID)
	require.Equal(t, dispatch.PromiseOpen, late.Promise.State)
	require.Equal(t, s.Clock.Now(), late.Promise.AtRiskSince.UTC())
	require.Equal(t, []dispatch.EntryKind{dispatch.EntryMade, dispatch.EntryAtRisk}, kinds(late))
	require.Equal(t, last(late.Entries).Reason, "window_over")
	require.Equal(t, []string{"promise_made", "late"}, notices(t, s, p.Promise.ID))
	before = digest(t, s)
	sweep(t, s)
	require.Equal(t, before, digest(t, s), "told once")

	s.Clock.Set(stage.At(17, 0)) // the shift is over at half past four
	sweep(t, s)
	broken := promise(t, s, p.Promise.ID)
	require.Equal(t, dispatch.PromiseBroken, broken.Promise.State)
	require.Equal(t, "never_came", last(broken.Entries).Reason)
	require.Equal(t, []string{"promise_made", "late", "broken"}, notices(t, s, p.Promise.ID))
	require.Equal(t, dispatch.VisitWaiting, stopOf(t, s, p.Promise.VisitID).State)
	require.Equal(t, 1, events(t, s, "visit.unserved"))
	require.Equal(t, dispatch.TicketOpen, ticket(t, s, v.Ticket.ID).Ticket.State, "its owner acts next")
	before = digest(t, s)
	sweep(t, s)
	require.Equal(t, before, digest(t, s), "broken once")
	require.Equal(t, dispatch.PromiseCount{Kind: dispatch.ArrivalPromise, Made: 1, Broken: 1}, count(t, s))

	q, err := s.Desk.Quote(ctx, s.Agent, desk.NewQuote{TicketID: v.Ticket.ID, Days: 2})
	require.NoError(t, err)
	require.NotEmpty(t, q.Offers)
	require.Equal(t, dispatch.Date("2026-03-10"), dispatch.DateOf(q.Offers[0].WindowStart, time.UTC))
}

// A visit without a promise that nobody came to waits again too, and what was
// begun stays where it is.
func TestUnservedVisitsWaitAgain(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	visits := planned(t, s, 2)
	begun := stopOf(t, s, visits[0])
	s.Clock.Set(*begun.PlannedLeave)
	_, err := s.Field.Leave(ctx, s.Crew[crewOf(t, s, *begun.TechnicianID)], begun.ID, field.NewFact{})
	require.NoError(t, err)
	s.Clock.Set(stage.At(16, 29))
	sweep(t, s)
	require.Equal(t, dispatch.VisitScheduled, stopOf(t, s, visits[1]).State, "the shift is not over")
	s.Clock.Set(stage.At(16, 30))
	sweep(t, s)
	missed := stopOf(t, s, visits[1])
	require.Equal(t, dispatch.VisitWaiting, missed.State)
	require.Nil(t, missed.PlannedStart)
	require.Equal(t, dispatch.TicketOpen, ticket(t, s, missed.TicketID).Ticket.State)
	require.Equal(t, dispatch.VisitEnRoute, stopOf(t, s, visits[0]).State)
	sweep(t, s)
	require.Equal(t, 1, events(t, s, "visit.unserved"))
}

// Who left and never arrived is not on the way for ever: the next day the promise
// is broken.
func TestLeftAndNeverArrived(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	_, p := promised(t, s, 0, "printer_fault")
	publish(t, s)
	s.Clock.Set(*promise(t, s, p.Promise.ID).ETA)
	_, err := s.Field.Leave(ctx, s.Crew[crewOf(t, s, p.Promise.TechnicianID)], p.Promise.VisitID, field.NewFact{})
	require.NoError(t, err)
	s.Clock.Set(stage.At(17, 0))
	sweep(t, s)
	require.Equal(t, dispatch.PromiseOpen, promise(t, s, p.Promise.ID).Promise.State, "they may still arrive")
	s.Clock.Set(stage.At(17, 0).Add(12 * time.Hour))
	sweep(t, s)
	require.Equal(t, dispatch.PromiseBroken, promise(t, s, p.Promise.ID).Promise.State)
}

// Promises that were told long ago do not keep a sweep from those that nobody has
// been told of.
func TestASweepBeginsWithWhoWasNotTold(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Size{Technicians: 2, People: 6, Days: 1})
	ctx := t.Context()
	_, p := promised(t, s, 0, "printer_fault")
	_, q := promised(t, s, 2, "printer_fault")
	retold(t, s, q.Promise.ID, 2*time.Hour)
	s.Clock.Set(p.Promise.WindowEnd)
	sweep(t, s)
	s.Clock.Set(q.Promise.WindowEnd.Add(2 * time.Hour))
	require.NoError(t, s.Store.Read(ctx, func(tx dispatch.Tx) error {
		list, err := tx.Overdue(ctx, s.Clock.Now(), 1)
		require.NoError(t, err)
		require.Len(t, list, 1)
		require.Equal(t, q.Promise.ID, list[0].ID)
		return nil
	}))
}

// Old what-ifs are forgotten; what was committed and the ledger are not.
func TestOldOutcomesAreForgotten(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	_, p := promised(t, s, 0, "printer_fault")
	_ = offerOutcome(t, s, 2)
	s.Clock.Set(s.Clock.Now().Add(26 * time.Hour))
	sweep(t, s)
	var n int
	require.NoError(t, s.Pool.QueryRow(t.Context(), `select count(*) from outcomes where committed_at is null`).Scan(&n))
	require.Zero(t, n)
	require.NotEmpty(t, promise(t, s, p.Promise.ID).Entries)
}

func offerOutcome(t *testing.T, s *stage.Stage, person int) dispatch.Offer {
	_, o := offerFor(t, s, person)
	return o
}

// One promise that could not be settled kept everybody behind it from being told.
func TestWhatCannotBeSettledStandsInNobodysWay(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Size{Technicians: 2, People: 6, Days: 1})
	ctx := t.Context()
	_, a := promised(t, s, 0, "printer_fault")
	_, b := promised(t, s, 2, "printer_fault")
	publish(t, s)
	if b.Promise.WindowEnd.Before(a.Promise.WindowEnd) {
		a, b = b, a
	}
	_, err := s.Pool.Exec(ctx, `create trigger broken before insert on notices for each row when (new.promise_id = '`+a.Promise.ID.String()+`') execute function refuse_change('broken')`)
	require.NoError(t, err)
	s.Clock.Set(b.Promise.WindowEnd)
	require.ErrorContains(t, s.Control.Sweep(ctx), a.Promise.ID.String())
	require.Nil(t, promise(t, s, a.Promise.ID).Promise.AtRiskSince)
	require.NotNil(t, promise(t, s, b.Promise.ID).Promise.AtRiskSince)
}
