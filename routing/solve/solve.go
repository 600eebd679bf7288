package solve

import (
	"context"
	"math"
	"slices"
	"time"

	"roundsman/internal/clock"
	"roundsman/internal/fault"
	"roundsman/routing"
)

// Options bound a search. With neither Iterations nor Time it does 20,000
// iterations.
type Options struct {
	Seed       uint64
	Iterations int           // at most
	Time       time.Duration // at most, by Elapsed
	Threads    int           // reserved; one thread is used
	// Elapsed says how long the search has been running; nil is the machine's
	// clock. A benchmark passes CPU time.
	Elapsed func() time.Duration
	// Progress, when given, is told about 50 times from the searching goroutine.
	Progress func(Progress)
}

// Progress is how far a search is.
type Progress struct {
	Done       float64 // share of the bound that is used up, 0 to 1
	Iterations int
	Score      routing.Score // of the best plan so far
	Unassigned int
}

// Result is the best plan found, with its evaluation.
type Result struct {
	Plan       *routing.Plan
	Timetables []routing.Timetable
	Score      routing.Score
	Iterations int
	Seed       uint64
}

// Solve improves a plan, or makes one when start is nil. It stops at the first
// of its bounds or when ctx is done, and gives the best plan it has either way.
//
// The result is never worse than start by Score. Visits of start that are
// promised or pinned are never left out, and what is frozen stays. When start
// breaks a hard rule (a stop took too long, a way closed), the visits in the
// way are taken out and placed anew; only then may one of them be left out.
//
// The error is a *fault.Error: problem_invalid or plan_malformed.
func Solve(ctx context.Context, p *routing.Problem, start *routing.Plan, opt Options) (Result, error) {
	if err := routing.Validate(p); err != nil {
		return Result{}, err
	}
	s := newState(newCore(p), opt.Seed)
	if start != nil {
		if err := s.load(start); err != nil {
			return Result{}, err
		}
	}
	h := newHunt(ctx, s, opt)
	h.construct()
	h.run()
	plan := h.plan()
	tts, score, err := routing.Evaluate(p, plan)
	if err != nil {
		return Result{}, fault.New(fault.Internal, "planner_confused", "the planner made a plan that can't be; please report this problem").Because(err)
	}
	return Result{Plan: plan, Timetables: tts, Score: score, Iterations: h.iterations, Seed: opt.Seed}, nil
}

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
		if !s.suits[r*s.visits+int(v)] {
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

// construct inserts everybody who is absent: whom we must not lose first, then
// by priority, the hardest to place before the others.
func (h *hunt) construct() {
	s := h.state
	order := slices.Clone(s.absent)
	slices.SortFunc(order, func(a, b int32) int {
		switch {
		case s.guarded[a] != s.guarded[b]:
			if s.guarded[a] {
				return -1
			}
			return 1
		case s.priority(a) != s.priority(b):
			return int(s.priority(a)) - int(s.priority(b))
		case s.promised[a] != s.promised[b]:
			if s.promised[a] {
				return -1
			}
			return 1
		case s.width(a) != s.width(b):
			return int(s.width(a)) - int(s.width(b))
		}
		return int(a - b)
	})
	for _, v := range order {
		s.open()
		s.lodge(v, false)
		h.changed()
		if h.tally.less(&h.best) {
			h.record()
		}
	}
}

// changed marks the rounds that the last change touched.
func (h *hunt) changed() {
	for _, r := range h.touch {
		h.stale[r] = true
	}
}

// hunt is one run of the annealing.
type hunt struct {
	*state
	ctx        context.Context
	opt        Options
	elapsed    func() time.Duration
	near       [][]int32
	scale      float64 // what a leg to a near neighbour costs
	expected   float64 // iterations until the end, as far as one can tell
	done       float64
	iterations int
	told       float64

	best   tally
	rounds [][]int32 // of the best plan
	stale  []bool    // rounds that changed since
}

func newHunt(ctx context.Context, s *state, opt Options) *hunt {
	if opt.Iterations == 0 && opt.Time == 0 {
		opt.Iterations = 20_000
	}
	h := &hunt{state: s, ctx: ctx, opt: opt, elapsed: opt.Elapsed}
	if h.elapsed == nil {
		began := clock.System{}.Now()
		h.elapsed = func() time.Duration { return clock.System{}.Now().Sub(began) }
	}
	for v := range s.visits {
		if !s.frozen[v] {
			s.loose = append(s.loose, int32(v))
		}
	}
	h.rounds, h.stale = make([][]int32, len(s.tracks)), make([]bool, len(s.tracks))
	for r := range h.stale {
		h.stale[r] = true
	}
	h.record()
	return h
}

// record notes the present state as the best.
func (h *hunt) record() {
	h.best = h.tally
	for r, changed := range h.stale {
		if changed {
			h.rounds[r] = append(h.rounds[r][:0], h.tracks[r].visits...)
			h.stale[r] = false
		}
	}
}

func (h *hunt) run() {
	if len(h.loose) == 0 || len(h.tracks) == 0 || h.ctx.Err() != nil {
		return
	}
	h.near = h.neighbours()
	h.fits = h.fitting(h.near)
	if h.simple {
		h.beside = h.sides(h.fits)
	}
	h.setScale()
	for h.more() {
		h.iterations++
		t := h.temperature()
		h.open()
		h.ruin(h.near)
		h.recreate(true)
		slack := -t * math.Log(1-h.chance())
		// Nobody gets late so that somebody without a promise can be served.
		broken := h.lateness > h.was.lateness && h.waiting >= h.was.waiting
		if broken || h.missing > h.was.missing || float64(h.energy()) >= float64(h.was.energy())+slack {
			h.undo()
			continue
		}
		h.changed()
		if h.tally.less(&h.best) {
			h.record()
		}
	}
}

// The annealing begins and ends at these shares of a leg to a near neighbour.
// With fewer than patience iterations a visit it begins colder: there is no time
// to wander.
var hot, cold, patience = 8.0, 0.04, 250.0

// temperature falls from hot to cold as the bounds are used up.
func (h *hunt) temperature() float64 {
	begin := hot
	if h.expected > 0 {
		begin = max(0.5, hot*min(1, h.expected/float64(len(h.loose))/patience))
	}
	return h.scale * begin * math.Pow(cold/begin, h.done)
}

// setScale measures what a leg to a near neighbour costs.
func (h *hunt) setScale() {
	l := &h.lanes[0]
	sum, n := 0.0, 0
	for v, near := range h.near {
		for _, u := range near[min(1, len(near)):min(6, len(near))] {
			if d := l.leg(h.core.place[v], h.core.place[u]); d != never {
				sum += float64(d)
				n++
			}
		}
	}
	price := float64(max(h.p.Prices.TravelSecond+h.p.Prices.DutySecond, h.p.Prices.WaitSecond, 1))
	scale := price
	if n > 0 && sum > 0 {
		scale = price * sum / float64(n)
	}
	h.scale = scale
}

// more says whether to go on, and how far along the search is.
func (h *hunt) more() bool {
	if h.opt.Iterations > 0 {
		if h.iterations >= h.opt.Iterations {
			return false
		}
		h.done = float64(h.iterations) / float64(h.opt.Iterations)
		h.expected = float64(h.opt.Iterations)
	}
	if h.iterations%16 != 0 {
		return true
	}
	if h.ctx.Err() != nil {
		return false
	}
	if h.opt.Time > 0 {
		spent := h.elapsed()
		if spent >= h.opt.Time {
			return false
		}
		h.done = max(h.done, float64(spent)/float64(h.opt.Time))
		if h.done > 0 && h.iterations > 0 {
			h.expected = float64(h.iterations) / h.done
		}
	}
	if h.opt.Progress != nil && h.done >= h.told {
		h.told = h.done + 0.02
		h.opt.Progress(Progress{Done: h.done, Iterations: h.iterations, Score: h.best.score(), Unassigned: h.best.out()})
	}
	return true
}

func (y *tally) score() (s routing.Score) {
	for p := range y.unserved {
		s.Unserved[p] = int(y.unserved[p])
		s.Late[p] = routing.Seconds(y.late[p])
	}
	s.Cost = routing.Cost(y.cost)
	return s
}

func (y *tally) out() (n int) {
	for _, k := range y.unserved {
		n += int(k)
	}
	return n
}

// plan writes the best plan down.
func (h *hunt) plan() *routing.Plan {
	plan := &routing.Plan{Rounds: make([]routing.Round, len(h.rounds))}
	in := make([]bool, h.visits)
	for r, visits := range h.rounds {
		for _, v := range visits {
			if int(v) < h.visits {
				plan.Rounds[r].Visits = append(plan.Rounds[r].Visits, int(v))
				in[v] = true
			}
		}
	}
	for v, ok := range in {
		if !ok {
			plan.Unassigned = append(plan.Unassigned, v)
		}
	}
	return plan
}
