package stage_test

import (
	"testing"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/desk"
	"roundsman/dispatch/field"
	"roundsman/internal/ids"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

func TestRegisteredAndResolvedInOneStep(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	person := stage.Name("person 0")
	call, err := s.Desk.StartContact(ctx, s.Agent, desk.NewContact{PersonID: &person, Channel: "phone", Direction: "in", Reason: "new"})
	require.NoError(t, err)
	word := "set a new password"
	v, err := s.Desk.OpenTicket(ctx, s.Agent, desk.NewTicket{Template: "password_reset", PersonID: person, ContactID: &call.Contact.ID,
		Resolution: &word, HandledSeconds: 240})
	require.NoError(t, err)
	require.Equal(t, dispatch.TicketResolved, v.Ticket.State)
	require.Equal(t, s.Agent.AccountID, v.Ticket.OwnerID, "always one owner")
	require.Equal(t, 4*time.Minute, v.Ticket.ResolvedAt.Sub(v.Ticket.OpenedAt))
	require.Empty(t, v.Visits)
	// On-site work that was solved on the line brings no visit either.
	v, err = s.Desk.OpenTicket(ctx, s.Agent, desk.NewTicket{Template: "printer_fault", KeyField: "it", PersonID: person, Resolution: &word})
	require.NoError(t, err)
	require.Empty(t, v.Visits)
	ended, err := s.Desk.EndContact(ctx, s.Agent, call.Contact.ID, "resolved")
	require.NoError(t, err)
	require.NotNil(t, ended.TicketID)
	require.Equal(t, 2, events(t, s, "ticket.resolved"))
	_, err = s.Desk.EndContact(ctx, s.Agent, call.Contact.ID, "resolved")
	refused(t, "contact_ended", err)
	_, err = s.Desk.EndContact(ctx, s.Agent, ids.New(), "resolved")
	refused(t, "contact_not_found", err)
	_, err = s.Desk.ResolveTicket(ctx, s.Agent, v.Ticket.ID, v.Ticket.Version, "again")
	refused(t, "ticket_resolved", err)
	_, err = s.Desk.Quote(ctx, s.Agent, desk.NewQuote{TicketID: v.Ticket.ID})
	refused(t, "ticket_resolved", err)
}

func TestATicketAsksForItsKeyField(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	person := stage.Name("person 0")
	before := digest(t, s)
	nobody, early := ids.New(), stage.At(7, 0)
	for code, n := range map[string]desk.NewTicket{
		"key_field_missing":  {Template: "printer_fault", PersonID: person},
		"template_not_found": {Template: "no_such", PersonID: person},
		"person_not_found":   {Template: "virus_cleanup", PersonID: nobody},
		"contact_not_found":  {Template: "virus_cleanup", PersonID: person, ContactID: &nobody},
		"incident_not_found": {Template: "virus_cleanup", PersonID: person, IncidentID: &nobody},
		"reference_missing":  {Template: "virus_cleanup", PersonID: person, ItemID: &nobody},
	} {
		_, err := s.Desk.OpenTicket(ctx, s.Agent, n)
		refused(t, code, err)
	}
	_, err := s.Desk.OpenTicket(ctx, s.Monitor, desk.NewTicket{Template: "virus_cleanup", PersonID: person})
	refused(t, "scope_missing", err)
	_, err = s.Desk.StartContact(ctx, s.Agent, desk.NewContact{PersonID: &nobody, Channel: "phone", Direction: "in", Reason: "new"})
	refused(t, "person_not_found", err)
	_, err = s.Desk.StartContact(ctx, s.Agent, desk.NewContact{PersonID: &person, Channel: "phone", Direction: "in", Reason: "new", AnsweredAt: &early, QueuedAt: ptr(s.Clock.Now())})
	refused(t, "bad_instants", err)
	require.Equal(t, before, digest(t, s), "nothing is half-written")

	v, err := s.Desk.OpenTicket(ctx, s.Agent, desk.NewTicket{Template: "password_reset", PersonID: person})
	require.NoError(t, err)
	_, err = s.Desk.Quote(ctx, s.Agent, desk.NewQuote{TicketID: v.Ticket.ID})
	refused(t, "ticket_not_on_site", err)
	_, err = s.Desk.Quote(ctx, s.Agent, desk.NewQuote{TicketID: ids.New()})
	refused(t, "ticket_not_found", err)
	_, err = s.Desk.Ticket(ctx, s.Agent, ids.New())
	refused(t, "ticket_not_found", err)
}

func ptr[T any](v T) *T { return &v }

func TestATicketHasOneOwner(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	v := opened(t, s, 0, "printer_fault").Ticket
	_, err := s.Desk.ChangeTicket(ctx, s.Agent, v.ID, v.Version, desk.TicketChange{OwnerID: &s.Other.AccountID})
	refused(t, "transfer_wanted", err)
	given, err := s.Desk.ChangeTicket(ctx, s.Other, v.ID, v.Version, desk.TicketChange{OwnerID: &s.Other.AccountID})
	require.NoError(t, err)
	require.Equal(t, s.Other.AccountID, given.OwnerID)
	_, err = s.Desk.ChangeTicket(ctx, s.Agent, v.ID, v.Version, desk.TicketChange{Summary: ptr("stale")})
	require.Equal(t, given.Version, refused(t, "version_stale", err).Members["version"])
	_, err = s.Desk.ChangeTicket(ctx, s.Agent, v.ID, given.Version, desk.TicketChange{OwnerID: ptr(ids.New())})
	refused(t, "transfer_wanted", err)
	_, err = s.Desk.ChangeTicket(ctx, s.Agent, ids.New(), 1, desk.TicketChange{})
	refused(t, "ticket_not_found", err)
}

func TestWithdrawnByTheCustomer(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	v, p := promised(t, s, 0, "printer_fault")
	publish(t, s)
	p = promise(t, s, p.Promise.ID)
	now := ticket(t, s, v.Ticket.ID).Ticket
	require.Equal(t, dispatch.TicketPlanned, now.State)
	_, err := s.Desk.ResolveTicket(ctx, s.Agent, v.Ticket.ID, now.Version, "by phone")
	require.Equal(t, p.Promise.ID, refused(t, "promise_stands", err).Members["promise_id"])
	_, err = s.Desk.Quote(ctx, s.Agent, desk.NewQuote{TicketID: v.Ticket.ID})
	refused(t, "promise_taken", err)
	_, err = s.Desk.WithdrawPromise(ctx, desk.Acting{Who: s.Agent}, ids.New(), 1, desk.Withdrawal{Note: "customer"})
	refused(t, "promise_not_found", err)
	_, err = s.Desk.WithdrawPromise(ctx, desk.Acting{Who: s.Agent}, p.Promise.ID, p.Promise.Version+1, desk.Withdrawal{Note: "customer"})
	refused(t, "version_stale", err)

	w, err := s.Desk.WithdrawPromise(ctx, desk.Acting{Who: s.Agent}, p.Promise.ID, p.Promise.Version, desk.Withdrawal{Note: "customer"})
	require.NoError(t, err)
	require.Equal(t, dispatch.PromiseWithdrawn, w.Promise.State)
	require.Equal(t, dispatch.EntryWithdrawn, last(kinds(w)))
	require.Equal(t, "cannot_be_there", last(w.Entries).Reason)
	require.Equal(t, dispatch.CustomerChoice, last(w.Entries).Choice)
	require.Equal(t, "customer", w.Promise.Note, "words stand aside")
	require.Equal(t, dispatch.VisitWaiting, stopOf(t, s, p.Promise.VisitID).State)
	now = ticket(t, s, v.Ticket.ID).Ticket
	require.Equal(t, dispatch.TicketOpen, now.State)
	_, err = s.Desk.WithdrawPromise(ctx, desk.Acting{Who: s.Agent}, p.Promise.ID, w.Promise.Version, desk.Withdrawal{Note: "customer"})
	refused(t, "promise_state", err)

	q, err := s.Desk.Quote(ctx, s.Agent, desk.NewQuote{TicketID: v.Ticket.ID})
	require.NoError(t, err)
	require.NotEmpty(t, q.Offers, "another window can be promised")
	done, err := s.Desk.ResolveTicket(ctx, s.Agent, v.Ticket.ID, now.Version, "by phone")
	require.NoError(t, err)
	require.Equal(t, dispatch.TicketResolved, done.State)
	require.Equal(t, dispatch.VisitCancelled, stopOf(t, s, p.Promise.VisitID).State)
	_, err = s.Desk.Promise(ctx, s.Agent, desk.NewPromise{OutcomeID: q.Offers[0].OutcomeID})
	refused(t, "outcome_changed", err)
	require.Equal(t, dispatch.PromiseCount{Kind: dispatch.ArrivalPromise, Made: 1, Withdrawn: 1}, count(t, s))
}

func count(t *testing.T, s *stage.Stage) dispatch.PromiseCount {
	t.Helper()
	return countOf(t, s, dispatch.ArrivalPromise)
}

func TestNothingIsTakenBackFromWhoIsOnTheWay(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	v, p := promised(t, s, 0, "printer_fault")
	publish(t, s)
	k := crewOf(t, s, promise(t, s, p.Promise.ID).Promise.TechnicianID)
	s.Clock.Set(*promise(t, s, p.Promise.ID).ETA)
	_, err := s.Field.Leave(ctx, s.Crew[k], p.Promise.VisitID, field.NewFact{})
	require.NoError(t, err)
	now := promise(t, s, p.Promise.ID)
	_, err = s.Desk.WithdrawPromise(ctx, desk.Acting{Who: s.Agent}, p.Promise.ID, now.Promise.Version, desk.Withdrawal{Note: "customer"})
	refused(t, "visit_under_way", err)
	_, err = s.Desk.ResolveTicket(ctx, s.Agent, v.Ticket.ID, ticket(t, s, v.Ticket.ID).Ticket.Version, "by phone")
	refused(t, "visit_under_way", err)
	_, err = s.Field.Arrive(ctx, s.Crew[k], p.Promise.VisitID, field.NewFact{})
	require.NoError(t, err)
	_, err = s.Desk.Quote(ctx, s.Agent, desk.NewQuote{TicketID: v.Ticket.ID})
	refused(t, "visit_under_way", err)
}

// An item that is kept for a follow-up visit is free again when the visit is not
// needed any more.
func TestACancelledVisitLetsGoOfItsReservation(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	choice, c := quickFix(t, s)
	p := promise(t, s, choice.FollowUpPromise.ID)
	_, err := s.Desk.WithdrawPromise(ctx, desk.Acting{Who: s.Agent}, p.Promise.ID, p.Promise.Version, desk.Withdrawal{Note: "customer"})
	require.NoError(t, err)
	_, err = s.Desk.SettleCallback(ctx, s.Agent, c.ID, c.Version, dispatch.CallbackConfirmed, "keeps the old one")
	require.NoError(t, err)
	kept := held(t, s, choice.Reserved.ID)
	require.NotNil(t, kept.Held.Reserved, "it waits for another window")
	_, err = s.Desk.ResolveTicket(ctx, s.Agent, p.Promise.TicketID, ticket(t, s, p.Promise.TicketID).Ticket.Version, "keeps the old one")
	require.NoError(t, err)
	require.Nil(t, held(t, s, choice.Reserved.ID).Held.Reserved)
}

// quickFix plays the first visit of the quick fix to its end; what comes later is
// promised, and its callback is due.
func quickFix(t *testing.T, s *stage.Stage) (field.ChoiceView, dispatch.Callback) {
	t.Helper()
	ctx := t.Context()
	_, p := promised(t, s, 0, "virus_cleanup")
	publish(t, s)
	k := arrived(t, s, promise(t, s, p.Promise.ID))
	offer, err := s.Field.Offer(ctx, s.Crew[k], p.Promise.VisitID)
	require.NoError(t, err)
	choice, err := s.Field.Choose(ctx, s.Crew[k], offer.Set.ID, field.NewChoice{OptionID: offer.Options[1].Option.ID, ChosenBy: "customer"})
	require.NoError(t, err)
	s.Clock.Set(s.Clock.Now().Add(30 * time.Minute))
	done, err := s.Field.Done(ctx, s.Crew[k], p.Promise.VisitID, field.NewFact{})
	require.NoError(t, err)
	return choice, *done.Callback
}

// A visit left a published round, and the technician drove there.
func TestATechnicianHearsThatAStopIsGone(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Size{Technicians: 1, People: 6, Days: 1})
	ctx := t.Context()
	_, p := promised(t, s, 0, "printer_fault")
	resolved := opened(t, s, 2, "printer_fault")
	after := opened(t, s, 4, "printer_fault")
	publish(t, s)
	toldOf := func(kind string) (n int) {
		require.NoError(t, s.Pool.QueryRow(ctx, `select count(*) from events where name = 'round.changed' and technician_id = $1 and data->>'kind' = $2`,
			*s.Crew[0].TechnicianID, kind).Scan(&n))
		return n
	}
	legs := func() (metres int) {
		for _, x := range roundOf(t, s, 0).Stops {
			metres += *x.Visit.LegMetres
		}
		return metres
	}
	require.GreaterOrEqual(t, legs(), 3000, "out to the third site")
	_, err := s.Desk.WithdrawPromise(ctx, desk.Acting{Who: s.Agent}, p.Promise.ID, promise(t, s, p.Promise.ID).Promise.Version, desk.Withdrawal{Note: "away"})
	require.NoError(t, err)
	require.Equal(t, 1, toldOf("withdrawn"))
	k := ticket(t, s, after.Ticket.ID).Ticket
	_, err = s.Desk.ResolveTicket(ctx, s.Agent, k.ID, k.Version, "works again")
	require.NoError(t, err)
	require.Equal(t, 1, toldOf("resolved"))
	require.NoError(t, s.Work(ctx))
	require.Len(t, roundOf(t, s, 0).Stops, 1)
	require.Equal(t, resolved.Visits[0].ID, roundOf(t, s, 0).Stops[0].Visit.ID)
	require.Equal(t, 2000, legs(), "the way is that of the stops that are left")
}
