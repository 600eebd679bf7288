package dispatch

import (
	"testing"
	"time"

	"roundsman/internal/ids"

	"github.com/stretchr/testify/require"
)

// at says who told of an arrival, minutes past ten, and how many minutes later we
// heard of it.
func at(source ArrivalSource, minute, later int) Arrival {
	ten := time.Date(2026, 3, 9, 10, 0, 0, 0, time.UTC)
	happened := ten.Add(time.Duration(minute) * time.Minute)
	return Arrival{ID: ids.New(), Source: source, HappenedAt: happened, ReceivedAt: happened.Add(time.Duration(later) * time.Minute)}
}

// The decision table of arrival evidence, as docs/arrivals.md has it. The window is
// from ten to half past; verdict is what the promise was settled as by the evidence
// that came first, and after what it is when all has come.
func TestWhichArrivalCounts(t *testing.T) {
	t.Parallel()
	retracted := at(ByTechnician, 5, 0)
	retracted.RetractedAt = new(time.Time)
	for name, row := range map[string]struct {
		list         []Arrival
		counts       int // index
		corroborated bool
		first, after PromiseState
	}{
		"one word alone":                      {[]Arrival{at(ByTechnician, 20, 0)}, 0, false, PromiseKept, PromiseKept},
		"one word, told late":                 {[]Arrival{at(ByTechnician, 20, 90)}, 0, false, PromiseKept, PromiseKept},
		"word and device":                     {[]Arrival{at(ByTechnician, 20, 0), at(ByGeofence, 20, 0)}, 0, true, PromiseKept, PromiseKept},
		"device before the word":              {[]Arrival{at(ByTechnician, 33, 0), at(ByGeofence, 27, 7)}, 1, true, PromiseLate, PromiseKept},
		"customer bears out the device":       {[]Arrival{at(ByTechnician, 45, 0), at(ByGeofence, 25, 60), at(ByCustomer, 28, 120)}, 1, true, PromiseLate, PromiseKept},
		"customer alone says later":           {[]Arrival{at(ByTechnician, 20, 0), at(ByCustomer, 40, 60)}, 0, false, PromiseKept, PromiseKept},
		"customer alone says earlier":         {[]Arrival{at(ByTechnician, 40, 0), at(ByCustomer, 20, 60)}, 0, false, PromiseLate, PromiseLate},
		"customer and device say later":       {[]Arrival{at(ByTechnician, 20, 0), at(ByGeofence, 41, 0), at(ByCustomer, 40, 60)}, 2, true, PromiseKept, PromiseLate},
		"one device, both reports late":       {[]Arrival{at(ByTechnician, 40, 0), at(ByTechnician, 20, 90), at(ByGeofence, 20, 90)}, 0, false, PromiseLate, PromiseLate},
		"twice the same source":               {[]Arrival{at(ByTechnician, 40, 0), at(ByTechnician, 38, 2)}, 0, false, PromiseLate, PromiseLate},
		"ten minutes apart":                   {[]Arrival{at(ByTechnician, 35, 0), at(ByGeofence, 25, 0)}, 1, true, PromiseLate, PromiseKept},
		"eleven minutes apart":                {[]Arrival{at(ByTechnician, 36, 0), at(ByGeofence, 25, 20)}, 0, false, PromiseLate, PromiseLate},
		"before the window is at its start":   {[]Arrival{at(ByTechnician, -20, 0), at(ByGeofence, -19, 0)}, 0, true, PromiseKept, PromiseKept},
		"what is taken back bears nobody out": {[]Arrival{at(ByTechnician, 40, 0), retracted, at(ByGeofence, 6, 90)}, 0, false, PromiseLate, PromiseLate},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ten := time.Date(2026, 3, 9, 10, 0, 0, 0, time.UTC)
			p := Promise{State: PromiseOpen, WindowStart: ten, WindowEnd: ten.Add(30 * time.Minute)}
			a, sure, ok := ArrivalThatCounts(row.list)
			require.True(t, ok)
			require.Equal(t, row.corroborated, sure)
			require.Equal(t, row.list[row.counts].ID, a.ID)
			p.State = JudgeArrival(p, row.list[0].HappenedAt)
			require.Equal(t, row.first, p.State)
			to, turned := Rejudge(p, row.list)
			require.Equal(t, row.after, to)
			require.Equal(t, row.first != row.after, turned)
		})
	}
	_, _, ok := ArrivalThatCounts([]Arrival{retracted})
	require.False(t, ok)
	for _, s := range []PromiseState{PromiseOpen, PromiseBroken, PromiseWithdrawn} {
		_, turned := Rejudge(Promise{State: s}, []Arrival{at(ByTechnician, 20, 0), at(ByGeofence, 20, 0)})
		require.False(t, turned, "%s is no verdict on an arrival", s)
	}
}

func TestTimeWorkedLeavesPausesOut(t *testing.T) {
	t.Parallel()
	ten := time.Date(2026, 3, 9, 10, 0, 0, 0, time.UTC)
	min := func(n int) time.Time { return ten.Add(time.Duration(n) * time.Minute) }
	end := min(30)
	require.Equal(t, time.Hour, Worked(ten, min(60), nil))
	require.Equal(t, 40*time.Minute, Worked(ten, min(60), []Pause{{StartedAt: min(10), EndedAt: &end}}))
	require.Equal(t, 10*time.Minute, Worked(ten, min(60), []Pause{{StartedAt: min(10)}}), "it goes on")
	require.Equal(t, 15*time.Minute, Worked(ten, min(25), []Pause{{StartedAt: min(15), EndedAt: &end}}), "no longer than until then")
	require.Zero(t, Worked(ten, min(60), []Pause{{StartedAt: min(-5)}}))
}

func TestThePolicyThatFitsBest(t *testing.T) {
	t.Parallel()
	north, south, virus, printer := ids.From(ids.Nil, "n"), ids.From(ids.Nil, "s"), ids.From(ids.Nil, "v"), ids.From(ids.Nil, "p")
	list := []VisitPolicy{{WaitMinutes: 1}, {RegionID: &north, WaitMinutes: 2}, {TemplateID: &virus, WaitMinutes: 3}, {RegionID: &north, TemplateID: &virus, WaitMinutes: 4}}
	for _, row := range []struct {
		region, template ids.ID
		want             int
	}{{north, virus, 4}, {south, virus, 3}, {north, printer, 2}, {south, printer, 1}} {
		require.Equal(t, row.want, PolicyFor(list, row.region, row.template).WaitMinutes)
	}
	require.Equal(t, UsualVisitPolicy(), PolicyFor(list[3:], south, virus))
}

// Who is there before the window waits from its start.
func TestANoShowBeforeTheWindowWaitsForIt(t *testing.T) {
	t.Parallel()
	ten := time.Date(2026, 3, 9, 10, 0, 0, 0, time.UTC)
	p := UsualVisitPolicy()
	early := Waited{ArrivedAt: ten.Add(-20 * time.Minute), WindowStart: &ten, Calls: 1}
	requireCode(t, "no_show_early", p.MayBeNoShow(early, ten.Add(14*time.Minute)))
	require.NoError(t, p.MayBeNoShow(early, ten.Add(15*time.Minute)))
	late := Waited{ArrivedAt: ten.Add(20 * time.Minute), WindowStart: &ten}
	requireCode(t, "no_show_early", p.MayBeNoShow(late, ten.Add(34*time.Minute)))
	requireCode(t, "no_show_uncalled", p.MayBeNoShow(late, ten.Add(35*time.Minute)))
	p.CallTries = 0
	require.NoError(t, p.MayBeNoShow(late, ten.Add(35*time.Minute)))
}
