package roads

import (
	"context"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"roundsman/internal/fault"
	"roundsman/routing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"
)

// ladder is two parallel streets of 1,000 m, 200 m apart, joined at both ends and in
// the middle: South Street with a bridge in its second half, and North Street, which
// is slower. Work is done at (0, 0), (1000, 0) and so on.
//
//	4 -- 5 -- 6   North Street, residential
//	|    |    |
//	1 -- 2 -- 3   South Street, primary
func ladder() *made {
	m := newMade()
	for i, x := range []float64{0, 500, 1000} {
		m.node(int64(1+i), x*metre, 0).node(int64(4+i), x*metre, 200*metre)
	}
	m.way(1, []int64{1, 2}, "highway", "primary", "name", "South Street")
	m.node(7, 700*metre, 0).node(8, 800*metre, 0)
	m.way(2, []int64{2, 7, 8, 3}, "highway", "primary", "name", "South Bridge")
	m.way(3, []int64{4, 5, 6}, "highway", "residential", "name", "North Street")
	for i := int64(1); i <= 3; i++ {
		m.way(10+i, []int64{i, i + 3}, "highway", "residential", "name", "Cross")
	}
	return m
}

var (
	utc    = time.UTC
	monday = time.Date(2026, 3, 2, 0, 0, 0, 0, utc)
)

// drive gives how long a trip over the ladder takes, between points in metres.
func drive(t *testing.T, n *Network, from, to [2]float64, depart time.Time) int {
	t.Helper()
	leg, err := n.Travel(t.Context(), at(from[0], from[1]), at(to[0], to[1]), routing.Car, depart)
	if fault.Is(err, "unreachable") {
		return -1
	}
	require.NoError(t, err)
	return int(leg.Seconds)
}

func TestAClosedBridgeIsDrivenRound(t *testing.T) {
	t.Parallel()
	n := ladder().load(t)
	west, east := [2]float64{10, 0}, [2]float64{990, 0}
	closed := Change{From: monday.Add(9 * time.Hour), Until: monday.Add(12 * time.Hour), Area: Area{Center: at(750, 0), Metres: 20}}
	require.NoError(t, n.SetChanges(t.Context(), monday, []Change{closed}))
	// 980 m at 60 km/h are 58.8 s.
	require.Equal(t, 59, drive(t, n, west, east, monday))
	// Half of it; then 200 m, 500 m and 190 m more at 28 km/h, and three turns.
	round := drive(t, n, west, east, monday.Add(10*time.Hour))
	require.InDelta(t, 29.4+900/7.78+3*3.5, round, 4)
	require.Equal(t, 59, drive(t, n, west, east, monday.Add(12*time.Hour)))

	// On the bridge's road itself, each bank is reached from its own end, and who is
	// on the bridge leaves it by either.
	at10 := monday.Add(10 * time.Hour)
	require.Equal(t, drive(t, n, west, [2]float64{650, 0}, monday), drive(t, n, west, [2]float64{650, 0}, at10))
	require.Equal(t, drive(t, n, west, [2]float64{750, 0}, monday), drive(t, n, west, [2]float64{750, 0}, at10))
	require.Greater(t, drive(t, n, [2]float64{650, 0}, [2]float64{850, 0}, at10), 100)
	require.Equal(t, drive(t, n, [2]float64{850, 0}, east, monday), drive(t, n, [2]float64{850, 0}, east, at10))

	// Who leaves just before it opens waits for it.
	require.Equal(t, 10+59, drive(t, n, west, east, monday.Add(12*time.Hour-10*time.Second)))
	route, err := n.Route(t.Context(), at(10, 0), at(990, 0), routing.Car, at10)
	require.NoError(t, err)
	require.Equal(t, round, int(route.Leg.Seconds))
	require.Contains(t, []string{route.Steps[1].Street, route.Steps[2].Street}, "North Street")
}

func TestAChangeOfOneStreetLeavesTheOthers(t *testing.T) {
	t.Parallel()
	n := ladder().load(t)
	all := Area{Polygon: orb.Polygon{{at(-50, -50), at(1050, -50), at(1050, 250), at(-50, 250), at(-50, -50)}}}
	south := func() int { return drive(t, n, [2]float64{10, 0}, [2]float64{490, 0}, monday) }
	north := func() int { return drive(t, n, [2]float64{10, 200}, [2]float64{210, 200}, monday) }
	require.NoError(t, n.SetChanges(t.Context(), monday, []Change{{From: monday, Area: all, Speed: 0.5, Streets: []string{"North Street"}}}))
	require.Equal(t, []int{29, 51}, []int{south(), north()}) // 480 m at 60 km/h; 200 m at half of 28 km/h
	require.NoError(t, n.SetChanges(t.Context(), monday, []Change{{From: monday, Area: all, Speed: 0.5}}))
	require.Equal(t, []int{58, 51}, []int{south(), north()})
	require.NoError(t, n.SetChanges(t.Context(), monday, nil))
	require.Equal(t, []int{29, 26}, []int{south(), north()})
}

func TestChangesThatMakeNoSenseAreRefused(t *testing.T) {
	t.Parallel()
	n := ladder().load(t)
	circle := Area{Metres: 50}
	for name, c := range map[string]Change{
		"/area": {From: monday}, "/speed": {From: monday, Area: circle, Speed: 3},
		"/until": {From: monday, Until: monday, Area: circle},
	} {
		err := n.SetChanges(t.Context(), monday, []Change{c})
		require.Equal(t, "roads_change_invalid", fault.CodeOf(err))
		var f *fault.Error
		require.ErrorAs(t, err, &f)
		require.Equal(t, name, f.Fields[0].Pointer)
	}
	open := Area{Polygon: orb.Polygon{{{0, 0}, {1, 0}, {1, 1}}}}
	require.Equal(t, "roads_change_invalid", fault.CodeOf((&Change{Area: open}).Check()))
}

// rush is a profile by which South Street's class takes half as long again from 8 to 9 on
// workdays.
const rush = `{"zone": "America/New_York", "holidays": ["2026-03-04"],
  "speeds": [{"days": ["workday"], "hours": [8, 9], "classes": ["primary"], "factor": 0.5}]}`

func TestTheHourOfDepartureMatters(t *testing.T) {
	t.Parallel()
	n := ladder().load(t)
	w, err := ReadWeek(strings.NewReader(rush))
	require.NoError(t, err)
	n.SetPace(w, w.Zone(), w.Holiday)
	local := func(day, hour, minute int) time.Time { return time.Date(2026, 3, day, hour, minute, 0, 0, w.Zone()) }
	south := func(depart time.Time) int { return drive(t, n, [2]float64{10, 0}, [2]float64{490, 0}, depart) }
	// 28.8 s, and 57.6 s at half the speed; in between on the way there and back.
	require.Equal(t, 29, south(local(2, 7, 0)))
	require.Equal(t, 36, south(local(2, 7, 15)))
	require.Equal(t, 58, south(local(2, 8, 0)))
	require.Equal(t, 43, south(local(2, 8, 30)))
	require.Equal(t, 29, south(local(2, 9, 0)))
	require.Equal(t, 29, south(local(4, 8, 0)), "a holiday")
	require.Equal(t, 29, south(local(7, 8, 0)), "a Saturday")
	require.Equal(t, 58, south(local(3, 8, 0).In(utc)), "whatever zone the instant is given in")
	n.SetPace(nil, nil, nil)
	require.Equal(t, 29, south(local(2, 8, 0)))
}

func TestAProfileIsReadOrRefused(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		``:                                      "JSON",
		`{"zone": "Mars/Olympus"}`:              "zone",
		`{"speeds": []}`:                        "zone",
		`{"zone": "UTC", "speed": 1}`:           "JSON",
		`{"zone": "UTC", "holidays": ["soon"]}`: "holiday",
		`{"zone": "UTC", "speeds": [{"hours": [9, 9], "factor": 1}]}`:                        "row 1",
		`{"zone": "UTC", "speeds": [{"hours": [9, 10], "factor": 0}]}`:                       "factor",
		`{"zone": "UTC", "speeds": [{"hours": [9, 10], "factor": 1, "days": ["mon"]}]}`:      "workday",
		`{"zone": "UTC", "speeds": [{"hours": [9, 10], "factor": 1, "classes": ["canal"]}]}`: "canal",
	} {
		_, err := ReadWeek(strings.NewReader(text))
		require.Equal(t, "roads_profile_invalid", fault.CodeOf(err), text)
		require.ErrorContains(t, err, want)
	}
}

// everyHour is a pace that is another one at every hour of every kind of day.
type everyHour struct{ least, most float64 }

func (e everyHour) Factor(class string, day DayKind, hour int) float64 {
	r := rand.New(rand.NewPCG(uint64(len(class))<<8|uint64(class[0]), uint64(day)*24+uint64(hour)))
	return e.least + r.Float64()*(e.most-e.least)
}

// someChanges is what may be on the roads of a network through one morning.
func someChanges(g *graph, r *rand.Rand, begin time.Time) []Change {
	var all []Change
	for range 7 {
		c := Change{From: begin.Add(time.Duration(r.IntN(180)) * time.Minute), Speed: float64(r.IntN(3)) * 0.3}
		if r.IntN(4) > 0 {
			c.Until = c.From.Add(time.Duration(1+r.IntN(120)) * time.Minute)
		}
		c.Area = Area{Center: g.point(uint32(r.IntN(len(g.lon)))), Metres: float64(50 + r.IntN(800))}
		all = append(all, c)
	}
	return all
}

// Whenever one leaves, by day and hour and whatever is on the roads, the table's entry
// is the route's time, and who leaves later never is there earlier.
func TestLeavingLaterNeverArrivesEarlier(t *testing.T) {
	t.Parallel()
	n, err := build(t.Context(), within(realSource(t), -75.58, 39.72, -75.53, 39.76), func(Progress) {})
	require.NoError(t, err)
	g := n.graphs[routing.Car]
	r := rand.New(rand.NewPCG(2, 7))
	points := somewhere(g, 9, 77)
	morning := time.Date(2026, 3, 2, 6, 0, 0, 0, utc)
	n.SetPace(everyHour{0.05, 0.5}, utc, nil) // so slow that waiting an hour can pay
	require.NoError(t, n.SetChanges(t.Context(), morning, someChanges(g, r, morning)))
	var before *routing.Table
	var left time.Time
	for depart := morning.Add(10 * time.Minute); depart.Before(morning.Add(150 * time.Minute)); depart = depart.Add(time.Duration(1+r.IntN(30*60)) * time.Second) {
		now, err := n.Table(t.Context(), points, points, routing.Car, depart)
		require.NoError(t, err)
		for i := range points {
			for j := range points {
				entry, ok := now.At(i, j)
				if before != nil {
					if earlier, was := before.At(i, j); was {
						require.True(t, ok)
						require.GreaterOrEqual(t, depart.Sub(left)+time.Duration(entry.Seconds)*time.Second, time.Duration(earlier.Seconds)*time.Second, "%d to %d at %s", i, j, depart)
					}
				}
				if (i+j)%4 != 0 {
					continue
				}
				route, err := n.Route(t.Context(), points[i], points[j], routing.Car, depart)
				if ok {
					require.NoError(t, err)
					require.Equal(t, entry, route.Leg)
				} else {
					require.Equal(t, "unreachable", fault.CodeOf(err))
				}
			}
		}
		before, left = now, depart
	}
}

// What waiting is for: without it, who leaves before a road opens is there after
// who leaves then.
func TestWithoutWaitingLaterWouldBeEarlier(t *testing.T) {
	t.Parallel()
	n := ladder().load(t)
	opens := monday.Add(12 * time.Hour)
	require.NoError(t, n.SetChanges(t.Context(), monday, []Change{{From: monday, Until: opens, Area: Area{Center: at(750, 0), Metres: 20}}}))
	from, _, err := n.graphs[routing.Car].snap(at(10, 0), routing.Car)
	require.NoError(t, err)
	to, _, err := n.graphs[routing.Car].snap(at(990, 0), routing.Car)
	require.NoError(t, err)
	var costs []cost
	for _, depart := range []time.Time{opens.Add(-time.Second), opens} {
		p, err := n.phase(t.Context(), n.live.traffic.Load(), depart)
		require.NoError(t, err)
		costs = append(costs, p.cost(&from, &to))
	}
	require.Greater(t, costs[0], costs[1]+costOf(1000, 0))
}

// Weights that there was no room for are made again, and are the same.
func TestWeightsThatWentComeAgain(t *testing.T) {
	t.Parallel()
	n := ladder().load(t)
	n.SetPace(everyHour{0.4, 1.3}, utc, nil)
	day := func() (all []int) {
		for hour := range 24 {
			all = append(all, drive(t, n, [2]float64{10, 0}, [2]float64{990, 0}, monday.Add(time.Duration(hour)*time.Hour)))
		}
		return all
	}
	kept := day()
	require.Len(t, n.live.sets, 24)
	n.live.most = 4
	require.Equal(t, kept, day())
	require.Len(t, n.live.sets, 4)
}

func TestATableIsOfOneSnapshotWhileChangesCome(t *testing.T) {
	t.Parallel()
	n := ladder().load(t)
	circle := Area{Center: at(750, 0), Metres: 20}
	points := []orb.Point{at(10, 0), at(990, 0)}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	want := map[routing.Seconds]bool{59: true, 118: true} // as ever, or all of it at half the speed
	done := make(chan error)
	go func() {
		for i := 0; ctx.Err() == nil; i++ {
			var changes []Change
			if i%2 == 0 {
				changes = []Change{{From: monday, Area: Area{Center: circle.Center, Metres: 5000}, Speed: 0.5}}
			}
			if err := n.SetChanges(ctx, monday, changes); err != nil && ctx.Err() == nil {
				done <- err
				return
			}
		}
		done <- nil
	}()
	for range 300 {
		table, err := n.Table(t.Context(), points, points, routing.Car, monday)
		require.NoError(t, err)
		require.True(t, want[table.Seconds[1]], table.Seconds)
		require.Equal(t, table.Seconds[1], table.Seconds[2], "there and back, of one snapshot")
	}
	stop()
	require.NoError(t, <-done)
}

func TestTheOrderForChangesIsKept(t *testing.T) {
	t.Parallel()
	mapPath, dir := ladder().file(t), t.TempDir()
	n, err := Load(t.Context(), mapPath, dir, nil)
	require.NoError(t, err)
	require.NoError(t, n.PrepareChanges(t.Context()))
	g, beside := n.graphs[routing.Car], n.kept.beside(orderFile)
	whole, err := os.ReadFile(beside)
	require.NoError(t, err)
	kept, err := n.kept.readOrder(g)
	require.NoError(t, err)
	require.Len(t, kept, g.edges())

	require.NoError(t, n.kept.writeOrder(kept[1:]))
	_, err = n.kept.readOrder(g)
	require.ErrorIs(t, err, errStale, "one is missing")
	require.NoError(t, n.kept.writeOrder(append(kept[1:], kept[1])))
	_, err = n.kept.readOrder(g)
	require.ErrorIs(t, err, errStale, "one comes twice")
	require.NoError(t, os.WriteFile(beside, whole[:len(whole)-4], 0o600))
	again, err := Load(t.Context(), mapPath, dir, nil)
	require.NoError(t, err)
	require.NoError(t, again.PrepareChanges(t.Context()))
	made, err := os.ReadFile(beside)
	require.NoError(t, err)
	require.Equal(t, whole, made)
}
