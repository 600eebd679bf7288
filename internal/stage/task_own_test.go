package stage_test

import (
	"testing"

	"roundsman/dispatch"
	"roundsman/dispatch/desk"
	"roundsman/internal/access"
	"roundsman/internal/ids"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

// The stock room and the field do what they are asked for without the right to read
// tickets: they see what the work needs, and nobody else's work.
func TestATaskForTheStockRoomAndTheField(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		tier dispatch.Tier
		of   func(s *stage.Stage) access.Principal
	}{
		{dispatch.StockTier, func(s *stage.Stage) access.Principal { return s.Stock }},
		{dispatch.FieldTier, func(s *stage.Stage) access.Principal { return s.Crew[0] }},
	} {
		t.Run(string(c.tier), func(t *testing.T) {
			t.Parallel()
			s := stage.New(t, stage.Small)
			ctx := t.Context()
			who, stranger := c.of(s), s.Crew[1]
			team := teamOf(t, s, c.tier, who)
			first, second := opened(t, s, 0, "printer_fault").Ticket, opened(t, s, 1, "printer_fault").Ticket
			ask := func(ticket ids.ID, wish string) dispatch.Task {
				k, err := s.Desk.AskTier(ctx, s.Agent, ticket, desk.NewTask{TeamID: team.ID, Wish: wish})
				require.NoError(t, err)
				return k
			}
			own := func(who access.Principal) []dispatch.OwnTask {
				list, _, err := s.Desk.OwnTasks(ctx, who, dispatch.Page{Limit: 10})
				require.NoError(t, err)
				return list
			}
			k, other := ask(first.ID, "put a fuser by"), ask(second.ID, "measure the door")
			list := own(who)
			require.Len(t, list, 2)
			require.Equal(t, k.ID, list[0].ID, "asked first, due first")
			var site string
			require.NoError(t, s.Pool.QueryRow(ctx, `select name from sites where id = $1`, first.SiteID).Scan(&site))
			require.Equal(t, []any{"put a fuser by", first.Number, first.Priority, site}, []any{list[0].Wish, list[0].TicketNumber, list[0].Priority, list[0].SiteName})
			require.NotEmpty(t, list[0].Template)
			require.NotNil(t, list[0].DeviceTag)
			refused(t, "scope_missing", errOf(s.Desk.Ticket(ctx, who, first.ID)))
			refused(t, "scope_missing", errOfPage(s.Desk.TasksOfTeam(ctx, who, team.ID, dispatch.Page{})))
			refused(t, "scope_missing", errOfPage(s.Desk.OwnTasks(ctx, s.Monitor, dispatch.Page{})))

			require.Empty(t, own(stranger))
			nothing := errOf(s.Desk.TakeTask(ctx, stranger, ids.New(), 1))
			theirs := refused(t, "task_not_found", errOf(s.Desk.TakeTask(ctx, stranger, k.ID, k.Version)))
			require.Equal(t, nothing.Error(), theirs.Error(), "nobody learns that it is there")
			refused(t, "task_not_yours", errOf(s.Desk.TakeTask(ctx, s.Agent, k.ID, k.Version)))

			k, err := s.Desk.TakeTask(ctx, who, k.ID, k.Version)
			require.NoError(t, err)
			_, err = s.Desk.GiveBackTask(ctx, who, other.ID, other.Version, "no ladder")
			require.NoError(t, err)

			// Who has left the team still has what they took, and nothing else.
			ask(second.ID, "measure it again")
			_, err = s.Pool.Exec(ctx, `delete from team_members where team_id = $1`, team.ID)
			require.NoError(t, err)
			list = own(who)
			require.Len(t, list, 1)
			require.Equal(t, k.ID, list[0].ID)
			k, err = s.Desk.FinishTask(ctx, who, k.ID, k.Version, "it lies in shelf 4")
			require.NoError(t, err)
			require.Equal(t, dispatch.TaskDone, k.State)
			require.Empty(t, own(who))
		})
	}
}

// A task that a colleague has taken is theirs.
func TestATaskTakenByAColleague(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	team := teamOf(t, s, dispatch.FieldTier, s.Crew[0], s.Crew[1])
	k, err := s.Desk.AskTier(ctx, s.Agent, opened(t, s, 0, "printer_fault").Ticket.ID, desk.NewTask{TeamID: team.ID, Wish: "look at the socket"})
	require.NoError(t, err)
	k, err = s.Desk.TakeTask(ctx, s.Crew[0], k.ID, k.Version)
	require.NoError(t, err)
	refused(t, "task_state", errOf(s.Desk.TakeTask(ctx, s.Crew[1], k.ID, k.Version)))
	refused(t, "task_not_yours", errOf(s.Desk.FinishTask(ctx, s.Crew[1], k.ID, k.Version, "mine")))
	refused(t, "task_not_yours", errOf(s.Desk.GiveBackTask(ctx, s.Crew[1], k.ID, k.Version, "mine")))
	k, err = s.Desk.FinishTask(ctx, s.Crew[0], k.ID, k.Version, "it is dead")
	require.NoError(t, err)
	require.Equal(t, &s.Crew[0].AccountID, k.TakenBy)
}
