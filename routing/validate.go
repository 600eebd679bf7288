package routing

import (
	"fmt"
	"slices"

	"roundsman/internal/fault"
)

// MaxBreaks is the most breaks that one shift may have.
const MaxBreaks = 4

// MaxTools is how many tools there may be.
const MaxTools = 64

// maxInstant keeps sums of a few instants inside Seconds: about 77 days.
const maxInstant Seconds = 1 << 28

// Validate says whether the problem is well formed, so that everything else in
// this package may index without looking. It says nothing about whether anybody
// can do a visit: that is an answer of planning, not a fault of the problem.
//
// The error is a *fault.Error of code problem_invalid whose fields hold a JSON
// Pointer to each wrong part, at most 20 of them.
func Validate(p *Problem) error {
	v := validator{p: p}
	for i, t := range p.Tables {
		v.table(fmt.Sprintf("/tables/%d", i), t)
	}
	for i := range p.Shifts {
		v.shift(fmt.Sprintf("/shifts/%d", i), i, &p.Shifts[i])
	}
	for i := range p.Visits {
		v.visit(fmt.Sprintf("/visits/%d", i), &p.Visits[i])
	}
	v.prices()
	for i := range p.Scenarios {
		at := fmt.Sprintf("/scenarios/%d", i)
		v.want(len(p.Scenarios[i].Service) == len(p.Visits), at+"/service", "must hold one factor for each visit")
		v.want(len(p.Scenarios[i].Travel) == len(p.Visits), at+"/travel", "must hold one factor for each visit")
	}
	v.want(p.MostMoved == nil || *p.MostMoved >= 0, "/most_moved", "must not be negative; leave it out for no bound")
	v.want(p.Floor <= 1000, "/floor", "must be at most 1000 thousandths")
	for i := 0; i < len(p.Shifts) && len(v.fields) == 0; i++ {
		v.want(!Stranded(p, i), fmt.Sprintf("/shifts/%d/end", i), "can't be reached any more from where the technician is; end the shift there")
	}
	if len(v.fields) == 0 {
		return nil
	}
	e := fault.New(fault.Invalid, "problem_invalid",
		"the planning problem is malformed: %s %s; correct the fields named and try again", v.fields[0].Pointer, v.fields[0].Message)
	e.Fields = v.fields
	return e
}

type validator struct {
	p      *Problem
	fields []fault.Field
	frozen map[int]bool
}

func (v *validator) want(ok bool, pointer, message string) bool {
	if !ok && len(v.fields) < 20 {
		v.fields = append(v.fields, fault.Field{Pointer: pointer, Message: message})
	}
	return ok
}

func (v *validator) instant(t Seconds, pointer string) {
	v.want(t >= 0 && t <= maxInstant, pointer, "must not be negative nor further than 2^28 seconds away")
}

func (v *validator) table(at string, t *Table) {
	if !v.want(t != nil, at, "is missing") {
		return
	}
	n := t.Rows * t.Cols
	if !v.want(t.Rows == t.Cols && t.Rows > 0, at, "must be square") ||
		!v.want(len(t.Seconds) == n && len(t.Metres) == n, at, "must hold rows x cols entries") {
		return
	}
	v.want(t.Rows == v.p.Tables[0].Rows, at, "must cover the same places as the first table")
	for i, s := range t.Seconds {
		if s != Unreachable && (s < 0 || s > maxInstant) || t.Metres[i] < 0 {
			v.want(false, fmt.Sprintf("%s/seconds/%d", at, i), "must not be negative nor above 2^28; Unreachable stands for no way")
			return
		}
	}
	for i, l := range t.Lengths {
		at := fmt.Sprintf("%s/lengths/%d", at, i)
		v.instant(l.From, at+"/from")
		v.want(i == 0 || l.From > t.Lengths[i-1].From, at, "must begin after the one before it")
		v.want(len(l.Metres) == n && !slices.ContainsFunc(l.Metres, func(m Metres) bool { return m < 0 }), at, "must hold rows x cols lengths, none negative")
	}
	for i := range t.Hours {
		v.hour(fmt.Sprintf("%s/hours/%d", at, i), t, i)
	}
}

func (v *validator) hour(at string, t *Table, i int) {
	x, last := &t.Hours[i], i == len(t.Hours)-1
	v.instant(x.From, at+"/from")
	v.want(i == 0 || x.From > t.Hours[i-1].From, at, "must begin after the hour before it")
	n := len(t.Seconds)
	if !v.want(len(x.Seconds) == n && (x.Later == nil || len(x.Later) == n), at, "must hold rows x cols entries") ||
		!v.want(!last || x.Later == nil, at+"/later", "must not be given of the last hour") {
		return
	}
	for k, s := range x.Seconds {
		later := s
		if x.Later != nil {
			later = x.Later[k]
		}
		switch {
		case s != Unreachable && (s < 0 || s > maxInstant) || later != Unreachable && (later < 0 || later > maxInstant):
			v.want(false, fmt.Sprintf("%s/seconds/%d", at, k), "must not be negative nor above 2^28; Unreachable stands for no way")
			return
		case (s == Unreachable) != (later == Unreachable):
			v.want(false, fmt.Sprintf("%s/later/%d", at, k), "must be a way where there is one in seconds")
			return
		case !last && later < s-(t.Hours[i+1].From-x.From):
			v.want(false, fmt.Sprintf("%s/later/%d", at, k), "must not be less than seconds by more than the hour is long: who leaves later would be there sooner")
			return
		}
	}
}

func (v *validator) place(i int, pointer string) {
	n := 0
	if len(v.p.Tables) > 0 && v.p.Tables[0] != nil {
		n = v.p.Tables[0].Rows
	}
	v.want(i >= 0 && i < n, pointer, "must be a row of the travel tables")
}

func (v *validator) window(w Window, pointer string) {
	v.instant(w.Start, pointer+"/start")
	v.instant(w.End, pointer+"/end")
	v.want(w.Start < w.End, pointer, "must end after it starts")
}

func (v *validator) shift(at string, index int, s *Shift) {
	v.place(s.Start, at+"/start")
	v.place(s.End, at+"/end")
	v.window(s.Work, at+"/work")
	v.instant(s.Overtime, at+"/overtime")
	v.instant(s.Now, at+"/now")
	v.instant(s.MaxTravel, at+"/max_travel")
	v.want(s.Table >= 0 && s.Table < len(v.p.Tables), at+"/table", "must be an index into tables")
	v.want(s.Speed <= 1000, at+"/speed", "must be at most 1000 percent")
	v.want(len(s.Breaks) <= MaxBreaks, at+"/breaks", fmt.Sprintf("must be at most %d", MaxBreaks))
	for i, b := range s.Breaks {
		bat := fmt.Sprintf("%s/breaks/%d", at, i)
		v.window(b.Window, bat+"/window")
		v.instant(b.Duration, bat+"/duration")
		if i > 0 {
			v.want(b.Window.Start >= s.Breaks[i-1].Window.Start, bat, "must not start before the break before it; order breaks by the start of their windows")
		}
	}
	v.tools(s.Tools, at+"/tools")
	if s.Restock != nil {
		v.place(s.Restock.Place, at+"/restock/place")
		v.instant(s.Restock.Service, at+"/restock/service")
	}
	if len(s.Frozen) > 0 || s.HasLeft {
		v.place(s.From, at+"/from")
	}
	for i, f := range s.Frozen {
		fat := fmt.Sprintf("%s/frozen/%d", at, i)
		if !v.want(f.Visit >= 0 && f.Visit < len(v.p.Visits), fat+"/visit", "must be an index into visits") {
			continue
		}
		if v.frozen == nil {
			v.frozen = map[int]bool{}
		}
		v.want(!v.frozen[f.Visit], fat+"/visit", "must be frozen in one place only")
		v.frozen[f.Visit] = true
		v.instant(f.Start, fat+"/start")
		v.instant(f.End, fat+"/end")
		v.want(f.End >= f.Start, fat, "must not end before it starts")
		v.want(len(f.Ends) == 0 || len(v.p.Scenarios) == 0 || len(f.Ends) == len(v.p.Scenarios), fat+"/ends", "must hold one end for each scenario, or none")
		for k, end := range f.Ends {
			v.instant(end, fmt.Sprintf("%s/ends/%d", fat, k))
			v.want(end >= f.Start, fmt.Sprintf("%s/ends/%d", fat, k), "must not be before the start")
		}
	}
}

func (v *validator) visit(at string, x *Visit) {
	v.place(x.Place, at+"/place")
	v.instant(x.Service, at+"/service")
	v.want(x.Service <= maxInstant/16, at+"/service", "must be at most 2^24 seconds")
	v.instant(x.Access, at+"/access")
	v.instant(x.Walk, at+"/walk")
	v.instant(x.Release, at+"/release")
	v.want(x.Region >= 0, at+"/region", "must not be negative; 0 is in everybody's region")
	v.want(x.Priority >= 1 && x.Priority <= 9, at+"/priority", "must be 1 to 9")
	for i, w := range x.Windows {
		wat := fmt.Sprintf("%s/windows/%d", at, i)
		v.window(w, wat)
		if i > 0 {
			v.want(w.Start > x.Windows[i-1].End, wat, "must start after the window before it ends; order windows and join those that touch")
		}
	}
	if x.Promise != nil {
		v.window(*x.Promise, at+"/promise")
	}
	for i, n := range x.Skills {
		v.want(n.Skill >= 0, fmt.Sprintf("%s/skills/%d", at, i), "must not be negative")
	}
	for i, n := range x.Kit {
		v.want(n.Item >= 0, fmt.Sprintf("%s/kit/%d", at, i), "must not be negative")
	}
	v.tools(x.Tools, at+"/tools")
	if x.Soft != nil {
		v.instant(x.Soft.End, at+"/soft/end")
		v.instant(x.Soft.Cap, at+"/soft/cap")
		v.want(x.Soft.PerSecond >= 0 && x.Soft.PerSecond <= 1<<40, at+"/soft/per_second", "must be 0 to 2^40")
	}
	v.want(x.Prize >= 0 && x.Prize <= 1<<40, at+"/prize", "must be 0 to 2^40")
	v.want(x.Meet >= 0, at+"/meet", "must not be negative; 0 meets nobody")
	v.want(x.Meet == 0 || x.Service > 0, at+"/service", "must be positive for visits that meet")
	for i, u := range x.After {
		v.want(u >= 0 && u < len(v.p.Visits) && &v.p.Visits[u] != x, fmt.Sprintf("%s/after/%d", at, i), "must be an index into visits, and not the visit itself")
	}
	v.want(x.Together >= 0, at+"/together", "must not be negative; 0 ties to nobody")
	for i, s := range x.Allowed {
		v.shiftIndex(s, fmt.Sprintf("%s/allowed/%d", at, i))
	}
	for i, s := range x.Preferred {
		v.shiftIndex(s, fmt.Sprintf("%s/preferred/%d", at, i))
	}
	if x.Pin != nil && x.Pin.Shift != nil {
		v.shiftIndex(*x.Pin.Shift, at+"/pin/shift")
	}
	if x.Pin != nil && x.Pin.Start != nil {
		v.instant(*x.Pin.Start, at+"/pin/start")
	}
	if x.Told != nil {
		v.shiftIndex(x.Told.Shift, at+"/told/shift")
		v.instant(x.Told.Start, at+"/told/start")
	}
}

func (v *validator) tools(list []int, pointer string) {
	for i, t := range list {
		v.want(t >= 0 && t < MaxTools, fmt.Sprintf("%s/%d", pointer, i), fmt.Sprintf("must be 0 to %d", MaxTools-1))
	}
}

func (v *validator) shiftIndex(s int, pointer string) {
	v.want(s >= 0 && s < len(v.p.Shifts), pointer, "must be an index into shifts")
}

func (v *validator) prices() {
	c := v.p.Prices
	for _, x := range []struct {
		price Cost
		name  string
	}{
		{c.TravelSecond, "travel_second"}, {c.WaitSecond, "wait_second"}, {c.OvertimeSecond, "overtime_second"}, {c.DutySecond, "duty_second"},
		{c.Missed, "missed"}, {c.LateSecond, "late_second"}, {c.NotPreferred, "not_preferred"}, {c.Churn, "churn"}, {c.Round, "round"},
	} {
		v.want(x.price >= 0 && x.price <= 1<<40, "/prices/"+x.name, "must be 0 to 2^40")
	}
	v.want(c.ChurnFree >= 0, "/prices/churn_free", "must not be negative")
}
