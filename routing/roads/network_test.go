package roads

import (
	"context"
	"slices"
	"testing"
	"time"

	"roundsman/routing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"
)

func at(east, north float64) orb.Point { return orb.Point{east * metre, north * metre} }

// square is a block of two-way streets, 1000 m a side, driven at 10 m/s, with the
// corners 1 (south-west), 2, 3 and 4 in turn. From the middle of the north side
// a dead end leads north, where one can turn round. tags are for the south side,
// from 1 to 2; they come before the usual ones.
func square(tags ...string) *made {
	side := []string{"highway", "residential", "maxspeed", "45"} // 36 km/h, being 0.8 of it
	return newMade().
		node(1, 0, 0).node(2, 1000*metre, 0).node(3, 1000*metre, 1000*metre).node(4, 0, 1000*metre).
		node(5, 500*metre, 1000*metre).node(6, 500*metre, 1100*metre).
		way(1, []int64{1, 2}, append(append([]string{}, tags...), side...)...).
		way(2, []int64{2, 3}, side...).way(3, []int64{3, 5, 4}, side...).way(4, []int64{4, 1}, side...).
		way(5, []int64{5, 6}, side...)
}

func seconds(t testing.TB, n *Network, from, to orb.Point, mode routing.Mode) routing.Seconds {
	t.Helper()
	leg, err := n.Travel(context.Background(), from, to, mode, time.Time{})
	require.NoError(t, err)
	return leg.Seconds
}

func TestTheShorterWayRoundABlock(t *testing.T) {
	t.Parallel()
	n := square().load(t)
	// Bends at corners cost nothing, nor does going straight on.
	require.EqualValues(t, 40, seconds(t, n, at(300, 0), at(700, 0), routing.Car))
	require.EqualValues(t, 40, seconds(t, n, at(700, 0), at(300, 0), routing.Car))
	require.EqualValues(t, 100, seconds(t, n, at(500, 0), at(1000, 500), routing.Car))
	leg, err := n.Travel(context.Background(), at(500, 0), at(500, 1000), routing.Car, time.Time{})
	require.NoError(t, err)
	require.Equal(t, routing.Leg{Seconds: 200, Metres: 2000}, leg)
}

func TestOneWayStreets(t *testing.T) {
	t.Parallel()
	for name, tags := range map[string][]string{
		"yes":         {"oneway", "yes"},
		"roundabout":  {"junction", "roundabout"},
		"class":       {"highway", "motorway_link"},
		"motor_only":  {"oneway:motor_vehicle", "yes"},
		"true":        {"oneway", "true"},
		"not_reverse": {"oneway", "1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n := square(tags...).load(t)
			// On the one-way street itself nobody may stop if it is a motorway's
			// ramp, so the places lie on the sides beside it.
			forth := seconds(t, n, at(0, 100), at(1000, 100), routing.Car)
			back := seconds(t, n, at(1000, 100), at(0, 100), routing.Car)
			require.EqualValues(t, 120, forth)
			require.EqualValues(t, 280, back)
		})
	}
	n := square("oneway", "-1").load(t)
	require.EqualValues(t, 280, seconds(t, n, at(0, 100), at(1000, 100), routing.Car))
	require.EqualValues(t, 120, seconds(t, n, at(1000, 100), at(0, 100), routing.Car))
	// Who has just passed the place on its own one-way street goes round.
	require.EqualValues(t, 400-40, seconds(t, n, at(300, 0), at(700, 0), routing.Car))
	require.EqualValues(t, 40, seconds(t, n, at(700, 0), at(300, 0), routing.Car))
	// On foot it doesn't matter: 400 m at 4.8 km/h.
	require.EqualValues(t, 300, seconds(t, n, at(300, 0), at(700, 0), routing.Foot))
}

func TestClosedRoadsAreGoneRound(t *testing.T) {
	t.Parallel()
	for name, tags := range map[string][]string{
		"closed":     {"access", "no"},
		"motors":     {"motor_vehicle", "no"},
		"bus":        {"access", "bus"},
		"reversible": {"oneway", "reversible"},
		"path":       {"highway", "footway"},
		"unbuilt":    {"highway", "proposed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n := square(tags...).load(t)
			require.EqualValues(t, 280, seconds(t, n, at(0, 100), at(1000, 100), routing.Car))
		})
	}
	n := square("access", "no", "motorcar", "yes").load(t)
	require.EqualValues(t, 120, seconds(t, n, at(0, 100), at(1000, 100), routing.Car))
}

func TestABarrierStopsCarsAndLetsBikesThrough(t *testing.T) {
	t.Parallel()
	m := square()
	m.tags[1] = []string{"barrier", "bollard"} // corner 2
	n := m.load(t)
	require.EqualValues(t, 90+100+100+90, seconds(t, n, at(900, 0), at(1000, 100), routing.Car))
	require.EqualValues(t, 48, seconds(t, n, at(900, 0), at(1000, 100), routing.Bike)) // 200 m at 15 km/h
}

func TestTurningRoundOnlyAtDeadEnds(t *testing.T) {
	t.Parallel()
	side := []string{"highway", "residential", "maxspeed", "45"}
	// A street from west to east with a crossing in the middle, one-way houses'
	// sides: from 1 the only way on is east, over the crossing 2, to the end 3.
	n := newMade().
		node(1, 0, 0).node(2, 1000*metre, 0).node(3, 1500*metre, 0).node(4, 1000*metre, 400*metre).
		way(1, []int64{1, 2}, side...).way(2, []int64{2, 3}, side...).way(3, []int64{2, 4}, side...).
		load(t)
	g := n.graphs[routing.Car]
	next := followers(g)
	for arc := range uint32(len(g.arcs)) {
		back := slices.Contains(next[arc], arc^1)
		alone := g.turnFirst[arc+1]-g.turnFirst[arc] == 1
		require.Equal(t, alone, back, "arc %d", arc)
	}
	// Straight over the crossing costs nothing, a square turn 3.5 s.
	require.EqualValues(t, 100, seconds(t, n, at(500, 0), at(1500, 0), routing.Car))
	leg, err := n.Travel(context.Background(), at(500, 0), at(1000, 400), routing.Car, time.Time{})
	require.NoError(t, err)
	require.Equal(t, routing.Leg{Seconds: 94, Metres: 900}, leg) // 50 + 3.5 + 40
}

func TestIslandsAreNotSnappedTo(t *testing.T) {
	t.Parallel()
	n := square().
		node(11, 400*metre, 500*metre).node(12, 600*metre, 500*metre).
		way(11, []int64{11, 12}, "highway", "residential", "name", "Courtyard").
		load(t)
	s, err := n.Snap(at(500, 400), routing.Car)
	require.NoError(t, err)
	require.InDelta(t, 400, s.Metres, 0.1)
	require.Equal(t, 2, n.Report().Islands[routing.Car])
}

func TestMissingNodesAreSurvivedAndCounted(t *testing.T) {
	t.Parallel()
	n := square().
		way(9, []int64{1, 77, 78, 3}, "highway", "residential").
		way(10, []int64{2, 79}, "highway", "residential").
		load(t)
	require.Equal(t, 3, n.Report().DanglingRefs)
	// The broken way is no way through.
	require.EqualValues(t, 180, seconds(t, n, at(0, 100), at(900, 1000), routing.Car))
	require.Equal(t, 7, n.Report().RoadWays)
	require.Equal(t, 6, n.Report().RoadNodes)
}

func TestANetworkOfOneRing(t *testing.T) {
	t.Parallel()
	n := newMade().
		node(1, 0, 0).node(2, 1000*metre, 0).node(3, 1000*metre, 1000*metre).node(4, 0, 1000*metre).
		way(1, []int64{1, 2, 3, 4, 1}, "highway", "residential", "maxspeed", "45", "junction", "roundabout").
		load(t)
	require.EqualValues(t, 40, seconds(t, n, at(300, 0), at(700, 0), routing.Car))
	require.EqualValues(t, 360, seconds(t, n, at(700, 0), at(300, 0), routing.Car))
	require.EqualValues(t, 0, seconds(t, n, at(700, 0), at(700, 0), routing.Car))
	require.EqualValues(t, 10, seconds(t, n, at(0, 50), at(50, 0), routing.Car))
	require.EqualValues(t, 390, seconds(t, n, at(50, 0), at(0, 50), routing.Car))
}

func TestTheNearerEndOfAStreetIsTakenOverItsOwnLength(t *testing.T) {
	t.Parallel()
	// The south side is a crawl, so from one of its ends to the other it is
	// quicker to leave it and go round the block.
	n := square("maxspeed", "12.5").load(t)
	leg, err := n.Travel(context.Background(), at(20, 0), at(980, 0), routing.Car, time.Time{})
	require.NoError(t, err)
	// 20 m at 10 km/h, 3000 m at 10 m/s, 20 m at 10 km/h; straight on: 346 s.
	require.Equal(t, routing.Leg{Seconds: 314, Metres: 3040}, leg)
}

func TestPrivateRoadsAreOnlyForTheirOwnDoors(t *testing.T) {
	t.Parallel()
	for name, tags := range map[string][]string{
		"private":     {"access", "private"},
		"residents":   {"motor_vehicle", "destination"},
		"driveway":    {"highway", "service", "service", "driveway", "maxspeed", "10"},
		"one private": {"access", "yes", "motorcar", "private"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n := square(tags...).load(t)
			speed := routing.Seconds(10) // s for 100 m
			if name == "driveway" {
				speed = 24
			}
			// Nobody passes through it, ...
			require.EqualValues(t, 280, seconds(t, n, at(0, 100), at(1000, 100), routing.Car))
			// ... but one may go in at either end, out at either end, and from
			// door to door on it.
			require.EqualValues(t, 10+speed, seconds(t, n, at(0, 100), at(100, 0), routing.Car))
			require.EqualValues(t, 10+speed, seconds(t, n, at(1000, 100), at(900, 0), routing.Car))
			require.EqualValues(t, speed+10, seconds(t, n, at(100, 0), at(0, 100), routing.Car))
			require.EqualValues(t, speed+10, seconds(t, n, at(900, 0), at(1000, 100), routing.Car))
			require.EqualValues(t, 2*speed, seconds(t, n, at(100, 0), at(300, 0), routing.Car))
		})
	}
}

func TestARoadThatEndsAtAGateCanBeLeftAgain(t *testing.T) {
	t.Parallel()
	n := square().
		node(11, -500*metre, 0).node(12, -900*metre, 0).
		way(11, []int64{1, 11}, "highway", "residential", "maxspeed", "45").
		way(12, []int64{11, 12}, "highway", "residential", "maxspeed", "45", "access", "private").
		load(t)
	require.EqualValues(t, 64, seconds(t, n, at(-500, 0), at(0, 100), routing.Car)) // 50 + 3.5 + 10
	require.EqualValues(t, 104, seconds(t, n, at(-900, 0), at(0, 100), routing.Car))
	require.EqualValues(t, 104, seconds(t, n, at(0, 100), at(-900, 0), routing.Car))
}
