package dispatch

import (
	"context"
	"time"

	"roundsman/internal/ids"
	"roundsman/internal/states"
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

// TaskAct is something that is done to a task.
type TaskAct string

// The acts. The comment names who does them.
const (
	TaskTake     TaskAct = "take"      // a member of its team
	TaskFinish   TaskAct = "finish"    // who took it
	TaskGiveBack TaskAct = "give_back" // its team, who took it, the end of the ticket
)

// taskTable says what may be done to a task in which state; docs/states.md draws it.
var taskTable = states.Table[TaskAct, TaskState]{
	Noun: "task", Code: "task_state", Hint: "read it again: somebody was faster, or the ticket is over",
	States: []TaskState{TaskWaiting, TaskTaken, TaskDone, TaskGivenBack},
	Acts: []states.Act[TaskAct, TaskState]{
		{Name: TaskTake, From: []TaskState{TaskWaiting}, To: []TaskState{TaskTaken}},
		{Name: TaskFinish, From: []TaskState{TaskTaken}, To: []TaskState{TaskDone}},
		{Name: TaskGiveBack, From: []TaskState{TaskWaiting, TaskTaken}, To: []TaskState{TaskGivenBack}},
	},
}

// After gives the state after an act. Code: "task_state", with the states that it fits.
func (s TaskState) After(a TaskAct) (TaskState, error) { return taskTable.After(s, a) }

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

// OwnTask is a task as a member of its team sees it: with as much of the ticket as
// the work needs, and nothing of the person or of what they said.
type OwnTask struct {
	Task
	TicketNumber int64
	Template     string // the name of the ticket's template
	Priority     int
	SiteName     string
	DeviceTag    *string // of the device that the ticket is about
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
	// head.
	TasksOfTeam(ctx context.Context, team ids.ID, p Page) (list []Task, next string, err error)
	// OwnTasks gives what an account's teams have to do and what the account has
	// taken, the one due first at the head.
	OwnTasks(ctx context.Context, account ids.ID, p Page) (list []OwnTask, next string, err error)
	// TasksOf gives a ticket's tasks in their order.
	TasksOf(ctx context.Context, ticket ids.ID) ([]Task, error)
}
