package dispatch

import (
	"time"

	"roundsman/internal/fault"
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

// The outcomes of a callback. Not reached leaves the callback due again; unreachable
// is that it was tried often enough: it ends the callback, and says nothing of whether
// all is well.
const (
	CallbackConfirmed  CallbackOutcome = "confirmed"   // reached: all is fine
	CallbackReopened   CallbackOutcome = "reopened"    // reached: it is not
	CallbackDeclined   CallbackOutcome = "declined"    // does not want to be called
	CallbackNotReached CallbackOutcome = "not_reached" // try again
	// CallbackUnreachable ends a callback that was tried CallbackTries times.
	CallbackUnreachable CallbackOutcome = "unreachable"
)

// CallbackTries is how often a person is called before we may say that they can't be
// reached.
const CallbackTries = 3

// Callback asks the owner of a ticket to check with the person after a visit, or
// whoever stands in for them when it is due.
type Callback struct {
	ID        ids.ID
	TicketID  ids.ID
	VisitID   ids.ID
	PersonID  ids.ID
	OwnerID   ids.ID
	InsteadOf *ids.ID // the ticket's owner, who is away when it is due; nil: the owner calls
	DueAt     time.Time
	State     CallbackState
	Attempts  int
	Outcome   *CallbackOutcome
	Note      string
	SettledAt *time.Time
	CreatedAt time.Time
	Version   int64
}

// Tried gives the callback after a try that had an outcome. Unreachable sums up the
// tries that there were, and is none of its own. Codes: "callback_settled", and
// "callback_attempts" before it was tried often enough to say that the person can't be
// reached.
func (c Callback) Tried(outcome CallbackOutcome) (_ Callback, err error) {
	act := CallbackSettle
	if outcome == CallbackNotReached {
		act = CallbackTry
	}
	if c.State, err = c.State.After(act); err != nil {
		return c, err
	}
	switch {
	case outcome != CallbackUnreachable:
		c.Attempts++
	case c.Attempts < CallbackTries:
		return c, fault.New(fault.Conflict, "callback_attempts", "they were called %d times; call %d times before you say that they can't be reached", c.Attempts, CallbackTries).
			With("attempts", c.Attempts).With("wanted", CallbackTries)
	}
	c.Outcome = &outcome
	return c, nil
}

// Closing says in words how the ticket of a callback ended that was the last thing to
// be done for it.
func (o CallbackOutcome) Closing() string {
	switch o {
	case CallbackDeclined:
		return "the customer declined a callback"
	case CallbackUnreachable:
		return "the customer could not be reached"
	}
	return "confirmed by the customer"
}
