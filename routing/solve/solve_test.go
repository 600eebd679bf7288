package solve_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"roundsman/routing"
	"roundsman/routing/routingtest"
	"roundsman/routing/solve"
)

// Whatever the problem: the plan found passes the judge, its score is what the
// evaluation says, and it is never worse than the plan it started from.
func TestPlansPassTheJudge(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := routingtest.Problem(t, routingtest.Size{Visits: 14, Shifts: 4, Live: rapid.Bool().Draw(t, "live"), Company: rapid.IntRange(0, 3).Draw(t, "company") == 0, Hours: rapid.IntRange(0, 3).Draw(t, "hours") == 0})
		opt := solve.Options{Seed: rapid.Uint64().Draw(t, "seed"), Iterations: 60}
		first, err := solve.Solve(context.Background(), p, nil, opt)
		require.NoError(t, err)
		require.Empty(t, routing.Check(p, first.Plan, first.Timetables))
		_, score, err := routing.Evaluate(p, first.Plan)
		require.NoError(t, err)
		require.Equal(t, score, first.Score)

		again, err := solve.Solve(context.Background(), p, nil, opt)
		require.NoError(t, err)
		require.Equal(t, first.Plan, again.Plan, "same seed, same plan")

		opt.Seed++
		second, err := solve.Solve(context.Background(), p, first.Plan, opt)
		require.NoError(t, err)
		require.Empty(t, routing.Check(p, second.Plan, second.Timetables))
		require.False(t, first.Score.Less(second.Score), "worse than its start")
	})
}

// A start that breaks rules is repaired; one that doesn't keeps whom it promised.
func TestStartIsKeptOrRepaired(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := routingtest.Problem(t, routingtest.Size{Visits: 10, Shifts: 3, Live: rapid.Bool().Draw(t, "live"), Company: rapid.IntRange(0, 3).Draw(t, "company") == 0, Hours: rapid.IntRange(0, 3).Draw(t, "hours") == 0})
		start := routingtest.Plan(t, p)
		_, before, bad := routing.Evaluate(p, start)
		res, err := solve.Solve(context.Background(), p, start, solve.Options{Seed: 1, Iterations: 40})
		require.NoError(t, err)
		require.Empty(t, routing.Check(p, res.Plan, res.Timetables))
		if bad != nil {
			return
		}
		require.False(t, before.Less(res.Score))
		out := map[int]bool{}
		for _, v := range res.Plan.Unassigned {
			out[v] = true
		}
		for _, r := range start.Rounds {
			for _, v := range r.Visits {
				if p.Visits[v].Promise != nil || p.Visits[v].Pin != nil {
					require.False(t, out[v], "visit %d was dropped", v)
				}
			}
		}
	})
}

// Threads share iterations, race on small days and divide large ones; either way
// the plan is sound, and the same every time.
func TestThreadsAgree(t *testing.T) {
	t.Parallel()
	for _, visits := range []int{60, 400} {
		p := day(visits, visits/10, 3)
		opt := solve.Options{Seed: 7, Iterations: 600, Threads: 3}
		first, err := solve.Solve(context.Background(), p, nil, opt)
		require.NoError(t, err)
		require.Empty(t, routing.Check(p, first.Plan, first.Timetables))
		require.InDelta(t, 600, first.Iterations, 30)
		again, err := solve.Solve(context.Background(), p, nil, opt)
		require.NoError(t, err)
		require.Equal(t, first.Plan, again.Plan)
		second, err := solve.Solve(context.Background(), p, first.Plan, opt)
		require.NoError(t, err)
		require.False(t, first.Score.Less(second.Score))
	}
}

// Whatever the problem and its bounds, progress is told about 50 times, goes ahead
// only, and counts everybody who is left out.
func TestProgressIsTold(t *testing.T) {
	t.Parallel()
	plain, company := day(60, 6, 1), day(60, 6, 1)
	for i := range 2 {
		company.Visits[i].Meet, company.Visits[i].Promise, company.Visits[i].Skills = 1, nil, nil
	}
	unwanted := day(60, 6, 1)
	for i := range 5 {
		unwanted.Visits[i].Optional, unwanted.Visits[i].Allowed = true, []int{}
	}
	spent := time.Duration(0)
	ticks := func() time.Duration { spent += time.Millisecond; return spent }
	for name, c := range map[string]struct {
		p   *routing.Problem
		opt solve.Options
		out int
	}{
		"iterations": {plain, solve.Options{Iterations: 5000}, 0},
		"threads":    {plain, solve.Options{Iterations: 5000, Threads: 2}, 0},
		"patience":   {plain, solve.Options{Patience: 300}, 0},
		"both":       {plain, solve.Options{Iterations: 5000, Threads: 2, Patience: 1000}, 0},
		"company":    {company, solve.Options{Iterations: 20_000}, 0},
		"time":       {company, solve.Options{Time: time.Second, Elapsed: ticks}, 0},
		"optional":   {unwanted, solve.Options{Iterations: 500}, 5},
		"left out":   {unwanted, solve.Options{Iterations: 500, Threads: 2}, 5},
	} {
		var told []solve.Progress
		c.opt.Progress = func(p solve.Progress) { told = append(told, p) }
		res, err := solve.Solve(context.Background(), c.p, nil, c.opt)
		require.NoError(t, err, name)
		require.Greater(t, len(told), 8, name)
		require.LessOrEqual(t, len(told), 52, name)
		for i := range told[1:] {
			require.GreaterOrEqual(t, told[i+1].Done, told[i].Done, name)
			require.LessOrEqual(t, told[i+1].Done, 1.0, name)
			require.GreaterOrEqual(t, told[i+1].Iterations, told[i].Iterations, name)
			require.False(t, told[i].Score.Less(told[i+1].Score), "the best never gets worse: %s", name)
		}
		require.GreaterOrEqual(t, told[len(told)-1].Unassigned, len(res.Plan.Unassigned), name)
		require.LessOrEqual(t, c.out, len(res.Plan.Unassigned), name)
	}
}

// A long search on a small day goes through cycles and recombines their rounds.
func TestCyclesRecombine(t *testing.T) {
	t.Parallel()
	p := day(20, 6, 2)
	p.Shifts[0].Restock = &routing.Restock{Place: 3, Service: 60}
	p.Visits[2].Tools, p.Visits[9].Tools = []int{1}, []int{1}
	opt := solve.Options{Seed: 1, Iterations: 20 * 800 * 3}
	long, err := solve.Solve(context.Background(), p, nil, opt)
	require.NoError(t, err)
	require.Empty(t, routing.Check(p, long.Plan, long.Timetables))
	opt.Iterations = 1000
	short, err := solve.Solve(context.Background(), p, nil, opt)
	require.NoError(t, err)
	require.False(t, short.Score.Less(long.Score))
}

// Each bound ends the search and is named.
func TestWhatEndsASearch(t *testing.T) {
	t.Parallel()
	p := day(60, 6, 1)
	over, cancel := context.WithCancel(context.Background())
	cancel()
	spent := time.Duration(0)
	ticks := func() time.Duration { spent += time.Millisecond; return spent }
	for name, c := range map[string]struct {
		ctx  context.Context
		p    *routing.Problem
		opt  solve.Options
		want solve.Stop
	}{
		"iterations": {context.Background(), p, solve.Options{Iterations: 50}, solve.StopIterations},
		"of threads": {context.Background(), p, solve.Options{Iterations: 101, Threads: 3}, solve.StopIterations},
		"time":       {context.Background(), p, solve.Options{Time: 20 * time.Millisecond, Elapsed: ticks}, solve.StopTime},
		"patience":   {context.Background(), p, solve.Options{Iterations: 1 << 30, Patience: 40}, solve.StopPatience},
		"turns":      {context.Background(), p, solve.Options{Patience: 100}, solve.StopPatience},
		"crew":       {context.Background(), p, solve.Options{Iterations: 24_000, Patience: 100, Threads: 2}, solve.StopPatience},
		"few":        {context.Background(), p, solve.Options{Iterations: 3, Threads: 4}, solve.StopIterations},
		"few, over":  {over, p, solve.Options{Iterations: 3, Threads: 4}, solve.StopCancelled},
		"cancel":     {over, p, solve.Options{Iterations: 50}, solve.StopCancelled},
		"nobody":     {context.Background(), street(0, 2), solve.Options{Iterations: 50}, solve.StopNothing},
	} {
		res, err := solve.Solve(c.ctx, c.p, nil, c.opt)
		require.NoError(t, err, name)
		require.Equal(t, c.want, res.Stopped, name)
		if c.opt.Iterations > 0 {
			require.LessOrEqual(t, res.Iterations, c.opt.Iterations, name)
		}
		require.Empty(t, routing.Check(c.p, res.Plan, res.Timetables), name)
	}
}

// impatient is a context that is cancelled when it was asked so many times.
type impatient struct {
	context.Context
	asked, most int
}

func (x *impatient) Err() error {
	if x.asked++; x.asked > x.most {
		return context.Canceled
	}
	return nil
}

// Whoever cancels waits for a few visits only, wherever the search is, and gets the
// plan that there is by then.
func TestCancelIsHeardBeforeTheFirstPlan(t *testing.T) {
	t.Parallel()
	company := day(60, 6, 1)
	for i := range 20 {
		company.Visits[2*i].Meet, company.Visits[2*i+1].Meet = i+1, i+1
	}
	for _, p := range []*routing.Problem{day(400, 20, 1), day(520, 20, 1), company} {
		served := 0
		for _, most := range []int{0, 2, 12, 40, 90, 120} {
			ctx := &impatient{Context: context.Background(), most: most}
			res, err := solve.Solve(ctx, p, nil, solve.Options{Seed: 1, Iterations: 3000})
			require.NoError(t, err)
			require.Equal(t, solve.StopCancelled, res.Stopped)
			require.Empty(t, routing.Check(p, res.Plan, res.Timetables))
			require.Less(t, ctx.asked, most+20)
			n := len(p.Visits) - len(res.Plan.Unassigned)
			require.Less(t, n, 16*(most+1))
			require.GreaterOrEqual(t, n, served)
			served = n
		}
	}
}

// Threads use up one patience together, not one each until they meet.
func TestThreadsShareTheirPatience(t *testing.T) {
	t.Parallel()
	for _, visits := range []int{60, 320} {
		p := day(visits, visits/10, 1)
		opt := solve.Options{Seed: 1, Iterations: 400_000, Patience: 500}
		alone, err := solve.Solve(context.Background(), p, nil, opt)
		require.NoError(t, err)
		opt.Threads = 2
		two, err := solve.Solve(context.Background(), p, nil, opt)
		require.NoError(t, err)
		require.Equal(t, solve.StopPatience, two.Stopped)
		require.Less(t, two.Iterations, 10*alone.Iterations)
		again, err := solve.Solve(context.Background(), p, nil, opt)
		require.NoError(t, err)
		require.Equal(t, two.Plan, again.Plan)
		require.Equal(t, two.Iterations, again.Iterations)
	}
}

// No more threads than are of use share the time; the iterations asked for are done,
// and none more.
func TestThreadsAreOfUse(t *testing.T) {
	t.Parallel()
	p := day(40, 5, 1)
	require.Equal(t, 4, solve.Threads(p, solve.Options{Threads: 8}))
	require.Equal(t, 1, solve.Threads(p, solve.Options{}))
	require.Equal(t, 1, solve.Threads(day(12, 2, 1), solve.Options{Threads: 8}))
	require.Equal(t, 3, solve.Threads(p, solve.Options{Threads: 8, Iterations: 3}))
	for i := range 35 {
		p.Shifts[0].Frozen = append(p.Shifts[0].Frozen, routing.FrozenStop{Visit: i})
	}
	require.Equal(t, 1, solve.Threads(p, solve.Options{Threads: 8}), "what is frozen is nobody's")

	res, err := solve.Solve(context.Background(), day(60, 6, 1), nil, solve.Options{Iterations: 101, Threads: 3})
	require.NoError(t, err)
	require.Equal(t, 101, res.Iterations)
}

// Turns of annealing go on while they find something better, and end when one does not.
func TestTurnsGoOnWhileTheyHelp(t *testing.T) {
	t.Parallel()
	p := day(60, 6, 1)
	var told int
	res, err := solve.Solve(context.Background(), p, nil, solve.Options{Patience: 100, Progress: func(g solve.Progress) {
		require.GreaterOrEqual(t, g.Iterations, told)
		told = g.Iterations
	}})
	require.NoError(t, err)
	require.Greater(t, res.Iterations, 100, "the first turn is followed by another")
	require.Zero(t, res.Iterations%100)
	once, err := solve.Solve(context.Background(), p, nil, solve.Options{Iterations: 100})
	require.NoError(t, err)
	require.False(t, once.Score.Less(res.Score))
	again, err := solve.Solve(context.Background(), p, nil, solve.Options{Patience: 100})
	require.NoError(t, err)
	require.Equal(t, res.Plan, again.Plan)
}
