package solve_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"roundsman/routing"
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
