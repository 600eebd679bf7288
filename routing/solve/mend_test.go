package solve

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"roundsman/routing"
	"roundsman/routing/routingtest"
)

// promised is a day of technicians with a lunch break, on which every visit is promised
// within two hours.
func promised(visits, shifts int) *routing.Problem {
	const hour, town = routing.Seconds(3600), 1800
	rng := rand.New(rand.NewPCG(uint64(visits), uint64(shifts)))
	places := visits + shifts
	x, y := make([]int, places), make([]int, places)
	for i := range places {
		x[i], y[i] = rng.IntN(town), rng.IntN(town)
	}
	t := routing.NewTable(places, places)
	for i := range places {
		for j := range places {
			t.Set(i, j, routing.Leg{Seconds: routing.Seconds(max(x[i]-x[j], x[j]-x[i]) + max(y[i]-y[j], y[j]-y[i]))})
		}
	}
	p := &routing.Problem{Tables: []*routing.Table{t}, Prices: routing.DefaultPrices()}
	for i := range shifts {
		p.Shifts = append(p.Shifts, routing.Shift{
			Start: visits + i, End: visits + i, Work: routing.Window{Start: 8 * hour, End: 16 * hour}, Overtime: hour,
			Breaks: []routing.Break{{Window: routing.Window{Start: 11 * hour, End: 13 * hour}, Duration: hour / 2}},
		})
	}
	for i := range visits {
		at := hour * routing.Seconds(8+rng.IntN(7))
		p.Visits = append(p.Visits, routing.Visit{
			Place: i, Site: i, Service: routing.Seconds(10+5*rng.IntN(5)) * 60, Access: 120, Priority: uint8(1 + rng.IntN(4)),
			Promise: &routing.Window{Start: at, End: at + 2*hour},
		})
	}
	return p
}

// A promise that was broken before the day began makes nobody else late, and its visit
// comes as soon as anybody can.
func TestOneBrokenPromiseIsAsLateAsItMustBe(t *testing.T) {
	t.Parallel()
	p := promised(40, 6)
	p.Visits[7].Promise = &routing.Window{Start: 3600, End: 7200}
	soonest := routing.Seconds(never)
	for i := range p.Shifts {
		way, ok := p.Tables[0].At(p.Shifts[i].Start, 7)
		require.True(t, ok)
		soonest = min(soonest, p.Shifts[i].Work.Start+way.Seconds)
	}
	res, err := Solve(context.Background(), p, nil, Options{Seed: 1, Iterations: 4000})
	require.NoError(t, err)
	require.Empty(t, routing.Check(p, res.Plan, res.Timetables))
	require.Empty(t, res.Plan.Unassigned)
	var late [10]routing.Seconds
	late[p.Visits[7].Priority] = soonest - 7199
	require.Equal(t, late, res.Score.Late)
	require.Equal(t, StopIterations, res.Stopped)
	require.LessOrEqual(t, res.Iterations, 4000)
}

// Where there are too few technicians, plans pass the judge, are the same for the same
// seed, and keep whom they started with.
func TestTooFewToKeepAllPromises(t *testing.T) {
	t.Parallel()
	p := promised(40, 2)
	var start *routing.Plan
	for seed := range uint64(4) {
		opt := Options{Seed: seed, Iterations: 400, Threads: 1 + int(seed)/2}
		res, err := Solve(context.Background(), p, start, opt)
		require.NoError(t, err)
		require.Empty(t, routing.Check(p, res.Plan, res.Timetables))
		require.NotEmpty(t, res.Plan.Unassigned, "nothing to mend")
		again, err := Solve(context.Background(), p, start, opt)
		require.NoError(t, err)
		require.Equal(t, res.Plan, again.Plan)
		if start != nil {
			in := map[int]bool{}
			for _, r := range res.Plan.Rounds {
				for _, v := range r.Visits {
					in[v] = true
				}
			}
			for _, r := range start.Rounds {
				for _, v := range r.Visits {
					require.True(t, in[v], "visit %d, which was promised and planned, is left out", v)
				}
			}
		}
		start = res.Plan
	}
}

// A promised visit that nobody can serve is no reason to search by the general rules.
func TestWhoNobodyCanServeIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	p := promised(20, 4)
	p.Visits[3].Skills = []routing.SkillNeed{{Skill: 0, Level: 1}}
	h := newHunt(context.Background(), newState(newCore(p), 1), Options{Iterations: 1})
	h.construct()
	require.Equal(t, []int32{3}, h.absent)
	require.False(t, h.toMend())
	require.True(t, h.prepare())
	require.True(t, h.staff.load())
	require.True(t, h.staff.confirm(float64(h.energy())+1))
}

// What a late visit costs in an empty round doesn't hang on who was in it before.
func TestAnEmptyRoundForgetsItsBreaks(t *testing.T) {
	t.Parallel()
	const quarter = routing.Seconds(900)
	p := promised(8, 1)
	p.Shifts[0].Work.End = 48 * quarter
	p.Shifts[0].Breaks[0].Window = routing.Window{Start: 47 * quarter, End: 49 * quarter} // and 30 minutes, beyond the end of work
	p.Visits[0].Promise = &routing.Window{Start: 3600, End: 7200}
	s := newState(newCore(p), 1)
	fresh := s.leastLate(0, s.tracks[0], 0, false)
	require.True(t, s.refreshWith(0, s.tracks[0], 0, 0))
	require.Equal(t, s.scratch.cost+s.lateOf(0, &s.scratch), fresh.bound)
	for v := range int32(8) {
		s.open()
		s.lodge(v, false)
	}
	require.Equal(t, 1, s.tracks[0].home, "home after the break")
	s.open()
	require.True(t, s.cut(0, 0, len(s.tracks[0].visits), 0, 0))
	require.Empty(t, s.tracks[0].visits)
	require.Equal(t, fresh.bound, s.leastLate(0, s.tracks[0], 0, false).bound)
}

// Whatever ends a search of a day that can't keep all promises is what was asked for; the
// plan is the same again, no worse than the start, and keeps whom that had; progress goes
// ahead only.
func TestMendingKeepsItsBounds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := hurried(t)
		start, _, was := routingtest.SoundPlan(t, p)
		opt := Options{Seed: 3, Threads: rapid.IntRange(1, 2).Draw(t, "threads")}
		opt.Iterations = rapid.SampledFrom([]int{0, 1, 49, 50, 61, 200}).Draw(t, "iterations")
		opt.Patience = rapid.SampledFrom([]int{0, 0, 1, 30}).Draw(t, "patience")
		ticks := rapid.SampledFrom([]int{0, 0, 1, 20, 60}).Draw(t, "time")
		cancel := rapid.SampledFrom([]int{0, 0, 1, 3, 20}).Draw(t, "cancel")
		if opt.Iterations+opt.Patience+ticks == 0 {
			opt.Iterations = 100
		}
		if ticks+cancel > 0 {
			opt.Threads = 1 // ticks and questions have an order
		}
		var told []Progress
		run := func() Result {
			ctx, spent := context.Context(context.Background()), 0
			if cancel > 0 {
				ctx = &waning{ctx, cancel}
			}
			opt.Time, opt.Elapsed = time.Duration(ticks), func() time.Duration { spent++; return time.Duration(spent) }
			told, opt.Progress = nil, func(g Progress) { told = append(told, g) }
			res, err := Solve(ctx, p, start, opt)
			require.NoError(t, err)
			return res
		}
		res := run()
		require.Equal(t, res, run())
		require.Empty(t, routing.Check(p, res.Plan, res.Timetables))
		require.False(t, was.Less(res.Score))
		for _, v := range res.Plan.Unassigned {
			if x := &p.Visits[v]; x.Promise != nil || x.Pin != nil {
				require.Contains(t, start.Unassigned, v)
			}
		}
		asked := map[Stop]bool{StopIterations: opt.Iterations > 0, StopTime: ticks > 0, StopPatience: opt.Patience > 0, StopCancelled: cancel > 0, StopNothing: true}
		require.True(t, asked[res.Stopped], res.Stopped)
		if opt.Iterations > 0 {
			require.LessOrEqual(t, res.Iterations, opt.Iterations)
			require.True(t, res.Stopped != StopIterations || res.Iterations == opt.Iterations)
		}
		for i := range told[:max(0, len(told)-1)] {
			require.LessOrEqual(t, told[i].Done, told[i+1].Done)
			require.LessOrEqual(t, told[i].Iterations, told[i+1].Iterations)
			require.False(t, told[i].Score.Less(told[i+1].Score))
		}
		if len(told) > 0 {
			require.False(t, told[len(told)-1].Score.Less(res.Score))
		}
	})
}

// A first plan that took all the time is what there is.
func TestNoTimeToMend(t *testing.T) {
	t.Parallel()
	for _, spent := range []time.Duration{100, 120, 300} {
		res, err := Solve(context.Background(), promised(40, 2), nil, Options{Time: 100, Elapsed: func() time.Duration { return spent }})
		require.NoError(t, err)
		require.Equal(t, StopTime, res.Stopped)
		require.Zero(t, res.Iterations)
		require.NotEmpty(t, res.Plan.Unassigned, "nothing to mend")
	}
}

// hurried draws a day that staff could stand for, if most of its promises were not too short.
func hurried(t *rapid.T) *routing.Problem {
	p := routingtest.Problem(t, routingtest.Size{Visits: 24, Shifts: 4, Live: rapid.Bool().Draw(t, "live")})
	p.Prices.DutySecond = 0
	for i := range p.Shifts {
		s := &p.Shifts[i]
		s.Table, s.MaxTravel, s.Restock = 0, 0, nil
		s.Breaks = s.Breaks[:min(1, len(s.Breaks))]
	}
	for i := range p.Visits {
		v := &p.Visits[i]
		v.Together = 0
		if v.Promise == nil && rapid.IntRange(0, 3).Draw(t, "promised") > 0 {
			at := routing.Seconds(rapid.IntRange(0, 300).Draw(t, "promised from"))
			v.Promise = &routing.Window{Start: at, End: at + routing.Seconds(rapid.IntRange(1, 60).Draw(t, "promised for"))}
		}
	}
	return p
}

// waning is a context that is cancelled when it was asked so many times.
type waning struct {
	context.Context
	left int
}

func (x *waning) Err() error {
	if x.left--; x.left < 0 {
		return context.Canceled
	}
	return nil
}

// Where iterations and time are bounded, a search is as far as the one that is farther, and
// doesn't forget that between two looks at the clock.
func TestASearchNeverGoesBack(t *testing.T) {
	t.Parallel()
	spent := time.Duration(0)
	opt := Options{Iterations: 1 << 20, Time: 100, Elapsed: func() time.Duration { spent++; return spent }}
	h := newHunt(context.Background(), newState(newCore(promised(20, 4)), 1), opt)
	require.True(t, h.prepare())
	for done := 0.0; h.more(1); h.iterations++ {
		require.GreaterOrEqual(t, h.done, done)
		done = h.done
	}
	require.Less(t, h.iterations, 2000)
	require.Less(t, h.expected, 2000.0)
}

// Iterations with all promises kept, one that was broken before, and too few technicians.
func BenchmarkPromisesThatCantBeKept(b *testing.B) {
	for _, c := range []struct {
		name   string
		shifts int
		past   bool
	}{{"all can", 60, false}, {"one can't", 60, true}, {"few technicians", 26, false}} {
		b.Run(c.name, func(b *testing.B) {
			p := promised(400, c.shifts)
			if c.past {
				p.Visits[7].Promise = &routing.Window{Start: 3600, End: 7200}
			}
			b.ResetTimer()
			iterations := 0
			for i := range b.N {
				res, err := Solve(context.Background(), p, nil, Options{Seed: uint64(i), Iterations: 5000})
				if err != nil {
					b.Fatal(err)
				}
				iterations += res.Iterations
				late := routing.Seconds(0)
				for _, d := range res.Score.Late {
					late += d
				}
				b.ReportMetric(float64(late), "s-late")
			}
			b.ReportMetric(float64(iterations)/b.Elapsed().Seconds(), "iterations/s")
		})
	}
}
