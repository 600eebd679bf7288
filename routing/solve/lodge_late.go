package solve

import "math"

// mostLateTries bounds the rounds tried for a visit that can only be late, or make others
// late: the estimate takes the break as it is.
const mostLateTries = 3

// markTardy notes who is late before a change.
func (s *state) markTardy() {
	if !s.anyLate() {
		return
	}
	if s.tardy == nil {
		s.tardy = make([]uint32, s.nodes)
	}
	for r, t := range s.tracks {
		if t.late == 0 {
			continue
		}
		for i, v := range t.visits[len(s.lanes[r].head):] {
			if t.arrive[i] > s.asks[v].promiseEnd {
				s.tardy[v] = s.change
			}
		}
	}
}

// lodgeLate puts a visit where it makes least late and then costs least. What a place does
// to those behind it is estimated; what is estimated of a round is remembered for as long
// as it stands.
func (s *state) lodgeLate(v int32) bool {
	known := s.knownLate(v)
	home := s.homeOf(v)
	for range mostLateTries {
		lane := -1
		for r, t := range s.tracks {
			if !s.may(r, v, home) || t.state == impossible {
				continue
			}
			if known[r].state != t.state {
				known[r] = s.leastLate(r, t, v, false)
			}
			if known[r].index >= 0 && (lane < 0 || known[r].bound < known[lane].bound) {
				lane = r
			}
		}
		if lane < 0 {
			return false
		}
		if s.refreshWith(lane, s.tracks[lane], int(known[lane].index), v) {
			s.takeScratch(lane, v)
			return true
		}
		known[lane] = s.leastLate(lane, s.tracks[lane], v, true)
	}
	return false
}

// takeScratch makes scratch, which has a visit more, a lane's round.
func (s *state) takeScratch(lane int, v int32) {
	s.lifted = append(s.lifted[:0], s.scratch.visits...)
	s.keep(lane)
	s.count(lane, -1)
	t := s.tracks[lane]
	t.visits = append(t.visits[:0], s.lifted...)
	s.add(lane)
	s.come(v)
}

// knownLate gives what is remembered of a visit, by lane; on very large days nothing is.
func (s *state) knownLate(v int32) []recalled {
	lanes := len(s.lanes)
	if s.known == nil {
		s.tooLate = sized(s.tooLate, lanes)
		for r := range s.tooLate {
			s.tooLate[r].state = impossible
		}
		return s.tooLate
	}
	if s.tooLate == nil {
		s.tooLate = make([]recalled, s.visits*lanes)
	}
	return s.tooLate[int(v)*lanes : int(v+1)*lanes]
}

// leastLate finds the place in a round where a visit makes least late and costs least,
// index -1 where there is none: by estimates, or by computing the round with it.
func (s *state) leastLate(r int, t *track, v int32, exact bool) recalled {
	best := recalled{math.MaxInt64, t.state, -1, -1}
	head := len(s.lanes[r].head)
	lo, ok := s.firstRow(r, t, v)
	if !ok && s.lanes[r].depot < 0 {
		return best
	}
	now := t.cost + s.lateOf(r, t)
	for row := lo; row <= len(t.visits)-head; row++ {
		d := int64(math.MaxInt64)
		if ok && !exact && len(t.visits) > head { // an empty round knows nothing of its breaks
			d = s.making(r, t, row, v, best.bound)
		} else if s.refreshWith(r, t, head+row, v) {
			d = s.scratch.cost + s.lateOf(r, &s.scratch) - now
		}
		if d < best.bound {
			best.bound, best.index = d, int32(head+row)
		}
	}
	return best
}

// making estimates what a visit before a stop of a round costs, or behind all, with the
// lateness that it has and makes, breaks taken where they are; MaxInt64 where it can't be,
// or costs at least bound. The round has visits to come.
func (s *state) making(r int, t *track, row int, v int32, bound int64) int64 {
	l, pr, head := &s.lanes[r], &s.p.Prices, len(s.lanes[r].head)
	stops := t.visits[head:]
	at, prev, clock, taken := int32(l.Place), int32(-1), int32(l.Clock), int8(0)
	if head > 0 {
		prev = l.head[head-1]
	}
	if row > 0 {
		prev = stops[row-1]
		at, clock, taken = s.place[prev], t.start[row-1]+l.service[prev], t.taken[row-1]
	}
	to, rested := l.end, int8(t.home)
	if row < len(stops) {
		to, rested = s.place[stops[row]], t.taken[row]
	}
	in, out, leg := l.leg(at, s.place[v]), l.leg(s.place[v], to), l.leg(at, to)
	if in == never || out == never || leg == never {
		return math.MaxInt64
	}
	price := (int64(in) + int64(out) - int64(leg)) * int64(pr.TravelSecond+pr.DutySecond)
	if s.preferring {
		price += s.extra(r, v)
	}
	a := &s.asks[v]
	arrive := max(clock+in, a.promiseStart)
	price += int64(max(0, arrive-a.promiseEnd)) * s.lateWeight[s.priority(v)]
	start := s.opens(v, arrive+s.accessTo(prev, v))
	if start == never || price >= bound {
		return math.MaxInt64
	}
	door, from := start+l.service[v]+out, v
	for k := taken; k < rested; k++ {
		door = max(door, int32(l.Breaks[k].Window.Start)) + int32(l.Breaks[k].Duration)
	}
	for i := row; i < len(stops); i++ {
		u := stops[i]
		b := &s.asks[u]
		at := max(door, b.promiseStart)
		push := at - t.arrive[i]
		if push <= 0 {
			return price // nobody behind comes later
		}
		if at > b.promiseEnd {
			price += int64(at-max(b.promiseEnd, t.arrive[i])) * s.lateWeight[s.priority(u)]
		}
		begin := s.opens(u, at+s.accessTo(from, u))
		if begin == never || price >= bound {
			return math.MaxInt64
		}
		if begin <= t.start[i] {
			return price
		}
		next := t.back
		if i+1 < len(stops) {
			next = t.arrive[i+1] - t.early[i+1]
		}
		door, from = next+begin-t.start[i], u
	}
	if door > int32(l.Limit) {
		return math.MaxInt64
	}
	return price + int64(max(0, door-l.workEnd)-max(0, t.back-l.workEnd))*int64(pr.OvertimeSecond)
}

// refreshWith makes scratch a round with a visit put in before index i, and a call at the
// depot where it needs one. It says whether it is possible, late or not.
func (s *state) refreshWith(r int, t *track, i int, v int32) bool {
	s.before = append(append(append(s.before[:0], t.visits[:i]...), v), t.visits[i:]...)
	x := &s.scratch
	x.visits = append(x.visits[:0], s.before...)
	return s.refresh(r, x) || x.lacking && t.depot < 0 && s.resupply(r, s.before, x)
}

func (s *state) lateOf(r int, t *track) (sum int64) {
	if t.late == 0 {
		return 0
	}
	for i, v := range t.visits[len(s.lanes[r].head):] {
		if d := t.arrive[i] - s.asks[v].promiseEnd; d > 0 {
			sum += int64(d) * s.lateWeight[s.priority(v)]
		}
	}
	return sum
}
