package day

import (
	"cmp"
	"slices"

	"roundsman/dispatch"
	"roundsman/internal/ids"
)

// FirstOfAll is the priority of what goes before everything else.
const FirstOfAll = 1

// Urgent finds the change that brings somebody to a visit soonest on a day: next,
// behind what each technician has begun, with whom the fewest promises are lost,
// and of those with whom it is reached first. Where nobody can, it gives the change
// that fails for the technician who could come nearest, so that its outcome says
// why.
func (b *Board) Urgent(visit ids.ID, k dispatch.DayKey) (Change, Outcome) {
	type tried struct {
		c    Change
		o    Outcome
		lost int
	}
	var list []tried
	for i := range b.days {
		if b.days[i].day.Key != k {
			continue
		}
		for s := range b.days[i].day.Shifts {
			c := Change{Kind: KindUrgent, Acts: []Act{{Urgency: &Urgency{VisitID: visit, Priority: FirstOfAll}},
				{Put: &Put{VisitID: visit, Day: k, RoundID: b.days[i].day.Shifts[s].RoundID}}}}
			x := tried{c: c, o: b.Try(c)}
			for _, f := range x.o.Flags {
				if f.Code == "promise_late" {
					x.lost++
				}
			}
			list = append(list, x)
		}
	}
	if len(list) == 0 {
		c := Change{Kind: KindUrgent, Acts: []Act{{Urgency: &Urgency{VisitID: visit, Priority: FirstOfAll}}, {Put: &Put{VisitID: visit, Day: k}}}}
		return c, b.Try(c)
	}
	best := slices.MinFunc(list, func(x, y tried) int {
		if x.o.Feasible != y.o.Feasible {
			return -flag(x.o.Feasible, y.o.Feasible)
		}
		if !x.o.Feasible {
			return cmp.Compare(len(x.o.Blocked), len(y.o.Blocked))
		}
		return cmp.Or(cmp.Compare(x.lost, y.lost), x.o.reached(visit).Compare(y.o.reached(visit)))
	})
	return best.c, best.o
}

// Join finds a place for a further visit with another technician than one's own:
// the cheapest that leaves every promise above the risk floor. ok is false when
// there is none; then why says so, technician by technician.
func (b *Board) Join(own ids.ID, v Visit) (c Change, why []dispatch.Clause, ok bool) {
	t := b.trial(Change{})
	i, shift, _, in := t.where(own)
	if !in {
		return c, []dispatch.Clause{{Code: "visit_waiting", Text: "the visit is in no round that somebody could join"}}, false
	}
	order := t.orderOf(i)
	s := t.write(i)
	at, _ := s.day.find(v.ID)
	s.day.Visits = slices.Insert(s.day.Visits, at, v)
	t.rebuild(i, order)
	s = t.days[i]
	k, _ := s.day.find(v.ID)
	others := []int{}
	for x := range s.day.Shifts {
		if x != shift {
			others = append(others, x)
		}
	}
	s.p.Visits[k].Allowed = others
	places := t.places(i, k, guardRisk)
	if len(places) == 0 {
		return c, t.reasons(i, k), false
	}
	p := places[0]
	put := &Put{VisitID: v.ID, New: &v, Day: s.day.Key, RoundID: s.day.Shifts[p.shift].RoundID}
	if p.at > len(s.p.Shifts[p.shift].Frozen) {
		after := s.day.Visits[s.rounds[p.shift].visits[p.at-1]].ID
		put.After = &after
	}
	return Change{Kind: KindJoin, Acts: []Act{{Put: put}}}, nil, true
}
