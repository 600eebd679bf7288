package solve

import (
	"math"
	"slices"

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

// ruin takes strings of neighbouring visits out of their rounds.
// They may leave a round without a way home; then it gives false.
func (s *squad) ruin(near [][]int32) bool {
	s.cutStrings(s, near, true)
	return !s.broken
}

func (s *squad) laneOf(v int32) int32      { return s.stops[v].lane }
func (s *squad) visitsOf(lane int32) int32 { return s.rounds[lane].visits }

// around gives the stops around one, calls at the depot left out.
func (s *squad) around(id int32) (p, q int32) {
	p, q = s.stops[id].prev, s.stops[id].next
	if s.isCall(p) {
		p = s.stops[p].prev
	}
	if s.isCall(q) {
		q = s.stops[q].next
	}
	return p, q
}

func (s *squad) isCall(id int32) bool { return id >= int32(s.visits) && id < int32(s.nodes) }

// cut takes out so many visits from one on, save those from keepFrom to keepTo-1. The
// call at the depot may then not be needed any more, or be better elsewhere.
func (s *squad) cut(from, total, keepFrom, keepTo int32) {
	lane := s.stops[from].lane
	called := s.rounds[lane].called
	if called {
		s.unchainCall(lane)
	}
	v, prev := from, s.stops[from].prev
	for i := range total {
		next := s.stops[v].next
		if i < keepFrom || i >= keepTo {
			s.unchain(v)
			s.gone(v)
		}
		v = next
	}
	if called {
		prev, v = s.begin(lane), s.end(lane)
	}
	possible := s.renew(lane, prev, v)
	if called {
		possible = s.restock(lane, possible)
	}
	s.broken = s.broken || !possible
	s.account(lane)
}

// recreate brings back what ruin took out, and tries some of those that were left
// out before, until that costs more than roof.
func (s *squad) recreate(blind bool) bool {
	s.line()
	s.blinking = 0
	if blind {
		s.blinking = uint64(s.blink * (1 << 16))
	}
	prizes := int64(0)
	for _, q := range s.queue {
		prizes += max(0, s.prize[q.visit])
	}
	for _, q := range s.queue {
		s.lodge(q.visit, blind)
		if prizes -= max(0, s.prize[q.visit]); float64(s.cost-prizes) >= s.roof {
			return false
		}
	}
	return true
}

// confirm has nothing to do: the cost is exact.
func (s *squad) confirm(float64) bool { return true }

// lodge inserts an absent visit where it costs least, if it fits anywhere.
func (s *squad) lodge(v int32, blind bool) {
	s.found = perch{math.MaxInt64, -1, -1}
	if s.prize[v] >= 0 && (!blind || s.chance() >= daring) {
		s.found.bound = s.prize[v]
	}
	x := s.seek(v)
	s.lookNear(&x)
	if s.found.behind < 0 {
		s.lookEverywhere(&x)
	}
	if s.found.behind >= 0 {
		s.perch(v)
	}
}

// perch puts a visit where it was found to cost least.
func (s *squad) perch(v int32) {
	p, q := s.found.behind, s.stops[s.found.behind].next
	lane := s.stops[p].lane
	if s.found.call >= 0 {
		lane = s.stops[s.found.call].lane
		s.chainCall(lane, s.found.call)
		p, q = s.found.call, s.stops[s.found.behind].next
	}
	s.chain(v, s.found.behind, lane)
	s.renew(lane, p, q)
	s.come(v)
	s.account(lane)
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
	return int32(max(-farOff, min(farOff, worthwhile(s.found.bound, -x.base, x.ways))))
}

// lookNear looks at the places beside the visit's neighbours, and into empty rounds
// that begin near it.
func (s *squad) lookNear(x *sought) {
	s.look++
	s.wanting = s.wanting[:0]
	for _, k := range s.begins[x.v] {
		for _, r := range s.empties[k] {
			if s.rounds[r].visits == 0 && r != s.barred && (s.closed == nil || !s.closed[r]) {
				s.fit(x, s.begin(r), min(farOff, x.toV[s.lanes[r].Place]), min(farOff, int32(x.fromV[s.lanes[r].end])))
				break
			}
		}
	}
	worth := s.worth(x)
	// First all detours, less what may be saved, which takes no decisions; then the
	// places that are worth a look.
	stops, after, ahead := s.stops, s.after[x.v], s.ahead[x.v]
	detours := s.detours[:len(after)]
	for i, b := range after {
		y := &stops[b.visit]
		detours[i] = b.leg + min(farOff, int32(x.fromV[y.onward])) - y.slackOut
	}
	for i, d := range detours {
		if d < worth {
			b := after[i]
			if s.fit(x, b.visit, b.leg, min(farOff, int32(x.fromV[stops[b.visit].onward]))) {
				worth = s.worth(x)
			}
		}
	}
	detours = s.detours[:len(ahead)]
	for i, b := range ahead {
		y := &stops[b.visit]
		detours[i] = b.leg + min(farOff, x.toV[y.back]) - y.slackIn
	}
	for i, d := range detours {
		if d < worth {
			b := ahead[i]
			y := &stops[b.visit]
			if s.fit(x, y.prev, min(farOff, x.toV[y.back]), b.leg) {
				worth = s.worth(x)
			}
		}
	}
	for _, w := range s.wanting {
		if w.cost < s.found.bound {
			s.lookCalls(x, w.lane)
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

// wants says whether a call at the depot would let a lane have a visit that it does not
// bear.
func (s *squad) wants(v, lane int32) bool {
	return s.able[int(lane)*s.visits+int(v)] != cannot && s.lanes[lane].depot >= 0 && !s.rounds[lane].called
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
			s.lookCalls(x, r)
		}
	}
}

// lookCalls looks at all places in a round that has to call at the depot first, for each
// place of that call.
func (s *squad) lookCalls(x *sought, lane int32) {
	l, b := &s.lanes[lane], &s.rounds[lane]
	n, end := int32(s.visits), s.end(lane)
	depot, pause, service := s.core.place[l.depot], l.service[l.depot], l.service[x.v]
	fromDepot := min(farOff, x.toV[depot])
	least := int64(service+pause-b.idle) * x.duty // besides ways
	if b.visits == 0 {
		least += int64(s.p.Prices.Round)
	}
	waited := int32(0) // up to the stop that the call comes behind
	for p := s.begin(lane); p != end; p = s.stops[p].next {
		a := &s.stops[p]
		if p < n {
			waited += a.idle
		}
		y := &s.stops[a.next]
		in, out := min(farOff, l.leg(a.place, depot)), min(farOff, l.leg(depot, a.onward))
		soon, late := a.soon+in+pause, min(a.late+in, farOff)+pause
		around := int64(in) + int64(out) - int64(a.legOut)
		if soon+out > y.due || around*x.ways+least >= s.found.bound {
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
			first, last := s.first[at], s.core.last[at]
			more += max(0, first-leg-late)
			old += next.idle
			soon, late = max(soon+leg, first)+l.service[at], min(max(late+leg, first), last)+l.service[at]
			way, leg = min(farOff, x.toV[next.place]), next.legOut
			i = at
		}
	}
}

// exchange gives two technicians each other's rounds, as far as they can do them;
// what they can't becomes absent. It says whether that is possible.
func (s *squad) exchange() bool {
	a, b := int32(s.n(len(s.lanes))), int32(s.n(len(s.lanes)))
	if a == b || s.rounds[a].visits+s.rounds[b].visits == 0 || s.closed != nil && (s.closed[a] || s.closed[b]) {
		return false
	}
	s.lists[0], s.lists[1] = s.bare(b, s.lists[0]), s.bare(a, s.lists[1])
	s.keepRound(a)
	s.keepRound(b)
	out := 0
	for k, r := range [2]int32{a, b} {
		list := s.lists[k][:0]
		for _, v := range s.lists[k] {
			if s.able[int(r)*s.visits+int(v)] != cannot {
				list = append(list, v)
				continue
			}
			s.leave(v)
			s.gone(v)
			out++
		}
		for !s.reseat(r, list) {
			if len(list) == 0 {
				return false
			}
			i := s.n(len(list))
			s.leave(list[i])
			s.gone(list[i])
			out++
			list = slices.Delete(list, i, i+1)
		}
		s.account(r)
	}
	return out < 2*meanOut
}

// reseat gives a lane the round of these visits, with a call at the depot where it needs
// one, and says whether it is possible.
func (s *squad) reseat(lane int32, visits []int32) bool {
	s.keepRound(lane)
	s.clearRound(lane)
	end := s.end(lane)
	for _, v := range visits {
		s.chain(v, s.stops[end].prev, lane)
	}
	return s.restock(lane, s.renew(lane, s.begin(lane), end))
}

// inject puts a round of another plan into this one: its visits leave the rounds
// that they are in, and those it drives out are absent. It says whether that is
// possible.
func (s *squad) inject(e elite) bool {
	s.pick++
	for _, v := range e.visits {
		s.picked[v] = s.pick
	}
	for _, v := range e.visits {
		if r := s.stops[v].lane; r >= 0 && r != e.lane && !s.strip(r) {
			return false
		}
	}
	s.lists[0] = s.bare(e.lane, s.lists[0])
	s.keepRound(e.lane)
	for _, v := range s.lists[0] {
		if s.leave(v); s.picked[v] != s.pick {
			s.gone(v)
		}
	}
	if !s.reseat(e.lane, e.visits) {
		return false
	}
	s.account(e.lane)
	for _, v := range e.visits {
		if s.out(v) {
			s.come(v)
		}
	}
	return true
}

// strip takes the picked visits out of a round.
func (s *squad) strip(lane int32) bool {
	s.keepRound(lane)
	if s.rounds[lane].called {
		s.unchainCall(lane)
	}
	for v := s.stops[s.begin(lane)].next; v < int32(s.visits); {
		next := s.stops[v].next
		if s.picked[v] == s.pick {
			s.unchain(v)
			s.gone(v)
		}
		v = next
	}
	possible := s.restock(lane, s.renew(lane, s.begin(lane), s.end(lane)))
	s.account(lane)
	return possible
}

func (s *squad) blinks() bool { return s.blinking > 0 && s.rng.Uint64()&0xffff < s.blinking }
