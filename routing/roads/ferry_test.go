package roads

import (
	"testing"

	"roundsman/internal/fault"
	"roundsman/routing"

	"github.com/stretchr/testify/require"
)

// banks is two streets, 1000 m each, on the two banks of a river 2000 m wide, and
// a ferry between their near ends that takes ten minutes.
func banks(ferry ...string) *made {
	side := []string{"highway", "residential", "maxspeed", "45"}
	return newMade().
		node(1, 0, 0).node(2, 1000*metre, 0).node(3, 3000*metre, 0).node(4, 4000*metre, 0).
		way(1, []int64{1, 2}, side...).way(3, []int64{3, 4}, side...).
		way(2, []int64{2, 3}, append([]string{"route", "ferry", "duration", "00:10"}, ferry...)...)
}

func TestFerriesTakeWhatTheMapSays(t *testing.T) {
	t.Parallel()
	n := banks("motor_vehicle", "yes").load(t)
	require.EqualValues(t, 50+600+50, seconds(t, n, at(500, 0), at(3500, 0), routing.Car))
	require.EqualValues(t, 50+600+50, seconds(t, n, at(3500, 0), at(500, 0), routing.Car))
	// In the middle of the river nobody gets on: the place is taken to the bank.
	s, err := n.Snap(at(1900, 0), routing.Car)
	require.NoError(t, err)
	require.InDelta(t, 900, s.Metres, 1)
	require.Equal(t, "east", s.Side)
	// A ferry that nobody says is for cars takes none of them.
	n = banks().load(t)
	_, err = n.Snap(at(3900, 0), routing.Car)
	require.Equal(t, "place_off_road", fault.CodeOf(err), "the other bank is cut off")
	require.EqualValues(t, 750+600, seconds(t, n, at(0, 0), at(3000, 0), routing.Foot))
}

func TestWhichSideOfTheRoad(t *testing.T) {
	t.Parallel()
	n := square().load(t)
	for _, c := range []struct {
		east, north float64
		side        string
	}{{500, 40, "north"}, {500, -40, "south"}, {-30, 500, "west"}, {-30, -30, "southwest"}, {30, 500, "east"}, {500, 0, ""}} {
		s, err := n.Snap(at(c.east, c.north), routing.Car)
		require.NoError(t, err)
		require.Equal(t, c.side, s.Side, "%v", c)
	}
}
