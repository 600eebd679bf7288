package day

import (
	"cmp"
	"fmt"
	"slices"

	"roundsman/dispatch"
	"roundsman/internal/ids"
	"roundsman/routing"
)

// repair brings every round that the change has touched back to what can be
// driven, with every promise above the risk floor where that is possible. It
// moves as few visits as it can: those without a promise first, of them the
// least urgent. Each visit is moved once at most, so it ends.
func (t *trial) repair() {
	for i := range t.days {
		var pool []int
		for shift := range t.touched[i] {
			if t.touched[i][shift] {
				pool = append(pool, t.relieve(i, shift)...)
			}
		}
		t.resettle(i, pool)
	}
}

// ails says whether a round can't stay as it is: it breaks a hard rule, or a
// promise of it has fallen below the risk floor though it was above before.
//
// A round that could not be driven even before the change, because the day went
// otherwise than planned, ails only when the change makes its end later: what
// changes nothing moves nobody.
func (t *trial) ails(i int, r *round, chance []float64) bool {
	if r.refusal.Refused() {
		was := &t.Board.days[i].rounds[r.tt.Shift]
		if !was.refusal.Refused() || r.tt.Return > was.tt.Return {
			return true
		}
	}
	for _, v := range r.visits {
		if t.days[i].day.Visits[v].Promise != nil && chance[v] < t.floors.Risk && chance[v] < t.before(i, v) {
			return true
		}
	}
	return false
}

// before is the chance that a promise had when the question was asked; one that
// the change itself would make had none yet.
func (t *trial) before(i, visit int) float64 {
	v := &t.days[i].day.Visits[visit]
	if v.Promise == nil || v.Promise.ID == ids.Nil {
		return 1
	}
	if k, ok := t.Board.days[i].day.find(v.ID); ok {
		return t.Board.days[i].chance[k]
	}
	return 1
}

// relieve takes visits out of a round until it no longer ails.
func (t *trial) relieve(i, shift int) (out []int) {
	for range len(t.days[i].rounds[shift].visits) + 1 {
		s := t.days[i]
		r := &s.rounds[shift]
		if !t.ails(i, r, s.chance) {
			return out
		}
		victim, ok := t.victim(i, shift)
		if !ok {
			return out
		}
		out = append(out, r.visits[victim])
		t.set(i, shift, slices.Delete(slices.Clone(r.visits), victim, victim+1))
	}
	return out
}

// victim chooses whom to take out. First goes who could not stay even alone.
// Then whoever without a promise cures the round by leaving; then others without
// one, as long as the round would be sound without all of them; only then
// somebody who holds a promise. Of equals the least urgent goes.
func (t *trial) victim(i, shift int) (int, bool) {
	s := t.days[i]
	r := &s.rounds[shift]
	type choice struct {
		at              int
		rank            int
		priority, freed int
	}
	var list []choice
	scratch := slices.Clone(s.chance)
	sound := func(visits []int) (round, bool) {
		p := s.day.appoint(s.p, visits)
		rest := evaluate(p, shift, visits)
		s.judge(p, &rest, scratch)
		cures := !t.ails(i, &rest, scratch)
		copy(scratch, s.chance)
		return rest, cures
	}
	movable := func(v *Visit) bool { return !t.fixed[v.ID] && !v.PinShift && !v.PinTime }
	head := len(s.p.Shifts[shift].Frozen)
	bare := slices.DeleteFunc(slices.Clone(r.visits), func(k int) bool {
		v := &s.day.Visits[k]
		return !slices.Contains(r.visits[:head], k) && v.Promise == nil && movable(v)
	})
	_, light := sound(bare)
	for at := head; at < len(r.visits); at++ {
		v := &s.day.Visits[r.visits[at]]
		if !movable(v) {
			continue
		}
		rest, cures := sound(slices.Delete(slices.Clone(r.visits), at, at+1))
		c := choice{at: at, priority: v.Priority, freed: int(r.tt.Return - rest.tt.Return)}
		switch promised := v.Promise != nil; {
		case t.refusedAlone(i, shift, r.visits[at]).Refused():
		case !promised && cures:
			c.rank = 1
		case !promised && light:
			c.rank = 2
		case promised && cures:
			c.rank = 3
		case promised:
			c.rank = 4
		default:
			c.rank = 5
		}
		list = append(list, c)
	}
	if len(list) == 0 {
		return 0, false
	}
	best := slices.MinFunc(list, func(a, b choice) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), -cmp.Compare(a.priority, b.priority),
			-cmp.Compare(a.freed, b.freed), -cmp.Compare(a.at, b.at))
	})
	return best.at, true
}

func flag(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// resettle finds each visit taken out another place on the day: promised ones
// first, by priority and the end of their window.
func (t *trial) resettle(i int, pool []int) {
	s := t.days[i]
	slices.SortStableFunc(pool, func(a, b int) int {
		x, y := &s.day.Visits[a], &s.day.Visits[b]
		if c := -flag(x.Promise != nil, y.Promise != nil); c != 0 {
			return c
		}
		if c := cmp.Compare(x.Priority, y.Priority); c != 0 || x.Promise == nil {
			return c
		}
		return x.Promise.End.Compare(y.Promise.End)
	})
	moved := map[int]bool{}
	for _, v := range pool {
		moved[v] = true
	}
	for n := 0; n < len(pool); n++ {
		v := pool[n]
		s := t.days[i]
		places := t.places(i, v, guardRisk)
		if len(places) == 0 && s.day.Visits[v].Promise != nil {
			if p, out, ok := t.instead(i, v, moved); ok {
				moved[out] = true
				pool = append(pool, out)
				t.set(i, p.shift, p.visits)
				continue
			}
			places = t.places(i, v, guardRules) // late is better than never
		}
		if len(places) == 0 {
			s = t.write(i)
			if s.day.Visits[v].Promise != nil {
				s.chance[v] = 0
			}
			t.waiting = append(t.waiting, lost{i, s.day.Visits[v].ID, t.reasons(i, v)})
			continue
		}
		t.set(i, places[0].shift, places[0].visits)
	}
}

// instead finds a place for a promised visit that somebody without a promise,
// and no more urgent, gives up: the least urgent, where it costs least.
func (t *trial) instead(i, visit int, moved map[int]bool) (best place, out int, ok bool) {
	s := t.days[i]
	scratch := slices.Clone(s.chance)
	least := func(a, b int) int { return cmp.Compare(s.day.Visits[b].Priority, s.day.Visits[a].Priority) }
	for shift := range s.rounds {
		if routing.Suits(s.p, shift, visit).Refused() {
			continue
		}
		r := &s.rounds[shift]
		head := len(s.p.Shifts[shift].Frozen)
		for n := head; n < len(r.visits); n++ {
			v := &s.day.Visits[r.visits[n]]
			if v.Promise != nil || moved[r.visits[n]] || t.fixed[v.ID] || v.PinShift || v.PinTime || v.Priority < s.day.Visits[visit].Priority {
				continue
			}
			rest := slices.Delete(slices.Clone(r.visits), n, n+1)
			for at := head; at <= len(rest); at++ {
				c := place{shift: shift, at: at, visits: slices.Insert(slices.Clone(rest), at, visit)}
				if routing.EvaluateRound(s.day.appoint(s.p, c.visits), shift, c.visits, &c.tt).Refused() || disorder(s.p, c.visits).Refused() {
					continue
				}
				c.late, c.cost = c.tt.Late-r.tt.Late, routing.RoundCost(s.p, &c.tt)-routing.RoundCost(s.p, &r.tt)
				if ok && cmp.Or(least(r.visits[n], out), cmp.Compare(c.late, best.late), cmp.Compare(c.cost, best.cost)) >= 0 {
					continue
				}
				if t.guarded(s, &c, visit, t.floors.Risk, scratch) {
					best, out, ok = c, r.visits[n], true
				}
			}
		}
	}
	return best, out, ok
}

// reasons says truly, technician by technician, why a visit has no place on a day.
func (t *trial) reasons(i, visit int) []dispatch.Clause {
	s := t.days[i]
	if len(s.rounds) == 0 {
		return []dispatch.Clause{{Code: "no_shift", Text: "nobody works on that day"}}
	}
	var out []dispatch.Clause
	for shift := range s.rounds {
		c := s.why(t, i, shift, visit)
		id := s.day.Shifts[shift].TechnicianID
		c.TechnicianID, c.TechnicianName = &id, s.day.Shifts[shift].Name
		out = append(out, c)
	}
	return out
}

func (s *sheet) why(t *trial, i, shift, visit int) dispatch.Clause {
	if r := t.refusedAlone(i, shift, visit); r.Refused() {
		return s.clause(shift, r)
	}
	r := &s.rounds[shift]
	var tt routing.Timetable
	fits, kit := false, true
	for at := len(s.p.Shifts[shift].Frozen); at <= len(r.visits); at++ {
		visits := slices.Insert(slices.Clone(r.visits), at, visit)
		refusal := routing.EvaluateRound(s.day.appoint(s.p, visits), shift, visits, &tt)
		fits = fits || !refusal.Refused() && !disorder(s.p, visits).Refused()
		kit = kit && refusal.Clause == routing.ClauseKit
	}
	minutes := s.day.Visits[visit].Minutes
	switch {
	case fits:
		return dispatch.Clause{Code: "breaks_promise", Text: fmt.Sprintf("%d minutes fit only at the cost of a promise that stands", minutes)}
	case kit:
		return dispatch.Clause{Code: "kit_used", Text: "all of the model that the kit holds is needed for other visits"}
	}
	return dispatch.Clause{Code: "no_gap", Text: fmt.Sprintf("no gap of %d minutes and the way there is left in the round", minutes)}
}

// clause puts a refusal of one visit alone into words.
func (s *sheet) clause(shift int, r routing.Refusal) dispatch.Clause {
	sh := &s.day.Shifts[shift]
	c := dispatch.Clause{Code: string(r.Clause)}
	var v Visit
	if r.Visit >= 0 {
		v = s.day.Visits[r.Visit]
	}
	switch {
	case absent(&s.p.Shifts[shift]) && (r.Clause == routing.ClauseShift || r.Clause == routing.ClauseBreak || r.Clause == routing.ClauseWindow):
		c.Code, c.Text = "absent", sh.Name+" is away"
		id := sh.TechnicianID
		c.TechnicianID, c.TechnicianName = &id, sh.Name
		return c
	}
	switch {
	case r.Clause == routing.ClauseAllowed && s.day.early(&v):
		c.Code, c.Text = string(routing.ClauseAfter), fmt.Sprintf("the first part of the work for %s is on %s; this one comes behind it", v.PersonName, *v.FollowsOn)
		return c
	case r.Clause == routing.ClauseAllowed && s.outrun(r.Visit):
		c.Code, c.Text = string(routing.ClauseAfter), fmt.Sprintf("the rest of the work for %s is planned on %s, before that; move it first", v.PersonName, *v.RestOn)
		return c
	}
	switch r.Clause {
	case routing.ClauseSkill:
		c.Text = fmt.Sprintf("%s lacks the skill %s at level %d", sh.Name, v.SkillCode, v.SkillLevel)
	case routing.ClauseKit:
		c.Text = fmt.Sprintf("%s has nothing of the needed model left in the kit", sh.Name)
	case routing.ClauseWindow:
		c.Text = fmt.Sprintf("%s can't be there while %s is open", sh.Name, v.SiteName)
	case routing.ClauseShift:
		c.Text = fmt.Sprintf("%s would be back after %s, overtime included", sh.Name, dispatch.ClockWords(s.day.instant(s.p.Shifts[shift].Work.End+s.p.Shifts[shift].Overtime), s.day.Zone))
	case routing.ClauseBreak:
		c.Text = fmt.Sprintf("%s could not take the break or be away as entered", sh.Name)
	case routing.ClauseNoWay:
		c.Text = fmt.Sprintf("no road leads %s there and back", sh.Name)
	case routing.ClauseAfter:
		c.Text = fmt.Sprintf("%s would be with %s for the rest of the work before the first part is over", sh.Name, v.PersonName)
	case routing.ClauseAllowed, routing.ClausePin:
		c.Text = fmt.Sprintf("the visit is pinned to another round or time than %s can serve", sh.Name)
	default:
		c.Text = "the round can't take it: " + string(r.Clause)
	}
	id := sh.TechnicianID
	c.TechnicianID, c.TechnicianName = &id, sh.Name
	return c
}
