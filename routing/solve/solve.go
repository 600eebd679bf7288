package solve

import (
	"context"
	"time"

	"roundsman/internal/fault"
	"roundsman/routing"
)

// Options bound a search. With none of Iterations, Time and Patience it does
// 20,000 iterations.
type Options struct {
	Seed       uint64
	Iterations int           // at most
	Time       time.Duration // at most, by Elapsed
	// Patience ends the search after so many iterations that found nothing better.
	// Annealing begins by making plans worse: beside another bound it should be a
	// good part of it. Alone, it is how long one annealing lasts, and they follow
	// one another until one has found nothing better.
	Patience int
	// Threads search at once; 0 is 1. The iterations are shared among them. With
	// a bound of iterations the plan is the same every time for the same number
	// of threads.
	Threads int
	// Elapsed says how long the search has been running; nil is the machine's
	// clock. A benchmark passes CPU time. Threads call it at the same time.
	Elapsed func() time.Duration
	// Progress, when given, is told about 50 times by one of the goroutines that
	// search.
	Progress func(Progress)
}

// Progress is how far a search is.
type Progress struct {
	// Done is the share of the bound that is used up, 0 to 1; it never goes back.
	// With Patience alone nobody knows how many annealings there will be: each counts
	// for half of what is left.
	Done       float64
	Iterations int
	Score      routing.Score // of the best plan so far
	Unassigned int           // visits in no round of that plan, optional ones too
}

const reports = 50 // that a search gives of its progress

// teller passes on what a search and its turns say of their progress: so often, and
// never back.
type teller struct {
	tell       func(Progress)
	done, next float64
}

func (t *teller) hear(g Progress) {
	g.Done = max(t.done, min(1, g.Done))
	if g.Done < t.next && g.Done < 1 || t.done == 1 {
		return
	}
	t.done, t.next = g.Done, g.Done+1.0/reports
	t.tell(g)
}

// Stop says what ended a search.
type Stop string

// What may end a search.
const (
	StopIterations Stop = "iterations"
	StopTime       Stop = "time"
	StopPatience   Stop = "no_improvement"
	StopCancelled  Stop = "cancelled"     // ctx was done
	StopNothing    Stop = "nothing_to_do" // no visit that may be moved, or nobody to do it
)

// Result is the best plan found, with its evaluation.
type Result struct {
	Plan       *routing.Plan
	Timetables []routing.Timetable
	Score      routing.Score
	Iterations int
	Seed       uint64
	Stopped    Stop

	searched time.Duration // that the iterations took, where time is a bound
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
	if opt.Progress != nil {
		opt.Progress = (&teller{tell: opt.Progress}).hear
	}
	if routing.InCompany(p) || routing.ByHour(p) || routing.Risky(p) {
		return inTerms(ctx, p, start, opt)
	}
	if opt.Patience > 0 && opt.Iterations == 0 && opt.Time == 0 {
		return inTurns(ctx, p, start, opt)
	}
	return search(ctx, p, start, opt)
}

// inTurns anneals again and again until that finds nothing better.
func inTurns(ctx context.Context, p *routing.Problem, start *routing.Plan, opt Options) (Result, error) {
	opt.Iterations = opt.Patience
	opt.Patience = 0
	seed, total, told := opt.Seed, 0, opt.Progress
	ahead := 1.0 // share of the progress that this and further annealings have
	if told != nil {
		opt.Progress = func(g Progress) {
			g.Iterations += total
			g.Done = 1 - ahead*(1-g.Done/2)
			told(g)
		}
	}
	var best Result
	for {
		res, err := search(ctx, p, start, opt)
		if err != nil {
			return res, err
		}
		total += res.Iterations
		better := best.Plan == nil || res.Score.Less(best.Score)
		if better {
			best = res
		}
		best.Iterations, best.Seed, best.Stopped = total, seed, res.Stopped
		if res.Stopped != StopIterations {
			return best, nil
		}
		if !better {
			best.Stopped = StopPatience
			return best, nil
		}
		start = best.Plan
		opt.Seed++
		ahead /= 2
	}
}

// search is one annealing.
func search(ctx context.Context, p *routing.Problem, start *routing.Plan, opt Options) (Result, error) {
	s := newState(newCore(p), opt.Seed)
	if start != nil {
		if err := s.load(start); err != nil {
			return Result{}, err
		}
	}
	h := newHunt(ctx, s, opt)
	h.construct()
	if h.toMend() {
		return h.mend(start)
	}
	h.search()
	return h.result()
}

// result evaluates the best plan.
func (h *hunt) result() (Result, error) {
	searched := time.Duration(0)
	if h.opt.Time > 0 && h.began > 0 {
		searched = h.elapsed() - h.began
	}
	plan := h.plan()
	tts, score, err := routing.Evaluate(h.p, plan)
	if err != nil {
		return Result{}, confused(err)
	}
	return Result{Plan: plan, Timetables: tts, Score: score, Iterations: h.total, Seed: h.opt.Seed, Stopped: h.stopped(), searched: searched}, nil
}

func confused(err error) error {
	return fault.New(fault.Internal, "planner_confused", "the planner made a plan that can't be; please report this problem").Because(err)
}

// stopped says what ended the search.
func (h *hunt) stopped() Stop {
	switch {
	case len(h.loose) == 0 || len(h.tracks) == 0:
		return StopNothing
	case h.impatient():
		return StopPatience
	case h.opt.Iterations > 0 && h.total >= h.opt.Iterations:
		return StopIterations
	case h.ctx.Err() != nil:
		return StopCancelled
	}
	return StopTime
}

// impatient says whether nothing better was found for too long, or there is nothing left
// to mend.
func (h *hunt) impatient() bool {
	if h.mending && h.mended() {
		return true
	}
	return h.opt.Patience > 0 && h.iterations-h.gained >= h.opt.Patience
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
