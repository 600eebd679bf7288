package dispatch

import (
	"time"

	"roundsman/internal/fault"
	"roundsman/internal/ids"
	"roundsman/internal/states"
)

// ExceptionState is where a service exception is. The comment names who acts next.
type ExceptionState string

// The states of a service exception.
const (
	ExceptionRequested ExceptionState = "requested" // a lead, who did not ask for it: approve or refuse
	ExceptionApproved  ExceptionState = "approved"  // nobody: it counts until it expires
	ExceptionRefused   ExceptionState = "refused"   // who asked: tell the customer
	ExceptionWithdrawn ExceptionState = "withdrawn" // nobody
)

// ExceptionAct is something that is done to a service exception.
type ExceptionAct string

// The acts. The comment names who does them.
const (
	ExceptionApprove  ExceptionAct = "approve"  // a lead
	ExceptionRefuse   ExceptionAct = "refuse"   // a lead
	ExceptionWithdraw ExceptionAct = "withdraw" // who asked for it
)

// exceptionTable says what may be done to a service exception in which state; docs/states.md draws it.
var exceptionTable = states.Table[ExceptionAct, ExceptionState]{
	Noun: "service exception", Code: "exception_state", Hint: "ask for a new one",
	States: []ExceptionState{ExceptionRequested, ExceptionApproved, ExceptionRefused, ExceptionWithdrawn},
	Acts: []states.Act[ExceptionAct, ExceptionState]{
		{Name: ExceptionApprove, From: []ExceptionState{ExceptionRequested}, To: []ExceptionState{ExceptionApproved}},
		{Name: ExceptionRefuse, From: []ExceptionState{ExceptionRequested}, To: []ExceptionState{ExceptionRefused}},
		{Name: ExceptionWithdraw, From: []ExceptionState{ExceptionRequested}, To: []ExceptionState{ExceptionWithdrawn}},
	},
}

// After gives the state after an act. Code: "exception_state", with the states that it fits.
func (s ExceptionState) After(a ExceptionAct) (ExceptionState, error) {
	return exceptionTable.After(s, a)
}

// Exception is a deviation from the service level, for better or worse, that
// somebody other than who asked for it has approved.
type Exception struct {
	ID    ids.ID
	State ExceptionState
	// Whom it covers: one of the four.
	TicketID   *ids.ID
	PersonID   *ids.ID
	SiteID     *ids.ID
	TemplateID *ids.ID
	// What it does: minutes in place of the level's, a priority for one ticket.
	RespondMinutes *int
	RestoreMinutes *int
	ResolveMinutes *int
	Priority       *int
	Reason         string
	AskedBy        ids.ID
	AskedAt        time.Time
	DecidedBy      *ids.ID
	DecidedAt      *time.Time
	Refusal        string
	ExpiresAt      time.Time // tickets opened from then on are not covered
	Version        int64
}

// Minutes of a measure, nil where the exception says nothing of it.
func (x Exception) Minutes(m Measure) *int {
	return ServiceLevel{RespondMinutes: x.RespondMinutes, RestoreMinutes: x.RestoreMinutes, ResolveMinutes: x.ResolveMinutes}.Minutes(m)
}

// MayApprove wants another pair of eyes. Code: "exception_own".
func (x Exception) MayApprove(account ids.ID) error {
	if x.AskedBy == account {
		return fault.New(fault.Forbidden, "exception_own", "somebody other than who asked for it decides on an exception; ask another lead")
	}
	return nil
}

// covers says how particularly an exception covers a ticket: 0 when it does not.
func (x Exception) covers(t Ticket) int {
	is := func(a *ids.ID, b ids.ID) bool { return a != nil && *a == b }
	switch {
	case x.State != ExceptionApproved || !t.OpenedAt.Before(x.ExpiresAt):
		return 0
	case is(x.TicketID, t.ID):
		return 4
	case is(x.PersonID, t.PersonID):
		return 3
	case is(x.SiteID, t.SiteID):
		return 2
	case is(x.TemplateID, t.TemplateID):
		return 1
	}
	return 0
}

// covering chooses the exception that a measure of a ticket follows: the most
// particular, of those the one decided last.
func covering(list []Exception, t Ticket, m Measure) *Exception {
	var best *Exception
	rank := 0
	for i, x := range list {
		r := x.covers(t)
		if r == 0 || r < rank || x.Minutes(m) == nil {
			continue
		}
		if r == rank && best != nil && x.DecidedAt != nil && best.DecidedAt != nil && !x.DecidedAt.After(*best.DecidedAt) {
			continue
		}
		best, rank = &list[i], r
	}
	return best
}
