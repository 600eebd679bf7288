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
