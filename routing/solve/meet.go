package solve

import (
	"cmp"
	"slices"

	"roundsman/routing"
)

// place inserts the units that are left out, one after the other, where they fit:
// the more important first, each with those that have to come before it. The first
// time it takes the time that it takes, for there is no plan without.
func (b *bargain) place(plan *routing.Plan) {
	order := slices.Clone(b.units)
	b.rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
	slices.SortStableFunc(order, func(x, y []int) int {
		return int(b.p.Visits[x[0]].Priority) - int(b.p.Visits[y[0]].Priority)
	})
	for _, unit := range order {
		if b.ctx.Err() != nil || b.begun && b.late() {
			return
		}
		if !slices.Contains(plan.Unassigned, unit[0]) {
			continue
		}
		if next := plan.Clone(); b.bring(next, unit, 0) {
			*plan = *next
		}
	}
}

// bring inserts a unit, before it those it comes after. Whoever is needed for
// others is worth more than their prize.
func (b *bargain) bring(plan *routing.Plan, unit []int, needed int) bool {
	if needed > len(b.p.Visits) {
		return false // they wait for each other
	}
	for _, v := range unit {
		for _, u := range b.p.Visits[v].After {
			if slices.Contains(plan.Unassigned, u) && !b.bring(plan, b.unitOf(u), needed+1) {
				return false
			}
		}
	}
	return b.insert(plan, unit, needed > 0)
}

// unitOf gives those that come with a visit.
func (b *bargain) unitOf(v int) []int {
	for _, unit := range b.units {
		if slices.Contains(unit, v) {
			return unit
		}
	}
	return []int{v}
}

// insert puts one unit into a plan, if it fits.
func (b *bargain) insert(plan *routing.Plan, unit []int, needed bool) bool {
	q, err := apartFor(b.p, plan, unit)
	if err != nil {
		return false
	}
	if len(unit) == 1 {
		next := plan.Clone()
		return b.insertOne(q, next, unit[0], -1, needed) && b.replace(plan, next)
	}
	s, err := b.stand(q, plan)
	if err != nil {
		return false
	}
	lists := make([][]Insertion, len(unit))
	for i, v := range unit {
		if lists[i] = b.find(s, v); len(lists[i]) == 0 {
			return false
		}
	}
	for _, o := range b.offers(lists) {
		if next := b.meet(q, plan, unit, o, needed); next != nil && b.replace(plan, next) {
			return true
		}
	}
	return false
}

// stand is standApart for a problem of terms. By the hour each plan has ways of its
// own, and only those who meet are brought into it on one core.
func (b *bargain) stand(q *routing.Problem, plan *routing.Plan) (*Standing, error) {
	if b.core == nil || !slices.Equal(b.core.p.Tables, q.Tables) {
		b.core = newCore(q)
	}
	return standOn(b.core.under(q), plan)
}

// replace takes over a plan if it can be: bounds that are right for one change
// need not be for two.
func (b *bargain) replace(plan, next *routing.Plan) bool {
	if _, _, err := routing.Evaluate(b.p, next); err != nil {
		return false
	}
	*plan = *next
	return true
}

func (b *bargain) find(s *Standing, v int) []Insertion {
	found := s.Insert(v, places, nil)
	if len(found) == 0 && b.p.Visits[v].Promise != nil {
		found = s.InsertLate(v, places)
	}
	return found
}

// insertOne puts one visit where it costs least, or now and then elsewhere; with
// shift not negative, there at its cheapest place.
func (b *bargain) insertOne(q *routing.Problem, plan *routing.Plan, v, shift int, needed bool) bool {
	s, err := b.stand(q, plan)
	if err != nil {
		return false
	}
	found := slices.DeleteFunc(b.find(s, v), func(x Insertion) bool {
		return shift >= 0 && x.Shift != shift || !needed && b.p.Visits[v].Optional && x.Delta >= b.p.Visits[v].Prize
	})
	if len(found) == 0 {
		return false
	}
	x := found[0]
	if shift < 0 && b.rng.Float64() < boldness {
		x = found[b.rng.IntN(len(found))]
	}
	r := &plan.Rounds[x.Shift]
	r.Visits = slices.Insert(slices.Clone(r.Visits), x.Index, v)
	plan.Unassigned = slices.DeleteFunc(plan.Unassigned, func(u int) bool { return u == v })
	return true
}

// offer is an instant at which all of a unit could begin, and in which shifts.
type offer struct {
	at     routing.Seconds
	shifts []int // by member
	cost   routing.Cost
}

// offers lists when all who meet could begin, the cheapest first; now and then in
// any order. Slack says how long each could wait for the others.
func (b *bargain) offers(lists [][]Insertion) []offer {
	var out []offer
	for _, list := range lists {
		for _, x := range list {
			if slices.ContainsFunc(out, func(y offer) bool { return y.at == x.Start }) {
				continue
			}
			if o, ok := cheapest(lists, x.Start, nil, 0); ok {
				out = append(out, o)
			}
		}
	}
	slices.SortStableFunc(out, func(x, y offer) int { return cmp.Compare(x.cost, y.cost) })
	if b.rng.Float64() < boldness {
		b.rng.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	}
	return out[:min(len(out), attempts)]
}

// cheapest gives the shifts, each another, in which the members behind those taken
// could begin at an instant at the least cost.
func cheapest(lists [][]Insertion, at routing.Seconds, taken []int, cost routing.Cost) (best offer, ok bool) {
	if len(taken) == len(lists) {
		return offer{at, slices.Clone(taken), cost}, true
	}
	for _, x := range lists[len(taken)] {
		if x.Start > at || at > x.Start+x.Slack || slices.Contains(taken, x.Shift) || ok && cost+x.Delta >= best.cost {
			continue
		}
		if o, whole := cheapest(lists, at, append(taken, x.Shift), cost+x.Delta); whole && (!ok || o.cost < best.cost) {
			best, ok = o, true
		}
	}
	return best, ok
}

// meet puts all of a unit into a plan as offered; nil when they don't fit.
func (b *bargain) meet(q *routing.Problem, plan *routing.Plan, unit []int, o offer, needed bool) *routing.Plan {
	pinned := *q
	pinned.Visits = slices.Clone(q.Visits)
	for _, v := range unit {
		pin := routing.Pin{}
		if q.Visits[v].Pin != nil {
			pin = *q.Visits[v].Pin
		}
		if pin.Start != nil && *pin.Start != o.at {
			return nil
		}
		pin.Start = &o.at
		pinned.Visits[v].Pin = &pin
	}
	next := plan.Clone()
	for i, v := range unit {
		if !b.insertOne(&pinned, next, v, o.shifts[i], needed) {
			return nil
		}
	}
	return next
}

// apartFor is routing.Apart for one change of the plan: the visits given are
// let in, though those they meet aren't there yet.
func apartFor(p *routing.Problem, plan *routing.Plan, visits []int) (*routing.Problem, error) {
	tts, _, err := routing.Evaluate(p, plan)
	if err != nil {
		return nil, err
	}
	q := *routing.Steady(routing.Apart(routing.Certain(p), plan, tts, nil), plan, tts)
	if len(visits) > 1 {
		q.Visits = slices.Clone(q.Visits)
		for _, v := range visits {
			q.Visits[v].Allowed = p.Visits[v].Allowed
		}
	}
	return &q, nil
}
