package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/paulmach/orb"

	"roundsman/internal/clock"
	"roundsman/routing"
	"roundsman/routing/roads"
	"roundsman/routing/solve"
	"roundsman/routing/solve/instance"
)

// searched is a judged search with so much of the processor's time.
func searched(ctx context.Context, p *routing.Problem, start *routing.Plan, seed uint64, bound time.Duration) (solve.Result, error) {
	began := instance.CPU()
	res, err := solve.Solve(ctx, p, start, solve.Options{Seed: seed, Time: bound, Elapsed: func() time.Duration { return instance.CPU() - began }})
	if err != nil {
		return res, err
	}
	return res, judged(p, res)
}

func judged(p *routing.Problem, res solve.Result) error {
	if broken := routing.Check(p, res.Plan, res.Timetables); len(broken) > 0 {
		return fmt.Errorf("a plan breaks a rule: %s", broken[0])
	}
	return nil
}

// firstPlan is what there is when no time is left to search.
func firstPlan(p *routing.Problem, start *routing.Plan) (solve.Result, time.Duration, error) {
	began := instance.CPU()
	res, err := solve.Solve(context.Background(), p, start, solve.Options{Seed: 1, Time: time.Nanosecond})
	took := instance.CPU() - began
	if err != nil {
		return res, took, err
	}
	return res, took, judged(p, res)
}

// realDay is 400 visits at places of the map for 40 technicians, on its roads.
func realDay(ctx context.Context, s settings) (*routing.Problem, error) {
	n, err := roads.Load(ctx, s.mapFile, filepath.Join(os.TempDir(), "roundsman-bench-roads"), nil)
	if err != nil {
		return nil, err
	}
	const visits, shifts = 400, 40
	rng := rand.New(rand.NewPCG(400, 40))
	var spots []orb.Point
	for _, p := range n.Places() {
		if at, err := n.Snap(p.Point, routing.Car); err == nil {
			spots = append(spots, at.Point)
		}
	}
	if len(spots) < 2*shifts {
		return nil, fmt.Errorf("the map has only %d places", len(spots))
	}
	// A region, not a state: the places nearest to one of them.
	middle := spots[rng.IntN(len(spots))]
	slices.SortStableFunc(spots, func(a, b orb.Point) int {
		return int(1e6 * (max(abs(a[0]-middle[0]), abs(a[1]-middle[1])) - max(abs(b[0]-middle[0]), abs(b[1]-middle[1]))))
	})
	spots = spots[:min(len(spots), 300+shifts)]
	rng.Shuffle(len(spots), func(i, j int) { spots[i], spots[j] = spots[j], spots[i] })
	table, err := n.Table(ctx, spots, spots, routing.Car, clock.System{}.Now())
	if err != nil {
		return nil, err
	}
	return madeDay(rng, table, visits, shifts), nil
}

func abs(x float64) float64 { return max(x, -x) }

// ourDay compares short searches of a day with a long one.
func ourDay(ctx context.Context, s settings, r *report) error {
	if s.mapFile == "" {
		r.skip("a day of 40 x 400 on real roads", "no map; name one with -map")
		return nil
	}
	p, err := realDay(ctx, s)
	if err != nil {
		return err
	}
	const long = 60
	var score [3][]routing.Score
	times := [3]float64{1, 10, long}
	for k, seconds := range times {
		for seed := range s.seeds {
			res, err := searched(ctx, p, nil, uint64(seed+1), s.bound(seconds))
			if err != nil || ctx.Err() != nil {
				return err
			}
			score[k] = append(score[k], res.Score)
		}
	}
	for k, target := range []float64{2, 0.5} {
		f := figure{what: fmt.Sprintf("a day of 40 x 400, %g s against %d s", times[k], long), unit: "%", reach: target, aim: none}
		worse := 0
		for i, found := range score[k] {
			f.value += 100 * (float64(found.Cost)/float64(score[2][i].Cost) - 1) / float64(s.seeds)
			if found.Unserved != score[2][i].Unserved || found.Late != score[2][i].Late {
				worse++
			}
		}
		if worse > 0 {
			f.more = fmt.Sprintf("in %d of %d others are left out or late", worse, s.seeds)
		}
		f.more += fmt.Sprintf("; left out %d", leftOut(score[2][0]))
		r.line(f)
	}
	return nil
}

func leftOut(s routing.Score) (n int) {
	for _, k := range s.Unserved {
		n += k
	}
	return n
}
