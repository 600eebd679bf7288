package dispatch

import (
	"time"

	"roundsman/internal/ids"
	"roundsman/internal/states"
)

// IncidentState is where an incident is. The comment names who acts next.
type IncidentState string

// The states of an incident.
const (
	IncidentSuspected IncidentState = "suspected" // the dispatcher: confirm or dismiss
	IncidentConfirmed IncidentState = "confirmed" // desk and technicians: help everybody affected
	IncidentResolved  IncidentState = "resolved"  // nobody
)

// IncidentAct is something that is done to an incident.
type IncidentAct string

// The acts. The comment names who does them.
const (
	IncidentConfirm     IncidentAct = "confirm"      // the dispatcher
	IncidentResolve     IncidentAct = "resolve"      // the dispatcher: it is over, or was none
	IncidentOpenTickets IncidentAct = "open_tickets" // the dispatcher
)

// incidentTable says what may be done to an incident in which state; docs/states.md draws it.
var incidentTable = states.Table[IncidentAct, IncidentState]{
	Noun: "incident", Code: "incident_state", Hint: "read it again",
	States: []IncidentState{IncidentSuspected, IncidentConfirmed, IncidentResolved},
	Acts: []states.Act[IncidentAct, IncidentState]{
		{Name: IncidentConfirm, From: []IncidentState{IncidentSuspected}, To: []IncidentState{IncidentConfirmed}},
		{Name: IncidentResolve, From: []IncidentState{IncidentSuspected, IncidentConfirmed}, To: []IncidentState{IncidentResolved}},
		{Name: IncidentOpenTickets, From: []IncidentState{IncidentSuspected, IncidentConfirmed}},
	},
}

// After gives the state after an act. Code: "incident_state", with the states that it fits.
func (s IncidentState) After(a IncidentAct) (IncidentState, error) { return incidentTable.After(s, a) }

// Incident is one cause and many people.
type Incident struct {
	ID          ids.ID
	Number      int64
	ExternalID  string // given by monitoring; the same id is the same incident
	Title       string
	Cause       string // root-cause statement, in plain words
	State       IncidentState
	Impairs     []string // channels that the broken device carries: "mail"
	Template    string   // code of the template for its tickets
	Predicate   Predicate
	DeclaredBy  ids.ID
	DeclaredAt  time.Time
	ConfirmedAt *time.Time
	ResolvedAt  *time.Time
	Version     int64
}

// Affected is one person whom an incident touches, with the device and the
// clauses that matched it.
type Affected struct {
	IncidentID ids.ID
	PersonID   ids.ID
	ItemID     ids.ID
	Clauses    []string // "model is OPTI-3020", "os 10.0.14393 is below 10.0.15063"
	MatchedAt  time.Time
	// Reached is how they came to know: "", "customer_called", "call", "message", "in_person".
	Reached   string
	ReachedAt *time.Time
	TicketID  *ids.ID
}

// CallTaskState is where a task of the call list is. The comment names who acts next.
type CallTaskState string

// The states of a call task.
const (
	CallQueued    CallTaskState = "queued"    // any agent: take it
	CallTaken     CallTaskState = "taken"     // the agent who took it: call
	CallDone      CallTaskState = "done"      // nobody: reached
	CallCancelled CallTaskState = "cancelled" // nobody: the customer called first
	CallUnreached CallTaskState = "unreached" // the dispatcher: send somebody to the floor
)

// CallTaskAct is something that is done to a task of the call list.
type CallTaskAct string

// The acts. The comment names who does them.
const (
	CallTake    CallTaskAct = "take"      // any agent
	CallReach   CallTaskAct = "reach"     // the agent who took it
	CallMiss    CallTaskAct = "not_reach" // the agent who took it
	CallRelease CallTaskAct = "release"   // the agent who took it
	CallLapse   CallTaskAct = "lapse"     // the sweep: taken too long ago
	CallCancel  CallTaskAct = "cancel"    // the customer called first, or the incident is over
)

// callTaskTable says what may be done to a call task in which state; docs/states.md draws it.
var callTaskTable = states.Table[CallTaskAct, CallTaskState]{
	Noun: "call task", Code: "call_task_state", Hint: "take the next one",
	States: []CallTaskState{CallQueued, CallTaken, CallDone, CallUnreached, CallCancelled},
	Acts: []states.Act[CallTaskAct, CallTaskState]{
		{Name: CallTake, From: []CallTaskState{CallQueued}, To: []CallTaskState{CallTaken}},
		{Name: CallReach, From: []CallTaskState{CallTaken}, To: []CallTaskState{CallDone}},
		{Name: CallMiss, From: []CallTaskState{CallTaken}, To: []CallTaskState{CallUnreached}},
		{Name: CallRelease, From: []CallTaskState{CallTaken}, To: []CallTaskState{CallQueued}},
		{Name: CallLapse, From: []CallTaskState{CallTaken}, To: []CallTaskState{CallQueued}, Code: states.Nothing},
		{Name: CallCancel, From: []CallTaskState{CallQueued, CallTaken, CallUnreached}, To: []CallTaskState{CallCancelled}, Code: states.Nothing},
	},
}

// After gives the state after an act. Code: "call_task_state", with the states that it fits.
func (s CallTaskState) After(a CallTaskAct) (CallTaskState, error) { return callTaskTable.After(s, a) }

// Fit lists the states of a task that an act fits.
func (a CallTaskAct) Fit() []CallTaskState { return callTaskTable.From(a) }

// CallLease is how long whoever took a call has it: who was called away must not
// keep it from the others.
const CallLease = 30 * time.Minute

// CallTask asks somebody to reach one person.
type CallTask struct {
	ID         ids.ID
	IncidentID ids.ID
	PersonID   ids.ID
	Channel    string // "phone", "desk_phone", or "floor" when nobody can be called
	Address    string // the number to call, or building, floor and room
	State      CallTaskState
	Rank       int // lower is called earlier
	TakenBy    *ids.ID
	TakenAt    *time.Time
	ContactID  *ids.ID // the inbound contact that made it needless, or the call
	Note       string  // "customer called first"
	CreatedAt  time.Time
	SettledAt  *time.Time
}
