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

// rostered draws a day of technicians who are paid by working time. Ways may be longer
// than two others together.
func rostered(t *rapid.T, visits, lanes int) *routing.Problem {
	p := routingtest.Problem(t, routingtest.Size{Visits: visits, Shifts: lanes})
	p.Prices = routing.Prices{TravelSecond: p.Prices.TravelSecond, DutySecond: 1 + p.Prices.DutySecond, Round: p.Prices.Round}
	for i := range p.Shifts {
		s := &p.Shifts[i]
		s.Breaks, s.MaxTravel, s.Table, s.Restock = nil, 0, 0, nil
		if rapid.IntRange(0, 3).Draw(t, "has a depot") > 0 {
			s.Restock = &routing.Restock{Place: rapid.IntRange(0, p.Tables[0].Rows-1).Draw(t, "depot"), Service: routing.Seconds(rapid.IntRange(0, 60).Draw(t, "restocking"))}
		}
	}
	for i := range p.Visits {
		v := &p.Visits[i]
		v.Soft, v.Together, v.Walk, v.Access, v.Promise, v.Told, v.Preferred = nil, 0, 0, 0, nil, nil, nil
		v.Windows = v.Windows[:min(1, len(v.Windows))]
	}
	return p
}

// enlisted gives a squad with the first plan of such a day, nil where there is none.
func enlisted(t *rapid.T) *squad {
	p := rostered(t, 14, 4)
	h := newHunt(context.Background(), newState(newCore(p), rapid.Uint64().Draw(t, "seed")), Options{Iterations: 1})
	h.construct()
	if !h.prepare() || h.simple {
		return nil
	}
	require.NotNil(t, h.squad, "paid by working time")
	h.squad.load()
	return h.squad
}

// equalsTracks asks for what the general way of computing rounds gives.
func (s *squad) equalsTracks(t *rapid.T) (calls int) {
	placed, busy, cost := 0, 0, int64(0)
	for r := range s.lanes {
		lane, l := int32(r), &s.lanes[r]
		x := track{visits: s.listed(lane, nil)}
		require.True(t, s.refresh(r, &x), "round %d of %v can be", r, x.visits)
		b := &s.rounds[r]
		require.Equal(t, x.cost, b.cost)
		require.Equal(t, x.depot >= 0, b.called)
		require.Equal(t, len(x.visits) > 0, b.busy)
		if s.stock {
			require.True(t, slices.Equal(x.used, s.units[r*s.items:(r+1)*s.items]))
		}
		cost += x.cost
		if x.depot >= 0 {
			calls++
			bare := track{visits: s.bare(lane, nil)}
			require.False(t, s.refresh(r, &bare), "a call that is not needed")
			require.True(t, bare.lacking)
		}
		key := s.pool.names[s.visits+int(l.class)]
		for _, v := range s.bare(lane, nil) {
			key += s.pool.names[v]
			placed++
		}
		require.Equal(t, key, b.key)
		if len(x.visits) == 0 {
			continue
		}
		busy++
		require.Equal(t, x.travel, b.travel)
		require.EqualValues(t, x.lasts, b.travel+b.work+int64(b.idle))
		require.Equal(t, x.back, s.stops[s.end(lane)].soon)
		for i, v := range x.visits {
			at, before, behind := &s.stops[v], x.before[i+1], x.behind[i]
			require.Equal(t, lane, at.lane)
			require.Equal(t, x.depot >= 0 && i >= int(x.depot), at.supplied)
			require.Equal(t, []int32{x.legs[i], x.legs[i+1]}, []int32{at.legIn, at.legOut})
			require.Equal(t, []int32{x.places[i], x.places[i+2]}, []int32{at.back, at.onward})
			require.Equal(t, []int32{x.end[i+1], x.limit[i]}, []int32{at.soon, at.due})
			require.Equal(t, before.late+before.lasts, at.late)
			require.Equal(t, behind.early, at.early)
			// What the two parts and the way between last less than the round is saved at most.
			require.Equal(t, x.lasts-before.lasts-x.behind[i+1].lasts, at.slackOut)
			require.Equal(t, x.lasts-x.before[i].lasts-behind.lasts, at.slackIn)
		}
	}
	require.Equal(t, busy, s.busy)
	require.Equal(t, len(s.all), placed+len(s.absent))
	for _, v := range s.absent {
		require.EqualValues(t, -1, s.stops[v].lane)
		cost += max(0, s.prize[v])
	}
	require.Equal(t, cost, s.cost)
	return calls
}

// Whatever a squad changes, its times and costs are those of rounds computed from their
// visits alone; and what it takes back is as it was.
func TestSquadEqualsTracks(t *testing.T) {
	t.Parallel()
	kept, undone, exchanged, injected, gaveUp, calls := 0, 0, 0, 0, 0, 0
	rapid.Check(t, func(t *rapid.T) {
		s := enlisted(t)
		if s == nil {
			return
		}
		s.equalsTracks(t)
		var elites []elite
		for range 30 {
			stops, rounds, units, absent, was := slices.Clone(s.stops), slices.Clone(s.rounds), slices.Clone(s.units), slices.Clone(s.absent), s.tally
			for r := range s.rounds {
				if list := s.bare(int32(r), nil); len(list) > 0 && s.chance() < 0.2 {
					elites = append(elites, elite{int32(r), list})
				}
			}
			s.open()
			possible := false
			switch {
			case s.chance() < 0.2:
				if possible = s.exchange(); possible {
					exchanged++
				}
			case len(elites) > 0 && s.chance() < 0.2:
				if possible = s.inject(elites[s.n(len(elites))]); possible {
					injected++
				}
			default:
				possible = s.ruin(s.near)
			}
			if possible {
				s.equalsTracks(t)
				s.roof = math.Inf(1)
				if s.chance() < 0.2 {
					s.roof = float64(s.was.cost)
				}
				if possible = s.recreate(true); !possible {
					gaveUp++
				}
				require.True(t, possible || !math.IsInf(s.roof, 1))
				calls += s.equalsTracks(t)
			}
			s.barred = -1
			if !possible || s.chance() < 0.5 {
				s.undo()
				require.Equal(t, rounds, s.rounds)
				require.Equal(t, units, s.units)
				require.True(t, slices.Equal(absent, s.absent))
				require.Equal(t, was, s.tally)
				for id := range stops {
					if s.stops[id].lane >= 0 {
						require.Equal(t, stops[id], s.stops[id])
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
	require.True(t, kept > 0 && undone > 0 && exchanged > 0 && injected > 0 && gaveUp > 0 && calls > 0,
		"%d kept, %d undone, %d exchanges, %d rounds put in, %d given up, %d calls", kept, undone, exchanged, injected, gaveUp, calls)
}

// Where a call at the depot has to go, the general rounds put it, too.
func TestSquadRestocksAsTracksDo(t *testing.T) {
	t.Parallel()
	calls, impossible := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		s := enlisted(t)
		if s == nil {
			return
		}
		for range 20 {
			s.open()
			r := int32(s.n(len(s.lanes)))
			var list []int32
			for v := range int32(s.visits) {
				if s.stops[v].lane < 0 && s.able[int(r)*s.visits+int(v)] != cannot || s.stops[v].lane == r {
					list = append(list, v)
				}
			}
			for len(list) > s.n(6) {
				list = slices.Delete(list, s.n(len(list)), len(list))
			}
			for _, v := range s.bare(r, nil) {
				s.keepRound(r)
				s.leave(v)
			}
			var x track
			possible := s.state.resupply(int(r), list, &x)
			require.Equal(t, possible, s.reseat(r, list), "%v", list)
			if possible {
				require.Equal(t, x.visits, s.listed(r, nil))
				if x.depot >= 0 {
					calls++
				}
			} else {
				impossible++
			}
			s.undo()
		}
	})
	require.True(t, calls > 0 && impossible > 0, "%d calls, %d impossible", calls, impossible)
}

// Where a squad looks, it finds what scanning all rounds finds, at the same cost.
func TestSquadLooksAsScansDo(t *testing.T) {
	t.Parallel()
	found, calls := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		s := enlisted(t)
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
				s.state.lookSooner(v, &all)
				s.found = perch{math.MaxInt64, -1, -1}
				x := s.seek(v)
				s.lookEverywhere(&x)
				require.Equal(t, all.lane >= 0, s.found.behind >= 0)
				require.Equal(t, all.bound, s.found.bound)
				if all.lane < 0 {
					continue
				}
				found++
				if s.found.call >= 0 {
					calls++
				}
				// What it finds it can put there, at that cost.
				cost := s.cost - max(0, s.prize[v])
				s.perch(v)
				require.Equal(t, cost+all.bound, s.cost)
				s.equalsTracks(t)
				break
			}
		})
	})
	require.True(t, found > 0 && calls > 0, "%d found, %d with a call", found, calls)
}

// Where the way by the depot is dear by itself, the visit behind it may make up for that.
func TestSquadCallsWhereTheVisitMakesUpForTheWay(t *testing.T) {
	t.Parallel()
	const home, first, second, depot = 0, 1, 2, 3
	p := &routing.Problem{Prices: routing.Prices{TravelSecond: 1, DutySecond: 1}}
	tab := routing.NewTable(4, 4)
	for i := range 4 {
		for j := range 4 {
			tab.Set(i, j, routing.Leg{Seconds: 1})
		}
	}
	tab.Set(depot, home, routing.Leg{Seconds: 100})
	tab.Set(second, first, routing.Leg{Seconds: 200})
	tab.Set(first, second, routing.Leg{Seconds: 20})
	p.Tables = []*routing.Table{tab}
	p.Shifts = []routing.Shift{{Start: home, End: home, Work: routing.Window{Start: 0, End: 1000}, Restock: &routing.Restock{Place: depot}}}
	p.Visits = []routing.Visit{
		{Place: first, Site: first, Priority: 1},
		{Place: second, Site: second, Priority: 1, Kit: []routing.KitNeed{{Item: 0, Units: 1}}},
	}
	s := searching(t, p).squad
	require.NotNil(t, s)
	s.load()
	s.open()
	s.cut(1, 1, 0, 0)
	s.lodge(1, false)
	// Home, the first visit, the depot, the second, home: four ways of a second. With the
	// call at the beginning it would be 23.
	require.Equal(t, []int32{0, s.call(0), 1}, s.listed(0, nil))
	require.EqualValues(t, 2*4, s.cost)
}

// A call at the depot goes ahead where somebody who has to come sooner needs it, too.
func TestTheCallAtTheDepotGoesAhead(t *testing.T) {
	t.Parallel()
	const home, depot = 0, 4
	p := &routing.Problem{Prices: routing.Prices{TravelSecond: 1, DutySecond: 1}}
	tab := routing.NewTable(5, 5)
	for i := range 5 {
		for j := range 5 {
			tab.Set(i, j, routing.Leg{Seconds: 1})
		}
	}
	tab.Set(depot, 2, routing.Leg{Seconds: 5})
	p.Tables = []*routing.Table{tab}
	p.Shifts = []routing.Shift{{Start: home, End: home, Work: routing.Window{Start: 0, End: 1000}, Restock: &routing.Restock{Place: depot}}}
	p.Visits = []routing.Visit{
		{Place: 1, Site: 1, Priority: 1, Windows: []routing.Window{{Start: 10, End: 20}}, Kit: []routing.KitNeed{{Item: 0, Units: 1}}},
		{Place: 2, Site: 2, Priority: 1, Windows: []routing.Window{{Start: 50, End: 60}}},
		{Place: 3, Site: 3, Priority: 1, Windows: []routing.Window{{Start: 90, End: 100}}, Kit: []routing.KitNeed{{Item: 0, Units: 1}}},
	}
	s := searching(t, p).squad
	require.NotNil(t, s)
	s.load()
	s.open()
	s.cut(0, 1, 0, 0)
	require.Equal(t, []int32{1, s.call(0), 2}, s.listed(0, nil))
	s.lodge(0, false)
	require.Equal(t, []int32{s.call(0), 0, 1, 2}, s.listed(0, nil))
	s.undo()
	s.store()
	h := s.hunt
	h.open()
	h.cut(0, 1, 2, 0, 0)
	require.Equal(t, []int32{1, s.call(0), 2}, h.tracks[0].visits)
	require.True(t, h.state.lodge(0, false))
	require.Equal(t, []int32{s.call(0), 0, 1, 2}, h.tracks[0].visits)
}

// A look beside everybody finds what a look everywhere does, unless the best place is
// where a call at the depot would have to come first: what it turns down at a glance
// would not have been worth it, or possible.
func TestSquadLooksBesideEverybody(t *testing.T) {
	t.Parallel()
	same := 0
	rapid.Check(t, func(t *rapid.T) {
		s := enlisted(t)
		if s == nil {
			return
		}
		s.torn(s, func() {
			for _, v := range slices.Clone(s.absent) {
				s.found = perch{math.MaxInt64, -1, -1}
				x := s.seek(v)
				s.lookEverywhere(&x)
				all := s.found
				s.found = perch{math.MaxInt64, -1, -1}
				s.lookNear(&x)
				if s.found.call < 0 {
					require.GreaterOrEqual(t, s.found.bound, all.bound)
				}
				if s.found.bound < all.bound {
					// From the depot there may be no way home but by way of the visit.
					require.Equal(t, s.found.behind, s.call(s.stops[s.found.call].lane))
					continue
				}
				if all.behind < 0 || all.call >= 0 || s.isCall(all.behind) || s.isCall(s.stops[all.behind].next) {
					continue
				}
				require.Equal(t, all.bound, s.found.bound)
				same++
			}
		})
	})
	require.Positive(t, same)
}

// Plans of such days pass the judge, are the same for the same seed on one thread and
// on two, and are never worse than what they started from.
func TestSquadsPlansPassTheJudge(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := rostered(t, 25, 4)
		opt := Options{Seed: rapid.Uint64().Draw(t, "seed"), Iterations: 200, Threads: rapid.IntRange(1, 2).Draw(t, "threads")}
		if rapid.Bool().Draw(t, "in cycles") {
			opt.Iterations = 8_000
		}
		judged(t, p, opt)
	})
}

// apart is a day of two technicians, paid by working time, who live an hour from each
// other; a visit stands near each of them.
func apart() *routing.Problem {
	p := &routing.Problem{Prices: routing.Prices{TravelSecond: 1, DutySecond: 1}}
	at := []int{0, 3600, 10, 3610} // along a road: two homes, two visits
	t := routing.NewTable(len(at), len(at))
	for i, a := range at {
		for j, b := range at {
			t.Set(i, j, routing.Leg{Seconds: routing.Seconds(max(a-b, b-a))})
		}
	}
	p.Tables = []*routing.Table{t}
	for home := range 2 {
		p.Shifts = append(p.Shifts, routing.Shift{Start: home, End: home, Work: routing.Window{Start: 0, End: 40_000}})
		p.Visits = append(p.Visits, routing.Visit{Place: 2 + home, Site: 2 + home, Service: 600, Priority: 1})
	}
	return p
}

// searching gives the search of a problem at its first plan.
func searching(t *testing.T, p *routing.Problem) *hunt {
	h := newHunt(context.Background(), newState(newCore(p), 1), Options{Iterations: 1})
	h.construct()
	require.True(t, h.prepare())
	require.True(t, h.short)
	return h
}

// Visits that go together are for the general rounds: a squad would part them.
func TestSquadIsForVisitsThatGoAlone(t *testing.T) {
	t.Parallel()
	p := apart()
	require.NotNil(t, searching(t, p).squad)
	p.Visits[0].Together, p.Visits[1].Together = 1, 1
	h := searching(t, p)
	require.Nil(t, h.squad)
	require.Equal(t, h.where[0], h.where[1])
	// What would come of it without that rule.
	s := newSquad(h)
	s.load()
	s.open()
	s.cut(s.stops[s.begin(h.where[0])].next, 2, 0, 0)
	s.recreate(false)
	require.NotEqual(t, s.stops[0].lane, s.stops[1].lane)
}

// Technicians with ways of their own are for the general rounds: a squad takes the first
// one's ways for everybody's.
func TestSquadIsForOneTable(t *testing.T) {
	t.Parallel()
	p := apart()
	slow := routing.NewTable(4, 4)
	for i := range 4 {
		for j := range 4 {
			slow.Set(i, j, routing.Leg{Seconds: 2 * p.Tables[0].Seconds[4*i+j]})
		}
	}
	p.Tables = append(p.Tables, slow)
	p.Shifts[1].Table = 1
	h := searching(t, p)
	require.Nil(t, h.squad)
	require.Len(t, h.tracks[1].visits, 1)
	// What would come of it without that rule.
	s := newSquad(h)
	s.load()
	require.NotEqual(t, h.tracks[1].cost, s.rounds[1].cost)
}

// On large days threads share the rounds: each has a squad for its part of them.
func TestSquadsShareALargeDay(t *testing.T) {
	t.Parallel()
	const visits, lanes, side = manyVisits + 20, 40, 20
	p := &routing.Problem{Prices: routing.Prices{DutySecond: 1}}
	tab := routing.NewTable(visits+1, visits+1)
	for i := range visits + 1 {
		for j := range visits + 1 {
			x, y := i%side-j%side, i/side-j/side
			tab.Set(i, j, routing.Leg{Seconds: routing.Seconds(60 * (max(x, -x) + max(y, -y)))})
		}
	}
	p.Tables = []*routing.Table{tab}
	for r := range lanes {
		home := r * 8
		p.Shifts = append(p.Shifts, routing.Shift{
			Start: home, End: home, Work: routing.Window{Start: 0, End: 28_800},
			Kit: []uint16{uint16(r % 4)}, Restock: &routing.Restock{Place: visits, Service: 120},
		})
	}
	for v := range visits {
		x := routing.Visit{Place: v, Site: v, Service: 900, Priority: 1, Windows: []routing.Window{{Start: routing.Seconds(v % 7 * 3600), End: routing.Seconds(v%7*3600 + 7200)}}}
		if v%3 == 0 {
			x.Kit = []routing.KitNeed{{Item: 0, Units: 1}}
		}
		p.Visits = append(p.Visits, x)
	}
	opt := Options{Seed: 1, Iterations: 1200, Threads: 2}
	first, err := Solve(context.Background(), p, nil, opt)
	require.NoError(t, err)
	require.Empty(t, routing.Check(p, first.Plan, first.Timetables))
	require.Empty(t, first.Plan.Unassigned)
	again, err := Solve(context.Background(), p, nil, opt)
	require.NoError(t, err)
	require.Equal(t, first.Plan, again.Plan)
	start, err := Solve(context.Background(), p, nil, Options{Seed: 1, Iterations: 1})
	require.NoError(t, err)
	require.Less(t, first.Score.Cost, start.Score.Cost)
}
