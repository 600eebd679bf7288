package dispatch

import (
	"slices"
	"time"

	"roundsman/internal/ids"
	"roundsman/internal/states"
)

// NoticeState is where a notice is. The comment names who acts next.
type NoticeState string

// The states of a notice.
const (
	NoticeQueued    NoticeState = "queued"    // the notice job: deliver
	NoticeDelivered NoticeState = "delivered" // nobody
	NoticeFailed    NoticeState = "failed"    // the owner: reach them some other way
	NoticeLapsed    NoticeState = "lapsed"    // nobody: it is not so any more
)

// NoticeAct is something that is done to a notice.
type NoticeAct string

// The acts. The comment names who does them.
const (
	NoticeDeliver NoticeAct = "deliver" // the notice job: it is taken
	NoticeGiveUp  NoticeAct = "give_up" // the notice job: nothing gets there
	NoticeLapse   NoticeAct = "lapse"   // the notice job: what it says is not so any more
)

// noticeTable says what may be done to a notice in which state; docs/states.md draws it.
var noticeTable = states.Table[NoticeAct, NoticeState]{
	Noun: "notice", Code: "notice_state", Hint: "read it again",
	States: []NoticeState{NoticeQueued, NoticeDelivered, NoticeFailed, NoticeLapsed},
	Acts: []states.Act[NoticeAct, NoticeState]{
		{Name: NoticeDeliver, From: []NoticeState{NoticeQueued}, To: []NoticeState{NoticeDelivered}, Code: states.Nothing},
		{Name: NoticeGiveUp, From: []NoticeState{NoticeQueued}, To: []NoticeState{NoticeFailed}, Code: states.Nothing},
		{Name: NoticeLapse, From: []NoticeState{NoticeQueued}, To: []NoticeState{NoticeLapsed}, Code: states.Nothing},
	},
}

// After gives the state after an act. Code: "notice_state", with the states that it fits.
func (s NoticeState) After(a NoticeAct) (NoticeState, error) { return noticeTable.After(s, a) }

// Notice tells a person something. The text is in the private notices table and
// nowhere else.
type Notice struct {
	ID          ids.ID
	PersonID    ids.ID
	TicketID    *ids.ID
	PromiseID   *ids.ID
	Kind        string // "promise_made", "promise_moved", "technician_changed", "at_risk", "on_the_way", "incident"
	Channel     string // "sms", "mail"
	Body        string
	State       NoticeState
	CreatedAt   time.Time
	DeliveredAt *time.Time
	// DueAt is when a queued notice is looked at again, should its job be lost or
	// the hour be late.
	DueAt *time.Time
	// Failure says why a failed notice reached nobody: "no_channel", "unclear" when
	// it may have gone out and nobody knows, or the code of the last try.
	Failure string
	// LinkID is the customer's link that stands below the text when it leaves.
	LinkID *ids.ID
}

// NoticePatience is how long a queued notice is left to its job before another is
// asked for.
const NoticePatience = 15 * time.Minute

// TellsOfTicket says whether a notice lets its person know how their ticket stands,
// so that a status update that was promised is kept by it.
func (n Notice) TellsOfTicket() bool {
	switch n.Kind {
	case "promise_made", "promise_moved", "technician_changed", "start_moved", "at_risk", "recovered", "late", "broken", "on_the_way", "incident":
		return true
	}
	return false
}

// grounds are the states of its promise in which a notice of a kind is still so. A
// kind that is not named is so whatever has become of a promise.
var grounds = map[string][]PromiseState{
	"promise_made": {PromiseOpen}, "promise_moved": {PromiseOpen}, "technician_changed": {PromiseOpen}, "start_moved": {PromiseOpen},
	"at_risk": {PromiseOpen}, "recovered": {PromiseOpen}, "on_the_way": {PromiseOpen}, "undone": {PromiseOpen},
	"late": {PromiseOpen, PromiseLate}, "loan_due_soon": {PromiseOpen}, "loan_due": {PromiseOpen},
}

// Stands says whether what a notice says is still so, the promise and the ticket that
// it tells of being as given, nil where it tells of none. What waited for the morning is
// not, once nobody comes any more, or somebody has come; a reminder, once the loaner is
// back or its day is another; that a request has come in, once it is resolved.
func (n Notice) Stands(p *Promise, t *Ticket, now time.Time) bool {
	if states, bound := grounds[n.Kind]; bound && p != nil && !slices.Contains(states, p.State) {
		return false
	}
	switch n.Kind {
	case "loan_due_soon":
		return p == nil || now.Before(p.WindowEnd) // after that it is said to be due
	case "received":
		return t == nil || t.State != TicketResolved
	}
	return true
}
