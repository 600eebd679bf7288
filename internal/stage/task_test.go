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

// A task of the second level is due when the customer was promised something, also
// after that was changed, and the ticket stays with its owner.
func TestATaskInheritsTheCustomersPromise(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	second := teamOf(t, s, dispatch.SecondLevel, s.Other)
	v, p := promised(t, s, 0, "printer_fault")
	k, err := s.Desk.AskTier(ctx, s.Agent, v.Ticket.ID, desk.NewTask{TeamID: second.ID, Wish: "read the spooler's log"})
	require.NoError(t, err)
	require.Equal(t, p.Promise.WindowEnd, k.DueAt.UTC())
	plain, err := s.Desk.AskTier(ctx, s.Agent, opened(t, s, 1, "printer_fault").Ticket.ID, desk.NewTask{TeamID: second.ID, Wish: "the same"})
	require.NoError(t, err)
	require.Equal(t, s.Clock.Now().Add(dispatch.NextNews), plain.DueAt.UTC(), "nothing promised: when they hear from us")
	later := func(minutes int) { // as a revision would have it
		_, err := s.Pool.Exec(ctx, `update promises set window_end = window_end + $2 * interval '1 minute' where id = $1`, p.Promise.ID, minutes)
		require.NoError(t, err)
	}
	later(30)
	list, _, err := s.Desk.TasksOfTeam(ctx, s.Other, second.ID, dispatch.Page{Limit: 10})
	require.NoError(t, err)
	require.Len(t, list, 2)
	for _, x := range list {
		if x.ID == k.ID {
			require.Equal(t, p.Promise.WindowEnd.Add(30*time.Minute), x.DueAt.UTC(), "it follows the promise")
		}
	}
	require.False(t, list[1].DueAt.Before(list[0].DueAt))
	later(-30)

	refused(t, "task_not_yours", errOf(s.Desk.TakeTask(ctx, s.Agent, k.ID, k.Version)))
	refused(t, "task_state", errOf(s.Desk.FinishTask(ctx, s.Other, k.ID, k.Version, "not taken yet")))
	k, err = s.Desk.TakeTask(ctx, s.Other, k.ID, k.Version)
	require.NoError(t, err)
	refused(t, "task_state", errOf(s.Desk.TakeTask(ctx, s.Other, k.ID, k.Version)))
	refused(t, "version_stale", errOf(s.Desk.FinishTask(ctx, s.Other, k.ID, k.Version+1, "x")))
	k, err = s.Desk.FinishTask(ctx, s.Other, k.ID, k.Version, "the queue was full")
	require.NoError(t, err)
	require.Equal(t, dispatch.TaskDone, k.State)
	require.Equal(t, s.Agent.AccountID, ticket(t, s, v.Ticket.ID).Ticket.OwnerID)
	require.Contains(t, names(t, s, v.Ticket.ID), "task.done")

	// What is resolved needs nobody's work any more.
	resolved(t, s, plain.TicketID)
	refused(t, "task_state", errOf(s.Desk.TakeTask(ctx, s.Other, plain.ID, plain.Version+1)))
	list, _, err = s.Desk.TasksOfTeam(ctx, s.Other, second.ID, dispatch.Page{Limit: 10})
	require.NoError(t, err)
	require.Empty(t, list)
	refused(t, "team_not_found", errOf(s.Desk.AskTier(ctx, s.Agent, v.Ticket.ID, desk.NewTask{TeamID: ids.New(), Wish: "x"})))
}

// One act finds the leader who is there, and the time to them is kept.
func TestEscalatedToTheNextLeaderWhoIsThere(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	ada, lena := as(t, s, "ada"), s.Lead
	v := opened(t, s, 0, "printer_fault").Ticket
	e, err := s.Desk.Escalate(ctx, s.Agent, v.ID, desk.NewEscalation{Reason: "complaint", Context: "nobody came"})
	require.NoError(t, err)
	require.Equal(t, dispatch.EscalationUnanswered, e.State, "there is no chain yet")

	hours := func(who ids.ID, from, until int) dispatch.Leader {
		return dispatch.Leader{AccountID: who, Zone: stage.Zone, FromMin: from * 60, UntilMin: until * 60}
	}
	asleep := hours(ada.AccountID, 9, 17)
	away := hours(s.Dispatcher.AccountID, 0, 24)
	away.AwayUntil = ptr(stage.At(12, 0))
	chain := []dispatch.Leader{hours(s.Agent.AccountID, 0, 24), asleep, away, hours(s.Other.AccountID, 7, 19), hours(lena.AccountID, 7, 19)}
	refused(t, "scope_missing", errOf(s.Desk.ChangeLeaders(ctx, s.Agent, chain)))
	refused(t, "bad_zone", errOf(s.Desk.ChangeLeaders(ctx, ada, []dispatch.Leader{{AccountID: ada.AccountID, Zone: "Mars/Base", UntilMin: 60}})))
	refused(t, "leader_twice", errOf(s.Desk.ChangeLeaders(ctx, ada, []dispatch.Leader{asleep, asleep})))
	_, err = s.Desk.ChangeLeaders(ctx, ada, chain)
	require.NoError(t, err)

	e, err = s.Desk.Escalate(ctx, s.Agent, v.ID, desk.NewEscalation{Reason: "complaint", Context: "nobody came"})
	require.NoError(t, err)
	require.Equal(t, &s.Other.AccountID, e.LeaderID, "not oneself, not who sleeps, not who is away")
	refused(t, "escalation_called", errOf(s.Desk.Escalate(ctx, s.Agent, v.ID, desk.NewEscalation{Reason: "complaint", Context: "again"})))
	refused(t, "escalation_not_yours", errOf(s.Desk.TakeEscalation(ctx, lena, e.ID, e.Version)))
	s.Clock.Set(s.Clock.Now().Add(20 * time.Second))
	e, err = s.Desk.PassEscalation(ctx, s.Agent, e.ID, e.Version)
	require.NoError(t, err)
	require.Equal(t, &lena.AccountID, e.LeaderID)
	mine, _, err := s.Desk.Escalations(ctx, lena, &lena.AccountID, dispatch.Page{})
	require.NoError(t, err)
	require.Equal(t, "nobody came", mine[0].Context, "handed over with what happened")
	s.Clock.Set(s.Clock.Now().Add(25 * time.Second))
	refused(t, "version_stale", errOf(s.Desk.TakeEscalation(ctx, lena, e.ID, e.Version+1)))
	e, err = s.Desk.TakeEscalation(ctx, lena, e.ID, e.Version)
	require.NoError(t, err)
	require.Equal(t, 45*time.Second, e.TakenAt.Sub(e.AskedAt), "the time to a leader")
	refused(t, "escalation_state", errOf(s.Desk.PassEscalation(ctx, s.Agent, e.ID, e.Version)))

	// The chain ends: the owner is told so.
	e, err = s.Desk.Escalate(ctx, s.Agent, v.ID, desk.NewEscalation{Reason: "complaint", Context: "again"})
	require.NoError(t, err)
	for range 2 {
		e, err = s.Desk.PassEscalation(ctx, s.Agent, e.ID, e.Version)
		require.NoError(t, err)
	}
	require.Equal(t, dispatch.EscalationUnanswered, e.State)
	all, _, err := s.Desk.Escalations(ctx, lena, nil, dispatch.Page{})
	require.NoError(t, err)
	require.Len(t, all, 3)
}
