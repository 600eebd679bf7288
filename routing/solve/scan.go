package solve

import "math"

const (
	fewVisits = 250 // up to this many recreate looks everywhere
	fewLanes  = 80  // above, too, for up to this many lanes, where looks are recalled
)

// large says whether the day has many visits, and a fleet doesn't stand for it.
func (h *hunt) large() bool { return h.visits > fewVisits && h.fleet == nil }

// finder is the cheapest place found so far for one visit.
type finder struct {
	bound       int64
	lane, index int32
	call        int32  // before which stop the round has to call at the depot first, -1 where it has not
	blink       uint64 // of 65536 places found, so many are not seen
}

// lookEverywhere scans all rounds; of empty ones that are the same to everybody
// only the first.
func (s *state) lookEverywhere(v int32, f *finder) {
	if s.known != nil {
		s.lookAgain(v, f)
		return
	}
	s.look++
	home := s.homeOf(v)
	for r := range s.tracks {
		t := s.tracks[r]
		if !s.may(r, v, home) {
			continue
		}
		if len(t.visits) == 0 && s.lookedAt(r) {
			continue
		}
		s.lookInto(r, t, v, 0, len(t.visits)-len(s.lanes[r].head)+1, f)
	}
}

// lookInto scans rows of one round as far as kit and tools allow, with a call at
// the depot where one is needed and possible.
func (s *state) lookInto(r int, t *track, v int32, lo, hi int, f *finder) {
	if !t.feasible {
		return // nor does one visit more make it possible
	}
	first, ok := s.firstRow(r, t, v)
	if ok && s.simple && len(t.visits) > 0 && lo == 0 && hi == len(t.visits)+1 {
		s.scanLean(r, t, v, f)
		return
	}
	if ok && s.short {
		s.scanBrief(r, t, v, max(lo, first), hi, f)
		return
	}
	if ok {
		s.scan(r, t, v, max(lo, first), hi, f)
		return
	}
	if s.lanes[r].depot < 0 {
		return
	}
	if s.short {
		s.scanCalls(r, t, v, f)
		return
	}
	s.lookSupplied(r, t, v, s.scan, f)
}

// lookSupplied scans a round with a call at the depot at each place that is possible.
func (s *state) lookSupplied(r int, t *track, v int32, scan func(r int, t *track, v int32, lo, hi int, f *finder), f *finder) {
	calls := s.supplied(r, t)
	for k := range calls {
		x := &calls[k]
		more := x.cost - t.cost
		g := finder{bound: math.MaxInt64, lane: -1, blink: f.blink}
		if f.bound != math.MaxInt64 {
			g.bound = f.bound - more
		}
		scan(r, x, v, int(x.depot)+1, len(x.visits)-len(s.lanes[r].head)+1, &g)
		if g.lane >= 0 {
			*f = finder{g.bound + more, g.lane, g.index, x.depot + int32(len(s.lanes[r].head)), f.blink}
		}
	}
}

// lookSooner scans the rounds that would have to call at the depot sooner than now.
func (s *state) lookSooner(v int32, f *finder) {
	scan, home := s.scan, s.homeOf(v)
	if s.short {
		scan = s.scanBrief
	}
	for r, t := range s.tracks {
		if t.depot >= 0 && s.may(r, v, home) && !s.carries(r, t, v) {
			s.lookSupplied(r, t, v, scan, f)
		}
	}
}

// lookNear looks only beside the visit's neighbours, and into one round of each
// class that has no visit to come.
func (s *state) lookNear(v int32, f *finder) {
	s.look++
	s.lookBeside(v, f)
	s.lookEmpty(v, f)
}

// homeOf is the lane where those are that a visit is tied to, -1 when it is free.
func (s *state) homeOf(v int32) int32 {
	if !s.tied || s.tie[v] == 0 {
		return -1
	}
	for _, u := range s.bunch[s.tie[v]] {
		if u != v && s.where[u] >= 0 && !s.frozen[u] {
			return s.where[u]
		}
	}
	return -1
}

// may says whether a visit may go into a lane by all but time and kit.
func (s *state) may(r int, v, home int32) bool {
	return s.suits[r*s.visits+int(v)] && (s.closed == nil || !s.closed[r]) && int32(r) != s.barred && (home < 0 || int(home) == r)
}

// lookEmpty scans one round of each class that has no visit to come.
func (s *state) lookEmpty(v int32, f *finder) {
	home := s.homeOf(v)
	for _, list := range s.empties {
		for _, r := range list {
			if s.size[r] > int32(len(s.lanes[r].head)) || (s.closed != nil && s.closed[r]) || (home >= 0 && home != r) {
				continue
			}
			if s.may(int(r), v, home) && s.alone(&s.lanes[r], v) < f.bound {
				s.lookInto(int(r), s.tracks[r], v, 0, 1, f)
			}
			break
		}
	}
}

// alone is what a lane's round with one visit alone costs at least.
func (s *state) alone(l *lane, v int32) int64 {
	if l.Out {
		return math.MinInt64 // there is a way home already
	}
	pr := &s.p.Prices
	way := int64(l.leg(int32(l.Place), s.place[v])) + int64(l.leg(s.place[v], l.end))
	return way*int64(pr.TravelSecond+pr.DutySecond) + int64(l.service[v])*int64(pr.DutySecond) + int64(pr.Round)
}

// lookedAt says whether an empty round of the same class was scanned in this look.
func (s *state) lookedAt(r int) bool {
	k := s.lanes[r].class
	if s.classLook[k] == s.look {
		return true
	}
	s.classLook[k] = s.look
	return false
}

// scan looks for a cheaper place before the stops in rows lo to hi-1 of a round.
// The look at the detour alone turns most places down.
func (s *state) scan(r int, t *track, v int32, lo, hi int, f *finder) {
	c, l, pr := s.core, &s.lanes[r], &s.p.Prices
	head, stops := len(l.head), len(t.visits)-len(l.head)
	duty := int64(pr.DutySecond)
	price := int64(pr.TravelSecond) + duty
	base := int64(0)
	if c.preferring {
		base = c.extra(r, v)
	}
	if len(t.visits) == 0 {
		base += int64(pr.Round)
	}
	from := int(c.place[v]) * l.cols
	toV, fromV := l.into[from:from+l.cols], l.seconds[from:from+l.cols]
	open, due, latest := c.asks[v].promiseStart, c.asks[v].promiseEnd, c.asks[v].last
	first, last := c.opening(v), c.lastStart(v)
	service := l.service[v]
	base += int64(service) * duty
	width := l.Owed + 1
	ready := t.end
	if width > 1 {
		ready = t.soon
	}
	// Most places are turned down by the detour: waiting saves most in the first row.
	worth := worthwhile(f.bound, t.saving[lo]-base, price)
	places, legs := t.places[:stops+2], t.legs[:stops+1]
	for i := lo; i < hi; i++ {
		in, out := toV[places[i]], int32(fromV[places[i+1]])
		detour := int64(in) + int64(out) - int64(legs[i])
		if detour >= worth {
			continue
		}
		// The times of a round only grow: before this row somebody has to be served
		// sooner than v could be done, after it everybody is done too late for v.
		if ready[i] > latest {
			return
		}
		if (width > 1 || !c.paid) && t.limit[i] < first+service {
			continue
		}
		d := detour*price + base
		if d-t.saving[i] >= f.bound || c.bounded && t.travel+detour > l.travel {
			continue
		}
		if width > 1 {
			// Too late or too long whatever the breaks.
			if in == never || out == never || t.soon[i]+in > last ||
				max(t.soon[i]+in, first)+service+out > t.limit[i] {
				continue
			}
			if x, ok := c.try(r, t, head+i, v, f.bound); ok && !s.blinks(f) {
				f.bound, f.lane, f.index, f.call = x.delta, int32(r), int32(head+i), -1
				worth = worthwhile(f.bound, t.saving[lo]-base, price)
			}
			continue
		}
		clock := t.end[i]
		if in == never || out == never {
			continue
		}
		arrive := max(clock+in, open)
		if arrive > due {
			continue
		}
		start := arrive
		prev := int32(-1)
		if head+i > 0 {
			prev = t.visits[head+i-1]
		}
		start += c.accessTo(prev, v)
		if start = c.opens(v, start); start == never {
			continue
		}
		end := start + service
		door := end + out
		if door > t.limit[i] {
			if c.simple || i == stops || c.asks[t.visits[head+i]].site != c.asks[v].site {
				continue
			}
			at := max(door, c.asks[t.visits[head+i]].promiseStart)
			if at > t.due[i] || at+c.accessTo(v, t.visits[head+i]) > t.begin[i] {
				continue
			}
		}
		if c.timed {
			wait := int64(0)
			if i < stops {
				next := t.visits[head+i]
				at := max(door, c.asks[next].promiseStart)
				wait = int64(at - door)
				door = at
			}
			if i > 0 || l.Out {
				wait += int64(start - clock - in - c.accessTo(prev, v))
			}
			idle := int64(t.idle[stops])
			if i < stops {
				idle = int64(t.idle[i]) + int64(t.early[i])
			} else if stops == 0 {
				idle = 0
			}
			d += c.churn(r, v, start) + c.price(l, t, i, door, wait, idle)
			if duty > 0 {
				d += duty * (c.lasting(l, t, i, prev, v) - detour - int64(service))
			}
			if d >= f.bound {
				continue
			}
		}
		if !s.blinks(f) {
			f.bound, f.lane, f.index, f.call = d, int32(r), int32(head+i), -1
			worth = worthwhile(f.bound, t.saving[lo]-base, price)
		}
	}
}

// worthwhile is the shortest detour that costs bound or more at a price a second,
// less what is saved besides.
func worthwhile(bound, saved, price int64) int64 {
	switch {
	case bound == math.MaxInt64:
		return bound
	case price == 0 && bound+saved > 0:
		return math.MaxInt64
	case price == 0:
		return math.MinInt64
	case bound+saved <= 0:
		return (bound + saved) / price
	}
	return (bound+saved-1)/price + 1
}

// shortest is worthwhile in seconds, as far as they reach.
func shortest(bound, saved, price int64) int32 {
	return int32(max(-farOff, min(farOff, worthwhile(bound, saved, price))))
}

func (s *state) blinks(f *finder) bool {
	return f.blink > 0 && s.rng.Uint64()&0xffff < f.blink
}

// waitPart of the seconds of waiting count as much as one of travel, see proximity.
const waitPart = 5

// proximity is how well b goes behind a, by travel and time: of the waiting between
// them one part counts, of the lateness all.
func (c *core) proximity(l *lane, a, b int32, part int64) int64 {
	leg := l.leg(c.place[a], c.place[b])
	if leg == never {
		return math.MaxInt32
	}
	way := int64(leg) + int64(l.service[a])
	wait := max(0, int64(c.opening(b))-way-int64(min(c.lastStart(a), 1<<29)))
	late := max(0, int64(c.opening(a))+way-int64(c.lastStart(b)))
	return min(math.MaxInt32, int64(leg)+wait/part+late)
}
