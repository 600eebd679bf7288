package routing

import "fmt"

// Broken names a rule that a plan or its timetable breaks.
type Broken string

// The closed list of what Check may find.
const (
	BrokenShape      Broken = "malformed"         // rounds, indexes or lengths don't fit the problem
	BrokenTwice      Broken = "visited_twice"     // a visit stands in two places
	BrokenMissing    Broken = "visit_lost"        // a visit stands nowhere
	BrokenFrozen     Broken = "frozen_moved"      // the started part of a round was changed
	BrokenAllowed    Broken = "not_allowed"       // a shift that may not do the visit
	BrokenRegion     Broken = "wrong_region"      // a shift that doesn't serve the visit's region
	BrokenPinShift   Broken = "pin_shift"         // not in the shift it is pinned to
	BrokenPinStart   Broken = "pin_start"         // doesn't start when it is pinned to
	BrokenSkill      Broken = "skill_missing"     // a skill or its level
	BrokenKit        Broken = "kit_missing"       // more units used than carried
	BrokenTool       Broken = "tool_missing"      // a tool that isn't carried
	BrokenCall       Broken = "call_misplaced"    // a call at the depot where there is none to call at, or twice
	BrokenNoWay      Broken = "unreachable"       // a leg that has no way
	BrokenWindow     Broken = "outside_window"    // service starts outside the time windows, or before the release
	BrokenEarly      Broken = "before_promise"    // shows up before the promise starts
	BrokenNow        Broken = "in_the_past"       // before Now or before the shift begins
	BrokenOrder      Broken = "not_reachable"     // the times claimed leave too little for leg, access or service
	BrokenBreak      Broken = "break_lost"        // a break missing, shortened, or too many
	BrokenBreakTime  Broken = "break_window"      // a break begins outside its window
	BrokenBreakPlace Broken = "break_overlap"     // a break overlaps service, access or another break
	BrokenOvertime   Broken = "overtime_exceeded" // the return is after work's end plus overtime
	BrokenTravel     Broken = "travel_exceeded"   // more travel than the shift may have
	BrokenTied       Broken = "split_up"          // visits that belong together are in two shifts
	BrokenAfter      Broken = "out_of_order"      // a visit starts before one that comes before it is over
	BrokenMeet       Broken = "not_met"           // visits that begin together don't, or stand in one shift, or some are left out
	BrokenChance     Broken = "chance_too_low"    // in time in too few of the scenarios
	BrokenSum        Broken = "sum_wrong"         // a figure of the timetable doesn't add up
	BrokenNoTimes    Broken = "no_timetable"      // no timetable exists for the round at all
)

// Violation is one broken rule, with the shift and visit it concerns; -1 where
// it concerns none.
type Violation struct {
	Rule   Broken
	Shift  int
	Visit  int
	Detail string
}

// String gives rule, shift, visit and detail.
func (v Violation) String() string {
	return fmt.Sprintf("%s (shift %d, visit %d): %s", v.Rule, v.Shift, v.Visit, v.Detail)
}

// Check judges a plan, and the timetables claimed for it, by the problem alone.
// It shares no code with the evaluation, believes no figure, and asks of times
// only that they can be: a technician may always be slower than needed. Without
// timetables (tts nil) it looks for itself whether there is one for each round.
//
// Chances hang on the times, so that without timetables they aren't judged.
//
// Lateness after a promise breaks no rule; that it is stated truly is checked.
// The problem must be valid. An empty answer means that every hard rule holds.
func Check(p *Problem, plan *Plan, tts []Timetable) []Violation {
	j := judge{p: p}
	if len(plan.Rounds) != len(p.Shifts) || (tts != nil && len(tts) != len(p.Shifts)) {
		j.say(BrokenShape, -1, -1, "%d rounds and %d timetables for %d shifts", len(plan.Rounds), len(tts), len(p.Shifts))
		return j.found
	}
	if !j.partition(plan) {
		return j.found
	}
	j.ties(plan)
	for i := range plan.Rounds {
		visits := plan.Rounds[i].Visits
		if !j.head(i, visits) {
			continue
		}
		j.fitness(i, visits)
		if tts == nil {
			j.exists(i, visits)
			continue
		}
		call := j.claimedCall(i, visits, &tts[i])
		if at, rule := j.lacking(i, visits); at >= 0 && (call < 0 || call > at) {
			j.say(rule, i, visits[at], "nothing was fetched before")
		}
		j.claims(i, visits, &tts[i])
	}
	j.order(plan, tts)
	if len(j.found) == 0 {
		j.chances(plan, tts)
	}
	return j.found
}

type judge struct {
	p     *Problem
	found []Violation
	// For visits that wait for others: when they are let start, and the earliest
	// start found; nil where nobody waits.
	released, soonest []Seconds
}

func (j *judge) say(rule Broken, shift, visit int, format string, args ...any) {
	j.found = append(j.found, Violation{rule, shift, visit, fmt.Sprintf(format, args...)})
}

// partition: every visit stands exactly once in the plan.
func (j *judge) partition(plan *Plan) bool {
	seen := make([]int, len(j.p.Visits))
	sound := true
	note := func(shift int, visits []int) {
		for _, v := range visits {
			if v < 0 || v >= len(seen) {
				j.say(BrokenShape, shift, v, "there is no such visit")
				sound = false
				continue
			}
			seen[v]++
		}
	}
	for i, r := range plan.Rounds {
		note(i, r.Visits)
	}
	note(-1, plan.Unassigned)
	for v, n := range seen {
		if n == 0 {
			j.say(BrokenMissing, -1, v, "stands in no round and isn't unassigned")
		}
		if n > 1 {
			j.say(BrokenTwice, -1, v, "stands in %d places", n)
		}
	}
	return sound
}

// ties: visits that belong together stand in one shift.
func (j *judge) ties(plan *Plan) {
	first := map[int][2]int{} // shift and visit
	for i, r := range plan.Rounds {
		for _, v := range r.Visits[min(len(r.Visits), len(j.p.Shifts[i].Frozen)):] {
			tie := j.p.Visits[v].Together
			if tie == 0 {
				continue
			}
			if f, ok := first[tie]; !ok {
				first[tie] = [2]int{i, v}
			} else if f[0] != i {
				j.say(BrokenTied, i, v, "belongs to visit %d in shift %d", f[1], f[0])
			}
		}
	}
}

func (j *judge) head(shift int, visits []int) bool {
	for i, f := range j.p.Shifts[shift].Frozen {
		if i >= len(visits) || visits[i] != f.Visit {
			j.say(BrokenFrozen, shift, f.Visit, "must be stop %d", i)
			return false
		}
	}
	return true
}

// fitness: allowed shifts, regions, pins, skills.
func (j *judge) fitness(shift int, visits []int) {
	s := &j.p.Shifts[shift]
	for _, v := range visits[len(s.Frozen):] {
		x := &j.p.Visits[v]
		allowed := x.Allowed == nil
		for _, a := range x.Allowed {
			allowed = allowed || a == shift
		}
		if !allowed {
			j.say(BrokenAllowed, shift, v, "allowed are %v", x.Allowed)
		}
		serves := s.Regions == nil || x.Region == 0
		for _, r := range s.Regions {
			serves = serves || r == x.Region
		}
		if !serves {
			j.say(BrokenRegion, shift, v, "in region %d, served are %v", x.Region, s.Regions)
		}
		if x.Pin != nil && x.Pin.Shift != nil && *x.Pin.Shift != shift {
			j.say(BrokenPinShift, shift, v, "pinned to shift %d", *x.Pin.Shift)
		}
		for _, n := range x.Skills {
			var held uint8
			if n.Skill < len(s.Skills) {
				held = s.Skills[n.Skill]
			}
			if held < n.Level {
				j.say(BrokenSkill, shift, v, "skill %d: level %d held, %d needed", n.Skill, held, n.Level)
			}
		}
	}
}

// lacking gives the index of the first stop for which kit or tools carried from
// the start don't suffice, -1 when they do.
func (j *judge) lacking(shift int, visits []int) (int, Broken) {
	s := &j.p.Shifts[shift]
	left := map[int]int{}
	for item, units := range s.Kit {
		left[item] = int(units)
	}
	held := map[int]bool{}
	for _, t := range s.Tools {
		held[t] = true
	}
	for i := len(s.Frozen); i < len(visits); i++ {
		x := &j.p.Visits[visits[i]]
		for _, t := range x.Tools {
			if !held[t] {
				return i, BrokenTool
			}
		}
		for _, n := range x.Kit {
			if left[n.Item] -= int(n.Units); left[n.Item] < 0 {
				return i, BrokenKit
			}
		}
	}
	return -1, ""
}

// claimedCall gives the stop before which a timetable calls at the depot, -1
// for none.
func (j *judge) claimedCall(shift int, visits []int, tt *Timetable) int {
	if len(tt.Calls) == 0 {
		return -1
	}
	c := tt.Calls[0]
	s := &j.p.Shifts[shift]
	if len(tt.Calls) > 1 || s.Restock == nil || c.Before < len(s.Frozen) || c.Before >= len(visits) {
		j.say(BrokenCall, shift, -1, "%d calls, the first before stop %d", len(tt.Calls), c.Before)
		return -1
	}
	return c.Before
}

// setting is what the problem says about a shift before anything is planned.
type setting struct {
	first  Seconds // nothing planned before
	at     int     // place at that time
	moving bool    // under way already
	owed   []Break
}

func (j *judge) setting(shift int) setting {
	s := &j.p.Shifts[shift]
	w := setting{first: s.Work.Start, at: s.Start}
	if s.HasLeft || len(s.Frozen) > 0 {
		w.moving, w.at = true, s.From
	}
	if len(s.Frozen) > 0 {
		w.first = s.Frozen[len(s.Frozen)-1].End
	}
	if s.Now > w.first {
		w.first = s.Now
	}
	soonest := w.first
	for _, b := range s.Breaks {
		if b.Taken {
			continue
		}
		if b.Window.Start > soonest {
			soonest = b.Window.Start
		}
		if b.Window.End <= soonest {
			b.Window.End = soonest + 1 // it has passed: to be taken at once, or right after the one before
		}
		soonest += b.Duration
		w.owed = append(w.owed, b)
	}
	return w
}

// accessAt is the access and walk at stop i; away says that the technician comes
// from the depot and not from the stop before.
func (j *judge) accessAt(visits []int, i int, away bool) Seconds {
	x := &j.p.Visits[visits[i]]
	if i > 0 && !away && j.p.Visits[visits[i-1]].Site == x.Site {
		return x.Walk
	}
	return x.Access + x.Walk
}

func (j *judge) serviceOf(shift, visit int) Seconds {
	plain, percent := int64(j.p.Visits[visit].Service), int64(j.p.Shifts[shift].Speed)
	if percent == 0 {
		percent = 100
	}
	whole := plain * percent / 100
	if plain*percent%100 != 0 {
		whole++
	}
	return Seconds(whole)
}

func inside(windows []Window, t Seconds) bool {
	for _, w := range windows {
		if w.Start <= t && t < w.End {
			return true
		}
	}
	return len(windows) == 0
}
