package dispatch

import (
	"context"
	"time"

	"roundsman/internal/ids"
)

// AgentAbsence is that an agent is away, and who stands in for them meanwhile.
type AgentAbsence struct {
	ID          ids.ID
	AccountID   ids.ID
	StandInID   ids.ID
	AbsentFrom  time.Time
	AbsentUntil time.Time // half-open
	Reason      string
	EnteredBy   ids.ID
	CreatedAt   time.Time
	Version     int64
}

// Covered is an account whose work is somebody's now: their own, or that of a
// colleague they stand in for, also at second hand.
type Covered struct {
	AccountID ids.ID
	Name      string
	Until     *time.Time // nil: their own
}

// Worklist is what is to be done, the most urgent first, each at most WorklistMost.
// Whose it is stands in each.
type Worklist struct {
	Tickets   []Ticket   // open ones, by when the person hears next
	Callbacks []Callback // due ones
	Promises  []Promise  // open ones of their tickets, by the window's end
	Waiting   []Contact  // requests that nobody has taken up
	Calls     []Call     // unregistered
	// What their owners handed over, and nobody has taken in time.
	Transfers []Transfer
	Tasks     []Task
}

// WorklistMost is how many of each kind a worklist shows.
const WorklistMost = 100

// StandIns are who does whose work.
type StandIns interface {
	// AddAgentAbsence stores an absence. Code: "absence_taken" when it overlaps
	// another of the same agent.
	AddAgentAbsence(ctx context.Context, a AgentAbsence) error
	// LockAgentAbsence reads one for change; code "agent_absence_not_found".
	LockAgentAbsence(ctx context.Context, id ids.ID) (AgentAbsence, error)
	// EndAgentAbsence writes an earlier end.
	EndAgentAbsence(ctx context.Context, a AgentAbsence) (AgentAbsence, error)
	ListAgentAbsences(ctx context.Context, account ids.ID, p Page) (list []AgentAbsence, next string, err error)
	// CoveredBy lists whose work is an account's now: their own first.
	CoveredBy(ctx context.Context, account ids.ID, at time.Time) ([]Covered, error)
	// StandInOf gives who does an account's work at an instant, also at second hand:
	// somebody who is not away then themselves; nil when the account is there, or when
	// nobody is.
	StandInOf(ctx context.Context, account ids.ID, at time.Time) (*ids.ID, error)
	// Worklist reads the work of accounts.
	Worklist(ctx context.Context, accounts []ids.ID, at time.Time) (Worklist, error)
}
