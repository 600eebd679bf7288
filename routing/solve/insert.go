package solve

import (
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
	// every rule and every other promise still kept.
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
	round   []int32
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
	s := &Standing{c: newCore(p), tracks: make([]track, len(p.Shifts))}
	s.c.exact, s.c.simple = true, false
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
// the cheapest of each gap, so that the answers differ. Nobody is made late by
// them; the visit itself keeps its promise.
//
// The scan is constant time a gap and allocates nothing but the answer, which is
// appended to buf. Only the k answers are computed exactly.
func (s *Standing) Insert(visit, k int, buf []Insertion) []Insertion {
	c, v := s.c, int32(visit)
	s.shorts = s.shorts[:0]
	bound := int64(math.MaxInt64)
	for r := range s.tracks {
		t := &s.tracks[r]
		if !c.suits[r*c.visits+visit] {
			continue
		}
		lo, ok := c.firstRow(r, t, v)
		if !ok && c.lanes[r].depot >= 0 {
			bound = s.fetching(r, v, k, bound)
		}
		if !ok {
			continue
		}
		for i := len(c.lanes[r].head) + lo; i <= len(t.visits); i++ {
			if f, ok := c.try(r, t, i, v, bound); ok {
				bound = s.shortlist(short{f.delta, r, i}, k, bound)
			}
		}
	}
	for _, x := range s.shorts {
		if ins, ok := s.exact(x.lane, x.index, v); ok {
			buf = append(buf, ins)
		}
	}
	return buf
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

// fetching looks at the places that need a call at the depot first, the cheapest
// gap of each place for the call.
func (s *Standing) fetching(r int, v int32, k int, bound int64) int64 {
	c, t := s.c, &s.tracks[r]
	calls := c.supplied(r, t)
	for j := range calls {
		x := &calls[j]
		more := x.cost - t.cost
		for i := len(c.lanes[r].head) + int(x.depot) + 1; i <= len(x.visits); i++ {
			if f, ok := c.try(r, x, i, v, bound-more); ok && !s.listed(r, i-1) {
				bound = s.shortlist(short{f.delta + more, r, i - 1}, k, bound)
			}
		}
	}
	return bound
}

func (s *Standing) listed(r, i int) bool {
	for _, x := range s.shorts {
		if x.lane == r && x.index == i {
			return true
		}
	}
	return false
}

// with makes scratch the track with the visit put in, calling at the depot where
// that is best, if it must be.
func (s *Standing) with(r, i int, v int32) (*track, bool) {
	t := &s.tracks[r]
	s.round = append(append(append(s.round[:0], t.visits[:i]...), v), t.visits[i:]...)
	if t.depot < 0 && s.c.lanes[r].depot < 0 {
		s.scratch.visits = append(s.scratch.visits[:0], s.round...)
		return &s.scratch, s.c.refresh(r, &s.scratch)
	}
	real := s.round[:0]
	for _, u := range s.round {
		if u != s.c.lanes[r].depot {
			real = append(real, u)
		}
	}
	return &s.scratch, s.c.resupply(r, real, &s.scratch)
}

// exact computes the round with the visit put in.
func (s *Standing) exact(r, i int, v int32) (Insertion, bool) {
	c, t := s.c, &s.tracks[r]
	x, ok := s.with(r, i, v)
	if !ok {
		return Insertion{}, false
	}
	l := &c.lanes[r]
	i = slices.Index(x.visits, v)
	index := i
	if x.depot >= 0 && int(x.depot)+len(l.head) < i {
		index--
	}
	row, width := i-len(l.head), l.Owed+1
	arrive := x.arrive[row]
	ins := Insertion{
		Shift: r, Index: index, Arrive: routing.Seconds(arrive), Start: routing.Seconds(x.start[row]),
		Delta: routing.Cost(x.cost - t.cost),
	}
	ins.Late = routing.Seconds(max(0, arrive-c.promiseEnd[v]))
	ins.OthersLate = routing.Seconds(max(0, x.late-t.late)) - ins.Late
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
// would be late, least lateness first; other visits give nothing then.
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
