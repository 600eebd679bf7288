package desk

import (
	"context"
	"strings"

	"roundsman/dispatch"
	"roundsman/dispatch/decide"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// NewCaller is the little that an unknown caller says of themselves.
type NewCaller struct {
	Name       string
	SpokenName string // absent: the name
	Phone      string // as it was said
	Mail       string
	SiteID     ids.ID
	Building   string
	Floor      int
	Room       string
}

// CallerKnown is a contact with whom it turned out to be with.
type CallerKnown struct {
	Contact dispatch.Contact
	Person  dispatch.Person
	// CallsCancelled are calls to them that nobody needs to make any more.
	CallsCancelled []dispatch.CallTask
	// CallsRestored are calls to whom it was thought to be with, on the list again.
	CallsRestored []dispatch.CallTask
}

// EnterCaller makes the unknown caller of a contact a provisional person, to be
// served at once and completed or merged later.
//
// Codes: "contact_not_found", "contact_state" when the caller is known,
// "site_not_found", "bad_phone".
func (d *Desk) EnterCaller(ctx context.Context, who access.Principal, contact ids.ID, n NewCaller) (CallerKnown, error) {
	var out CallerKnown
	if err := who.Require(access.PeopleWrite); err != nil {
		return out, err
	}
	err := d.write(ctx, who, access.ContactsWrite, func(tx dispatch.Tx) error {
		c, err := tx.LockContact(ctx, contact)
		if err != nil {
			return err
		}
		if c.PersonID != nil {
			return fault.New(fault.Conflict, "contact_state", "this contact is with somebody known; if it is the wrong one, correct it").
				With("state", "known").With("person_id", *c.PersonID)
		}
		p, err := d.enter(ctx, tx, who, n, &contact)
		if err != nil {
			return err
		}
		if out, err = d.with(ctx, tx, who, c, p); err != nil {
			return err
		}
		return tx.Answer(ctx, out)
	})
	return out, err
}

// enter stores a provisional person and tells of them.
func (d *Desk) enter(ctx context.Context, tx dispatch.Tx, who access.Principal, n NewCaller, contact *ids.ID) (dispatch.Person, error) {
	p, err := provisional(ctx, tx, n)
	if err != nil {
		return p, err
	}
	return p, decide.Emit(ctx, tx, d.Clock.Now(), who, decide.Event{Name: "person.entered", Kind: "person", Subject: p.ID, Data: map[string]any{"contact_id": contact}})
}

// provisional stores a person of whom little is known.
func provisional(ctx context.Context, tx dispatch.Tx, n NewCaller) (dispatch.Person, error) {
	site, err := tx.Site(ctx, n.SiteID)
	if err != nil {
		return dispatch.Person{}, err
	}
	region, err := tx.Region(ctx, site.RegionID)
	if err != nil {
		return dispatch.Person{}, err
	}
	p := dispatch.Person{ID: ids.New(), Name: strings.TrimSpace(n.Name), SpokenName: strings.TrimSpace(n.SpokenName), Language: "en", SiteID: n.SiteID,
		Building: n.Building, Floor: n.Floor, Room: n.Room, PhoneRaw: n.Phone}
	if p.SpokenName == "" {
		p.SpokenName = p.Name
	}
	if n.Mail != "" {
		p.Mail = &n.Mail
	}
	if n.Phone != "" {
		number, ok := dispatch.Phone(n.Phone, region.Country)
		if !ok {
			return p, fault.New(fault.Invalid, "bad_phone", "this is no phone number there; write it like +13025550123").At("/phone", "is no phone number")
		}
		p.Mobile = &number
	}
	return tx.AddProvisional(ctx, p)
}

// CorrectCaller says whom a contact was really with: nobody was known, or the
// wrong one was picked. What the contact did for the wrong one is taken back.
//
// Codes: "contact_not_found", "person_not_found", "contact_state" when it is with
// that person already, "ticket_of_another" when the contact made a ticket: that is
// corrected on the ticket.
func (d *Desk) CorrectCaller(ctx context.Context, who access.Principal, contact, person ids.ID) (CallerKnown, error) {
	var out CallerKnown
	err := d.write(ctx, who, access.ContactsWrite, func(tx dispatch.Tx) error {
		c, err := tx.LockContact(ctx, contact)
		if err != nil {
			return err
		}
		if err := c.State().Allows(dispatch.ContactCorrect); err != nil {
			return err
		}
		p, err := tx.Caller(ctx, person)
		if err != nil {
			return err
		}
		if c.PersonID != nil && *c.PersonID == p.ID {
			return fault.New(fault.Conflict, "contact_state", "this contact is with that person already").With("state", "known").With("person_id", p.ID)
		}
		if err := ofThem(ctx, tx, c, p); err != nil {
			return err
		}
		if out, err = d.with(ctx, tx, who, c, p); err != nil {
			return err
		}
		return tx.Answer(ctx, out)
	})
	return out, err
}

// ofThem refuses to part a contact from the person of its ticket.
func ofThem(ctx context.Context, tx dispatch.Tx, c dispatch.Contact, p dispatch.Person) error {
	if c.TicketID == nil {
		return nil
	}
	t, err := tx.Ticket(ctx, *c.TicketID)
	if err != nil || t.PersonID == p.ID {
		return err
	}
	return fault.New(fault.Conflict, "ticket_of_another", "ticket T-%d of this contact is of the other person; correct the person of the ticket first", t.Number).
		With("ticket_id", t.ID).With("person_id", t.PersonID)
}

// with writes whom a contact is with, and does what an inbound contact does.
func (d *Desk) with(ctx context.Context, tx dispatch.Tx, who access.Principal, c dispatch.Contact, p dispatch.Person) (CallerKnown, error) {
	now := d.Clock.Now()
	out := CallerKnown{Person: p}
	var err error
	out.CallsRestored, err = tx.CorrectContact(ctx, dispatch.Correction{ID: ids.New(), ContactID: c.ID, FromID: c.PersonID, ToID: p.ID,
		CorrectedBy: who.AccountID, CorrectedAt: now}, c.AnsweredAt)
	if err != nil {
		return out, err
	}
	for _, t := range out.CallsRestored {
		if err := decide.Emit(ctx, tx, now, who, decide.Event{Name: "call.restored", Kind: "call_task", Subject: t.ID,
			Data: map[string]any{"incident_id": t.IncidentID, "person_id": t.PersonID, "contact_id": c.ID}}); err != nil {
			return out, err
		}
	}
	if c.Direction == "in" {
		if out.CallsCancelled, err = d.calledFirst(ctx, tx, who, p.ID, c.ID, now); err != nil {
			return out, err
		}
	}
	if err := decide.Emit(ctx, tx, now, who, decide.Event{Name: "contact.corrected", Kind: "contact", Subject: c.ID,
		Data: map[string]any{"from_person_id": c.PersonID, "person_id": p.ID}}); err != nil {
		return out, err
	}
	out.Contact, err = tx.Contact(ctx, c.ID)
	return out, err
}

// Completion is what makes a provisional person a complete record.
type Completion struct {
	EmployeeNumber string
	Name           *string
	SpokenName     *string
	Mail           *string
	SiteID         *ids.ID
}

// CompletePerson gives a provisional person their real number. Codes:
// "person_not_found", "person_state", "employee_number_taken" with whoever has it,
// to be merged into, "site_not_found".
func (d *Desk) CompletePerson(ctx context.Context, who access.Principal, id ids.ID, c Completion) (p dispatch.Person, err error) {
	now := d.Clock.Now()
	err = d.write(ctx, who, access.PeopleWrite, func(tx dispatch.Tx) error {
		found, err := tx.LockPeople(ctx, id)
		if err != nil {
			return err
		}
		p = found[0]
		if err := p.MayComplete(); err != nil {
			return err
		}
		has, err := tx.PersonByNumber(ctx, c.EmployeeNumber)
		if err != nil {
			return err
		}
		if has != nil {
			return fault.New(fault.Conflict, "employee_number_taken", "somebody has this employee number; if it is the same person, merge this record into theirs").
				With("person_id", has.ID)
		}
		p.EmployeeNumber = c.EmployeeNumber
		for to, from := range map[*string]*string{&p.Name: c.Name, &p.SpokenName: c.SpokenName} {
			if from != nil {
				*to = *from
			}
		}
		if c.Mail != nil {
			p.Mail = c.Mail
		}
		if c.SiteID != nil {
			if _, err := tx.Site(ctx, *c.SiteID); err != nil {
				return err
			}
			p.SiteID = *c.SiteID
		}
		if p, err = tx.CompletePerson(ctx, p); err != nil {
			return err
		}
		if err := decide.Emit(ctx, tx, now, who, decide.Event{Name: "person.completed", Kind: "person", Subject: p.ID}); err != nil {
			return err
		}
		return tx.Answer(ctx, p)
	})
	return p, err
}

// MergePeople folds one record into another that is of the same person: contacts,
// tickets, visits, promises, devices and everything else are theirs from now on,
// and the folded record says where they went. Codes: "person_not_found",
// "merge_into_self", "person_state".
func (d *Desk) MergePeople(ctx context.Context, who access.Principal, from, into ids.ID, reason string) (p dispatch.Person, err error) {
	now := d.Clock.Now()
	err = d.write(ctx, who, access.PeopleWrite, func(tx dispatch.Tx) error {
		two, err := tx.LockPeople(ctx, from, into)
		if err != nil {
			return err
		}
		if err := two[0].MayMerge(two[1]); err != nil {
			return err
		}
		if err := tx.MergePeople(ctx, dispatch.Merge{ID: ids.New(), FromID: from, IntoID: into, MergedBy: who.AccountID, MergedAt: now, Reason: reason}); err != nil {
			return err
		}
		if p, err = tx.Person(ctx, into); err != nil {
			return err
		}
		if err := decide.Emit(ctx, tx, now, who, decide.Event{Name: "person.merged", Kind: "person", Subject: from, Data: map[string]any{"into_person_id": into}}); err != nil {
			return err
		}
		return tx.Answer(ctx, p)
	})
	return p, err
}
