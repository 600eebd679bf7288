package routing

// Clause names the rule that stands in the way of a round.
type Clause string

// The clauses by which a round is refused. The empty clause refuses nothing.
const (
	Fits          Clause = ""
	ClauseFrozen  Clause = "frozen_head"     // the round doesn't begin with what is frozen
	ClauseAllowed Clause = "not_allowed"     // the visit may not be done in this shift
	ClauseRegion  Clause = "other_region"    // the shift doesn't serve the visit's region
	ClausePin     Clause = "pinned"          // pinned to another shift, or to a start that can't be met
	ClauseSkill   Clause = "skill_missing"   // a skill or its level
	ClauseKit     Clause = "kit_missing"     // more units needed than carried
	ClauseTool    Clause = "tool_missing"    // a tool that isn't carried
	ClauseNoWay   Clause = "unreachable"     // no way leads there or back
	ClauseWindow  Clause = "window_closed"   // every time window is over at the earliest arrival
	ClauseBreak   Clause = "break_displaced" // a break can't start inside its window
	ClauseTravel  Clause = "too_much_travel" // more travel than the shift may have
	ClauseTied    Clause = "tied_elsewhere"  // visits it is tied to are in another shift
	ClauseAfter   Clause = "out_of_order"    // a visit that comes before it isn't done
	ClauseMeet    Clause = "nobody_to_meet"  // those that begin together with it don't, or are in the same shift
	ClauseChance  Clause = "chance_too_low"  // in time in too few of the scenarios
	ClauseShift   Clause = "shift_too_short" // the return would be after work's end plus overtime
)

// Refusal says why a round can't be; its Clause is Fits when it can.
type Refusal struct {
	Clause Clause
	Visit  int // the visit at which it shows, -1 when it is the way home
	Item   int // the skill, kit item or region, for those clauses
}

// Refused says whether there is anything in the way.
func (r Refusal) Refused() bool { return r.Clause != Fits }

// cell is the best known way to stand at the end of a stop with so many breaks
// taken: first the least lateness, then the earliest end.
type cell struct {
	end, late Seconds
	from      int8 // breaks taken before, -1 when this cell can't be reached
}

type row [MaxBreaks + 1]cell

// EvaluateRound computes when everything in a round happens and writes it to tt,
// whose slices are reused. The rules of time are:
//
// The first leg begins at Work.Start or Now, but so late that the technician
// does not wait at the first door; every other leg begins when the service or
// the break before it ends, and takes as long as it does at that hour. A technician who would be at the door before a
// promise starts shows up when it starts. Then comes Access, unless the visit
// before was of the same site, and Walk; then waiting until a time window is open; then
// the service. Breaks are taken in order, in the gaps between services, where
// they delay least; one whose window has passed before anything can still be
// planned, or passes while those before it are taken, is taken at once, one that
// can wait until after the return is taken then.
//
// Arrival after a promise's end is lateness, counted in tt. All else is hard:
// the refusal names the first clause that fails, and tt holds nothing then.
//
// Kit, skills, pins and windows of frozen stops are not judged: they happened.
// After and Meet are not either, since they hang on other rounds, nor is the chance
// of being in time: Evaluate does.
func EvaluateRound(p *Problem, shift int, visits []int, tt *Timetable) Refusal {
	reset(tt, shift)
	e := evaluation{p: p, s: &p.Shifts[shift], shift: shift, visits: visits, tt: tt}
	if r := e.resources(); r.Refused() {
		return r
	}
	e.Outset = Begin(p, shift)
	if len(visits) == len(e.s.Frozen) && !e.Out {
		tt.Leave, tt.Return = e.Clock, e.Clock
		return Refusal{}
	}
	if e.until < 0 {
		return e.plan(-1)
	}
	return e.withCall()
}

// plan finds the times of the round with the call at the depot before stop
// call, or without one when it is negative.
func (e *evaluation) plan(call int) Refusal {
	reset(e.tt, e.shift)
	e.call, e.sawLate = call, false
	r := e.times(false)
	if r.Refused() && e.sawLate {
		r = e.times(true)
	}
	if !r.Refused() && e.s.MaxTravel > 0 && len(e.visits) > len(e.s.Frozen) && e.tt.Travel > e.mostTravel() {
		r = Refusal{ClauseTravel, -1, 0}
	}
	if r.Refused() {
		reset(e.tt, e.shift)
	}
	return r
}

// mostTravel is the bound on travel; the way home is never refused.
func (e *evaluation) mostTravel() Seconds {
	if e.Out {
		if _, ok := e.table.At(e.Place, e.s.End); ok {
			return max(e.s.MaxTravel, e.gap(e.Clock, e.table.leg(e.Place, e.s.End)).arrive-e.Clock)
		}
	}
	return e.s.MaxTravel
}

// withCall tries every place for the call at the depot, which must be before
// what is carried runs out, and takes the one by which the round scores best.
func (e *evaluation) withCall() Refusal {
	best, refusal := -1, Refusal{}
	var least Score
	for at := len(e.s.Frozen); at <= e.until; at++ {
		if r := e.plan(at); r.Refused() {
			refusal = r
			continue
		}
		score := Score{Cost: RoundCost(e.p, e.tt)}
		for i := range e.tt.Stops {
			st := &e.tt.Stops[i]
			score.Late[e.p.Visits[st.Visit].Priority] += st.Late
		}
		if best < 0 || score.Less(least) {
			best, least = at, score
		}
	}
	if best < 0 {
		return refusal
	}
	return e.plan(best)
}

func reset(tt *Timetable, shift int) {
	*tt = Timetable{Shift: shift, Stops: tt.Stops[:0], Breaks: tt.Breaks[:0], Calls: tt.Calls[:0], rows: tt.rows[:0], marks: tt.marks[:0]}
}

type evaluation struct {
	p      *Problem
	s      *Shift
	shift  int
	visits []int
	tt     *Timetable
	Outset
	sawLate bool
	until   int // the last stop before which the depot must be called at, -1 for no call
	call    int // the stop before which it is called at, -1 for none
}

// resources judges what does not depend on time.
func (e *evaluation) resources() Refusal {
	frozen := len(e.s.Frozen)
	if len(e.visits) < frozen {
		return Refusal{ClauseFrozen, e.s.Frozen[len(e.visits)].Visit, 0}
	}
	for i, f := range e.s.Frozen {
		if e.visits[i] != f.Visit {
			return Refusal{ClauseFrozen, f.Visit, 0}
		}
	}
	e.until = -1
	for i, v := range e.visits[frozen:] {
		if r := Suits(e.p, e.shift, v); r.Refused() {
			return r
		}
		if e.until >= 0 {
			continue
		}
		for _, tool := range e.p.Visits[v].Tools {
			if !holds(e.s.Tools, tool) {
				e.until = frozen + i
			}
		}
		for _, need := range e.p.Visits[v].Kit {
			// Quadratic in the visits that need kit, which are few; and so it
			// needs no memory.
			used := 0
			for _, u := range e.visits[frozen : frozen+i+1] {
				for _, n := range e.p.Visits[u].Kit {
					if n.Item == need.Item {
						used += int(n.Units)
					}
				}
			}
			if used > e.s.carried(need.Item) {
				if e.s.Restock == nil {
					return Refusal{ClauseKit, v, need.Item}
				}
				e.until = frozen + i
			}
		}
	}
	return Refusal{}
}

// Suits judges one visit against one shift by everything that neither time nor
// the other visits can change: allowed shifts, regions, pins, skills, and kit for it alone.
func Suits(p *Problem, shift, visit int) Refusal {
	v, s := &p.Visits[visit], &p.Shifts[shift]
	if v.Allowed != nil && !holds(v.Allowed, shift) {
		return Refusal{ClauseAllowed, visit, 0}
	}
	if s.Regions != nil && v.Region != 0 && !holds(s.Regions, v.Region) {
		return Refusal{ClauseRegion, visit, v.Region}
	}
	if v.Pin != nil && v.Pin.Shift != nil && *v.Pin.Shift != shift {
		return Refusal{ClausePin, visit, 0}
	}
	for _, n := range v.Skills {
		if n.Level > 0 && (n.Skill >= len(s.Skills) || s.Skills[n.Skill] < n.Level) {
			return Refusal{ClauseSkill, visit, n.Skill}
		}
	}
	if s.Restock != nil {
		return Refusal{}
	}
	for _, tool := range v.Tools {
		if !holds(s.Tools, tool) {
			return Refusal{ClauseTool, visit, tool}
		}
	}
	for _, n := range v.Kit {
		if int(n.Units) > s.carried(n.Item) {
			return Refusal{ClauseKit, visit, n.Item}
		}
	}
	return Refusal{}
}

func (s *Shift) carried(item int) int {
	if item >= len(s.Kit) {
		return 0
	}
	return int(s.Kit[item])
}

func holds(list []int, x int) bool {
	for _, y := range list {
		if y == x {
			return true
		}
	}
	return false
}

// ServiceTime is how long a visit's service lasts in a shift, rounded up to
// whole seconds. A Speed of 0 counts as 100.
func ServiceTime(s *Shift, v *Visit) Seconds {
	if s.Speed == 0 || s.Speed == 100 {
		return v.Service
	}
	return Seconds((int64(v.Service)*int64(s.Speed) + 99) / 100)
}

// times finds the best way through all gaps, then writes it down. With hurry it
// looks only for the earliest end and forgets lateness on the way.
func (e *evaluation) times(hurry bool) Refusal {
	table := e.p.Tables[e.s.Table]
	head := len(e.s.Frozen)
	rows := e.tt.rows[:0]
	var here row
	for k := range here {
		here[k].from = -1
	}
	here[0] = cell{end: e.Clock, from: 0}
	rows = append(rows, here)
	place := e.Place
	for i := head; i < len(e.visits); i++ {
		if i == e.call {
			if _, ok := table.At(place, e.s.Restock.Place); !ok {
				return Refusal{ClauseNoWay, e.visits[i], 0}
			}
			next, any, _ := e.step(&here, &Visit{}, table.leg(place, e.s.Restock.Place), 0, e.s.Restock.Service, hurry)
			if !any {
				return Refusal{ClauseBreak, e.visits[i], 0}
			}
			here, place = next, e.s.Restock.Place
			rows = append(rows, here)
		}
		v := &e.p.Visits[e.visits[i]]
		if _, ok := table.At(place, v.Place); !ok {
			return Refusal{ClauseNoWay, e.visits[i], 0}
		}
		next, any, rested := e.step(&here, v, table.leg(place, v.Place), e.access(i), ServiceTime(e.s, v), hurry)
		if !any {
			switch {
			case !rested:
				return Refusal{ClauseBreak, e.visits[i], 0}
			case v.Pin != nil && v.Pin.Start != nil:
				return Refusal{ClausePin, e.visits[i], 0}
			}
			return Refusal{ClauseWindow, e.visits[i], 0}
		}
		here = next
		rows = append(rows, here)
		place = v.Place
	}
	e.tt.rows = rows
	if _, ok := table.At(place, e.s.End); !ok {
		return Refusal{ClauseNoWay, -1, 0}
	}
	return e.home(&here, table.leg(place, e.s.End), hurry)
}

// step goes from one row to the next. rested is false when what failed was that
// a break could not be taken in time.
func (e *evaluation) step(here *row, v *Visit, leg int, access, service Seconds, hurry bool) (next row, any, rested bool) {
	for k := range next {
		next[k].from = -1
	}
	rested = true
	for k := 0; k <= e.Owed; k++ {
		if here[k].from < 0 {
			continue
		}
		g := e.gap(here[k].end, leg)
		for to := k; to <= e.Owed; to++ {
			if to > k {
				var ok bool
				if g, ok = e.rest(g, to-1); !ok {
					break
				}
			}
			arrive, start, ok := meet(v, g.arrive, access)
			if !ok || g.arrive >= never {
				continue
			}
			late := here[k].late + lateness(v, arrive)
			if late > 0 {
				e.sawLate = true
			}
			c := cell{start + service, late, int8(k)}
			if c.end > e.Last[to] {
				rested = false // the next break could not begin in time any more
				continue
			}
			if next[to].from < 0 || better(c, next[to], hurry) {
				next[to] = c
			}
			any = true
		}
	}
	return next, any, rested
}

func better(a, b cell, hurry bool) bool {
	if a.late != b.late && !hurry {
		return a.late < b.late
	}
	return a.end < b.end
}

// home closes the round in the best way and writes the timetable.
func (e *evaluation) home(here *row, leg int, hurry bool) Refusal {
	best, bestK, bestTo := cell{from: -1}, 0, 0
	rested := false
	for k := 0; k <= e.Owed; k++ {
		if here[k].from < 0 {
			continue
		}
		g := e.gap(here[k].end, leg)
		for to := k; to <= e.Owed; to++ {
			if to > k {
				var ok bool
				if g, ok = e.rest(g, to-1); !ok {
					break
				}
			}
			if g.arrive > e.Last[to] {
				continue
			}
			rested = true
			if g.arrive > e.Limit {
				continue
			}
			c := cell{g.arrive, here[k].late, int8(k)}
			if best.from < 0 || better(c, best, hurry) {
				best, bestK, bestTo = c, k, to
			}
		}
	}
	if best.from < 0 {
		if !rested {
			return Refusal{ClauseBreak, -1, 0}
		}
		return Refusal{ClauseShift, -1, 0}
	}
	e.write(bestK, bestTo, leg)
	return Refusal{}
}
