package desk

import (
	"context"
	"slices"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/decide"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// NewTask asks another tier for a piece of work on a ticket.
type NewTask struct {
	ID     *ids.ID
	TeamID ids.ID
	Wish   string
}

// AskTier gives a team a task on a ticket, due when the customer was promised
// something, or hears from us next. The ticket stays with its owner.
//
// Codes: "ticket_not_found", "ticket_resolved", "team_not_found", "id_taken".
func (d *Desk) AskTier(ctx context.Context, who access.Principal, ticket ids.ID, n NewTask) (k dispatch.Task, err error) {
	id := newID(n.ID)
	err = d.handle(ctx, who, handling{ID: ticket, Act: dispatch.DeskAskTier, Quiet: true}, func(tx dispatch.Tx, h *handled) (map[string]any, error) {
		team, err := tx.Team(ctx, n.TeamID)
		if err != nil {
			return nil, err
		}
		if err = tx.AddTask(ctx, dispatch.Task{ID: id, TicketID: ticket, TeamID: team.ID, State: dispatch.TaskWaiting, Wish: n.Wish,
			DueAt: h.Ticket.NextUpdate, AcceptBy: dispatch.TransferDue(time.Duration(team.AcceptMinutes)*time.Minute, h.Ticket.NextUpdate, h.Now), AskedBy: who.AccountID, AskedAt: h.Now}); err != nil {
			return nil, err
		}
		if k, err = tx.Task(ctx, id); err != nil {
			return nil, err
		}
		return nil, emitTask(ctx, tx, who, k, h.Now)
	}, func(handled) any { return k })
	return k, err
}

func emitTask(ctx context.Context, tx dispatch.Tx, who access.Principal, k dispatch.Task, now time.Time) error {
	name := map[dispatch.TaskState]string{dispatch.TaskWaiting: "task.asked"}[k.State]
	if name == "" {
		name = "task." + string(k.State)
	}
	return decide.Emit(ctx, tx, now, who, decide.Event{Name: name, Kind: "task", Subject: k.ID,
		Data: map[string]any{"ticket_id": k.TicketID, "team_id": k.TeamID, "due_at": k.DueAt}})
}

// TakeTask makes a member of the team the one who does it. Codes:
// "task_not_found", also for another team's when who asks may not read tickets,
// "task_not_yours", "task_state" when somebody was faster, "version_stale".
func (d *Desk) TakeTask(ctx context.Context, who access.Principal, id ids.ID, version int64) (dispatch.Task, error) {
	return d.moveTask(ctx, who, id, version, dispatch.TaskTake, "")
}

// FinishTask says what was found; the ticket's owner goes on. Codes as TakeTask.
func (d *Desk) FinishTask(ctx context.Context, who access.Principal, id ids.ID, version int64, finding string) (dispatch.Task, error) {
	return d.moveTask(ctx, who, id, version, dispatch.TaskFinish, finding)
}

// GiveBackTask says why it is not done here. Codes as TakeTask.
func (d *Desk) GiveBackTask(ctx context.Context, who access.Principal, id ids.ID, version int64, why string) (dispatch.Task, error) {
	return d.moveTask(ctx, who, id, version, dispatch.TaskGiveBack, why)
}

func (d *Desk) moveTask(ctx context.Context, who access.Principal, id ids.ID, version int64, act dispatch.TaskAct, finding string) (k dispatch.Task, err error) {
	now := d.Clock.Now()
	err = d.write(ctx, who, access.TasksWrite, func(tx dispatch.Tx) error {
		if k, err = tx.LockTask(ctx, id); err != nil {
			return err
		}
		team, err := tx.Team(ctx, k.TeamID)
		if err != nil {
			return err
		}
		took := k.TakenBy != nil && *k.TakenBy == who.AccountID
		if !took && !slices.Contains(team.Members, who.AccountID) {
			if !who.Can(access.TicketsRead) { // who may not read tickets learns of none through its tasks
				return fault.New(fault.NotFound, "task_not_found", "there is no such task")
			}
			return taskNotYours(team)
		}
		to, err := k.State.After(act)
		if err != nil {
			return err
		}
		if k.Version != version {
			return Stale("task", k.Version)
		}
		if k.TakenBy != nil && !took {
			return taskNotYours(team)
		}
		k.State, k.Finding, k.TakenBy = to, finding, &who.AccountID
		if to != dispatch.TaskTaken {
			k.SettledAt = &now
		}
		if k, err = tx.SaveTask(ctx, k); err != nil {
			return err
		}
		if err = emitTask(ctx, tx, who, k, now); err != nil {
			return err
		}
		return tx.Answer(ctx, k)
	})
	return k, err
}

func taskNotYours(team dispatch.Team) error {
	return fault.New(fault.Forbidden, "task_not_yours", "this task is for team %s, and once taken for who took it", team.Code)
}

// OwnTasks lists what the teams of who asks have to do, and what they have taken,
// the one due first at the head.
func (d *Desk) OwnTasks(ctx context.Context, who access.Principal, p dispatch.Page) (list []dispatch.OwnTask, next string, err error) {
	err = d.read(ctx, who, access.TasksWrite, func(tx dispatch.Tx) (err error) {
		list, next, err = tx.OwnTasks(ctx, who.AccountID, p)
		return err
	})
	return list, next, err
}

// TasksOfTeam lists what a team has to do, the one due first at the head. Code:
// "team_not_found".
func (d *Desk) TasksOfTeam(ctx context.Context, who access.Principal, team ids.ID, p dispatch.Page) (list []dispatch.Task, next string, err error) {
	err = d.read(ctx, who, access.TicketsRead, func(tx dispatch.Tx) (err error) {
		if _, err = tx.Team(ctx, team); err != nil {
			return err
		}
		list, next, err = tx.TasksOfTeam(ctx, team, p)
		return err
	})
	return list, next, err
}

// endTasks gives back what is still asked for about a ticket that is over.
func endTasks(ctx context.Context, tx dispatch.Tx, who access.Principal, h *handled) error {
	list, err := tx.TasksOf(ctx, h.Ticket.ID)
	if err != nil {
		return err
	}
	for _, k := range list {
		to, err := k.State.After(dispatch.TaskGiveBack)
		if err != nil {
			continue // done, or given back before
		}
		k.State, k.Finding, k.SettledAt = to, "the ticket is over", &h.Now
		if k, err = tx.SaveTask(ctx, k); err != nil {
			return err
		}
		if err = emitTask(ctx, tx, who, k, h.Now); err != nil {
			return err
		}
	}
	return nil
}
