package dispatch

import (
	"time"

	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// TicketState is where a ticket is. The comment names who acts next.
type TicketState string

// The states of a ticket.
const (
	TicketOpen     TicketState = "open"     // the owner: quote, plan or resolve
	TicketPlanned  TicketState = "planned"  // the technician: a visit is in a round
	TicketRestored TicketState = "restored" // the owner: call back; the person can work, or says so
	TicketResolved TicketState = "resolved" // nobody
)

// Ticket is the need behind one or more contacts. It always has one owner.
type Ticket struct {
	ID         ids.ID
	Number     int64 // T-2041 is number 2041
	PersonID   ids.ID
	SiteID     ids.ID
	TemplateID ids.ID
	ItemID     *ids.ID // the device it is about
	IncidentID *ids.ID
	OwnerID    ids.ID
	State      TicketState
	Priority   int
	Summary    string
	KeyField   string // answer to the template's key field
	Symptoms   string // what the person said is wrong, in their words; it stays what it was
	Channel    string
	OpenedAt   time.Time
	RestoredAt *time.Time
	ResolvedAt *time.Time
	Resolution *string
	// Place is where the person is for this ticket; nil: where their record says.
	Place      *Place
	NextUpdate time.Time // when the person hears from us next; never empty
	Version    int64

	TeamID        *ids.ID // that works on it, once it was given to one
	Impact        *int    // 1 is the gravest, 3 the least; with Urgency or not at all
	Urgency       *int
	Workaround    string     // what works meanwhile, in the customer's words
	FixExpectedAt *time.Time // when it will be fixed, as we have told
	RespondedAt   *time.Time // somebody first spoke or wrote to the person
	Reopenings    int
	MergedInto    *ids.ID // the ticket that goes on in this one's place
	// Confirmation is what came of the callback that ended the ticket: whether the
	// customer says that it is well, or was asked at all. nil: it ended without one.
	Confirmation *CallbackOutcome
}

// MayVisit says whether a visit may be promised. Codes: "ticket_resolved", "ticket_not_on_site".
func (t Ticket) MayVisit(tpl Template) error {
	if err := t.May(DeskPromise); err != nil {
		return err
	}
	if !tpl.OnSite {
		return fault.New(fault.Conflict, "ticket_not_on_site", "tickets of template %q are solved from the desk; choose a template with a visit", tpl.Code)
	}
	return nil
}

// NextNews is when a person hears from us at the latest if nothing happens before.
const NextNews = 2 * time.Hour

// TicketOf makes a ticket of a template for a person, owned from the start.
func TicketOf(tpl Template, p Person, owner ids.ID, now time.Time) Ticket {
	return Ticket{ID: ids.New(), PersonID: p.ID, SiteID: p.SiteID, TemplateID: tpl.ID, OwnerID: owner, State: TicketOpen,
		Priority: tpl.Priority, Summary: tpl.Name, Channel: "phone", OpenedAt: now, NextUpdate: now.Add(NextNews), Version: 1}
}

// Spoken says whether somebody speaks with the person on this channel at once, so
// that a ticket opened on it is responded to from the start.
func Spoken(channel string) bool {
	return channel == "phone" || channel == "chat" || channel == "walk_in"
}

// VisitOf makes the waiting visit that a ticket needs.
func VisitOf(t Ticket, tpl Template, s Site) Visit {
	return Visit{ID: ids.New(), TicketID: t.ID, PersonID: t.PersonID, SiteID: s.ID, RegionID: s.RegionID, State: VisitWaiting,
		Minutes: tpl.Minutes, Spread: tpl.Spread, SkillCode: tpl.SkillCode, SkillLevel: tpl.SkillLevel, KitModel: tpl.KitModel,
		Priority: t.Priority, Version: 1}
}
