package incidents

import (
	"cmp"
	"context"
	"slices"

	"roundsman/dispatch"
	"roundsman/dispatch/decide"
	"roundsman/internal/access"
	"roundsman/internal/ids"
)

// Usable lists the channels that get to a person while the impaired ones are
// dead, best first: mail that is read only on the broken machine reaches nobody.
func Usable(p dispatch.Person, impaired []string) []string {
	var out []string
	if p.Mobile != nil {
		out = append(out, "phone", "sms")
	}
	if p.DeskPhone != nil {
		out = append(out, "desk_phone")
	}
	if p.Mail != nil && (!p.MailOnDeviceOnly || !slices.Contains(impaired, "mail")) {
		out = append(out, "mail")
	}
	return slices.DeleteFunc(out, func(c string) bool { return c != "mail" && slices.Contains(impaired, c) })
}

// Dead lists the channels that the person has and the incident takes away.
func Dead(p dispatch.Person, impaired []string) []string {
	out := []string{}
	if p.Mail != nil && p.MailOnDeviceOnly && slices.Contains(impaired, "mail") {
		out = append(out, "mail")
	}
	if p.DeskPhone != nil && slices.Contains(impaired, "desk_phone") {
		out = append(out, "desk_phone")
	}
	return out
}

// CallList makes one task a person: by phone, by desk phone, or, for whom nobody
// can call, on the floor. VIPs come first, then those whom no message reaches.
func CallList(inc dispatch.Incident, people []dispatch.Person) []dispatch.CallTask {
	type ranked struct {
		task   dispatch.CallTask
		vip    bool
		silent bool
		name   string
	}
	var list []ranked
	for _, p := range people {
		usable := Usable(p, inc.Impairs)
		t := dispatch.CallTask{ID: ids.New(), IncidentID: inc.ID, PersonID: p.ID, State: dispatch.CallQueued, CreatedAt: inc.DeclaredAt}
		switch {
		case slices.Contains(usable, "phone"):
			t.Channel, t.Address = "phone", *p.Mobile
		case slices.Contains(usable, "desk_phone"):
			t.Channel, t.Address = "desk_phone", *p.DeskPhone
		default:
			t.Channel, t.Address = "floor", p.Where()
		}
		silent := !slices.Contains(usable, "sms") && !slices.Contains(usable, "mail")
		list = append(list, ranked{t, p.VIP, silent, p.Name})
	}
	slices.SortStableFunc(list, func(a, b ranked) int {
		return cmp.Or(-yes(a.vip, b.vip), -yes(a.silent, b.silent), cmp.Compare(a.name, b.name))
	})
	out := make([]dispatch.CallTask, len(list))
	for i := range list {
		out[i] = list[i].task
		out[i].Rank = i + 1
	}
	return out
}

func yes(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// AffectedView is an affected person with the channels that still get to them.
type AffectedView struct {
	Affected dispatch.Affected
	Person   dispatch.Person
	Site     dispatch.Site
	Usable   []string
	Dead     []string
}

// Affected lists everybody whom an incident touches, with the clauses that
// matched. Code: "incident_not_found".
func (n *Incidents) Affected(ctx context.Context, who access.Principal, id ids.ID, p dispatch.Page) (list []AffectedView, next string, err error) {
	err = n.read(ctx, who, func(tx dispatch.Tx) error {
		inc, err := tx.Incident(ctx, id)
		if err != nil {
			return err
		}
		affected, more, err := tx.ListAffected(ctx, id, p)
		if err != nil {
			return err
		}
		next = more
		people, sites, err := around(ctx, tx, affected)
		if err != nil {
			return err
		}
		list = make([]AffectedView, 0, len(affected))
		for _, a := range affected {
			p := people[a.PersonID]
			list = append(list, AffectedView{a, p, sites[p.SiteID], Usable(p, inc.Impairs), Dead(p, inc.Impairs)})
		}
		return nil
	})
	return list, next, err
}

// around reads the people of affected rows, and their sites.
func around(ctx context.Context, tx dispatch.Tx, affected []dispatch.Affected) (map[ids.ID]dispatch.Person, map[ids.ID]dispatch.Site, error) {
	var list, places []ids.ID
	for _, a := range affected {
		list = append(list, a.PersonID)
	}
	found, err := tx.PeopleByID(ctx, list)
	if err != nil {
		return nil, nil, err
	}
	people := map[ids.ID]dispatch.Person{}
	for _, p := range found {
		people[p.ID] = p
		places = append(places, p.SiteID)
	}
	at, err := tx.SitesByID(ctx, places)
	if err != nil {
		return nil, nil, err
	}
	sites := map[ids.ID]dispatch.Site{}
	for _, s := range at {
		sites[s.ID] = s
	}
	return people, sites, nil
}

// CallView is a task of the call list with whom to call.
type CallView struct {
	Task   dispatch.CallTask
	Person dispatch.Person
}

// Calls gives the call list, in order. Code: "incident_not_found".
func (n *Incidents) Calls(ctx context.Context, who access.Principal, id ids.ID, p dispatch.Page) (list []CallView, next string, err error) {
	err = n.read(ctx, who, func(tx dispatch.Tx) error {
		if _, err := tx.Incident(ctx, id); err != nil {
			return err
		}
		tasks, more, err := tx.ListCallTasks(ctx, id, p)
		if err != nil {
			return err
		}
		next = more
		var whom []ids.ID
		for _, t := range tasks {
			whom = append(whom, t.PersonID)
		}
		found, err := tx.PeopleByID(ctx, whom)
		if err != nil {
			return err
		}
		people := map[ids.ID]dispatch.Person{}
		for _, p := range found {
			people[p.ID] = p
		}
		list = make([]CallView, 0, len(tasks))
		for _, t := range tasks {
			list = append(list, CallView{t, people[t.PersonID]})
		}
		return nil
	})
	return list, next, err
}

// TakeCall gives a queued task to whoever asks first. Codes: "call_task_not_found",
// "call_task_state" when another took it or the customer called first.
func (n *Incidents) TakeCall(ctx context.Context, who access.Principal, task ids.ID) (t dispatch.CallTask, err error) {
	now := n.Clock.Now()
	err = n.outreach(ctx, who, func(tx dispatch.Tx) (err error) {
		if t, err = tx.TakeCallTask(ctx, task, who.AccountID, now); err != nil {
			return err
		}
		if err = decide.Emit(ctx, tx, now, who, decide.Event{Name: "call.taken", Kind: "call_task", Subject: t.ID, Data: map[string]any{"incident_id": t.IncidentID}}); err != nil {
			return err
		}
		return tx.Answer(ctx, t)
	})
	return t, err
}

// SettleCall records how an outbound call, or a walk to the floor, went. Codes:
// "call_task_not_found", "call_task_state".
func (n *Incidents) SettleCall(ctx context.Context, who access.Principal, task ids.ID, reached bool, note string) (t dispatch.CallTask, err error) {
	now := n.Clock.Now()
	act := dispatch.CallMiss
	if reached {
		act = dispatch.CallReach
	}
	err = n.outreach(ctx, who, func(tx dispatch.Tx) (err error) {
		if t, err = tx.SettleCallTask(ctx, task, who.AccountID, act, note, now); err != nil {
			return err
		}
		if reached {
			how := "call"
			if t.Channel == "floor" {
				how = "in_person"
			}
			if _, err = tx.Reach(ctx, t.IncidentID, t.PersonID, how, now); err != nil {
				return err
			}
		}
		if err = decide.Emit(ctx, tx, now, who, decide.Event{Name: "call." + string(t.State), Kind: "call_task", Subject: t.ID, Data: map[string]any{"incident_id": t.IncidentID}}); err != nil {
			return err
		}
		return tx.Answer(ctx, t)
	})
	return t, err
}

func (n *Incidents) outreach(ctx context.Context, who access.Principal, fn func(dispatch.Tx) error) error {
	if err := who.Require(access.OutreachWrite); err != nil {
		return err
	}
	return n.Store.Write(ctx, fn)
}

// OpenTickets opens a ticket, with a waiting visit, for everybody affected who has
// none, so that rounds can be planned over their sites before anybody has called.
// Who has an open ticket of the same kind about the same device keeps that one: one
// need is one ticket, and one visit. The number of tickets opened is given.
//
// Codes: "incident_not_found", "incident_state" when it is resolved.
func (n *Incidents) OpenTickets(ctx context.Context, who access.Principal, id ids.ID) (opened int, err error) {
	now := n.Clock.Now()
	if err := who.Require(access.IncidentsWrite); err != nil {
		return 0, err
	}
	err = n.Store.Write(ctx, func(tx dispatch.Tx) error {
		opened = 0
		inc, err := tx.LockIncident(ctx, id)
		if err != nil {
			return err
		}
		if _, err := inc.State.After(dispatch.IncidentOpenTickets); err != nil {
			return err
		}
		tpl, err := tx.TemplateByCode(ctx, inc.Template)
		if err != nil {
			return err
		}
		affected, err := tx.AffectedBy(ctx, id)
		if err != nil {
			return err
		}
		people, sites, err := around(ctx, tx, affected)
		if err != nil {
			return err
		}
		had := map[ids.ID]bool{}
		for _, a := range affected {
			had[a.PersonID] = had[a.PersonID] || a.TicketID != nil
		}
		linked, err := n.link(ctx, tx, who, inc, tpl, affected, had, sites)
		if err != nil {
			return err
		}
		for _, a := range affected {
			if had[a.PersonID] {
				continue
			}
			had[a.PersonID] = true
			if err := n.open(ctx, tx, who, inc, tpl, a, people[a.PersonID], sites[people[a.PersonID].SiteID]); err != nil {
				return err
			}
			opened++
		}
		if err := decide.Emit(ctx, tx, now, who, decide.Event{Name: "incident.tickets_opened", Kind: "incident", Subject: id, Data: map[string]any{"opened": opened, "linked": linked}}); err != nil {
			return err
		}
		return tx.Answer(ctx, opened)
	})
	return opened, err
}

// link finds the open tickets of the same kind about the affected devices and lets
// them stand for this incident too. One without a visit to come gets one.
func (n *Incidents) link(ctx context.Context, tx dispatch.Tx, who access.Principal, inc dispatch.Incident, tpl dispatch.Template,
	affected []dispatch.Affected, had map[ids.ID]bool, sites map[ids.ID]dispatch.Site) (linked int, err error) {
	var items []ids.ID
	for _, a := range affected {
		if !had[a.PersonID] {
			items = append(items, a.ItemID)
		}
	}
	list, err := tx.OpenTicketsAbout(ctx, tpl.ID, items)
	if err != nil {
		return 0, err
	}
	for _, seen := range list {
		hit := slices.ContainsFunc(affected, func(a dispatch.Affected) bool { return a.PersonID == seen.PersonID && a.ItemID == *seen.ItemID })
		if !hit || had[seen.PersonID] {
			continue
		}
		t, err := tx.LockTicket(ctx, seen.ID)
		if err != nil {
			return linked, err
		}
		if t.State != dispatch.TicketOpen && t.State != dispatch.TicketPlanned {
			continue
		}
		had[t.PersonID] = true
		linked++
		if err := n.adopt(ctx, tx, who, inc, tpl, t, sites[t.SiteID]); err != nil {
			return linked, err
		}
	}
	return linked, nil
}

// adopt lets a ticket that is there help somebody affected.
func (n *Incidents) adopt(ctx context.Context, tx dispatch.Tx, who access.Principal, inc dispatch.Incident, tpl dispatch.Template, t dispatch.Ticket, s dispatch.Site) error {
	visits, err := tx.VisitsOfTicket(ctx, t.ID)
	if err != nil {
		return err
	}
	if tpl.OnSite && !slices.ContainsFunc(visits, func(v dispatch.Visit) bool { return !v.State.Over() }) {
		if s.ID == ids.Nil {
			if s, err = tx.Site(ctx, t.SiteID); err != nil {
				return err
			}
		}
		if err := tx.AddVisit(ctx, dispatch.VisitOf(t, tpl, s)); err != nil {
			return err
		}
	}
	if t.IncidentID == nil {
		incident := inc.ID
		t.IncidentID = &incident
		if t, err = tx.SaveTicket(ctx, t); err != nil {
			return err
		}
	}
	if err := tx.LinkAffected(ctx, inc.ID, t.PersonID, t.ID); err != nil {
		return err
	}
	return decide.Emit(ctx, tx, n.Clock.Now(), who, decide.Event{Name: "ticket.linked", Kind: "ticket", Subject: t.ID,
		Data: map[string]any{"number": t.Number, "incident_id": inc.ID}})
}

func (n *Incidents) open(ctx context.Context, tx dispatch.Tx, who access.Principal, inc dispatch.Incident, tpl dispatch.Template, a dispatch.Affected, p dispatch.Person, s dispatch.Site) error {
	t := dispatch.TicketOf(tpl, p, who.AccountID, n.Clock.Now())
	item, incident := a.ItemID, inc.ID
	t.ItemID, t.IncidentID, t.Channel, t.Summary = &item, &incident, "monitoring", inc.Title
	t, err := tx.AddTicket(ctx, t)
	if err != nil {
		return err
	}
	if tpl.OnSite {
		if err := tx.AddVisit(ctx, dispatch.VisitOf(t, tpl, s)); err != nil {
			return err
		}
	}
	if err := tx.LinkAffected(ctx, inc.ID, p.ID, t.ID); err != nil {
		return err
	}
	return decide.Emit(ctx, tx, n.Clock.Now(), who, decide.Event{Name: "ticket.opened", Kind: "ticket", Subject: t.ID,
		Data: map[string]any{"number": t.Number, "incident_id": inc.ID}})
}
