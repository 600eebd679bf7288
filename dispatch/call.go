package dispatch

import (
	"context"
	"time"

	"roundsman/internal/ids"
	"roundsman/internal/states"
)

// CallState says whether a call stands in the desk's books. The comment names who
// acts next.
type CallState string

// The states of a call.
const (
	CallSeen       CallState = "seen"       // the agent who took it: register it
	CallRegistered CallState = "registered" // nobody
	CallDismissed  CallState = "dismissed"  // nobody: there was nothing to register
)

// CallAct is something that is done to a call.
type CallAct string

// The acts. The comment names who does them.
const (
	CallRegister CallAct = "register" // the agent who took it
	CallDismiss  CallAct = "dismiss"  // the agent who took it
)

// callTable says what may be done to a call in which state; docs/states.md draws it.
var callTable = states.Table[CallAct, CallState]{
	Noun: "call", Code: "call_state", Hint: "look at its contact instead",
	States: []CallState{CallSeen, CallRegistered, CallDismissed},
	Acts: []states.Act[CallAct, CallState]{
		{Name: CallRegister, From: []CallState{CallSeen, CallDismissed}, To: []CallState{CallRegistered}},
		{Name: CallDismiss, From: []CallState{CallSeen}, To: []CallState{CallDismissed}},
	},
}

// After gives the state after an act. Code: "call_state", with the states that it fits.
func (s CallState) After(a CallAct) (CallState, error) { return callTable.After(s, a) }

// Dismissals are the reasons for which a call needs no registration.
var Dismissals = []string{"wrong_number", "private", "nobody_spoke", "test"}

// Call is one phone call as telephony saw it, whether or not the desk registered it.
type Call struct {
	ID           ids.ID
	SourceID     ids.ID // the service account that reports it
	ExternalID   string // telephony's own id; once for each source
	Direction    string // "in" or "out"
	Number       string // of the other side, as telephony gives it; "" when withheld
	HandlerID    *ids.ID
	QueuedAt     time.Time
	AnsweredAt   *time.Time // nil: ringing, or given up
	EndedAt      *time.Time
	State        CallState
	ContactID    *ids.ID
	RegisteredAt *time.Time // when it came into the books
	Dismissal    string     // why it needs no registration
}

const (
	// RegisterWithin is how long after it was answered a call may go without a
	// ticket or an outcome before it counts as forgotten.
	RegisterWithin = 10 * time.Minute
	// CallDrift is how far apart telephony's and the agent's clock may put the
	// same call.
	CallDrift = 2 * time.Minute
)

// CallNews says what a report of a call brought.
type CallNews string

// What a report may bring.
const (
	NewCall  CallNews = "new"  // a call nobody knew
	MoreCall CallNews = "more" // something more of one that is known
	SameCall CallNews = "same" // nothing
)

// CallFilter chooses calls that are not registered.
type CallFilter struct {
	HandlerID *ids.ID
	// Before: answered before then.
	Before time.Time
}

// CallCount is what became of the inbound calls of a while.
type CallCount struct {
	HandlerID    *ids.ID // nil: of everybody, or of nobody known
	Seen         int
	Answered     int
	Registered   int
	InTime       int // registered within RegisterWithin
	Dismissed    int
	Unregistered int // answered, and not in the books
}

// Coverage is the share of answered calls that stand in the books, those apart
// that had nothing to register; false when there was none.
func (c CallCount) Coverage() (share float64, ok bool) {
	of := c.Answered - c.Dismissed
	if of <= 0 {
		return 0, false
	}
	return float64(c.Registered) / float64(of), true
}

// Calls are what telephony saw.
type Calls interface {
	// SeeCall stores a call, or adds what is new to the one of the same source and
	// external id: instants and taker are filled in once, and never taken back.
	// It is tied to the contact that its taker opened for it, if there is one.
	// Code: "bad_instants".
	SeeCall(ctx context.Context, c Call) (Call, CallNews, error)
	// LockCall reads a call for change. Code: "call_not_found".
	LockCall(ctx context.Context, id ids.ID) (Call, error)
	// SaveCall writes state, contact, registration and dismissal of a locked call.
	// Code: "contact_has_call" when the contact is of another call.
	SaveCall(ctx context.Context, c Call) error
	// TieCall finds the call that a phone contact is about, by its taker and the
	// time, and ties them; nil when there is none. The call counts as registered
	// when the contact has a ticket or an outcome.
	TieCall(ctx context.Context, c Contact, at time.Time) (*Call, error)
	// RegisterCall marks the call of a contact, if it has one, as registered.
	RegisterCall(ctx context.Context, contact ids.ID, at time.Time) error
	// UnregisteredCalls lists answered calls that nobody has registered, newest first.
	UnregisteredCalls(ctx context.Context, f CallFilter, p Page) (list []Call, next string, err error)
	// CountCalls counts the inbound calls queued in [from, until): one row for
	// everything, and with byHandler one more for each taker.
	CountCalls(ctx context.Context, from, until time.Time, byHandler bool) ([]CallCount, error)
}
