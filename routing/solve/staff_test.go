package solve

import (
	"context"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"roundsman/routing"
	"roundsman/routing/routingtest"
)

// manned draws a day that staff can stand for while nobody is late. Ways may be
// longer than two others together.
func manned(t *rapid.T, visits, lanes int) *routing.Problem {
	p := routingtest.Problem(t, routingtest.Size{Visits: visits, Shifts: lanes, Live: rapid.Bool().Draw(t, "live")})
	p.Prices.DutySecond, p.MostMoved = 0, nil
	p.Prices.TravelSecond, p.Prices.WaitSecond = routing.Cost(rapid.IntRange(1, 10).Draw(t, "travel price")), routing.Cost(rapid.IntRange(0, 30).Draw(t, "waiting price"))
	for i := range p.Shifts {
		s := &p.Shifts[i]
		s.Restock, s.MaxTravel, s.Table = nil, 0, 0
		owed := 0
		for k := range s.Breaks {
			if owed > 0 {
				s.Breaks[k].Taken = true
			}
			if !s.Breaks[k].Taken {
				owed++
			}
		}
	}
	for i := range p.Visits {
		p.Visits[i].Together = 0
	}
	routingtest.Home(p)
	return p
}

// hired gives a staff with the first plan of such a day, nil where it can't be.
func hired(t *rapid.T) *staff {
	p := manned(t, 12, 4)
	h := newHunt(context.Background(), newState(newCore(p), rapid.Uint64().Draw(t, "seed")), Options{Iterations: 1})
	h.construct()
	if !h.prepare() || h.fleet != nil || h.simple {
		return nil
	}
	require.NotNil(t, h.staff, "a day with one break at most")
	if !h.staff.load() {
		return nil
	}
	return h.staff
}

// equalsTracks asks for what the general way of computing rounds gives.
func (s *staff) equalsTracks(t *rapid.T) {
	n := int32(s.visits)
	placed, busy := 0, 0
	for r := range s.lanes {
		lane, head := int32(r), len(s.lanes[r].head)
		x := track{visits: s.listed(lane, nil)}
		require.True(t, s.refresh(r, &x), "round %d of %v can be", r, x.visits)
		require.Zero(t, x.late)
		rows := len(x.visits) - head
		require.EqualValues(t, rows, s.rounds[r].visits)
		require.Equal(t, x.travel, s.rounds[r].travel)
		require.True(t, slices.Equal(x.used, s.units[r*s.items:(r+1)*s.items]) || len(s.core.kitted) == 0 || !s.stock)
		placed += rows
		if rows > 0 {
			busy++
			require.Equal(t, x.back, s.times[s.end(lane)].arrive)
			require.Equal(t, x.idle[rows], s.times[s.end(lane)].idle)
		}
		width := s.lanes[r].Owed + 1
		for i, v := range x.visits[head:] {
			at, m := &s.stops[v], &s.times[v]
			require.Equal(t, lane, at.lane)
			require.Equal(t, []int32{x.legs[i], x.legs[i+1]}, []int32{at.legIn, at.legOut})
			for k := range width {
				require.Equal(t, min(farOff, x.end[(i+1)*width+k]), m.ends[k])
				require.Equal(t, x.begin[i*width+k], m.latest[k])
			}
			require.Equal(t, []int32{x.arrive[i], x.early[i], x.idle[i]}, []int32{m.arrive, m.early, m.idle})
			require.EqualValues(t, x.taken[i], m.taken)
			require.GreaterOrEqual(t, int64(at.slackIn-at.legIn)*int64(s.p.Prices.TravelSecond), x.saving[i])
		}
	}
	require.Equal(t, busy, s.busy)
	require.EqualValues(t, len(s.all), placed+len(s.absent), "%d visits", n)
}

// Whatever staff changes, its times and costs are those of rounds computed from their
// visits alone; and what it takes back is as it was.
func TestStaffEqualsTracks(t *testing.T) {
	t.Parallel()
	kept, undone, exchanges := 0, 0, 0
	rapid.Check(t, func(t *rapid.T) {
		s := hired(t)
		if s == nil {
			return
		}
		s.equalsTracks(t)
		for range 30 {
			stops, times, rounds, absent, was := slices.Clone(s.stops), slices.Clone(s.times), slices.Clone(s.rounds), slices.Clone(s.absent), s.tally
			s.open()
			possible := false
			if s.chance() < 0.3 {
				if possible = s.exchange(); possible {
					exchanges++
				}
			} else {
				possible = s.ruin(s.near)
			}
			if possible {
				s.recreate(true)
				least := s.cost
				if possible = s.confirm(math.Inf(1)); possible {
					require.LessOrEqual(t, least, s.cost, "what it is said to cost at least")
					s.equalsTracks(t)
					require.Equal(t, s.priced(), s.cost)
				}
			}
			if !possible || s.chance() < 0.5 {
				s.undo()
				require.Equal(t, rounds, s.rounds)
				require.True(t, slices.Equal(absent, s.absent))
				require.Equal(t, was, s.tally)
				for id := range stops {
					if s.stops[id].lane >= 0 {
						require.Equal(t, stops[id], s.stops[id])
						require.Equal(t, times[id], s.times[id])
					}
				}
				s.equalsTracks(t)
				undone++
				continue
			}
			s.changed()
			kept++
		}
		s.store()
		for r, x := range s.tracks {
			require.True(t, slices.Equal(s.listed(int32(r), nil), x.visits))
			require.Equal(t, s.rounds[r].cost, x.cost)
		}
	})
	require.True(t, kept > 0 && undone > 0 && exchanges > 0, "%d kept, %d undone, %d exchanges", kept, undone, exchanges)
}

// priced is the whole plan's cost, computed anew.
func (s *staff) priced() (cost int64) {
	for r := range s.lanes {
		x := track{visits: s.listed(int32(r), nil)}
		s.refresh(r, &x)
		cost += x.cost
	}
	for _, v := range s.absent {
		cost += max(0, s.prize[v])
	}
	return cost
}

// Where staff looks, it finds what scanning all rounds finds, at the same estimate.
func TestStaffLooksAsScansDo(t *testing.T) {
	t.Parallel()
	found := 0
	rapid.Check(t, func(t *rapid.T) {
		s := hired(t)
		if s == nil {
			return
		}
		s.torn(s, func() {
			for r, x := range s.tracks {
				x.visits = s.listed(int32(r), x.visits)
				require.True(t, s.refresh(r, x))
				s.states++
				x.state = s.states
			}
			for _, v := range slices.Clone(s.absent) {
				all := finder{bound: math.MaxInt64, lane: -1, call: -1}
				s.state.lookEverywhere(v, &all)
				s.found = berth{math.MaxInt64, -1}
				l := &s.lanes[0]
				from := int(s.core.place[v]) * l.cols
				s.lookEverywhere(v, l.into[from:from+l.cols])
				require.Equal(t, all.lane >= 0, s.found.behind >= 0)
				require.Equal(t, all.bound, s.found.bound)
				if all.lane >= 0 {
					found++
				}
			}
		})
	})
	require.Positive(t, found)
}

// A look beside everybody finds what a look everywhere does: what it turns down at a
// glance would not have been worth it, or possible.
func TestStaffLooksBesideEverybody(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := hired(t)
		if s == nil || len(s.lanes) > staffBegins {
			return
		}
		s.torn(s, func() {
			for _, v := range slices.Clone(s.absent) {
				l := &s.lanes[0]
				from := int(s.core.place[v]) * l.cols
				s.found = berth{math.MaxInt64, -1}
				s.lookEverywhere(v, l.into[from:from+l.cols])
				all := s.found
				s.found = berth{math.MaxInt64, -1}
				s.lookNear(v)
				if all.behind >= 0 && s.found.behind < 0 {
					// Only a frozen stop is nobody's neighbour.
					require.GreaterOrEqual(t, all.behind, int32(s.visits))
					continue
				}
				require.GreaterOrEqual(t, s.found.bound, all.bound)
				if all.behind < int32(s.visits) {
					require.Equal(t, all.bound, s.found.bound)
				}
			}
		})
	})
}

// Plans of such days pass the judge, are the same for the same seed on one thread and
// on two, and are never worse than what they started from.
func TestStaffsPlansPassTheJudge(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := manned(t, 25, 4)
		opt := Options{Seed: rapid.Uint64().Draw(t, "seed"), Iterations: 200, Threads: rapid.IntRange(1, 2).Draw(t, "threads")}
		judged(t, p, opt)
	})
}
