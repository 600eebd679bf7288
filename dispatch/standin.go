package dispatch

import (
	"context"
	"time"

	"roundsman/internal/ids"
	"roundsman/internal/states"
)

// AgentAbsenceState is where an agent's absence is; it follows from its instants.
type AgentAbsenceState string

// The states of an absence. The comment names who acts next.
const (
	AbsenceAhead   AgentAbsenceState = "ahead"   // nobody: it begins by itself
	AbsenceCurrent AgentAbsenceState = "current" // the stand-in: their work is in the worklist
	AbsenceOver    AgentAbsenceState = "over"    // nobody
)

// AgentAbsenceAct is something that is done to an absence.
type AgentAbsenceAct string

// The acts. The comment names who does them.
const (
	AbsenceBegin AgentAbsenceAct = "begin" // time
	AbsenceEnd   AgentAbsenceAct = "end"   // the agent, or who plans shifts
	AbsencePass  AgentAbsenceAct = "pass"  // time
)

// agentAbsenceTable says what may be done to an absence in which state; docs/states.md draws it.
var agentAbsenceTable = states.Table[AgentAbsenceAct, AgentAbsenceState]{
	Noun: "absence", Code: "agent_absence_state", Hint: "enter a new one",
	States: []AgentAbsenceState{AbsenceAhead, AbsenceCurrent, AbsenceOver},
	Acts: []states.Act[AgentAbsenceAct, AgentAbsenceState]{
		{Name: AbsenceBegin, From: []AgentAbsenceState{AbsenceAhead}, To: []AgentAbsenceState{AbsenceCurrent}, Code: states.Nothing},
		{Name: AbsenceEnd, From: []AgentAbsenceState{AbsenceAhead, AbsenceCurrent}, To: []AgentAbsenceState{AbsenceOver}},
		{Name: AbsencePass, From: []AgentAbsenceState{AbsenceCurrent}, To: []AgentAbsenceState{AbsenceOver}, Code: states.Nothing},
	},
}

// State is where the absence is at an instant.
func (a AgentAbsence) State(now time.Time) AgentAbsenceState {
	switch {
	case !now.Before(a.AbsentUntil):
		return AbsenceOver
	case now.Before(a.AbsentFrom):
		return AbsenceAhead
	}
	return AbsenceCurrent
}

// Allows refuses an act that does not fit the state. Code: "agent_absence_state", with
// the states that it fits.
func (s AgentAbsenceState) Allows(a AgentAbsenceAct) error { return agentAbsenceTable.Allows(s, a) }

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
