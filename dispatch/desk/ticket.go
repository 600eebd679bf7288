package desk

import (
	"context"
	"fmt"
	"slices"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/decide"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// NewTicket registers a need: a template, a person, and at most one key field
// more. With a resolution it is registered and resolved in one step.
type NewTicket struct {
	ID             *ids.ID
	Template       string // code
	PersonID       ids.ID
	KeyField       string
	Summary        string // absent: the template's name
	ItemID         *ids.ID
	IncidentID     *ids.ID
	ContactID      *ids.ID
	Channel        string
	Resolution     *string
	HandledSeconds int
}

// TicketView is a ticket with what hangs on it.
type TicketView struct {
	Ticket   dispatch.Ticket
	Template dispatch.Template
	Person   dispatch.Person
	Site     dispatch.Site
	Visits   []dispatch.Visit
	Promises []PromiseView
}

// Templates lists the kinds of ticket.
func (d *Desk) Templates(ctx context.Context, who access.Principal) ([]dispatch.Template, error) {
	var list []dispatch.Template
	err := d.read(ctx, who, access.TicketsRead, func(tx dispatch.Tx) (err error) {
		list, err = tx.ListTemplates(ctx)
		return err
	})
	return list, err
}

// OpenTicket registers a ticket, owned by whoever registers it, with a waiting
// visit where the template wants one.
//
// Codes: "template_not_found", "person_not_found", "key_field_missing",
// "incident_not_found", "affected_not_found" when the incident does not touch them.
func (d *Desk) OpenTicket(ctx context.Context, who access.Principal, n NewTicket) (TicketView, error) {
	now := d.Clock.Now()
	var v TicketView
	err := d.write(ctx, who, access.TicketsWrite, func(tx dispatch.Tx) (err error) {
		v = TicketView{Visits: []dispatch.Visit{}, Promises: []PromiseView{}}
		if v.Template, err = tx.TemplateByCode(ctx, n.Template); err != nil {
			return err
		}
		if v.Template.Field != "" && n.KeyField == "" {
			return fault.New(fault.Invalid, "key_field_missing", "template %q asks for %q; ask the caller and fill in key_field", n.Template, v.Template.Field).
				At("/key_field", "is missing")
		}
		if v.Person, err = tx.Person(ctx, n.PersonID); err != nil {
			return err
		}
		if v.Site, err = tx.Site(ctx, v.Person.SiteID); err != nil {
			return err
		}
		if n.IncidentID != nil {
			// So that tickets opened for everybody affected see this one, or wait.
			if _, err = tx.LockIncident(ctx, *n.IncidentID); err != nil {
				return err
			}
		}
		t := dispatch.TicketOf(v.Template, v.Person, who.AccountID, now)
		t.ID, t.ItemID, t.IncidentID, t.KeyField = newID(n.ID), n.ItemID, n.IncidentID, n.KeyField
		if n.Summary != "" {
			t.Summary = n.Summary
		}
		if n.Channel != "" {
			t.Channel = n.Channel
		}
		if n.Resolution != nil {
			t.State, t.ResolvedAt, t.RestoredAt, t.Resolution = dispatch.TicketResolved, &now, &now, n.Resolution
			t.OpenedAt = now.Add(-time.Duration(n.HandledSeconds) * time.Second)
		}
		if v.Ticket, err = tx.AddTicket(ctx, t); err != nil {
			return err
		}
		if v.Template.OnSite && n.Resolution == nil {
			visit := dispatch.VisitOf(v.Ticket, v.Template, v.Site)
			if err = tx.AddVisit(ctx, visit); err != nil {
				return err
			}
			v.Visits = append(v.Visits, visit)
		}
		if err = d.noteTicket(ctx, tx, who, n, v.Ticket, now); err != nil {
			return err
		}
		return tx.Answer(ctx, v)
	})
	return v, err
}

// noteTicket ties the ticket to its contact and incident, and tells of it.
func (d *Desk) noteTicket(ctx context.Context, tx dispatch.Tx, who access.Principal, n NewTicket, t dispatch.Ticket, now time.Time) error {
	outcome, name := "ticket", "ticket.opened"
	if n.Resolution != nil {
		outcome, name = "resolved", "ticket.resolved"
	}
	if n.ContactID != nil {
		if err := tx.NoteContact(ctx, *n.ContactID, &t.ID, outcome); err != nil {
			return err
		}
		if err := tx.RegisterCall(ctx, *n.ContactID, now); err != nil {
			return err
		}
	}
	if n.IncidentID != nil {
		if err := tx.LinkAffected(ctx, *n.IncidentID, t.PersonID, t.ID); err != nil {
			return err
		}
	}
	return decide.Emit(ctx, tx, now, who, decide.Event{Name: name, Kind: "ticket", Subject: t.ID,
		Data: map[string]any{"number": t.Number, "template_id": t.TemplateID, "owner_id": t.OwnerID}})
}

// Ticket gives one ticket with what hangs on it. Code: "ticket_not_found".
func (d *Desk) Ticket(ctx context.Context, who access.Principal, id ids.ID) (TicketView, error) {
	var v TicketView
	err := d.read(ctx, who, access.TicketsRead, func(tx dispatch.Tx) (err error) {
		v, err = view(ctx, tx, id)
		return err
	})
	return v, err
}

func view(ctx context.Context, tx dispatch.Tx, id ids.ID) (v TicketView, err error) {
	if v.Ticket, err = tx.Ticket(ctx, id); err != nil {
		return v, err
	}
	if v.Template, err = tx.Template(ctx, v.Ticket.TemplateID); err != nil {
		return v, err
	}
	if v.Person, err = tx.Person(ctx, v.Ticket.PersonID); err != nil {
		return v, err
	}
	if v.Site, err = tx.Site(ctx, v.Ticket.SiteID); err != nil {
		return v, err
	}
	if v.Visits, err = tx.VisitsOfTicket(ctx, id); err != nil {
		return v, err
	}
	v.Promises, err = views(ctx, tx, dispatch.PromiseFilter{TicketID: &id})
	return v, err
}

// Tickets lists tickets, newest first.
func (d *Desk) Tickets(ctx context.Context, who access.Principal, f dispatch.TicketFilter, p dispatch.Page) (list []dispatch.Ticket, next string, err error) {
	err = d.read(ctx, who, access.TicketsRead, func(tx dispatch.Tx) (err error) {
		list, next, err = tx.ListTickets(ctx, f, p)
		return err
	})
	return list, next, err
}

// TicketChange is what may be changed of a ticket; nil leaves it.
type TicketChange struct {
	Summary  *string
	OwnerID  *ids.ID // another account; never none
	Priority *int
}

// ChangeTicket changes a ticket that is at the given version. Codes:
// "ticket_not_found", "version_stale", "ticket_resolved".
func (d *Desk) ChangeTicket(ctx context.Context, who access.Principal, id ids.ID, version int64, c TicketChange) (dispatch.Ticket, error) {
	return d.change(ctx, who, id, version, "ticket.changed", func(t *dispatch.Ticket, _ time.Time) error {
		if c.Summary != nil {
			t.Summary = *c.Summary
		}
		if c.OwnerID != nil {
			t.OwnerID = *c.OwnerID
		}
		if c.Priority != nil {
			t.Priority = *c.Priority
		}
		return nil
	})
}

// ResolveTicket resolves a ticket from the desk. Codes as ChangeTicket, and
// "visit_under_way" when a technician is on it.
func (d *Desk) ResolveTicket(ctx context.Context, who access.Principal, id ids.ID, version int64, resolution string) (dispatch.Ticket, error) {
	return d.change(ctx, who, id, version, "ticket.resolved", func(t *dispatch.Ticket, now time.Time) error {
		t.State, t.ResolvedAt, t.Resolution = dispatch.TicketResolved, &now, &resolution
		if t.RestoredAt == nil {
			t.RestoredAt = &now
		}
		return nil
	})
}

func (d *Desk) change(ctx context.Context, who access.Principal, id ids.ID, version int64, event string, alter func(*dispatch.Ticket, time.Time) error) (dispatch.Ticket, error) {
	now := d.Clock.Now()
	var t dispatch.Ticket
	err := d.write(ctx, who, access.TicketsWrite, func(tx dispatch.Tx) (err error) {
		var visits []dispatch.Visit
		if event == "ticket.resolved" {
			// Rounds and visits are locked before the ticket, as everywhere.
			if visits, err = lockVisits(ctx, tx, id); err != nil {
				return err
			}
		}
		if t, err = tx.LockTicket(ctx, id); err != nil {
			return err
		}
		if t.Version != version {
			return Stale("ticket", t.Version)
		}
		if err = t.MayResolve(); err != nil {
			return err
		}
		if err = unneeded(ctx, tx, who, visits, now); err != nil {
			return err
		}
		if err = alter(&t, now); err != nil {
			return err
		}
		if t, err = tx.SaveTicket(ctx, t); err != nil {
			return err
		}
		if err = decide.Emit(ctx, tx, now, who, decide.Event{Name: event, Kind: "ticket", Subject: t.ID, Data: map[string]any{"owner_id": t.OwnerID, "state": t.State}}); err != nil {
			return err
		}
		return tx.Answer(ctx, t)
	})
	return t, err
}

// lockVisits locks the visits of a ticket behind their rounds.
func lockVisits(ctx context.Context, tx dispatch.Tx, ticket ids.ID) ([]dispatch.Visit, error) {
	seen, err := tx.VisitsOfTicket(ctx, ticket)
	if err != nil {
		return nil, err
	}
	var rounds, visits []ids.ID
	for _, v := range seen {
		visits = append(visits, v.ID)
		if v.RoundID != nil && !v.State.Over() {
			rounds = append(rounds, *v.RoundID)
		}
	}
	if _, err := tx.LockRounds(ctx, rounds); err != nil {
		return nil, err
	}
	now, err := tx.LockVisits(ctx, visits)
	if err != nil {
		return nil, err
	}
	for _, v := range now {
		if v.RoundID != nil && !v.State.Over() && !slices.Contains(rounds, *v.RoundID) {
			return nil, fault.New(fault.Conflict, "day_busy", "the visit of this ticket is being planned this very moment; try again")
		}
	}
	return now, nil
}

// unneeded cancels the visits of a ticket that is resolved without them. One
// that somebody was promised or that has begun stands in the way: the promise is
// withdrawn by the customer or kept, never dropped on the side. Hardware that was
// kept for them is free again.
func unneeded(ctx context.Context, tx dispatch.Tx, who access.Principal, visits []dispatch.Visit, now time.Time) error {
	for _, v := range visits {
		if v.State.Over() {
			continue
		}
		if v.State.Started() {
			return fault.New(fault.Conflict, "visit_under_way", "a technician is on it; the ticket is restored when the visit is completed")
		}
		p, err := tx.OpenPromiseOf(ctx, v.ID)
		if err != nil {
			return err
		}
		if p != nil {
			return fault.New(fault.Conflict, "promise_stands", "a visit is promised for this ticket; withdraw the promise in the customer's name first").With("promise_id", p.ID)
		}
		if err := decide.Leave(ctx, tx, who, v, dispatch.VisitCancelled, "resolved", now); err != nil {
			return err
		}
		if err := tx.Release(ctx, v.ID, now); err != nil {
			return err
		}
	}
	return nil
}

// Stale is the fault of a change to another version than the present one.
func Stale(noun string, version int64) error {
	return fault.New(fault.Stale, "version_stale", "%s", fmt.Sprintf("the %s has changed since you read it; read it again and repeat", noun)).With("version", version)
}
