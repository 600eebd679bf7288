package dispatch

import (
	"context"
	"slices"
	"time"

	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// TaskState is where a task is. The comment names who acts next.
type TaskState string

// The states of a task.
const (
	TaskWaiting   TaskState = "waiting"    // a member of its team: take it
	TaskTaken     TaskState = "taken"      // who took it: do it, or give it back
	TaskDone      TaskState = "done"       // the ticket's owner: go on with what was found
	TaskGivenBack TaskState = "given_back" // the ticket's owner: read why
)

// taskMoves is the table of allowed changes; docs/states.md draws it.
var taskMoves = map[TaskState][]TaskState{
	TaskWaiting: {TaskTaken, TaskGivenBack},
	TaskTaken:   {TaskDone, TaskGivenBack},
}

// MayBecome says whether a task may go from one state to another. Code:
// "task_state", with the states that are allowed.
func (s TaskState) MayBecome(to TaskState) error {
	if slices.Contains(taskMoves[s], to) {
		return nil
	}
	return fault.New(fault.Conflict, "task_state", "this task is %s and can't become %s", s, to).
		With("state", s).With("allowed", notNil(taskMoves[s]))
}

// Task is a piece of work on a ticket for another tier. The ticket, its owner and
// what the customer was promised stay one.
type Task struct {
	ID       ids.ID
	TicketID ids.ID
	TeamID   ids.ID
	TakenBy  *ids.ID
	State    TaskState
	Wish     string // what is asked for
	Finding  string // what came of it
	// DueAt is when the customer was promised something about the ticket first, as
	// it stands now, else when they hear from us next.
	DueAt     time.Time
	AcceptBy  time.Time // somebody of the team has taken it by then
	AskedBy   ids.ID
	AskedAt   time.Time
	SettledAt *time.Time
	FlaggedAt *time.Time // when the ticket's owner was told that nobody has taken it
	Version   int64
}

// Tasks of teams.
type Tasks interface {
	AddTask(ctx context.Context, t Task) error
	Task(ctx context.Context, id ids.ID) (Task, error)
	LockTask(ctx context.Context, id ids.ID) (Task, error)
	SaveTask(ctx context.Context, t Task) (Task, error)
	// FlagTasks marks those that nobody has taken by then, at most limit at once and
	// each once, and gives them.
	FlagTasks(ctx context.Context, now time.Time, limit int) ([]Task, error)
	// TasksOfTeam gives a team's tasks that are not over, the one due first at the
	// head, at most so many.
	TasksOfTeam(ctx context.Context, team ids.ID, limit int) ([]Task, error)
	// TasksOf gives a ticket's tasks in their order.
	TasksOf(ctx context.Context, ticket ids.ID) ([]Task, error)
}
