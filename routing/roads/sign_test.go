package roads

import (
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"roundsman/routing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"
)

// clocked loads a made map, with hours by the clock of New York; on Monday.
func clocked(t *testing.T, m *made) (*Network, func(hour, minute int) time.Time) {
	t.Helper()
	n := m.load(t)
	w, err := ReadWeek(strings.NewReader(`{"zone": "America/New_York", "speeds": []}`))
	require.NoError(t, err)
	n.SetPace(w, w.Zone(), w.Holiday)
	return n, func(hour, minute int) time.Time { return time.Date(2026, 3, 2, hour, minute, 0, 0, w.Zone()) }
}

func leaving(t *testing.T, n *Network, from, to orb.Point, at time.Time) int {
	t.Helper()
	l, err := n.Travel(t.Context(), from, to, routing.Car, at)
	require.NoError(t, err)
	return int(l.Seconds)
}

// A left turn of 104 s is forbidden from seven to nine; round by the outer ways it is
// 307 s. Two minutes before nine one waits for the left turn: 120 and 104.
func TestATurnIsForbiddenAtItsHours(t *testing.T) {
	t.Parallel()
	west, east, north := at(-500, 0), at(500, 0), at(0, 500)
	from := []string{"way 1 from", "node 2 via", "way 4 to"}
	for name, tags := range map[string][]string{
		"conditional": {"type", "restriction", "restriction:conditional", "no_left_turn @ (Mo-Fr 07:00-09:00)"},
		"for cars":    {"type", "restriction", "restriction:motorcar:conditional", "no_left_turn @ (Mo-Fr 07:00-09:00)"},
		"as of old":   {"type", "restriction", "restriction", "no_left_turn", "hour_on", "7:00", "hour_off", "9:00", "day_on", "Monday", "day_off", "Friday"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n, monday := clocked(t, crossing().relation(1, from, tags...))
			for _, c := range []struct {
				at   time.Time
				left int
			}{
				{monday(6, 59), 104}, {monday(7, 0), 307}, {monday(8, 50), 307}, {monday(8, 58), 224}, {monday(9, 0), 104},
				{monday(7+24, 0), 307}, {monday(7+5*24, 0), 104},
			} {
				require.Equal(t, c.left, leaving(t, n, west, north, c.at), "%s", c.at)
				require.Equal(t, 100, leaving(t, n, west, east, c.at))
			}
			require.Equal(t, 1, n.Report().HourlySigns)
			require.Zero(t, n.Report().UnreadHours)
		})
	}
	// Where nobody has said whose clock it is, the turn is free.
	n := crossing().relation(1, from, "type", "restriction", "restriction:conditional", "no_left_turn @ (Mo-Fr 07:00-09:00)").load(t)
	require.EqualValues(t, 104, seconds(t, n, west, north, routing.Car))
	// The only turn that is left leaves no other.
	n, monday := clocked(t, crossing().relation(1, []string{"way 1 from", "node 2 via", "way 2 to"}, "type", "restriction", "restriction:conditional", "only_straight_on @ (07:00-09:00)"))
	require.Equal(t, 307, leaving(t, n, west, north, monday(8, 0)))
	require.Equal(t, 104, leaving(t, n, west, north, monday(10, 0)))
}

// The west arm is closed by night. Who lives on it drives out the other way, and who
// would pass it goes round, as where there is no such street; by day nobody does.
func TestARoadIsShutAtItsHours(t *testing.T) {
	t.Parallel()
	side := []string{"highway", "residential", "maxspeed", "45"}
	night := append(slices.Clone(side), "motor_vehicle:conditional", "no @ (22:00-06:00)")
	with := func(tags []string) *made { return crossing().way(10, []int64{2, 7}, tags...) } // a short cut to the south-east
	free, _ := clocked(t, with(side))
	none, _ := clocked(t, crossing())
	n, monday := clocked(t, with(night))
	west, corner := at(-500, 0), at(1000, -900)
	for _, hour := range []int{7, 12, 21} {
		require.Equal(t, leaving(t, free, west, corner, monday(hour, 0)), leaving(t, n, west, corner, monday(hour, 0)))
	}
	for _, hour := range []int{22, 23, 24 + 3} {
		require.Equal(t, leaving(t, none, west, corner, monday(hour, 0)), leaving(t, n, west, corner, monday(hour, 0)))
	}
	require.Less(t, leaving(t, n, west, corner, monday(12, 0)), leaving(t, n, west, corner, monday(23, 0)))
	home := at(500, -500)
	require.Positive(t, leaving(t, n, west, home, monday(23, 0)), "one can come to who lives there")
	require.Positive(t, leaving(t, n, home, west, monday(23, 0)))
}

// What is kept in a file forbids the same.
func TestSignsAreKeptWithTheirHours(t *testing.T) {
	t.Parallel()
	m := crossing().relation(1, []string{"way 1 from", "node 2 via", "way 4 to"}, "type", "restriction", "restriction:conditional", "no_left_turn @ (Mo-Fr 07:00-09:00)")
	out := filepath.Join(t.TempDir(), "made.roads")
	_, err := Build(t.Context(), m.file(t), out, func(Progress) {})
	require.NoError(t, err)
	n, err := Open(out)
	require.NoError(t, err)
	w, err := ReadWeek(strings.NewReader(`{"zone": "America/New_York", "speeds": []}`))
	require.NoError(t, err)
	n.SetPace(w, w.Zone(), w.Holiday)
	require.Equal(t, 307, leaving(t, n, at(-500, 0), at(0, 500), time.Date(2026, 3, 2, 8, 0, 0, 0, w.Zone())))
	require.Equal(t, 1, n.Report().HourlySigns)
}

// Plans and quotes read what the signs say from stages: at any departure, the same as
// the roads say.
func TestStagesSayWhatSignsForbid(t *testing.T) {
	t.Parallel()
	n, monday := clocked(t, crossing().
		relation(1, []string{"way 1 from", "node 2 via", "way 4 to"}, "type", "restriction", "restriction:conditional", "no_left_turn @ (Mo-Fr 07:10-09:00)").
		relation(2, []string{"way 3 from", "node 2 via", "way 2 to"}, "type", "restriction", "restriction:conditional", "no_right_turn @ (08:30-10:00)"))
	day := monday(0, 0)
	points := []orb.Point{at(-500, 0), at(500, 0), at(0, 500), at(0, -500)}
	states := map[routing.Roads]*routing.Table{}
	table := routing.ByStage(day, n.Stages(routing.Car, monday(6, 0), monday(12, 0)), func(r routing.Roads) *routing.Table {
		if states[r] == nil {
			var err error
			states[r], err = n.TableOn(t.Context(), points, points, routing.Car, r)
			require.NoError(t, err)
		}
		return states[r]
	})
	require.Len(t, states, 4, "none, the first, both, the second")
	r := rand.New(rand.NewPCG(3, 3))
	last, depart := map[[2]int]int{}, 6*3600
	for depart < 11*3600 {
		depart += 1 + r.IntN(30)
		for i := range points {
			for j := range points {
				want := leaving(t, n, points[i], points[j], day.Add(time.Duration(depart)*time.Second))
				leg, ok := table.Leaving(i, j, routing.Seconds(depart))
				require.True(t, ok)
				require.InDelta(t, want, int(leg.Seconds), 1, "from %d to %d at %d", i, j, depart)
				require.GreaterOrEqual(t, depart+want, last[[2]int{i, j}]-1, "who leaves later is earlier")
				last[[2]int{i, j}] = depart + want
			}
		}
	}
}

// On a real map of which every twentieth turn is forbidden by a sign that holds, and
// as many by one that doesn't, every time is that of a slow search.
func TestForbiddenTurnsAreThoseOfASlowSearch(t *testing.T) {
	t.Parallel()
	g := *realNetwork(t).graphs[routing.Car]
	g.turnMS = slices.Clone(g.turnMS)
	r := rand.New(rand.NewPCG(5, 5))
	for i := range g.turnMS {
		if k := r.Uint32N(20); k == 1 || k == 2 {
			g.turnMS[i] |= (k + 100) << turnWhenShift
		}
	}
	u := newCustomizer(woven(t, &g))
	for i, other := range []*graph{
		&g,
		g.paced(usual, []effect{{shut: true, sign: 101}}),
		g.paced(someFactors(r), append(someEffects(&g, r), effect{shut: true, sign: 101})),
	} {
		require.Equal(t, i > 0, other.holding != [4]uint64{})
		holdAgainstDijkstra(t, other, &pools{g: other, h: u.hierarchy(other), room: u.room}, 6, 60, uint64(300*i))
	}
}
