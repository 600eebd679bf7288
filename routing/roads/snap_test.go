package roads

import (
	"math"
	"slices"
	"testing"

	"roundsman/routing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"
)

// The grid must find what a look at every segment finds.
func TestTheGridFindsTheNearestSegment(t *testing.T) {
	t.Parallel()
	g := realNetwork(t).graphs[routing.Car]
	planted := map[uint32]bool{}
	for _, v := range g.grid.segments {
		planted[v] = true
	}
	points := somewhere(g, 60, 3)
	for i := range points {
		if i%3 == 0 { // some far out
			points[i][0] += float64(i%7-3) * 0.03
		}
		p := points[i]
		cos := math.Cos(p.Lat() * math.Pi / 180)
		best := math.Inf(1)
		for e := range g.tail {
			for v := g.first[e]; v+1 < g.first[e+1]; v++ {
				if !planted[v] {
					continue
				}
				a, b := g.point(v), g.point(v+1)
				ax, ay := (a[0]-p[0])*cos, a[1]-p[1]
				bx, by := (b[0]-p[0])*cos, b[1]-p[1]
				dx, dy := bx-ax, by-ay
				t := 0.0
				if l := dx*dx + dy*dy; l > 0 {
					t = max(0, min(1, -(ax*dx+ay*dy)/l))
				}
				best = min(best, math.Hypot(ax+t*dx, ay+t*dy)*degree*metresPerUnit)
			}
		}
		q, metres, err := g.snap(p, routing.Car)
		if best > SnapLimit {
			require.Error(t, err)
			continue
		}
		require.NoError(t, err)
		require.InDelta(t, best, metres, 0.02)
		require.InDelta(t, metres, math.Hypot((q.point[0]-p[0])*cos, q.point[1]-p[1])*degree*metresPerUnit, 0.02)
	}
}

func TestAPlaceHasItsStreet(t *testing.T) {
	t.Parallel()
	n := newMade().
		node(1, 0, 0).node(2, 300*metre, 0).node(3, 0, 100*metre).node(4, 300*metre, 100*metre).
		way(1, []int64{1, 2}, "highway", "residential", "name", "Low Street").
		way(2, []int64{3, 4}, "highway", "motorway", "oneway", "no", "name", "Big Road").
		way(3, []int64{1, 3}, "highway", "service").
		way(4, []int64{2, 4}, "highway", "service").
		load(t)
	s, err := n.Snap([2]float64{150 * metre, 60 * metre}, routing.Car)
	require.NoError(t, err)
	// The motorway is nearer, but nobody stops on one.
	require.Equal(t, "Low Street", s.Street)
	require.InDelta(t, 60, s.Metres, 0.1)
	require.InDelta(t, 150*metre, s.Point.Lon(), 1e-7)
	require.InDelta(t, 0, s.Point.Lat(), 1e-7)
	require.Equal(t, "Low Street", n.Street([2]float64{-10 * metre, 30 * metre}))
	require.Empty(t, n.Street([2]float64{0, -900 * metre}))
}

// Places are snapped many at once, some of which are remembered and some off the
// road.
func TestPlacesThatAreSnappedTogetherAreWhereEachIsAlone(t *testing.T) {
	t.Parallel()
	g := realNetwork(t).graphs[routing.Car]
	forgetful := *g
	forgetful.recent, forgetful.lists = nil, nil
	points := somewhere(g, 3*metAtOnce+7, 31)
	off := map[int]orb.Point{0: {math.NaN(), 39}, 17: {200, 39}, metAtOnce: {0, 0}, len(points) - 1: {0, 91}}
	for i, p := range off {
		points[i] = p
	}
	check := func(points []orb.Point) {
		t.Helper()
		positions, which := snapAll(g, points)
		k := 0
		for i, p := range points {
			q, _, err := forgetful.snap(p, routing.Car)
			if err != nil {
				continue
			}
			require.Equal(t, i, which[k])
			require.Equal(t, q, positions[k])
			k++
		}
		require.Len(t, positions, k)
		require.Len(t, which, k)
	}
	check(points)
	positions, _ := snapAll(g, points)
	require.Len(t, positions, len(points)-len(off))
	check(points)
	check(points[:100])
	check(points[90:])                                          // one less at either end
	check(slices.Insert(slices.Clone(points[90:]), 40, off[0])) // one more
	check(slices.Delete(slices.Clone(points[:100]), 3, 50))
	check(append(slices.Clone(points[:50]), points[:50]...)) // twice the same
	check(points[5:9])
	check(nil)
	for i := range 2 * mostLists { // in other company
		check(points[i:])
	}
	require.Len(t, g.lists.kept, mostLists)
}

func TestEveryVertexKnowsItsEdge(t *testing.T) {
	t.Parallel()
	g := realNetwork(t).graphs[routing.Car]
	for e := range g.tail {
		for v := g.first[e]; v < g.first[e+1]; v++ {
			if g.edgeOf(v) != uint32(e) {
				t.Fatal(v, e)
			}
		}
	}
}
