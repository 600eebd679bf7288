package routingtest

import (
	"slices"

	"pgregory.net/rapid"

	"roundsman/routing"
)

// Size bounds a drawn problem.
type Size struct {
	Visits, Shifts int  // at most
	Live           bool // with frozen stops and shifts under way
	Company        bool // with visits in order and visits that meet
	Hours          bool // with travel by the hour
	Whole          bool // with a way from everywhere to everywhere
}

// Problem draws a valid problem. Times are in minutes of a short day, 0 to 600,
// places lie on a line with some noise, so that the ways are not symmetric.
func Problem(t *rapid.T, size Size) *routing.Problem {
	visits := rapid.IntRange(0, size.Visits).Draw(t, "visits")
	shifts := rapid.IntRange(1, size.Shifts).Draw(t, "shifts")
	places := visits + 2
	p := &routing.Problem{Prices: routing.Prices{
		TravelSecond: 10, WaitSecond: routing.Cost(rapid.IntRange(0, 3).Draw(t, "wait price")),
		OvertimeSecond: 30, LateSecond: 200, NotPreferred: 50, Churn: 70, ChurnFree: 15,
		DutySecond: routing.Cost(rapid.SampledFrom([]int{0, 0, 1, 10}).Draw(t, "duty price")),
		Round:      routing.Cost(rapid.SampledFrom([]int{0, 0, 500}).Draw(t, "round price")),
	}}
	for range rapid.IntRange(1, 2).Draw(t, "tables") {
		p.Tables = append(p.Tables, table(t, places, size.Whole))
	}
	if size.Hours {
		for _, tab := range p.Tables {
			hours(t, tab)
		}
	}
	for i := range shifts {
		p.Shifts = append(p.Shifts, shift(t, i, len(p.Tables), places))
	}
	for i := range visits {
		p.Visits = append(p.Visits, visit(t, i, shifts))
	}
	if told := rapid.IntRange(-2, 2).Draw(t, "most moved"); told >= 0 {
		p.MostMoved = &told
	}
	if size.Company {
		company(t, p)
	}
	if size.Live {
		live(t, p)
	}
	return p
}

// company ties some visits to others: one after the other, or at one instant.
func company(t *rapid.T, p *routing.Problem) {
	for i := 1; i < len(p.Visits); i++ {
		v := &p.Visits[i]
		switch rapid.IntRange(0, 4).Draw(t, "company") {
		case 0:
			v.After = []int{rapid.IntRange(0, i-1).Draw(t, "after")}
		case 1:
			v.Meet = i / 2
			v.Service = max(v.Service, 1)
			other := &p.Visits[i-1]
			if rapid.Bool().Draw(t, "both") && i%2 == 1 && other.Meet == 0 {
				other.Meet, other.Service = i/2, max(other.Service, 1)
			}
		}
	}
}

func table(t *rapid.T, places int, whole bool) *routing.Table {
	spot := rapid.SliceOfN(rapid.IntRange(0, 60), places, places).Draw(t, "spots")
	holes := !whole && rapid.IntRange(0, 9).Draw(t, "holes") == 0
	tab := routing.NewTable(places, places)
	for i := range places {
		for j := range places {
			d := max(spot[i]-spot[j], spot[j]-spot[i])
			if i < j {
				d += (i + j) % 3
			}
			if holes && i != j && (i*7+j*3)%11 == 0 {
				continue
			}
			tab.Set(i, j, routing.Leg{Seconds: routing.Seconds(d), Metres: routing.Metres(10 * d)})
		}
	}
	return tab
}

// hours draws how much longer the ways of a table take when, and when there are none.
// In the end all are open: who is out comes home.
func hours(t *rapid.T, tab *routing.Table) {
	at := 0
	most := rapid.IntRange(0, 4).Draw(t, "hours")
	for i := range most {
		at += rapid.IntRange(1, 150).Draw(t, "hour from")
		h := routing.Hour{From: routing.Seconds(at), Seconds: make([]routing.Seconds, len(tab.Seconds))}
		slow := rapid.SampledFrom([]int{5, 10, 10, 13, 20, 35}).Draw(t, "tenths")
		closed := rapid.SampledFrom([]int{0, 0, 0, 2, 5}).Draw(t, "closed")
		for k, s := range tab.Seconds {
			if h.Seconds[k] = routing.Unreachable; s != routing.Unreachable && (i == most-1 || closed == 0 || k%closed != 0) {
				h.Seconds[k] = s*routing.Seconds(slow+k%2)/10 + 1
			}
		}
		tab.Hours = append(tab.Hours, h)
	}
	from := 0
	for i := range rapid.IntRange(0, 2).Draw(t, "lengths") {
		from += rapid.IntRange(1, 200).Draw(t, "length from")
		l := routing.Length{From: routing.Seconds(from), Metres: make([]routing.Metres, len(tab.Metres))}
		for k, m := range tab.Metres {
			l.Metres[k] = m + routing.Metres((i+1)*(1+k%3))
		}
		tab.Lengths = append(tab.Lengths, l)
	}
	for i := range tab.Hours[:max(0, len(tab.Hours)-1)] {
		if h, next := &tab.Hours[i], &tab.Hours[i+1]; rapid.Bool().Draw(t, "mixed") {
			h.Later = make([]routing.Seconds, len(h.Seconds))
			for k, s := range h.Seconds {
				if h.Later[k] = s; s != routing.Unreachable && next.Seconds[k] != routing.Unreachable {
					h.Later[k] = max(next.Seconds[k], s-(next.From-h.From))
				}
			}
		}
	}
}

func window(t *rapid.T, lo, hi, least, most int, name string) routing.Window {
	start := rapid.IntRange(lo, hi-least).Draw(t, name+" start")
	length := rapid.IntRange(least, most).Draw(t, name+" length")
	return routing.Window{Start: routing.Seconds(start), End: routing.Seconds(start + length)}
}

func shift(t *rapid.T, i, tables, places int) routing.Shift {
	s := routing.Shift{
		Start: i % 2, End: rapid.IntRange(0, 1).Draw(t, "end place"),
		Work:     window(t, 0, 300, 150, 500, "work"),
		Overtime: routing.Seconds(rapid.SampledFrom([]int{0, 0, 30, 90}).Draw(t, "overtime")),
		Table:    rapid.IntRange(0, tables-1).Draw(t, "table"),
		Speed:    uint16(rapid.SampledFrom([]int{0, 100, 80, 125}).Draw(t, "speed")),
		Skills:   rapid.SliceOfN(rapid.Uint8Range(0, 3), 0, 2).Draw(t, "skills held"),
		Kit:      rapid.SliceOfN(rapid.Uint16Range(0, 3), 0, 2).Draw(t, "kit carried"),
	}
	if rapid.IntRange(0, 3).Draw(t, "bounded") == 0 {
		s.MaxTravel = routing.Seconds(rapid.IntRange(20, 200).Draw(t, "most travel"))
	}
	s.Regions = rapid.SampledFrom([][]int{nil, nil, nil, {1}, {1, 2}}).Draw(t, "regions")
	s.Tools = rapid.SampledFrom([][]int{nil, {0}, {0, 1}}).Draw(t, "tools held")
	if rapid.IntRange(0, 2).Draw(t, "restock") == 0 {
		s.Restock = &routing.Restock{Place: 1, Service: routing.Seconds(rapid.IntRange(0, 10).Draw(t, "fetching"))}
	}
	for k := range rapid.SampledFrom([]int{0, 0, 1, 1, 2}).Draw(t, "breaks") {
		at := int(s.Work.Start) + 60 + 100*k
		s.Breaks = append(s.Breaks, routing.Break{
			Window:   window(t, at, at+40, 10, 60, "break"),
			Duration: routing.Seconds(rapid.IntRange(5, 30).Draw(t, "break length")),
			Taken:    rapid.IntRange(0, 5).Draw(t, "taken") == 0,
		})
	}
	return s
}

func visit(t *rapid.T, i, shifts int) routing.Visit {
	v := routing.Visit{
		Place: i + 2, Service: routing.Seconds(rapid.IntRange(0, 40).Draw(t, "service")),
		Site:     rapid.IntRange(0, 6).Draw(t, "site"),
		Access:   routing.Seconds(rapid.IntRange(0, 5).Draw(t, "access")),
		Priority: uint8(rapid.SampledFrom([]int{1, 2, 2, 3}).Draw(t, "priority")),
	}
	v.Walk = routing.Seconds(rapid.SampledFrom([]int{0, 0, 3}).Draw(t, "walk"))
	rare := func(name string) bool { return rapid.IntRange(0, 5).Draw(t, name) == 0 }
	for k := range rapid.SampledFrom([]int{0, 0, 0, 1, 1, 2}).Draw(t, "windows") {
		v.Windows = append(v.Windows, window(t, 320*k, 320*k+200, 20, 110, "window"))
	}
	if rapid.IntRange(0, 2).Draw(t, "promised") == 0 {
		w := window(t, 0, 400, 15, 90, "promise")
		v.Promise = &w
	}
	if rare("skilled") {
		v.Skills = []routing.SkillNeed{{Skill: rapid.IntRange(0, 1).Draw(t, "skill"), Level: rapid.Uint8Range(1, 3).Draw(t, "level")}}
	}
	if rare("kit") {
		v.Kit = []routing.KitNeed{{Item: rapid.IntRange(0, 1).Draw(t, "item"), Units: rapid.Uint16Range(1, 2).Draw(t, "units")}}
	}
	if rare("tools") {
		v.Tools = []int{rapid.IntRange(0, 1).Draw(t, "tool")}
	}
	if rare("soft") {
		v.Soft = &routing.Soft{
			End: routing.Seconds(rapid.IntRange(50, 300).Draw(t, "soft end")), Cap: routing.Seconds(rapid.IntRange(0, 60).Draw(t, "cap")),
			PerSecond: 3,
		}
	}
	if rare("released") {
		v.Release = routing.Seconds(rapid.IntRange(50, 300).Draw(t, "release"))
	}
	if rare("elsewhere") {
		v.Region = rapid.IntRange(1, 3).Draw(t, "region")
	}
	if rare("tied") {
		v.Together = 1
	}
	if rare("optional") {
		v.Optional, v.Prize = true, routing.Cost(rapid.IntRange(0, 900).Draw(t, "prize"))
	}
	some := func(name string) []int {
		if !rare(name) {
			return nil
		}
		return []int{rapid.IntRange(0, shifts-1).Draw(t, name+" shift")}
	}
	v.Allowed, v.Preferred = some("allowed"), some("preferred")
	if s := some("pin"); s != nil {
		v.Pin = &routing.Pin{Shift: &s[0]}
		if rare("pin start") {
			at := routing.Seconds(rapid.IntRange(50, 400).Draw(t, "pinned"))
			v.Pin.Start = &at
		}
	}
	if s := some("told"); s != nil {
		v.Told = &routing.Told{Shift: s[0], Start: routing.Seconds(rapid.IntRange(0, 400).Draw(t, "told start"))}
	}
	return v
}

// live puts some shifts under way: the first visits are frozen in turn.
func live(t *rapid.T, p *routing.Problem) {
	next := 0
	for i := range p.Shifts {
		s := &p.Shifts[i]
		s.Now = s.Work.Start + routing.Seconds(rapid.IntRange(0, 120).Draw(t, "now"))
		n := min(rapid.IntRange(0, 2).Draw(t, "frozen"), len(p.Visits)-next)
		at := s.Work.Start
		s.From = s.Start
		for range n {
			length := routing.Seconds(rapid.IntRange(1, 80).Draw(t, "frozen length"))
			s.Frozen = append(s.Frozen, routing.FrozenStop{Visit: next, Start: at + 5, End: at + 5 + length})
			s.From = p.Visits[next].Place
			at += 5 + length
			next++
		}
		s.HasLeft = n > 0 || rapid.Bool().Draw(t, "left")
	}
	Home(p)
}

// Home ends shifts where their technicians are who have no way home.
func Home(p *routing.Problem) {
	for i := range p.Shifts {
		if s := &p.Shifts[i]; routing.Stranded(p, i) {
			s.End = s.From
		}
	}
}

// Plan draws a plan that puts each visit in a random place or nowhere; frozen
// stops stand where they must. It may break any other rule.
func Plan(t *rapid.T, p *routing.Problem) *routing.Plan {
	plan := &routing.Plan{Rounds: make([]routing.Round, len(p.Shifts))}
	fixed := map[int]bool{}
	for i := range p.Shifts {
		for _, f := range p.Shifts[i].Frozen {
			plan.Rounds[i].Visits = append(plan.Rounds[i].Visits, f.Visit)
			fixed[f.Visit] = true
		}
	}
	for v := range p.Visits {
		if fixed[v] {
			continue
		}
		where := rapid.IntRange(0, len(p.Shifts)).Draw(t, "where")
		if where == len(p.Shifts) {
			plan.Unassigned = append(plan.Unassigned, v)
			continue
		}
		plan.Rounds[where].Visits = append(plan.Rounds[where].Visits, v)
	}
	return plan
}

// SoundPlan draws a plan that breaks no rule, with its timetables and score: visits are
// put into random places one by one, and those that don't fit there are left out. It
// gives no plan where there is none without them, as when what is frozen wants company.
func SoundPlan(t *rapid.T, p *routing.Problem) (*routing.Plan, []routing.Timetable, routing.Score) {
	plan := Plan(t, p)
	kept := &routing.Plan{Rounds: make([]routing.Round, len(p.Shifts)), Unassigned: plan.Unassigned}
	for i, s := range p.Shifts {
		kept.Rounds[i].Visits = plan.Rounds[i].Visits[:len(s.Frozen):len(s.Frozen)]
		kept.Unassigned = append(kept.Unassigned, plan.Rounds[i].Visits[len(s.Frozen):]...)
	}
	slices.Sort(kept.Unassigned)
	tts, score, err := routing.Evaluate(p, kept)
	if err != nil {
		return nil, nil, score
	}
	for i, s := range p.Shifts {
		for _, v := range plan.Rounds[i].Visits[len(s.Frozen):] {
			next := kept.Clone()
			at := rapid.IntRange(len(s.Frozen), len(next.Rounds[i].Visits)).Draw(t, "at")
			next.Rounds[i].Visits = slices.Insert(next.Rounds[i].Visits, at, v)
			next.Unassigned = slices.DeleteFunc(next.Unassigned, func(u int) bool { return u == v })
			if times, better, err := routing.Evaluate(p, next); err == nil {
				kept, tts, score = next, times, better
			}
		}
	}
	return kept, tts, score
}
