package solve_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"roundsman/routing"
	"roundsman/routing/solve"
)

// A question about a standing plan allocates nothing once its buffers have grown.
func TestInsertAllocatesNothing(t *testing.T) {
	p := day(120, 12, 1)
	res, err := solve.Solve(context.Background(), p, nil, solve.Options{Seed: 1, Iterations: 1})
	require.NoError(t, err)
	plan := res.Plan
	v := plan.Rounds[0].Visits[1]
	plan.Rounds[0].Visits = append(plan.Rounds[0].Visits[:1:1], plan.Rounds[0].Visits[2:]...)
	s, err := solve.Stand(p, plan)
	require.NoError(t, err)
	buf := s.Insert(v, 10, nil)
	require.Len(t, buf, 10)
	require.Zero(t, testing.AllocsPerRun(20, func() { buf = s.Insert(v, 10, buf[:0]) }))
}

// On a day under way whose people were all told when, no more of them are moved than may
// be, and as many new ones are served as without that bound.
func TestLiveDayKeepsItsBudget(t *testing.T) {
	t.Parallel()
	p, start, first := underWay(t)
	for _, tt := range first.Timetables {
		for _, st := range tt.Stops {
			p.Visits[st.Visit].Told = &routing.Told{Shift: tt.Shift, Start: st.Start}
		}
	}
	p.Prices.Churn = 0
	free, err := solve.Solve(context.Background(), p, start, solve.Options{Seed: 1, Iterations: 3000})
	require.NoError(t, err)
	none, most := 0, 6
	p.MostMoved = &none
	_, score, err := routing.Evaluate(p, free.Plan)
	require.NoError(t, err)
	require.Greater(t, score.Excess, 3*most, "moved without a bound")
	p.MostMoved = &most
	for _, threads := range []int{1, 2} {
		res, err := solve.Solve(context.Background(), p, start, solve.Options{Seed: 1, Iterations: 3000, Threads: threads})
		require.NoError(t, err)
		require.Empty(t, routing.Check(p, res.Plan, res.Timetables))
		require.Equal(t, routing.Reckon(p, res.Plan, res.Timetables), res.Score)
		require.Zero(t, res.Score.Excess)
		require.Equal(t, free.Score.Unserved, res.Score.Unserved)
	}
}

// A day under way: at ten, sixty more visits come in. All that was promised is
// still kept, nobody's frozen stops move, and most of the new ones find a place.
func TestLiveDayTakesNewVisits(t *testing.T) {
	t.Parallel()
	p, start, _ := underWay(t)
	before, score, err := routing.Evaluate(p, start)
	require.NoError(t, err)
	res, err := solve.Solve(context.Background(), p, start, solve.Options{Seed: 1, Iterations: 500})
	require.NoError(t, err)
	require.Empty(t, routing.Check(p, res.Plan, res.Timetables))
	require.False(t, score.Less(res.Score))
	require.Less(t, len(res.Plan.Unassigned), 30)
	for i := range res.Timetables {
		require.LessOrEqual(t, res.Timetables[i].Late, before[i].Late)
	}
	for i := range p.Shifts {
		for k, f := range p.Shifts[i].Frozen {
			require.Equal(t, f.Visit, res.Plan.Rounds[i].Visits[k])
		}
	}
}

// underWay is a day at ten with sixty visits that just came in, the plan that stands, and
// what was planned for it.
func underWay(t *testing.T) (p *routing.Problem, start *routing.Plan, first solve.Result) {
	t.Helper()
	p = day(240, 30, 5)
	late := p.Visits[180:]
	for i := range late {
		late[i].Promise = nil // promised only when a place is found
	}
	p.Visits = p.Visits[:180]
	var err error
	first, err = solve.Solve(context.Background(), p, nil, solve.Options{Seed: 1, Iterations: 1500})
	require.NoError(t, err)
	require.Zero(t, first.Timetables[0].Late)

	const ten = routing.Seconds(10 * 3600)
	p.Visits = append(p.Visits, late...)
	start = first.Plan.Clone()
	for i := range p.Shifts {
		s := &p.Shifts[i]
		s.Now = ten
		for _, st := range first.Timetables[i].Stops {
			if st.Start < ten {
				s.Frozen = append(s.Frozen, routing.FrozenStop{Visit: st.Visit, Start: st.Start, End: st.End})
				s.From, s.HasLeft = p.Visits[st.Visit].Place, true
			}
		}
	}
	for v := 180; v < 240; v++ {
		start.Unassigned = append(start.Unassigned, v)
	}
	return p, start, first
}
