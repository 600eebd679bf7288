package solve

import "math"

// A long search of a day whose technicians differ is cut into cycles. Who
// works at all is decided while it is hot and not looked at again when it is cold,
// so one annealing ends wherever it happened to cool down. The first cycle takes
// longest; each further one begins again at the best plan, less hot, so that it
// looks at some of what was decided and not at all of it. At the end of each cycle
// the rounds seen are recombined (pool.go), and the last cycle now and then puts a
// round that an earlier one ended with into its plan whole. At last the best plan is
// polished.
const (
	cycleVisits      = 100 // iterations a visit that a cycle should have
	staffCycleVisits = 200 // the same of staff, whose iterations are cheaper
	mostCycles       = 5
	injectShare      = 0.05 // iterations of the last cycle that put a round in
	firstShare       = 0.4  // of the search is the first cycle
	lastFrom         = 0.88 // of the search on it only polishes
)

// cooling is where cycles begin and end, as shares of a leg to a near neighbour.
type cooling struct{ first, later, end float64 }

var roundsCooling, staffCooling = cooling{7, 3, 0.4}, cooling{staffHot, 1.2, 0.15}

// elite is a round of a plan that a cycle ended with.
type elite struct {
	lane   int32
	visits []int32
}

// worthCycles is how many cycles there is time for.
func (h *hunt) worthCycles() int {
	if !h.varied || len(h.loose) == 0 {
		return 1 // where most lanes are alike, one long cycle is better
	}
	if h.closed != nil {
		return 1 // a round put in whole could be another thread's
	}
	each := float64(cycleVisits)
	if h.staff != nil {
		each = staffCycleVisits
	}
	n := int(h.expected / float64(len(h.loose)) / each)
	if n < 3 {
		return 1
	}
	return min(n, mostCycles)
}

// inCycles is the temperature of a search with cycles.
func (h *hunt) inCycles() float64 {
	cools := roundsCooling
	if h.staff != nil {
		cools = staffCooling
	}
	begin, at, cycle := cools.first, h.done/firstShare, 0
	if h.done >= lastFrom {
		if h.cycle != h.cycles {
			h.turn(h.cycles)
		}
		return cools.end * math.Pow(cold/cools.end, (h.done-lastFrom)/(1-lastFrom))
	}
	if h.done >= firstShare {
		begin = cools.later
		at = (h.done - firstShare) / (lastFrom - firstShare) * float64(h.cycles-1)
		cycle = 1 + min(int(at), h.cycles-2)
		at -= float64(cycle - 1)
	}
	if cycle != h.cycle {
		h.turn(cycle)
	}
	h.mixing = cycle == h.cycles-1 && len(h.elites) > 0
	return begin * math.Pow(cools.end/begin, at)
}

// turn keeps the rounds of the cycle that has ended and begins another one at the
// best plan.
func (h *hunt) turn(cycle int) {
	h.cycle = cycle
	if h.squad != nil {
		h.squad.store()
	}
	for r, t := range h.tracks {
		if h.staff == nil && len(t.visits) > len(h.lanes[r].head) { // which has no rounds put in whole
			h.elites = append(h.elites, elite{int32(r), h.real(r, t, nil)})
		}
	}
	if !h.recombine() {
		h.restart()
	}
}

// restart goes on from the best plan.
func (h *hunt) restart() {
	best := h.best
	rounds := make([][]int32, len(h.rounds))
	for r := range rounds {
		rounds[r] = append([]int32(nil), h.rounds[r]...)
	}
	h.become(rounds, nil, h.left())
	h.best = best
}

// inject puts a round of another plan into this one: its visits leave the rounds
// that they are in, and those it drives out are absent. It says whether that is
// possible; when not, the change is to be undone.
func (s *state) inject(e elite) bool {
	s.pick++
	for _, v := range e.visits {
		s.picked[v] = s.pick
	}
	for _, v := range e.visits {
		if r := s.where[v]; r >= 0 && r != e.lane && !s.frozen[v] && !s.strip(int(r)) {
			return false
		}
	}
	r := int(e.lane)
	if !s.resupply(r, e.visits, &s.scratch) {
		return false
	}
	s.keep(r)
	s.count(r, -1)
	t := s.tracks[r]
	s.rest = append(s.rest[:0], t.visits...)
	t.visits = append(t.visits[:0], s.scratch.visits...)
	for _, v := range s.rest {
		if int(v) < s.visits && s.picked[v] != s.pick {
			s.gone(v)
		}
	}
	s.add(r)
	for _, v := range e.visits {
		if !s.frozen[v] && s.out(v) {
			s.come(v)
		}
	}
	return true
}

// out says whether a visit is in the list of those absent.
func (s *state) out(v int32) bool {
	for _, u := range s.absent {
		if u == v {
			return true
		}
	}
	return false
}

// strip takes the picked visits out of a track.
func (s *state) strip(r int) bool {
	s.keep(r)
	s.count(r, -1)
	t := s.tracks[r]
	s.before = append(s.before[:0], t.visits...)
	s.rest, s.lifted = s.rest[:0], s.lifted[:0]
	for i, v := range s.before {
		switch {
		case int(v) >= s.visits:
		case i >= len(s.lanes[r].head) && s.picked[v] == s.pick:
			s.lifted = append(s.lifted, v)
		default:
			s.rest = append(s.rest, v)
		}
	}
	if !s.resupply(r, s.rest, &s.scratch) {
		s.add(r)
		return false
	}
	t.visits = append(t.visits[:0], s.scratch.visits...)
	s.add(r)
	for _, v := range s.lifted {
		s.gone(v)
	}
	return true
}
