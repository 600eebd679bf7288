package day

import (
	"slices"
	"time"

	"roundsman/routing"
)

// follow notes who comes after whom on the day. What is over nobody waits for; for what
// is on a later day see early.
func (d *Day) follow(p *routing.Problem) {
	for i := range d.Visits {
		v := &d.Visits[i]
		if v.Follows == nil || v.PinTime || v.State.Started() || v.State.Over() {
			continue
		}
		if k, ok := d.find(*v.Follows); ok && !d.Visits[k].State.Over() {
			p.Visits[i].After = []int{k}
		}
	}
}

// early says whether a visit is to be on a day on which what comes before it is not even
// planned yet: that is on a later one.
func (d *Day) early(v *Visit) bool {
	return v.Follows != nil && v.FollowsOn != nil && *v.FollowsOn > d.Key.Date && !v.PinTime && !v.State.Started() && !v.State.Over()
}

// bar keeps out of a day's rounds who is too early for it. Who is in one already stays:
// it is for a dispatcher to move either.
func (d *Day) bar(p *routing.Problem) {
	for i := range d.Visits {
		v := &d.Visits[i]
		if d.early(v) && !slices.ContainsFunc(d.Shifts, func(s Shift) bool { return slices.Contains(s.Visits, v.ID) }) {
			p.Visits[i].Allowed = []int{}
		}
	}
}

// overtakes refuses to put a visit behind what was cut off it, on a day after that.
// Where the customer is promised another window they come first.
func (t *trial) overtakes(p *Put, v *Visit) bool {
	if v.RestOn == nil || *v.RestOn >= p.Day.Date || t.promises {
		return false
	}
	if i, _, _, in := t.where(v.ID); in && t.days[i].day.Key == p.Day {
		return false // it is on that day already
	}
	t.block("out_of_order", "the rest of the work for %s is planned on %s, before that; move it first", v.PersonName, *v.RestOn)
	return true
}

// disorder refuses a round in which somebody stands before the visit that comes before
// theirs: the evaluation of one round does not judge that.
func disorder(p *routing.Problem, visits []int) routing.Refusal {
	for n, v := range visits {
		for _, first := range p.Visits[v].After {
			if slices.Contains(visits[n+1:], first) {
				return routing.Refusal{Clause: routing.ClauseAfter, Visit: v}
			}
		}
	}
	return routing.Refusal{}
}

// joined gives the visit that another one joins: it is held at the same instant, and
// neither has begun.
func (d *Day) joined(v *Visit) (first int, ok bool) {
	if v.Follows == nil || v.State.Started() || v.State.Over() {
		return 0, false
	}
	k, found := d.find(*v.Follows)
	if !found || d.Visits[k].State.Started() || d.Visits[k].State.Over() {
		return 0, false
	}
	at, planned := v.pinned(), d.Visits[k].PlannedStart
	return k, at != nil && planned != nil && at.Equal(*planned)
}

// await lets nobody begin before those who join them are there.
func (d *Day) await(p *routing.Problem) {
	for i := range d.Visits {
		if k, ok := d.joined(&d.Visits[i]); ok {
			p.Visits[k].Release = max(p.Visits[k].Release, *p.Visits[i].Pin.Start)
		}
	}
}

// retie notes anew who comes after whom and who waits for whom, after a visit was held
// otherwise or taken out. Whoever is awaited no more need not wait.
func (t *trial) retie(i int) {
	s := t.write(i)
	before := make([]routing.Seconds, len(s.p.Visits))
	for k := range s.p.Visits {
		v := &s.p.Visits[k]
		before[k], v.After, v.Release = v.Release, nil, 0
	}
	s.day.follow(s.p)
	s.day.await(s.p)
	for r := range s.rounds {
		visits := s.rounds[r].visits
		// Those that come after others get their instants behind all acts; see wait.
		if slices.ContainsFunc(visits, func(k int) bool { return s.p.Visits[k].Release != before[k] && len(s.p.Visits[k].After) == 0 }) {
			t.set(i, r, visits)
		}
	}
}

// outrun says whether a visit waits though what was cut off it is planned on a day before.
func (s *sheet) outrun(visit int) bool {
	rest := s.day.Visits[visit].RestOn
	return rest != nil && *rest < s.day.Key.Date && !s.placed(visit)
}

// meeting gives the visits of the problem for a search: those who are joined, and in
// their rounds, begin at once wherever they go. Who waits, though what was cut off them
// is planned on a day before, is put nowhere.
func (s *sheet) meeting() []routing.Visit {
	visits := slices.Clone(s.p.Visits)
	for i := range s.day.Visits {
		if s.outrun(i) {
			visits[i].Allowed = []int{}
		}
	}
	for i := range s.day.Visits {
		k, ok := s.day.joined(&s.day.Visits[i])
		if !ok || visits[i].Service == 0 || visits[k].Service == 0 || !s.placed(i) || !s.placed(k) {
			continue
		}
		visits[i].Meet, visits[k].Meet = k+1, k+1
	}
	return visits
}

// wait lets visits begin when those are over that come before them in other rounds;
// redo evaluates a round anew after one of its visits has got another instant. In one
// round it is the order that counts.
//
// Releases follow one another at most as often as there are visits that wait, unless
// they wait for each other: then the last word is that nobody comes so late.
func (s *sheet) wait(redo func(shift int)) {
	var waiting []int
	for v := range s.p.Visits {
		if len(s.p.Visits[v].After) > 0 {
			waiting = append(waiting, v)
		}
	}
	for range waiting {
		changed := false
		for _, v := range waiting {
			shift, _ := s.stop(v)
			before, end := s.stop(s.p.Visits[v].After[0])
			if shift < 0 || before < 0 || shift == before {
				end = 0
			}
			if shift >= 0 && s.p.Visits[v].Release != end {
				s.p.Visits[v].Release = end
				redo(shift)
				changed = true
			}
		}
		if !changed {
			return
		}
	}
}

// pass touches the rounds in which somebody comes after a visit of one that is touched,
// and is not reached any more when they were to be.
func (t *trial) pass(i int) {
	s := t.days[i]
	for changed := true; changed; {
		changed = false
		for k := range s.day.Visits {
			v := &s.day.Visits[k]
			if v.Follows == nil || v.PlannedStart == nil || v.State.Started() || v.State.Over() {
				continue
			}
			_, shift, at, placed := t.where(v.ID)
			_, before, _, known := t.where(*v.Follows)
			if !placed || !known || t.touched[i][shift] || !t.touched[i][before] || at >= len(s.rounds[shift].tt.Stops) {
				continue
			}
			if s.arrival(shift, at).Sub(*v.PlannedStart).Abs() >= time.Minute {
				t.touched[i][shift], changed = true, true
			}
		}
	}
}

// stop gives a visit's shift and when it is over there; -1 where it has no times.
func (s *sheet) stop(visit int) (shift int, end routing.Seconds) {
	for i := range s.rounds {
		stops := s.rounds[i].tt.Stops
		if k := slices.IndexFunc(stops, func(st routing.Stop) bool { return st.Visit == visit }); k >= 0 {
			return i, stops[k].End
		}
	}
	return -1, 0
}

// wait is that of every day that the trial has touched.
func (t *trial) wait() {
	for i := range t.days {
		if slices.Contains(t.touched[i], true) && slices.ContainsFunc(t.days[i].p.Visits, func(v routing.Visit) bool { return len(v.After) > 0 }) {
			s := t.write(i)
			s.wait(func(shift int) { t.set(i, shift, s.rounds[shift].visits) })
		}
	}
}
