package desk

import (
	"context"
	"slices"

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
	return d.preferFor(ctx, who, access.PeopleWrite, person, "person", technician, func(tx dispatch.Tx) error {
		_, err := tx.Person(ctx, person)
		return err
	})
}

// PreferForTicket is Prefer for one ticket; it goes before the person's own.
// Codes: "ticket_not_found", "technician_not_found", "ticket_resolved".
func (d *Desk) PreferForTicket(ctx context.Context, who access.Principal, ticket ids.ID, technician *ids.ID) (dispatch.Preference, error) {
	return d.preferFor(ctx, who, access.TicketsWrite, ticket, "ticket", technician, func(tx dispatch.Tx) error {
		t, err := tx.Ticket(ctx, ticket)
		if err != nil {
			return err
		}
		return t.May(dispatch.DeskPrefer)
	})
}

func (d *Desk) preferFor(ctx context.Context, who access.Principal, s access.Scope, subject ids.ID, kind string, technician *ids.ID, check func(dispatch.Tx) error) (dispatch.Preference, error) {
	now := d.Clock.Now()
	var out dispatch.Preference
	err := d.write(ctx, who, s, func(tx dispatch.Tx) error {
		if err := check(tx); err != nil {
			return err
		}
		out = dispatch.Preference{SubjectID: subject, SubjectKind: kind, SetBy: who.AccountID, SetAt: now}
		if technician == nil {
			gone, err := tx.DropPreference(ctx, subject)
			if err != nil || !gone {
				return err
			}
			return decide.Emit(ctx, tx, now, who, decide.Event{Name: "preference.dropped", Kind: kind, Subject: subject, Data: map[string]any{}})
		}
		if _, err := tx.Technician(ctx, *technician); err != nil {
			return err
		}
		out.TechnicianID = *technician
		if err := tx.SetPreference(ctx, out); err != nil {
			return err
		}
		return decide.Emit(ctx, tx, now, who, decide.Event{Name: "preference.set", Kind: kind, Subject: subject,
			Data: map[string]any{"technician_id": *technician}})
	})
	return out, err
}

// prefer finds whom a quote should put first: who was named, else whom the ticket,
// else whom the person would rather see.
func (d *Desk) prefer(ctx context.Context, tx dispatch.Tx, v TicketView, n *NewQuote, q *dispatch.Quote) error {
	wanted := n.Preferred
	if wanted == nil {
		list, err := tx.PreferencesOf(ctx, []ids.ID{v.Ticket.ID, v.Person.ID})
		if err != nil || len(list) == 0 {
			return err
		}
		i := max(slices.IndexFunc(list, func(p dispatch.Preference) bool { return p.SubjectID == v.Ticket.ID }), 0)
		wanted = &list[i].TechnicianID
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
