package solve

import (
	"math"

	"roundsman/routing"
)

// perch is the cheapest place found for a visit: what it costs, behind which stop, and
// behind which one the round has to call at the depot first, -1 where it has not.
type perch struct {
	bound        int64
	behind, call int32
}

// wanting is a lane that would have to call at the depot for a visit, and what the visit
// would cost there without.
type wanting struct {
	lane int32
	cost int64
}

// sought is a visit that is looked for, with what all its places have in common.
type sought struct {
	v                  int32
	first, last, quick int32
	toV                []int32           // seconds to it, by place
	fromV              []routing.Seconds // seconds from it
	ways               int64             // price of a second on the way
	duty               int64             // of any other second
	base               int64             // what its service costs at least
}

func (s *squad) seek(v int32) sought {
	l, pr := &s.lanes[0], &s.p.Prices
	from := int(s.core.place[v]) * l.cols
	x := sought{
		v: v, first: s.first[v], last: s.core.last[v], quick: s.quick[v],
		toV: l.into[from : from+l.cols], fromV: l.seconds[from : from+l.cols],
		ways: int64(pr.TravelSecond + pr.DutySecond), duty: int64(pr.DutySecond),
	}
	x.base = int64(x.quick) * x.duty
	return x
}

// worth is the shortest detour that costs more than what was found.
func (s *squad) worth(x *sought) int32 {
	return shortest(s.found.bound, -x.base, x.ways)
}

// lookAlone looks at the empty round where the visit costs least.
func (s *squad) lookAlone(v int32) {
	for i := range s.alone[v] {
		a := &s.alone[v][i]
		if a.cost >= s.found.bound {
			return
		}
		for _, r := range s.empties[a.class] {
			if s.rounds[r].busy || r == s.barred || s.closed != nil && s.closed[r] {
				continue
			}
			if s.blinks() {
				break
			}
			if s.found = (perch{a.cost, s.begin(r), -1}); a.called {
				s.found = perch{a.cost, s.call(r), s.begin(r)}
			}
			return
		}
	}
}

// lookNear looks at the places beside the visit's neighbours, and at empty rounds.
func (s *squad) lookNear(x *sought) {
	s.look++
	s.wanting = s.wanting[:0]
	s.lookAlone(x.v)
	worth := s.worth(x)
	stops, toV, fromV := s.stops, x.toV, x.fromV
	for _, b := range s.after[x.v] {
		y := &stops[b.visit]
		if out := min(farOff, int32(fromV[y.onward])); b.leg+out-y.slackOut < worth && s.fit(x, b.visit, b.leg, out) {
			worth = s.worth(x)
		}
	}
	for _, b := range s.ahead[x.v] {
		y := &stops[b.visit]
		if in := min(farOff, toV[y.back]); b.leg+in-y.slackIn < worth && s.fit(x, y.prev, in, b.leg) {
			worth = s.worth(x)
		}
	}
	for _, w := range s.wanting {
		if w.cost < s.found.bound {
			s.lookDepot(x, w.lane)
		}
	}
}

// fit looks whether a visit fits behind a stop, with these ways there and on, and costs
// less there than what was found. It says whether it does. Where it would, but for a
// call at the depot, the lane is wanting.
func (s *squad) fit(x *sought, p, in, out int32) bool {
	a := &s.stops[p]
	b := &s.stops[a.next]
	start := max(a.soon+in, x.first)
	if start > x.last || start+x.quick+out > b.due || a.lane == s.barred {
		return false
	}
	service := x.quick
	if s.mixed {
		if service = s.lanes[a.lane].service[x.v]; start+service+out > b.due {
			return false
		}
	}
	leave := min(max(a.late+in, x.first), x.last) + service
	// Waiting for the visit, and behind it, less what is waited between the two now.
	wait := max(0, x.first-in-a.late) + max(0, b.early-out-leave) - (a.slackOut - a.legOut)
	cost := int64(in+out-a.legOut)*x.ways + int64(service+wait)*x.duty
	if !s.rounds[a.lane].busy {
		cost += int64(s.p.Prices.Round)
	}
	if cost >= s.found.bound {
		return false
	}
	if !s.bears(x.v, a.lane, a.supplied) {
		if s.wants(x.v, a.lane) {
			s.want(a.lane, cost)
		}
		return false
	}
	if s.blinks() {
		return false
	}
	s.found = perch{cost, p, -1}
	return true
}

// bears says whether a lane may have a visit, and enough for it: behind the call at the
// depot it always has.
func (s *squad) bears(v, lane int32, behind bool) bool {
	switch s.able[int(lane)*s.visits+int(v)] {
	case cannot:
		return false
	case canSupplied:
		return behind
	}
	if behind || !s.kitted[v] {
		return true
	}
	k := int(lane) * s.items
	for i, units := range s.core.needs[int(v)*s.items : (int(v)+1)*s.items] {
		if units > 0 && s.units[k+i]+units > s.carried[k+i] {
			return false
		}
	}
	return true
}

// wants says whether a call at the depot, or an earlier one, would let a lane have a visit
// that it does not bear.
func (s *squad) wants(v, lane int32) bool {
	return s.able[int(lane)*s.visits+int(v)] != cannot && s.lanes[lane].depot >= 0
}

// want notes a lane that would have to call at the depot.
func (s *squad) want(lane int32, cost int64) {
	if s.asked[lane] != s.look {
		s.asked[lane] = s.look
		s.wanting = append(s.wanting, wanting{lane, cost})
		return
	}
	for i := range s.wanting {
		if w := &s.wanting[i]; w.lane == lane {
			w.cost = min(w.cost, cost)
		}
	}
}

// lookEverywhere looks at all places of all rounds.
func (s *squad) lookEverywhere(x *sought) {
	n := int32(s.nodes)
	for r := range int32(len(s.lanes)) {
		if r == s.barred || s.closed != nil && s.closed[r] || s.able[int(r)*s.visits+int(x.v)] == cannot {
			continue
		}
		s.look++
		s.wanting = s.wanting[:0]
		for id := s.begin(r); ; {
			y := &s.stops[id]
			s.fit(x, id, min(farOff, x.toV[y.place]), min(farOff, int32(x.fromV[y.onward])))
			if id = y.next; id >= n {
				break
			}
		}
		if !s.bears(x.v, r, false) && s.wants(x.v, r) {
			s.lookDepot(x, r)
		}
	}
}

// lookDepot looks at all places in a round that has to call at the depot first, or sooner
// than it does.
func (s *squad) lookDepot(x *sought, lane int32) {
	if !s.rounds[lane].called {
		s.lookCalls(x, lane, s.stops[s.end(lane)].prev)
		return
	}
	was, cost := s.found, s.rounds[lane].cost
	p, possible := s.lift(lane)
	if possible {
		saved := cost - s.worthOf(lane)
		if was.bound < math.MaxInt64 {
			s.found.bound += saved
		}
		bound := s.found.bound
		s.lookCalls(x, lane, s.lastCall(lane))
		if s.found.bound < bound {
			s.found.bound -= saved
		} else {
			s.found = was
		}
	}
	q := s.stops[p].next
	s.chainCall(lane, p)
	s.count(lane)
	s.renew(lane, p, q)
}

// lift takes the call at the depot out for a while. It gives the stop that it came behind,
// and whether the round is possible but for kit and tools.
func (s *squad) lift(lane int32) (p int32, possible bool) {
	call := s.call(lane)
	p = s.stops[call].prev
	s.unchainCall(lane)
	for id := s.stops[p].next; id < int32(s.nodes); id = s.stops[id].next {
		s.stops[id].supplied = false
	}
	return p, s.renew(lane, p, s.stops[p].next)
}

// lastCall is the last stop of a round without a call behind which one is soon enough.
func (s *squad) lastCall(lane int32) int32 {
	k, p := int(lane)*s.items, s.begin(lane)
	clear(s.units[k : k+s.items])
	for v := s.stops[p].next; v < int32(s.visits); v = s.stops[v].next {
		if s.able[int(lane)*s.visits+int(v)] != can || !s.use(lane, v, s.carried[k:k+s.items]) {
			break
		}
		p = v
	}
	return p
}

// lookCalls looks at all places in a round that has to call at the depot first, for each
// place of that call, up to that behind one stop, where the round is possible with it alone.
func (s *squad) lookCalls(x *sought, lane, last int32) {
	l, b := &s.lanes[lane], &s.rounds[lane]
	n, end := int32(s.visits), s.end(lane)
	depot, pause, service := s.core.place[l.depot], l.service[l.depot], l.service[x.v]
	fromDepot := min(farOff, x.toV[depot])
	least := int64(service+pause-b.idle) * x.duty // besides ways
	if b.visits == 0 {
		least += int64(s.p.Prices.Round)
	}
	detour := int64(farOff) // for the visit itself, at least
	for p := s.begin(lane); p != end; p = s.stops[p].next {
		a := &s.stops[p]
		detour = min(detour, int64(min(farOff, x.toV[a.place]))+int64(min(farOff, int32(x.fromV[a.onward])))-int64(a.legOut))
	}
	waited := int32(0) // up to the stop that the call comes behind
	for p, until := s.begin(lane), s.stops[last].next; p != until; p = s.stops[p].next {
		a := &s.stops[p]
		if p < n {
			waited += a.idle
		}
		y := &s.stops[a.next]
		in, out := min(farOff, l.leg(a.place, depot)), min(farOff, l.leg(depot, a.onward))
		soon, late := a.soon+in+pause, min(a.late+in, farOff)+pause
		around := int64(in) + int64(out) - int64(a.legOut)
		behind := min(detour, int64(fromDepot)+int64(min(farOff, int32(x.fromV[a.onward])))-int64(out))
		if soon+out > y.due || (around+behind)*x.ways+least >= s.found.bound {
			continue
		}
		more, old := waited, waited // up to the stop that the visit comes behind, with the call and without
		way, leg := fromDepot, out
		at := l.depot
		for i := p; ; {
			z := &s.stops[i]
			next := &s.stops[z.next]
			on := min(farOff, int32(x.fromV[z.onward]))
			if soon > x.last {
				break
			}
			ways := around + int64(way) + int64(on) - int64(leg)
			start := max(soon+way, x.first)
			if ways*x.ways+least < s.found.bound && start <= x.last && start+service+on <= next.due {
				leave := min(max(late+way, x.first), x.last) + service
				wait := more + max(0, x.first-way-late) + max(0, next.early-on-leave)
				// What was waited there and behind it comes behind the visit now.
				wait -= old + z.slackOut - z.legOut
				cost := ways*x.ways + int64(service+pause+wait)*x.duty
				if b.visits == 0 {
					cost += int64(s.p.Prices.Round)
				}
				if cost < s.found.bound && !s.blinks() {
					s.found = perch{cost, at, p}
				}
			}
			if at = z.next; at == end {
				break
			}
			// On to the next stop, with the call before it.
			h := &s.hours[lane][at]
			more += max(0, h.first-leg-late)
			old += next.idle
			soon, late = max(soon+leg, h.first)+h.service, min(max(late+leg, h.first), h.last)+h.service
			way, leg = min(farOff, x.toV[next.place]), next.legOut
			i = at
		}
	}
}

func (s *squad) blinks() bool { return s.blinking > 0 && s.rng.Uint64()&0xffff < s.blinking }
