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

func TestTwoAreSentAtOnce(t *testing.T) {
	t.Parallel()
	p := street(3, 3)
	p.Visits[1].Meet, p.Visits[2].Meet = 1, 1
	p.Visits[2].Windows = []routing.Window{{Start: 100, End: 120}}
	res := solved(t, p)
	require.Empty(t, res.Plan.Unassigned)
	var at [3]routing.Seconds
	for _, tt := range res.Timetables {
		for _, st := range tt.Stops {
			at[st.Visit] = st.Start
		}
	}
	require.Equal(t, at[1], at[2])
	require.Equal(t, routing.Seconds(100), at[2])

	one := street(1, 2)
	one.Visits[0].Meet, one.Visits[1].Meet = 1, 1
	res = solved(t, one)
	require.Equal(t, []int{0, 1}, res.Plan.Unassigned, "one technician meets nobody")
	reasons, err := solve.Reasons(one, res.Plan, 1)
	require.NoError(t, err)
	require.Equal(t, []solve.Reason{{Kind: solve.Crowded, Clause: routing.ClauseMeet, Blocker: 1}}, reasons)
}

func TestNobodyComesBeforeTheirTurn(t *testing.T) {
	t.Parallel()
	p := street(2, 3)
	p.Visits[0].After = []int{2}
	p.Visits[2].Skills = []routing.SkillNeed{{Skill: 0, Level: 1}}
	p.Shifts[1].Skills = []uint8{1}
	res := solved(t, p)
	require.Empty(t, res.Plan.Unassigned)

	p.Shifts[1].Skills = nil // nobody can do what comes first
	res = solved(t, p)
	require.Equal(t, []int{0, 2}, res.Plan.Unassigned)
	reasons, err := solve.Reasons(p, res.Plan, 0)
	require.NoError(t, err)
	require.Equal(t, solve.Reason{Kind: solve.Crowded, Clause: routing.ClauseAfter, Blocker: 2}, reasons[0])

	loop := street(2, 2)
	loop.Visits[0].After, loop.Visits[1].After = []int{1}, []int{0}
	require.Equal(t, []int{0, 1}, solved(t, loop).Plan.Unassigned, "who waits for each other waits for ever")
}

// A day with a dozen pairs and a dozen in order: all of them find a place, every
// bound ends the search, and progress never goes back.
func TestADayInCompany(t *testing.T) {
	t.Parallel()
	p := day(72, 14, 2)
	for i := range 12 {
		for _, v := range []int{6 * i, 6*i + 1} {
			p.Visits[v].Meet, p.Visits[v].Promise, p.Visits[v].Skills = i+1, nil, nil
		}
		p.Visits[6*i+1].Windows = p.Visits[6*i].Windows
		p.Visits[6*i+2].After = []int{6*i + 3}
		p.Visits[6*i+2].Promise, p.Visits[6*i+2].Windows = nil, nil
	}
	spent := time.Duration(0)
	var done float64
	for want, opt := range map[solve.Stop]solve.Options{
		solve.StopIterations: {Iterations: 2000, Seed: 1, Progress: func(g solve.Progress) {
			require.GreaterOrEqual(t, g.Done, done)
			done = g.Done
		}},
		solve.StopTime:     {Time: 100 * time.Millisecond, Elapsed: func() time.Duration { spent += time.Millisecond; return spent }},
		solve.StopPatience: {Patience: 300},
	} {
		res, err := solve.Solve(context.Background(), p, nil, opt)
		require.NoError(t, err)
		require.Equal(t, want, res.Stopped)
		require.Empty(t, routing.Check(p, res.Plan, res.Timetables))
		if want == solve.StopIterations {
			require.Empty(t, res.Plan.Unassigned)
			opt.Progress = nil
			again, err := solve.Solve(context.Background(), p, nil, opt)
			require.NoError(t, err)
			require.Equal(t, res.Plan, again.Plan)
		}
	}
}

// A plan to start from needn't say whom it leaves out.
func TestAStartThatListsNobodyLosesNobody(t *testing.T) {
	t.Parallel()
	p := street(2, 2)
	p.Visits[1].After = []int{0}
	start := &routing.Plan{Rounds: make([]routing.Round, 2)}
	res, err := solve.Solve(context.Background(), p, start, solve.Options{Seed: 1, Iterations: 200})
	require.NoError(t, err)
	require.Empty(t, routing.Check(p, res.Plan, res.Timetables))
	require.Empty(t, res.Plan.Unassigned)

	p.Visits[0].Optional, p.Visits[0].Prize = true, 100
	listed := &routing.Plan{Rounds: make([]routing.Round, 2), Unassigned: []int{0, 1}}
	want, err := solve.Insert(p, listed, 0, 3)
	require.NoError(t, err)
	require.NotEmpty(t, want)
	found, err := solve.Insert(p, start, 0, 3)
	require.NoError(t, err)
	require.Equal(t, want, found)
}

// When there is no time to search, there is a first plan all the same, with those in
// company.
func TestAFirstPlanInCompanyTakesNoTurns(t *testing.T) {
	t.Parallel()
	p := street(3, 4)
	p.Visits[1].Meet, p.Visits[2].Meet = 1, 1
	p.Visits[0].After = []int{3}
	for _, threads := range []int{1, 2} {
		res, err := solve.Solve(context.Background(), p, nil, solve.Options{Time: time.Nanosecond, Threads: threads})
		require.NoError(t, err)
		require.Equal(t, solve.StopTime, res.Stopped)
		require.Zero(t, res.Iterations)
		require.Empty(t, routing.Check(p, res.Plan, res.Timetables))
		require.Empty(t, res.Plan.Unassigned)
	}
}

// Two promises on a street, the first visit sometimes twice as long. In order of the
// way the second is in time as planned, and in half of the scenarios.
func risky() *routing.Problem {
	p := street(2, 2)
	p.Visits[1].Promise = &routing.Window{Start: 0, End: 55} // planned at 50 behind the other, at 20 alone
	usual := []uint16{1000, 1000}
	p.Scenarios = []routing.Scenario{{Service: usual, Travel: usual}, {Service: []uint16{2000, 1000}, Travel: usual}}
	return p
}

func TestChancesAreBounded(t *testing.T) {
	t.Parallel()
	p := risky()
	behind := &routing.Plan{Rounds: []routing.Round{{Visits: []int{0, 1}}, {}}}
	tts, _, err := routing.Evaluate(p, behind)
	require.NoError(t, err)
	p.Floor = 500
	_, _, err = routing.Evaluate(p, behind)
	require.NoError(t, err)
	p.Floor = 501
	_, _, err = routing.Evaluate(p, behind)
	require.ErrorContains(t, err, string(routing.ClauseChance))
	require.Equal(t, routing.BrokenChance, routing.Check(p, behind, tts)[0].Rule)
	res := solved(t, p)
	require.Empty(t, res.Plan.Unassigned)
	require.Equal(t, []float64{1, 1}, routing.Chances(p, res.Timetables))
}

func TestChancesArePriced(t *testing.T) {
	t.Parallel()
	p := risky()
	require.Equal(t, routing.Cost(40), solved(t, p).Score.Cost) // out to 20 and back, whatever the order
	p.Prices.Missed = 100
	_, score, err := routing.Evaluate(p, &routing.Plan{Rounds: []routing.Round{{Visits: []int{0, 1}}, {}}})
	require.NoError(t, err)
	require.Equal(t, routing.Cost(90), score.Cost) // missed in one of two
	require.Equal(t, routing.Cost(40), solved(t, p).Score.Cost, "the promised one first")
}

// Scenarios, company and hours together: plans pass the judge and are no worse than
// the one begun with.
func TestRiskyPlansPassTheJudge(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := routingtest.Problem(t, routingtest.Size{Visits: 8, Shifts: 3, Live: rapid.Bool().Draw(t, "live"), Company: rapid.Bool().Draw(t, "company"), Hours: rapid.Bool().Draw(t, "hours")})
		factor := rapid.Uint16Range(700, 1800)
		for range rapid.IntRange(1, 5).Draw(t, "scenarios") {
			n := len(p.Visits)
			p.Scenarios = append(p.Scenarios, routing.Scenario{Service: rapid.SliceOfN(factor, n, n).Draw(t, "service"), Travel: rapid.SliceOfN(factor, n, n).Draw(t, "travel")})
		}
		p.Floor = uint16(rapid.SampledFrom([]int{0, 500, 900}).Draw(t, "floor"))
		p.Prices.Missed = routing.Cost(rapid.IntRange(0, 300).Draw(t, "missed"))
		first, err := solve.Solve(context.Background(), p, nil, solve.Options{Seed: 1, Iterations: 60})
		require.NoError(t, err)
		require.Empty(t, routing.Check(p, first.Plan, first.Timetables))
		second, err := solve.Solve(context.Background(), p, first.Plan, solve.Options{Seed: 2, Iterations: 60})
		require.NoError(t, err)
		require.False(t, first.Score.Less(second.Score))
		// The judge finds exactly those chances that evaluation refuses.
		plan, floor := routingtest.Plan(t, p), p.Floor
		p.Floor = 0
		tts, _, err := routing.Evaluate(p, plan)
		if err != nil {
			return
		}
		p.Floor = floor
		_, _, err = routing.Evaluate(p, plan)
		require.Equal(t, err != nil, len(routing.Check(p, plan, tts)) > 0)
	})
}
