package desk

import (
	"context"
	"slices"

	"roundsman/dispatch"
	"roundsman/dispatch/decide"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// CorrectPerson says that a ticket was registered for the wrong person. Visits
// that were promised to nobody follow: to the right person's desk, out of their
// round where that is at another site. What the wrong one was told stands in the
// way, and so does a technician who is on the way to them. The history keeps who
// it was.
//
// Codes: "ticket_not_found", "version_stale", "ticket_resolved",
// "person_not_found", "person_same", "visit_under_way", "promise_stands".
func (d *Desk) CorrectPerson(ctx context.Context, who access.Principal, id ids.ID, version int64, person ids.ID, reason string) (t dispatch.Ticket, err error) {
	err = d.handle(ctx, who, handling{ID: id, Version: version, Act: dispatch.DeskCorrect, Event: "ticket.person_corrected", Days: true},
		func(tx dispatch.Tx, k *handled) (map[string]any, error) {
			if person == k.Ticket.PersonID {
				return nil, fault.New(fault.Conflict, "person_same", "the ticket is for this person already")
			}
			right, err := tx.Person(ctx, person)
			if err != nil {
				return nil, err
			}
			site, err := tx.Site(ctx, right.SiteID)
			if err != nil {
				return nil, err
			}
			if err := standing(ctx, tx, k.Visits, "withdraw what the other person was told first"); err != nil {
				return nil, err
			}
			open, _, err := tx.ListPromises(ctx, dispatch.PromiseFilter{TicketID: &id, States: []dispatch.PromiseState{dispatch.PromiseOpen}}, dispatch.Page{Limit: 1})
			if err != nil {
				return nil, err
			}
			if len(open) > 0 {
				return nil, fault.New(fault.Conflict, "promise_stands", "the other person was promised something about this ticket; withdraw it first").With("promise_id", open[0].ID)
			}
			data := map[string]any{"was": k.Ticket.PersonID, "is": person, "site_was": k.Ticket.SiteID, "site_is": site.ID}
			if data["note_id"], err = explain(ctx, tx, who, k, "person", reason); err != nil {
				return nil, err
			}
			left, err := follow(ctx, tx, who, k, func(v *dispatch.Visit) bool {
				elsewhere := v.SiteID != site.ID
				v.PersonID, v.SiteID, v.RegionID = person, site.ID, site.RegionID
				return elsewhere
			})
			if left && k.Ticket.State == dispatch.TicketPlanned {
				k.Ticket.State = dispatch.TicketOpen
			}
			k.Ticket.PersonID, k.Ticket.SiteID, k.Ticket.ItemID = person, site.ID, nil
			return data, err
		}, func(k handled) any { t = k.Ticket; return t })
	return t, err
}

// follow changes the visits of a locked ticket that are not over, none of which
// has begun or is promised. One for which alter says so leaves its round, to be
// planned anew.
func follow(ctx context.Context, tx dispatch.Tx, who access.Principal, k *handled, alter func(*dispatch.Visit) bool) (left bool, err error) {
	for _, v := range k.Visits {
		if v.State.Over() {
			continue
		}
		if alter(&v) && v.State == dispatch.VisitScheduled {
			if err := decide.Leave(ctx, tx, who, v, dispatch.VisitWaiting, "corrected", k.Now); err != nil {
				return left, err
			}
			left = true
		}
		if err := tx.AdaptVisit(ctx, v); err != nil {
			return left, err
		}
	}
	return left, nil
}

// Classification is what IT calls a need that the customer told in their words.
type Classification struct {
	Template string // code
	KeyField string // "": what the customer said stays
	Reason   string
}

// Classify puts a ticket under another template: the customer tells nothing
// again, and the first contact stays what it was. Visits take over what the new
// template needs and leave their round when that is another skill or more time;
// one that is promised stands in the way of that, and of a template that needs no
// visit.
//
// Codes: "ticket_not_found", "version_stale", "ticket_resolved",
// "template_not_found", "visit_under_way", "promise_stands".
func (d *Desk) Classify(ctx context.Context, who access.Principal, id ids.ID, version int64, c Classification) (t dispatch.Ticket, err error) {
	err = d.handle(ctx, who, handling{ID: id, Version: version, Act: dispatch.DeskClassify, Event: "ticket.classified", Days: true},
		func(tx dispatch.Tx, k *handled) (map[string]any, error) {
			tpl, err := tx.TemplateByCode(ctx, c.Template)
			if err != nil {
				return nil, err
			}
			data := map[string]any{"was": k.Ticket.TemplateID, "is": tpl.ID}
			if c.Reason != "" {
				if data["note_id"], err = explain(ctx, tx, who, k, "classification", c.Reason); err != nil {
					return nil, err
				}
			}
			k.Ticket.TemplateID = tpl.ID
			if c.KeyField != "" {
				k.Ticket.KeyField = c.KeyField
			}
			if k.Ticket.Impact == nil && tpl.Priority != k.Ticket.Priority {
				data["priority_was"], data["priority_is"] = k.Ticket.Priority, tpl.Priority
				k.Ticket.Priority = tpl.Priority
			}
			if err = d.classifyVisits(ctx, tx, who, k, tpl); err != nil {
				return nil, err
			}
			return data, tx.RankVisits(ctx, id, k.Ticket.Priority)
		}, func(k handled) any { t = k.Ticket; return t })
	return t, err
}

func (d *Desk) classifyVisits(ctx context.Context, tx dispatch.Tx, who access.Principal, k *handled, tpl dispatch.Template) error {
	live := slices.DeleteFunc(slices.Clone(k.Visits), func(v dispatch.Visit) bool { return v.State.Over() })
	switch {
	case !tpl.OnSite:
		if err := unneeded(ctx, tx, who, live, k.Now); err != nil {
			return err
		}
		if k.Ticket.State == dispatch.TicketPlanned {
			k.Ticket.State = dispatch.TicketOpen
		}
		return nil
	case len(live) == 0:
		if k.Ticket.State == dispatch.TicketRestored {
			return nil // the person can work; whether somebody comes again is the owner's to say
		}
		return d.anotherVisit(ctx, tx, k.Ticket, k.Visits)
	}
	fits := func(v dispatch.Visit) bool {
		return v.SkillCode == tpl.SkillCode && v.SkillLevel >= tpl.SkillLevel && v.Minutes >= tpl.Minutes
	}
	tight := slices.DeleteFunc(slices.Clone(live), fits)
	if err := standing(ctx, tx, tight, "the new template needs another skill or more time: withdraw the promise, or move the visit first"); err != nil {
		return err
	}
	now := *k
	now.Visits = tight
	left, err := follow(ctx, tx, who, &now, func(v *dispatch.Visit) bool {
		v.Minutes, v.Spread, v.SkillCode, v.SkillLevel, v.KitModel = tpl.Minutes, tpl.Spread, tpl.SkillCode, tpl.SkillLevel, tpl.KitModel
		return true
	})
	if left && k.Ticket.State == dispatch.TicketPlanned {
		k.Ticket.State = dispatch.TicketOpen
	}
	return err
}
