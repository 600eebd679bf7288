package dispatch

import (
	"time"

	"roundsman/internal/ids"
	"roundsman/internal/states"
)

// CallbackState is where a callback is. The comment names who acts next.
type CallbackState string

// The states of a callback.
const (
	CallbackDue     CallbackState = "due"     // its owner: call
	CallbackSettled CallbackState = "settled" // nobody
)

// CallbackAct is something that is done to a callback.
type CallbackAct string

// The acts. The comment names who does them.
const (
	CallbackTry    CallbackAct = "not_reach" // its owner: nobody answers
	CallbackSettle CallbackAct = "settle"    // its owner: the customer says how it is
)

// callbackTable says what may be done to a callback in which state; docs/states.md draws it.
var callbackTable = states.Table[CallbackAct, CallbackState]{
	Noun: "callback", Code: "callback_settled", Hint: "read the ticket to see how it ended",
	States: []CallbackState{CallbackDue, CallbackSettled},
	Acts: []states.Act[CallbackAct, CallbackState]{
		{Name: CallbackTry, From: []CallbackState{CallbackDue}, To: []CallbackState{CallbackDue}},
		{Name: CallbackSettle, From: []CallbackState{CallbackDue}, To: []CallbackState{CallbackSettled}},
	},
}

// After gives the state after an act. Code: "callback_settled", with the states that it fits.
func (s CallbackState) After(a CallbackAct) (CallbackState, error) { return callbackTable.After(s, a) }

// CallbackOutcome is how a callback ended.
type CallbackOutcome string

// The outcomes of a callback. Not reached leaves the callback due again.
const (
	CallbackConfirmed  CallbackOutcome = "confirmed"   // reached: all is fine
	CallbackReopened   CallbackOutcome = "reopened"    // reached: it is not
	CallbackDeclined   CallbackOutcome = "declined"    // does not want to be called
	CallbackNotReached CallbackOutcome = "not_reached" // try again
)

// Callback asks the owner of a ticket to check with the person after a visit.
type Callback struct {
	ID        ids.ID
	TicketID  ids.ID
	VisitID   ids.ID
	PersonID  ids.ID
	OwnerID   ids.ID
	DueAt     time.Time
	State     CallbackState
	Attempts  int
	Outcome   *CallbackOutcome
	Note      string
	SettledAt *time.Time
	CreatedAt time.Time
	Version   int64
}
