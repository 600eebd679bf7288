package routing_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"roundsman/routing"
	"roundsman/routing/routingtest"
)

// line is a street: place i lies at minute 10*i, so a leg takes 10 minutes a
// place, and each minute is a kilometre.
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

// street is one technician who works from minute 0 to 480 at the end of the
// street, and visits of 30 minutes at places 1, 2, 3, ....
func street(visits int) *routing.Problem {
	p := &routing.Problem{
		Tables: []*routing.Table{line(visits + 1)},
		Shifts: []routing.Shift{{Work: routing.Window{Start: 0, End: 480}}},
		Prices: routing.DefaultPrices(),
	}
	for i := range visits {
		p.Visits = append(p.Visits, routing.Visit{Place: i + 1, Site: i, Service: 30, Priority: 2})
	}
	return p
}

func promise(start, end routing.Seconds) *routing.Window {
	return &routing.Window{Start: start, End: end}
}

func evaluate(t *testing.T, p *routing.Problem, visits ...int) routing.Timetable {
	t.Helper()
	require.NoError(t, routing.Validate(p))
	var tt routing.Timetable
	require.Equal(t, routing.Refusal{}, routing.EvaluateRound(p, 0, visits, &tt))
	plan := &routing.Plan{Rounds: []routing.Round{{Visits: visits}}}
	for i := range p.Visits {
		if !contains(visits, i) {
			plan.Unassigned = append(plan.Unassigned, i)
		}
	}
	require.Empty(t, routing.Check(p, plan, []routing.Timetable{tt}))
	require.Empty(t, routing.Check(p, plan, nil))
	return tt
}

func contains(list []int, x int) bool {
	for _, y := range list {
		if x == y {
			return true
		}
	}
	return false
}

func TestRoundOutAndBack(t *testing.T) {
	t.Parallel()
	tt := evaluate(t, street(2), 0, 1)
	require.Equal(t, routing.Seconds(10), tt.Stops[0].Arrive)
	require.Equal(t, routing.Seconds(50), tt.Stops[1].Arrive) // 10 + 30 + 10
	require.Equal(t, routing.Seconds(100), tt.Return)         // 50 + 30 + 20
	require.Equal(t, routing.Seconds(40), tt.Travel)
	require.Equal(t, routing.Metres(40_000), tt.Metres)
	require.Zero(t, tt.Waiting)
}

func TestLeavesNoEarlierThanTheFirstDoorNeeds(t *testing.T) {
	t.Parallel()
	p := street(2)
	p.Visits[0].Windows = []routing.Window{{Start: 100, End: 200}}
	p.Visits[1].Windows = []routing.Window{{Start: 160, End: 200}}
	tt := evaluate(t, p, 0, 1)
	require.Equal(t, routing.Seconds(90), tt.Leave)
	require.Equal(t, routing.Seconds(100), tt.Stops[0].Start)
	require.Equal(t, routing.Seconds(140), tt.Stops[1].Arrive)
	require.Equal(t, routing.Seconds(20), tt.Waiting) // before the second window
}

func TestAccessIsPaidOncePerCallAtASite(t *testing.T) {
	t.Parallel()
	p := street(3)
	for i := range p.Visits {
		p.Visits[i].Access = 5
	}
	p.Visits[1].Site = 0
	tt := evaluate(t, p, 0, 1, 2)
	require.Equal(t, routing.Seconds(15), tt.Stops[0].Start)
	require.Equal(t, tt.Stops[1].Arrive, tt.Stops[1].Start)
	require.Equal(t, tt.Stops[2].Arrive+5, tt.Stops[2].Start)
}

func TestPromiseHoldsTheArrival(t *testing.T) {
	t.Parallel()
	p := street(2)
	p.Visits[1].Promise = promise(60, 90)
	tt := evaluate(t, p, 0, 1)
	require.Equal(t, routing.Seconds(60), tt.Stops[1].Arrive)
	require.Equal(t, routing.Seconds(50), tt.Stops[1].Leave+tt.Stops[1].Leg.Seconds)
	require.Equal(t, routing.Seconds(10), tt.Waiting)

	// The window is half-open: minute 50 is one second after [20, 50).
	p.Visits[1].Promise = promise(20, 50)
	require.Equal(t, routing.Seconds(1), evaluate(t, p, 0, 1).Late)
	p.Visits[1].Promise = promise(20, 51)
	require.Zero(t, evaluate(t, p, 0, 1).Late)
}

func TestBreakIsTakenWholeWhereItDelaysLeast(t *testing.T) {
	t.Parallel()
	p := street(2)
	p.Shifts[0].Breaks = []routing.Break{{Window: routing.Window{Start: 42, End: 60}, Duration: 15}}
	tt := evaluate(t, p, 0, 1)
	// Service ends at 40, the break begins on the way at 42.
	require.Equal(t, []routing.TakenBreak{{Start: 42, End: 57, Before: 1}}, tt.Breaks)
	require.Equal(t, routing.Seconds(65), tt.Stops[1].Arrive)
	require.Zero(t, tt.Waiting)

	// One that can wait until after the return delays nobody.
	p.Shifts[0].Breaks[0].Window = routing.Window{Start: 42, End: 101}
	tt = evaluate(t, p, 0, 1)
	require.Equal(t, []routing.TakenBreak{{Start: 100, End: 115, Before: 2}}, tt.Breaks)
}

func TestFrozenHeadStands(t *testing.T) {
	t.Parallel()
	p := street(3)
	p.Shifts[0].Frozen = []routing.FrozenStop{{Visit: 2, Start: 30, End: 70}}
	p.Shifts[0].From, p.Shifts[0].Now = 3, 50
	tt := evaluate(t, p, 2, 0)
	require.Equal(t, routing.Seconds(90), tt.Stops[1].Arrive) // 70 + 20
	require.Equal(t, routing.Seconds(30), tt.Travel)          // 20 there, 10 home
	var out routing.Timetable
	require.Equal(t, routing.ClauseFrozen, routing.EvaluateRound(p, 0, []int{0, 2}, &out).Clause)
}

// The visit lasted until 130. Lunch was to begin by 120 and is eaten now, until
// 170; the coffee after it was to begin by 160, and is drunk then.
func TestOverdueBreaksFollowOneAnother(t *testing.T) {
	t.Parallel()
	p := street(1)
	p.Shifts[0].Breaks = []routing.Break{
		{Window: routing.Window{Start: 90, End: 120}, Duration: 40},
		{Window: routing.Window{Start: 140, End: 160}, Duration: 10},
	}
	p.Shifts[0].Frozen = []routing.FrozenStop{{Visit: 0, Start: 10, End: 130}}
	p.Shifts[0].From, p.Shifts[0].HasLeft, p.Shifts[0].Now = 1, true, 130
	tt := evaluate(t, p, 0)
	require.Len(t, tt.Breaks, 2)
	require.EqualValues(t, 170, tt.Breaks[1].Start)
	require.EqualValues(t, 190, tt.Return)
}

func TestLateForHomeIsNotRefused(t *testing.T) {
	t.Parallel()
	p := street(1)
	p.Shifts[0].HasLeft, p.Shifts[0].From, p.Shifts[0].Now = true, 1, 475
	tt := evaluate(t, p)
	require.Equal(t, routing.Seconds(485), tt.Return)
	require.Equal(t, routing.Seconds(5), tt.Overtime)
	require.Equal(t, routing.ClauseShift, routing.EvaluateRound(p, 0, []int{0}, &tt).Clause)
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	one := 1
	for name, c := range map[string]struct {
		change func(p *routing.Problem)
		want   routing.Clause
	}{
		"allowed": {func(p *routing.Problem) { p.Visits[0].Allowed = []int{1} }, routing.ClauseAllowed},
		"pin":     {func(p *routing.Problem) { p.Visits[0].Pin = &routing.Pin{Shift: &one} }, routing.ClausePin},
		"skill":   {func(p *routing.Problem) { p.Visits[0].Skills = []routing.SkillNeed{{Skill: 3, Level: 1}} }, routing.ClauseSkill},
		"kit":     {func(p *routing.Problem) { p.Visits[0].Kit = []routing.KitNeed{{Item: 0, Units: 1}} }, routing.ClauseKit},
		"window":  {func(p *routing.Problem) { p.Visits[0].Windows = []routing.Window{{Start: 0, End: 10}} }, routing.ClauseWindow},
		"no way":  {func(p *routing.Problem) { p.Tables[0].Seconds[1] = routing.Unreachable }, routing.ClauseNoWay},
		"shift":   {func(p *routing.Problem) { p.Shifts[0].Work.End = 49 }, routing.ClauseShift},
		"break": {func(p *routing.Problem) {
			p.Shifts[0].Breaks = []routing.Break{{Window: routing.Window{Start: 20, End: 40}, Duration: 5}}
			p.Visits[0].Windows = []routing.Window{{Start: 10, End: 20}}
		}, routing.ClauseBreak},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := street(1)
			p.Shifts = append(p.Shifts, p.Shifts[0])
			c.change(p)
			var tt routing.Timetable
			require.Equal(t, c.want, routing.EvaluateRound(p, 0, []int{0}, &tt).Clause)
			plan := &routing.Plan{Rounds: []routing.Round{{Visits: []int{0}}, {}}}
			require.NotEmpty(t, routing.Check(p, plan, nil))
		})
	}
}

// Evaluation and judge agree on every random round: what is given a timetable
// passes the judge, what is refused has none by the judge's own search.
func TestEvaluationAgreesWithTheJudge(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := routingtest.Problem(t, routingtest.Size{Visits: 7, Shifts: 2, Live: rapid.Bool().Draw(t, "live"), Hours: rapid.Bool().Draw(t, "hours")})
		if routing.ByHour(p) {
			for i := range p.Shifts {
				p.Shifts[i].MaxTravel = 0 // without times the judge reckons with the best hours
			}
		}
		require.NoError(t, routing.Validate(p))
		plan := routingtest.Plan(t, p)
		tts, score, err := routing.Evaluate(p, plan)
		if err != nil {
			require.NotEmpty(t, routing.Check(p, plan, nil), "refused: %v", err)
			return
		}
		require.Empty(t, routing.Check(p, plan, tts))
		require.Empty(t, routing.Check(p, plan, nil))
		require.False(t, score.Less(score))
	})
}

// The same of whole plans whose visits wait for others. Evaluation lays breaks and
// the call at the depot as each round alone would, the judge anywhere: only without
// they must agree on what can't be.
func TestEvaluationAgreesWithTheJudgeOnCompany(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := routingtest.Problem(t, routingtest.Size{Visits: 6, Shifts: 3, Live: rapid.Bool().Draw(t, "live"), Company: true})
		if rapid.Bool().Draw(t, "breakless") {
			for i := range p.Shifts {
				p.Shifts[i].Breaks = nil
			}
		}
		require.NoError(t, routing.Validate(p))
		plan := routingtest.Plan(t, p)
		tts, _, err := routing.Evaluate(p, plan)
		if err == nil {
			require.Empty(t, routing.Check(p, plan, tts))
			require.Empty(t, routing.Check(p, plan, nil))
			return
		}
		for i := range p.Shifts {
			if len(p.Shifts[i].Breaks) > 0 || p.Shifts[i].Restock != nil {
				return
			}
		}
		require.NotEmpty(t, routing.Check(p, plan, nil), "refused: %v", err)
	})
}

// two technicians at the end of the street.
func pair(visits int) *routing.Problem {
	p := street(visits)
	p.Shifts = append(p.Shifts, p.Shifts[0])
	return p
}

func TestVisitsInOrder(t *testing.T) {
	t.Parallel()
	p := pair(2)
	p.Visits[0].After = []int{1}
	plan := &routing.Plan{Rounds: []routing.Round{{Visits: []int{0}}, {Visits: []int{1}}}}
	tts, _, err := routing.Evaluate(p, plan)
	require.NoError(t, err)
	// The other is there at 20 and done at 50; this one, there at 10, waits for that.
	require.Equal(t, routing.Seconds(50), tts[0].Stops[0].Start)
	require.Equal(t, routing.Seconds(40), tts[0].Leave)
	require.Empty(t, routing.Check(p, plan, tts))

	alone, _, err := routing.Evaluate(p, &routing.Plan{Rounds: []routing.Round{{Visits: []int{0, 1}}, {}}})
	require.ErrorContains(t, err, "round_infeasible", "in one round the order is that of the round")
	require.Nil(t, alone)
	require.Equal(t, []routing.Broken{routing.BrokenAfter}, rules(routing.Check(p, &routing.Plan{Rounds: []routing.Round{{Visits: []int{0, 1}}, {}}}, nil)))
	left := &routing.Plan{Rounds: []routing.Round{{Visits: []int{0}}, {}}, Unassigned: []int{1}}
	_, _, err = routing.Evaluate(p, left)
	require.ErrorContains(t, err, string(routing.ClauseAfter))
	require.Equal(t, routing.BrokenAfter, routing.Check(p, left, nil)[0].Rule)
	tts[0].Stops[0].Start, tts[0].Stops[0].End = 49, 79
	require.Contains(t, rules(routing.Check(p, plan, tts)), routing.BrokenAfter)
}

func TestTwoTechniciansAtOnce(t *testing.T) {
	t.Parallel()
	p := pair(3)
	p.Visits[0].Meet, p.Visits[2].Meet = 1, 1
	plan := &routing.Plan{Rounds: []routing.Round{{Visits: []int{0, 1}}, {Visits: []int{2}}}}
	tts, _, err := routing.Evaluate(p, plan)
	require.NoError(t, err)
	// One could begin at 10; the other is there at 30.
	require.Equal(t, routing.Seconds(30), tts[0].Stops[0].Start)
	require.Equal(t, routing.Seconds(30), tts[1].Stops[0].Start)
	require.Equal(t, routing.Seconds(70), tts[0].Stops[1].Start) // 30 + 30 + 10
	require.Empty(t, routing.Check(p, plan, tts))

	one := &routing.Plan{Rounds: []routing.Round{{Visits: []int{0, 1, 2}}, {}}}
	_, _, err = routing.Evaluate(p, one)
	require.ErrorContains(t, err, string(routing.ClauseMeet))
	require.Equal(t, []routing.Broken{routing.BrokenMeet}, rules(routing.Check(p, one, nil)))
	half := &routing.Plan{Rounds: []routing.Round{{Visits: []int{0, 1}}, {}}, Unassigned: []int{2}}
	require.Equal(t, []routing.Broken{routing.BrokenMeet}, rules(routing.Check(p, half, nil)))
	p.Visits[2].Windows = []routing.Window{{Start: 0, End: 40}}
	p.Visits[0].Windows = []routing.Window{{Start: 50, End: 60}}
	require.Equal(t, []routing.Broken{routing.BrokenNoTimes}, rules(routing.Check(p, plan, nil)))
	tts[1].Stops[0].Start, tts[1].Stops[0].End = 31, 61
	require.Contains(t, rules(routing.Check(p, plan, tts)), routing.BrokenMeet)
}

// Two who wait for each other would wait for ever, second by second.
func TestCirclesAreRefusedAtOnce(t *testing.T) {
	t.Parallel()
	p := pair(4)
	for i := range p.Shifts {
		p.Shifts[i].Work.End = 1 << 28
	}
	for i := range p.Visits {
		p.Visits[i].Meet, p.Visits[i].Service = 1+i%2, 1
	}
	crossed := &routing.Plan{Rounds: []routing.Round{{Visits: []int{0, 1}}, {Visits: []int{3, 2}}}}
	_, _, err := routing.Evaluate(p, crossed)
	require.ErrorContains(t, err, string(routing.ClauseAfter))
	require.Equal(t, []routing.Broken{routing.BrokenAfter}, rules(routing.Check(p, crossed, nil)))
	_, _, err = routing.Evaluate(p, &routing.Plan{Rounds: []routing.Round{{Visits: []int{0, 1}}, {Visits: []int{2, 3}}}})
	require.NoError(t, err)
}

// With a price on duty nobody leaves so late that others wait for them in vain.
func TestNobodyIsKeptWaitingToSaveDuty(t *testing.T) {
	t.Parallel()
	p := pair(2)
	p.Prices.DutySecond = 10
	p.Visits[1].After = []int{0}
	p.Visits[0].Service = 20
	p.Visits[1].Windows = []routing.Window{{Start: 35, End: 45}}
	plan := &routing.Plan{Rounds: []routing.Round{{Visits: []int{0}}, {Visits: []int{1}}}}
	tts, _, err := routing.Evaluate(p, plan)
	require.NoError(t, err)
	require.Equal(t, routing.Seconds(35), tts[1].Stops[0].Start)
	require.LessOrEqual(t, tts[0].Stops[0].End, routing.Seconds(35))
	require.Empty(t, routing.Check(p, plan, tts))
}

func rules(found []routing.Violation) (out []routing.Broken) {
	for _, v := range found {
		out = append(out, v.Rule)
	}
	return out
}

// A judge that cannot find anything would be worthless: every figure moved by
// one must be noticed.
func TestJudgeNoticesEveryFalseFigure(t *testing.T) {
	t.Parallel()
	p := street(3)
	p.Visits[1].Promise = promise(20, 45)
	p.Shifts[0].Breaks = []routing.Break{{Window: routing.Window{Start: 40, End: 60}, Duration: 15}}
	plan := &routing.Plan{Rounds: []routing.Round{{Visits: []int{0, 1}}}, Unassigned: []int{2}}
	for name, change := range map[string]func(tt *routing.Timetable){
		"arrive":   func(tt *routing.Timetable) { tt.Stops[1].Arrive-- },
		"start":    func(tt *routing.Timetable) { tt.Stops[1].Start++ },
		"end":      func(tt *routing.Timetable) { tt.Stops[1].End-- },
		"leg":      func(tt *routing.Timetable) { tt.Stops[1].Leg.Metres++ },
		"late":     func(tt *routing.Timetable) { tt.Stops[1].Late-- },
		"leave":    func(tt *routing.Timetable) { tt.Stops[0].Leave--; tt.Leave-- },
		"return":   func(tt *routing.Timetable) { tt.Return-- },
		"home":     func(tt *routing.Timetable) { tt.Home.Seconds-- },
		"travel":   func(tt *routing.Timetable) { tt.Travel-- },
		"metres":   func(tt *routing.Timetable) { tt.Metres-- },
		"waiting":  func(tt *routing.Timetable) { tt.Waiting++ },
		"overtime": func(tt *routing.Timetable) { tt.Overtime++ },
		"all late": func(tt *routing.Timetable) { tt.Late++ },
		"break":    func(tt *routing.Timetable) { tt.Breaks[0].End-- },
		"no break": func(tt *routing.Timetable) { tt.Breaks = nil },
		"early":    func(tt *routing.Timetable) { tt.Breaks[0].Start -= 5; tt.Breaks[0].End -= 5 },
		"visit":    func(tt *routing.Timetable) { tt.Stops[0].Visit = 2 },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tts, _, err := routing.Evaluate(p, plan)
			require.NoError(t, err)
			require.Empty(t, routing.Check(p, plan, tts))
			change(&tts[0])
			require.NotEmpty(t, routing.Check(p, plan, tts))
		})
	}
	for name, bad := range map[string]*routing.Plan{
		"lost":    {Rounds: []routing.Round{{Visits: []int{0, 1}}}},
		"twice":   {Rounds: []routing.Round{{Visits: []int{0, 1}}}, Unassigned: []int{1, 2}},
		"unknown": {Rounds: []routing.Round{{Visits: []int{0, 9}}}, Unassigned: []int{1, 2}},
		"rounds":  {Unassigned: []int{0, 1, 2}},
	} {
		require.NotEmpty(t, routing.Check(p, bad, nil), name)
	}
}

// Where a round with a call at the depot is late whatever is done, the call goes where the
// higher priority is late least, not where all are together.
func TestTheCallAtTheDepotGoesByPriority(t *testing.T) {
	t.Parallel()
	tab := routing.NewTable(3, 3)
	at := []routing.Seconds{0, 30, 35} // home and depot, the first, the second
	for i, a := range at {
		for j, b := range at {
			tab.Set(i, j, routing.Leg{Seconds: max(a-b, b-a)})
		}
	}
	p := &routing.Problem{Tables: []*routing.Table{tab}, Prices: routing.DefaultPrices()}
	p.Shifts = []routing.Shift{{Work: routing.Window{Start: 0, End: 600}, Restock: &routing.Restock{Service: 5}}}
	p.Visits = []routing.Visit{
		{Place: 1, Site: 1, Service: 30, Priority: 1, Promise: promise(0, 31)},
		{Place: 2, Site: 2, Priority: 3, Promise: promise(0, 40), Kit: []routing.KitNeed{{Item: 0, Units: 1}}},
	}
	tt := evaluate(t, p, 0, 1)
	require.Equal(t, 1, tt.Calls[0].Before, "on the way to the first it would make both late, by 36 together")
	require.Equal(t, []routing.Seconds{0, 91}, []routing.Seconds{tt.Stops[0].Late, tt.Stops[1].Late})
}
