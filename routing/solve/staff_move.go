package solve

import (
	"math"
	"slices"
)

// join makes two stops neighbours.
func (s *staff) join(p, q int32) {
	leg := int32(0)
	a, b := &s.stops[p], &s.stops[q]
	if l := &s.lanes[max(a.lane, b.lane)]; p < int32(s.visits) || q < int32(s.visits) || l.Out {
		leg = min(farOff, s.lanes[0].leg(a.place, b.place))
	}
	a.next, a.legOut, a.onward, b.prev, b.legIn, b.back = q, leg, b.place, p, leg, a.place
}

// chain puts a visit behind a stop of a lane, without renewing the times.
func (s *staff) chain(v, p, lane int32) {
	b := s.keepRound(lane)
	s.keep(v)
	q := s.stops[p].next
	b.travel -= int64(s.stops[p].legOut)
	s.stops[v].lane = lane
	s.join(p, v)
	s.join(v, q)
	b.travel += int64(s.stops[v].legIn) + int64(s.stops[v].legOut)
	b.visits++
	for k, n := range s.core.needs[int(v)*s.items : (int(v)+1)*s.items] {
		s.units[int(lane)*s.items+k] += n
	}
}

// unchain takes a visit out, without renewing the times.
func (s *staff) unchain(v int32) {
	x := &s.stops[v]
	lane := x.lane
	b := s.keepRound(lane)
	b.travel -= int64(x.legIn) + int64(x.legOut)
	s.join(x.prev, x.next)
	b.travel += int64(s.stops[x.prev].legOut)
	b.visits--
	for k, n := range s.core.needs[int(v)*s.items : (int(v)+1)*s.items] {
		s.units[int(lane)*s.items+k] -= n
	}
	s.leave(v)
}

// leave makes a stop absent, and a place beside it worth nothing.
func (s *staff) leave(v int32) {
	x := &s.stops[v]
	x.lane, x.slackOut, x.slackIn = -1, -farOff, -farOff
}

// ruin takes strings of neighbouring visits out of their rounds.
// They may leave a round without a way home; then it gives false.
func (s *staff) ruin(near [][]int32) bool {
	s.cutStrings(s, near, true)
	return !s.broken
}

func (s *staff) laneOf(v int32) int32         { return s.stops[v].lane }
func (s *staff) around(id int32) (p, q int32) { return s.stops[id].prev, s.stops[id].next }
func (s *staff) visitsOf(lane int32) int32    { return s.rounds[lane].visits }

// cut takes out so many visits from one on, save those from keepFrom to keepTo-1.
func (s *staff) cut(from, total, keepFrom, keepTo int32) {
	lane, v, prev := s.stops[from].lane, from, s.stops[from].prev
	for i := range total {
		next := s.stops[v].next
		if i < keepFrom || i >= keepTo {
			s.unchain(v)
			s.gone(v)
		}
		v = next
	}
	s.broken = !s.renew(lane, s.stops[prev].next, s.stops[v].prev) || s.broken
}

// recreate brings back what ruin took out, and tries some of those that were left
// out before, until that costs more than roof. The cost is then a bound from below,
// until confirm.
func (s *staff) recreate(blind bool) bool {
	s.line()
	s.blinking = 0
	if blind {
		s.blinking = uint64(s.blink * (1 << 16))
	}
	price := int64(s.p.Prices.TravelSecond)
	cost := s.cost
	for i := range s.roundLog {
		x := &s.roundLog[i]
		cost += s.rounds[x.lane].travel*price - x.cost
	}
	for _, q := range s.queue {
		cost -= max(0, s.prize[q.visit])
	}
	for _, q := range s.queue {
		before := len(s.roundLog)
		cost += s.lodge(q.visit, blind) * price
		for i := range s.roundLog[before:] {
			x := &s.roundLog[before+i]
			cost += x.travel*price - x.cost
		}
		if float64(cost) >= s.roof {
			return false
		}
	}
	for i := range s.roundLog {
		x := &s.roundLog[i]
		b := &s.rounds[x.lane]
		b.cost = b.travel * price
		if b.visits > 0 {
			b.cost += int64(s.p.Prices.Round)
		}
		s.cost += b.cost - x.cost
		s.shift(-b.moved)
		b.moved = 0
		if b.visits > 0 && x.visits == 0 {
			s.busy++
		}
		if b.visits == 0 && x.visits > 0 {
			s.busy--
		}
	}
	return true
}

// confirm makes the cost exact, as long as it is below a bound. It says whether the
// rounds are possible and the cost stays below.
func (s *staff) confirm(bound float64) bool {
	if s.waiting > s.was.waiting {
		return false // a promise that can't be kept any more is for the general rounds
	}
	for i := range s.roundLog {
		r := s.roundLog[i].lane
		t := &s.scratch
		t.visits = s.listed(r, t.visits)
		if !s.refresh(int(r), t) || t.late > 0 {
			return false
		}
		b := &s.rounds[r]
		s.cost += t.cost - b.cost
		b.cost = t.cost
		s.shift(t.moved)
		b.moved = t.moved
		if float64(s.energy()) >= bound {
			return false
		}
	}
	return true
}

// lodge inserts an absent visit where it costs least, if it fits anywhere, and gives
// the detour.
func (s *staff) lodge(v int32, blind bool) int64 {
	s.found = berth{math.MaxInt64, -1}
	if s.prize[v] >= 0 && (!blind || s.chance() >= daring) {
		s.found.bound = s.prize[v]
	}
	toV := s.lookNear(v)
	if s.found.behind < 0 {
		s.lookEverywhere(v, toV)
	}
	p := s.found.behind
	if p < 0 {
		return 0
	}
	lane := s.stops[p].lane
	was := s.rounds[lane].travel
	s.chain(v, p, lane)
	next := s.stops[v].next
	if !s.renew(lane, v, v) {
		s.unchain(v)
		s.renew(lane, next, p)
		return 0
	}
	s.come(v)
	return s.rounds[lane].travel - was
}

// lookNear looks at the places beside the visit's neighbours, and into empty rounds
// that begin near it. It gives the ways to the visit by place.
func (s *staff) lookNear(v int32) []int32 {
	l := &s.lanes[0]
	from := int(s.core.place[v]) * l.cols
	toV, fromV := l.into[from:from+l.cols], l.seconds[from:from+l.cols]
	worth, first, last, quick := s.worth(), s.opening(v), s.lastStart(v), s.quick[v]
	// First all detours, less what may be saved, which takes no decisions; then the
	// places that are worth a look.
	stops, after, ahead := s.stops, s.after[v], s.ahead[v]
	detours := s.detours[:len(after)]
	for i, b := range after {
		x := &stops[b.visit]
		detours[i] = b.leg + min(farOff, int32(fromV[x.onward])) - x.slackOut
	}
	for i, d := range detours {
		if d >= worth {
			continue
		}
		b := after[i]
		x := &stops[b.visit]
		y, door, out := &stops[x.next], x.soon+b.leg, min(farOff, int32(fromV[x.onward]))
		if door <= last && max(door, first)+quick+out <= y.due && x.lane != s.barred && s.bears(v, x.lane) {
			bound := s.found.bound
			if s.fit(v, b.visit, b.leg, out); s.found.bound < bound {
				worth = s.worth()
			}
		}
	}
	detours = s.detours[:len(ahead)]
	for i, b := range ahead {
		y := &stops[b.visit]
		detours[i] = b.leg + min(farOff, toV[y.back]) - y.slackIn
	}
	for i, d := range detours {
		if d >= worth {
			continue
		}
		b := ahead[i]
		y := &stops[b.visit]
		in := min(farOff, toV[y.back])
		door := stops[y.prev].soon + in
		if door <= last && max(door, first)+quick+b.leg <= y.due && y.lane != s.barred && s.bears(v, y.lane) {
			bound := s.found.bound
			if s.fit(v, y.prev, in, b.leg); s.found.bound < bound {
				worth = s.worth()
			}
		}
	}
	for _, r := range s.begins[v] {
		if s.rounds[r].visits == 0 && r != s.barred && (s.closed == nil || !s.closed[r]) && s.bears(v, r) {
			s.fit(v, s.begin(r), min(farOff, toV[s.lanes[r].Place]), min(farOff, int32(fromV[s.lanes[r].end])))
		}
	}
	return toV
}

// worth is the shortest detour that costs more than what was found.
func (s *staff) worth() int32 {
	return shortest(s.found.bound, 0, int64(s.p.Prices.TravelSecond))
}

// bears says whether a lane may have a visit, and has room for it besides those that
// it has.
func (s *staff) bears(v, lane int32) bool {
	if !s.able[int(lane)*s.visits+int(v)] {
		return false
	}
	k := int(lane) * s.items
	for i, units := range s.core.needs[int(v)*s.items : (int(v)+1)*s.items] {
		if units > 0 && s.units[k+i]+units > s.carried[k+i] {
			return false
		}
	}
	return true
}

// lookEverywhere looks at all places of all rounds.
func (s *staff) lookEverywhere(v int32, toV []int32) {
	n, l := int32(s.visits), &s.lanes[0]
	for r := range int32(len(s.lanes)) {
		if r == s.barred || s.closed != nil && s.closed[r] || !s.bears(v, r) {
			continue
		}
		for id := s.begin(r); ; {
			x := &s.stops[id]
			s.fit(v, id, min(farOff, toV[x.place]), min(farOff, l.leg(s.core.place[v], s.stops[x.next].place)))
			if id = x.next; id >= n {
				break
			}
		}
	}
}

func (s *staff) exchange() bool              { return s.exchangeRounds(s) }
func (s *staff) suitable(lane, v int32) bool { return s.able[int(lane)*s.visits+int(v)] }
func (s *staff) hold(lane int32)             { s.keepRound(lane) }

// reseat gives a lane the round of these visits, and says whether it is possible.
func (s *staff) reseat(lane int32, visits []int32) bool {
	r := s.keepRound(lane)
	units := s.units[int(lane)*s.items : int(lane+1)*s.items]
	clear(units)
	*r = round{visits: int32(len(visits)), moved: r.moved}
	at, end := s.begin(lane), s.end(lane)
	for _, v := range slices.Concat(visits, []int32{end}) {
		if v != end {
			s.stops[v].lane = lane
			for k, n := range s.core.needs[int(v)*s.items : (int(v)+1)*s.items] {
				units[k] += n
			}
		}
		s.join(at, v)
		r.travel += int64(s.stops[v].legIn)
		at = v
	}
	for k, n := range units {
		if n > s.carried[int(lane)*s.items+k] {
			return false
		}
	}
	return s.renew(lane, s.stops[s.begin(lane)].next, s.stops[end].prev)
}
