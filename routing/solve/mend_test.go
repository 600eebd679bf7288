package solve

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"roundsman/routing"
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
	fresh := s.leastLate(0, s.tracks[0], 0)
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
	require.Equal(t, fresh.bound, s.leastLate(0, s.tracks[0], 0).bound)
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
