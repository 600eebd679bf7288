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

// served plays a promised printer visit to its end and gives its callback.
func served(t *testing.T, s *stage.Stage) dispatch.Callback {
	t.Helper()
	_, p := promised(t, s, 0, "printer_fault")
	publish(t, s)
	k := arrived(t, s, promise(t, s, p.Promise.ID))
	s.Clock.Set(s.Clock.Now().Add(30 * time.Minute))
	v, err := s.Field.Done(t.Context(), s.Crew[k], p.Promise.VisitID, field.NewFact{})
	require.NoError(t, err)
	require.Equal(t, dispatch.TicketRestored, ticket(t, s, p.Promise.TicketID).Ticket.State)
	return *v.Callback
}

func TestNotReachedIsCalledAgain(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	c := served(t, s)
	_, err := s.Desk.SettleCallback(ctx, s.Crew[0], c.ID, c.Version, dispatch.CallbackConfirmed, "")
	refused(t, "scope_missing", err)
	_, err = s.Desk.SettleCallback(ctx, s.Agent, ids.New(), 1, dispatch.CallbackConfirmed, "")
	refused(t, "callback_not_found", err)
	n, err := s.Desk.SettleCallback(ctx, s.Agent, c.ID, c.Version, dispatch.CallbackNotReached, "mailbox")
	require.NoError(t, err)
	require.Equal(t, dispatch.CallbackDue, n.State)
	require.Equal(t, 1, n.Attempts)
	require.Equal(t, s.Clock.Now().Add(30*time.Minute), n.DueAt.UTC())
	require.Equal(t, dispatch.TicketRestored, ticket(t, s, c.TicketID).Ticket.State)
	_, err = s.Desk.SettleCallback(ctx, s.Agent, c.ID, c.Version, dispatch.CallbackConfirmed, "")
	refused(t, "version_stale", err)
	d, err := s.Desk.SettleCallback(ctx, s.Agent, c.ID, n.Version, dispatch.CallbackDeclined, "no calls, please")
	require.NoError(t, err)
	require.Equal(t, 2, d.Attempts)
	require.Equal(t, dispatch.TicketResolved, ticket(t, s, c.TicketID).Ticket.State)
	require.Contains(t, *ticket(t, s, c.TicketID).Ticket.Resolution, "declined")
	_, err = s.Desk.SettleCallback(ctx, s.Agent, c.ID, d.Version, dispatch.CallbackConfirmed, "")
	refused(t, "callback_settled", err)
}

// A customer who is not content has a ticket with its owner, and a visit that can
// be promised.
func TestReopenedByTheCustomer(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	c := served(t, s)
	done, err := s.Desk.SettleCallback(ctx, s.Agent, c.ID, c.Version, dispatch.CallbackReopened, "prints blank pages")
	require.NoError(t, err)
	require.Equal(t, dispatch.CallbackSettled, done.State)
	v := ticket(t, s, c.TicketID)
	require.Equal(t, dispatch.TicketOpen, v.Ticket.State)
	require.Nil(t, v.Ticket.RestoredAt)
	require.Equal(t, s.Agent.AccountID, v.Ticket.OwnerID)
	require.Equal(t, s.Clock.Now().Add(dispatch.NextNews), v.Ticket.NextUpdate.UTC())
	q, err := s.Desk.Quote(ctx, s.Agent, desk.NewQuote{TicketID: c.TicketID})
	require.NoError(t, err, "somebody comes again")
	require.NotEmpty(t, q.Offers)
}

func TestConfirmedWithAFollowUpToCome(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	choice, c := quickFix(t, s)
	_, err := s.Desk.SettleCallback(ctx, s.Agent, c.ID, c.Version, dispatch.CallbackConfirmed, "")
	require.NoError(t, err)
	v := ticket(t, s, c.TicketID)
	require.Equal(t, dispatch.TicketPlanned, v.Ticket.State)
	require.NotNil(t, v.Ticket.RestoredAt, "they can work")
	require.Equal(t, dispatch.PromiseOpen, promise(t, s, choice.FollowUpPromise.ID).Promise.State)
	require.Equal(t, choice.FollowUpPromise.WindowEnd, v.Ticket.NextUpdate.UTC(), "when the person hears from us next")
}

// The follow-up's window was withdrawn before the customer was called: the ticket
// is with its owner, not said to be planned.
func TestConfirmedWithAFollowUpThatWaits(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	choice, c := quickFix(t, s)
	p := promise(t, s, choice.FollowUpPromise.ID)
	_, err := s.Desk.WithdrawPromise(ctx, desk.Acting{Who: s.Agent}, p.Promise.ID, p.Promise.Version, desk.Withdrawal{Note: "customer"})
	require.NoError(t, err)
	_, err = s.Desk.SettleCallback(ctx, s.Agent, c.ID, c.Version, dispatch.CallbackConfirmed, "")
	require.NoError(t, err)
	require.Equal(t, dispatch.TicketOpen, ticket(t, s, c.TicketID).Ticket.State)

	// It waits, and is still not for this week.
	require.Equal(t, dispatch.Date("2026-03-14"), *stopOf(t, s, choice.FollowUp.ID).EarliestDate)
	q, err := s.Desk.Quote(ctx, s.Agent, desk.NewQuote{TicketID: c.TicketID, Days: 2})
	require.NoError(t, err)
	require.NotEmpty(t, q.Offers)
	for _, o := range q.Offers {
		require.True(t, o.WindowStart.After(stage.At(0, 0).AddDate(0, 0, 6)), "%s", o.WindowStart)
	}
}

// A ticket whose customer was not asked yet is not closed on the side: somebody was
// there, and whether it is well is the customer's to say. What they said, or that
// nobody could ask them, stays with the ticket; only their yes confirms it.
func TestOnlyACallbackConfirms(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		tries   int // in vain, before
		outcome dispatch.CallbackOutcome
		event   string
	}{
		"reached":             {0, dispatch.CallbackConfirmed, "ticket.confirmed"},
		"declined":            {1, dispatch.CallbackDeclined, "ticket.resolved"},
		"not reached 3 times": {3, dispatch.CallbackUnreachable, "ticket.resolved"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := stage.New(t, stage.Small)
			ctx := t.Context()
			due := served(t, s)
			k := ticket(t, s, due.TicketID).Ticket
			_, err := s.Desk.ResolveTicket(ctx, s.Agent, k.ID, k.Version, "all is fine")
			require.Equal(t, due.ID, refused(t, "callback_due", err).Members["callback_id"])
			for n := range c.tries {
				_, err = s.Desk.SettleCallback(ctx, s.Agent, due.ID, due.Version, dispatch.CallbackUnreachable, "")
				f := refused(t, "callback_attempts", err)
				require.Equal(t, []any{n, 3}, []any{f.Members["attempts"], f.Members["wanted"]})
				due, err = s.Desk.SettleCallback(ctx, s.Agent, due.ID, due.Version, dispatch.CallbackNotReached, "")
				require.NoError(t, err)
				require.Nil(t, ticket(t, s, k.ID).Ticket.Confirmation)
			}
			due, err = s.Desk.SettleCallback(ctx, s.Agent, due.ID, due.Version, c.outcome, "")
			require.NoError(t, err)
			require.Equal(t, dispatch.CallbackSettled, due.State)
			k = ticket(t, s, k.ID).Ticket
			require.Equal(t, []any{dispatch.TicketResolved, c.outcome}, []any{k.State, *k.Confirmation})
			require.Equal(t, 1, events(t, s, c.event))

			again, err := s.Desk.Reopen(ctx, s.Agent, k.ID, k.Version, desk.Reopening{Reason: "it is not"})
			require.NoError(t, err)
			require.Nil(t, again.Ticket.Confirmation, "what they said then counts no more")
		})
	}
}

// The database knows it too: no ticket is confirmed that is not at its end, nobody is
// unreachable who was hardly called.
func TestConfirmationsAreGuarded(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	c := served(t, s)
	_, err := s.Pool.Exec(t.Context(), `update tickets set confirmation = 'confirmed' where id = $1`, c.TicketID)
	require.ErrorContains(t, err, "tickets_confirmed_at_the_end")
	_, err = s.Pool.Exec(t.Context(), `update callbacks set outcome = 'unreachable', attempts = 2 where id = $1`, c.ID)
	require.ErrorContains(t, err, "callbacks_unreachable_tried")
}

// Whoever owns the ticket calls back; when they are away by then, who stands in for
// them does, also at second hand. Where nobody is there it stays the owner's.
func TestWhoStandsInCallsBack(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		away   []string // login and stand-in, by turns
		hours  int
		caller string
	}{
		"there":                  {nil, 0, "anna"},
		"back by then":           {[]string{"anna", "ben"}, 1, "anna"},
		"away":                   {[]string{"anna", "ben"}, 9, "ben"},
		"both away":              {[]string{"anna", "ben", "ben", "lena"}, 9, "lena"},
		"away in a circle":       {[]string{"anna", "ben", "ben", "anna"}, 9, "anna"},
		"the stand-in alone":     {[]string{"ben", "anna"}, 9, "anna"},
		"a stand-in's stand-in ": {[]string{"ben", "lena"}, 9, "anna"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := stage.New(t, stage.Small)
			_, p := promised(t, s, 0, "printer_fault")
			publish(t, s)
			k := arrived(t, s, promise(t, s, p.Promise.ID))
			now := s.Clock.Now()
			for i := 0; i < len(c.away); i += 2 {
				_, err := s.Desk.EnterAgentAbsence(t.Context(), s.Lead, desk.NewAgentAbsence{AccountID: as(t, s, c.away[i]).AccountID,
					StandInID: as(t, s, c.away[i+1]).AccountID, From: now, Until: now.Add(time.Duration(c.hours) * time.Hour)})
				require.NoError(t, err)
			}
			v, err := s.Field.Done(t.Context(), s.Crew[k], p.Promise.VisitID, field.NewFact{})
			require.NoError(t, err)
			require.Equal(t, as(t, s, c.caller).AccountID, v.Callback.OwnerID)
			owner := ticket(t, s, p.Promise.TicketID).Ticket.OwnerID
			require.Equal(t, s.Agent.AccountID, owner, "the owner stays the owner")
			if c.caller == "anna" {
				require.Nil(t, v.Callback.InsteadOf)
				return
			}
			require.Equal(t, owner, *v.Callback.InsteadOf)
			work, err := s.Desk.Worklist(t.Context(), as(t, s, c.caller))
			if c.caller == "ben" {
				require.NoError(t, err)
				require.Equal(t, v.Callback.ID, work.Work.Callbacks[0].ID)
			}
		})
	}
}
