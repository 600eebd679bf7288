package routing_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"roundsman/internal/fault"
	"roundsman/routing"
)

func TestValidateNamesTheField(t *testing.T) {
	t.Parallel()
	for pointer, change := range map[string]func(p *routing.Problem){
		"/tables/0":           func(p *routing.Problem) { p.Tables[0].Cols++ },
		"/tables/0/seconds/1": func(p *routing.Problem) { p.Tables[0].Seconds[1] = -1 },
		"/tables/0/hours/1": func(p *routing.Problem) {
			h := routing.Hour{From: 5, Seconds: p.Tables[0].Seconds}
			p.Tables[0].Hours = []routing.Hour{h, h}
		},
		"/tables/0/hours/0/later": func(p *routing.Problem) {
			p.Tables[0].Hours = []routing.Hour{{Seconds: p.Tables[0].Seconds, Later: p.Tables[0].Seconds}}
		},
		"/tables/0/hours/0/later/1": func(p *routing.Problem) { // who leaves at 5 would overtake who left at 0
			x := p.Tables[0].Seconds
			p.Tables[0].Hours = []routing.Hour{{Seconds: slow(p.Tables[0], 2), Later: x}, {From: 5, Seconds: x}}
		},
		"/visits/1/region":   func(p *routing.Problem) { p.Visits[1].Region = -1 },
		"/visits/1/release":  func(p *routing.Problem) { p.Visits[1].Release = -1 },
		"/visits/1/walk":     func(p *routing.Problem) { p.Visits[1].Walk = -1 },
		"/visits/1/after/0":  func(p *routing.Problem) { p.Visits[1].After = []int{1} },
		"/visits/1/meet":     func(p *routing.Problem) { p.Visits[1].Meet = -1 },
		"/shifts/0/work":     func(p *routing.Problem) { p.Shifts[0].Work.End = 0 },
		"/shifts/0/start":    func(p *routing.Problem) { p.Shifts[0].Start = 9 },
		"/shifts/0/table":    func(p *routing.Problem) { p.Shifts[0].Table = 1 },
		"/shifts/0/overtime": func(p *routing.Problem) { p.Shifts[0].Overtime = -1 },
		"/shifts/0/end": func(p *routing.Problem) {
			p.Shifts[0].From, p.Shifts[0].HasLeft = 1, true
			p.Tables[0].Set(1, 0, routing.Leg{Seconds: routing.Unreachable})
		},
		"/shifts/0/breaks":   func(p *routing.Problem) { p.Shifts[0].Breaks = make([]routing.Break, 9) },
		"/shifts/0/frozen/0": func(p *routing.Problem) { p.Shifts[0].Frozen = []routing.FrozenStop{{Start: 5}} },
		"/shifts/0/frozen/0/ends": func(p *routing.Problem) {
			p.Scenarios = []routing.Scenario{usual(p)}
			p.Shifts[0].Frozen = []routing.FrozenStop{{Ends: []routing.Seconds{5, 5}}}
		},
		"/shifts/0/frozen/0/ends/1": func(p *routing.Problem) {
			p.Shifts[0].Frozen = []routing.FrozenStop{{Start: 9, End: 9, Ends: []routing.Seconds{9, 8}}}
		},
		"/visits/1/place":    func(p *routing.Problem) { p.Visits[1].Place = -1 },
		"/visits/1/service":  func(p *routing.Problem) { p.Visits[1].Service = -30 },
		"/visits/1/priority": func(p *routing.Problem) { p.Visits[1].Priority = 0 },
		"/visits/1/promise":  func(p *routing.Problem) { p.Visits[1].Promise = &routing.Window{Start: 5, End: 5} },
		"/visits/1/windows/1": func(p *routing.Problem) {
			p.Visits[1].Windows = []routing.Window{{Start: 5, End: 9}, {Start: 9, End: 12}}
		},
		"/visits/1/allowed/0":      func(p *routing.Problem) { p.Visits[1].Allowed = []int{1} },
		"/scenarios/0/service":     func(p *routing.Problem) { p.Scenarios = make([]routing.Scenario, 1) },
		"/prices/travel_second":    func(p *routing.Problem) { p.Prices.TravelSecond = -1 },
		"/visits/1/told/shift":     func(p *routing.Problem) { p.Visits[1].Told = &routing.Told{Shift: 7} },
		"/visits/1/kit/0":          func(p *routing.Problem) { p.Visits[1].Kit = []routing.KitNeed{{Item: -1}} },
		"/shifts/0/frozen/0/visit": func(p *routing.Problem) { p.Shifts[0].Frozen = []routing.FrozenStop{{Visit: 2}} },
	} {
		t.Run(pointer, func(t *testing.T) {
			t.Parallel()
			p := street(2)
			require.NoError(t, routing.Validate(p))
			change(p)
			var f *fault.Error
			require.True(t, errors.As(routing.Validate(p), &f))
			require.Equal(t, "problem_invalid", f.Code)
			require.Equal(t, pointer, f.Fields[0].Pointer)
		})
	}
}

func TestNothingToDoIsAValidProblem(t *testing.T) {
	t.Parallel()
	p := &routing.Problem{}
	require.NoError(t, routing.Validate(p))
	_, score, err := routing.Evaluate(p, &routing.Plan{})
	require.NoError(t, err)
	require.Equal(t, routing.Score{}, score)
	require.Empty(t, routing.Check(p, &routing.Plan{}, nil))
}
