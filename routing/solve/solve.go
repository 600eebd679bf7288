package solve

import (
	"context"
	"time"

	"roundsman/internal/fault"
	"roundsman/routing"
)

// Options bound a search. With neither Iterations nor Time it does 20,000
// iterations.
type Options struct {
	Seed       uint64
	Iterations int           // at most
	Time       time.Duration // at most, by Elapsed
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
	h.search()
	plan := h.plan()
	tts, score, err := routing.Evaluate(p, plan)
	if err != nil {
		return Result{}, fault.New(fault.Internal, "planner_confused", "the planner made a plan that can't be; please report this problem").Because(err)
	}
	return Result{Plan: plan, Timetables: tts, Score: score, Iterations: h.total, Seed: opt.Seed}, nil
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
