package main

import (
	"context"
	"fmt"
	"runtime"

	"roundsman/routing"
	"roundsman/routing/solve"
	"roundsman/routing/solve/instance"
)

// first is the plan without any search.
func first(_ context.Context, _ settings, r *report) error {
	for _, x := range []struct {
		visits int
		ms     float64
	}{{100, 20}, {1000, 300}} {
		res, took, err := firstPlan(town(x.visits, x.visits/10), nil)
		if err != nil {
			return err
		}
		r.line(figure{
			what: fmt.Sprintf("first plan of %d visits", x.visits), value: took.Seconds() * 1000, unit: "ms", reach: x.ms, aim: none,
			more: fmt.Sprintf("left out %d", len(res.Plan.Unassigned)),
		})
	}
	return nil
}

// growth is how long it takes to come within a gap of a search of 64 seconds,
// from 100 to 2,000 visits: the first of the bounds 1/4 s, 1/2 s, ... that does.
func growth(ctx context.Context, s settings, r *report) error {
	for _, visits := range []int{100, 200, 500, 1000, 2000} {
		p := town(visits, visits/10)
		best, err := searched(ctx, p, nil, 1, s.bound(64))
		if err != nil {
			return err
		}
		what := fmt.Sprintf("%d visits, to within %g %% of 64 s", visits, s.gap)
		reached := false
		for seconds := 0.25; seconds < 64 && !reached && ctx.Err() == nil; seconds *= 2 {
			res, err := searched(ctx, p, nil, 2, s.bound(seconds))
			if err != nil {
				return err
			}
			gap := 100 * (float64(res.Score.Cost)/float64(best.Score.Cost) - 1)
			if reached = gap <= s.gap && res.Score.Unserved == best.Score.Unserved; reached {
				r.line(figure{what: what, value: seconds, unit: "s", reach: none, aim: none, more: fmt.Sprintf("%+.2f %%", gap)})
			}
		}
		if !reached {
			r.skip(what, "not in 32 s")
		}
	}
	return nil
}

// memory is what a large day takes while it is searched, beside its tables.
func memory(ctx context.Context, _ settings, r *report) error {
	p := town(2000, 300)
	before := heap()
	var most uint64
	_, err := solve.Solve(ctx, p, nil, solve.Options{Seed: 1, Iterations: 2000, Progress: func(solve.Progress) { most = max(most, heap()) }})
	if err != nil {
		return err
	}
	r.line(figure{what: "memory of 2,000 visits on 300 technicians", value: float64(int64(most)-int64(before)) / (1 << 20), unit: "MB", reach: none, aim: none,
		more: fmt.Sprintf("beside %d MB of the problem", before>>20)})
	runtime.KeepAlive(p)
	return nil
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// allocations compares a search with one that is longer: what both need to begin
// with falls out.
func allocations(ctx context.Context, _ settings, r *report) error {
	for _, visits := range []int{100, 1000} {
		p := town(visits, visits/10)
		count := func(iterations int) (uint64, error) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := solve.Solve(ctx, p, nil, solve.Options{Seed: 1, Iterations: iterations})
			runtime.ReadMemStats(&after)
			return after.Mallocs - before.Mallocs, err
		}
		short, err := count(4000)
		if err != nil {
			return err
		}
		long, err := count(8000)
		if err != nil {
			return err
		}
		r.line(figure{what: fmt.Sprintf("allocations an iteration, %d visits", visits), value: float64(int64(long)-int64(short)) / 4000, unit: "", reach: none, aim: none})
	}
	return nil
}

// insertion asks for the cheapest places of one visit on a large day.
func insertion(ctx context.Context, _ settings, r *report) error {
	p := town(1600, 200)
	res, _, err := firstPlan(p, nil)
	if err != nil {
		return err
	}
	plan, visit := res.Plan, 0
	for i := range plan.Rounds {
		if list := plan.Rounds[i].Visits; len(list) > 0 {
			visit, plan.Rounds[i].Visits = list[0], list[1:]
			break
		}
	}
	stand, err := solve.Stand(p, plan)
	if err != nil {
		return err
	}
	const times = 200
	buf := stand.Insert(visit, 10, nil)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	began := instance.CPU()
	for range times {
		buf = stand.Insert(visit, 10, buf[:0])
	}
	took := instance.CPU() - began
	runtime.ReadMemStats(&after)
	r.line(figure{what: "places for a visit among 1,600 on 200", value: took.Seconds() * 1000 / times, unit: "ms", reach: 1, aim: none,
		more: fmt.Sprintf("%d found", len(buf))})
	r.line(figure{what: "its allocations", value: float64(after.Mallocs-before.Mallocs) / times, reach: 0.5, aim: none})
	return nil
}

// live inserts 120 new visits into 40 rounds at ten o'clock.
func live(ctx context.Context, s settings, r *report) error {
	const all, known, shifts, now = 400, 280, 40, 10 * hour
	p := town(all, shifts)
	coming := p.Visits[known:]
	p.Visits = p.Visits[:known]
	for i := range coming {
		coming[i].Promise = nil // nobody was told a time yet
	}
	morning, err := searched(ctx, p, nil, 1, s.bound(2))
	if err != nil {
		return err
	}
	p.Visits = append(p.Visits, coming...)
	start := morning.Plan.Clone()
	for i := range p.Shifts {
		x := &p.Shifts[i]
		x.Now = now
		for _, st := range morning.Timetables[i].Stops {
			if st.Leave < now { // there already, or on the way
				x.Frozen = append(x.Frozen, routing.FrozenStop{Visit: st.Visit, Start: st.Start, End: st.End})
				x.From, x.HasLeft = p.Visits[st.Visit].Place, true
			}
		}
	}
	for _, round := range morning.Timetables {
		for _, st := range round.Stops {
			p.Visits[st.Visit].Told = &routing.Told{Shift: round.Shift, Start: st.Start}
		}
	}
	for v := known; v < all; v++ {
		start.Unassigned = append(start.Unassigned, v)
	}
	_, before, err := routing.Evaluate(p, start)
	if err != nil {
		return err
	}
	placed := func(res solve.Result) (n int) {
		n = all - known
		for _, v := range res.Plan.Unassigned {
			if v >= known {
				n--
			}
		}
		return n
	}
	res, took, err := firstPlan(p, start)
	if err != nil {
		return err
	}
	broken := func(res solve.Result) float64 { return float64(sum(res.Score.Late) - sum(before.Late)) }
	r.line(figure{what: "120 new visits into 40 rounds", value: took.Seconds() * 1000, unit: "ms", reach: 1000, aim: none,
		more: fmt.Sprintf("%d placed", placed(res))})
	r.line(figure{what: "seconds of promises lost by that", value: max(0, broken(res)), unit: "s", reach: 0, aim: none})
	res, err = searched(ctx, p, start, 1, s.bound(1))
	if err != nil {
		return err
	}
	r.line(figure{what: "after a second of search, promises lost", value: max(0, broken(res)), unit: "s", reach: 0, aim: none,
		more: fmt.Sprintf("%d placed, left out before by priority %v, after %v", placed(res), before.Unserved[1:5], res.Score.Unserved[1:5])})
	return r.budgets(ctx, p, start, s, placed)
}

// budgets shows what a bound on those moved costs on that day.
func (r *report) budgets(ctx context.Context, p *routing.Problem, start *routing.Plan, s settings, placed func(solve.Result) int) error {
	for _, most := range []int{40, 10, 0} {
		p.MostMoved = &most
		reach := 0.0
		if most == 0 {
			reach = none // to serve all without moving anybody takes longer
		}
		res, err := searched(ctx, p, start, 1, s.bound(1))
		if err != nil {
			return err
		}
		r.line(figure{what: fmt.Sprintf("%d moved at most: too many", most), value: float64(res.Score.Excess), reach: reach, aim: none,
			more: fmt.Sprintf("%d placed, cost %d, %d iterations", placed(res), res.Score.Cost, res.Iterations)})
	}
	return nil
}

func sum(late [10]routing.Seconds) (s routing.Seconds) {
	for _, x := range late {
		s += x
	}
	return s
}
