package desk

import (
	"context"
	"slices"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/decide"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// NewContact is what starts with an answered call.
type NewContact struct {
	ID         *ids.ID
	PersonID   *ids.ID
	Channel    string
	Direction  string
	QueuedAt   *time.Time // absent: answered at once
	AnsweredAt *time.Time // absent: now
	Reason     string
}

// ContactStarted is the contact, and the calls that it made needless.
type ContactStarted struct {
	Contact        dispatch.Contact
	CallsCancelled []dispatch.CallTask
	// Opening says when the channel is open for the person's site, if that is known.
	Opening *dispatch.Opening
}

// CustomerFirst is the note on a call task that the customer made needless.
const CustomerFirst = "customer called first"

// StartContact records a contact. An inbound one by somebody on a call list
// takes them off it, exactly once, and marks them as reached by their own call.
//
// Codes: "person_not_found", "bad_instants" when answered before queued.
func (d *Desk) StartContact(ctx context.Context, who access.Principal, n NewContact) (out ContactStarted, err error) {
	now := d.Clock.Now()
	err = d.write(ctx, who, access.ContactsWrite, func(tx dispatch.Tx) error {
		var err error
		if out, err = d.begin(ctx, tx, who, n, now); err != nil {
			return err
		}
		return tx.Answer(ctx, out)
	})
	return out, err
}

// begin records a contact, inside a transaction.
func (d *Desk) begin(ctx context.Context, tx dispatch.Tx, who access.Principal, n NewContact, now time.Time) (ContactStarted, error) {
	c := dispatch.Contact{ID: newID(n.ID), PersonID: n.PersonID, HandlerID: who.AccountID, Channel: n.Channel, Direction: n.Direction,
		AnsweredAt: orNow(n.AnsweredAt, now), Reason: n.Reason}
	c.QueuedAt = orNow(n.QueuedAt, c.AnsweredAt)
	if c.AnsweredAt.Before(c.QueuedAt) {
		return ContactStarted{}, fault.New(fault.Invalid, "bad_instants", "a contact is answered after it was queued; check queued_at and answered_at").At("/answered_at", "is before queued_at")
	}
	var opening *dispatch.Opening
	if c.PersonID != nil {
		p, err := tx.Caller(ctx, *c.PersonID)
		if err != nil {
			return ContactStarted{}, err
		}
		c.PersonID = &p.ID // of two records of one person, the one that counts
		site, err := tx.Site(ctx, p.SiteID)
		if err != nil {
			return ContactStarted{}, err
		}
		if opening, err = openingAt(ctx, tx, site, c.Channel, now); err != nil {
			return ContactStarted{}, err
		}
	}
	out := ContactStarted{Contact: c, Opening: opening}
	if err := tx.AddContact(ctx, c); err != nil {
		return out, err
	}
	if c.PersonID != nil && c.Direction == "in" {
		var err error
		if out.CallsCancelled, err = d.calledFirst(ctx, tx, who, *c.PersonID, c.ID, now); err != nil {
			return out, err
		}
	}
	if c.Channel == "phone" {
		if _, err := tx.TieCall(ctx, c, now); err != nil {
			return out, err
		}
	}
	return out, d.contactStarted(ctx, tx, who, c, now)
}

func (d *Desk) contactStarted(ctx context.Context, tx dispatch.Tx, who access.Principal, c dispatch.Contact, now time.Time) error {
	return d.contactEvent(ctx, tx, who, "contact.started", c, now)
}

// contactEvent tells of a contact by ids and codes.
func (d *Desk) contactEvent(ctx context.Context, tx dispatch.Tx, who access.Principal, name string, c dispatch.Contact, now time.Time) error {
	return decide.Emit(ctx, tx, now, who, decide.Event{Name: name, Kind: "contact", Subject: c.ID,
		Data: map[string]any{"person_id": c.PersonID, "channel": c.Channel, "direction": c.Direction, "handler_id": c.HandlerID}})
}

// openingAt says when a channel is open for those at a site, nil where nobody has said.
func openingAt(ctx context.Context, tx dispatch.Tx, site dispatch.Site, channel string, now time.Time) (*dispatch.Opening, error) {
	list, err := dispatch.OpeningsAt(ctx, tx, site, now)
	if i := slices.IndexFunc(list, func(o dispatch.Opening) bool { return o.Service.Channel == channel }); i >= 0 {
		return &list[i], err
	}
	return nil, err
}

// calledFirst takes a person off every call list.
func (d *Desk) calledFirst(ctx context.Context, tx dispatch.Tx, who access.Principal, person, contact ids.ID, now time.Time) ([]dispatch.CallTask, error) {
	tasks, err := tx.CancelCallTasks(ctx, person, contact, CustomerFirst, now)
	if err != nil {
		return nil, err
	}
	for _, t := range tasks {
		if err := decide.Emit(ctx, tx, now, who, decide.Event{Name: "call.cancelled", Kind: "call_task", Subject: t.ID,
			Data: map[string]any{"incident_id": t.IncidentID, "person_id": person, "contact_id": contact}}); err != nil {
			return nil, err
		}
	}
	incidents, _, err := tx.IncidentsTouching(ctx, person)
	if err != nil {
		return nil, err
	}
	for _, i := range incidents {
		if _, err := tx.Reach(ctx, i.ID, person, "customer_called", now); err != nil {
			return nil, err
		}
	}
	return tasks, nil
}

// EndContact closes a contact with what came of it. Codes: "contact_not_found", "contact_ended",
// "contact_state" while it waits for somebody to take it up.
func (d *Desk) EndContact(ctx context.Context, who access.Principal, id ids.ID, outcome string) (dispatch.Contact, error) {
	now := d.Clock.Now()
	var c dispatch.Contact
	err := d.write(ctx, who, access.ContactsWrite, func(tx dispatch.Tx) (err error) {
		if c, err = tx.LockContact(ctx, id); err != nil {
			return err
		}
		if err = c.State().Allows(dispatch.ContactEnd); err != nil {
			return err
		}
		if c, err = tx.EndContact(ctx, id, now, outcome); err != nil {
			return err
		}
		if err = tx.RegisterCall(ctx, id, now); err != nil {
			return err
		}
		if c.TicketID != nil && outcome == "informed" {
			if err = decide.Told(ctx, tx, who, *c.TicketID, now, "contact", now); err != nil {
				return err
			}
		}
		if err = decide.Emit(ctx, tx, now, who, decide.Event{Name: "contact.ended", Kind: "contact", Subject: c.ID,
			Data: map[string]any{"outcome": outcome}}); err != nil {
			return err
		}
		return tx.Answer(ctx, c)
	})
	return c, err
}
