package solve

import (
	"cmp"
	"slices"

	"roundsman/internal/fault"
	"roundsman/routing"
)

// load takes over a plan, leaving out what breaks a hard rule: first it keeps
// whom it must not lose, then the others in the plan's order.
func (s *state) load(start *routing.Plan) error {
	if len(start.Rounds) != len(s.tracks) {
		return fault.New(fault.Invalid, "plan_malformed", "the plan to start from has %d rounds for %d shifts; give one round for each shift", len(start.Rounds), len(s.tracks))
	}
	seen := make([]bool, s.visits)
	for r, round := range start.Rounds {
		for _, v := range round.Visits {
			if v < 0 || v >= s.visits || seen[v] {
				return fault.New(fault.Invalid, "plan_malformed", "round %d of the plan to start from names visit %d, which isn't in the problem or stands twice", r, v)
			}
			seen[v] = true
			if x := &s.p.Visits[v]; !s.frozen[v] && (x.Promise != nil || x.Pin != nil) {
				s.guarded[v] = true
				s.missing++
			}
		}
	}
	for r, round := range start.Rounds {
		s.adopt(r, round.Visits)
	}
	return nil
}

func (s *state) adopt(r int, visits []int) {
	head := len(s.lanes[r].head)
	whole := append([]int32(nil), s.lanes[r].head...)
	for _, v := range visits {
		if !s.frozen[v] {
			whole = append(whole, int32(v))
		}
	}
	if s.admits(r, whole) {
		s.take(r, whole)
		return
	}
	rank := make(map[int32]int, len(whole))
	for i, v := range whole {
		rank[v] = i
	}
	order := slices.Clone(whole[head:])
	slices.SortStableFunc(order, func(a, b int32) int {
		if s.guarded[a] != s.guarded[b] {
			if s.guarded[a] {
				return -1
			}
			return 1
		}
		return int(s.priority(a)) - int(s.priority(b))
	})
	kept := slices.Clone(whole[:head])
	for _, v := range order {
		i := head
		for i < len(kept) && rank[kept[i]] < rank[v] {
			i++
		}
		if with := slices.Insert(slices.Clone(kept), i, v); s.admits(r, with) {
			kept = with
		}
	}
	s.take(r, kept)
}

// admits says whether a round breaks no hard rule.
func (s *state) admits(r int, visits []int32) bool {
	for _, v := range visits[len(s.lanes[r].head):] {
		if !s.may(r, v, s.homeOf(v)) {
			return false
		}
	}
	return s.resupply(r, visits, &s.scratch)
}

// take gives a track the visits that admits has just found possible.
func (s *state) take(r int, visits []int32) {
	s.count(r, -1)
	s.resupply(r, visits, &s.scratch)
	s.tracks[r].visits = append(s.tracks[r].visits[:0], s.scratch.visits...)
	s.add(r)
	for _, v := range visits[len(s.lanes[r].head):] {
		s.come(v)
	}
}

// construct makes the first plan. It inserts everybody who is absent, in a few
// orders, and keeps the best plan that comes of them.
func (h *hunt) construct() {
	before := make([][]int32, len(h.rounds))
	for r := range before {
		before[r] = append([]int32(nil), h.rounds[r]...)
	}
	absent := append([]int32(nil), h.absent...)
	if len(absent) == 0 {
		return
	}
	orders := []func(a, b int32) int{
		func(a, b int32) int { return int(h.far[b]) - int(h.far[a]) },
		func(a, b int32) int { return int(h.lastStart(a)) - int(h.lastStart(b)) },
		func(a, b int32) int { return int(h.width(a)) - int(h.width(b)) },
	}
	if len(absent) > 500 {
		orders = orders[:2]
	}
	for i, order := range orders {
		if i > 0 {
			best := h.best
			rounds := h.rounds
			h.rounds = make([][]int32, len(rounds))
			h.become(before, nil, absent)
			h.best, h.rounds = best, rounds
			for r := range h.stale {
				h.stale[r] = true
			}
		}
		h.fill(order)
	}
	if h.best.less(&h.tally) {
		h.restart()
	}
}

// fill inserts everybody who is absent: whom we must not lose first, then by
// priority, the promised before the others, then in the order given.
func (h *hunt) fill(then func(a, b int32) int) {
	s := h.state
	order := slices.Clone(s.absent)
	first := func(a, b bool) int {
		switch {
		case a == b:
			return 0
		case a:
			return -1
		}
		return 1
	}
	slices.SortFunc(order, func(a, b int32) int {
		return cmp.Or(
			first(s.guarded[a], s.guarded[b]),
			int(s.priority(a))-int(s.priority(b)),
			first(s.promised[a], s.promised[b]),
			then(a, b),
			int(a-b),
		)
	})
	for _, v := range order {
		s.open()
		s.lodge(v, false)
		h.changed()
	}
	if h.tally.less(&h.best) {
		h.record()
	}
}
