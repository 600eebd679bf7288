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
// Plans in which somebody waits past a promise don't count.
func best(p *routing.Problem) (least routing.Score, plan *routing.Plan) {
	var walk func(v int, at *routing.Plan)
	walk = func(v int, at *routing.Plan) {
		if v == len(p.Visits) {
			_, score, err := routing.Evaluate(p, at)
			if err == nil && score.Late == [10]routing.Seconds{} && (plan == nil || score.Less(least)) {
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

// On tiny problems the search finds what trying everything finds. Where it made
// somebody late rather than leave them out, the two can't be compared: Score has
// no word for a promise that is dropped.
func TestTinyProblemsAreSolvedToTheEnd(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) { solvedToTheEnd(t, routingtest.Size{Visits: 4, Shifts: 2}) })
}

// The same of visits in order and visits that begin at once.
func TestTinyCompanyIsSolvedToTheEnd(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) { solvedToTheEnd(t, routingtest.Size{Visits: 4, Shifts: 2, Company: true}) })
}

func solvedToTheEnd(t *rapid.T, size routingtest.Size) {
	p := routingtest.Problem(t, size)
	res, err := solve.Solve(context.Background(), p, nil, solve.Options{Seed: 1, Iterations: 500})
	require.NoError(t, err)
	searches := uint64(4) // a search is no proof; four are near enough to one
	if size.Company {
		searches = 10 // ever new instants are agreed upon, of which few are the best
	}
	for seed := uint64(2); seed <= searches; seed++ {
		res, err = solve.Solve(context.Background(), p, res.Plan, solve.Options{Seed: seed, Iterations: 500})
		require.NoError(t, err)
	}
	least, plan := best(p)
	dropped := false
	for _, v := range plan.Unassigned {
		dropped = dropped || p.Visits[v].Promise != nil
	}
	if dropped || res.Score.Late != [10]routing.Seconds{} {
		require.True(t, dropped || promisesConflict(plan), "late without need: found %v, best is %v", res.Plan, plan)
		return
	}
	require.Equal(t, least, res.Score, "found %v, best is %v", res.Plan, plan)
}

// promisesConflict says whether serving all that the best plan without lateness
// leaves out makes somebody late: it leaves somebody out.
func promisesConflict(plan *routing.Plan) bool { return len(plan.Unassigned) > 0 }
