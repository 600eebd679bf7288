package solve

// join makes two stops neighbours.
func (s *squad) join(p, q int32) {
	leg := int32(0)
	a, b := &s.stops[p], &s.stops[q]
	if n := int32(s.nodes); p < n || q < n {
		leg = min(farOff, s.lanes[0].leg(a.place, b.place))
	}
	a.next, a.legOut, a.onward, b.prev, b.legIn, b.back = q, leg, b.place, p, leg, a.place
}

// link puts a stop behind another one of a lane, without renewing the times.
func (s *squad) link(id, p, lane int32) {
	b := s.keepRound(lane)
	s.keep(id)
	x, y := &s.stops[id], &s.stops[p]
	b.travel -= int64(y.legOut)
	q := y.next
	x.lane, x.supplied, x.idle = lane, y.supplied, 0
	s.join(p, id)
	s.join(id, q)
	b.travel += int64(x.legIn) + int64(x.legOut)
	b.work += int64(s.lanes[lane].service[id])
	b.noted = false
}

// unlink takes a stop out, without renewing the times.
func (s *squad) unlink(id int32) {
	x := &s.stops[id]
	b := s.keepRound(x.lane)
	b.travel -= int64(x.legIn) + int64(x.legOut)
	s.join(x.prev, x.next)
	b.travel += int64(s.stops[x.prev].legOut)
	b.work -= int64(s.lanes[x.lane].service[id])
	b.idle -= x.idle
	b.noted = false
	s.leave(id)
}

// leave makes a stop absent, and a place beside it worth nothing.
func (s *squad) leave(id int32) {
	x := &s.stops[id]
	x.lane, x.slackOut, x.slackIn = -1, -farOff, -farOff
}

// chain puts a visit behind a stop of a lane, without renewing the times.
func (s *squad) chain(v, p, lane int32) {
	s.link(v, p, lane)
	b := &s.rounds[lane]
	b.visits++
	b.key += s.pool.names[v]
	if !s.stops[v].supplied {
		s.use(lane, v, 1)
	}
}

// unchain takes a visit out, without renewing the times.
func (s *squad) unchain(v int32) {
	x := &s.stops[v]
	lane := x.lane
	s.keepRound(lane)
	if !x.supplied {
		s.use(lane, v, -1)
	}
	s.unlink(v)
	b := &s.rounds[lane]
	b.visits--
	b.key -= s.pool.names[v]
}

// use counts what a visit needs as used up to the call at the depot, or no more.
func (s *squad) use(lane, v, sign int32) {
	if s.kitted[v] {
		for k, n := range s.core.needs[int(v)*s.items : (int(v)+1)*s.items] {
			s.units[int(lane)*s.items+k] += sign * n
		}
	}
}

// chainCall puts the call at the depot behind a stop of its lane.
func (s *squad) chainCall(lane, p int32) {
	id := s.call(lane)
	s.link(id, p, lane)
	s.rounds[lane].called = true
	s.stops[id].supplied = true
	s.supply(lane, true)
}

// unchainCall takes the call at the depot out.
func (s *squad) unchainCall(lane int32) {
	s.keepRound(lane)
	s.supply(lane, false)
	s.unlink(s.call(lane))
	s.rounds[lane].called = false
}

// supply marks the stops behind the call as supplied by it, or no more.
func (s *squad) supply(lane int32, by bool) {
	sign := int32(1)
	if by {
		sign = -1
	}
	for v := s.stops[s.call(lane)].next; v < int32(s.nodes); v = s.stops[v].next {
		s.stops[v].supplied = by
		s.use(lane, v, sign)
	}
}

// suffices says whether what a lane carries is enough up to the call at the depot, or
// to the end where there is none.
func (s *squad) suffices(lane int32) bool {
	k := int(lane) * s.items
	for i, n := range s.units[k : k+s.items] {
		if n > s.carried[k+i] {
			return false
		}
	}
	for v := s.stops[s.begin(lane)].next; v < int32(s.visits); v = s.stops[v].next {
		if s.able[int(lane)*s.visits+int(v)] != can {
			return false
		}
	}
	return true
}

// renew computes times again where the stops between p and q, or ways between them, have
// changed, and on from there as long as anything does. It gives false where somebody
// would come too late; the times of who is behind then are of no use.
func (s *squad) renew(lane, p, q int32) bool {
	stops, l := s.stops, &s.lanes[lane]
	begin, end := s.begin(lane), s.end(lane)
	possible, idle := true, int32(0)
	soon, late := stops[p].soon, stops[p].late
	through := false
	id := stops[p].next
	for ; id != end; id = stops[id].next {
		x := &stops[id]
		first, last := s.first[id], s.core.last[id]
		service := l.service[id]
		start := max(soon+x.legIn, first)
		if start > last {
			possible, start = false, farOff
		}
		wait := max(0, first-x.legIn-late)
		soon, late = start+service, min(max(late+x.legIn, first), last)+service
		idle += wait - x.idle
		x.idle = wait
		through = through || id == q
		if through && soon == x.soon && late == x.late {
			break
		}
		x.soon, x.late = soon, late
	}
	if id == end {
		stops[end].soon = soon + stops[end].legIn
		possible = possible && stops[end].soon <= stops[end].due
	}
	s.rounds[lane].idle += idle
	highest := id
	early, due := stops[q].early, stops[q].due
	through = false
	id = stops[q].prev
	for ; id != begin; id = stops[id].prev {
		x := &stops[id]
		first, last := s.first[id], s.core.last[id]
		on := x.legOut + l.service[id]
		if due = min(due-on, last); due < first {
			possible, due = false, -farOff
		}
		early = min(max(early-on, first), last)
		through = through || id == p
		if through && early == x.early && due == x.due {
			break
		}
		x.early, x.due = early, due
	}
	for ; id != highest; id = stops[id].next {
		x := &stops[id]
		y := &stops[x.next]
		slack := x.legOut + max(0, y.early-x.legOut-x.late)
		x.slackOut, y.slackIn = slack, slack
	}
	return possible
}

// worthOf is what a lane's round costs.
func (s *squad) worthOf(lane int32) int64 {
	b, pr := &s.rounds[lane], &s.p.Prices
	if b.visits == 0 {
		return 0
	}
	return b.travel*int64(pr.TravelSecond) + (b.travel+b.work+int64(b.idle))*int64(pr.DutySecond) + int64(pr.Round)
}

// account brings the cost of the plan up to date with a round that has changed.
func (s *squad) account(lane int32) {
	b := &s.rounds[lane]
	cost := s.worthOf(lane)
	s.cost += cost - b.cost
	b.cost = cost
	if busy := b.visits > 0; busy != b.busy {
		if b.busy = busy; busy {
			s.busy++
		} else {
			s.busy--
		}
	}
}

// restock puts a call at the depot where the round costs least, if one is needed at
// all, into a round without one whose times are known. It says whether the round is
// possible.
func (s *squad) restock(lane int32, possible bool) bool {
	if s.suffices(lane) {
		return possible
	}
	l := &s.lanes[lane]
	if l.depot < 0 {
		return false
	}
	carried := s.carried[int(lane)*s.items : int(lane+1)*s.items]
	used := s.units[int(lane)*s.items : int(lane+1)*s.items]
	clear(used)
	best, least := int32(-1), int64(0)
	for p := s.begin(lane); ; {
		if d, ok := s.calling(lane, p); ok && (best < 0 || d < least) {
			best, least = p, d
		}
		p = s.stops[p].next
		if p >= int32(s.visits) || s.able[int(lane)*s.visits+int(p)] != can {
			break
		}
		s.use(lane, p, 1)
		short := false
		for k, n := range used {
			short = short || n > carried[k]
		}
		if short {
			break
		}
	}
	// The call counts down what it supplies, so that all must be counted before.
	clear(used)
	for v := s.stops[s.begin(lane)].next; v < int32(s.visits); v = s.stops[v].next {
		s.use(lane, v, 1)
	}
	if best < 0 {
		return false
	}
	s.chainCall(lane, best)
	s.renew(lane, best, s.stops[l.depot].next)
	return true
}

// calling is what a call at the depot behind a stop costs, where it is possible.
func (s *squad) calling(lane, p int32) (cost int64, ok bool) {
	l, x := &s.lanes[lane], &s.stops[p]
	y := &s.stops[x.next]
	depot := s.core.place[l.depot]
	in, out, service := l.leg(x.place, depot), l.leg(depot, y.place), l.service[l.depot]
	if in == never || out == never || x.soon+in+service+out > y.due {
		return 0, false
	}
	ways := int64(in) + int64(out) - int64(x.legOut)
	wait := max(0, y.early-out-min(x.late+in, farOff)-service) - (x.slackOut - x.legOut)
	return ways*int64(s.p.Prices.TravelSecond) + (ways+int64(wait))*int64(s.p.Prices.DutySecond), true
}
