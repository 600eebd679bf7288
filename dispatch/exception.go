package dispatch

import (
	"slices"
	"time"

	"roundsman/internal/fault"
	"roundsman/internal/ids"
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

// exceptionMoves is the table of allowed changes; docs/states.md draws it.
var exceptionMoves = map[ExceptionState][]ExceptionState{
	ExceptionRequested: {ExceptionApproved, ExceptionRefused, ExceptionWithdrawn},
}

// MayBecome says whether an exception may go from one state to another. Code:
// "exception_state", with the states that are allowed.
func (s ExceptionState) MayBecome(to ExceptionState) error {
	if slices.Contains(exceptionMoves[s], to) {
		return nil
	}
	return fault.New(fault.Conflict, "exception_state", "this exception is %s and can't become %s; ask for a new one", s, to).
		With("state", s).With("allowed", notNil(exceptionMoves[s]))
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
