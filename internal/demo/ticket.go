package demo

import (
	"time"

	"roundsman/dispatch"
)

var channels = []string{"phone", "phone", "mail", "chat", "portal", "walk_in"}

// updateAt is the hour of the day at which a person hears from us next, by
// priority.
var updateAt = [...]int{1: 9, 2: 11, 3: 14, 4: 16}

// tickets makes the work of the morning: one waiting visit for each, for people
// whose machine the virus can't get into, so that the story starts afresh.
func (b *builder) tickets() {
	s := &b.world.Setup
	chance := b.chance("tickets")
	var callers []dispatch.Person
	for _, p := range s.People {
		if !b.affected[p.ID] {
			callers = append(callers, p)
		}
	}
	shuffle(chance, callers)
	before := b.day.Add(-1)
	for !before.Working() {
		before = before.Add(-1)
	}
	opening := before.At(b.loc, 9, 0)
	for n, k := range ticketKinds {
		tpl := s.Templates[n]
		for range k.tickets {
			p := callers[0]
			callers = callers[1:]
			i := len(s.Tickets)
			priority := tpl.Priority
			if p.VIP {
				priority = max(1, priority-1)
			}
			// Opened on the working day before, or just now where the clock
			// stands before that.
			opened := opening.Add(time.Duration(chance.IntN(8*60)) * time.Minute)
			if opened.After(b.now) {
				opened = b.now.Add(-time.Minute)
			}
			next := b.day.At(b.loc, updateAt[priority], 0)
			if !next.After(b.now) {
				next = b.now.Add(2 * time.Hour)
			}
			t := dispatch.Ticket{
				ID: b.id("ticket", i), PersonID: p.ID, SiteID: p.SiteID, TemplateID: tpl.ID, OwnerID: b.id("account", owners[i%len(owners)]),
				State: dispatch.TicketOpen, Priority: priority, Summary: pick(chance, k.summaries), KeyField: pick(chance, k.answers),
				Channel: pick(chance, channels), OpenedAt: opened.UTC(), NextUpdate: next.UTC(), Version: 1,
			}
			if k.device {
				item := b.machineOf[p.ID]
				t.ItemID = &item
			}
			day := b.day
			s.Tickets = append(s.Tickets, t)
			s.Visits = append(s.Visits, dispatch.Visit{
				ID: b.id("visit", i), TicketID: t.ID, PersonID: p.ID, SiteID: p.SiteID, RegionID: s.Regions[0].ID, State: dispatch.VisitWaiting,
				Minutes: tpl.Minutes, Spread: tpl.Spread, SkillCode: tpl.SkillCode, SkillLevel: tpl.SkillLevel, KitModel: tpl.KitModel,
				Priority: priority, EarliestDate: &day, Version: 1,
			})
		}
	}
}
