package roads

import (
	"slices"
	"testing"

	"roundsman/routing"

	"github.com/stretchr/testify/require"
)

// crossing is two streets that cross in node 2, each arm 1000 m long and driven
// at 10 m/s: way 1 from the west, 2 to the east, 3 from the south, 4 to the
// north. The ends are joined by long ways round, ways 5 to 8, of 2000 m each.
func crossing() *made {
	side := []string{"highway", "residential", "maxspeed", "45"}
	return newMade().
		node(1, -1000*metre, 0).node(2, 0, 0).node(3, 1000*metre, 0).node(4, 0, -1000*metre).node(5, 0, 1000*metre).
		node(6, -1000*metre, -1000*metre).node(7, 1000*metre, -1000*metre).node(8, 1000*metre, 1000*metre).node(9, -1000*metre, 1000*metre).
		way(1, []int64{1, 2}, side...).way(2, []int64{2, 3}, side...).way(3, []int64{4, 2}, side...).way(4, []int64{2, 5}, side...).
		way(5, []int64{1, 6, 4}, side...).way(6, []int64{4, 7, 3}, side...).way(7, []int64{3, 8, 5}, side...).way(8, []int64{5, 9, 1}, side...)
}

func TestSignsAtACrossing(t *testing.T) {
	t.Parallel()
	west, east, north := at(-500, 0), at(500, 0), at(0, 500)
	// From the west: straight on 100 s; to the north a left turn, 100 + 3.5 s.
	// Round by the outer ways: to the north arm's middle 50 + 3.5 (square turn at
	// the west end) + 200 + 3.5 + 50.
	const straight, left, leftRound = 100, 104, 307
	from := []string{"way 1 from", "node 2 via", "way 4 to"}
	for name, c := range map[string]struct {
		m              *made
		north, counted int
	}{
		"none":            {crossing(), left, 0},
		"no left turn":    {crossing().relation(1, from, "type", "restriction", "restriction", "no_left_turn"), leftRound, 1},
		"for cars":        {crossing().relation(1, from, "type", "restriction", "restriction:motorcar", "no_left_turn"), leftRound, 1},
		"not for cars":    {crossing().relation(1, from, "type", "restriction", "restriction", "no_left_turn", "except", "psv;motorcar"), left, 0},
		"at rush hour":    {crossing().relation(1, from, "type", "restriction", "restriction", "no_left_turn", "hour_on", "07:00"), left, 0},
		"a bus route":     {crossing().relation(1, from, "type", "route"), left, 0},
		"straight only":   {crossing().relation(1, []string{"way 1 from", "node 2 via", "way 2 to"}, "type", "restriction", "restriction", "only_straight_on"), leftRound, 1},
		"left only":       {crossing().relation(1, from, "type", "restriction", "restriction", "only_left_turn"), left, 1},
		"missing member":  {crossing().relation(1, []string{"way 1 from", "node 2 via", "way 77 to"}, "type", "restriction", "restriction", "no_left_turn"), left, 1},
		"missing via":     {crossing().relation(1, []string{"way 1 from", "node 99 via", "way 4 to"}, "type", "restriction", "restriction", "no_left_turn"), left, 1},
		"no via":          {crossing().relation(1, []string{"way 1 from", "way 4 to"}, "type", "restriction", "restriction", "no_left_turn"), left, 0},
		"two signs":       {crossing().relation(1, from, "type", "restriction", "restriction", "no_left_turn").relation(2, from, "type", "restriction", "restriction", "no_left_turn"), leftRound, 2},
		"no entry of two": {crossing().relation(1, []string{"way 1 from", "way 3 from", "node 2 via", "way 4 to"}, "type", "restriction", "restriction", "no_entry"), leftRound, 1},
		"other street":    {crossing().relation(1, []string{"way 3 from", "node 2 via", "way 2 to"}, "type", "restriction", "restriction", "no_right_turn"), left, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n := c.m.load(t)
			require.EqualValues(t, c.north, seconds(t, n, west, north, routing.Car))
			require.Equal(t, c.counted, n.Report().Restrictions)
			if name != "left only" {
				require.EqualValues(t, straight, seconds(t, n, west, east, routing.Car))
			} else {
				// Left, the north arm, the way round to the east end, and back in.
				require.EqualValues(t, 50+4+100+4+200+4+50-1, seconds(t, n, west, east, routing.Car))
			}
		})
	}
}

// A divided road: who comes from the west on way 1, crosses over the middle piece
// 2 and goes back on the other side is turning round, which a sign over the
// middle piece forbids.
func TestSignsOverAWayBetween(t *testing.T) {
	t.Parallel()
	side := []string{"highway", "residential", "maxspeed", "45", "oneway", "yes"}
	both := []string{"highway", "residential", "maxspeed", "45"}
	divided := func() *made {
		return newMade().
			node(1, -1000*metre, 0).node(2, 0, 0).node(3, 1000*metre, 0).
			node(4, 1000*metre, 100*metre).node(5, 0, 100*metre).node(6, -1000*metre, 100*metre).
			node(7, 0, -3000*metre).node(8, 0, 3000*metre).
			way(1, []int64{1, 2}, side...).way(2, []int64{2, 5}, both...).way(3, []int64{2, 3}, side...).
			way(4, []int64{4, 5}, side...).way(5, []int64{5, 6}, side...).way(6, []int64{3, 4}, side...).way(7, []int64{6, 1}, side...).
			way(8, []int64{7, 2}, both...).way(9, []int64{5, 8}, both...)
	}
	west, back, north, south := at(-500, 0), at(-500, 100), at(0, 400), at(0, -400)
	free := divided().load(t)
	require.EqualValues(t, 50+10+50+7, seconds(t, free, west, back, routing.Car))
	signed := divided().relation(1, []string{"way 1 from", "way 2 via", "way 5 to"}, "type", "restriction", "restriction", "no_u_turn").load(t)
	// On to the east end and back: straight over both crossings.
	require.EqualValues(t, 50+100+10+100+50, seconds(t, signed, west, back, routing.Car))
	// The sign is not for those who come from elsewhere over the middle piece, nor
	// for those who go elsewhere.
	require.EqualValues(t, seconds(t, free, south, back, routing.Car), seconds(t, signed, south, back, routing.Car))
	require.EqualValues(t, seconds(t, free, west, north, routing.Car), seconds(t, signed, west, north, routing.Car))
	// Nor for who starts on the middle piece.
	require.EqualValues(t, seconds(t, free, at(0, 50), back, routing.Car), seconds(t, signed, at(0, 50), back, routing.Car))
	only := divided().relation(1, []string{"way 1 from", "way 2 via", "way 9 to"}, "type", "restriction", "restriction", "only_straight_on").load(t)
	require.EqualValues(t, 310, seconds(t, only, west, back, routing.Car))
	require.EqualValues(t, seconds(t, free, west, north, routing.Car), seconds(t, only, west, north, routing.Car))
	// A place on the middle piece is reached all the same.
	require.EqualValues(t, seconds(t, free, west, at(0, 50), routing.Car), seconds(t, signed, west, at(0, 50), routing.Car))
}

// Signs whose hours aren't understood are counted, and forbid nothing.
func TestSignsForSomeHoursAreCounted(t *testing.T) {
	t.Parallel()
	sign := []string{"way 1 from", "node 2 via", "way 2 to"}
	m := square().
		relation(1, sign, "type", "restriction", "restriction:conditional", "no_left_turn @ (Mo-Fr 07:00-09:00)").
		relation(2, sign, "type", "restriction", "restriction", "no_left_turn", "hour_on", "07:00").
		relation(4, sign, "type", "restriction", "restriction:conditional", "no_left_turn @ (Mo-Fr 07:00-09:00 AND weight>7.5)").
		relation(3, sign, "type", "route", "restriction:conditional", "no_left_turn @ (Mo-Fr 07:00-09:00)")
	r := m.load(t).Report()
	require.Equal(t, 3, r.HourlySigns)
	require.Equal(t, 2, r.UnreadHours)
	require.Equal(t, 1, r.Restrictions)
	require.Zero(t, r.BrokenRestrictions)
}

// Every sign of the real map that names a node and forbids is obeyed: no state
// leads from an arc of the first way to one of the last over the node.
func TestRealSignsAreObeyed(t *testing.T) {
	t.Parallel()
	s := realSource(t)
	require.Greater(t, len(s.restrictions), 400)
	g, ends, err := chains(t.Context(), s, int(routing.Car))
	require.NoError(t, err)
	b, unmet := g.ban(s, ends)
	require.Less(t, unmet, len(s.restrictions)/4)
	g.turns(car.turns, b)
	next := followers(g)
	checked := 0
	for _, r := range s.restrictions {
		if len(r.viaWays) > 0 {
			continue
		}
		node, ok := s.node(r.via)
		if !ok {
			continue
		}
		for _, a := range g.arcsAt(s, ends, r.from, node, true) {
			to := g.arcsAt(s, ends, r.to, node, false)
			if len(to) == 0 {
				continue
			}
			for _, b := range next[a] {
				require.Equal(t, r.only, slices.Contains(to, b))
			}
			checked += len(to)
		}
	}
	require.Greater(t, checked, 200)
}
