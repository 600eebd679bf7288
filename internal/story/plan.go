package story

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"roundsman/api/client"
)

// confirm is the dispatcher's word that the incident is real, with a ticket for
// everybody whom it hits.
func (p *play) confirm(ctx context.Context) error {
	d, err := p.cast.as(ctx, dora)
	if err != nil {
		return err
	}
	p.step("Dora, dispatcher", p.incident.Number+" is real; open a ticket for everybody it hits, before they call")
	got, err := d.api.GetIncidentWithResponse(ctx, p.incident.ID)
	if err := d.answered(err, http.StatusOK); err != nil {
		return err
	}
	version := d.tape.last.header.Get("ETag")
	r, err := d.api.ConfirmIncidentWithResponse(ctx, p.incident.ID, &client.ConfirmIncidentParams{IdempotencyKey: key(), IfMatch: &version})
	if err := d.answered(err, http.StatusOK); err != nil {
		return err
	}
	p.request(d)
	p.incident = r.JSON200.Incident
	p.say("%s is %s since %s; it was read at version %d and is at %d", p.incident.Number, p.incident.State, p.at(deref(p.incident.ConfirmedAt)),
		got.JSON200.Incident.Version, p.incident.Version)
	p.blank()
	opened, err := d.api.OpenIncidentTicketsWithResponse(ctx, p.incident.ID, &client.OpenIncidentTicketsParams{IdempotencyKey: key()})
	if err := d.answered(err, http.StatusCreated); err != nil {
		return err
	}
	p.request(d)
	p.say("%s opened, each with a visit that waits; who had an open one about the same device keeps it", count(opened.JSON201.Opened, "ticket", "tickets"))
	if err := p.readAffected(ctx); err != nil {
		return err
	}
	p.check(all(p.affected, func(x client.Affected) bool { return x.TicketID != nil }), "everybody affected has a ticket")
	return nil
}

// planDay plans the rest of the day with the new tickets and publishes it.
func (p *play) planDay(ctx context.Context) error {
	d, err := p.cast.as(ctx, dora)
	if err != nil {
		return err
	}
	before, err := p.openPromises(ctx)
	if err != nil {
		return err
	}
	p.step("Dora, dispatcher", "plan today's rounds anew, over the sites of those who are hit; break no promise")
	run, draft, err := p.plan(ctx, d)
	if err != nil {
		return err
	}
	p.reasons(draft)
	after, err := p.openPromises(ctx)
	if err != nil {
		return err
	}
	same := len(before) == len(after)
	for id, x := range before {
		y, ok := after[id]
		same = same && ok && x.Window == y.Window
	}
	p.check(same, "%s before, and still %s, each with the same window", count(len(before), "promise stood", "promises stood"), count(len(after), "stands", "stand"))
	return p.affectedRounds(ctx, d, run)
}

// plan runs the planner, shows its progress and its draft, and publishes it.
func (p *play) plan(ctx context.Context, d *actor) (client.PlanRun, client.Outcome, error) {
	r, err := d.api.StartPlanRunWithResponse(ctx, &client.StartPlanRunParams{IdempotencyKey: key()},
		client.NewPlanRun{RegionID: p.region.ID, Date: p.date, Duration: new(fmt.Sprintf("PT%.0fS", p.search.Seconds()))})
	if err := d.answered(err, http.StatusAccepted); err != nil {
		return client.PlanRun{}, client.Outcome{}, err
	}
	p.request(d)
	run := *r.JSON202
	p.say("run %s with seed %d is %s; it goes on in the background", run.ID, run.Seed, run.State)
	shown := -1
	for run.State == client.PlanRunStateQueued || run.State == client.PlanRunStateRunning {
		if err := pause(ctx, 200*time.Millisecond); err != nil {
			return run, client.Outcome{}, err
		}
		got, err := d.api.GetPlanRunWithResponse(ctx, run.ID)
		if err := d.answered(err, http.StatusOK); err != nil {
			return run, client.Outcome{}, err
		}
		run = *got.JSON200
		if tenth := int(run.Progress * 4); tenth > shown && run.State == client.PlanRunStateRunning {
			shown = tenth
			p.aside("%3.0f %%  %d iterations, %d left out", run.Progress*100, run.Iterations, run.Unassigned)
		}
	}
	if run.State != client.PlanRunStateDrafted {
		return run, client.Outcome{}, fmt.Errorf("the plan run ended %s: %s", run.State, deref(run.Error))
	}
	draft, err := d.api.GetDraftWithResponse(ctx, run.ID)
	if err := d.answered(err, http.StatusOK); err != nil {
		return run, client.Outcome{}, err
	}
	p.request(d)
	o := *draft.JSON200
	p.say("%s get a place, %d are left out; %s, %s driving", count(run.Assigned, "visit", "visits"), run.Unassigned,
		count(len(o.Moves), "visit moves", "visits move"), signed(time.Duration(o.TravelSeconds)*time.Second))
	p.say("score %s before; %s after", deref(run.ScoreBefore), deref(run.ScoreAfter))
	done, err := d.api.PublishPlanRunWithResponse(ctx, run.ID, &client.PublishPlanRunParams{IdempotencyKey: key()})
	if err := d.answered(err, http.StatusOK); err != nil {
		return run, o, err
	}
	p.request(d)
	p.say("published: from now on technicians see their rounds")
	return *done.JSON200, o, nil
}

// signed says a difference of time.
func signed(d time.Duration) string {
	if d < 0 {
		return fmt.Sprintf("%.0f min less", -d.Minutes())
	}
	return fmt.Sprintf("%.0f min more", d.Minutes())
}

// reasons shows why visits of a draft are left out.
func (p *play) reasons(o client.Outcome) {
	var rows [][]string
	for _, u := range o.Unassigned[:min(4, len(o.Unassigned))] {
		why := "?"
		if len(u.Reasons) > 0 {
			why = u.Reasons[0].Text
		}
		rows = append(rows, []string{u.TicketNumber, u.PersonName, why})
	}
	if len(rows) > 0 {
		p.table([]string{"left out", "of", "because"}, rows)
	}
	p.check(all(o.Unassigned, func(u client.UnassignedVisit) bool { return len(u.Reasons) > 0 }), "each visit that is left out says why")
}

// affectedRounds shows who goes to those whom the incident hits.
func (p *play) affectedRounds(ctx context.Context, d *actor, run client.PlanRun) error {
	r, err := d.api.GetDayWithResponse(ctx, p.region.ID, p.date)
	if err := d.answered(err, http.StatusOK); err != nil {
		return err
	}
	p.request(d)
	hit := map[client.ID]bool{}
	for _, x := range p.affected {
		hit[deref(x.TicketID)] = true
	}
	var rows [][]string
	planned := 0
	for _, x := range r.JSON200.Rounds {
		var whom []string
		for _, s := range x.Stops {
			if hit[s.Visit.TicketID] {
				whom = append(whom, p.at(deref(s.Visit.PlannedStart))+" "+s.SpokenName)
				planned++
			}
		}
		if len(whom) > 0 {
			rows = append(rows, []string{x.Technician.Name, fmt.Sprint(len(x.Stops)), fmt.Sprintf("%.90s", joined(whom))})
		}
	}
	p.table([]string{"technician", "stops", "of which hit by the virus"}, rows)
	waiting := 0
	for _, w := range r.JSON200.Waiting {
		if hit[w.Visit.TicketID] {
			waiting++
		}
	}
	p.check(planned+waiting == len(p.affected), "of the %d who are hit, %d are on a round today and %d wait with a reason", len(p.affected), planned, waiting)
	p.check(run.State == client.PlanRunStatePublished, "the run is published")
	p.knows("every technician knows today's way; no promise has moved")
	return nil
}

func joined(list []string) string {
	s := ""
	for i, x := range list {
		if i > 0 {
			s += ", "
		}
		s += x
	}
	return s
}

// openPromises reads every promise that stands, by its id.
func (p *play) openPromises(ctx context.Context) (map[client.ID]client.Promise, error) {
	d, err := p.cast.as(ctx, dora)
	if err != nil {
		return nil, err
	}
	list, err := p.promises(ctx, d, client.ListPromisesParams{State: []client.PromiseState{client.PromiseStateOpen}})
	out := map[client.ID]client.Promise{}
	for _, x := range list {
		out[x.ID] = x
	}
	return out, err
}

// promises reads all pages of a list of promised arrivals.
func (p *play) promises(ctx context.Context, a *actor, params client.ListPromisesParams) ([]client.Promise, error) {
	var out []client.Promise
	params.Limit = new(200)
	params.Kind = []client.PromiseKind{client.PromiseKindArrival}
	for {
		r, err := a.api.ListPromisesWithResponse(ctx, &params)
		if err := a.answered(err, http.StatusOK); err != nil {
			return nil, err
		}
		out = append(out, r.JSON200.Items...)
		next := nextPage(a.tape.last.header.Get("Link"))
		if next == "" {
			slices.SortFunc(out, func(x, y client.Promise) int { return x.MadeAt.Compare(y.MadeAt) })
			return out, nil
		}
		params.After = &next
	}
}

// pause waits, unless the story is stopped.
func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
