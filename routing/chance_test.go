package routing_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"roundsman/routing"
	"roundsman/routing/routingtest"
)

func TestChances(t *testing.T) {
	t.Parallel()
	p := street(3)
	p.Visits[1].Promise = promise(0, 55) // planned at 50
	p.Visits[2].Promise = promise(0, 400)
	plain := []uint16{1000, 1000, 1000}
	p.Scenarios = []routing.Scenario{
		{Service: plain, Travel: plain},
		{Service: []uint16{1100, 1000, 1000}, Travel: plain}, // 33 minutes: 53
		{Service: []uint16{1200, 1000, 1000}, Travel: plain}, // 36 minutes: 56, late
		{Service: plain, Travel: []uint16{2000, 2000, 1000}}, // 20 + 30 + 20: 70, late
	}
	tt := evaluate(t, p, 0, 1)
	require.Equal(t, []float64{1, 0.5, 0}, routing.Chances(p, []routing.Timetable{tt}))
	p.Scenarios = nil
	require.Equal(t, []float64{1, 1, 0}, routing.Chances(p, []routing.Timetable{tt}))
}

// usual is a scenario in which everything goes as planned.
func usual(p *routing.Problem) routing.Scenario {
	as := make([]uint16, len(p.Visits))
	for i := range as {
		as[i] = 1000
	}
	return routing.Scenario{Service: as, Travel: as}
}

// Who comes back from the depot to the same house parks there anew, in a scenario as
// in the plan.
func TestAccessIsPaidAgainAfterTheDepot(t *testing.T) {
	t.Parallel()
	p := street(3)
	p.Shifts[0].Restock = &routing.Restock{Place: 2}
	for i := range p.Visits[:2] {
		p.Visits[i].Site, p.Visits[i].Place, p.Visits[i].Access = 7, 1, 100
	}
	// There at 10, parked at 110, done at 140; to the depot and back at 160, parked
	// at 260, done at 290; 20 on.
	p.Visits[1].Tools = []int{3}
	p.Visits[0].Promise = promise(0, 11) // so that the depot comes after it
	p.Visits[2].Promise = promise(0, 311)
	p.Scenarios, p.Floor = []routing.Scenario{usual(p)}, 1000
	tt := evaluate(t, p, 0, 1, 2)
	require.Equal(t, 1, tt.Calls[0].Before)
	require.Equal(t, routing.Seconds(310), tt.Stops[2].Arrive)
	arrive := make([]routing.Seconds, 3)
	routing.Simulate(p, &tt, 0, arrive)
	require.Equal(t, []routing.Seconds{10, 160, 310}, arrive)
	// The judge plays it so, too: a second later is too late.
	plan := &routing.Plan{Rounds: []routing.Round{{Visits: []int{0, 1, 2}}}}
	late := usual(p)
	late.Travel = []uint16{1000, 1000, 1050}
	p.Scenarios = []routing.Scenario{late}
	require.Equal(t, []routing.Broken{routing.BrokenChance}, rules(routing.Check(p, plan, []routing.Timetable{tt})))
}

// Where everything goes as planned, everybody shows up as planned.
func TestTheUsualScenarioIsThePlan(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := routingtest.Problem(t, routingtest.Size{Visits: 7, Shifts: 2, Live: rapid.Bool().Draw(t, "live"), Hours: rapid.Bool().Draw(t, "hours")})
		plan, tts, _ := routingtest.SoundPlan(t, p)
		p.Scenarios = []routing.Scenario{usual(p)}
		for i := range tts {
			arrive, planned := make([]routing.Seconds, len(tts[i].Stops)), []routing.Seconds{}
			routing.Simulate(p, &tts[i], 0, arrive)
			for _, st := range tts[i].Stops {
				planned = append(planned, st.Arrive)
			}
			require.Equal(t, planned, arrive)
		}
		p.Floor = 1000 // and so whoever is planned in time is, by both accounts
		_, _, err := routing.Evaluate(p, plan)
		require.NoError(t, err)
		require.Empty(t, routing.Check(p, plan, tts))
	})
}
