package roads

import (
	"math"
	"testing"

	"roundsman/routing"

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
