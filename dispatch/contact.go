package dispatch

import (
	"time"

	"roundsman/internal/ids"
	"roundsman/internal/states"
)

// ContactState is where a contact is; it follows from what it says of itself.
type ContactState string

// The states of a contact. The comment names who acts next.
const (
	ContactWaiting ContactState = "waiting" // any agent: it came by itself, take it up
	ContactOpen    ContactState = "open"    // who took it: help, and end it with what came of it
	ContactEnded   ContactState = "ended"   // nobody
)

// ContactAct is something that is done to a contact.
type ContactAct string

// The acts. All are an agent's.
const (
	ContactAnswer  ContactAct = "answer"
	ContactCorrect ContactAct = "correct" // say whom it was with
	ContactEnd     ContactAct = "end"
)

// contactTable says what may be done to a contact in which state; docs/states.md draws it.
var contactTable = states.Table[ContactAct, ContactState]{
	Noun: "contact", Code: "contact_state", Hint: "read it again, and go on with it or open a new one",
	States: []ContactState{ContactWaiting, ContactOpen, ContactEnded},
	Acts: []states.Act[ContactAct, ContactState]{
		{Name: ContactAnswer, From: []ContactState{ContactWaiting}, To: []ContactState{ContactOpen}},
		{Name: ContactCorrect, From: []ContactState{ContactWaiting, ContactOpen, ContactEnded}},
		{Name: ContactEnd, From: []ContactState{ContactOpen}, To: []ContactState{ContactEnded}, Codes: map[ContactState]string{ContactEnded: "contact_ended"},
			Hint: "take it up first, and open a new one after its end"},
	},
}

// State is where the contact is.
func (c Contact) State() ContactState {
	switch {
	case c.EndedAt != nil:
		return ContactEnded
	case c.Waiting:
		return ContactWaiting
	}
	return ContactOpen
}

// Allows refuses an act that does not fit the state. Codes: "contact_state",
// "contact_ended", with the states that it fits.
func (s ContactState) Allows(a ContactAct) error { return contactTable.Allows(s, a) }

// Contact is one call, mail, chat or walk-in, in or out.
type Contact struct {
	ID         ids.ID
	PersonID   *ids.ID // nil while the caller is unknown
	TicketID   *ids.ID
	HandlerID  ids.ID    // the account that took it
	Channel    string    // "phone", "mail", "chat", "portal", "walk_in"
	Direction  string    // "in" or "out"
	QueuedAt   time.Time // ringing or queueing began
	AnsweredAt time.Time
	EndedAt    *time.Time
	Reason     string // code: "new", "status", "incident", "callback", "other"
	Outcome    string // code: "", "ticket", "resolved", "promised", "informed"
	// Waiting: it came by itself, and nobody has taken it up yet; AnsweredAt is then
	// only when it came.
	Waiting bool
}
