package solve_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"roundsman/routing"
	"roundsman/routing/routingtest"
	"roundsman/routing/solve"
)

// best tries every plan: every visit in every round at every place, or nowhere.
// Without late, plans that keep somebody waiting past a promise don't count.
func best(p *routing.Problem, late bool) (least routing.Score, plan *routing.Plan) {
	var walk func(v int, at *routing.Plan)
	walk = func(v int, at *routing.Plan) {
		if v == len(p.Visits) {
			_, score, err := routing.Evaluate(p, at)
			if err == nil && (late || score.Late == [10]routing.Seconds{}) && (plan == nil || score.Less(least)) {
				least, plan = score, at.Clone()
			}
			return
		}
		for i := range at.Rounds {
			list := at.Rounds[i].Visits
			for k := 0; k <= len(list); k++ {
				at.Rounds[i].Visits = append(append(append([]int{}, list[:k]...), v), list[k:]...)
				walk(v+1, at)
			}
			at.Rounds[i].Visits = list
		}
		at.Unassigned = append(at.Unassigned, v)
		walk(v+1, at)
		at.Unassigned = at.Unassigned[:len(at.Unassigned)-1]
	}
	walk(0, &routing.Plan{Rounds: make([]routing.Round, len(p.Shifts))})
	return least, plan
}

// On tiny problems the search finds what trying everything finds. Where all
// promises can be kept, that is the best plan that keeps them; where not, the
// best plan with lateness.
func TestTinyProblemsAreSolvedToTheEnd(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := routingtest.Problem(t, routingtest.Size{Visits: 4, Shifts: 2})
		res, err := solve.Solve(context.Background(), p, nil, solve.Options{Seed: 1, Iterations: 400})
		require.NoError(t, err)
		least, plan := best(p, false)
		for _, v := range plan.Unassigned {
			if p.Visits[v].Promise != nil {
				require.False(t, least.Less(res.Score), "found %v, even without lateness best is %v", res.Plan, plan)
				return
			}
		}
		require.Equal(t, least, res.Score, "found %v, best is %v", res.Plan, plan)
	})
}
