package desk

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/decide"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// NewTicket registers a need: a template, a person, and at most one key field
// more; or a person and what they say is wrong, for somebody to classify. With a resolution it is registered and resolved in one step.
type NewTicket struct {
	ID             *ids.ID
	Template       string // code; "": told by its symptoms
	Symptoms       string // what the person says is wrong, in their words
	PersonID       ids.ID
	KeyField       string
	Summary        string // absent: the template's name
	ItemID         *ids.ID
	IncidentID     *ids.ID
	ContactID      *ids.ID
	Contact        *NewContact // recorded with it, where there is none yet
	Channel        string
	Resolution     *string
	HandledSeconds int
	KeyStrokes     *int // that it took, as the agent's program counted them
}

// fields counts what somebody filled in.
func (n NewTicket) fields() int {
	count := 0
	for _, given := range []bool{n.Template != "", n.PersonID != ids.Nil, n.Symptoms != "", n.KeyField != "", n.Summary != "", n.ItemID != nil, n.IncidentID != nil,
		n.Channel != "", n.Resolution != nil, n.HandledSeconds > 0} {
		if given {
			count++
		}
	}
	return count
}

// TicketView is a ticket with what hangs on it.
type TicketView struct {
	Ticket   dispatch.Ticket
	Template dispatch.Template
	Person   dispatch.Person
	Site     dispatch.Site
	Visits   []dispatch.Visit
	Promises []PromiseView
	// Suggested is what a ticket that is not classified yet may be, the likeliest first;
	// only where one ticket is opened or read.
	Suggested []dispatch.Suggestion
	// Agent is whom the person would rather be answered by; only where one ticket is read.
	Agent *dispatch.PreferredAgent
	// Opening says when the desk is there on the channel that a ticket came by; only
	// where it was just opened, nil where nobody has said.
	Opening *dispatch.Opening
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
// Codes: "template_or_symptoms", "template_not_found", "person_not_found", "key_field_missing", those of
// what is retired ("template_state", "person_state", "site_state"),
// "incident_not_found", "affected_not_found" when the incident does not touch them.
func (d *Desk) OpenTicket(ctx context.Context, who access.Principal, n NewTicket) (TicketView, error) {
	now := d.Clock.Now()
	var v TicketView
	err := d.write(ctx, who, access.TicketsWrite, func(tx dispatch.Tx) (err error) {
		v = TicketView{Visits: []dispatch.Visit{}, Promises: []PromiseView{}}
		if v.Template, err = kindOf(ctx, tx, n); err != nil {
			return err
		}
		if v.Template.Field != "" && n.KeyField == "" {
			return fault.New(fault.Invalid, "key_field_missing", "template %q asks for %q; ask the caller and fill in key_field", n.Template, v.Template.Field).
				At("/key_field", "is missing")
		}
		if v.Person, err = tx.Caller(ctx, n.PersonID); err != nil {
			return err
		}
		if v.Site, err = tx.Site(ctx, v.Person.SiteID); err != nil {
			return err
		}
		if err = dispatch.MayOpen(v.Template, v.Person, v.Site); err != nil {
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
		t.Tell(n.Symptoms)
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
		if dispatch.Spoken(t.Channel) || n.Resolution != nil {
			t.RespondedAt = &t.OpenedAt
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
		noted := n
		if n.Contact != nil && n.ContactID == nil {
			made, err := d.oneContact(ctx, tx, who, n, v.Ticket, now)
			if err != nil {
				return err
			}
			noted.ContactID, v.Opening = &made.Contact.ID, made.Opening
		} else if v.Opening, err = openingAt(ctx, tx, v.Site, v.Ticket.Channel, now); err != nil {
			return err
		}
		if err = d.noteTicket(ctx, tx, who, noted, v.Ticket, now); err != nil {
			return err
		}
		e := dispatch.Effort{TicketID: v.Ticket.ID, TemplateID: v.Template.ID, At: now, Fields: n.fields(), KeyStrokes: n.KeyStrokes}
		if err = tx.AddEffort(ctx, e); err != nil {
			return err
		}
		if err = v.suggest(ctx, tx); err != nil {
			return err
		}
		return tx.Answer(ctx, v)
	})
	return v, err
}

// kindOf gives the template of a new ticket: the one named, else that of what is told
// by its symptoms.
func kindOf(ctx context.Context, tx dispatch.Tx, n NewTicket) (dispatch.Template, error) {
	switch {
	case n.Template != "":
		return tx.TemplateByCode(ctx, n.Template)
	case strings.TrimSpace(n.Symptoms) == "":
		return dispatch.Template{}, fault.New(fault.Invalid, "template_or_symptoms", "say what it is: name a template, or write what the person says is wrong").
			At("/symptoms", "is missing")
	}
	return tx.TemplateByCode(ctx, dispatch.Unclassified)
}

// suggest finds what a ticket may be that was told by its symptoms.
func (v *TicketView) suggest(ctx context.Context, tx dispatch.Tx) error {
	if v.Ticket.Classified() || v.Ticket.State == dispatch.TicketResolved {
		return nil
	}
	list, err := tx.ListTemplates(ctx)
	v.Suggested = dispatch.Suggest(v.Ticket.Symptoms, list)
	return err
}

// oneContact records the contact that a ticket comes from, in the same step. With
// a resolution the contact is over too.
func (d *Desk) oneContact(ctx context.Context, tx dispatch.Tx, who access.Principal, n NewTicket, t dispatch.Ticket, now time.Time) (ContactStarted, error) {
	c := *n.Contact
	c.PersonID, c.Direction = &t.PersonID, "in"
	if c.Channel == "" {
		c.Channel = t.Channel
	}
	if c.AnsweredAt == nil {
		c.AnsweredAt = &t.OpenedAt
	}
	made, err := d.begin(ctx, tx, who, c, now)
	if err != nil || n.Resolution == nil {
		return made, err
	}
	made.Contact, err = tx.EndContact(ctx, made.Contact.ID, now, "")
	return made, err
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
	now := d.Clock.Now()
	var v TicketView
	err := d.read(ctx, who, access.TicketsRead, func(tx dispatch.Tx) (err error) {
		if v, err = view(ctx, tx, id); err != nil {
			return err
		}
		if err = v.suggest(ctx, tx); err != nil {
			return err
		}
		v.Agent, err = tx.PreferredAgent(ctx, now, id, v.Person.ID)
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
	Summary *string
	OwnerID *ids.ID // who takes it; giving it away is a transfer
	// Workaround is what works meanwhile, FixExpectedAt when it will be fixed.
	Workaround    *string
	FixExpectedAt *time.Time
	NextUpdate    *time.Time // not in the past
}

// ChangeTicket changes a ticket that is at the given version. Whoever names
// themselves as owner takes it; to give it to somebody else is a transfer, which
// they accept.
//
// Codes: "ticket_not_found", "version_stale", "ticket_resolved", "transfer_wanted",
// "update_past".
func (d *Desk) ChangeTicket(ctx context.Context, who access.Principal, id ids.ID, version int64, c TicketChange) (t dispatch.Ticket, err error) {
	err = d.handle(ctx, who, handling{ID: id, Version: version, Act: dispatch.DeskChange, Event: "ticket.changed"},
		func(tx dispatch.Tx, k *handled) (map[string]any, error) {
			if c.OwnerID != nil && *c.OwnerID != k.Ticket.OwnerID {
				if err := take(ctx, tx, who, k, *c.OwnerID); err != nil {
					return nil, err
				}
			}
			if c.NextUpdate != nil {
				if c.NextUpdate.Before(k.Now) {
					return nil, fault.New(fault.Invalid, "update_past", "the next update is in the future; say when the person hears from us").At("/next_update_at", "is past")
				}
				k.Ticket.NextUpdate = *c.NextUpdate
			}
			set(&k.Ticket.Summary, c.Summary)
			set(&k.Ticket.Workaround, c.Workaround)
			if c.FixExpectedAt != nil {
				k.Ticket.FixExpectedAt = c.FixExpectedAt
			}
			return map[string]any{"owner_id": k.Ticket.OwnerID, "state": k.Ticket.State}, nil
		}, func(k handled) any { t = k.Ticket; return t })
	return t, err
}

// set writes what is given.
func set[T any](to, given *T) {
	if given != nil {
		*to = *given
	}
}

// take makes a principal the owner by their own word. An offer to somebody else is
// over with that. Code: "transfer_wanted" for another than oneself.
func take(ctx context.Context, tx dispatch.Tx, who access.Principal, k *handled, owner ids.ID) error {
	if owner != who.AccountID {
		return fault.New(fault.Conflict, "transfer_wanted", "a ticket is given to somebody else by a transfer, which they accept; until then it has its owner").At("/owner_id", "is not you")
	}
	if err := endOffer(ctx, tx, who, k); err != nil {
		return err
	}
	return own(ctx, tx, who, k, nil)
}

// ResolveTicket resolves a ticket from the desk. What was on offer or asked for
// about it is over, too. Codes as ChangeTicket, "visit_under_way" when a
// technician is on it, "promise_stands" when a visit is promised, and "callback_due"
// when somebody was there and nobody has asked the customer yet whether it is well.
func (d *Desk) ResolveTicket(ctx context.Context, who access.Principal, id ids.ID, version int64, resolution string) (t dispatch.Ticket, err error) {
	err = d.handle(ctx, who, handling{ID: id, Version: version, Act: dispatch.DeskResolve, Event: "ticket.resolved", Visits: true, Quiet: true},
		func(tx dispatch.Tx, k *handled) (map[string]any, error) {
			if err := asked(ctx, tx, k.Ticket); err != nil {
				return nil, err
			}
			if err := unneeded(ctx, tx, who, k.Visits, k.Now); err != nil {
				return nil, err
			}
			k.Ticket.State, k.Ticket.ResolvedAt, k.Ticket.Resolution = dispatch.TicketResolved, &k.Now, &resolution
			if k.Ticket.RestoredAt == nil {
				k.Ticket.RestoredAt = &k.Now
			}
			return map[string]any{"owner_id": k.Ticket.OwnerID, "state": k.Ticket.State}, windUp(ctx, tx, who, k)
		}, func(k handled) any { t = k.Ticket; return t })
	return t, err
}

// windUp ends what was only about a ticket that is over now.
func windUp(ctx context.Context, tx dispatch.Tx, who access.Principal, k *handled) error {
	if err := endOffer(ctx, tx, who, k); err != nil {
		return err
	}
	return endTasks(ctx, tx, who, k)
}

// lockVisits locks the visits of tickets behind their rounds.
func lockVisits(ctx context.Context, tx dispatch.Tx, tickets ...ids.ID) ([]dispatch.Visit, error) {
	var seen []dispatch.Visit
	for _, id := range tickets {
		list, err := tx.VisitsOfTicket(ctx, id)
		if err != nil {
			return nil, err
		}
		seen = append(seen, list...)
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
		if err := v.State.Allows(dispatch.ActCancel); err != nil {
			return err
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
