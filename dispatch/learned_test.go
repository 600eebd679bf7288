package dispatch_test

import (
	"testing"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/ids"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"
)

var learnedAt = time.Date(2026, 3, 23, 6, 0, 0, 0, time.UTC)

// drove gives drives of just now that took minutes where the roads say ten.
func drove(n, hour, minutes int) (out []dispatch.Drive) {
	for range n {
		out = append(out, dispatch.Drive{VisitID: ids.New(), DepartedAt: learnedAt, Kind: dispatch.Workday, Hour: hour, TookSeconds: minutes * 60, RoadSeconds: 600})
	}
	return out
}

func factor(t *testing.T, hours []dispatch.LearnedHour, kind dispatch.DayKind, hour int) int {
	t.Helper()
	for _, h := range hours {
		if h.Kind == kind && h.Hour == hour {
			return h.Percent
		}
	}
	return 100
}

// Twenty minutes where the roads say ten: ten drives go half the way from once to
// twice, which is the root of two; ninety go nine tenths, 2^0.9 = 1.87; a thousand all
// of it. Five go a third, 2^0.33 = 1.26; four say nothing.
func TestManyDrivesAreBelievedAndFewAlmostNot(t *testing.T) {
	t.Parallel()
	for drives, percent := range map[int]int{0: 100, 1: 100, 4: 100, 5: 125, 10: 140, 90: 185, 1000: 200} {
		hours := dispatch.LearnHours(drove(drives, 8, 20), nil, learnedAt)
		require.Equal(t, percent, factor(t, hours, dispatch.Workday, 8), "%d drives", drives)
		require.Equal(t, 100, factor(t, hours, dispatch.Workday, 6))
		require.Equal(t, 100, factor(t, hours, dispatch.Saturday, 8))
	}
	h := dispatch.LearnHours(drove(10, 8, 20), nil, learnedAt)[1] // behind seven o'clock
	require.Equal(t, dispatch.LearnedHour{Kind: dispatch.Workday, Hour: 8, Percent: 140, Drives: 10, Since: &learnedAt, ChangedAt: &learnedAt}, h)
}

// Ten drives at eight count as five for nine o'clock: a third of the way, 2^(1/3) =
// 1.26. Where nine has ten of its own that took as the roads say, half of that is
// left: 2^(1/6) = 1.12.
func TestHoursWithFewDrivesLookAtThoseBesideThem(t *testing.T) {
	t.Parallel()
	near := dispatch.LearnHours(drove(10, 8, 20), nil, learnedAt)
	require.Equal(t, 125, factor(t, near, dispatch.Workday, 7))
	require.Equal(t, 125, factor(t, near, dispatch.Workday, 9))
	require.Equal(t, 100, factor(t, near, dispatch.Workday, 10))
	own := dispatch.LearnHours(append(drove(10, 8, 20), drove(10, 9, 10)...), nil, learnedAt)
	require.Equal(t, 110, factor(t, own, dispatch.Workday, 9))
}

// Of ninety drives, forty are of somebody who stopped on the way. The median doesn't
// see it: 1.2^0.9 = 1.18. Their mean would.
func TestStopsOnTheWayAreNotTaughtFrom(t *testing.T) {
	t.Parallel()
	hours := dispatch.LearnHours(append(drove(50, 8, 12), drove(40, 8, 35)...), nil, learnedAt)
	require.Equal(t, 120, factor(t, hours, dispatch.Workday, 8))
}

// Drives of eight weeks ago count half: twenty of them as ten. Those of half a year ago
// don't count.
func TestOldDrivesAreForgotten(t *testing.T) {
	t.Parallel()
	aged := func(n int, age time.Duration) []dispatch.Drive {
		list := drove(n, 8, 20)
		for i := range list {
			list[i].DepartedAt = learnedAt.Add(-age)
		}
		return list
	}
	require.Equal(t, 140, factor(t, dispatch.LearnHours(aged(20, dispatch.LearnHalfLife), nil, learnedAt), dispatch.Workday, 8))
	require.Equal(t, 115, factor(t, dispatch.LearnHours(aged(6, dispatch.LearnHalfLife), nil, learnedAt), dispatch.Workday, 8), "as three")
	require.Empty(t, dispatch.LearnHours(aged(1000, dispatch.LearnReach+time.Hour), nil, learnedAt))
}

// What drives say has to move by four points until a factor does, and no factor is
// below a half or above three.
func TestFactorsAreSteadyAndBounded(t *testing.T) {
	t.Parallel()
	before := []dispatch.LearnedHour{{Kind: dispatch.Workday, Hour: 8, Percent: 145, ChangedAt: &time.Time{}}}
	after := dispatch.LearnHours(drove(10, 8, 20), before, learnedAt) // 141
	require.Equal(t, 145, factor(t, after, dispatch.Workday, 8))
	require.Equal(t, 2, dispatch.ChangedHours(before, after), "those beside it")
	before[0].Percent = 150
	require.Equal(t, 140, factor(t, dispatch.LearnHours(drove(10, 8, 20), before, learnedAt), dispatch.Workday, 8))
	require.Equal(t, 300, factor(t, dispatch.LearnHours(drove(5000, 8, 40), nil, learnedAt), dispatch.Workday, 8))
	require.Equal(t, 50, factor(t, dispatch.LearnHours(drove(5000, 8, 4), nil, learnedAt), dispatch.Workday, 8))
	// What nothing is said about any more goes back.
	gone := dispatch.LearnHours(nil, before, learnedAt)
	require.Empty(t, gone)
	require.Equal(t, 1, dispatch.ChangedHours(before, gone))
}

// The same factors come of the same drives in force or not: what the roads say has none
// of them in it. Were it measured against times that have, eight o'clock would forget
// every other night what it had learned.
func TestLearningTwiceIsLearningOnce(t *testing.T) {
	t.Parallel()
	drives := drove(1000, 8, 20)
	first := dispatch.LearnHours(drives, nil, learnedAt)
	require.Equal(t, first, dispatch.LearnHours(drives, first, learnedAt))
	require.Zero(t, dispatch.ChangedHours(first, dispatch.LearnHours(drives, first, learnedAt)))

	planned := drove(1000, 8, 20)
	for i := range planned {
		planned[i].RoadSeconds = 600 * factor(t, first, dispatch.Workday, 8) / 100
	}
	require.Empty(t, factorsOf(dispatch.LearnHours(planned, first, learnedAt)))
}

func factorsOf(hours []dispatch.LearnedHour) (out []int) {
	for _, h := range hours {
		if h.Percent != 100 {
			out = append(out, h.Percent)
		}
	}
	return out
}

// A drive of eight o'clock, from home, to the first floor of a site with two minutes of
// parking: 25 minutes later the technician is with the person.
func trip() dispatch.Trip {
	at := time.Date(2026, 3, 9, 12, 10, 0, 0, time.UTC) // 8:10
	noon := time.Date(2026, 3, 9, 16, 0, 0, 0, time.UTC)
	return dispatch.Trip{VisitID: ids.New(), DepartedAt: at, ArrivedAt: at.Add(25 * time.Minute), Known: true, From: orb.Point{0, 0}, To: orb.Point{0.1, 0},
		EntryMinutes: 2, Floor: 1, BreakFrom: noon, BreakUntil: noon.Add(time.Hour), BreakMinutes: 30}
}

var region = dispatch.Region{ID: ids.New(), Code: "DE", Zone: "America/New_York"}

func noHoliday(dispatch.Date) bool { return false }

// Parking, corridor and lift are no drive: 25 minutes less 2, 1 and a half.
func TestADriveIsWhatTheCarTook(t *testing.T) {
	t.Parallel()
	d, ok := trip().Drive(region, 10*time.Minute, noHoliday)
	require.True(t, ok)
	require.Equal(t, 21*60+30, d.TookSeconds)
	require.Equal(t, 600, d.RoadSeconds)
	require.Equal(t, dispatch.Workday, d.Kind)
	require.Equal(t, 8, d.Hour)
	late := trip()
	late.DepartedAt, late.ArrivedAt = late.DepartedAt.Add(25*time.Minute), late.ArrivedAt.Add(25*time.Minute)
	d, _ = late.Drive(region, 10*time.Minute, noHoliday)
	require.Equal(t, 9, d.Hour, "8:35 is nearer to nine")
	d, _ = trip().Drive(region, 10*time.Minute, func(d dispatch.Date) bool { return d == "2026-03-09" })
	require.Equal(t, dispatch.Sunday, d.Kind)
}

func TestWhatIsNoDriveTeachesNothing(t *testing.T) {
	t.Parallel()
	const road = 10 * time.Minute
	for name, spoil := range map[string]func(*dispatch.Trip){
		"two taps in one second":       func(x *dispatch.Trip) { x.ArrivedAt = x.DepartedAt },
		"less than the way inside":     func(x *dispatch.Trip) { x.ArrivedAt = x.DepartedAt.Add(3 * time.Minute) },
		"faster than anybody drives":   func(x *dispatch.Trip) { x.ArrivedAt = x.DepartedAt.Add(7 * time.Minute) },
		"five hours":                   func(x *dispatch.Trip) { x.ArrivedAt = x.DepartedAt.Add(5 * time.Hour) },
		"forty-five minutes":           func(x *dispatch.Trip) { x.ArrivedAt = x.DepartedAt.Add(45 * time.Minute) },
		"nobody knows where it began":  func(x *dispatch.Trip) { x.Known = false },
		"the work before was not over": func(x *dispatch.Trip) { at := x.DepartedAt.Add(time.Minute); x.BeforeDone = &at },
		"lunch on the way": func(x *dispatch.Trip) {
			x.DepartedAt, x.ArrivedAt = x.BreakFrom, x.BreakFrom.Add(34*time.Minute)
		},
	} {
		x := trip()
		spoil(&x)
		_, ok := x.Drive(region, road, noHoliday)
		require.False(t, ok, name)
	}
	_, ok := trip().Drive(region, 2*time.Minute, noHoliday)
	require.False(t, ok, "round the corner")
	noon := trip()
	noon.DepartedAt, noon.ArrivedAt = noon.BreakFrom, noon.BreakFrom.Add(25*time.Minute)
	_, ok = noon.Drive(region, road, noHoliday)
	require.True(t, ok, "too short for a lunch of half an hour")
}

func TestDrivesPastAClosureTeachNothing(t *testing.T) {
	t.Parallel()
	x := trip()
	c := dispatch.Closure{From: x.DepartedAt.Add(-time.Hour), Area: dispatch.ClosureArea{Center: &orb.Point{0.05, 0.001}, Metres: 100}}
	require.True(t, x.Past(c))
	ended := x.DepartedAt
	for name, other := range map[string]func(*dispatch.Closure){
		"over before":  func(c *dispatch.Closure) { c.EndedAt = &ended },
		"begins later": func(c *dispatch.Closure) { c.From = x.ArrivedAt },
		"far away":     func(c *dispatch.Closure) { c.Area.Center = &orb.Point{0.3, 0} },
		"a polygon away": func(c *dispatch.Closure) {
			c.Area = dispatch.ClosureArea{Polygon: orb.Polygon{{{1, 1}, {2, 1}, {2, 2}, {1, 1}}}}
		},
	} {
		far := c
		other(&far)
		require.False(t, x.Past(far), name)
	}
}

func TestARegionLearnsOnceANight(t *testing.T) {
	t.Parallel()
	loc, err := time.LoadLocation("America/New_York")
	require.NoError(t, err)
	l := dispatch.UsualLearned(region.ID)
	at := func(hour int) time.Time { return dispatch.Date("2026-03-09").At(loc, hour, 0) }
	due := func(hour int, roads string) bool {
		_, ok := l.DueNight(at(hour), loc, roads)
		return ok
	}
	require.False(t, due(1, ""))
	require.True(t, due(2, ""))
	night, learned := dispatch.Date("2026-03-09"), at(2)
	l.Night, l.LearnedAt = &night, &learned
	require.False(t, due(3, ""))
	require.False(t, due(23, ""))
	require.True(t, due(3, "another map"), "at once")
	require.False(t, due(2, "another map"), "but not again and again")
	_, ok := l.DueNight(at(26), loc, "")
	require.True(t, ok)
}
