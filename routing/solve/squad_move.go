package solve

import "math"

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
		if lane = s.stops[s.found.call].lane; s.rounds[lane].called {
			s.lift(lane)
		}
		s.chainCall(lane, s.found.call)
		s.count(lane)
		p, q = s.found.call, s.stops[s.found.behind].next
	}
	s.chain(v, s.found.behind, lane)
	s.renew(lane, p, q)
	s.come(v)
	s.account(lane)
}

func (s *squad) exchange() bool              { return s.exchangeRounds(s) }
func (s *squad) suitable(lane, v int32) bool { return s.able[int(lane)*s.visits+int(v)] != cannot }
func (s *squad) hold(lane int32)             { s.keepRound(lane) }

// reseat gives a lane the round of these visits, with a call at the depot where it needs
// one, and says whether it is possible.
func (s *squad) reseat(lane int32, visits []int32) bool {
	s.keepRound(lane)
	s.clearRound(lane)
	end := s.end(lane)
	for _, v := range visits {
		s.chain(v, s.stops[end].prev, lane)
	}
	if !s.restock(lane, s.renew(lane, s.begin(lane), end)) {
		return false
	}
	s.account(lane)
	return true
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
