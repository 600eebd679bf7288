package day

import (
	"slices"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/ids"
	"roundsman/routing"
)

// order gives one round its own visits in another order.
func (t *trial) order(o *Order) {
	for i := range t.days {
		shift, ok := t.days[i].shiftOf(o.RoundID)
		if !ok {
			continue
		}
		s := t.days[i]
		was := s.rounds[shift].visits
		var visits []int
		for _, id := range o.Visits {
			k, known := s.day.find(id)
			switch {
			case !known || !slices.Contains(was, k):
				t.block("visit_missing", "a visit that is named is not in this round any more; read the round again")
				return
			case slices.Contains(visits, k):
				t.block("visit_twice", "the visit to %s stands twice in the order; name each visit once", s.day.Visits[k].PersonName)
				return
			}
			visits = append(visits, k)
		}
		if len(visits) != len(was) {
			t.block("visit_left_out", "the round has %d visits and the order names %d; name every one, also those that are over", len(was), len(visits))
			return
		}
		if head := len(s.p.Shifts[shift].Frozen); !slices.Equal(visits[:head], was[:head]) {
			t.block("round_begun", "the first %d stops have begun or are over; leave them in front as they were", head)
			return
		}
		t.set(i, shift, visits)
		return
	}
	t.block("round_missing", "the round is not on these days any more")
}

// pin holds a visit where it is, or lets it go. Nobody moves by it.
func (t *trial) pin(p *Pin) {
	i, shift, at, ok := t.where(p.VisitID)
	if !ok {
		t.block("visit_waiting", "the visit is in no round; give it a place before it is held there")
		return
	}
	if v := t.days[i].day.Visits[t.days[i].rounds[shift].visits[at]]; v.State.Started() || v.State.Over() {
		t.block("visit_begun", "the visit to %s is %s; what has begun is not pinned", v.PersonName, v.State)
		return
	}
	stands := t.days[i].arrival(shift, at)
	s := t.write(i)
	k := s.rounds[shift].visits[at]
	v := &s.day.Visits[k]
	held := v.pinned()
	v.PinTime, v.PinShift, v.PinnedStart = p.Time, p.Technician, nil
	s.p.Visits[k].Pin, s.p.Visits[k].Allowed = nil, nil
	if p.Technician {
		s.p.Visits[k].Allowed = []int{shift}
	}
	if p.Time || p.Technician {
		t.held = &p.VisitID
	}
	if p.Time {
		if held == nil {
			held = &stands
		}
		v.PinnedStart = held
		start := s.day.told(s.p, s.rounds[shift].visits, at, *held)
		s.p.Visits[k].Pin = &routing.Pin{Start: &start}
	}
	t.set(i, shift, s.rounds[shift].visits)
	if v.Follows != nil {
		t.retie(i)
	}
}

// takeOut lets a visit wait again.
func (t *trial) takeOut(o *TakeOut) {
	i, shift, at, ok := t.where(o.VisitID)
	if !ok {
		t.block("visit_waiting", "the visit is in no round already")
		return
	}
	k := t.days[i].rounds[shift].visits[at]
	switch v := &t.days[i].day.Visits[k]; {
	case v.State.Started() || v.State.Over():
		t.block("visit_begun", "the visit to %s is %s; what has begun can't be taken out", v.PersonName, v.State)
		return
	case v.Promise != nil:
		t.block("visit_promised", "%s was promised this visit; move it inside its window, or agree another window with the customer first", v.PersonName)
		return
	}
	t.set(i, shift, slices.Delete(slices.Clone(t.days[i].rounds[shift].visits), at, at+1))
	if s := t.days[i]; s.day.Visits[k].Follows != nil { // what waits is held nowhere, and nobody waits for it
		v := &s.day.Visits[k]
		v.PinTime, v.PinShift, v.PinnedStart = false, false, nil
		s.p.Visits[k].Pin, s.p.Visits[k].Allowed = nil, nil
		t.retie(i)
	}
	t.waiting = append(t.waiting, lost{i, o.VisitID, []dispatch.Clause{{Code: "taken_out", Text: "taken out of its round by hand"}}})
}

// urgency gives a visit another priority before it is put anywhere.
func (t *trial) urgency(u *Urgency) {
	for i := range t.days {
		if k, ok := t.days[i].day.find(u.VisitID); ok {
			s := t.write(i)
			s.day.Visits[k].Priority = u.Priority
			s.p.Visits[k].Priority = uint8(min(max(u.Priority, 1), 9))
			return
		}
	}
	t.block("visit_missing", "the visit is not on these days any more")
}

// shiftByID finds a shift among the days.
func (t *trial) shiftByID(id ids.ID) (day, shift int, ok bool) {
	for i := range t.days {
		if k := slices.IndexFunc(t.days[i].day.Shifts, func(s Shift) bool { return s.ID == id }); k >= 0 {
			return i, k, true
		}
	}
	t.block("shift_missing", "the shift is not on these days any more")
	return 0, 0, false
}

// stretch lets a shift last longer, or no longer.
func (t *trial) stretch(x *Stretch) {
	if i, k, ok := t.shiftByID(x.ShiftID); ok {
		t.write(i).day.Shifts[k].Overtime = time.Duration(x.Minutes) * time.Minute
		t.reshift(i, k)
	}
}

// rest puts a shift's break elsewhere.
func (t *trial) rest(r *Rest) {
	if i, k, ok := t.shiftByID(r.ShiftID); ok {
		s := &t.write(i).day.Shifts[k]
		s.BreakFrom, s.BreakUntil, s.Break = r.From, r.Until, time.Duration(r.Minutes)*time.Minute
		t.reshift(i, k)
	}
}

// obstacles names every rule that keeps a visit out of a shift though nothing else
// were in it but what has begun, one clause a rule; none when it is the others in
// the round that leave no room.
func (t *trial) obstacles(i, shift, visit int) []dispatch.Clause {
	s := t.days[i]
	var alone []int
	for _, f := range s.p.Shifts[shift].Frozen {
		alone = append(alone, f.Visit)
	}
	alone = append(alone, visit)
	q := *s.p
	q.Shifts, q.Visits = slices.Clone(q.Shifts), slices.Clone(q.Visits)
	v, sh := &q.Visits[visit], &q.Shifts[shift]
	var out []dispatch.Clause
	var tt routing.Timetable
	for range 8 { // each turn sets one rule aside
		r := routing.EvaluateRound(&q, shift, alone, &tt)
		if !r.Refused() {
			break
		}
		out = append(out, s.clause(shift, r))
		switch r.Clause {
		case routing.ClauseSkill:
			v.Skills = nil
		case routing.ClauseKit:
			v.Kit = nil
		case routing.ClauseWindow:
			v.Windows = nil
		case routing.ClausePin, routing.ClauseAllowed:
			v.Pin, v.Allowed = nil, nil
		case routing.ClauseShift:
			sh.Overtime += 24 * 3600
		case routing.ClauseBreak:
			sh.Breaks = nil
		default:
			return out
		}
	}
	return out
}
