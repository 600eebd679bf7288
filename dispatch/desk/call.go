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

// SeenCall is what telephony reports of a call, as often as it learns something.
type SeenCall struct {
	ExternalID string
	Direction  string
	Number     string
	HandlerID  *ids.ID
	QueuedAt   time.Time
	AnsweredAt *time.Time
	EndedAt    *time.Time
}

// SeeCall takes in what telephony saw. The same external id of the same source is
// the same call: what is new is added, what is known stays. A call whose taker has
// opened a contact at that time is tied to it.
//
// Codes: "bad_instants", "reference_missing" when there is no such taker.
func (d *Desk) SeeCall(ctx context.Context, who access.Principal, n SeenCall) (CallSeen, error) {
	now := d.Clock.Now()
	var out CallSeen
	err := d.write(ctx, who, access.CallsWrite, func(tx dispatch.Tx) (err error) {
		out.Call, out.News, err = tx.SeeCall(ctx, dispatch.Call{ID: ids.New(), SourceID: who.AccountID, ExternalID: n.ExternalID, Direction: n.Direction,
			Number: n.Number, HandlerID: n.HandlerID, QueuedAt: n.QueuedAt, AnsweredAt: n.AnsweredAt, EndedAt: n.EndedAt})
		if err != nil {
			return err
		}
		switch out.News {
		case dispatch.NewCall:
			err = d.callEvent(ctx, tx, who, "call.seen", out.Call, now)
		case dispatch.MoreCall:
			err = d.callEvent(ctx, tx, who, "call.followed", out.Call, now)
		}
		if err != nil {
			return err
		}
		return tx.Answer(ctx, out)
	})
	return out, err
}

// CallSeen is a call, and what the report of it brought.
type CallSeen struct {
	Call dispatch.Call
	News dispatch.CallNews
}

// callEvent tells of a call by ids and codes; numbers stay out of events.
func (d *Desk) callEvent(ctx context.Context, tx dispatch.Tx, who access.Principal, name string, c dispatch.Call, now time.Time) error {
	return decide.Emit(ctx, tx, now, who, decide.Event{Name: name, Kind: "call", Subject: c.ID,
		Data: map[string]any{"direction": c.Direction, "handler_id": c.HandlerID, "contact_id": c.ContactID, "state": c.State}})
}

// UnregisteredCalls lists calls that were answered longer than
// dispatch.RegisterWithin ago and stand in no books, newest first: an agent's own,
// or everybody's.
func (d *Desk) UnregisteredCalls(ctx context.Context, who access.Principal, handler *ids.ID, p dispatch.Page) (list []dispatch.Call, next string, err error) {
	before := d.Clock.Now().Add(-dispatch.RegisterWithin)
	err = d.read(ctx, who, access.ContactsWrite, func(tx dispatch.Tx) (err error) {
		list, next, err = tx.UnregisteredCalls(ctx, dispatch.CallFilter{HandlerID: handler, Before: before}, p)
		return err
	})
	return list, next, err
}

// Registration puts a call into the books after the fact.
type Registration struct {
	PersonID *ids.ID
	TicketID *ids.ID // what it was about
	Reason   string
	Outcome  string // absent with a ticket: "ticket"
}

// CallRegistered is a call with the contact made of it.
type CallRegistered struct {
	Call    dispatch.Call
	Contact dispatch.Contact
}

// RegisterCall makes a contact of a call that nobody registered, with the instants
// that telephony saw, by whoever took it. A call that was dismissed may be
// registered after all.
//
// Codes: "call_not_found", "call_state", "call_not_answered", "person_not_found",
// "ticket_not_found", "registration_incomplete" without ticket and outcome.
func (d *Desk) RegisterCall(ctx context.Context, who access.Principal, id ids.ID, r Registration) (CallRegistered, error) {
	now := d.Clock.Now()
	var out CallRegistered
	if r.TicketID == nil && r.Outcome == "" {
		return out, fault.New(fault.Invalid, "registration_incomplete", "say which ticket the call was about, or what came of it").At("/ticket_id", "is missing").At("/outcome", "is missing")
	}
	err := d.write(ctx, who, access.ContactsWrite, func(tx dispatch.Tx) error {
		call, err := tx.LockCall(ctx, id)
		if err != nil {
			return err
		}
		to, err := call.State.After(dispatch.CallRegister)
		if err != nil {
			return err
		}
		if call.AnsweredAt == nil {
			return fault.New(fault.Conflict, "call_not_answered", "nobody answered this call, so there is nothing to register; call back and record that")
		}
		if r, err = known(ctx, tx, r); err != nil {
			return err
		}
		c, err := d.contactOf(ctx, tx, who, call, r)
		if err != nil {
			return err
		}
		call.State, call.ContactID, call.RegisteredAt, call.Dismissal = to, &c.ID, &now, ""
		if err := tx.SaveCall(ctx, call); err != nil {
			return err
		}
		if err := d.callEvent(ctx, tx, who, "call.registered", call, now); err != nil {
			return err
		}
		out = CallRegistered{call, c}
		return tx.Answer(ctx, out)
	})
	return out, err
}

// known fills in what a registration leaves open, from the ticket that it names.
func known(ctx context.Context, tx dispatch.Tx, r Registration) (Registration, error) {
	if r.TicketID != nil {
		t, err := tx.Ticket(ctx, *r.TicketID)
		if err != nil {
			return r, err
		}
		if r.PersonID == nil {
			r.PersonID = &t.PersonID
		}
		if r.Outcome == "" {
			r.Outcome = "ticket"
		}
	}
	if r.PersonID != nil {
		if _, err := tx.Person(ctx, *r.PersonID); err != nil {
			return r, err
		}
	}
	return r, nil
}

// contactOf gives the contact of a call, with what the registration says: the one
// that it is tied to, or a new one.
func (d *Desk) contactOf(ctx context.Context, tx dispatch.Tx, who access.Principal, call dispatch.Call, r Registration) (dispatch.Contact, error) {
	if call.ContactID != nil {
		if err := tx.NoteContact(ctx, *call.ContactID, r.TicketID, r.Outcome); err != nil {
			return dispatch.Contact{}, err
		}
		return tx.Contact(ctx, *call.ContactID)
	}
	c := dispatch.Contact{ID: ids.New(), PersonID: r.PersonID, TicketID: r.TicketID, HandlerID: who.AccountID, Channel: "phone", Direction: call.Direction,
		QueuedAt: call.QueuedAt, AnsweredAt: *call.AnsweredAt, EndedAt: call.EndedAt, Reason: r.Reason, Outcome: r.Outcome}
	if call.HandlerID != nil {
		c.HandlerID = *call.HandlerID
	}
	return c, tx.AddContact(ctx, c)
}

// DismissCall says that a call has nothing to register, and why. Codes:
// "call_not_found", "call_state", "dismissal_unknown".
func (d *Desk) DismissCall(ctx context.Context, who access.Principal, id ids.ID, why string) (call dispatch.Call, err error) {
	now := d.Clock.Now()
	if !slices.Contains(dispatch.Dismissals, why) {
		return call, fault.New(fault.Invalid, "dismissal_unknown", "say why there is nothing to register: %v", dispatch.Dismissals).At("/reason", "is none of them")
	}
	err = d.write(ctx, who, access.ContactsWrite, func(tx dispatch.Tx) (err error) {
		if call, err = tx.LockCall(ctx, id); err != nil {
			return err
		}
		if call.State, err = call.State.After(dispatch.CallDismiss); err != nil {
			return err
		}
		call.RegisteredAt, call.Dismissal = &now, why
		if err = tx.SaveCall(ctx, call); err != nil {
			return err
		}
		if err = d.callEvent(ctx, tx, who, "call.dismissed", call, now); err != nil {
			return err
		}
		return tx.Answer(ctx, call)
	})
	return call, err
}
