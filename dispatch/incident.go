package dispatch

import (
	"time"

	"roundsman/internal/ids"
)

// IncidentState is where an incident is. The comment names who acts next.
type IncidentState string

// The states of an incident.
const (
	IncidentSuspected IncidentState = "suspected" // the dispatcher: confirm or dismiss
	IncidentConfirmed IncidentState = "confirmed" // desk and technicians: help everybody affected
	IncidentResolved  IncidentState = "resolved"  // nobody
)

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
