package desk

import (
	"context"
	"slices"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/day"
	"roundsman/dispatch/decide"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// Prefer keeps whom a person would rather be visited by; nil forgets it. It is a
// preference and binds nobody. Codes: "person_not_found", "technician_not_found".
func (d *Desk) Prefer(ctx context.Context, who access.Principal, person ids.ID, technician *ids.ID) (dispatch.Preference, error) {
	return d.preferTechnician(ctx, who, byPerson(person), technician)
}

// PreferForTicket is Prefer for one ticket; it goes before the person's own.
// Codes: "ticket_not_found", "technician_not_found", "ticket_resolved".
func (d *Desk) PreferForTicket(ctx context.Context, who access.Principal, ticket ids.ID, technician *ids.ID) (dispatch.Preference, error) {
	return d.preferTechnician(ctx, who, byTicket(ticket), technician)
}

// PreferAgent keeps whom a person would rather be answered and called back by; nil
// forgets it. What comes in by itself goes to them, or to who stands in for them.
// Codes: "person_not_found", "agent_not_found".
func (d *Desk) PreferAgent(ctx context.Context, who access.Principal, person ids.ID, agent *ids.ID) (*dispatch.PreferredAgent, error) {
	return d.preferAgent(ctx, who, byPerson(person), agent)
}

// PreferAgentForTicket is PreferAgent for one ticket; it goes before the person's own.
// Codes: "ticket_not_found", "agent_not_found", "ticket_resolved".
func (d *Desk) PreferAgentForTicket(ctx context.Context, who access.Principal, ticket ids.ID, agent *ids.ID) (*dispatch.PreferredAgent, error) {
	return d.preferAgent(ctx, who, byTicket(ticket), agent)
}

func (d *Desk) preferAgent(ctx context.Context, who access.Principal, w wisher, agent *ids.ID) (a *dispatch.PreferredAgent, err error) {
	now := d.Clock.Now()
	err = d.write(ctx, who, w.scope, func(tx dispatch.Tx) error {
		if _, err := prefer(ctx, tx, who, w, dispatch.AnsweredBy, agent, now); err != nil {
			return err
		}
		a, err = tx.PreferredAgent(ctx, now, w.id)
		return err
	})
	return a, err
}

// wisher is whose preference it is.
type wisher struct {
	id    ids.ID
	kind  string
	scope access.Scope // that its preference is written with
	may   func(context.Context, dispatch.Tx) error
}

func byPerson(id ids.ID) wisher {
	return wisher{id, "person", access.PeopleWrite, func(ctx context.Context, tx dispatch.Tx) error {
		_, err := tx.Person(ctx, id)
		return err
	}}
}

func byTicket(id ids.ID) wisher {
	return wisher{id, "ticket", access.TicketsWrite, func(ctx context.Context, tx dispatch.Tx) error {
		t, err := tx.Ticket(ctx, id)
		if err != nil {
			return err
		}
		return t.May(dispatch.DeskPrefer)
	}}
}

func (d *Desk) preferTechnician(ctx context.Context, who access.Principal, w wisher, technician *ids.ID) (out dispatch.Preference, err error) {
	now := d.Clock.Now()
	err = d.write(ctx, who, w.scope, func(tx dispatch.Tx) (err error) {
		out, err = prefer(ctx, tx, who, w, dispatch.VisitedBy, technician, now)
		return err
	})
	return out, err
}

func prefer(ctx context.Context, tx dispatch.Tx, who access.Principal, w wisher, role dispatch.PreferredRole, whom *ids.ID, now time.Time) (out dispatch.Preference, err error) {
	if err := w.may(ctx, tx); err != nil {
		return out, err
	}
	if whom == nil {
		gone, err := tx.DropPreference(ctx, w.id, role)
		if err != nil || !gone {
			return out, err
		}
		return out, decide.Emit(ctx, tx, now, who, decide.Event{Name: "preference.dropped", Kind: w.kind, Subject: w.id, Data: map[string]any{"role": role}})
	}
	if err := thereFor(ctx, tx, role, *whom); err != nil {
		return out, err
	}
	out = dispatch.Preference{SubjectID: w.id, SubjectKind: w.kind, Role: role, WhomID: *whom, SetBy: who.AccountID, SetAt: now}
	if err := tx.SetPreference(ctx, out); err != nil {
		return out, err
	}
	return out, decide.Emit(ctx, tx, now, who, decide.Event{Name: "preference.set", Kind: w.kind, Subject: w.id,
		Data: map[string]any{string(role) + "_id": *whom}})
}

// thereFor says whether somebody can be preferred in a role.
func thereFor(ctx context.Context, tx dispatch.Tx, role dispatch.PreferredRole, whom ids.ID) error {
	if role == dispatch.AnsweredBy {
		return tx.MayAnswer(ctx, whom)
	}
	_, err := tx.Technician(ctx, whom)
	return err
}

// wishOf finds whom a quote should put first: who was named, else whom the ticket,
// else whom the person would rather see.
func (d *Desk) wishOf(ctx context.Context, tx dispatch.Tx, v TicketView, n *NewQuote, q *dispatch.Quote) error {
	wanted := n.Preferred
	if wanted == nil {
		list, err := tx.PreferencesOf(ctx, []ids.ID{v.Ticket.ID, v.Person.ID}, dispatch.VisitedBy)
		if err != nil || len(list) == 0 {
			return err
		}
		i := max(slices.IndexFunc(list, func(p dispatch.Preference) bool { return p.SubjectID == v.Ticket.ID }), 0)
		wanted = &list[i].WhomID
	}
	t, err := tx.Technician(ctx, *wanted)
	if err != nil {
		if n.Preferred == nil && fault.Is(err, "technician_not_found") {
			return nil
		}
		return err
	}
	q.Preferred = &dispatch.PreferredTechnician{TechnicianID: t.ID, TechnicianName: t.Name}
	q.Preferred.HandedOn, err = tx.EarlierVisits(ctx, []ids.ID{v.Person.ID}, dispatch.EarlierShown)
	return err
}

// preferred says what has become of a preference: an offer of theirs, or who comes
// instead, what they are told, and whether the preferred one is away.
func preferred(q *dispatch.Quote, h day.Horizon) {
	p := q.Preferred
	if p == nil {
		return
	}
	p.Offered = slices.ContainsFunc(q.Offers, func(o dispatch.Offer) bool { return o.Preferred })
	p.Away = true
	for i := range h.Days {
		for _, s := range h.Days[i].Shifts {
			if s.TechnicianID == p.TechnicianID && !s.AwayAll() {
				p.Away = false
			}
		}
	}
	if p.Offered {
		p.HandedOn = nil // they know it themselves
	} else if len(q.Offers) > 0 {
		p.SubstituteID, p.SubstituteName = &q.Offers[0].TechnicianID, q.Offers[0].TechnicianName
	}
}
