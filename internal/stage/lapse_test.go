package stage_test

import (
	"testing"

	"roundsman/dispatch"
	"roundsman/dispatch/desk"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

// What was to be told and is not so any more when the letter leaves is told to nobody;
// the same letter, whose ground stands, is.
func TestWhatIsNotSoAnyMoreIsNotTold(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind string
		gone bool // the promise is withdrawn, and the ticket resolved
		want dispatch.NoticeState
	}{
		{"promise_made", false, dispatch.NoticeDelivered},
		{"promise_made", true, dispatch.NoticeLapsed},
		{"at_risk", true, dispatch.NoticeLapsed},
		{"late", true, dispatch.NoticeLapsed},
		{"broken", true, dispatch.NoticeDelivered}, // that we broke our word stays so
		{"received", false, dispatch.NoticeDelivered},
		{"received", true, dispatch.NoticeLapsed},
		{"incident", true, dispatch.NoticeDelivered}, // it is about more than one ticket
	} {
		name := c.kind
		if c.gone {
			name += " and gone"
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := stage.New(t, stage.Small)
			ctx := t.Context()
			v, p := promised(t, s, 0, "printer_fault")
			require.NoError(t, s.Work(ctx))
			letter := letterTo(t, s, 0, func(n *dispatch.Notice) { n.Kind, n.PromiseID, n.TicketID = c.kind, &p.Promise.ID, &v.Ticket.ID })
			if c.gone {
				_, err := s.Desk.WithdrawPromise(ctx, desk.Acting{Who: s.Agent}, p.Promise.ID, p.Promise.Version, desk.Withdrawal{Note: "customer"})
				require.NoError(t, err)
				k := ticket(t, s, v.Ticket.ID).Ticket
				_, err = s.Desk.ResolveTicket(ctx, s.Agent, k.ID, k.Version, "It went away.")
				require.NoError(t, err)
			}
			require.NoError(t, s.Post.Deliver(ctx, letter))
			n, _ := reread(t, s, letter)
			require.Equal(t, c.want, n.State)
		})
	}
}

// An outcome is of the day, not of who asked: whoever may do the act may do it by a
// colleague's outcome, and nobody else.
func TestAColleagueMayGoOnWithAnOutcome(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	_, o := offerFor(t, s, 0)
	_, err := s.Desk.Promise(ctx, s.Monitor, desk.NewPromise{OutcomeID: o.OutcomeID})
	refused(t, "scope_missing", err)
	made, err := s.Desk.Promise(ctx, s.Other, desk.NewPromise{OutcomeID: o.OutcomeID})
	require.NoError(t, err)
	require.Equal(t, s.Other.AccountID, made.Promise.MadeBy, "the word is theirs who gave it")
}
