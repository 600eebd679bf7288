package solve

import "math"

// Where it is bounded how many of those told may be moved (routing.Problem.MostMoved), and
// no more may be, a plan with too many is nearly always in reach, and the cheapest place
// seldom is the one that was told. So recreate then puts some back where they were told, more
// of them one time than another, and now and then looks whom a place moves. Those too many
// weigh little at first: most ways from one good plan to another lead past the bound. All
// this is done by the general rounds; as long as more may be moved, the quick ones go on.

// fewLegs to a near neighbour is what one moved too many weighs in the beginning.
const fewLegs = 4

// boundEach is how many iterations a visit there are between looks at whether more may be
// moved.
const boundEach = 2

// bounds says whether no more than so many may be moved of those told who aren't served
// yet. Where all of them may be, there is no bound.
func (c *core) bounds(most *int) bool {
	if most == nil {
		return false
	}
	told := 0
	for v := range c.p.Visits {
		if c.p.Visits[v].Told != nil && !c.frozen[v] {
			told++
		}
	}
	return told > *most
}

// shift books that so many more are otherwise than told.
func (s *state) shift(n int32) {
	if n == 0 {
		return
	}
	s.changes += n
	s.over = max(0, s.changes-s.most)
	s.excess = int64(s.over) * s.overWeight
}

// weighMoves has each of those moved too many weigh some legs at first, and more than
// all costs from halfway on. It says whether it has changed that no more may be moved.
func (h *hunt) weighMoves() bool {
	least := math.Min(fewLegs*h.scale, float64(h.overMost))
	h.overWeight = int64(least * math.Pow(float64(h.overMost)/least, min(1, 2*h.done)))
	h.excess = int64(h.over) * h.overWeight
	if (h.iterations-1)%(boundEach*h.visits) != 0 {
		return false
	}
	was := h.spent
	h.spent = h.changes >= h.most
	return h.spent != was && h.staff != nil
}

// loyalties are the shares of those told who go back first to where they were told.
var loyalties = [4]float64{0, 0.5, 0.9, 1}

// calmShare is how many recreates look what a place does to all who are told, and
// calmRounds in how many rounds.
const calmShare, calmRounds = 0.25, 8

// drawLoyal draws who of the queue goes back first to where they were told, and whether
// others are put where all is counted.
func (s *state) drawLoyal() {
	share := loyalties[s.n(len(loyalties))]
	s.calm = s.chance() < calmShare
	for i := range s.queue {
		if v := s.queue[i].visit; s.p.Visits[v].Told != nil && s.chance() < share {
			s.loyal[v] = s.change
			s.queue[i].key -= 1 << 48
		}
	}
}

// lodgeCounted puts a visit where what it costs and whom it moves weigh least together: in
// the round that was told, or in one of those near it. It says whether there is such a
// place.
func (s *state) lodgeCounted(v int32) bool {
	back := s.loyal[v] == s.change
	if !back && !s.calm {
		return false
	}
	present := s.changes // who is in a round that was not told
	for _, u := range s.absent {
		if s.p.Visits[u].Told != nil {
			present--
		}
	}
	least, lane, index := int64(math.MaxInt64), -1, 0
	if s.prize[v] >= 0 {
		least = s.prize[v]
	}
	home := s.homeOf(v)
	look := func(r int) {
		t := s.tracks[r]
		if !t.feasible || !s.may(r, v, home) {
			return
		}
		for i := len(s.lanes[r].head); i <= len(t.visits); i++ {
			if !s.refreshWith(r, t, i, v) || s.scratch.late > t.late || back && s.scratch.moved > t.moved {
				continue
			}
			d := s.scratch.cost - t.cost + int64(max(0, present+s.scratch.moved-t.moved-s.most))*s.overWeight
			if d < least {
				least, lane, index = d, r, i
			}
		}
	}
	if back {
		look(s.p.Visits[v].Told.Shift)
	} else {
		s.lookRoundsNear(v, look)
	}
	if lane < 0 {
		return false
	}
	s.refreshWith(lane, s.tracks[lane], index, v)
	s.takeScratch(lane, v)
	return true
}

// lookRoundsNear looks into the rounds of a visit's neighbours, and into one that is empty.
func (s *state) lookRoundsNear(v int32, look func(r int)) {
	s.look++
	n, empty := 0, false
	for r, t := range s.tracks {
		if len(t.visits) == 0 && !empty && s.may(r, v, -1) {
			empty = true
			look(r)
		}
	}
	for _, u := range s.near[v] {
		r := s.where[u]
		if r < 0 || s.counted[r] == s.look {
			continue
		}
		s.counted[r] = s.look
		look(int(r))
		if n++; n == calmRounds {
			return
		}
	}
}
