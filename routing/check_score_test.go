package routing_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"roundsman/routing"
	"roundsman/routing/routingtest"
)

// What a plan scores, the judge reckons to the last unit from its times alone.
func TestTheJudgeReckonsTheSameScore(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := routingtest.Problem(t, routingtest.Size{
			Visits: 9, Shifts: 3, Live: rapid.Bool().Draw(t, "live"), Hours: rapid.Bool().Draw(t, "hours"), Company: rapid.IntRange(0, 3).Draw(t, "company") == 0,
		})
		factor := rapid.Uint16Range(500, 2000)
		n := len(p.Visits)
		for range rapid.IntRange(0, 3).Draw(t, "scenarios") {
			p.Scenarios = append(p.Scenarios, routing.Scenario{Service: rapid.SliceOfN(factor, n, n).Draw(t, "service"), Travel: rapid.SliceOfN(factor, n, n).Draw(t, "travel")})
		}
		p.Prices.Missed = routing.Cost(rapid.SampledFrom([]int{0, 100}).Draw(t, "missed price"))
		plan, tts, score := routingtest.SoundPlan(t, p)
		if plan == nil {
			return
		}
		require.Empty(t, routing.Check(p, plan, tts))
		require.Equal(t, score, routing.Reckon(p, plan, tts))
	})
}

// An account that says yes to everything would be worthless.
func TestTheAccountFollowsTheTimes(t *testing.T) {
	t.Parallel()
	p := street(3)
	p.Prices = routing.Prices{
		TravelSecond: 1, WaitSecond: 100, OvertimeSecond: 10_000, DutySecond: 1e6, LateSecond: 1e9,
		NotPreferred: 3e11, Churn: 5e11, ChurnFree: 5, Round: 7e11,
	}
	p.Shifts[0].Work.End, p.Shifts[0].Overtime = 90, 60
	p.Visits[0].Preferred, p.Visits[0].Told = []int{}, &routing.Told{Start: 4}
	p.Visits[1].Promise = promise(0, 49)
	p.Visits[2].Optional, p.Visits[2].Prize = true, 1e12
	plan := &routing.Plan{Rounds: []routing.Round{{Visits: []int{0, 1}}}, Unassigned: []int{2}}
	tts, score, err := routing.Evaluate(p, plan)
	require.NoError(t, err)
	// 40 on the way of 100, 10 after hours, 2 late at 50.
	want := routing.Score{Cost: 40 + 10*10_000 + 100*1e6 + 2*1e9 + 3e11 + 5e11 + 7e11 + 1e12}
	want.Late[2] = 2
	require.Equal(t, want, score)
	require.Equal(t, want, routing.Reckon(p, plan, tts))
	tts[0].Return += 3 // waited for nothing, after hours
	require.Equal(t, want.Cost+3*(100+10_000+1e6), routing.Reckon(p, plan, tts).Cost)
	tts[0].Travel, tts[0].Waiting, tts[0].Overtime, tts[0].Duty, tts[0].Late = 0, 0, 0, 0, 0 // no sum is believed
	require.Equal(t, want.Cost+3*(100+10_000+1e6), routing.Reckon(p, plan, tts).Cost)
}
