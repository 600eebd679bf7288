package dispatch

import (
	"time"

	"roundsman/internal/ids"
)

// CallbackState is where a callback is. The comment names who acts next.
type CallbackState string

// The states of a callback.
const (
	CallbackDue     CallbackState = "due"     // its owner: call
	CallbackSettled CallbackState = "settled" // nobody
)

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
