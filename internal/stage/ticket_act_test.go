package stage_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/desk"
	"roundsman/dispatch/field"
	"roundsman/internal/ids"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

// dayVersion is the version of the region's Monday.
func dayVersion(t *testing.T, s *stage.Stage) (n int64) {
	t.Helper()
	require.NoError(t, s.Pool.QueryRow(t.Context(), `select coalesce(max(version), 0) from region_days where date = '2026-03-09'`).Scan(&n))
	return n
}

// names are those of a ticket's history, newest first.
func names(t *testing.T, s *stage.Stage, ticket ids.ID) (out []string) {
	t.Helper()
	list, _, err := s.Desk.History(t.Context(), s.Other, ticket, dispatch.Page{})
	require.NoError(t, err)
	for _, e := range list {
		out = append(out, e.Name)
	}
	return out
}

func TestPriorityFollowsTheMatrixAndTheCircumstances(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	v := opened(t, s, 0, "printer_fault").Ticket
	before := dayVersion(t, s)
	k, err := s.Desk.Prioritise(ctx, s.Agent, v.ID, v.Version, desk.Rating{Impact: 1, Urgency: 2})
	require.NoError(t, err)
	require.Equal(t, 2, k.Priority)
	require.Equal(t, 2, ticket(t, s, v.ID).Visits[0].Priority, "the visit is ranked at once")
	require.Greater(t, dayVersion(t, s), before, "plans look again")
	_, err = s.Desk.Prioritise(ctx, s.Agent, v.ID, k.Version, desk.Rating{Impact: 1, Urgency: 2, Priority: ptr(1)})
	refused(t, "reason_missing", err)
	_, err = s.Desk.Prioritise(ctx, s.Agent, v.ID, k.Version, desk.Rating{Impact: 4, Urgency: 2})
	refused(t, "bad_rating", err)
	k, err = s.Desk.Prioritise(ctx, s.Agent, v.ID, k.Version, desk.Rating{Impact: 1, Urgency: 2, Priority: ptr(1), Reason: "a patient waits"})
	require.NoError(t, err)
	require.Equal(t, 1, k.Priority)
	history, _, err := s.Desk.History(ctx, s.Other, v.ID, dispatch.Page{Limit: 1})
	require.NoError(t, err)
	require.Equal(t, "ticket.priority_changed", history[0].Name)
	require.Contains(t, string(history[0].Data), `"was": 2`)
	require.Contains(t, string(history[0].Data), `"is": 1`)
	require.NotContains(t, string(history[0].Data), "patient", "the reason is a note, not an event")
	notes, _, err := s.Desk.Notes(ctx, s.Agent, v.ID, dispatch.Page{})
	require.NoError(t, err)
	require.Equal(t, "a patient waits", notes[0].Body)
	require.Equal(t, "priority", notes[0].Reason)

	// Another matrix, from the version that was read.
	m, err := s.Desk.Matrix(ctx, s.Agent)
	require.NoError(t, err)
	require.EqualValues(t, 1, m.Version)
	n := m.Rows
	n[0][1] = 1
	_, err = s.Desk.ChangeMatrix(ctx, s.Agent, m.Version, n)
	refused(t, "scope_missing", err)
	is, err := s.Desk.ChangeMatrix(ctx, as(t, s, "ada"), m.Version, n)
	require.NoError(t, err)
	require.Equal(t, dispatch.PriorityMatrix{Rows: n, Version: 2}, is)
	_, err = s.Desk.ChangeMatrix(ctx, as(t, s, "ada"), m.Version, n)
	refused(t, "version_stale", err)
	// There and back is a change too: whoever read before it looks again.
	_, err = s.Desk.ChangeMatrix(ctx, as(t, s, "ada"), is.Version, m.Rows)
	require.NoError(t, err)
	_, err = s.Desk.ChangeMatrix(ctx, as(t, s, "ada"), m.Version, n)
	require.EqualValues(t, 3, refused(t, "version_stale", err).Members["version"])
	_, err = s.Desk.ChangeMatrix(ctx, as(t, s, "ada"), 3, n)
	require.NoError(t, err)
	k, err = s.Desk.Prioritise(ctx, s.Agent, v.ID, k.Version, desk.Rating{Impact: 1, Urgency: 2})
	require.NoError(t, err)
	require.Equal(t, 1, k.Priority)
}

func resolved(t *testing.T, s *stage.Stage, id ids.ID) dispatch.Ticket {
	t.Helper()
	k, err := s.Desk.ResolveTicket(t.Context(), s.Agent, id, ticket(t, s, id).Ticket.Version, "works again")
	require.NoError(t, err)
	return k
}

func TestReopenedInTimeOrContinued(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	v := opened(t, s, 0, "printer_fault").Ticket
	refused(t, "ticket_state", errOf(s.Desk.Reopen(ctx, s.Agent, v.ID, v.Version, desk.Reopening{Reason: "x"})))
	s.Clock.Set(stage.At(8, 0))
	k := resolved(t, s, v.ID)
	s.Clock.Set(stage.At(9, 0).AddDate(0, 0, 6))
	r, err := s.Desk.Reopen(ctx, s.Other, v.ID, k.Version, desk.Reopening{Reason: "blank pages again"})
	require.NoError(t, err)
	require.False(t, r.New)
	require.Equal(t, dispatch.TicketOpen, r.Ticket.State)
	require.Equal(t, s.Agent.AccountID, r.Ticket.OwnerID)
	require.Nil(t, r.Ticket.RestoredAt, "the restore clock runs again")
	require.Equal(t, v.OpenedAt, r.Ticket.OpenedAt, "the first contact stays")
	require.Equal(t, 1, r.Ticket.Reopenings)
	require.Equal(t, s.Clock.Now().Add(dispatch.NextNews), r.Ticket.NextUpdate)
	require.Len(t, ticket(t, s, v.ID).Visits, 2)
	q, err := s.Desk.Quote(ctx, s.Agent, desk.NewQuote{TicketID: v.ID})
	require.NoError(t, err, "somebody can be sent")
	require.NotEmpty(t, q.Offers)
	service, err := s.Desk.Service(ctx, s.Agent, v.ID)
	require.NoError(t, err)
	require.Equal(t, dispatch.WasResolved, service.Pauses[0].Reason, "while it was resolved nobody waited")
	require.Equal(t, *k.ResolvedAt, service.Pauses[0].BeganAt)

	// The person can work, and says that the fault is there again.
	k = resolved(t, s, v.ID)
	r, err = s.Desk.Reopen(ctx, s.Agent, v.ID, k.Version, desk.Reopening{Reason: "it squeaks", CanWork: true})
	require.NoError(t, err)
	require.Equal(t, dispatch.TicketRestored, r.Ticket.State)
	require.Equal(t, k.RestoredAt, r.Ticket.RestoredAt)

	// Too late: another continues it.
	k = resolved(t, s, v.ID)
	s.Clock.Set(s.Clock.Now().Add(dispatch.ReopenWithin + time.Minute))
	r, err = s.Desk.Reopen(ctx, s.Other, v.ID, k.Version, desk.Reopening{Reason: "again"})
	require.NoError(t, err)
	require.True(t, r.New)
	require.NotEqual(t, v.ID, r.Ticket.ID)
	require.Equal(t, s.Other.AccountID, r.Ticket.OwnerID)
	require.Equal(t, dispatch.TicketResolved, ticket(t, s, v.ID).Ticket.State)
	require.Len(t, ticket(t, s, r.Ticket.ID).Visits, 1)
	for _, id := range []ids.ID{v.ID, r.Ticket.ID} {
		links, err := s.Desk.Links(ctx, s.Agent, id)
		require.NoError(t, err)
		require.Len(t, links, 1)
		require.Equal(t, dispatch.Continues, links[0].Kind)
		require.Equal(t, r.Ticket.ID, links[0].FromID)
	}
}

func TestAMergedTicketLosesNothing(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	person := stage.Name("person 0")
	call, err := s.Desk.StartContact(ctx, s.Agent, desk.NewContact{PersonID: &person, Channel: "phone", Direction: "in", Reason: "new"})
	require.NoError(t, err)
	v, p := promised(t, s, 0, "printer_fault")
	_, err = s.Pool.Exec(ctx, `update contacts set ticket_id = $2 where id = $1`, call.Contact.ID, v.Ticket.ID)
	require.NoError(t, err)
	_, err = s.Desk.AddNote(ctx, s.Agent, v.Ticket.ID, desk.NewNote{Audience: dispatch.Internal, Body: "drum"})
	require.NoError(t, err)
	s.Clock.Set(stage.At(7, 45))
	twin := opened(t, s, 0, "printer_fault").Ticket
	other := opened(t, s, 1, "printer_fault").Ticket
	k := ticket(t, s, v.Ticket.ID).Ticket
	refused(t, "merge_into_itself", errOf(s.Desk.Merge(ctx, s.Agent, k.ID, k.Version, k.ID)))
	refused(t, "merge_other_person", errOf(s.Desk.Merge(ctx, s.Agent, k.ID, k.Version, other.ID)))
	refused(t, "ticket_not_found", errOf(s.Desk.Merge(ctx, s.Agent, k.ID, k.Version, ids.New())))
	refused(t, "version_stale", errOf(s.Desk.Merge(ctx, s.Agent, k.ID, k.Version+1, twin.ID)))

	survivor, err := s.Desk.Merge(ctx, s.Agent, k.ID, k.Version, twin.ID)
	require.NoError(t, err)
	require.Equal(t, twin.ID, survivor.ID)
	require.Equal(t, dispatch.TicketPlanned, survivor.State)
	require.Equal(t, v.Ticket.OpenedAt, survivor.OpenedAt, "the first contact counts")
	require.Equal(t, p.Promise.WindowEnd, survivor.NextUpdate.UTC())
	now := ticket(t, s, twin.ID)
	require.Len(t, now.Promises, 1)
	require.Equal(t, p.Promise.ID, now.Promises[0].Promise.ID)
	require.Equal(t, dispatch.PromiseOpen, now.Promises[0].Promise.State)
	require.Len(t, now.Visits, 2)
	old := ticket(t, s, k.ID).Ticket
	require.Equal(t, dispatch.TicketResolved, old.State)
	require.Equal(t, &twin.ID, old.MergedInto)
	var at ids.ID
	require.NoError(t, s.Pool.QueryRow(ctx, `select ticket_id from contacts where id = $1`, call.Contact.ID).Scan(&at))
	require.Equal(t, twin.ID, at)
	notes, _, err := s.Desk.Notes(ctx, s.Agent, twin.ID, dispatch.Page{})
	require.NoError(t, err)
	require.Len(t, notes, 1)
	history := names(t, s, twin.ID)
	for _, name := range []string{"ticket.merged", "ticket.merged_with", "promise.made", "contact.started", "note.added"} {
		require.Contains(t, history, name, "all is reachable from the survivor")
	}
	f := refused(t, "ticket_resolved", errOf(s.Desk.Reopen(ctx, s.Agent, k.ID, old.Version, desk.Reopening{Reason: "x"})))
	require.Equal(t, twin.ID, f.Members["merged_into"])

	// The visit is served as if nothing had been.
	publish(t, s)
	c := arrived(t, s, promise(t, s, p.Promise.ID))
	s.Clock.Set(s.Clock.Now().Add(30 * time.Minute))
	_, err = s.Field.Done(ctx, s.Crew[c], p.Promise.VisitID, field.NewFact{})
	require.NoError(t, err)
	require.Equal(t, dispatch.PromiseKept, promise(t, s, p.Promise.ID).Promise.State)
}

// Both wait: the survivor's visit is enough. A chain of merges leads to its end.
func TestMergingLeavesOneVisit(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	a, b, c := opened(t, s, 0, "printer_fault").Ticket, opened(t, s, 0, "printer_fault").Ticket, opened(t, s, 0, "virus_cleanup").Ticket
	_, err := s.Desk.Merge(ctx, s.Agent, a.ID, a.Version, b.ID)
	require.NoError(t, err)
	live := 0
	for _, v := range ticket(t, s, b.ID).Visits {
		if !v.State.Over() {
			live++
		}
	}
	require.Equal(t, 1, live)
	_, err = s.Desk.Merge(ctx, s.Agent, b.ID, ticket(t, s, b.ID).Ticket.Version, c.ID)
	require.NoError(t, err)
	require.Equal(t, &c.ID, ticket(t, s, a.ID).Ticket.MergedInto)
	refused(t, "ticket_resolved", errOf(s.Desk.Merge(ctx, s.Agent, c.ID, ticket(t, s, c.ID).Ticket.Version, a.ID)))
}

// What refers to a ticket either goes with it or stays on purpose.
func TestEveryReferenceToATicketIsThoughtOf(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	rows, err := s.Pool.Query(t.Context(), `select conrelid::regclass::text from pg_constraint where confrelid = 'tickets'::regclass and contype = 'f' group by 1 order by 1`)
	require.NoError(t, err)
	var got []string
	for rows.Next() {
		var name string
		require.NoError(t, rows.Scan(&name))
		got = append(got, name)
	}
	require.NoError(t, rows.Err())
	moves := []string{"affected", "callbacks", "contacts", "customer_links", "escalations", "loans", "notices", "place_changes", "promises", "requests", "surveys", "tasks", "threads", "ticket_files", "ticket_notes", "transfers", "visits"}
	stays := []string{"past_events", "quotes", "service_exceptions", "ticket_entries", "ticket_links", "ticket_pauses", "tickets"}
	require.ElementsMatch(t, append(moves, stays...), got, "a new table that refers to tickets: say what a merge does with it (hangsOn in internal/postgres/link.go)")
}

// A window is being promised while the ticket is merged away: one of the two wins,
// and nothing is promised for a ticket that is gone.
func TestMergeDuringAPromise(t *testing.T) {
	t.Parallel()
	for name, blind := range map[string]bool{"guarded": false, "twin without locks": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := stage.New(t, oneTechnician)
			id, mine := offerFor(t, s, 0)
			twin := opened(t, s, 0, "printer_fault").Ticket
			merge := func() {
				k := ticket(t, s, id).Ticket
				_, err := s.Desk.Merge(t.Context(), s.Other, id, k.Version, twin.ID)
				require.NoError(t, err)
			}
			var err error
			if blind {
				h := halt(s.Store, true)
				slow := stage.Over(s.Pool, s.Setup, s.Accounts)
				seen := ticket(t, s, id).Ticket
				slow.Wire(unseeing{h, seen})
				done := make(chan error, 1)
				go func() { done <- take(t, slow, mine) }()
				<-h.thought
				merge()
				close(h.proceed)
				err = <-done
			} else {
				err = outrun(t, s, false, merge, func(slow *stage.Stage) error { return take(t, slow, mine) })
			}
			var lost int
			require.NoError(t, s.Pool.QueryRow(t.Context(), `select count(*) from promises p join tickets k on k.id = p.ticket_id where p.state = 'open' and k.merged_into is not null`).Scan(&lost))
			if blind {
				require.NoError(t, err)
				require.Equal(t, 1, lost, "without the locks it happens")
				return
			}
			require.Error(t, err)
			require.Zero(t, lost)
		})
	}
}

// unseeing is a store that answers for a ticket with what was read of it once, and
// saves nothing of it; places of what was cancelled are given as if it had not been.
type unseeing struct {
	*halting
	seen dispatch.Ticket
}

func (u unseeing) Write(ctx context.Context, fn func(dispatch.Tx) error) error {
	return u.halting.Write(ctx, func(tx dispatch.Tx) error { return fn(&unseeingTx{tx, u.seen}) })
}

type unseeingTx struct {
	dispatch.Tx
	seen dispatch.Ticket
}

func (u *unseeingTx) LockTicket(ctx context.Context, id ids.ID) (dispatch.Ticket, error) {
	if id == u.seen.ID {
		return u.seen, nil
	}
	return u.Tx.LockTicket(ctx, id)
}

func (u *unseeingTx) SaveTicket(_ context.Context, k dispatch.Ticket) (dispatch.Ticket, error) {
	return k, nil
}

func (u *unseeingTx) Place(context.Context, dispatch.Written) error { return nil }

// A technician leaves while the desk resolves: the visit is under way, or the
// ticket is resolved and nobody drives.
func TestResolveWhileATechnicianLeaves(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Size{Technicians: 1, People: 6, Days: 1})
	ctx := t.Context()
	v := opened(t, s, 0, "printer_fault")
	publish(t, s)
	k := ticket(t, s, v.Ticket.ID)
	var wg sync.WaitGroup
	var leave, resolve error
	wg.Go(func() { _, leave = s.Field.Leave(ctx, s.Crew[0], k.Visits[0].ID, field.NewFact{}) })
	wg.Go(func() {
		_, resolve = s.Desk.ResolveTicket(ctx, s.Agent, v.Ticket.ID, k.Ticket.Version, "works again")
	})
	wg.Wait()
	now := ticket(t, s, v.Ticket.ID)
	if resolve == nil {
		require.Equal(t, dispatch.TicketResolved, now.Ticket.State)
		require.Equal(t, dispatch.VisitCancelled, now.Visits[0].State)
		return // the round is another now
	}
	require.NoError(t, leave)
	refused(t, "visit_under_way", resolve)
	require.Equal(t, dispatch.VisitEnRoute, now.Visits[0].State)
}

func TestATicketOfTheWrongPersonIsCorrected(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	// Person 1 sits at the same site, person 2 at another.
	v := opened(t, s, 0, "printer_fault").Ticket
	refused(t, "person_same", errOf(s.Desk.CorrectPerson(ctx, s.Agent, v.ID, v.Version, v.PersonID, "x")))
	refused(t, "person_not_found", errOf(s.Desk.CorrectPerson(ctx, s.Agent, v.ID, v.Version, ids.New(), "x")))
	publish(t, s)
	k := ticket(t, s, v.ID).Ticket
	k, err := s.Desk.CorrectPerson(ctx, s.Agent, v.ID, k.Version, stage.Name("person 1"), "it was the colleague")
	require.NoError(t, err)
	now := ticket(t, s, v.ID)
	require.Equal(t, dispatch.VisitScheduled, now.Visits[0].State, "the same door: the round stays")
	require.Equal(t, stage.Name("person 1"), now.Visits[0].PersonID)
	k, err = s.Desk.CorrectPerson(ctx, s.Agent, v.ID, k.Version, stage.Name("person 2"), "neither")
	require.NoError(t, err)
	require.Equal(t, dispatch.TicketOpen, k.State)
	now = ticket(t, s, v.ID)
	require.Equal(t, dispatch.VisitWaiting, now.Visits[0].State, "another site: planned anew")
	require.Equal(t, stage.Name("site 1"), now.Visits[0].SiteID)
	require.Equal(t, stage.Name("site 1"), now.Ticket.SiteID)
	history, _, err := s.Desk.History(ctx, s.Other, v.ID, dispatch.Page{Limit: 50})
	require.NoError(t, err)
	var was []string
	for _, e := range history {
		if e.Name == "ticket.person_corrected" {
			was = append(was, string(e.Data))
		}
	}
	require.Len(t, was, 2)
	require.Contains(t, was[0], stage.Name("person 1").String())
	require.Contains(t, was[1], stage.Name("person 0").String(), "who it was is kept")

	p, made := promised(t, s, 0, "printer_fault")
	k = ticket(t, s, p.Ticket.ID).Ticket
	f := refused(t, "promise_stands", errOf(s.Desk.CorrectPerson(ctx, s.Agent, k.ID, k.Version, stage.Name("person 2"), "x")))
	require.Equal(t, made.Promise.ID, f.Members["promise_id"])
}

func TestClassifiedAnewWithoutAskingAgain(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	// Told on the phone as a password; it is the printer.
	person := stage.Name("person 0")
	v, err := s.Desk.OpenTicket(ctx, s.Agent, desk.NewTicket{Template: "password_reset", PersonID: person, Summary: "can't print"})
	require.NoError(t, err)
	require.Empty(t, v.Visits)
	s.Clock.Set(stage.At(9, 0))
	k, err := s.Desk.Classify(ctx, s.Other, v.Ticket.ID, v.Ticket.Version, desk.Classification{Template: "printer_fault", Reason: "the password is fine"})
	require.NoError(t, err)
	require.Equal(t, stage.Name("printer"), k.TemplateID)
	require.Equal(t, v.Ticket.OpenedAt, k.OpenedAt, "the first contact stays")
	require.Equal(t, "can't print", k.Summary)
	require.Len(t, ticket(t, s, k.ID).Visits, 1, "somebody comes")
	k, err = s.Desk.Classify(ctx, s.Other, k.ID, k.Version, desk.Classification{Template: "virus_cleanup"})
	require.NoError(t, err)
	require.Equal(t, 2, k.Priority)
	now := ticket(t, s, k.ID)
	require.Equal(t, 2, now.Visits[0].Priority)
	require.Equal(t, dispatch.VisitWaiting, now.Visits[0].State)
	k, err = s.Desk.Classify(ctx, s.Other, k.ID, k.Version, desk.Classification{Template: "password_reset"})
	require.NoError(t, err)
	require.Equal(t, dispatch.VisitCancelled, ticket(t, s, k.ID).Visits[0].State, "nobody has to come")
	refused(t, "template_not_found", errOf(s.Desk.Classify(ctx, s.Other, k.ID, k.Version, desk.Classification{Template: "none"})))

	// What is promised fits the other template too, and stands.
	p, made := promised(t, s, 1, "virus_cleanup")
	k = ticket(t, s, p.Ticket.ID).Ticket
	k, err = s.Desk.Classify(ctx, s.Agent, k.ID, k.Version, desk.Classification{Template: "printer_fault"})
	require.NoError(t, err)
	require.Equal(t, dispatch.PromiseOpen, promise(t, s, made.Promise.ID).Promise.State)
	require.Equal(t, dispatch.VisitScheduled, stopOf(t, s, made.Promise.VisitID).State)
	refused(t, "promise_stands", errOf(s.Desk.Classify(ctx, s.Agent, k.ID, k.Version, desk.Classification{Template: "password_reset"})))
}

func TestTheOutlookIsNeverEmpty(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	v := opened(t, s, 0, "printer_fault").Ticket
	o, err := s.Desk.Outlook(ctx, s.Agent, v.ID)
	require.NoError(t, err)
	require.Equal(t, desk.Outlook{NextNews: v.NextUpdate, NoArrival: "not_promised", FixedAt: v.NextUpdate, FixBy: "next_news"}, o)
	_, err = s.Desk.AddServiceLevel(ctx, as(t, s, "ada"), dispatch.ServiceLevel{ResolveMinutes: ptr(600)})
	require.NoError(t, err)
	o, err = s.Desk.Outlook(ctx, s.Agent, v.ID)
	require.NoError(t, err)
	require.Equal(t, "service_level", o.FixBy)
	require.Equal(t, stage.At(18, 0), o.FixedAt.UTC(), "ten hours from opening at 8")
	p, made := promised(t, s, 1, "printer_fault")
	o, err = s.Desk.Outlook(ctx, s.Agent, p.Ticket.ID)
	require.NoError(t, err)
	require.Equal(t, made.Promise.ID, o.Arrival.Promise.ID, "when somebody comes, and how sure it is")
	require.Equal(t, "visit", o.FixBy)
	k := ticket(t, s, p.Ticket.ID).Ticket
	soon := stage.At(15, 0)
	k, err = s.Desk.ChangeTicket(ctx, s.Agent, k.ID, k.Version, desk.TicketChange{Workaround: ptr("print in room 12"), FixExpectedAt: &soon})
	require.NoError(t, err)
	o, err = s.Desk.Outlook(ctx, s.Agent, k.ID)
	require.NoError(t, err)
	require.Equal(t, "print in room 12", o.Workaround)
	require.Equal(t, "told", o.FixBy)
	require.Equal(t, soon, o.FixedAt.UTC())
	s.Clock.Set(stage.At(12, 0))
	o, err = s.Desk.Outlook(ctx, s.Agent, v.ID)
	require.NoError(t, err)
	require.True(t, o.Overdue)
	resolved(t, s, v.ID)
	o, err = s.Desk.Outlook(ctx, s.Agent, v.ID)
	require.NoError(t, err)
	require.Equal(t, "resolved", o.FixBy)
	require.Equal(t, "over", o.NoArrival)
	require.False(t, o.Overdue)
}

func TestClocksArePausedAndResumed(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	ada := as(t, s, "ada")
	_, err := s.Desk.AddServiceLevel(ctx, ada, dispatch.ServiceLevel{Priority: ptr(3), RestoreMinutes: ptr(120)})
	require.NoError(t, err)
	refused(t, "service_level_taken", errOf(s.Desk.AddServiceLevel(ctx, ada, dispatch.ServiceLevel{Priority: ptr(3), RestoreMinutes: ptr(60)})))
	refused(t, "service_level_empty", errOf(s.Desk.AddServiceLevel(ctx, ada, dispatch.ServiceLevel{Priority: ptr(4)})))
	v := opened(t, s, 0, "printer_fault").Ticket // 7:30, before opening
	due := func() *time.Time {
		x, err := s.Desk.Service(ctx, s.Agent, v.ID)
		require.NoError(t, err)
		require.Len(t, x.Clocks, 1)
		return x.Clocks[0].DueAt
	}
	require.Equal(t, stage.At(10, 0), due().UTC())
	s.Clock.Set(stage.At(9, 0))
	_, err = s.Desk.Pause(ctx, s.Agent, v.ID, dispatch.WaitingForCustomer)
	require.NoError(t, err)
	require.Nil(t, due())
	refused(t, "pause_open", errOf(s.Desk.Pause(ctx, s.Agent, v.ID, dispatch.WaitingForVendor)))
	s.Clock.Set(stage.At(17, 30))
	_, err = s.Desk.Resume(ctx, s.Agent, v.ID)
	require.NoError(t, err)
	require.Equal(t, stage.At(8, 30).AddDate(0, 0, 1), due().UTC(), "half an hour today, half an hour tomorrow")
	refused(t, "pause_missing", errOf(s.Desk.Resume(ctx, s.Agent, v.ID)))

	// The region opens at 7 from now on, and not on Tuesday.
	region := stage.Name("region")
	c, err := s.Desk.ServiceCalendar(ctx, s.Agent, region)
	require.NoError(t, err)
	require.Zero(t, c.Version)
	hours := dispatch.Hours{{Weekday: time.Monday, From: 7 * 60, Until: 18 * 60}, {Weekday: time.Tuesday, From: 7 * 60, Until: 18 * 60}, {Weekday: time.Wednesday, From: 7 * 60, Until: 18 * 60}}
	refused(t, "version_stale", errOf(s.Desk.ChangeServiceCalendar(ctx, ada, region, 1, hours, nil)))
	c, err = s.Desk.ChangeServiceCalendar(ctx, ada, region, 0, hours, []dispatch.Date{"2026-03-10"})
	require.NoError(t, err)
	require.Equal(t, int64(1), c.Version)
	// 7:30 to 9:00 and 17:30 to 18:00 are two hours.
	require.Equal(t, stage.At(18, 0), due().UTC())
	c, err = s.Desk.ChangeServiceCalendar(ctx, ada, region, 1, hours[1:], []dispatch.Date{"2026-03-10"})
	require.NoError(t, err)
	require.Equal(t, stage.At(9, 0).AddDate(0, 0, 2), due().UTC(), "Wednesday is the first day")
	bad := dispatch.Hours{{Weekday: time.Monday, From: 60, Until: 120}, {Weekday: time.Monday, From: 90, Until: 180}}
	refused(t, "bad_hours", errOf(s.Desk.ChangeServiceCalendar(ctx, ada, region, c.Version, bad, nil)))
}

func TestAnExceptionWantsAnotherPairOfEyes(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	v := opened(t, s, 0, "printer_fault").Ticket
	soon := s.Clock.Now().Add(24 * time.Hour)
	for code, x := range map[string]dispatch.Exception{
		"exception_scope":   {PersonID: &v.PersonID, SiteID: &v.SiteID, RestoreMinutes: ptr(30), ExpiresAt: soon},
		"exception_effect":  {PersonID: &v.PersonID, Priority: ptr(1), ExpiresAt: soon},
		"exception_expired": {PersonID: &v.PersonID, RestoreMinutes: ptr(30), ExpiresAt: s.Clock.Now()},
		"reference_missing": {PersonID: ptr(ids.New()), RestoreMinutes: ptr(30), ExpiresAt: soon},
	} {
		x.Reason = "x"
		refused(t, code, errOf(s.Desk.AskException(ctx, s.Agent, x)))
	}
	lena := s.Lead
	own, err := s.Desk.AskException(ctx, lena, dispatch.Exception{TicketID: &v.ID, Priority: ptr(1), RestoreMinutes: ptr(30), Reason: "board meeting", ExpiresAt: soon})
	require.NoError(t, err)
	refused(t, "exception_own", errOf(s.Desk.ApproveException(ctx, lena, own.ID, own.Version)))
	refused(t, "scope_missing", errOf(s.Desk.ApproveException(ctx, s.Agent, own.ID, own.Version)))
	refused(t, "exception_own", errOf(s.Desk.WithdrawException(ctx, s.Agent, own.ID, own.Version)))
	x, err := s.Desk.AskException(ctx, s.Agent, dispatch.Exception{TicketID: &v.ID, Priority: ptr(1), RestoreMinutes: ptr(30), Reason: "board meeting", ExpiresAt: soon})
	require.NoError(t, err)
	clocks := func() []dispatch.Clock {
		view, err := s.Desk.Service(ctx, s.Agent, v.ID)
		require.NoError(t, err)
		return view.Clocks
	}
	require.Empty(t, clocks(), "asked for is not approved")
	before := dayVersion(t, s)
	x, err = s.Desk.ApproveException(ctx, lena, x.ID, x.Version)
	require.NoError(t, err)
	require.Equal(t, &lena.AccountID, x.DecidedBy)
	require.Len(t, clocks(), 1)
	require.Equal(t, stage.At(8, 30), clocks()[0].DueAt.UTC())
	require.Equal(t, 1, ticket(t, s, v.ID).Visits[0].Priority, "its effect on the plan")
	require.Greater(t, dayVersion(t, s), before)
	refused(t, "exception_state", errOf(s.Desk.RefuseException(ctx, lena, x.ID, x.Version, "no")))
	_, err = s.Desk.WithdrawException(ctx, lena, own.ID, own.Version)
	require.NoError(t, err)
	list, _, err := s.Desk.Exceptions(ctx, s.Agent, dispatch.ExceptionApproved, dispatch.Page{})
	require.NoError(t, err)
	require.Len(t, list, 1)

	// The guard behind it: whatever a program tries, nobody approves their own.
	_, err = s.Pool.Exec(ctx, `update service_exceptions set state = 'approved', decided_by = asked_by where id = $1`, own.ID)
	require.ErrorContains(t, err, "service_exceptions_four_eyes")
}
