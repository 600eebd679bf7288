package day

import (
	"cmp"
	"slices"

	"roundsman/routing"
)

// place is somewhere a visit would fit.
type place struct {
	shift  int
	at     int
	late   routing.Seconds // what it adds in lateness
	cost   routing.Cost    // and in cost
	arrive routing.Seconds
	visits []int // the round with it
	tt     routing.Timetable
}

// guard says how much a place may hurt the promises of its round.
type guard uint8

const (
	guardRules guard = iota // only the hard rules hold
	guardRisk               // no promise may fall below the risk floor
	guardQuote              // no promise may fall below the quote floor, nor become late as planned
)

// anHour is how many places with an arrival in the same hour are offered: windows
// are an hour apart, so more of them would not be seen.
const anHour = 3

// places lists where a visit of the day fits, cheapest first: the best one only,
// or for a quote the best of each hour. Every gap of every round is looked at as
// planned; samples judge those that would be taken.
func (t *trial) places(i, visit int, g guard) []place {
	s := t.days[i]
	var fits []place
	var hours [48]int
	scratch := slices.Clone(s.chance)
	for _, c := range s.gaps(visit) {
		hour := min(max(int(c.arrive)/3600, 0), len(hours)-1)
		if g == guardQuote && (c.late > 0 || hours[hour] == anHour && s.day.Shifts[c.shift].TechnicianID != t.prefer) {
			continue
		}
		s.fill(&c, visit)
		switch {
		case g == guardRules:
			return []place{c}
		case g == guardRisk && t.guarded(s, &c, visit, t.floors.Risk, scratch):
			return []place{c}
		case g == guardQuote && t.guarded(s, &c, visit, t.floors.Quote, scratch):
			hours[hour]++
			fits = append(fits, c)
		}
	}
	return fits
}

// gaps lists every place that breaks no hard rule, the one that adds least
// lateness first, then least cost. Their rounds are not filled in.
func (s *sheet) gaps(visit int) []place {
	var list []place
	var tt routing.Timetable
	var visits []int
	for shift := range s.rounds {
		if routing.Suits(s.p, shift, visit).Refused() {
			continue
		}
		r := &s.rounds[shift]
		base := routing.RoundCost(s.p, &r.tt)
		for at := len(s.p.Shifts[shift].Frozen); at <= len(r.visits); at++ {
			visits = append(append(append(visits[:0], r.visits[:at]...), visit), r.visits[at:]...)
			if routing.EvaluateRound(s.day.appoint(s.p, visits), shift, visits, &tt).Refused() || disorder(s.p, visits).Refused() {
				continue
			}
			list = append(list, place{shift: shift, at: at, late: tt.Late - r.tt.Late,
				cost: routing.RoundCost(s.p, &tt) - base, arrive: tt.Stops[at].Arrive})
		}
	}
	slices.SortStableFunc(list, func(a, b place) int {
		return cmp.Or(cmp.Compare(a.late, b.late), cmp.Compare(a.cost, b.cost))
	})
	return list
}

// fill gives a place its round and timetable.
func (s *sheet) fill(c *place, visit int) {
	r := &s.rounds[c.shift]
	c.visits = slices.Insert(slices.Clone(r.visits), c.at, visit)
	routing.EvaluateRound(s.day.appoint(s.p, c.visits), c.shift, c.visits, &c.tt)
}

// guarded says whether every promise of the round stays above the floor, or
// where it was.
func (t *trial) guarded(s *sheet, c *place, visit int, floor float64, chance []float64) bool {
	r := round{visits: c.visits, tt: c.tt}
	s.judge(s.day.appoint(s.p, c.visits), &r, chance)
	ok := true
	for _, v := range c.visits {
		before := s.chance[v]
		if v == visit {
			before = 1
		}
		if s.day.Visits[v].Promise != nil && chance[v] < min(floor, before) {
			ok = false
		}
		chance[v] = s.chance[v]
	}
	return ok
}
