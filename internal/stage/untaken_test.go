package stage_test

import (
	"testing"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/desk"
	"roundsman/internal/ids"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

// Whoever hands something over hears when nobody takes it in time: once, and until
// somebody does. It is theirs as long.
func TestWhatNobodyTakesComesBackToItsOwner(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	second, err := s.Desk.AddTeam(ctx, as(t, s, "ada"), desk.NewTeam{Code: "second", Name: "Second", Tier: dispatch.SecondLevel, AcceptMinutes: 20,
		Members: []ids.ID{s.Other.AccountID}})
	require.NoError(t, err)
	v := opened(t, s, 0, "printer_fault").Ticket
	k, err := s.Desk.AskTier(ctx, s.Agent, v.ID, desk.NewTask{TeamID: second.ID, Wish: "read the log"})
	require.NoError(t, err)
	require.Equal(t, stage.At(7, 50), k.AcceptBy.UTC(), "the team's own twenty minutes")
	x, err := s.Desk.OfferTransfer(ctx, s.Agent, v.ID, desk.NewTransfer{ToAccount: &s.Other.AccountID, Reason: "other", Context: "-"})
	require.NoError(t, err)
	require.Equal(t, stage.At(8, 0), x.DueAt)
	work := func() dispatch.Worklist {
		require.NoError(t, s.Control.Sweep(ctx))
		list, err := s.Desk.Worklist(ctx, s.Agent)
		require.NoError(t, err)
		return list.Work
	}
	s.Clock.Set(stage.At(7, 49))
	require.Empty(t, work().Tasks)
	s.Clock.Set(stage.At(7, 50))
	w := work()
	require.Len(t, w.Tasks, 1)
	require.Empty(t, w.Transfers)
	s.Clock.Set(stage.At(8, 0))
	w = work()
	require.Equal(t, x.ID, w.Transfers[0].ID)
	require.Equal(t, s.Agent.AccountID, ticket(t, s, v.ID).Ticket.OwnerID, "accountable all the time")
	s.Clock.Set(stage.At(9, 0))
	work()
	require.Equal(t, 1, events(t, s, "task.unanswered"), "once")
	require.Equal(t, 1, events(t, s, "transfer.unanswered"))

	// Late is better than never, with the version that was read before.
	_, err = s.Desk.TakeTask(ctx, s.Other, k.ID, k.Version)
	require.NoError(t, err)
	_, err = s.Desk.AcceptTransfer(ctx, s.Other, x.ID, x.Version)
	require.NoError(t, err)
	w = work()
	require.Empty(t, w.Tasks)
	require.Empty(t, w.Transfers)
}

// A task of a ticket that is soon due is wanted sooner.
func TestATaskIsTakenWhileThereIsTime(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	second := teamOf(t, s, dispatch.SecondLevel, s.Other)
	v := opened(t, s, 0, "printer_fault").Ticket
	soon := s.Clock.Now().Add(10 * time.Minute)
	_, err := s.Desk.ChangeTicket(ctx, s.Agent, v.ID, v.Version, desk.TicketChange{NextUpdate: &soon})
	require.NoError(t, err)
	k, err := s.Desk.AskTier(ctx, s.Agent, v.ID, desk.NewTask{TeamID: second.ID, Wish: "read the log"})
	require.NoError(t, err)
	require.Equal(t, soon, k.AcceptBy.UTC())
}
