package solve

import (
	"context"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"roundsman/routing"
	"roundsman/routing/routingtest"
)

// alike draws a problem that a fleet can stand for. Ways may be longer than two
// others together.
func alike(t *rapid.T, visits, lanes int) *routing.Problem {
	p := routingtest.Problem(t, routingtest.Size{Visits: visits, Shifts: lanes})
	p.Prices = routing.Prices{TravelSecond: p.Prices.TravelSecond, Round: p.Prices.Round}
	for i := range p.Shifts {
		s := &p.Shifts[i]
		*s = p.Shifts[0]
		s.Breaks, s.Restock, s.MaxTravel = nil, nil, 0
	}
	for i := range p.Visits {
		v := &p.Visits[i]
		v.Soft, v.Together, v.Walk, v.Pin, v.Optional, v.Prize = nil, 0, 0, nil, false, 0
		v.Access, v.Promise, v.Tools, v.Told, v.Preferred, v.Allowed = 0, nil, nil, nil, nil, nil
		v.Windows = v.Windows[:min(1, len(v.Windows))]
	}
	return p
}

// equalsTracks asks for what the general way of computing rounds gives.
func (f *fleet) equalsTracks(t *rapid.T) {
	cost, busy := int64(0), 0
	placed := map[int32]bool{}
	for r := range f.lanes {
		x := track{visits: f.listed(int32(r), nil)}
		require.True(t, f.refresh(r, &x), "round %d of %v can be", r, x.visits)
		cost += x.cost
		if len(x.visits) > 0 {
			busy++
		}
		require.EqualValues(t, len(x.visits), f.loads[r].visits)
		require.True(t, slices.Equal(x.used, f.units[r*f.items:(r+1)*f.items]))
		require.Equal(t, x.back, f.stops[f.end(int32(r))].done)
		for i, v := range x.visits {
			placed[v] = true
			require.Equal(t, int32(r), f.stops[v].lane)
			require.Equal(t, x.end[i+1], f.stops[v].done)
			require.Equal(t, x.limit[i], f.stops[v].late)
			require.Equal(t, x.legs[i], f.stops[v].legIn)
			require.Equal(t, x.legs[i+1], f.stops[v].legOut)
		}
	}
	require.Equal(t, cost, f.cost)
	require.Equal(t, busy, f.busy)
	for _, v := range f.absent {
		require.False(t, placed[v])
	}
	require.Equal(t, f.visits, len(placed)+len(f.absent))
}

// Whatever a fleet changes, its times and costs are those of rounds computed from
// their visits alone; and what it takes back is as it was.
func TestFleetEqualsTracks(t *testing.T) {
	t.Parallel()
	shifts, crosses := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		p := alike(t, 14, 4)
		h := newHunt(context.Background(), newState(newCore(p), rapid.Uint64().Draw(t, "seed")), Options{Iterations: 1})
		h.construct()
		if !h.prepare() {
			return
		}
		require.NotNil(t, h.fleet, "lanes that are alike")
		f := h.fleet
		f.load()
		f.equalsTracks(t)
		for range 40 {
			if v := f.loose[f.n(len(f.loose))]; f.stops[v].lane >= 0 {
				if f.shift(v, 1000) {
					shifts++
				}
				f.equalsTracks(t)
				if f.cross(v, 1000) {
					crosses++
				}
				f.equalsTracks(t)
				f.changed()
			}
			stops, loads, absent, was := slices.Clone(f.stops), slices.Clone(f.loads), slices.Clone(f.absent), f.tally
			f.open()
			possible := f.ruin(h.near)
			if possible {
				f.recreate(true)
				f.equalsTracks(t)
			}
			if !possible || f.chance() < 0.5 {
				f.undo()
				require.Equal(t, stops, f.stops)
				require.Equal(t, loads, f.loads)
				require.True(t, slices.Equal(absent, f.absent))
				require.Equal(t, was, f.tally)
				continue
			}
			f.changed()
		}
		f.store()
		for r, x := range f.tracks {
			require.True(t, slices.Equal(f.listed(int32(r), nil), x.visits))
		}
	})
	require.Positive(t, shifts)
	require.Positive(t, crosses)
}

// A fleet that may have no more rounds never has more, alone or in parts; one that may
// opens some, and one that leaves somebody out may.
func TestFleetHasNoMoreRoundsThanItMay(t *testing.T) {
	t.Parallel()
	opened, short := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		p := alike(t, 14, 6)
		restrained := rapid.Bool().Draw(t, "restrained")
		h := newHunt(context.Background(), newState(newCore(p), rapid.Uint64().Draw(t, "seed")), Options{Iterations: 1})
		h.construct()
		if !h.prepare() {
			return
		}
		f := h.fleet
		f.load()
		most := f.busy
		if restrained {
			f.restrain()
			if h.best.out() > 0 {
				require.Equal(t, len(f.lanes), f.most)
				short++
				return
			}
			most = max(most, f.most) // the best plan may have more than this one
		}
		for range 40 {
			f.stir(h.scale * 10)
			f.open()
			if !f.ruin(h.near) {
				f.undo()
				continue
			}
			f.recreate(true)
			if f.busy > most {
				require.False(t, restrained)
				opened++
			}
			f.changed()
		}
		crew := []*hunt{h.recruit(0, 3), h.recruit(1, 3), h.recruit(2, 3)}
		h.deal(crew)
		sum := 0
		for _, x := range crew {
			require.GreaterOrEqual(t, x.fleet.most, x.busy)
			sum += x.fleet.most
		}
		require.Equal(t, f.most, sum)
	})
	require.Positive(t, opened)
	require.Positive(t, short)
}

// A large fleet with short rounds and time to spare cools down twice, and from the second
// time on may have no more rounds; others cool down once.
func TestFleetCoolsDownTwiceWhereThatIsWorthIt(t *testing.T) {
	t.Parallel()
	cooling := func(visits, inRound, each int) (temperatures []float64, restrained bool) {
		p := &routing.Problem{Prices: routing.Prices{TravelSecond: 1}, Tables: []*routing.Table{routing.NewTable(visits+1, visits+1)}}
		for i := range visits + 1 {
			for j := range visits + 1 {
				p.Tables[0].Set(i, j, routing.Leg{Seconds: routing.Seconds(max(i-j, j-i))})
			}
		}
		for range visits {
			p.Shifts = append(p.Shifts, routing.Shift{Start: visits, End: visits, Work: routing.Window{End: 100_000}, Kit: []uint16{uint16(inRound)}})
		}
		for v := range visits {
			p.Visits = append(p.Visits, routing.Visit{Place: v, Site: v, Priority: 1, Kit: []routing.KitNeed{{Item: 0, Units: 1}}})
		}
		h := newHunt(context.Background(), newState(newCore(p), 1), Options{Iterations: visits * each})
		h.construct()
		require.True(t, h.prepare())
		require.NotNil(t, h.fleet)
		h.expected = float64(visits * each)
		for _, h.done = range []float64{0.02, trialShare - 0.01, trialShare, 0.99} {
			temperatures = append(temperatures, h.temperature())
		}
		return temperatures, h.fleet.most == h.best.busy
	}
	twice, restrained := cooling(trialDay, trialVisits, trialEach)
	require.True(t, twice[0] > twice[1] && twice[1] < twice[2] && twice[2] > twice[3], "%v", twice)
	require.True(t, restrained)
	for _, x := range [][3]int{{trialDay - 1, trialVisits, trialEach}, {trialDay, 2 * trialVisits, trialEach}, {trialDay, trialVisits, trialEach - 1}} {
		once, restrained := cooling(x[0], x[1], x[2])
		require.True(t, once[0] > once[1] && once[1] > once[2] && once[2] > once[3], "%v: %v", x, once)
		require.False(t, restrained)
	}
}

// Plans of such problems pass the judge, are the same for the same seed on one
// thread and on two, and are never worse than what they started from.
func TestFleetsPlansPassTheJudge(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := alike(t, 25, 4)
		opt := Options{Seed: rapid.Uint64().Draw(t, "seed"), Iterations: 200, Threads: rapid.IntRange(1, 2).Draw(t, "threads")}
		judged(t, p, opt)
	})
}
