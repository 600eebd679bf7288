package day

import (
	"context"
	"fmt"
	"slices"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
	"roundsman/routing"
	"roundsman/routing/solve"
)

// draftLife is how long a draft may be published: a plan of the night is looked
// at in the morning, and its versions say whether it still fits.
const draftLife = 24 * time.Hour

// enough iterations a visit: ten times what the annealing wants to cool slowly.
// A large day runs out of time before, a small one has its best rounds and is
// not searched for the rest of the seconds.
const enough = 500

// Search bounds a search for better rounds of one day.
type Search struct {
	Seed       uint64
	Time       time.Duration // 0: no bound by time
	Iterations int           // 0: as many as are worth it for the visits there are
	MostMoved  *int          // of those promised and planned; nil: as many as are worth it
	// Progress is told how far the search is: 0 to 1, iterations, visits left out.
	Progress func(done float64, iterations, unassigned int)
}

// Planned is what a search found: a change of whole rounds and its outcome.
type Planned struct {
	Change     Change
	Outcome    Outcome
	Iterations int
	Assigned   int
	Before     string // the score of the rounds as they stand
	After      string // the score of those found
}

// Plan searches for better rounds of one day, beginning with those that stand.
// It stops when ctx is done and gives the best it has. Every plan is judged by
// routing.Check, which shares no code with the search, before it is shown.
//
// Codes: "day_missing", "plan_wrong" when the judge finds fault with it.
func (b *Board) Plan(ctx context.Context, k dispatch.DayKey, s Search) (Planned, error) {
	t := b.trial(Change{})
	i, ok := t.dayOf(k)
	if !ok {
		return Planned{}, fault.New(fault.NotFound, "day_missing", "nobody works on %s there; choose a day with shifts", k.Date)
	}
	sh := t.days[i]
	start := sh.plan()
	p := *sh.p
	p.Scenarios = nil // the search goes by planned times; chances are judged afterwards
	p.Visits, p.MostMoved = sh.meeting(), s.MostMoved
	iterations := s.Iterations
	if iterations == 0 {
		iterations = enough * max(1, len(p.Visits))
	}
	out := Planned{Before: "not drivable as it stands"}
	if _, score, err := routing.Evaluate(&p, start); err == nil {
		out.Before = Words(score)
	}
	options := solve.Options{Seed: s.Seed, Time: s.Time, Iterations: iterations,
		Progress: func(g solve.Progress) {
			if s.Progress != nil {
				s.Progress(g.Done, g.Iterations, g.Unassigned)
			}
		}}
	res, err := solve.Solve(ctx, &p, start, options)
	if err == nil && sh.misses(&p, res.Plan) {
		sh.day.keepApart(&p)
		res, err = solve.Solve(ctx, &p, start, options)
	}
	if err != nil {
		return Planned{}, fmt.Errorf("planning %s: %w", k.Date, err)
	}
	if broken := routing.Check(&p, res.Plan, res.Timetables); len(broken) > 0 {
		return Planned{}, fault.New(fault.Internal, "plan_wrong", "the planner made a plan that breaks a rule; please report it: %s", broken[0])
	}
	out.Iterations, out.After = res.Iterations, Words(res.Score)
	act := &Reorder{Day: k}
	for n, r := range res.Plan.Rounds {
		o := Order{RoundID: sh.day.Shifts[n].RoundID, Visits: []ids.ID{}}
		for _, v := range r.Visits {
			o.Visits = append(o.Visits, sh.day.Visits[v].ID)
			out.Assigned++
		}
		act.Rounds = append(act.Rounds, o)
	}
	out.Change = Change{Kind: KindPlan, Acts: []Act{{Rounds: act}}}
	out.Outcome = b.Try(out.Change)
	out.Outcome.ExpiresAt = b.now.Add(draftLife)
	out.Outcome.Unassigned, err = t.leftOut(i, &p, res.Plan)
	return out, err
}

// misses says whether a plan can't be driven once held arrivals are told in its order:
// the search knows only those of the order before.
func (s *sheet) misses(p *routing.Problem, plan *routing.Plan) bool {
	var tt routing.Timetable
	for shift, r := range plan.Rounds {
		if q := s.day.appoint(p, r.Visits); q != p && routing.EvaluateRound(q, shift, r.Visits, &tt).Refused() {
			return true
		}
	}
	return false
}

// keepApart has access paid at and behind every held arrival, whoever comes before: then
// it is told the same in every order, and no earlier than it is kept.
func (d *Day) keepApart(p *routing.Problem) {
	p.Visits = slices.Clone(p.Visits)
	for i := range p.Visits {
		v := &p.Visits[i]
		if at := d.Visits[i].pinned(); at != nil && v.Pin != nil && v.Pin.Start != nil {
			v.Site = len(p.Visits) + i // nobody else's
			start := d.told(p, []int{i}, 0, *at)
			v.Pin = &routing.Pin{Shift: v.Pin.Shift, Start: &start}
		}
	}
}

// plan is the day's rounds as they stand.
func (s *sheet) plan() *routing.Plan {
	plan := &routing.Plan{Rounds: make([]routing.Round, len(s.rounds))}
	for k := range s.rounds {
		plan.Rounds[k].Visits = append([]int{}, s.rounds[k].visits...)
	}
	for v := range s.day.Visits {
		if !s.placed(v) {
			plan.Unassigned = append(plan.Unassigned, v)
		}
	}
	return plan
}

// leftOut gives the true reasons for each visit that a plan leaves out.
func (t *trial) leftOut(i int, p *routing.Problem, plan *routing.Plan) ([]dispatch.UnassignedVisit, error) {
	s := t.days[i]
	out := []dispatch.UnassignedVisit{}
	if len(plan.Unassigned) == 0 {
		return out, nil
	}
	stand, err := solve.Stand(p, plan)
	if err != nil {
		return nil, fmt.Errorf("explaining what the plan leaves out: %w", err)
	}
	for _, v := range plan.Unassigned {
		x := &s.day.Visits[v]
		u := dispatch.UnassignedVisit{VisitID: x.ID, TicketID: x.TicketID, TicketNumber: x.Number, PersonName: x.PersonName}
		for _, r := range stand.Reasons(v) {
			u.Reasons = append(u.Reasons, s.reasoned(v, r))
		}
		out = append(out, u)
	}
	return out, nil
}

// reasoned puts the planner's reason into the words of the trade.
func (s *sheet) reasoned(visit int, r solve.Reason) dispatch.Clause {
	sh := &s.day.Shifts[r.Shift]
	c := s.clause(r.Shift, routing.Refusal{Clause: r.Clause, Visit: visit, Item: r.Item})
	switch {
	case r.Kind == solve.Alone:
	case r.Kind == solve.Searched:
		c.Code, c.Text = "search_limit", sh.Name+" could take it; the search ended before it was placed"
	case r.Clause == solve.ClausePromise:
		c.Code, c.Text = "breaks_promise", sh.Name+" could take it only by being late for a promise"
		if r.Blocker >= 0 && r.Blocker != visit {
			c.Text += " to " + s.day.Visits[r.Blocker].PersonName
		}
	case r.Clause == routing.ClauseAfter:
		c.Code, c.Text = "out_of_order", "the visit that comes before it is in no round"
	case r.Clause == routing.ClauseKit:
		c.Code, c.Text = "kit_used", sh.Name+" needs all of the model that the kit holds for other visits"
	default:
		c.Code, c.Text = "no_gap", fmt.Sprintf("%s has no gap of %d minutes and the way there left", sh.Name, s.day.Visits[visit].Minutes)
	}
	return c
}

// Words says a score: what is left out by priority, lateness, cost.
func Words(s routing.Score) string {
	left, late := 0, routing.Seconds(0)
	for p := range s.Unserved {
		left += s.Unserved[p]
		late += s.Late[p]
	}
	words := fmt.Sprintf("%d left out, %d min late, cost %d", left, late/60, s.Cost)
	if s.Excess > 0 {
		words += fmt.Sprintf(", %d more moved than asked for", s.Excess)
	}
	return words
}
