package desk

import (
	"context"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/decide"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// NewPlace is where a caller says that they are.
type NewPlace struct {
	SiteID    *ids.ID // absent: the same site
	Building  string
	Floor     int
	Room      string
	Callback  string // a number to reach them at there, as it was said
	ContactID *ids.ID
}

// PlaceTicket says where the person is for one ticket; their record stays as it
// is. Visits that have not begun go there: a waiting one is planned there, one in
// a round has its way and times computed anew and whoever that touches is told.
// Inside the site even somebody on the way may be told of another room.
//
// Codes: "ticket_not_found", "version_stale", "ticket_resolved", "site_not_found",
// "bad_phone", "visit_under_way" for another site, "promise_stands" for a site of
// another region.
func (d *Desk) PlaceTicket(ctx context.Context, who access.Principal, id ids.ID, version int64, n NewPlace) (t dispatch.Ticket, err error) {
	err = d.write(ctx, who, access.TicketsWrite, func(tx dispatch.Tx) error {
		visits, err := lockVisits(ctx, tx, id)
		if err != nil {
			return err
		}
		if t, err = tx.LockTicket(ctx, id); err != nil {
			return err
		}
		if t.Version != version {
			return Stale("ticket", t.Version)
		}
		if err := t.May(dispatch.DeskPlace); err != nil {
			return err
		}
		to := t.SiteID
		if n.SiteID != nil {
			to = *n.SiteID
		}
		site, err := tx.Site(ctx, to)
		if err != nil {
			return err
		}
		place, err := placeAt(ctx, tx, site, n)
		if err != nil {
			return err
		}
		if t, err = d.sendTo(ctx, tx, who, t, visits, site, &place, n.ContactID); err != nil {
			return err
		}
		return tx.Answer(ctx, t)
	})
	return t, err
}

// placeAt reads what was said of a place.
func placeAt(ctx context.Context, tx dispatch.Tx, site dispatch.Site, n NewPlace) (dispatch.Place, error) {
	place := dispatch.Place{Building: n.Building, Floor: n.Floor, Room: n.Room}
	if n.Callback == "" {
		return place, nil
	}
	region, err := tx.Region(ctx, site.RegionID)
	if err != nil {
		return place, err
	}
	number, ok := dispatch.Phone(n.Callback, region.Country)
	if !ok {
		return place, fault.New(fault.Invalid, "bad_phone", "this is no phone number there; write it like +13025550123").At("/callback_number", "is no phone number")
	}
	place.Callback = number
	return place, nil
}

// sendTo writes where a ticket's person is and sends its visits there. Rounds,
// visits and ticket are locked. place is nil where the record says it.
func (d *Desk) sendTo(ctx context.Context, tx dispatch.Tx, who access.Principal, t dispatch.Ticket, visits []dispatch.Visit, site dispatch.Site, place *dispatch.Place, contact *ids.ID) (dispatch.Ticket, error) {
	now := d.Clock.Now()
	p, err := tx.Person(ctx, t.PersonID)
	if err != nil {
		return t, err
	}
	change := dispatch.PlaceChange{ID: ids.New(), PersonID: t.PersonID, TicketID: &t.ID, ContactID: contact, FromSiteID: t.SiteID, FromPlace: dispatch.PlaceOf(p),
		ToSiteID: site.ID, ToPlace: dispatch.PlaceOf(p), SaidBy: who.AccountID, SaidAt: now}
	if t.Place != nil {
		change.FromPlace = *t.Place
	}
	if place != nil {
		change.ToPlace = *place
	}
	if site.ID != t.SiteID {
		for _, v := range visits {
			if err := d.divert(ctx, tx, who, v, site, now); err != nil {
				return t, err
			}
		}
	}
	t.SiteID, t.Place = site.ID, place
	if t, err = tx.SetTicketPlace(ctx, t); err != nil {
		return t, err
	}
	if err := tx.AddPlaceChange(ctx, change); err != nil {
		return t, err
	}
	return t, decide.Emit(ctx, tx, now, who, decide.Event{Name: "ticket.placed", Kind: "ticket", Subject: t.ID, Data: map[string]any{"site_id": site.ID}})
}

// divert sends a visit to another site, if it has not begun.
func (d *Desk) divert(ctx context.Context, tx dispatch.Tx, who access.Principal, v dispatch.Visit, site dispatch.Site, now time.Time) error {
	if v.State.Over() {
		return nil
	}
	if err := v.State.Allows(dispatch.ActDivert); err != nil {
		return err
	}
	if v.RoundID != nil && v.RegionID != site.RegionID {
		p, err := tx.OpenPromiseOf(ctx, v.ID)
		if err != nil {
			return err
		}
		if p != nil {
			return fault.New(fault.Conflict, "promise_stands", "a visit is promised at the other site, and this one is served by another crew; withdraw the promise in the customer's name first").
				With("promise_id", p.ID)
		}
		if err := decide.Leave(ctx, tx, who, v, dispatch.VisitWaiting, "elsewhere", now); err != nil {
			return err
		}
		v.State, v.RoundID = dispatch.VisitWaiting, nil
	}
	if err := tx.SetVisitSite(ctx, v, site); err != nil || v.RoundID == nil {
		return err
	}
	if err := tx.RaiseRound(ctx, *v.RoundID); err != nil {
		return err
	}
	if err := tx.Enqueue(ctx, dispatch.Job{Kind: "retime", ID: *v.RoundID}); err != nil {
		return err
	}
	return decide.Emit(ctx, tx, now, who, decide.Event{Name: "round.changed", Kind: "round", Subject: *v.RoundID, Technician: v.TechnicianID,
		Data: map[string]any{"visit_id": v.ID, "kind": "elsewhere"}})
}

// Relocated is a person at their new place, with what went there with them.
type Relocated struct {
	Person dispatch.Person
	Moved  []ids.ID // tickets whose visits go there now
	Stayed []Stayed
}

// Stayed is a ticket that could not go along, and why.
type Stayed struct {
	TicketID ids.ID
	Code     string
	Reason   string
}

// Relocate says where a person is from now on: the record changes, and keeps where
// they were. Open tickets that were to be served where they were go along; those
// that can't say why, and stay.
//
// Codes: "person_not_found", "person_state", "version_stale", "site_not_found".
func (d *Desk) Relocate(ctx context.Context, who access.Principal, id ids.ID, version int64, n NewPlace) (out Relocated, err error) {
	now := d.Clock.Now()
	err = d.write(ctx, who, access.PeopleWrite, func(tx dispatch.Tx) error {
		out = Relocated{}
		open, _, err := tx.ListTickets(ctx, dispatch.TicketFilter{PersonID: &id, States: unresolved}, dispatch.Page{Limit: 50})
		if err != nil {
			return err
		}
		visits := map[ids.ID][]dispatch.Visit{}
		for _, t := range open {
			if visits[t.ID], err = lockVisits(ctx, tx, t.ID); err != nil {
				return err
			}
		}
		found, err := tx.LockPeople(ctx, id)
		if err != nil {
			return err
		}
		p := found[0]
		if p.Version != version {
			return Stale("person", p.Version)
		}
		if p.MergedInto != nil {
			return p.MayComplete()
		}
		change, site, err := d.settleAt(ctx, tx, who, &p, n)
		if err != nil {
			return err
		}
		if out.Person, err = tx.SetPersonPlace(ctx, p); err != nil {
			return err
		}
		if err := tx.AddPlaceChange(ctx, change); err != nil {
			return err
		}
		for _, t := range open {
			if t.SiteID != change.FromSiteID || t.Place != nil {
				continue // they said where they are for this one
			}
			if err := d.follow(ctx, tx, who, t.ID, visits[t.ID], site, &out); err != nil {
				return err
			}
		}
		if err := decide.Emit(ctx, tx, now, who, decide.Event{Name: "person.relocated", Kind: "person", Subject: id, Data: map[string]any{"site_id": site.ID}}); err != nil {
			return err
		}
		return tx.Answer(ctx, out)
	})
	return out, err
}

// unresolved are the states of a ticket that somebody still has to do with.
var unresolved = []dispatch.TicketState{dispatch.TicketOpen, dispatch.TicketPlanned, dispatch.TicketRestored}

// settleAt puts a person at their new place, and gives what changes.
func (d *Desk) settleAt(ctx context.Context, tx dispatch.Tx, who access.Principal, p *dispatch.Person, n NewPlace) (dispatch.PlaceChange, dispatch.Site, error) {
	to := p.SiteID
	if n.SiteID != nil {
		to = *n.SiteID
	}
	site, err := tx.Site(ctx, to)
	if err != nil {
		return dispatch.PlaceChange{}, site, err
	}
	place, err := placeAt(ctx, tx, site, n)
	if err != nil {
		return dispatch.PlaceChange{}, site, err
	}
	change := dispatch.PlaceChange{ID: ids.New(), PersonID: p.ID, ContactID: n.ContactID, FromSiteID: p.SiteID, FromPlace: dispatch.PlaceOf(*p),
		ToSiteID: to, ToPlace: place, SaidBy: who.AccountID, SaidAt: d.Clock.Now()}
	p.SiteID, p.Building, p.Floor, p.Room = to, n.Building, n.Floor, n.Room
	if place.Callback != "" {
		p.DeskPhone = &place.Callback
	}
	return change, site, nil
}

// follow sends a ticket where its person has gone, or notes why it stays.
func (d *Desk) follow(ctx context.Context, tx dispatch.Tx, who access.Principal, id ids.ID, visits []dispatch.Visit, site dispatch.Site, out *Relocated) error {
	for _, v := range visits {
		// Looked at before anything is written: a refusal half-way would leave half.
		var why *fault.Error
		if v.State.Started() {
			why = fault.New(fault.Conflict, "visit_under_way", "a technician is on it")
		} else if p, err := tx.OpenPromiseOf(ctx, v.ID); err != nil {
			return err
		} else if p != nil && v.RegionID != site.RegionID {
			why = fault.New(fault.Conflict, "promise_stands", "a visit is promised by another crew")
		}
		if why != nil {
			out.Stayed = append(out.Stayed, Stayed{TicketID: id, Code: why.Code, Reason: why.Message})
			return nil
		}
	}
	t, err := tx.LockTicket(ctx, id)
	if err != nil {
		return err
	}
	if _, err := d.sendTo(ctx, tx, who, t, visits, site, nil, nil); err != nil {
		return err
	}
	out.Moved = append(out.Moved, id)
	return nil
}

// PlaceChanges lists where a person was said to be, newest first.
func (d *Desk) PlaceChanges(ctx context.Context, who access.Principal, person ids.ID, p dispatch.Page) (list []dispatch.PlaceChange, next string, err error) {
	err = d.read(ctx, who, access.PeopleRead, func(tx dispatch.Tx) (err error) {
		if _, err = tx.Person(ctx, person); err != nil {
			return err
		}
		list, next, err = tx.PlaceChanges(ctx, person, p)
		return err
	})
	return list, next, err
}
