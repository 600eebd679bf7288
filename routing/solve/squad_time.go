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
	b.work += int64(s.hours[lane][id].service)
	b.noted = false
}

// unlink takes a stop out, without renewing the times.
func (s *squad) unlink(id int32) {
	x := &s.stops[id]
	b := s.keepRound(x.lane)
	b.travel -= int64(x.legIn) + int64(x.legOut)
	s.join(x.prev, x.next)
	b.travel += int64(s.stops[x.prev].legOut)
	b.work -= int64(s.hours[x.lane][id].service)
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
	if s.kitted[v] && !s.stops[v].supplied {
		for k, n := range s.core.needs[int(v)*s.items : (int(v)+1)*s.items] {
			s.units[int(lane)*s.items+k] += n
		}
	}
}

// unchain takes a visit out, without renewing the times.
func (s *squad) unchain(v int32) {
	x := &s.stops[v]
	lane := x.lane
	s.keepRound(lane)
	if s.kitted[v] && !x.supplied {
		for k, n := range s.core.needs[int(v)*s.items : (int(v)+1)*s.items] {
			s.units[int(lane)*s.items+k] -= n
		}
	}
	s.unlink(v)
	b := &s.rounds[lane]
	b.visits--
	b.key -= s.pool.names[v]
}

// use counts what a visit needs as used, and says whether that is carried.
func (s *squad) use(lane, v int32, carried []int32) bool {
	enough := true
	if s.kitted[v] {
		used := s.units[int(lane)*s.items:]
		for k, n := range s.core.needs[int(v)*s.items : (int(v)+1)*s.items] {
			used[k] += n
			enough = enough && used[k] <= carried[k]
		}
	}
	return enough
}

// chainCall puts the call at the depot behind a stop of its lane, where the lane has used
// what is counted already.
func (s *squad) chainCall(lane, p int32) {
	id := s.call(lane)
	s.link(id, p, lane)
	s.rounds[lane].called = true
	for ; id < int32(s.nodes); id = s.stops[id].next {
		s.stops[id].supplied = true
	}
}

// count counts what a round uses up to its call at the depot.
func (s *squad) count(lane int32) {
	k := int(lane) * s.items
	clear(s.units[k : k+s.items])
	for v := s.stops[s.begin(lane)].next; v < int32(s.visits); v = s.stops[v].next {
		s.use(lane, v, s.carried[k:k+s.items])
	}
}

// unchainCall takes the call at the depot out. What is used and who is supplied is then
// for restock to say.
func (s *squad) unchainCall(lane int32) {
	s.unlink(s.call(lane))
	s.rounds[lane].called = false
}

// renew computes times again where the stops between p and q, or ways between them, have
// changed, and on from there as long as anything does. It gives false where somebody
// would come too late; the times of who is behind then are of no use.
func (s *squad) renew(lane, p, q int32) bool {
	stops, times := s.stops, s.hours[lane]
	begin, end := s.begin(lane), s.end(lane)
	possible, idle := true, int32(0)
	soon, late := stops[p].soon, stops[p].late
	through := false
	id := stops[p].next
	for ; ; id = stops[id].next {
		x := &stops[id]
		if through { // what goes before it has changed, not it and what goes behind
			x.slackIn = x.legIn + max(0, x.early-x.legIn-late)
			stops[x.prev].slackOut = x.slackIn
		}
		if id == end {
			x.soon = soon + x.legIn
			possible = possible && x.soon <= x.due
			break
		}
		h := &times[id]
		start := max(soon+x.legIn, h.first)
		if start > h.last {
			possible, start = false, farOff
		}
		wait := max(0, h.first-x.legIn-late)
		soon, late = start+h.service, min(max(late+x.legIn, h.first), h.last)+h.service
		idle += wait - x.idle
		x.idle = wait
		through = through || id == q
		if through && soon == x.soon && late == x.late {
			break
		}
		x.soon, x.late = soon, late
	}
	s.rounds[lane].idle += idle
	early, due := stops[q].early, stops[q].due
	through = false
	for id = stops[q].prev; ; id = stops[id].prev {
		x := &stops[id]
		x.slackOut = x.legOut + max(0, early-x.legOut-x.late)
		stops[x.next].slackIn = x.slackOut
		if id == begin {
			break
		}
		h := &times[id]
		on := x.legOut + h.service
		if due = min(due-on, h.last); due < h.first {
			possible, due = false, -farOff
		}
		early = min(max(early-on, h.first), h.last)
		through = through || id == p
		if through && early == x.early && due == x.due {
			break
		}
		x.early, x.due = early, due
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

// restock counts what a round without a call at the depot uses, and puts a call where the
// round costs least, if one is needed at all. Its times are known, and it is possible as
// it is or not; restock says whether it is then.
func (s *squad) restock(lane int32, possible bool) bool {
	k, n := int(lane)*s.items, int32(s.visits)
	used, carried := s.units[k:k+s.items], s.carried[k:k+s.items]
	clear(used)
	best, least := int32(-1), int64(0)
	for p, l := s.begin(lane), &s.lanes[lane]; ; {
		if l.depot >= 0 {
			if d, ok := s.calling(l, p); ok && (best < 0 || d < least) {
				best, least = p, d
				s.spent = append(s.spent[:0], used...)
			}
		}
		if p = s.stops[p].next; p >= n {
			return possible
		}
		s.stops[p].supplied = false
		if s.able[int(lane)*s.visits+int(p)] != can || !s.use(lane, p, carried) {
			break
		}
	}
	if best < 0 {
		return false
	}
	copy(used, s.spent)
	s.chainCall(lane, best)
	s.renew(lane, best, s.stops[s.call(lane)].next)
	return true
}

// calling is what a call at the depot behind a stop costs, where it is possible.
func (s *squad) calling(l *lane, p int32) (cost int64, ok bool) {
	x := &s.stops[p]
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
