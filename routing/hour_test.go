package routing_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"roundsman/routing"
	"roundsman/routing/routingtest"
)

// slow is a table's seconds, so many times over.
func slow(t *routing.Table, times routing.Seconds) []routing.Seconds {
	out := make([]routing.Seconds, len(t.Seconds))
	for k, s := range t.Seconds {
		out[k] = times * s
	}
	return out
}

func TestTravelByTheHour(t *testing.T) {
	t.Parallel()
	p := street(3)
	tab := p.Tables[0]
	tab.Hours = []routing.Hour{{From: 60, Seconds: slow(tab, 2)}, {From: 100, Seconds: tab.Seconds}}
	tt := evaluate(t, p, 0, 1, 2)
	// 10 there, 30 of work, 10 on: 50, work until 80. The next 10 minutes take 20.
	require.Equal(t, routing.Seconds(100), tt.Stops[2].Arrive)
	require.Equal(t, routing.Seconds(20), tt.Stops[2].Leg.Seconds)
	require.Equal(t, routing.Seconds(160), tt.Return) // 100 + 30 + 30
	require.Equal(t, routing.Seconds(10+10+20+30), tt.Travel)
	require.Zero(t, tt.Waiting)

	// It is the hour of the departure that counts: from 55 on it takes 10.
	p.Visits[0].Windows = []routing.Window{{Start: 25, End: 26}}
	tt = evaluate(t, p, 0, 1)
	require.Equal(t, routing.Seconds(65), tt.Stops[1].Arrive)
	require.Equal(t, routing.Seconds(15), tt.Leave)

	// Who leaves at 95 would be there at 115, and waits: at 100 it takes 10 again.
	p.Visits[0].Windows = []routing.Window{{Start: 65, End: 66}}
	tt = evaluate(t, p, 0, 1)
	require.Equal(t, routing.Seconds(110), tt.Stops[1].Arrive)

	// Who must be there at 70 leaves in the last second in which it takes 10.
	p.Visits[0].Windows = []routing.Window{{Start: 70, End: 80}}
	tt = evaluate(t, p, 0)
	require.Equal(t, routing.Seconds(59), tt.Leave)
	require.Equal(t, routing.Seconds(1), tt.Waiting)

	// A break on the way stops the driving: half of it is behind at 60, and from 75 on
	// the other half takes 10.
	p.Visits[0].Windows = []routing.Window{{Start: 25, End: 26}}
	p.Shifts[0].Breaks = []routing.Break{{Window: routing.Window{Start: 60, End: 61}, Duration: 15}}
	tt = evaluate(t, p, 0, 1)
	require.Equal(t, routing.Seconds(85), tt.Stops[1].Arrive)
	require.Equal(t, routing.Seconds(15), tt.Stops[1].Leg.Seconds)
}

func TestTravelBetweenTwoHours(t *testing.T) {
	t.Parallel()
	p := street(2)
	tab := p.Tables[0]
	tab.Hours = []routing.Hour{{Seconds: tab.Seconds, Later: slow(tab, 2)}, {From: 100, Seconds: slow(tab, 2)}}
	p.Shifts[0].HasLeft = true // and so begins at once, wherever there is to wait
	for begin, takes := range map[routing.Seconds]routing.Seconds{0: 10, 50: 15, 51: 16, 99: 20, 100: 20, 200: 20} {
		p.Shifts[0].Now = begin
		require.Equal(t, takes, evaluate(t, p, 0).Stops[0].Leg.Seconds, "from %d on", begin)
	}
}

// A road that is shut for an hour is waited for; one that stays shut is no way.
func TestAShutRoadIsWaitedFor(t *testing.T) {
	t.Parallel()
	p := street(2)
	tab := p.Tables[0]
	shut := slow(tab, 1)
	shut[0*tab.Cols+1], shut[1*tab.Cols+0] = routing.Unreachable, routing.Unreachable
	tab.Hours = []routing.Hour{{Seconds: shut}, {From: 100, Seconds: tab.Seconds}}
	p.Shifts[0].HasLeft = true
	tt := evaluate(t, p, 0)
	require.Equal(t, routing.Seconds(110), tt.Stops[0].Arrive)
	require.Equal(t, routing.Seconds(110), tt.Stops[0].Leg.Seconds)
	tab.Hours = tab.Hours[:1]
	var none routing.Timetable
	require.True(t, routing.EvaluateRound(p, 0, []int{0}, &none).Refused())
	require.NotEmpty(t, routing.Check(p, &routing.Plan{Rounds: []routing.Round{{Visits: []int{0}}}, Unassigned: []int{1}}, nil))
}

// One that is shut for years is looked at no longer than one that is for an hour.
func TestARoadShutForYears(t *testing.T) {
	t.Parallel()
	const opens = routing.Seconds(1<<28 - 1000)
	p := street(2)
	tab := p.Tables[0]
	shut := slow(tab, 1)
	shut[0*tab.Cols+1] = routing.Unreachable
	tab.Hours = []routing.Hour{{Seconds: shut}, {From: opens, Seconds: tab.Seconds}}
	p.Shifts[0].HasLeft, p.Shifts[0].Work.End = true, 1<<28
	require.Equal(t, opens+10, evaluate(t, p, 0).Stops[0].Arrive)
}

// Who waits for a better hour drives the way of that hour, before the first as well.
func TestTheWayIsThatOfTheHourWaitedFor(t *testing.T) {
	t.Parallel()
	p := street(1)
	tab := p.Tables[0]
	tab.Seconds = slow(tab, 5)
	tab.Hours = []routing.Hour{{From: 20, Seconds: slow(tab, 1)}}
	for k := range tab.Hours[0].Seconds {
		tab.Hours[0].Seconds[k] /= 5
	}
	tab.Lengths = []routing.Length{{From: 20, Metres: []routing.Metres{0, 7, 7, 0}}}
	p.Shifts[0].HasLeft = true
	// 50 at once, or 10 from 20 on.
	require.Equal(t, routing.Leg{Seconds: 30, Metres: 7}, evaluate(t, p, 0).Stops[0].Leg)
}

func TestLateForHomeIsLateAsSoonAsOneCanBeThere(t *testing.T) {
	t.Parallel()
	p := street(1)
	tab := p.Tables[0]
	shut := slow(tab, 1)
	shut[1*tab.Cols+0] = routing.Unreachable
	tab.Hours = []routing.Hour{{Seconds: shut}, {From: 100, Seconds: tab.Seconds}}
	s := &p.Shifts[0]
	s.HasLeft, s.From, s.Now, s.Work.End = true, 1, 40, 50
	s.Breaks = []routing.Break{{Window: routing.Window{Start: 90, End: 200}, Duration: 5}}
	// Home by 110 without the break. With it at 90, 50 of 70 are behind, and of the
	// 15 that the way takes from 95 on two sevenths are left: home by 99.
	require.Equal(t, routing.Seconds(99), evaluate(t, p).Return)
	// From 60 on it is 30 of 50, and two fifths of 15: home by 101.
	p.Visits[0].Release, p.Visits[0].Service = 60, 0
	var tt routing.Timetable
	require.Equal(t, routing.ClauseShift, routing.EvaluateRound(p, 0, []int{0}, &tt).Clause)
	require.NotEmpty(t, routing.Check(p, &routing.Plan{Rounds: []routing.Round{{Visits: []int{0}}}}, nil))
}

// Whoever leaves later never arrives earlier, and a steady problem without a plan
// promises nothing that the hours don't keep.
func TestNobodyOvertakes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := routingtest.Problem(t, routingtest.Size{Visits: 6, Shifts: 2, Live: rapid.Bool().Draw(t, "live"), Hours: true})
		plan := routingtest.Plan(t, p)
		q := routing.Steady(p, nil, nil)
		require.NoError(t, routing.Validate(q))
		require.False(t, routing.ByHour(q))
		slow, worst, err := routing.Evaluate(q, plan)
		tts, score, hourly := routing.Evaluate(p, plan)
		if err == nil {
			require.NoError(t, hourly)
			require.False(t, worst.Late != score.Late && !(routing.Score{Late: score.Late}).Less(routing.Score{Late: worst.Late}), "later than at the slowest")
			for i := range tts {
				if len(tts[i].Stops) > len(p.Shifts[i].Frozen) { // else only the way home is left, as at the best hour
					require.LessOrEqual(t, tts[i].Return, slow[i].Return)
				}
			}
		}
		if hourly != nil {
			return
		}
		// Steady at the hours of the plan, the plan itself can be driven, with nobody met later.
		_, same, err := routing.Evaluate(routing.Steady(p, plan, tts), plan)
		require.NoError(t, err)
		require.False(t, (routing.Score{Late: score.Late}).Less(routing.Score{Late: same.Late}))
	})
}
