package solve

import (
	"math"
	"slices"
)

const (
	blink = 0.01 // share of places that recreate does not see
	// Now and then recreate is half blind: that gets out of holes in which each
	// visit stands well only because of the others.
	halfBlind      = 0.5
	halfBlindShare = 1.0 / 16
	fewForHalf     = 20 // larger days have other ways out
	// How often an optional visit may seem to cost more than its prize: what it costs
	// is an estimate, and two may pay for a round together.
	daring = 0.1
	retry  = 12 // visits of those left out before that recreate tries again
)

// lodge inserts an absent visit where it costs least and says whether it fits
// anywhere. A promised visit that fits nowhere in time is put where it makes
// least late; while anybody is late, half of the promised visits weigh from the
// start being late against making late, so that lateness can move.
func (s *state) lodge(v int32, blind bool) bool {
	if blind && s.tardy != nil && s.tardy[v] == s.change && s.prize[v] < 0 && s.chance() < 0.5 {
		return s.lodgeLate(v)
	}
	if s.spent && s.lodgeCounted(v) {
		return true
	}
	f := finder{bound: math.MaxInt64, lane: -1, call: -1}
	if s.prize[v] >= 0 && (!blind || s.chance() >= daring) {
		f.bound = s.prize[v]
	}
	if blind {
		f.blink = uint64(s.blink * (1 << 16))
	}
	if s.beside != nil && blind {
		s.lookNear(v, &f)
	}
	if f.lane < 0 {
		s.lookEverywhere(v, &f)
	}
	if f.lane < 0 {
		s.lookSooner(v, &f)
	}
	if f.lane >= 0 && s.put(int(f.lane), int(f.index), int(f.call), v) {
		return true
	}
	return s.promised[v] && s.prize[v] < 0 && s.lodgeLate(v)
}

// recreate brings back what ruin took out, and tries some of those that were
// left out before. The order is drawn anew each time: by priority half the time
// when somebody is left out or late, else by chance, hardness or distance.
func (s *state) recreate(blind bool) bool {
	s.line()
	for _, q := range s.queue {
		s.lodge(q.visit, blind)
	}
	return true
}

// line puts those whom recreate is to bring back in an order, and draws how blind
// it is.
func (s *state) line() {
	s.queue = s.queue[:0]
	before := len(s.wasOut)
	for i, v := range s.absent {
		if i >= before || before <= retry || s.n(before) < retry {
			s.queue = append(s.queue, keyed{0, v})
		}
	}
	s.blink = blink
	if s.visits <= fewForHalf && s.chance() < halfBlindShare {
		s.blink = halfBlind
	}
	order := s.n(17)
	ranked := (before > 0 || s.was.anyLate()) && s.chance() < 0.5
	for i := range s.queue {
		v := s.queue[i].visit
		var k int32
		switch {
		case order < 4:
			k = int32(s.rng.Uint64() >> 40)
		case order < 8:
			k = -s.demand[v]
		case order < 10:
			k = -s.far[v]
		case order < 11:
			k = s.far[v]
		case order < 13:
			k = s.width(v)
		case order < 15:
			k = s.opening(v)
		default:
			k = -s.lastStart(v)
		}
		s.queue[i].key = int64(k)
		if ranked {
			s.queue[i].key += int64(s.priority(v)) << 40
		}
		if s.guarded[v] {
			s.queue[i].key -= 1 << 50
		}
	}
	if s.spent {
		s.drawLoyal()
	}
	slices.SortFunc(s.queue, func(a, b keyed) int {
		if a.key != b.key {
			if a.key < b.key {
				return -1
			}
			return 1
		}
		return int(a.visit - b.visit)
	})
}

type keyed struct {
	key   int64
	visit int32
}

// opening is the earliest second at which a visit may begin.
func (c *core) opening(v int32) int32 { return max(c.asks[v].promiseStart, c.asks[v].first) }

// lastStart is the last second at which a visit may begin without being late.
func (c *core) lastStart(v int32) int32 { return min(c.asks[v].promiseEnd, c.asks[v].last) }

// width is how long the times of a visit are from the first to the last second.
func (c *core) width(v int32) int32 { return c.lastStart(v) - c.opening(v) }
