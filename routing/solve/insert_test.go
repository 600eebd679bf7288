package solve_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"roundsman/routing"
	"roundsman/routing/routingtest"
	"roundsman/routing/solve"
)

// line is a street: place i lies at minute 10*i.
func line(places int) *routing.Table {
	t := routing.NewTable(places, places)
	for i := range places {
		for j := range places {
			d := 10 * max(i-j, j-i)
			t.Set(i, j, routing.Leg{Seconds: routing.Seconds(d), Metres: routing.Metres(1000 * d)})
		}
	}
	return t
}

// street has technicians at the end of a street, at work from minute 0 to 480,
// and visits of 30 minutes at places 1, 2, 3, ....
func street(shifts, visits int) *routing.Problem {
	p := &routing.Problem{Tables: []*routing.Table{line(visits + 1)}, Prices: routing.Prices{TravelSecond: 1}}
	for range shifts {
		p.Shifts = append(p.Shifts, routing.Shift{Work: routing.Window{Start: 0, End: 480}})
	}
	for i := range visits {
		p.Visits = append(p.Visits, routing.Visit{Place: i + 1, Site: i, Service: 30, Priority: 2})
	}
	return p
}

func TestInsertGivesTheCheapestPlacesFirst(t *testing.T) {
	t.Parallel()
	p := street(2, 3)
	p.Visits[2].Promise = &routing.Window{Start: 0, End: 200}
	plan := &routing.Plan{Rounds: []routing.Round{{Visits: []int{0, 2}}, {}}, Unassigned: []int{1}}
	found, err := solve.Insert(p, plan, 1, 10)
	require.NoError(t, err)
	require.Len(t, found, 4)
	// Between place 1 and place 3 lies place 2: no detour; 10 + 30 + 10.
	// Visit 2 would be met at 90 instead of 60 and has until 199: slack 109.
	require.Equal(t, solve.Insertion{Shift: 0, Index: 1, Arrive: 50, Start: 50, Slack: 109}, found[0])
	// The empty round: 20 there, 20 back. Back by 480: 480 - 20 - 30 = 430.
	require.Equal(t, solve.Insertion{Shift: 1, Index: 0, Arrive: 20, Start: 20, Detour: 40, DetourMetres: 40_000, Delta: 40, Slack: 410}, found[3])
}

// A place is not overlooked because the round gets shorter by the call that it needs.
func TestInsertWhereTheDepotIsAShortcut(t *testing.T) {
	t.Parallel()
	p := street(2, 2)
	p.Visits[1].Place, p.Visits[1].Kit = 1, []routing.KitNeed{{Item: 0, Units: 1}}
	p.Shifts[0].Restock, p.Shifts[1].Kit = &routing.Restock{Place: 2}, []uint16{1}
	p.Tables[0].Set(0, 1, routing.Leg{Seconds: 100})
	p.Shifts[0].Work.End = 150 // 100, 30 and 10 home; too short for a call on the way home
	plan := &routing.Plan{Rounds: []routing.Round{{Visits: []int{0}}, {}}, Unassigned: []int{1}}
	found, err := solve.Insert(p, plan, 1, 2)
	require.NoError(t, err)
	require.Len(t, found, 2)
	// 20 to the depot, 10 and 10 home, instead of 100 and 10 home.
	require.Equal(t, 0, found[0].Shift)
	require.Equal(t, routing.Cost(-70), found[0].Delta)
}

// Every answer is as good as said, by evaluation and judge.
func TestInsertionsKeepTheirWord(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := routingtest.Problem(t, routingtest.Size{Visits: 8, Shifts: 3, Live: rapid.Bool().Draw(t, "live"), Company: rapid.IntRange(0, 3).Draw(t, "company") == 0, Hours: rapid.IntRange(0, 3).Draw(t, "hours") == 0})
		if routing.InCompany(p) {
			p.Prices.DutySecond = 0 // others might go home sooner for it, which no insertion counts
		}
		res, err := solve.Solve(context.Background(), p, nil, solve.Options{Seed: 1, Iterations: 5})
		require.NoError(t, err)
		if len(p.Visits) == 0 {
			return
		}
		plan, v := res.Plan, rapid.IntRange(0, len(p.Visits)-1).Draw(t, "visit")
		for i := range plan.Rounds {
			plan.Rounds[i].Visits = without(plan.Rounds[i].Visits, v, len(p.Shifts[i].Frozen))
		}
		plan.Unassigned = nil
		seen := map[int]bool{}
		for _, r := range plan.Rounds {
			for _, u := range r.Visits {
				seen[u] = true
			}
		}
		if seen[v] {
			return // frozen
		}
		for u := range p.Visits {
			if !seen[u] {
				plan.Unassigned = append(plan.Unassigned, u)
			}
		}
		before, was, err := routing.Evaluate(p, plan)
		if err != nil {
			return // holes in the table
		}
		found, err := solve.Insert(p, plan, v, 5)
		require.NoError(t, err)
		reasons, err := solve.Reasons(p, plan, v)
		require.NoError(t, err)
		for _, f := range found {
			after := plan.Clone()
			r := &after.Rounds[f.Shift]
			r.Visits = append(r.Visits[:f.Index:f.Index], append([]int{v}, r.Visits[f.Index:]...)...)
			after.Unassigned = without(after.Unassigned, v, 0)
			tts, score, err := routing.Evaluate(p, after)
			require.NoError(t, err)
			require.Empty(t, routing.Check(p, after, tts))
			st := tts[f.Shift].Stops[f.Index]
			require.Equal(t, st.Arrive, f.Arrive)
			require.Equal(t, st.Start, f.Start)
			require.Equal(t, st.Late, f.Late)
			prize := routing.Cost(0) // no longer paid
			if p.Visits[v].Optional {
				prize = p.Visits[v].Prize
			}
			require.Equal(t, score.Cost-was.Cost+prize, f.Delta)
			require.Equal(t, tts[f.Shift].Travel-before[f.Shift].Travel, f.Detour)
			require.Equal(t, tts[f.Shift].Metres-before[f.Shift].Metres, f.DetourMetres)
			if f.Late+f.OthersLate == 0 {
				require.Equal(t, solve.Searched, reasons[f.Shift].Kind)
			} else {
				require.NotEqual(t, solve.Searched, reasons[f.Shift].Kind)
			}
		}
	})
}

// One place asked for is found whenever there is one, however many that seem cheaper
// turn out not to be possible.
func TestInsertFindsAPlaceWhereThereIsOne(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := routingtest.Problem(t, routingtest.Size{Visits: 8, Shifts: 3, Live: rapid.Bool().Draw(t, "live"), Company: rapid.Bool().Draw(t, "company"), Hours: rapid.Bool().Draw(t, "hours")})
		if rapid.Bool().Draw(t, "floor") {
			chances(t, p)
		}
		plan, v, ok := standing(t, p)
		if !ok {
			return
		}
		_, was, err := routing.Evaluate(p, plan)
		require.NoError(t, err)
		there := false
		for i := range plan.Rounds {
			for at := len(p.Shifts[i].Frozen); at <= len(plan.Rounds[i].Visits); at++ {
				after := plan.Clone()
				after.Rounds[i].Visits = slices.Insert(after.Rounds[i].Visits, at, v)
				after.Unassigned = without(after.Unassigned, v, 0)
				tts, is, err := routing.Evaluate(p, after)
				if err != nil || tts[i].Stops[at].Late > 0 {
					continue
				}
				later := routing.Seconds(0)
				for k := range is.Late {
					later += is.Late[k] - was.Late[k]
				}
				there = there || later <= 0
			}
		}
		s, err := solve.Stand(p, plan)
		require.NoError(t, err)
		require.Equal(t, there, len(s.Insert(v, 1, nil)) == 1)
	})
}

// Whoever shows up later by the slack breaks no rule and makes nobody late.
func TestSlackMayBeUsedUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := routingtest.Problem(t, routingtest.Size{Visits: 8, Shifts: 3, Live: rapid.Bool().Draw(t, "live"), Company: rapid.Bool().Draw(t, "company"), Hours: rapid.Bool().Draw(t, "hours")})
		if rapid.Bool().Draw(t, "floor") {
			chances(t, p)
		}
		plan, v, ok := standing(t, p)
		if !ok {
			return
		}
		found, err := solve.Insert(p, plan, v, 5)
		require.NoError(t, err)
		for _, f := range found {
			if f.Slack == 0 {
				continue
			}
			after := plan.Clone()
			after.Rounds[f.Shift].Visits = slices.Insert(after.Rounds[f.Shift].Visits, f.Index, v)
			after.Unassigned = without(after.Unassigned, v, 0)
			_, was, err := routing.Evaluate(p, after)
			require.NoError(t, err)
			q := *p
			q.Visits = slices.Clone(p.Visits)
			w := routing.Window{Start: f.Arrive + f.Slack, End: 1 << 20}
			if x := p.Visits[v].Promise; x != nil {
				w.End = max(x.End, w.Start+1)
			}
			q.Visits[v].Promise = &w
			tts, is, err := routing.Evaluate(&q, after)
			require.NoError(t, err, "%+v", f)
			require.LessOrEqual(t, f.Arrive+f.Slack, tts[f.Shift].Stops[f.Index].Arrive)
			for k := range is.Late {
				require.LessOrEqual(t, is.Late[k], was.Late[k], "%+v", f)
			}
		}
	})
}

func TestQuestionsThatAskForNothing(t *testing.T) {
	t.Parallel()
	for _, after := range [][]int{nil, {0}} {
		p := street(2, 2)
		p.Visits[1].After = after
		p.Visits[1].Promise = &routing.Window{Start: 0, End: 200}
		plan := &routing.Plan{Rounds: []routing.Round{{Visits: []int{0}}, {}}, Unassigned: []int{1}}
		for _, k := range []int{0, -1} {
			found, err := solve.Insert(p, plan, 1, k)
			require.NoError(t, err)
			require.Empty(t, found)
		}
		for _, v := range []int{-1, 7} {
			_, err := solve.Insert(p, plan, v, 1)
			require.ErrorContains(t, err, "plan_malformed")
			_, err = solve.Reasons(p, plan, v)
			require.ErrorContains(t, err, "plan_malformed")
		}
	}
}

// chances draws scenarios, and the share of them in which promises must be kept.
func chances(t *rapid.T, p *routing.Problem) {
	factor := rapid.Uint16Range(700, 1800)
	for range rapid.IntRange(1, 5).Draw(t, "scenarios") {
		n := len(p.Visits)
		p.Scenarios = append(p.Scenarios, routing.Scenario{Service: rapid.SliceOfN(factor, n, n).Draw(t, "service"), Travel: rapid.SliceOfN(factor, n, n).Draw(t, "travel")})
	}
	p.Floor = uint16(rapid.SampledFrom([]int{500, 900}).Draw(t, "floor"))
}

// standing is a plan, and a visit to put into it; without one it gives false.
func standing(t *rapid.T, p *routing.Problem) (*routing.Plan, int, bool) {
	if len(p.Visits) == 0 {
		return nil, 0, false
	}
	res, err := solve.Solve(context.Background(), p, nil, solve.Options{Seed: 1, Iterations: 5})
	require.NoError(t, err)
	plan, v := res.Plan, rapid.IntRange(0, len(p.Visits)-1).Draw(t, "visit")
	for i := range plan.Rounds {
		plan.Rounds[i].Visits = without(plan.Rounds[i].Visits, v, len(p.Shifts[i].Frozen))
		if slices.Contains(plan.Rounds[i].Visits, v) {
			return nil, 0, false // frozen
		}
	}
	if !slices.Contains(plan.Unassigned, v) {
		plan.Unassigned = append(plan.Unassigned, v)
		slices.Sort(plan.Unassigned)
	}
	_, _, err = routing.Evaluate(p, plan)
	return plan, v, err == nil // it may leave a hole in the table
}

func without(list []int, x, from int) []int {
	for i := from; i < len(list); i++ {
		if list[i] == x {
			return append(list[:i:i], list[i+1:]...)
		}
	}
	return list
}

func TestReasonsAreTrue(t *testing.T) {
	t.Parallel()
	p := street(5, 4)
	p.Visits[3] = routing.Visit{
		Place: 4, Site: 3, Service: 30, Priority: 2, Allowed: []int{1, 2, 3, 4},
		Skills: []routing.SkillNeed{{Skill: 1, Level: 2}}, Promise: &routing.Window{Start: 0, End: 60},
	}
	for i := 2; i < 5; i++ {
		p.Shifts[i].Skills = []uint8{0, 2}
	}
	p.Shifts[2].Work.End = 100 // 40 there, 30, 40 back: 110
	p.Visits[0].Promise = &routing.Window{Start: 0, End: 35}
	plan := &routing.Plan{Rounds: []routing.Round{{}, {}, {}, {Visits: []int{0}}, {}}, Unassigned: []int{1, 2, 3}}
	reasons, err := solve.Reasons(p, plan, 3)
	require.NoError(t, err)
	require.Equal(t, []solve.Reason{
		{Shift: 0, Kind: solve.Alone, Clause: routing.ClauseAllowed, Blocker: 3},
		{Shift: 1, Kind: solve.Alone, Clause: routing.ClauseSkill, Item: 1, Blocker: 3},
		{Shift: 2, Kind: solve.Alone, Clause: routing.ClauseShift, Blocker: -1},
		// Before visit 0 it would make that one late, behind it itself: 10 + 30 + 30.
		{Shift: 3, Kind: solve.Crowded, Clause: solve.ClausePromise, Blocker: 0},
		{Shift: 4, Kind: solve.Searched, Blocker: 3},
	}, reasons)
}

func TestReasonsDoNotCountWaitingForSomebodyAsAnObstacle(t *testing.T) {
	t.Parallel()
	p := street(2, 3)
	p.Visits[1].After = []int{0}
	p.Visits[2].Promise = &routing.Window{Start: 0, End: 35}
	plan := &routing.Plan{Rounds: []routing.Round{{Visits: []int{0}}, {Visits: []int{1}}}, Unassigned: []int{2}}
	reasons, err := solve.Reasons(p, plan, 2)
	require.NoError(t, err)
	// Visit 1 begins at 40, when visit 0 ends. With visit 2 first, met at 30, visit 0
	// lasts from 80 to 110, and visit 1 may well begin then.
	require.Equal(t, []solve.Reason{{Shift: 0, Kind: solve.Searched, Blocker: 2}, {Shift: 1, Kind: solve.Searched, Blocker: 2}}, reasons)
}

func TestReasonsDoNotPassOverTheVisitsOwnLateness(t *testing.T) {
	t.Parallel()
	p := street(1, 2)
	p.Visits[0].Promise = &routing.Window{Start: 0, End: 15}
	p.Visits[1].Promise = &routing.Window{Start: 0, End: 15}
	leg := func(from, to int, s routing.Seconds) { p.Tables[0].Seconds[from*p.Tables[0].Cols+to] = s }
	leg(0, 1, 20)
	leg(0, 2, 15)
	leg(2, 1, 1)
	p.Visits[1].Service = 0
	plan := &routing.Plan{Rounds: []routing.Round{{Visits: []int{0}}}, Unassigned: []int{1}}
	reasons, err := solve.Reasons(p, plan, 1)
	require.NoError(t, err)
	// By way of visit 1, met at 15, one second late, visit 0 is met at 16 instead of 20:
	// two late instead of six. All the same nobody may tell visit 1 it fits.
	require.Equal(t, []solve.Reason{{Shift: 0, Kind: solve.Alone, Clause: solve.ClausePromise, Blocker: 1}}, reasons)
}

func TestPromisedVisitIsLateRatherThanDropped(t *testing.T) {
	t.Parallel()
	p := street(1, 2)
	for i := range p.Visits {
		p.Visits[i].Promise = &routing.Window{Start: 0, End: 25}
	}
	res, err := solve.Solve(context.Background(), p, nil, solve.Options{Iterations: 50})
	require.NoError(t, err)
	require.Empty(t, res.Plan.Unassigned)
	// 0 first: visit 1 is met at 50, 26 after its last second 24. 1 first: met
	// at 20, then visit 0 at 60.
	require.Equal(t, []int{0, 1}, res.Plan.Rounds[0].Visits)
	require.Equal(t, routing.Seconds(26), res.Score.Late[2])
}

func TestProblemsThatCannotBe(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	none := street(0, 2)
	res, err := solve.Solve(ctx, none, nil, solve.Options{Iterations: 10})
	require.NoError(t, err)
	require.Equal(t, []int{0, 1}, res.Plan.Unassigned)

	empty := street(2, 0)
	res, err = solve.Solve(ctx, empty, nil, solve.Options{Iterations: 10})
	require.NoError(t, err)
	require.Empty(t, res.Plan.Unassigned)

	early := street(1, 1)
	early.Shifts[0].Work.Start = 200
	early.Visits[0].Windows = []routing.Window{{Start: 0, End: 100}}
	res, err = solve.Solve(ctx, early, nil, solve.Options{Iterations: 10})
	require.NoError(t, err)
	reasons, err := solve.Reasons(early, res.Plan, 0)
	require.NoError(t, err)
	require.Equal(t, []solve.Reason{{Kind: solve.Alone, Clause: routing.ClauseWindow}}, reasons)

	holes := street(1, 2)
	holes.Tables[0] = routing.NewTable(3, 3)
	res, err = solve.Solve(ctx, holes, nil, solve.Options{Iterations: 10})
	require.NoError(t, err)
	require.Equal(t, []int{0, 1}, res.Plan.Unassigned)

	_, err = solve.Solve(ctx, &routing.Problem{Visits: make([]routing.Visit, 1)}, nil, solve.Options{})
	require.ErrorContains(t, err, "problem_invalid")
	_, err = solve.Solve(ctx, street(2, 1), &routing.Plan{}, solve.Options{})
	require.ErrorContains(t, err, "plan_malformed")

	res, err = solve.Solve(ctx, street(1, 2), nil, solve.Options{Time: time.Nanosecond})
	require.NoError(t, err)
	require.Zero(t, res.Iterations)
	require.Empty(t, res.Plan.Unassigned, "a first plan comes even when there is no time to search")
}

// day is a day like the demo's: visits and homes in a square of about 40
// minutes, promises, skills, breaks.
func day(visits, shifts int, seed uint64) *routing.Problem {
	rng := rand.New(rand.NewPCG(seed, 0))
	n := visits + shifts
	x, y := make([]int, n), make([]int, n)
	for i := range n {
		x[i], y[i] = rng.IntN(1200), rng.IntN(1200)
	}
	p := &routing.Problem{Tables: []*routing.Table{routing.NewTable(n, n)}, Prices: routing.DefaultPrices()}
	for i := range n {
		for j := range n {
			d := max(x[i]-x[j], x[j]-x[i]) + max(y[i]-y[j], y[j]-y[i])
			p.Tables[0].Set(i, j, routing.Leg{Seconds: routing.Seconds(d), Metres: routing.Metres(10 * d)})
		}
	}
	hour := routing.Seconds(3600)
	for i := range shifts {
		start := 7*hour + routing.Seconds(rng.IntN(3))*1800
		p.Shifts = append(p.Shifts, routing.Shift{
			Start: visits + i, End: visits + i, Work: routing.Window{Start: start, End: start + 8*hour}, Overtime: hour,
			Skills: []uint8{1, uint8(rng.IntN(3)), uint8(rng.IntN(2))},
			Breaks: []routing.Break{{Window: routing.Window{Start: 11 * hour, End: 13 * hour}, Duration: 1800}},
		})
	}
	for i := range visits {
		v := routing.Visit{Place: i, Site: i, Service: routing.Seconds(10+rng.IntN(5)*10) * 60, Access: 120, Priority: uint8(1 + rng.IntN(4))}
		switch rng.IntN(4) {
		case 0:
			at := hour * routing.Seconds(8+rng.IntN(7))
			v.Promise = &routing.Window{Start: at, End: at + 2*hour}
		case 1:
			at := hour * routing.Seconds(8+rng.IntN(4))
			v.Windows = []routing.Window{{Start: at, End: at + 4*hour}}
		}
		if rng.IntN(3) == 0 {
			v.Skills = []routing.SkillNeed{{Skill: rng.IntN(3), Level: 1}}
		}
		p.Visits = append(p.Visits, v)
	}
	return p
}

func BenchmarkDemoDay(b *testing.B) {
	p := day(130, 12, 1)
	for b.Loop() {
		res, err := solve.Solve(context.Background(), p, nil, solve.Options{Seed: 1, Iterations: 2000})
		require.NoError(b, err)
		b.ReportMetric(float64(res.Score.Cost), "cost")
		b.ReportMetric(float64(len(res.Plan.Unassigned)), "unassigned")
	}
}

func BenchmarkQuote(b *testing.B) {
	p := day(1600, 200, 1)
	res, err := solve.Solve(context.Background(), p, nil, solve.Options{Seed: 1, Iterations: 1})
	require.NoError(b, err)
	plan := res.Plan
	v := plan.Rounds[0].Visits[0]
	plan.Rounds[0].Visits = plan.Rounds[0].Visits[1:]
	s, err := solve.Stand(p, plan)
	require.NoError(b, err)
	var buf []solve.Insertion
	b.ReportAllocs()
	for b.Loop() {
		buf = s.Insert(v, 10, buf[:0])
	}
	b.ReportMetric(float64(len(buf)), "found")
}
