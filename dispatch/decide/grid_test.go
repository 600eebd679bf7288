package decide

import (
	"context"
	"testing"

	"roundsman/routing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"
)

// asked counts the legs that it is asked for; each takes as long as it is wide.
func asked(n *int) asking {
	return func(_ context.Context, from, to []orb.Point) (*routing.Table, error) {
		t := routing.NewTable(len(from), len(to))
		for i, a := range from {
			for j, b := range to {
				*n++
				t.Set(i, j, routing.Leg{Seconds: routing.Seconds(100*a[0] + b[0])})
			}
		}
		return t, nil
	}
}

func street(from, to int) (places []orb.Point) {
	for x := from; x < to; x++ {
		places = append(places, orb.Point{float64(x), 0})
	}
	return places
}

func TestANewPlaceCostsItsRowAndColumn(t *testing.T) {
	t.Parallel()
	s := &grids{mostPoints: 100, mostLegs: 10_000, by: map[holding]*grid{}}
	n := 0
	was, err := s.covering(t.Context(), holding{}, street(0, 10), asked(&n))
	require.NoError(t, err)
	require.Equal(t, 100, n)
	n = 0
	g, err := s.covering(t.Context(), holding{}, street(5, 11), asked(&n))
	require.NoError(t, err)
	require.Equal(t, 10+11, n)
	n = 0
	again, err := s.covering(t.Context(), holding{}, street(2, 11), asked(&n))
	require.NoError(t, err)
	require.Same(t, g, again)
	require.Zero(t, n)
	table := g.table(street(8, 12))
	leg, ok := table.At(0, 2) // from 8 to 10
	require.True(t, ok)
	require.Equal(t, routing.Seconds(810), leg.Seconds)
	_, ok = table.At(0, 3)
	require.False(t, ok, "nobody asked for 11")
	_, ok = table.At(3, 3)
	require.True(t, ok, "who is there needs no way")
	_, ok = was.table(street(9, 11)).At(0, 1)
	require.False(t, ok, "who has the smaller grid keeps it")
}

func TestGridsAreBounded(t *testing.T) {
	t.Parallel()
	s := &grids{mostPoints: 12, mostLegs: 250, by: map[holding]*grid{}}
	n := 0
	keep := func(road string, places []orb.Point) *grid {
		g, err := s.covering(t.Context(), holding{on: road}, places, asked(&n))
		require.NoError(t, err)
		return g
	}
	keep("a", street(0, 10))
	require.Len(t, keep("a", street(20, 25)).points, 5, "fifteen places are too many: it begins anew")
	keep("b", street(0, 10))
	keep("c", street(0, 10))
	require.Len(t, s.by, 3)
	keep("a", street(20, 25))
	keep("d", street(0, 10)) // 25 + 3 x 100 are too many
	require.Len(t, s.by, 3)
	require.NotContains(t, s.by, holding{on: "b"}, "used longest ago")
}
