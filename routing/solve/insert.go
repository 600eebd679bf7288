package solve

import (
	"cmp"
	"math"
	"slices"

	"roundsman/internal/fault"
	"roundsman/routing"
)

// Insertion is one place where a visit fits into a plan that stands.
type Insertion struct {
	Shift int
	Index int // it becomes this stop of the round, frozen stops counted
	// Arrive and Start of the visit itself, as routing.EvaluateRound gives them.
	Arrive, Start routing.Seconds
	// Detour is what the round's travel grows by.
	Detour       routing.Seconds
	DetourMetres routing.Metres
	Delta        routing.Cost // what the round's cost grows by
	// Slack is how much later than Arrive the technician could show up with
	// every rule and every promise still kept; never too much. It is 0 where nobody
	// knows: with travel by the hour, and with a floor under chances.
	Slack routing.Seconds
	Late  routing.Seconds // the visit's own lateness
	// OthersLate is the lateness that others get by it.
	OthersLate routing.Seconds
}

// Standing is a plan made ready for questions. It belongs to one goroutine.
type Standing struct {
	c       *core
	tracks  []track
	scratch track
	times   routing.Timetable
	shorts  []short
	fetched bool // rounds that call at the depot were looked at, where what seems best is not always possible
	round   []int32
	terms   *terms // see bargain; nil where the tracks know the whole truth
}

// terms is a standing plan as it was posed.
type terms struct {
	p     *routing.Problem
	plan  *routing.Plan
	tts   []routing.Timetable
	score routing.Score
}

type short struct {
	delta int64
	lane  int
	index int
}

// Stand makes a plan ready. The plan must be feasible; it is not kept.
//
// The error is a *fault.Error: problem_invalid, plan_malformed or round_infeasible.
func Stand(p *routing.Problem, plan *routing.Plan) (*Standing, error) {
	if err := routing.Validate(p); err != nil {
		return nil, err
	}
	if len(plan.Rounds) != len(p.Shifts) {
		return nil, fault.New(fault.Invalid, "plan_malformed", "the plan has %d rounds for %d shifts; give one round for each shift", len(plan.Rounds), len(p.Shifts))
	}
	if !routing.InCompany(p) && !routing.ByHour(p) && !routing.Risky(p) {
		return standApart(p, plan)
	}
	q, err := apartFor(p, plan, nil)
	if err != nil {
		return nil, err
	}
	s, err := standApart(q, plan)
	if err != nil {
		return nil, err
	}
	s.terms = &terms{p: p, plan: complete(p, plan)}
	if s.terms.tts, s.terms.score, err = routing.Evaluate(p, s.terms.plan); err != nil {
		return nil, err
	}
	return s, nil
}

// standApart is Stand for problems whose rounds can be judged one by one.
func standApart(p *routing.Problem, plan *routing.Plan) (*Standing, error) {
	return standOn(newCore(p), plan)
}

// standOn is standApart on a core that belongs to nobody else.
func standOn(c *core, plan *routing.Plan) (*Standing, error) {
	p := c.p
	s := &Standing{c: c, tracks: make([]track, len(p.Shifts))}
	s.c.exact, s.c.simple, s.c.short = true, false, false
	for i, r := range plan.Rounds {
		var round []int32
		for _, v := range r.Visits {
			if v < 0 || v >= len(p.Visits) {
				return nil, fault.New(fault.Invalid, "plan_malformed", "round %d names visit %d, which isn't in the problem", i, v)
			}
			round = append(round, int32(v))
		}
		if refusal := routing.EvaluateRound(p, i, r.Visits, &s.times); refusal.Refused() {
			return nil, fault.New(fault.Conflict, "round_infeasible", "round %d can't be: %s; repair the plan first", i, refusal.Clause).
				With("shift", i).With("visit", refusal.Visit).With("clause", string(refusal.Clause))
		}
		s.c.resupply(i, round, &s.tracks[i])
	}
	return s, nil
}

// Insert gives up to k places for a visit that stands nowhere, cheapest first:
// the cheapest of each gap, so that the answers differ; none when k isn't above 0.
// Nobody is made late by them; the visit itself keeps its promise. It gives none
// only where there is none.
//
// The scan is constant time a gap and allocates nothing but the answer, which is
// appended to buf. Only the k answers are computed exactly, and more where some of
// the cheapest turn out not to be possible.
func (s *Standing) Insert(visit, k int, buf []Insertion) []Insertion {
	if k <= 0 {
		return buf
	}
	before := len(buf)
	for width := k; ; width *= 2 {
		s.look(visit, width)
		buf = s.confirmed(visit, buf[:before])
		if len(buf)-before >= k || len(s.shorts) < width {
			break
		}
	}
	if len(buf) == before && (s.terms != nil || s.fetched) {
		for _, ins := range s.everywhere(visit) {
			if ins.Late+ins.OthersLate == 0 { // though the quick look had ruled it out
				buf = append(buf, ins)
			}
		}
	}
	if s.terms != nil || s.fetched {
		slices.SortStableFunc(buf[before:], func(a, b Insertion) int { return cmp.Compare(a.Delta, b.Delta) })
	}
	return buf[:min(len(buf), before+k)]
}

// look makes the shortlist: the width places that seem to cost least.
func (s *Standing) look(visit, width int) {
	c, v := s.c, int32(visit)
	s.shorts, s.fetched = s.shorts[:0], false
	bound := int64(math.MaxInt64)
	home := s.homeOf(v)
	for r := range s.tracks {
		t := &s.tracks[r]
		if !c.suits[r*c.visits+visit] || (home >= 0 && home != r) {
			continue
		}
		if c.lanes[r].depot >= 0 && (t.depot >= 0 || !c.carries(r, t, v)) {
			s.fetched = true
			bound = s.fetching(r, v, width, bound)
			continue
		}
		if !c.carries(r, t, v) {
			continue
		}
		for i := len(c.lanes[r].head); i <= len(t.visits); i++ {
			if f, ok := c.try(r, t, i, v, bound); ok {
				bound = s.shortlist(short{f.delta, r, i}, width, bound)
			}
		}
	}
}

// confirmed appends those of the shortlist that are possible by the true rules.
func (s *Standing) confirmed(visit int, buf []Insertion) []Insertion {
	for _, x := range s.shorts {
		// Somebody late already may come later still by it, where a break moves ahead.
		if ins, ok := s.exact(x.lane, x.index, int32(visit)); ok && s.terms.true(visit, &ins) && ins.Late+ins.OthersLate == 0 {
			buf = append(buf, ins)
		}
	}
	return buf
}

// true says whether a visit can be put there by the true rules, and corrects the
// answer by them. What slack the bounds leave is there by the true rules, too,
// unless they ask for travel at another hour, or for chances.
func (t *terms) true(visit int, ins *Insertion) bool {
	if t == nil {
		return true
	}
	after := t.with(ins.Shift, ins.Index, visit)
	tts, score, err := routing.Evaluate(t.p, after)
	if err != nil {
		return false
	}
	st, was, is := tts[ins.Shift].Stops[ins.Index], &t.tts[ins.Shift], &tts[ins.Shift]
	if ins.Slack = max(0, ins.Arrive+ins.Slack-st.Arrive); routing.ByHour(t.p) || t.p.Floor > 0 {
		ins.Slack = 0
	}
	ins.Arrive, ins.Start, ins.Late = st.Arrive, st.Start, st.Late
	ins.Detour, ins.DetourMetres = is.Travel-was.Travel, is.Metres-was.Metres
	ins.Delta, ins.OthersLate = score.Cost-t.score.Cost, -st.Late
	if x := &t.p.Visits[visit]; x.Optional {
		ins.Delta += x.Prize // no longer paid
	}
	for p := range score.Late {
		ins.OthersLate += score.Late[p] - t.score.Late[p]
	}
	ins.OthersLate = max(0, ins.OthersLate)
	return true
}

// with is the plan with a visit put before stop i of a round.
func (t *terms) with(shift, i, visit int) *routing.Plan {
	after := t.plan.Clone()
	r := &after.Rounds[shift]
	r.Visits = slices.Insert(r.Visits, i, visit)
	after.Unassigned = slices.DeleteFunc(after.Unassigned, func(v int) bool { return v == visit })
	return after
}

// shortlist keeps the k cheapest in order and gives the bound that a further
// one must be under.
func (s *Standing) shortlist(x short, k int, bound int64) int64 {
	if len(s.shorts) < k {
		s.shorts = append(s.shorts, x)
	} else {
		s.shorts[len(s.shorts)-1] = x
	}
	for i := len(s.shorts) - 1; i > 0 && s.shorts[i].delta < s.shorts[i-1].delta; i-- {
		s.shorts[i], s.shorts[i-1] = s.shorts[i-1], s.shorts[i]
	}
	if len(s.shorts) == k {
		return s.shorts[k-1].delta
	}
	return bound
}

// fetching looks at the places in a round that calls at the depot, for each place
// of that call; of each gap it keeps the first that is cheap enough.
func (s *Standing) fetching(r int, v int32, k int, bound int64) int64 {
	c, t := s.c, &s.tracks[r]
	calls := c.supplied(r, t)
	for j := range calls {
		x := &calls[j]
		lo, ok := c.firstRow(r, x, v)
		if !ok {
			continue
		}
		head, more := len(c.lanes[r].head), x.cost-t.cost // less than 0 where the way by the depot is shorter
		for row := lo; row <= len(x.visits)-head; row++ {
			index := head + row
			if row > int(x.depot) {
				index--
			}
			under := bound
			if bound != math.MaxInt64 {
				under -= more
			}
			if f, ok := c.try(r, x, head+row, v, under); ok && !s.listed(r, index) {
				bound = s.shortlist(short{f.delta + more, r, index}, k, bound)
			}
		}
	}
	return bound
}

// homeOf is the shift where those are that a visit is tied to, -1 when it is free.
func (s *Standing) homeOf(v int32) int {
	tie := s.c.tie[v]
	if tie == 0 {
		return -1
	}
	for r := range s.tracks {
		for _, u := range s.tracks[r].visits {
			if u != v && int(u) < s.c.visits && s.c.tie[u] == tie && !s.c.frozen[u] {
				return r
			}
		}
	}
	return -1
}

func (s *Standing) listed(r, i int) bool {
	for _, x := range s.shorts {
		if x.lane == r && x.index == i {
			return true
		}
	}
	return false
}

// with makes scratch the track with the visit put in before stop i of the round,
// calling at the depot where that is best, if it must be.
func (s *Standing) with(r, i int, v int32) (*track, bool) {
	s.round = s.c.real(r, &s.tracks[r], s.round)
	s.round = slices.Insert(s.round, i, v)
	return &s.scratch, s.c.resupply(r, s.round, &s.scratch)
}

// exact computes the round with the visit put in.
func (s *Standing) exact(r, i int, v int32) (Insertion, bool) {
	c, t := s.c, &s.tracks[r]
	x, ok := s.with(r, i, v)
	if !ok {
		return Insertion{}, false
	}
	l := &c.lanes[r]
	index := i
	i = slices.Index(x.visits, v)
	row, width := i-len(l.head), l.Owed+1
	arrive := x.arrive[row]
	ins := Insertion{
		Shift: r, Index: index, Arrive: routing.Seconds(arrive), Start: routing.Seconds(x.start[row]),
		Delta: routing.Cost(x.cost - t.cost),
	}
	ins.Late = routing.Seconds(max(0, arrive-c.asks[v].promiseEnd))
	ins.OthersLate = max(0, routing.Seconds(x.late-t.late)-ins.Late) // who is less late for it makes up for nobody
	prev := int32(-1)
	if i > 0 {
		prev = x.visits[i-1]
	}
	latest := min(x.due[row], x.begin[row*width+int(x.taken[row])]-c.accessTo(prev, v))
	ins.Slack = routing.Seconds(max(0, latest-arrive))
	before, metresBefore := c.travel(r, t)
	after, metresAfter := c.travel(r, x)
	ins.Detour, ins.DetourMetres = after-before, metresAfter-metresBefore
	return ins, true
}

// travel sums the legs of a round.
func (c *core) travel(r int, t *track) (sec routing.Seconds, metres routing.Metres) {
	l := &c.lanes[r]
	if len(t.visits) == len(l.head) && !l.Out {
		return 0, 0
	}
	at := int32(l.Place)
	for i := len(l.head); i <= len(t.visits); i++ {
		to := l.end
		if i < len(t.visits) {
			to = c.place[t.visits[i]]
		}
		sec += l.seconds[int(at)*l.cols+int(to)]
		metres += l.metres[int(at)*l.cols+int(to)]
		at = to
	}
	return sec, metres
}

// Insert is Stand and Standing.Insert in one, for a single question. When no
// place keeps the visit's promise it gives the places where the visit or others
// would be late, least lateness first; other visits give nothing then. The error is
// one of Stand, or plan_malformed for a visit that isn't in the problem.
func Insert(p *routing.Problem, plan *routing.Plan, visit, k int) ([]Insertion, error) {
	s, err := Stand(p, plan)
	if err != nil {
		return nil, err
	}
	if visit < 0 || visit >= len(p.Visits) {
		return nil, fault.New(fault.Invalid, "plan_malformed", "there is no visit %d to insert", visit)
	}
	found := s.Insert(visit, k, nil)
	if len(found) == 0 && p.Visits[visit].Promise != nil {
		found = s.InsertLate(visit, k)
	}
	return found, nil
}
