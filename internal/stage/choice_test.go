package stage_test

import (
	"testing"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/control"
	"roundsman/dispatch/desk"
	"roundsman/dispatch/field"
	"roundsman/internal/ids"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

// anew quotes other windows for a promise, of Tuesday where tuesday is set.
func anew(t *testing.T, s *stage.Stage, a desk.Acting, p desk.PromiseView, tuesday bool) dispatch.Offer {
	t.Helper()
	n := desk.NewQuote{TicketID: p.Promise.TicketID, InsteadOf: &p.Promise.ID, Days: 1}
	if tuesday {
		n.From = ptr(dispatch.Date("2026-03-10"))
	}
	q, err := s.Desk.QuoteAs(t.Context(), a, n)
	require.NoError(t, err)
	require.NotEmpty(t, q.Offers, "%+v", q.Refused)
	return q.Offers[0]
}

// promisedAt promises a window that was asked for.
func promisedAt(t *testing.T, s *stage.Stage, person int, start, end time.Time) desk.PromiseView {
	t.Helper()
	v := opened(t, s, person, "printer_fault")
	q, err := s.Desk.Quote(t.Context(), s.Agent, desk.NewQuote{TicketID: v.Ticket.ID, WantedStart: &start, WantedEnd: &end})
	require.NoError(t, err)
	require.NotNil(t, q.Wanted, "%+v", q.Refused)
	p, err := s.Desk.Promise(t.Context(), s.Agent, desk.NewPromise{OutcomeID: q.Wanted.OutcomeID})
	require.NoError(t, err)
	return p
}

// The customer wants another day: the old promise ends by their choice, a new one
// follows it, the visit is never without one, and neither counts against us.
func TestTheCustomerReschedules(t *testing.T) {
	t.Parallel()
	for name, acting := range map[string]func(s *stage.Stage, ticket ids.ID) desk.Acting{
		"by the agent":  func(s *stage.Stage, _ ids.ID) desk.Acting { return desk.Acting{Who: s.Agent} },
		"by themselves": func(_ *stage.Stage, ticket ids.ID) desk.Acting { return desk.Acting{Link: &ticket} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := stage.New(t, stage.Small)
			ctx := t.Context()
			_, p := promised(t, s, 0, "printer_fault")
			publish(t, s)
			p = promise(t, s, p.Promise.ID)
			a := acting(s, p.Promise.TicketID)
			o := anew(t, s, a, p, true)
			require.Equal(t, dispatch.PromiseOpen, promise(t, s, p.Promise.ID).Promise.State, "a quote changes nothing")
			_, err := s.Desk.Promise(ctx, s.Agent, desk.NewPromise{OutcomeID: o.OutcomeID})
			refused(t, "outcome_kind", err)
			_, err = s.Desk.Reschedule(ctx, a, p.Promise.ID, p.Promise.Version+1, desk.Reschedule{OutcomeID: o.OutcomeID})
			refused(t, "version_stale", err)

			n, err := s.Desk.Reschedule(ctx, a, p.Promise.ID, p.Promise.Version, desk.Reschedule{OutcomeID: o.OutcomeID, Note: "a meeting", Choice: dispatch.CustomerChoice})
			require.NoError(t, err)
			require.Equal(t, o.WindowStart, n.Promise.WindowStart.UTC())
			require.Equal(t, p.Promise.ID, *n.Promise.FollowsID)
			require.Equal(t, p.Promise.VisitID, n.Promise.VisitID, "the same visit")
			require.Equal(t, n.Promise.FirstStart, n.Promise.WindowStart, "judged by what they wanted")
			old := promise(t, s, p.Promise.ID)
			end := last(old.Entries)
			require.Equal(t, []any{dispatch.EntryWithdrawn, dispatch.CustomerChoice, "rescheduled"}, []any{end.Kind, end.Choice, end.Reason})
			require.Equal(t, "a meeting", old.Promise.Note)
			require.Equal(t, a.Link == nil, end.ActorID != nil, "nobody of ours did it with the link")
			require.Equal(t, []string{"promise_moved"}, notices(t, s, n.Promise.ID))
			require.Equal(t, dispatch.Date("2026-03-10"), dispatch.DateOf(*stopOf(t, s, p.Promise.VisitID).PlannedStart, time.UTC))
			require.Equal(t, dispatch.TicketPlanned, ticket(t, s, p.Promise.TicketID).Ticket.State)
			require.Equal(t, n.Promise.WindowEnd, ticket(t, s, p.Promise.TicketID).Ticket.NextUpdate)
			c := count(t, s)
			require.Equal(t, dispatch.PromiseCount{Kind: dispatch.ArrivalPromise, Made: 2, Open: 1, Withdrawn: 1}, c)
			require.Zero(t, c.Counted(), "what the customer wished is no failure of ours")
			_, err = s.Desk.Reschedule(ctx, a, p.Promise.ID, old.Promise.Version, desk.Reschedule{OutcomeID: o.OutcomeID})
			refused(t, "promise_state", err)
		})
	}
}

// We want another time: well ahead the promise is revised, with the notice that
// tells of it, and counted by its first window; in its last hour it is broken.
func TestWeReschedule(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	a := desk.Acting{Who: s.Agent}
	p := promisedAt(t, s, 0, stage.At(10, 0), stage.At(12, 0))
	o := anew(t, s, a, p, true)
	n, err := s.Desk.Reschedule(ctx, a, p.Promise.ID, p.Promise.Version, desk.Reschedule{OutcomeID: o.OutcomeID, Choice: dispatch.OurChoice, Wish: dispatch.WishOtherWindow})
	require.NoError(t, err)
	require.Equal(t, p.Promise.ID, n.Promise.ID, "the same promise")
	require.Equal(t, p.Promise.WindowStart, n.Promise.FirstStart)
	require.Equal(t, []dispatch.EntryKind{dispatch.EntryMade, dispatch.EntryRevised}, kinds(n))
	e := last(n.Entries)
	require.Equal(t, []any{dispatch.OurChoice, "other_window"}, []any{e.Choice, e.Reason})
	require.NotNil(t, e.NoticeID, "told with the change")
	require.Equal(t, 1, count(t, s).Revised)
	require.Zero(t, count(t, s).Unlinked)

	s.Clock.Set(n.Promise.WindowEnd.Add(-59 * time.Minute))
	again := anew(t, s, a, n, false)
	m, err := s.Desk.Reschedule(ctx, a, n.Promise.ID, n.Promise.Version, desk.Reschedule{OutcomeID: again.OutcomeID, Choice: dispatch.OurChoice})
	require.NoError(t, err)
	require.NotEqual(t, n.Promise.ID, m.Promise.ID)
	require.Equal(t, dispatch.PromiseBroken, promise(t, s, n.Promise.ID).Promise.State, "changed in its last hour")
	require.Equal(t, dispatch.PromiseOpen, m.Promise.State)
}

// Whose fault is it? A customer who gives up after we warned them counts against us.
func TestGivenUpAtRisk(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	_, p := promised(t, s, 0, "printer_fault")
	publish(t, s)
	s.Clock.Set(p.Promise.WindowEnd)
	sweep(t, s)
	p = promise(t, s, p.Promise.ID)
	_, err := s.Desk.WithdrawPromise(t.Context(), desk.Acting{Who: s.Agent}, p.Promise.ID, p.Promise.Version, desk.Withdrawal{Wish: dispatch.WishOtherWindow})
	require.NoError(t, err)
	c := count(t, s)
	require.Equal(t, 1, c.WithdrawnAtRisk)
	require.Equal(t, 1, c.Counted())
}

// Cancelled ends the visit and frees what was kept for it; what we cancel is broken.
func TestCancelledByTheCustomerAndByUs(t *testing.T) {
	t.Parallel()
	for choice, want := range map[dispatch.Choice]dispatch.PromiseState{dispatch.CustomerChoice: dispatch.PromiseWithdrawn, dispatch.OurChoice: dispatch.PromiseBroken} {
		s := stage.New(t, stage.Small)
		ctx := t.Context()
		_, p := promised(t, s, 0, "printer_fault")
		foreign := ids.New()
		_, err := s.Desk.WithdrawPromise(ctx, desk.Acting{Link: &foreign}, p.Promise.ID, p.Promise.Version, desk.Withdrawal{})
		refused(t, "promise_not_found", err)
		v, err := s.Desk.WithdrawPromise(ctx, desk.Acting{Who: s.Agent}, p.Promise.ID, p.Promise.Version, desk.Withdrawal{Choice: choice, Wish: dispatch.WishCancelled, Note: "works again"})
		require.NoError(t, err)
		require.Equal(t, want, v.Promise.State)
		require.Equal(t, []any{choice, "cancelled"}, []any{last(v.Entries).Choice, last(v.Entries).Reason})
		require.Equal(t, dispatch.VisitCancelled, stopOf(t, s, p.Promise.VisitID).State)
		require.Equal(t, dispatch.TicketOpen, ticket(t, s, p.Promise.TicketID).Ticket.State, "its owner acts next")
	}
}

// With the link somebody may choose for their own ticket, and for no other.
func TestALinkOpensOneTicket(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Size{Technicians: 2, People: 6, Days: 2})
	ctx := t.Context()
	_, p := promised(t, s, 0, "printer_fault")
	_, q := promised(t, s, 2, "printer_fault")
	mine := desk.Acting{Link: &p.Promise.TicketID}
	o := anew(t, s, mine, p, true)
	_, err := s.Desk.QuoteAs(ctx, mine, desk.NewQuote{TicketID: q.Promise.TicketID, InsteadOf: &q.Promise.ID})
	refused(t, "ticket_not_found", err)
	_, err = s.Desk.QuoteAs(ctx, mine, desk.NewQuote{TicketID: p.Promise.TicketID, InsteadOf: &q.Promise.ID})
	refused(t, "promise_not_found", err)
	_, err = s.Desk.Reschedule(ctx, mine, q.Promise.ID, q.Promise.Version, desk.Reschedule{OutcomeID: o.OutcomeID})
	refused(t, "promise_not_found", err)
	_, err = s.Desk.Reschedule(ctx, desk.Acting{Who: s.Agent}, q.Promise.ID, q.Promise.Version, desk.Reschedule{OutcomeID: o.OutcomeID})
	refused(t, "outcome_kind", err)
	_, err = s.Desk.Reschedule(ctx, desk.Acting{Who: s.Crew[0]}, p.Promise.ID, p.Promise.Version, desk.Reschedule{OutcomeID: o.OutcomeID})
	refused(t, "scope_missing", err)
}

// Nobody is given another window by whoever is on the way to them already.
func TestNoWindowIsChangedUnderWay(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	_, p := promised(t, s, 0, "printer_fault")
	publish(t, s)
	p = promise(t, s, p.Promise.ID)
	o := anew(t, s, desk.Acting{Who: s.Agent}, p, true)
	s.Clock.Set(*p.ETA)
	_, err := s.Field.Leave(ctx, s.Crew[crewOf(t, s, p.Promise.TechnicianID)], p.Promise.VisitID, field.NewFact{})
	require.NoError(t, err)
	_, err = s.Desk.Reschedule(ctx, desk.Acting{Who: s.Agent}, p.Promise.ID, promise(t, s, p.Promise.ID).Promise.Version, desk.Reschedule{OutcomeID: o.OutcomeID})
	refused(t, "visit_under_way", err)
	_, err = s.Desk.Quote(ctx, s.Agent, desk.NewQuote{TicketID: p.Promise.TicketID, InsteadOf: &p.Promise.ID})
	refused(t, "visit_under_way", err)
}

// The caller insists on a window that can hardly be kept: it is refused with those
// that can, and promised only by who may, with a reason, at its true chance.
func TestBelowTheFloor(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	v := opened(t, s, 2, "printer_fault")
	start, end := stage.At(7, 45), stage.At(8, 1) // the shift begins at eight
	q, err := s.Desk.Quote(ctx, s.Agent, desk.NewQuote{TicketID: v.Ticket.ID, WantedStart: &start, WantedEnd: &end})
	require.NoError(t, err)
	require.NotNil(t, q.Wanted, "%+v", q.Refused)
	require.Less(t, q.Wanted.Confidence, dispatch.DefaultFloors().Quote)
	_, err = s.Desk.Promise(ctx, s.Agent, desk.NewPromise{OutcomeID: q.Wanted.OutcomeID})
	f := refused(t, "below_floor", err)
	require.NotEmpty(t, f.Members["feasible_windows"])
	require.Equal(t, q.Wanted.Confidence, f.Members["chance"])
	_, err = s.Desk.Promise(ctx, s.Agent, desk.NewPromise{OutcomeID: q.Wanted.OutcomeID, Force: "the director insists"})
	refused(t, "scope_missing", err)
	require.Zero(t, count(t, s).Made, "nothing was stored")

	p, err := s.Desk.Promise(ctx, s.Lead, desk.NewPromise{OutcomeID: q.Wanted.OutcomeID, Force: "the director insists"})
	require.NoError(t, err)
	require.True(t, p.Promise.Forced)
	require.Equal(t, "the director insists", p.Promise.Note)
	require.Equal(t, q.Wanted.Confidence, p.Promise.Confidence, "what was said is true")
	require.Equal(t, "forced", p.Entries[0].Reason)
	require.Equal(t, 1, count(t, s).Forced)

	// A wanted window that is likely enough needs no force.
	w := opened(t, s, 0, "printer_fault")
	start, end = stage.At(13, 0), stage.At(15, 0)
	q, err = s.Desk.Quote(ctx, s.Agent, desk.NewQuote{TicketID: w.Ticket.ID, WantedStart: &start, WantedEnd: &end})
	require.NoError(t, err)
	require.NotNil(t, q.Wanted)
	p, err = s.Desk.Promise(ctx, s.Agent, desk.NewPromise{OutcomeID: q.Wanted.OutcomeID})
	require.NoError(t, err)
	require.False(t, p.Promise.Forced)
	require.Equal(t, start, p.Promise.WindowStart.UTC())
	_, err = s.Desk.Quote(ctx, s.Agent, desk.NewQuote{TicketID: w.Ticket.ID, WantedStart: &end, WantedEnd: &start})
	refused(t, "bad_window", err)
}

// A person's preference orders the offers; when their technician is away the quote
// says so, and who comes instead.
func TestAPreferenceIsShownAndNeverBlocks(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	v := opened(t, s, 0, "printer_fault")
	other := opened(t, s, 2, "printer_fault")
	tess := *s.Crew[1].TechnicianID
	_, err := s.Desk.Prefer(ctx, s.Agent, v.Person.ID, ptr(ids.New()))
	refused(t, "technician_not_found", err)
	_, err = s.Desk.Prefer(ctx, s.Agent, v.Person.ID, &tess)
	require.NoError(t, err)
	q, err := s.Desk.Quote(ctx, s.Agent, desk.NewQuote{TicketID: v.Ticket.ID, Days: 1})
	require.NoError(t, err)
	require.True(t, q.Preferred.Offered)
	require.True(t, q.Offers[0].Preferred)
	require.Equal(t, tess, q.Offers[0].TechnicianID)
	q, err = s.Desk.Quote(ctx, s.Agent, desk.NewQuote{TicketID: other.Ticket.ID, Days: 1})
	require.NoError(t, err)
	require.Nil(t, q.Preferred, "it is a preference of one person")

	o, err := s.Control.TryAbsence(ctx, s.Dispatcher, control.NewAbsence{TechnicianID: tess, From: stage.At(0, 0), Until: stage.At(23, 59), Reason: "sick"})
	require.NoError(t, err)
	_, err = s.Control.CommitAbsence(ctx, s.Dispatcher, "sick", o.ID)
	require.NoError(t, err)
	q, err = s.Desk.Quote(ctx, s.Agent, desk.NewQuote{TicketID: v.Ticket.ID, Days: 1})
	require.NoError(t, err)
	require.NotEmpty(t, q.Offers, "a preference never blocks")
	require.Equal(t, dispatch.PreferredTechnician{TechnicianID: tess, TechnicianName: q.Preferred.TechnicianName, Away: true,
		SubstituteID: &q.Offers[0].TechnicianID, SubstituteName: q.Offers[0].TechnicianName, HandedOn: []dispatch.EarlierVisit{}}, *q.Preferred)

	// The ticket's own goes before the person's, and who is named before both.
	zero := *s.Crew[0].TechnicianID
	_, err = s.Desk.PreferForTicket(ctx, s.Agent, v.Ticket.ID, &zero)
	require.NoError(t, err)
	q, err = s.Desk.Quote(ctx, s.Agent, desk.NewQuote{TicketID: v.Ticket.ID, Days: 1})
	require.NoError(t, err)
	require.Equal(t, zero, q.Preferred.TechnicianID)
	for range 2 {
		_, err = s.Desk.PreferForTicket(ctx, s.Agent, v.Ticket.ID, nil)
		require.NoError(t, err)
	}
	require.Equal(t, 1, events(t, s, "preference.dropped"))
}
