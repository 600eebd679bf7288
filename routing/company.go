package routing

import (
	"slices"

	"roundsman/internal/fault"
)

// Visits in company are those whose times hang on other rounds: they come after
// others (Visit.After), or begin at the same instant as others (Visit.Meet).
//
// Their times are found in two steps. First all rounds go as early as they can;
// who has to wait for somebody is released when that one is ready, and rounds
// are computed again until nobody has to wait any more. Releases only ever grow,
// so that this ends. Then each round is computed once more with those instants
// agreed upon, so that nobody leaves home later, to save duty, than others wait
// for.

// company is who waits for whom among the visits of a plan that aren't frozen.
type company struct {
	meets [][]int  // visits that begin at once
	after [][2]int // who comes after whom: before, behind
}

// companyOf lists the ties of visits; nil when there are none.
func companyOf(p *Problem) *company {
	var c *company
	frozen := map[int]bool{}
	for i := range p.Shifts {
		for _, f := range p.Shifts[i].Frozen {
			frozen[f.Visit] = true
		}
	}
	group := map[int]int{} // place in meets by number
	for v := range p.Visits {
		x := &p.Visits[v]
		if (x.Meet == 0 && len(x.After) == 0) || frozen[v] {
			continue
		}
		if c == nil {
			c = &company{}
		}
		for _, u := range x.After {
			c.after = append(c.after, [2]int{u, v})
		}
		if x.Meet == 0 {
			continue
		}
		k, ok := group[x.Meet]
		if !ok {
			k = len(c.meets)
			group[x.Meet] = k
			c.meets = append(c.meets, nil)
		}
		c.meets[k] = append(c.meets[k], v)
	}
	if c != nil {
		c.meets = slices.DeleteFunc(c.meets, func(list []int) bool { return len(list) < 2 })
	}
	return c
}

// InCompany says whether the times of some visit hang on other rounds, so that a
// round can't be judged by itself.
func InCompany(p *Problem) bool { return companyOf(p) != nil }

// alone refuses plans in which somebody is left alone whatever the times: who
// meets is there together, in shifts of their own, and nobody comes without
// those that come before. It gives the visit and its shift.
func (c *company) alone(p *Problem, plan *Plan) (Refusal, int) {
	home := homes(p, plan)
	for _, list := range c.meets {
		for i, v := range list {
			for _, u := range list[:i] {
				if (home[v] < 0) != (home[u] < 0) || home[v] >= 0 && home[v] == home[u] {
					return Refusal{ClauseMeet, v, 0}, max(home[v], home[u])
				}
			}
		}
	}
	for _, x := range c.after {
		if home[x[1]] >= 0 && home[x[0]] < 0 {
			return Refusal{ClauseAfter, x[1], 0}, home[x[1]]
		}
	}
	if v := c.circle(p, plan, home); v >= 0 {
		return Refusal{ClauseAfter, v, 0}, home[v]
	}
	return Refusal{}, -1
}

// circle finds a visit that waits for itself, by way of others that it comes after,
// meets, or follows in a round; -1 when there is none. Releases would grow without
// end.
func (c *company) circle(p *Problem, plan *Plan, home []int) int {
	node := make([]int, len(p.Visits)) // who meets is one
	for v := range node {
		node[v] = v
	}
	for _, list := range c.meets {
		for _, v := range list {
			node[v] = list[0]
		}
	}
	next, before := make([][]int, len(node)), make([]int, len(node))
	edge := func(u, v int) {
		if home[u] >= 0 && home[v] >= 0 {
			next[node[u]] = append(next[node[u]], node[v])
			before[node[v]]++
		}
	}
	for _, r := range plan.Rounds {
		for i := 1; i < len(r.Visits); i++ {
			edge(r.Visits[i-1], r.Visits[i])
		}
	}
	for _, x := range c.after {
		edge(x[0], x[1])
	}
	var free []int
	for v := range node {
		if node[v] == v && before[v] == 0 {
			free = append(free, v)
		}
	}
	for len(free) > 0 {
		u := free[len(free)-1]
		free = free[:len(free)-1]
		for _, v := range next[u] {
			if before[v]--; before[v] == 0 {
				free = append(free, v)
			}
		}
	}
	return slices.IndexFunc(before, func(n int) bool { return n > 0 })
}

// homes gives the shift of each visit, -1 for those left out.
func homes(p *Problem, plan *Plan) []int {
	home := make([]int, len(p.Visits))
	for v := range home {
		home[v] = -1
	}
	for i, r := range plan.Rounds {
		for _, v := range r.Visits {
			home[v] = i
		}
	}
	return home
}

// agree computes the timetables of a plan with visits in company.
func (c *company) agree(p *Problem, plan *Plan, tts []Timetable) error {
	if r, shift := c.alone(p, plan); r.Refused() {
		return infeasible(shift, r)
	}
	q := *p
	q.Visits = slices.Clone(p.Visits)
	q.Prices.DutySecond = 0
	stale := make([]bool, len(plan.Rounds))
	for i := range stale {
		stale[i] = true
	}
	home := homes(p, plan)
	starts, ends := make([]Seconds, len(p.Visits)), make([]Seconds, len(p.Visits))
	for waiting := true; waiting; {
		waiting = false
		if r, shift := evaluateStale(&q, plan, tts, stale, starts, ends); r.Refused() {
			return infeasible(shift, r)
		}
		c.each(home, starts, ends, func(v int, ready Seconds) {
			q.Visits[v].Release, stale[home[v]], waiting = ready, true, true
		})
	}
	if p.Prices.DutySecond == 0 {
		return nil
	}
	q = *Apart(p, plan, tts, func(_, to Seconds) Seconds { return to })
	for i := range stale {
		stale[i] = true
	}
	if r, shift := evaluateStale(&q, plan, tts, stale, starts, ends); r.Refused() {
		return infeasible(shift, r)
	}
	return nil
}

// each calls wait for every visit that begins before others are ready.
func (c *company) each(home []int, starts, ends []Seconds, wait func(v int, ready Seconds)) {
	for _, list := range c.meets {
		var last Seconds
		for _, v := range list {
			if home[v] >= 0 {
				last = max(last, starts[v])
			}
		}
		for _, v := range list {
			if home[v] >= 0 && starts[v] < last {
				wait(v, last)
			}
		}
	}
	for _, x := range c.after {
		if home[x[1]] >= 0 && starts[x[1]] < ends[x[0]] {
			wait(x[1], ends[x[0]])
		}
	}
}

// evaluateStale computes the rounds that are stale.
func evaluateStale(p *Problem, plan *Plan, tts []Timetable, stale []bool, starts, ends []Seconds) (Refusal, int) {
	for i := range stale {
		if !stale[i] {
			continue
		}
		if r := EvaluateRound(p, i, plan.Rounds[i].Visits, &tts[i]); r.Refused() {
			return r, i
		}
		stale[i] = false
		for _, st := range tts[i].Stops {
			starts[st.Visit], ends[st.Visit] = st.Start, st.End
		}
	}
	return Refusal{}, -1
}

func infeasible(shift int, r Refusal) error {
	return fault.New(fault.Conflict, "round_infeasible", "round %d can't be: %s", shift, r.describe()).
		With("shift", shift).With("visit", r.Visit).With("clause", string(r.Clause))
}

// Apart gives the problem in which nobody is in company any more, so that each
// round can be judged by itself: visits that meet are pinned to the instant at
// which the plan has them, and for visits in order an instant is agreed upon
// between the end of the one and the start of the other. Whatever keeps to these
// keeps to the ties. Who is left out and could not come alone is barred from
// every shift.
//
// The instant is what at gives for the two; without at, both may move as far as
// the other, where it stands, allows. That is right for one change of one round.
func Apart(p *Problem, plan *Plan, tts []Timetable, at func(from, to Seconds) Seconds) *Problem {
	c := companyOf(p)
	if c == nil {
		return p
	}
	q := *p
	q.Visits = slices.Clone(p.Visits)
	for v := range q.Visits {
		q.Visits[v].After, q.Visits[v].Meet = nil, 0
	}
	home := homes(p, plan)
	type spot struct{ start, end, service Seconds }
	spots := make([]spot, len(p.Visits))
	for i := range tts {
		for _, st := range tts[i].Stops {
			spots[st.Visit] = spot{st.Start, st.End, st.End - st.Start}
		}
	}
	for _, list := range c.meets {
		for _, v := range list {
			x := &q.Visits[v]
			if home[v] < 0 {
				x.Allowed = []int{}
				continue
			}
			start, pin := spots[v].start, Pin{}
			if x.Pin != nil {
				pin = *x.Pin
			}
			pin.Start = &start
			x.Pin = &pin
		}
	}
	slowest := 0
	for i := range p.Shifts {
		slowest = max(slowest, int(p.Shifts[i].Speed), 100)
	}
	for _, x := range c.after {
		u, v := x[0], x[1]
		if home[v] >= 0 {
			q.Visits[u].Optional = false // others hang on it
		}
		switch {
		case home[u] < 0:
			q.Visits[v].Allowed = []int{}
		case home[v] < 0:
			q.Visits[v].Release = max(q.Visits[v].Release, spots[u].end)
		case at == nil && home[u] == home[v]:
		case at == nil:
			q.Visits[v].Release = max(q.Visits[v].Release, spots[u].end)
			until(&q.Visits[u], spots[v].start-spots[u].service)
		default:
			t := at(spots[u].end, spots[v].start)
			q.Visits[v].Release = max(q.Visits[v].Release, t)
			// Whoever does it, however slowly, is done by then; where it stands it is.
			slow := Seconds((int64(p.Visits[u].Service)*int64(slowest) + 99) / 100)
			until(&q.Visits[u], max(t-slow, spots[u].start))
		}
	}
	return &q
}

// until closes a visit's windows behind its latest start.
func until(v *Visit, latest Seconds) {
	if len(v.Windows) == 0 {
		v.Windows = []Window{{0, latest + 1}}
		return
	}
	var kept []Window
	for _, w := range v.Windows {
		if w.Start <= latest {
			kept = append(kept, Window{w.Start, min(w.End, latest+1)})
		}
	}
	v.Windows = kept
}
