package routing

import "slices"

// claims judges a claimed timetable: each figure must be possible given the one
// before it, and each sum must be right.
func (j *judge) claims(shift int, visits []int, tt *Timetable) {
	s, w := &j.p.Shifts[shift], j.setting(shift)
	if len(tt.Stops) != len(visits) || tt.Shift != shift {
		j.say(BrokenShape, shift, -1, "the timetable is of shift %d with %d stops, the round has %d", tt.Shift, len(tt.Stops), len(visits))
		return
	}
	for i, f := range s.Frozen {
		if tt.Stops[i].Visit != f.Visit || tt.Stops[i].Start != f.Start || tt.Stops[i].End != f.End {
			j.say(BrokenFrozen, shift, f.Visit, "its times must stay %d to %d", f.Start, f.End)
		}
	}
	if len(visits) == 0 && !w.moving {
		if tt.Travel != 0 || tt.Metres != 0 || tt.Waiting != 0 || tt.Overtime != 0 || tt.Late != 0 || tt.Duty != 0 {
			j.say(BrokenSum, shift, -1, "an empty round has no figures")
		}
		return
	}
	j.claimedBreaks(shift, w, tt)
	t := walker{judge: j, shift: shift, tt: tt, free: w.first, at: w.at, legs: j.p.Tables[s.Table]}
	if len(visits) == len(s.Frozen) || w.moving {
		t.begun = w.first
	} else {
		t.begun = tt.Leave
		if tt.Leave < w.first {
			j.say(BrokenNow, shift, visits[0], "leaves at %d, before %d", tt.Leave, w.first)
		}
		first := tt.Stops[0].Leave
		if len(tt.Calls) > 0 && tt.Calls[0].Before == 0 {
			first = tt.Calls[0].Leave
		}
		if tt.Leave > first {
			j.say(BrokenSum, shift, visits[0], "the round leaves at %d, its first leg at %d", tt.Leave, first)
		}
		// A break before leaving is time off at home.
		for _, b := range tt.Breaks {
			if b.End <= tt.Leave {
				t.atHome += b.End - b.Start
			}
		}
	}
	for i := len(s.Frozen); i < len(visits); i++ {
		away := len(tt.Calls) == 1 && tt.Calls[0].Before == i && s.Restock != nil
		if away {
			t.call(s.Restock, tt.Calls[0])
		}
		t.stop(i, visits, away)
	}
	t.home(s, w)
}

// claimedBreaks: all that are owed, whole, in order, inside their windows.
func (j *judge) claimedBreaks(shift int, w setting, tt *Timetable) {
	if len(tt.Breaks) != len(w.owed) {
		j.say(BrokenBreak, shift, -1, "%d breaks owed, %d planned", len(w.owed), len(tt.Breaks))
		return
	}
	end := w.first
	for k, b := range tt.Breaks {
		if b.End-b.Start != w.owed[k].Duration {
			j.say(BrokenBreak, shift, -1, "break %d lasts %d instead of %d", k, b.End-b.Start, w.owed[k].Duration)
		}
		if b.Start < w.owed[k].Window.Start || b.Start >= w.owed[k].Window.End {
			j.say(BrokenBreakTime, shift, -1, "break %d begins at %d, outside %d to %d", k, b.Start, w.owed[k].Window.Start, w.owed[k].Window.End)
		}
		if b.Start < end {
			j.say(BrokenBreakPlace, shift, -1, "break %d begins at %d, before %d", k, b.Start, end)
		}
		end = b.End
	}
}

type walker struct {
	*judge
	shift  int
	tt     *Timetable
	legs   *Table
	free   Seconds // the stop before is over
	begun  Seconds // the paid part of the round begins
	at     int
	metres Metres
	travel Seconds
	busy   Seconds // access and service
	atHome Seconds // breaks before leaving
	late   Seconds
}

// off sums the breaks between two instants; one that is neither wholly inside
// nor wholly outside is a violation.
func (t *walker) off(from, to Seconds, visit int) Seconds {
	var sum Seconds
	for _, b := range t.tt.Breaks {
		switch {
		case b.End <= from || b.Start >= to:
		case b.Start >= from && b.End <= to:
			sum += b.End - b.Start
		default:
			t.say(BrokenBreakPlace, t.shift, visit, "the break from %d to %d overlaps something else", b.Start, b.End)
		}
	}
	return sum
}

// leg judges a way to a place that is said to last from leave to arrive.
func (t *walker) leg(to, visit int, claimed Leg, leave, arrive Seconds) {
	k := t.at*t.legs.Cols + to
	leg, ok := Leg{}, t.open(t.legs, k)
	if ok {
		var there Seconds
		leg.Metres = t.leads(t.legs, k, leave)
		if there, leg.Seconds = t.drive(leave, arrive, k); arrive < there {
			t.say(BrokenOrder, t.shift, visit, "leaves at %d and arrives at %d: %d is the earliest", leave, arrive, there)
		}
	}
	if !ok {
		t.say(BrokenNoWay, t.shift, visit, "no way from place %d to %d", t.at, to)
	} else if leg != claimed {
		t.say(BrokenSum, t.shift, visit, "the leg takes %v, not %v", leg, claimed)
	}
	t.travel += leg.Seconds
	t.metres += leg.Metres
	t.at = to
}

// call judges the call at the depot.
func (t *walker) call(depot *Restock, c Call) {
	t.leg(depot.Place, -1, c.Leg, c.Leave, c.Arrive)
	if c.Leave < t.free {
		t.say(BrokenOrder, t.shift, -1, "leaves for the depot at %d, before %d", c.Leave, t.free)
	}
	t.off(t.free, c.Leave, -1)
	t.off(c.Leave, c.Arrive, -1)
	if c.End != c.Arrive+depot.Service {
		t.say(BrokenOrder, t.shift, -1, "leaves for the depot at %d, arrives %d, is done %d", c.Leave, c.Arrive, c.End)
	}
	if t.off(c.Arrive, c.End, -1) != 0 {
		t.say(BrokenBreakPlace, t.shift, -1, "a break lies in the call at the depot")
	}
	t.busy += depot.Service
	t.free = c.End
}

func (t *walker) stop(i int, visits []int, away bool) {
	v, st := visits[i], t.tt.Stops[i]
	x := &t.p.Visits[v]
	if st.Visit != v {
		t.say(BrokenShape, t.shift, v, "the timetable has visit %d here", st.Visit)
		return
	}
	t.leg(x.Place, v, st.Leg, st.Leave, st.Arrive)
	if st.Leave < t.free {
		t.say(BrokenOrder, t.shift, v, "leaves at %d, before %d", st.Leave, t.free)
	}
	t.off(t.free, st.Leave, v)
	t.off(st.Leave, st.Arrive, v)
	access, service := t.accessAt(visits, i, away), t.serviceOf(t.shift, v)
	if st.Start < st.Arrive+access || st.End != st.Start+service {
		t.say(BrokenOrder, t.shift, v, "arrives %d, starts %d, ends %d with access %d and service %d", st.Arrive, st.Start, st.End, access, service)
	}
	if t.off(st.Arrive, st.End, v) != 0 {
		t.say(BrokenBreakPlace, t.shift, v, "a break lies between arrival and end")
	}
	if !inside(x.Windows, st.Start) {
		t.say(BrokenWindow, t.shift, v, "starts at %d, windows are %v", st.Start, x.Windows)
	}
	if st.Start < x.Release {
		t.say(BrokenWindow, t.shift, v, "starts at %d, released at %d", st.Start, x.Release)
	}
	if x.Soft != nil && st.Start-x.Soft.End > x.Soft.Cap {
		t.say(BrokenWindow, t.shift, v, "starts at %d, more than %d after %d", st.Start, x.Soft.Cap, x.Soft.End)
	}
	if x.Pin != nil && x.Pin.Start != nil && *x.Pin.Start != st.Start {
		t.say(BrokenPinStart, t.shift, v, "starts at %d, pinned to %d", st.Start, *x.Pin.Start)
	}
	var late Seconds
	if x.Promise != nil {
		if st.Arrive < x.Promise.Start {
			t.say(BrokenEarly, t.shift, v, "arrives at %d, promised from %d", st.Arrive, x.Promise.Start)
		}
		if st.Arrive >= x.Promise.End {
			late = st.Arrive - x.Promise.End + 1
		}
	}
	if late != st.Late {
		t.say(BrokenSum, t.shift, v, "is %d late, not %d", late, st.Late)
	}
	t.late += late
	t.busy += access + service
	t.free = st.End
}

func (t *walker) home(s *Shift, w setting) {
	tt := t.tt
	leave := t.free
	for _, b := range tt.Breaks {
		if b.Start == leave && b.End <= tt.Return {
			leave = b.End
		}
	}
	t.leg(s.End, -1, tt.Home, leave, tt.Return)
	t.off(t.free, tt.Return, -1)
	limit := s.Work.End + s.Overtime
	if w.moving {
		if back, ok := t.earliestReturn(t.shift, w); ok {
			limit = max(limit, back)
		}
	}
	if tt.Return > limit {
		t.say(BrokenOvertime, t.shift, -1, "back at %d, at the latest %d", tt.Return, limit)
	}
	var rested Seconds
	for _, b := range tt.Breaks {
		if b.End <= tt.Return {
			rested += b.End - b.Start
		}
	}
	over := max(0, tt.Return-s.Work.End)
	waiting := tt.Return - t.begun - t.travel - t.busy - (rested - t.atHome)
	if most := t.most(t.shift, w); t.travel > most && len(tt.Stops) > len(s.Frozen) {
		t.say(BrokenTravel, t.shift, -1, "travels for %d, at most %d", t.travel, most)
	}
	if tt.Duty != tt.Return-t.begun {
		t.say(BrokenSum, t.shift, -1, "on duty for %d, claimed %d", tt.Return-t.begun, tt.Duty)
	}
	if tt.Travel != t.travel || tt.Metres != t.metres || tt.Overtime != over || tt.Late != t.late || tt.Waiting != waiting {
		t.say(BrokenSum, t.shift, -1, "travel %d, metres %d, overtime %d, late %d, waiting %d; claimed %d, %d, %d, %d, %d",
			t.travel, t.metres, over, t.late, waiting, tt.Travel, tt.Metres, tt.Overtime, tt.Late, tt.Waiting)
	}
}

// earliestReturn is when somebody under way could be home with nothing planned.
func (j *judge) earliestReturn(shift int, w setting) (Seconds, bool) {
	return j.earliest(shift, j.p.Shifts[shift].frozenVisits(), w, -1)
}

func (s *Shift) frozenVisits() []int {
	var out []int
	for _, f := range s.Frozen {
		out = append(out, f.Visit)
	}
	return out
}

// most is the bound on a shift's travel.
func (j *judge) most(shift int, w setting) Seconds {
	s := &j.p.Shifts[shift]
	if s.MaxTravel == 0 {
		return maxInstant * 2
	}
	t := j.p.Tables[s.Table]
	if k := w.at*t.Cols + s.End; w.moving && j.open(t, k) {
		return max(s.MaxTravel, j.there(t, k, w.first, all)-w.first)
	}
	return s.MaxTravel
}

// journey sums the legs of a round with a call at the depot before stop call, each
// at the best hour of the day.
func (j *judge) journey(shift int, visits []int, w setting, call int) (sum Seconds) {
	s := &j.p.Shifts[shift]
	at, t := w.at, j.p.Tables[s.Table]
	to := func(place int) {
		k := at*t.Cols + place
		best := t.Seconds[k]
		for _, x := range t.Hours {
			best = min(best, x.Seconds[k])
			if x.Later != nil {
				best = min(best, x.Later[k])
			}
		}
		if best != Unreachable {
			sum += best
		}
		at = place
	}
	for i := len(s.Frozen); i < len(visits); i++ {
		if i == call {
			to(s.Restock.Place)
		}
		to(j.p.Visits[visits[i]].Place)
	}
	to(s.End)
	return sum
}

// exists looks for any timetable of a round by trying every place for every
// break and for the call at the depot, and says whether there is one.
func (j *judge) exists(shift int, visits []int) bool {
	s, w := &j.p.Shifts[shift], j.setting(shift)
	if len(visits) == 0 && !w.moving {
		return true
	}
	limit := s.Work.End + s.Overtime
	if w.moving {
		if least, ok := j.earliestReturn(shift, w); ok {
			limit = max(limit, least)
		}
	}
	at, rule := j.lacking(shift, visits)
	if at >= 0 && s.Restock == nil {
		j.say(rule, shift, visits[at], "not carried")
		return false
	}
	found := false
	for call := -1; call <= at && (!found || j.soonest != nil); call++ {
		if call < 0 && at >= 0 || call >= 0 && call < len(s.Frozen) {
			continue
		}
		back, ok := j.earliest(shift, visits, w, call)
		found = found || ok && back <= limit && j.journey(shift, visits, w, call) <= j.most(shift, w)
	}
	if !found {
		j.say(BrokenNoTimes, shift, -1, "no times keep its windows, breaks and shift")
	}
	return found
}

// earliest is the earliest return over all ways to place the breaks in the gaps.
// Before stop call, when that isn't negative, the depot is called at.
func (j *judge) earliest(shift int, visits []int, w setting, call int) (best Seconds, found bool) {
	s := &j.p.Shifts[shift]
	starts := make([]Seconds, len(visits))
	var walk func(i, at int, free Seconds, owed []Break, called bool)
	walk = func(i, at int, free Seconds, owed []Break, called bool) {
		fetch := i == call && !called
		to := s.End
		switch {
		case fetch:
			to = s.Restock.Place
		case i < len(visits):
			to = j.p.Visits[visits[i]].Place
		}
		// Take 0, 1, ... of the breaks owed in this gap.
		t, part := j.p.Tables[s.Table], all
		k := at*t.Cols + to
		clock, door := free, j.there(t, k, free, part)
		if door >= never {
			return
		}
		for n := 0; ; n++ {
			switch {
			case fetch:
				walk(i, to, door+s.Restock.Service, owed[n:], true)
			case i < len(visits):
				if end, ok := j.serve(shift, visits, i, door, called); ok {
					starts[i] = end - j.serviceOf(shift, visits[i])
					walk(i+1, to, end, owed[n:], false)
				}
			case afterwards(door, owed[n:]):
				if !found || door < best {
					best, found = door, true
				}
				j.noteStarts(visits, starts, len(s.Frozen))
			}
			if n == len(owed) {
				return
			}
			b := owed[n]
			if clock >= b.Window.End {
				return
			}
			begin := max(clock, b.Window.Start)
			part = j.ahead(t, k, clock, begin, part)
			clock = begin + b.Duration
			if door = j.there(t, k, clock, part); door >= never {
				return
			}
		}
	}
	walk(len(s.Frozen), w.at, w.first, w.owed, false)
	return best, found
}

// serve gives the end of the service after an arrival at the door.
func (j *judge) serve(shift int, visits []int, i int, door Seconds, away bool) (Seconds, bool) {
	x := &j.p.Visits[visits[i]]
	if x.Promise != nil && door < x.Promise.Start {
		door = x.Promise.Start
	}
	start := door + j.accessAt(visits, i, away)
	if start < x.Release {
		start = x.Release
	}
	if j.released != nil && start < j.released[visits[i]] {
		start = j.released[visits[i]]
	}
	if x.Pin != nil && x.Pin.Start != nil {
		if start > *x.Pin.Start {
			return 0, false
		}
		start = *x.Pin.Start
	} else if k := slices.IndexFunc(x.Windows, func(w Window) bool { return start < w.End }); k >= 0 {
		start = max(start, x.Windows[k].Start)
	}
	ok := inside(x.Windows, start) && (x.Soft == nil || start <= x.Soft.End+x.Soft.Cap)
	return start + j.serviceOf(shift, visits[i]), ok
}

// afterwards says whether breaks can be taken at home from t on.
func afterwards(t Seconds, owed []Break) bool {
	for _, b := range owed {
		if t >= b.Window.End {
			return false
		}
		t = max(t, b.Window.Start) + b.Duration
	}
	return true
}
