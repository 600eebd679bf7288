package desk

import (
	"context"
	"fmt"
	"time"

	"roundsman/assets"
	"roundsman/dispatch"
	"roundsman/internal/access"
	"roundsman/internal/ids"
)

// Card is all that an agent wants to see of a caller at once.
type Card struct {
	Person       dispatch.Person
	Before       []string // to know before a word is said
	Site         dispatch.Site
	Devices      []assets.Held
	OpenTickets  []dispatch.Ticket
	LastContacts []dispatch.Contact
	Promises     []PromiseView       // that stand
	Loans        []dispatch.LoanView // booked or out, newest first
	Incidents    []Touch
	Changes      []dispatch.Change // planned or going on, of their devices or site, within the next weeks
	Handlers     map[ids.ID]string // names of who took the last contacts
	// Preferred is whom they would rather be visited by, nil for nobody.
	Preferred *Preferred
	// Agent is whom they would rather be answered by, nil for nobody.
	Agent *dispatch.PreferredAgent
	Say   []Line
}

// Touch is an incident that touches the caller.
type Touch struct {
	Incident dispatch.Incident
	Affected dispatch.Affected
}

// Line is a sentence that may be said, with the record it comes from.
type Line struct {
	Text       string
	SourceKind string // "incident", "change", "promise", "ticket"
	SourceID   ids.ID
}

const (
	lastContacts = 10
	mostLoans    = 20
)

// Card gives the caller card. Code: "person_not_found".
func (d *Desk) Card(ctx context.Context, who access.Principal, person ids.ID) (Card, error) {
	now := d.Clock.Now()
	var c Card
	err := d.read(ctx, who, access.PeopleRead, func(tx dispatch.Tx) (err error) {
		if c.Person, err = tx.Person(ctx, person); err != nil {
			return err
		}
		for c.Person.MergedInto != nil { // the record that counts
			if c.Person, err = tx.Person(ctx, *c.Person.MergedInto); err != nil {
				return err
			}
		}
		person = c.Person.ID
		c.Before = c.Person.BeforeContact()
		if c.Site, err = tx.Site(ctx, c.Person.SiteID); err != nil {
			return err
		}
		holder := assets.Custodian{Kind: assets.Person, ID: person}
		if c.Devices, _, err = tx.ListItems(ctx, assets.Filter{Holder: &holder}, 50, ""); err != nil {
			return err
		}
		if c.OpenTickets, _, err = tx.ListTickets(ctx, dispatch.TicketFilter{PersonID: &person,
			States: []dispatch.TicketState{dispatch.TicketOpen, dispatch.TicketPlanned, dispatch.TicketRestored}}, dispatch.Page{Limit: 50}); err != nil {
			return err
		}
		if c.LastContacts, err = tx.LastContacts(ctx, person, lastContacts); err != nil {
			return err
		}
		if c.Promises, err = views(ctx, tx, dispatch.PromiseFilter{PersonID: &person, States: []dispatch.PromiseState{dispatch.PromiseOpen}}); err != nil {
			return err
		}
		incidents, affected, err := tx.IncidentsTouching(ctx, person)
		if err != nil {
			return err
		}
		for _, i := range incidents {
			for _, a := range affected {
				if a.IncidentID == i.ID {
					c.Incidents = append(c.Incidents, Touch{i, a})
					break
				}
			}
		}
		return c.around(ctx, tx, now)
	})
	if err != nil {
		return Card{}, err
	}
	c.Say, err = c.say(now)
	return c, err
}

// say builds what can be said to the caller from recorded facts alone.
func (c Card) say(now time.Time) ([]Line, error) {
	loc, err := time.LoadLocation(c.Site.Zone)
	if err != nil {
		return nil, fmt.Errorf("time zone of site %s: %w", c.Site.Code, err)
	}
	var out []Line
	for _, t := range c.Incidents {
		sure := "we have confirmed it"
		if t.Incident.State == dispatch.IncidentSuspected {
			sure = "we are still making sure"
		}
		out = append(out, Line{fmt.Sprintf("We know about this: %s (%s).", t.Incident.Cause, sure), "incident", t.Incident.ID})
	}
	for _, x := range c.Changes {
		if x.Speakable() {
			out = append(out, Line{fmt.Sprintf("Planned %s: %s", dispatch.WindowWords(x.StartsAt, x.EndsAt, now, loc), x.NoticeText), "change", x.ID})
		}
	}
	for _, p := range c.Promises {
		out = append(out, Line{p.sentence(now, loc), "promise", p.Promise.ID})
	}
	for _, t := range c.OpenTickets {
		out = append(out, Line{fmt.Sprintf("You hear from us about T-%d by %s.", t.Number, t.NextUpdate.In(loc).Format("Monday ")+dispatch.ClockWords(t.NextUpdate, loc)), "ticket", t.ID})
	}
	return out, nil
}

// sentence says what was promised, as it stands.
func (p PromiseView) sentence(now time.Time, loc *time.Location) string {
	due := dispatch.DueWords(p.Promise.WindowEnd, now, loc)
	switch p.Promise.Kind {
	case dispatch.StatusPromise:
		return "You hear from us how it stands by " + due + "."
	case dispatch.CallbackPromise:
		return "We call you back by " + due + "."
	case dispatch.DeliveryPromise:
		return "What we bring you is with you by " + due + "."
	case dispatch.LoanReturnPromise:
		return "What we lent you comes back to us by " + due + "."
	}
	return fmt.Sprintf("%s comes to you %s; we keep that in %d of 100 cases.", p.TechnicianSpoken,
		dispatch.WindowWords(p.Promise.WindowStart, p.Promise.WindowEnd, now, loc), dispatch.Percent(p.Promise.Confidence))
}
