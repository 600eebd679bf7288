package demo

import (
	"cmp"
	"fmt"
	"slices"

	"roundsman/dispatch"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geo"
)

var skillNames = []dispatch.SkillName{
	{Code: "hardware", Name: "Computers and what is plugged into them"},
	{Code: "network", Name: "Cables, switches and wireless"},
	{Code: "printer", Name: "Printers and scanners"},
	{Code: "mobile", Name: "Phones and tablets"},
	{Code: "server", Name: "Servers and their rooms"},
	{Code: "security", Name: "Tokens, badges and encryption"},
}

// member is one of the crew. The last three live in the second area and have
// every skill between them; so have the first nine.
type member struct {
	name, spoken string
	begins       [2]int // hour and minute
	skills       map[string]int
}

var (
	usual = [2]int{8, 0}
	early = [2]int{7, 30}
	late  = [2]int{10, 0}
)

var members = []member{
	{"Kenji Watanabe", "Kenji", usual, map[string]int{"hardware": 4, "network": 3, "server": 2}},
	{"Maria Santos", "Maria", usual, map[string]int{"hardware": 3, "printer": 3, "mobile": 2}},
	{"DeShawn Carter", "Shawn", early, map[string]int{"hardware": 3, "network": 4, "security": 2}},
	{"Ingrid Halvorsen", "Inga", usual, map[string]int{"hardware": 5, "printer": 2}},
	{"Rajesh Iyer", "Raj", usual, map[string]int{"hardware": 2, "server": 4, "network": 3}},
	{"Fatima Zahra Alaoui", "Fatima", late, map[string]int{"hardware": 3, "mobile": 4, "security": 3}},
	{"Thomas O'Leary", "Tom", usual, map[string]int{"hardware": 3, "printer": 4, "network": 2}},
	{"Nguyen Thi Lan", "Lan", usual, map[string]int{"hardware": 4, "printer": 2, "mobile": 3}},
	{"Gabriel Moreau", "Gabe", early, map[string]int{"hardware": 2, "network": 2, "printer": 2}},
	{"Aisha Bello", "Aisha", usual, map[string]int{"hardware": 3, "network": 3, "printer": 2}},
	{"Walter Schmidt", "Walt", usual, map[string]int{"hardware": 4, "server": 3, "network": 2}},
	{"Rosa Delgado", "Rosa", late, map[string]int{"hardware": 2, "printer": 3, "mobile": 3, "security": 2}},
}

const (
	shiftMinutes = 8*60 + 30
	overtime     = 60
)

// crew makes the technicians, their skills and their shifts.
func (b *builder) crew(a area) {
	s := &b.world.Setup
	s.Skills = slices.Clone(skillNames)
	region := s.Regions[0].ID
	var homes []orb.Point
	for _, p := range a.parts {
		homes = append(homes, homesOf(p, homes)...)
	}
	days := workingDays(b.day, ShiftDays)
	for i, m := range members {
		t := dispatch.Technician{
			ID: b.id("technician", i+1), RegionID: region, Code: fmt.Sprintf("T%02d", i+1), Name: m.name, SpokenName: m.spoken,
			Home: homes[i], Mode: "car", Phone: fictional(9000 + i), Version: 1,
		}
		s.Technicians = append(s.Technicians, t)
		for _, skill := range skillNames {
			if level := m.skills[skill.Code]; level > 0 {
				s.Holds = append(s.Holds, dispatch.TechnicianSkill{TechnicianID: t.ID, Skill: dispatch.Skill{Code: skill.Code, Level: level}})
			}
		}
		for _, d := range days {
			// Wall-clock times, so that shifts begin at eight on both sides of
			// a change of the clocks.
			end := m.begins[0]*60 + m.begins[1] + shiftMinutes
			s.Shifts = append(s.Shifts, dispatch.Shift{
				ID: b.id("shift", t.Code+" "+string(d)), TechnicianID: t.ID, RegionID: region, Date: d,
				StartsAt: d.At(b.loc, m.begins[0], m.begins[1]).UTC(), EndsAt: d.At(b.loc, end/60, end%60).UTC(), OvertimeMinutes: overtime,
				BreakFrom: d.At(b.loc, 11, 30).UTC(), BreakUntil: d.At(b.loc, 13, 30).UTC(), BreakMinutes: 30,
			})
		}
	}
}

// homesOf gives a home for each of a part's crew: the sites are dealt out from
// west to east, and everybody lives at the free place nearest to the middle one
// of theirs. No two homes are at one point, nor at one of taken.
func homesOf(p part, taken []orb.Point) []orb.Point {
	sites := slices.Clone(p.sites)
	slices.SortFunc(sites, func(x, y Place) int {
		return cmp.Or(cmp.Compare(x.Point[0], y.Point[0]), cmp.Compare(x.Point[1], y.Point[1]))
	})
	taken = slices.Clone(taken)
	var homes []orb.Point
	for i := range p.crew {
		near := p.near
		if len(sites) > 0 {
			near = sites[(2*i+1)*len(sites)/(2*p.crew)].Point
		}
		best, home := -1.0, orb.Point{}
		for _, h := range p.homes {
			if d := geo.Distance(near, h); (best < 0 || d < best) && !slices.Contains(taken, h) {
				best, home = d, h
			}
		}
		// A map without a free place left: next door, a dozen metres away for each.
		for n := 1; best < 0; n++ {
			home = orb.Point{near[0] + float64(n)*0.00015, near[1]}
			if !slices.Contains(taken, home) {
				break
			}
		}
		homes, taken = append(homes, home), append(taken, home)
	}
	return homes
}

// workingDays lists n of them from a day on.
func workingDays(from dispatch.Date, n int) (days []dispatch.Date) {
	for d := from; len(days) < n; d = d.Add(1) {
		if d.Working() {
			days = append(days, d)
		}
	}
	return days
}

// fictional is a phone number that reaches nobody, E.164.
func fictional(n int) string { return fmt.Sprintf("+1302555%04d", n) }
