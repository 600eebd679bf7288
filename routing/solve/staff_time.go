package solve

import "math"

// served is when a visit's service ends for somebody at the door at that instant,
// farOff or later where that is too late.
func (s *staff) served(v, door, access, service int32) int32 {
	a := &s.asks[v]
	arrive := max(door, a.promiseStart)
	start := arrive + access
	if arrive > a.promiseEnd || start > a.last {
		return farOff
	}
	if s.split {
		start = s.opensIn(v, start)
	} else {
		start = max(start, a.first)
	}
	return start + service
}

// paidAt is the access paid at v by who comes from a stop.
func (s *staff) paidAt(from, v int32) int32 {
	if from >= int32(s.visits) {
		head := s.lanes[s.stops[from].lane].head
		if len(head) == 0 {
			return s.asks[v].access
		}
		from = head[len(head)-1]
	}
	return s.accessTo(from, v)
}

// renew computes the times of a round again, of which the stops from first to last
// are new or have new neighbours. It says whether the round is possible.
func (s *staff) renew(lane, first, last int32) bool {
	if !s.earliest(lane, first, last) {
		return false
	}
	s.latest(lane, first, last)
	return true
}

// earliest computes the earliest ends of services from first on, as far as they
// change, and then the times on the way with the earliest return.
func (s *staff) earliest(lane, first, last int32) bool {
	x, l, n := &s.rests[lane], &s.lanes[lane], int32(s.visits)
	id := first
	prev := s.stops[id].prev
	before, after := s.times[prev].ends[0], s.times[prev].ends[1]
	through := false
	for ; id < n; id = s.stops[id].next {
		v := &s.stops[id]
		access, service := s.paidAt(prev, id), l.service[id]
		end, rested, way := int32(farOff), int32(farOff), int8(0)
		if before < farOff {
			if before < x.shuts {
				rested = s.served(id, max(before+v.legIn, x.opens)+x.lasts, access, service)
			}
			if end = s.served(id, before+v.legIn, access, service); end > x.last[0] {
				end = farOff
			}
		}
		if after < farOff {
			if e := s.served(id, after+v.legIn, access, service); e < rested {
				rested, way = e, 1
			}
		}
		if end >= farOff && rested >= farOff {
			return false
		}
		m := &s.times[id]
		if through && m.ends == [2]int32{end, rested} && m.from == way && m.access == access {
			prev = s.stops[s.end(lane)].prev
			before, after = s.times[prev].ends[0], s.times[prev].ends[1]
			id = s.end(lane)
			break
		}
		through = through || id == last
		m.access, m.ends, m.from = access, [2]int32{end, rested}, way
		v.soon = min(end, rested)
		before, after, prev = end, rested, id
	}
	home := &s.stops[id]
	back, state := int32(farOff), int8(0)
	if before < farOff {
		if d := before + home.legIn; d <= x.home[0] {
			back = d
		} else if before < x.shuts {
			if d = max(d, x.opens) + x.lasts; d <= x.home[1] {
				back = d
			}
		}
	}
	if d := after + home.legIn; d <= x.home[1] && d < back {
		back, state = d, 1
	}
	if back == farOff {
		return false
	}
	s.walkThrough(lane, back, state)
	return true
}

// walkThrough writes down the times on the way that ends in a state and is back then.
func (s *staff) walkThrough(lane, back int32, state int8) {
	x, l, n := &s.rests[lane], &s.lanes[lane], int32(s.visits)
	begin, end := s.begin(lane), s.end(lane)
	for id := s.stops[end].prev; id < n; id = s.stops[id].prev {
		m := &s.times[id]
		if m.taken = state; state > 0 {
			state = m.from
		}
	}
	clock, taken := s.times[begin].ends[0], int8(0)
	id := s.stops[begin].next
	for first := !l.Out; id < n; id = s.stops[id].next {
		v, m, a := &s.stops[id], &s.times[id], &s.asks[id]
		door := clock + v.legIn
		if m.taken > taken {
			door = max(door, x.opens) + x.lasts
		}
		arrive := max(door, a.promiseStart)
		start := s.opens(id, arrive+m.access)
		if first {
			// It waits at home for what it would wait at the first door.
			latest := start - m.access
			if s.promised[id] {
				latest = min(latest, max(arrive, a.promiseEnd))
			}
			latest -= v.legIn
			if m.taken > 0 {
				latest = min(latest-x.lasts, x.shuts-1)
			}
			if latest > clock {
				if door = latest + v.legIn; m.taken > 0 {
					door = max(door, x.opens) + x.lasts
				}
				arrive = max(door, a.promiseStart)
			}
			first = false
		}
		m.arrive, m.early, m.idle = arrive, arrive-door, start-arrive-m.access
		clock, taken = start+l.service[id], m.taken
	}
	home, m := &s.stops[end], &s.times[end]
	m.arrive, m.early, m.idle = back, 0, 0
	if door := clock + home.legIn; door != back && s.rounds[lane].visits > 0 {
		m.idle = max(door, x.opens) - door
	}
	waiting := m.idle
	slack := s.saving(home, waiting)
	home.slackIn = slack
	for id = home.prev; id < n; id = s.stops[id].prev {
		v, m := &s.stops[id], &s.times[id]
		v.slackOut = slack
		m.idle += waiting
		waiting = m.idle + m.early
		slack = s.saving(v, waiting)
		v.slackIn = slack
	}
}

// saving is what a new stop before this one, from where somebody waits so long, could
// save at most, in seconds of travel.
func (s *staff) saving(v *halt, waits int32) int32 {
	return v.legIn + int32(min(farOff, math.Ceil(float64(waits)*s.waitRate)))
}

// latest computes how late each service from last back may be ready to begin so that
// all that follows is still possible, as far as that changes.
func (s *staff) latest(lane, first, last int32) {
	x, l, n := &s.rests[lane], &s.lanes[lane], int32(s.visits)
	over := x.opens + x.lasts
	id := s.stops[last].next
	through := false
	before, after := s.doors(id)
	for id = s.stops[id].prev; id < n; id = s.stops[id].prev {
		v, m := &s.stops[id], &s.times[id]
		early, late := int32(-1), int32(-1)
		if before >= 0 {
			early = before - v.legOut
		}
		if after >= 0 {
			late = max(late, after-v.legOut)
			if after >= over {
				early = max(early, min(after-v.legOut-x.lasts, x.shuts-1))
			}
		}
		if early = min(early, x.last[0]); early >= 0 {
			early = s.closes(id, early-l.service[id])
		}
		if late >= 0 {
			late = s.closes(id, late-l.service[id])
		}
		if through && m.latest == [2]int32{early, late} {
			return
		}
		through = through || id == first
		m.latest = [2]int32{early, late}
		v.due = min(s.asks[id].promiseEnd, max(early, late)-s.asks[id].indoors)
		before, after = s.doors(id)
	}
}

// doors is the latest at a stop's door for who comes from the one before it, before
// the break and after it, -1 for never.
func (s *staff) doors(id int32) (before, after int32) {
	v := &s.times[id]
	if id >= int32(s.visits) {
		return v.latest[0], v.latest[1]
	}
	a := &s.asks[id]
	if before = min(a.promiseEnd, v.latest[0]-v.access); before < a.promiseStart {
		before = -1
	}
	if after = min(a.promiseEnd, v.latest[1]-v.access); after < a.promiseStart {
		after = -1
	}
	return before, after
}

// berth is the cheapest place found for a visit: behind which stop, and what it
// costs.
type berth struct {
	bound  int64
	behind int32
}

// fit looks whether a visit fits behind a stop, and costs less there than what was
// found. in and out are the ways to it and from it.
func (s *staff) fit(v, p, in, out int32) {
	n, pr := int32(s.visits), &s.p.Prices
	u := &s.stops[p]
	lane := u.lane
	w, x, l := &s.times[u.next], &s.rests[lane], &s.lanes[lane]
	ends, home := s.times[p].ends, s.times[s.end(lane)].arrive
	empty := u.next >= n && p >= n
	credit := int64(w.idle)
	if u.next < n {
		credit += int64(w.early)
	}
	base := (int64(in)+int64(out)-int64(u.legOut))*int64(pr.TravelSecond) - credit*int64(pr.WaitSecond)
	if empty && len(l.head) == 0 {
		base += int64(pr.Round)
	}
	if base >= s.found.bound {
		return
	}
	access, onAccess, service := s.paidAt(p, v), int32(0), l.service[v]
	open, due := int32(-farOff), int32(farOff)
	if u.next < n {
		onAccess = s.accessTo(v, u.next)
		open, due = s.asks[u.next].promiseStart, s.asks[u.next].promiseEnd
	}
	door0, door1 := min(due, w.latest[0]-onAccess), min(due, w.latest[1]-onAccess)
	if s.preferring {
		base += s.extra(int(lane), v)
	}
	free := p >= n && !l.Out // to leave later
	weigh := func(waited, started, arrive, waiting int32) {
		if free {
			waited = 0
		}
		d := base + int64(waited+waiting)*int64(pr.WaitSecond)
		back := int64(arrive)
		if u.next < n {
			push := max(0, arrive-w.arrive)
			d += int64(max(0, w.idle-push)) * int64(pr.WaitSecond)
			back = int64(home) + int64(max(0, push-w.idle))
		}
		over := max(0, back-int64(l.workEnd))
		if !empty || l.Out {
			over -= max(0, int64(home)-int64(l.workEnd))
		}
		d += over * int64(pr.OvertimeSecond)
		if s.core.told {
			d += s.churn(int(lane), v, started)
		}
		if d < s.found.bound && !s.blinks() {
			s.found = berth{d, p}
		}
	}
	if clock := ends[0]; clock < farOff {
		if end := s.served(v, clock+in, access, service); end <= x.last[0] {
			waited := end - service - clock - in - access
			door := end + out
			if arrive := max(door, open); arrive <= door0 {
				weigh(waited, end-service, arrive, arrive-door)
			} else if end < x.shuts {
				after := max(door, x.opens) + x.lasts
				if arrive = max(after, open); arrive <= door1 {
					weigh(waited, end-service, arrive, arrive-door-x.lasts)
				}
			}
		}
		if clock < x.shuts {
			if end := s.served(v, max(clock+in, x.opens)+x.lasts, access, service); end < farOff {
				door := end + out
				if arrive := max(door, open); arrive <= door1 {
					weigh(end-service-clock-in-x.lasts-access, end-service, arrive, arrive-door)
				}
			}
		}
	}
	if clock := ends[1]; clock < farOff {
		if end := s.served(v, clock+in, access, service); end < farOff {
			door := end + out
			if arrive := max(door, open); arrive <= door1 {
				weigh(end-service-clock-in-access, end-service, arrive, arrive-door)
			}
		}
	}
}

func (s *staff) blinks() bool { return s.blinking > 0 && s.rng.Uint64()&0xffff < s.blinking }
