package roads

import (
	"bytes"
	"context"
	"testing"
	"time"

	"roundsman/internal/fault"
	"roundsman/internal/testdata"
	"roundsman/routing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"
)

func repeated(t *testing.T, mapPath string, cols, rows int) (*Network, Repeated) {
	t.Helper()
	var b bytes.Buffer
	r, err := Repeat(t.Context(), &b, mapPath, cols, rows, func(Progress) {})
	require.NoError(t, err)
	n, err := Load(t.Context(), writeFile(t, "repeated.osm.pbf", b.Bytes()), "", nil)
	require.NoError(t, err)
	return n, r
}

// The square's one crossing is in the middle of its north side, and so the joins
// lead from there to there: 1000 m and the gap of 1112 m, driven at 60 km/h.
func TestCopiesAreWholeAndJoined(t *testing.T) {
	t.Parallel()
	one := square().load(t)
	n, r := repeated(t, square().file(t), 3, 2)
	require.Equal(t, 6, r.Copies)
	require.Equal(t, 2*2+3, r.Joins)
	require.Equal(t, 6*one.Report().RoadWays+r.Joins, n.Report().RoadWays)
	require.Equal(t, 6*one.Report().RoadNodes, n.Report().RoadNodes)
	require.Zero(t, n.Report().DanglingRefs)
	from, to := at(100, 0), at(900, 0)
	require.EqualValues(t, 80, seconds(t, one, from, to, routing.Car))
	require.EqualValues(t, 80, seconds(t, n, from, to, routing.Car))
	// 1600 m at 10 m/s to the crossing, straight on over two joins, 1600 m.
	to[0] += 2 * (1000*metre + gap/degree)
	require.InDelta(t, 160+2*2112*3.6/60+160, float64(seconds(t, n, from, to, routing.Car)), 2)
}

func TestCopiesOfARealMap(t *testing.T) {
	t.Parallel()
	file := testdata.File(t, "osm", "monaco.osm.pbf")
	one, err := Load(t.Context(), file, "", nil)
	require.NoError(t, err)
	n, r := repeated(t, file, 2, 2)
	was, is := one.Report(), n.Report()
	require.Equal(t, 4*was.RoadWays+r.Joins, is.RoadWays)
	require.Equal(t, 4*was.RoadNodes, is.RoadNodes)
	require.Equal(t, 4*was.Restrictions, is.Restrictions)
	require.Equal(t, 4*was.Addresses, is.Addresses)
	require.Equal(t, 4*was.Places, is.Places)
	require.GreaterOrEqual(t, is.Edges[routing.Car], 4*was.Edges[routing.Car])
	// Every way of the copies joins all of them: the corners reach one another.
	low, high := r.Bound.Min, r.Bound.Max
	inner := func(x, y float64) orb.Point {
		return orb.Point{low[0] + x*(high[0]-low[0]), low[1] + y*(high[1]-low[1])}
	}
	for _, p := range []orb.Point{inner(0.25, 0.25), inner(0.75, 0.25), inner(0.25, 0.75), inner(0.75, 0.75)} {
		for _, q := range []orb.Point{inner(0.25, 0.25), inner(0.75, 0.75)} {
			_, err := n.Travel(context.Background(), p, q, routing.Car, time.Time{})
			require.NoError(t, err)
		}
	}
	// Copies of copies have numbers of their own too.
	var b bytes.Buffer
	_, err = Repeat(t.Context(), &b, square().file(t), 2, 1, func(Progress) {})
	require.NoError(t, err)
	again, _ := repeated(t, writeFile(t, "twice.osm.pbf", b.Bytes()), 1, 2)
	require.Zero(t, again.Report().DanglingRefs)
}

func TestCopiesThatDoNotFitAreRefused(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	_, err := Repeat(t.Context(), &b, square().file(t), 1, 100000, func(Progress) {})
	require.Equal(t, "map_copies_too_many", fault.CodeOf(err))
	require.Zero(t, b.Len())
	stopped, stop := context.WithCancel(t.Context())
	stop()
	_, err = Repeat(stopped, &b, square().file(t), 2, 2, func(Progress) {})
	require.ErrorIs(t, err, context.Canceled)
}
