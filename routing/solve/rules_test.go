package solve_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"roundsman/routing"
	"roundsman/routing/solve"
)

func solved(t *testing.T, p *routing.Problem) solve.Result {
	t.Helper()
	res, err := solve.Solve(context.Background(), p, nil, solve.Options{Seed: 1, Iterations: 200})
	require.NoError(t, err)
	require.Empty(t, routing.Check(p, res.Plan, res.Timetables))
	return res
}

func TestOptionalVisitIsServedForItsPrizeOnly(t *testing.T) {
	t.Parallel()
	p := street(1, 2)
	p.Visits[1].Optional, p.Visits[1].Prize = true, 19 // to place 2 and back: 20 more
	res := solved(t, p)
	require.Equal(t, []int{1}, res.Plan.Unassigned)
	require.Equal(t, routing.Score{Cost: 20 + 19}, res.Score)
	p.Visits[1].Prize = 21
	require.Equal(t, routing.Score{Cost: 40}, solved(t, p).Score)
}

func TestTiedVisitsShareAShift(t *testing.T) {
	t.Parallel()
	p := street(2, 2)
	p.Shifts[0].Skills = []uint8{1}
	p.Shifts[1].Start, p.Shifts[1].End = 2, 2 // visit 1 is at this door
	p.Visits[0].Skills = []routing.SkillNeed{{Skill: 0, Level: 1}}
	require.Equal(t, []int{1}, solved(t, p).Plan.Rounds[1].Visits)
	p.Visits[0].Together, p.Visits[1].Together = 7, 7
	res := solved(t, p)
	require.ElementsMatch(t, []int{0, 1}, res.Plan.Rounds[0].Visits)

	apart := &routing.Plan{Rounds: []routing.Round{{Visits: []int{0}}, {Visits: []int{1}}}}
	require.Equal(t, routing.BrokenTied, routing.Check(p, apart, nil)[0].Rule)
	_, _, err := routing.Evaluate(p, apart)
	require.ErrorContains(t, err, "round_infeasible")
	reasons, err := solve.Reasons(p, &routing.Plan{Rounds: []routing.Round{{Visits: []int{0}}, {}}, Unassigned: []int{1}}, 1)
	require.NoError(t, err)
	require.Equal(t, routing.ClauseTied, reasons[1].Clause)
}

func TestTravelIsBounded(t *testing.T) {
	t.Parallel()
	p := street(1, 3)
	p.Shifts[0].MaxTravel = 59 // all three are 60
	res := solved(t, p)
	require.Len(t, res.Plan.Unassigned, 1)
	require.LessOrEqual(t, res.Timetables[0].Travel, routing.Seconds(59))
	reasons, err := solve.Reasons(p, &routing.Plan{Rounds: []routing.Round{{Visits: []int{0, 1}}}, Unassigned: []int{2}}, 2)
	require.NoError(t, err)
	require.Equal(t, []solve.Reason{{Kind: solve.Alone, Clause: routing.ClauseTravel, Blocker: -1}}, reasons)
}

func TestSoftWindowIsPricedAndCapped(t *testing.T) {
	t.Parallel()
	p := street(1, 2)
	p.Visits[0].Soft = &routing.Soft{End: 20, Cap: 100, PerSecond: 1}
	p.Visits[1].Soft = &routing.Soft{End: 20, Cap: 100, PerSecond: 3}
	// 0 first: met at 10 and 50, 30 late at 3 a second. 1 first: met at 20, then
	// 60: 40 late at 1. The way is 40 either way.
	res := solved(t, p)
	require.Equal(t, []int{1, 0}, res.Plan.Rounds[0].Visits)
	require.Equal(t, routing.Cost(80), res.Score.Cost)
	p.Visits[0].Soft.Cap = 39 // 60 is a second too late
	require.Equal(t, []int{0, 1}, solved(t, p).Plan.Rounds[0].Visits)
}

func TestDepotIsCalledAtOnlyWhenNeeded(t *testing.T) {
	t.Parallel()
	p := street(1, 3)
	p.Shifts[0].Restock = &routing.Restock{Place: 2, Service: 5}
	p.Shifts[0].Kit = []uint16{1}
	p.Visits[0].Kit = []routing.KitNeed{{Item: 0, Units: 1}}
	require.Empty(t, solved(t, p).Timetables[0].Calls)
	p.Visits[2].Kit = []routing.KitNeed{{Item: 0, Units: 1}}
	res := solved(t, p)
	require.Empty(t, res.Plan.Unassigned)
	require.Len(t, res.Timetables[0].Calls, 1)
	require.Equal(t, routing.Seconds(60), res.Timetables[0].Travel, "the depot lies on the way")
}

// Items, sites and ties are called by any number there is.
func TestNumbersMayBeLarge(t *testing.T) {
	t.Parallel()
	p := street(2, 2)
	p.Prices.Round = 5
	const far = 1 << 32
	p.Visits[0].Kit = []routing.KitNeed{{Item: 1 << 60, Units: 1}}
	require.Equal(t, []int{0}, solved(t, p).Plan.Unassigned, "nobody carries it")
	p.Shifts[1].Restock = &routing.Restock{Place: 0}
	require.Empty(t, solved(t, p).Plan.Unassigned)

	// Two houses, so that access is paid twice: in one round, which costs least, from
	// 10 on 5 and 10, then 10, 5 and 10, and 20 home.
	p = street(1, 2)
	p.Prices.DutySecond = 1
	for i := range p.Visits {
		p.Visits[i].Site, p.Visits[i].Access = i*far, 5
	}
	require.Equal(t, routing.Seconds(5), solved(t, p).Timetables[0].Stops[1].Start-solved(t, p).Timetables[0].Stops[1].Arrive)

	p = street(2, 2)
	p.Shifts[1].Start, p.Shifts[1].End = 2, 2
	p.Shifts[0].Skills = []uint8{1}
	p.Visits[0].Skills = []routing.SkillNeed{{Skill: 0, Level: 1}}
	p.Visits[0].Together, p.Visits[1].Together = far, far
	require.ElementsMatch(t, []int{0, 1}, solved(t, p).Plan.Rounds[0].Visits)
}

// A start plan that would take years is no plan, and no clock runs over on it.
func TestAStartOfManyYears(t *testing.T) {
	t.Parallel()
	const long = routing.Seconds(1 << 28)
	for name, change := range map[string]func(p *routing.Problem){
		"plain":  func(p *routing.Problem) { p.Prices.WaitSecond = 1 },
		"simple": func(*routing.Problem) {},
		"brief":  func(p *routing.Problem) { p.Prices.DutySecond = 1 },
		"once": func(p *routing.Problem) {
			p.Shifts[0].Breaks = []routing.Break{{Window: routing.Window{Start: 0, End: 5}, Duration: 5}}
		},
		"several": func(p *routing.Problem) {
			b := routing.Break{Window: routing.Window{Start: 0, End: long}, Duration: 5}
			p.Shifts[0].Breaks = []routing.Break{b, b}
		},
	} {
		p := street(1, 8)
		p.Shifts[0].Work.End, p.Shifts[0].Overtime = long, long
		for k := range p.Tables[0].Seconds {
			p.Tables[0].Seconds[k] = long
		}
		change(p)
		start := &routing.Plan{Rounds: []routing.Round{{Visits: []int{0, 1, 2, 3, 4, 5, 6, 7}}}}
		res, err := solve.Solve(context.Background(), p, start, solve.Options{Seed: 1, Iterations: 20})
		require.NoError(t, err, name)
		require.Empty(t, res.Plan.Rounds[0].Visits, name)
		require.Empty(t, routing.Check(p, res.Plan, res.Timetables), name)
	}
}

// Ten thousand visits for five people get a plan.
func TestTenThousandVisits(t *testing.T) {
	t.Parallel()
	p := street(5, 20)
	for i := range 10_000 {
		p.Visits = append(p.Visits, routing.Visit{Place: 1 + i%20, Site: i, Service: 30, Priority: 3})
	}
	res, err := solve.Solve(context.Background(), p, nil, solve.Options{Seed: 1, Iterations: 20})
	require.NoError(t, err)
	require.Empty(t, routing.Check(p, res.Plan, res.Timetables))
	require.NotEmpty(t, res.Plan.Rounds[0].Visits)
}
