package solve

import (
	"cmp"
	"math"
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

// lookEvery is how many visits are inserted until the next look at whether the search
// was cancelled: some tens of milliseconds on the largest days.
const lookEvery = 16

// construct makes the first plan. It inserts everybody who is absent, in a few
// orders, and keeps the best plan that comes of them. When it is cancelled, those
// whose turn has not come are left out.
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
	fills := make([]func(), 0, len(orders)+1)
	for _, order := range orders {
		fills = append(fills, func() { h.fill(order) })
	}
	if len(absent) <= mostRegrets && len(absent)*len(h.lanes) <= regretCells {
		fills = append(fills, h.regret)
	}
	for i, fill := range fills {
		if i > 0 && h.ctx.Err() != nil {
			break
		}
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
		fill()
	}
	if h.best.less(&h.tally) {
		h.restart()
	}
}

// fill inserts everybody who is absent: whom we must not lose first, then by
// priority, the promised before the others, then in the order given.
func (h *hunt) fill(then func(a, b int32) int) {
	order := slices.Clone(h.absent)
	slices.SortFunc(order, func(a, b int32) int { return cmp.Or(h.urgency(a, b), then(a, b), int(a-b)) })
	for i, v := range order {
		if h.called(i) {
			break
		}
		h.open()
		h.lodge(v, false)
		h.changed()
	}
	if h.tally.less(&h.best) {
		h.record()
	}
}

// called says whether the search was cancelled; it looks at every so many visits only.
func (h *hunt) called(i int) bool { return i%lookEvery == lookEvery-1 && h.ctx.Err() != nil }

// urgency is the order in which nobody may wait for another.
func (s *state) urgency(a, b int32) int {
	first := func(a, b bool) int {
		switch {
		case a == b:
			return 0
		case a:
			return -1
		}
		return 1
	}
	return cmp.Or(first(s.guarded[a], s.guarded[b]), int(s.priority(a))-int(s.priority(b)), first(s.promised[a], s.promised[b]))
}

// What regret takes grows with the square of the visits, and with the lanes.
const mostRegrets, regretCells = 500, 1 << 17

// regret inserts everybody who is absent: whom we must not lose first, then always
// the visit that it would cost most to put into the second best round instead of
// the best one. It asks nobody's priority; where there is room for everybody, that
// makes better rounds.
func (h *hunt) regret() {
	var order [2][]int32
	for _, v := range h.absent {
		if h.guarded[v] {
			order[0] = append(order[0], v)
		} else {
			order[1] = append(order[1], v)
		}
	}
	lanes := len(h.lanes)
	costs := make([]int64, len(h.absent)*lanes)
	for _, left := range order {
		for i, v := range left {
			if h.called(i) {
				return
			}
			for r := range h.tracks {
				costs[i*lanes+r] = h.costIn(r, v)
			}
		}
		for len(left) > 0 && !h.called(len(left)) {
			k, last := mostRegretted(costs[:len(left)*lanes], lanes), len(left)-1
			v := left[k]
			left[k] = left[last]
			copy(costs[k*lanes:(k+1)*lanes], costs[last*lanes:])
			left = left[:last]
			h.open()
			h.lodge(v, false)
			h.changed()
			for _, r := range h.touch {
				for i, u := range left {
					costs[i*lanes+int(r)] = h.costIn(int(r), u)
				}
			}
		}
	}
	if h.tally.less(&h.best) {
		h.record()
	}
}

// mostRegretted gives the row whose two least costs differ most, and of those that
// do alike the one that costs least. Rows have width costs.
func mostRegretted(costs []int64, width int) (row int) {
	most, least := int64(-1), int64(0)
	for i := 0; i*width < len(costs); i++ {
		best, second := int64(math.MaxInt64), int64(math.MaxInt64)
		for _, c := range costs[i*width : (i+1)*width] {
			if c < best {
				best, second = c, best
			} else if c < second {
				second = c
			}
		}
		if d := second - best; d > most || d == most && best < least {
			row, most, least = i, d, best
		}
	}
	return row
}

// costIn is what a visit costs in a lane's round where it costs least, MaxInt64
// where it does not fit.
func (s *state) costIn(r int, v int32) int64 {
	f := finder{bound: math.MaxInt64, lane: -1, call: -1}
	if s.may(r, v, s.homeOf(v)) {
		t := s.tracks[r]
		s.lookInto(r, t, v, 0, len(t.visits)-len(s.lanes[r].head)+1, &f)
	}
	return f.bound
}
