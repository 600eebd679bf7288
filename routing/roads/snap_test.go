package roads

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"roundsman/routing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"
)

// position gives the position at a share (0 to 1) of the segment at a vertex.
func (g *graph) position(v uint32, t float64) position {
	q := position{edge: g.edgeOf(v), vertex: v}
	g.place(&q, t, [4]int32{g.lon[v], g.lat[v], g.lon[v+1], g.lat[v+1]})
	return q
}

// The grid must find what a look at every segment finds, to the bit, and of equally
// near ones the first.
func TestTheGridFindsTheNearestSegment(t *testing.T) {
	t.Parallel()
	g := realNetwork(t).graphs[routing.Car]
	planted := slices.Clone(g.grid.segments)
	slices.Sort(planted)
	planted = slices.Compact(planted)
	points := somewhere(g, 200, 3)
	ties := 0
	for i := range points {
		if i%3 == 0 { // some far out
			points[i][0] += float64(i%7-3) * 0.03
		}
		p := points[i]
		var l looking
		l.start(&g.grid, int32(math.Round(p[0]*degree)), int32(math.Round(p[1]*degree)), SnapLimit)
		cos := math.Cos(p.Lat() * math.Pi / 180)
		// Nearest as the index says it, to the bit, and by a sum of its own.
		least, first, best := math.Inf(1), uint32(none), math.Inf(1)
		for _, v := range planted {
			_, square := l.along(g.lon[v], g.lat[v], g.lon[v+1], g.lat[v+1])
			if square == least {
				ties++
			}
			if square < least {
				least, first = square, v
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
		q, metres, err := g.snap(p, routing.Car)
		if best > SnapLimit {
			require.Error(t, err)
			require.False(t, l.finish())
			continue
		}
		require.NoError(t, err)
		require.True(t, l.finish())
		require.Equal(t, first, l.segment())
		require.Equal(t, least, l.best)
		require.Equal(t, first, q.vertex)
		require.InDelta(t, best, metres, 0.02)
		require.InDelta(t, metres, math.Hypot((q.point[0]-p[0])*cos, q.point[1]-p[1])*degree*metresPerUnit, 0.02)
	}
	require.NotZero(t, ties, "some are at a junction")
}

// What the processor finds among a cell's lines with wide registers is what plain
// code finds.
func TestRegistersOfEveryWidthFindTheNearestLine(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(4, 4))
	found, ties := 0, 0
	for n := 1; n < 70; n++ {
		for range 40 {
			size := int32(1) << (3 + r.IntN(20))
			at := int32(750_000_000 * r.IntN(2)) // at 0, 0, too, where lines would lie that there are not
			lines := make([]int32, 4*n)
			for i := range lines {
				lines[i] = at + r.Int32N(size)
			}
			for range r.IntN(4) { // points, and lines that are there twice
				i, j := r.IntN(n), r.IntN(n)
				lines[2*n+i], lines[3*n+i] = lines[i], lines[n+i]
				for k := range 4 {
					lines[k*n+i] = lines[k*n+j]
				}
			}
			s := spot{float64(at + r.Int32N(size)), float64(at + r.Int32N(size)), r.Float64()}
			best := math.Inf(1)
			if r.IntN(2) == 0 {
				best = r.Float64() * float64(size) * float64(size) / 8
			}
			wantSquare, want := nearestPlainly(lines, &s, best)
			for w := bits64; w <= widest; w++ {
				square, at := nearestBy(w, lines, &s, best)
				require.Equal(t, want, at, "%d lines, width %d", n, w)
				require.Equal(t, wantSquare, square, "%d lines, width %d", n, w)
				if at >= 0 {
					_, again := nearestBy(w, lines, &s, square)
					require.Equal(t, -1, again, "nothing is nearer; width %d", w)
				}
			}
			if want >= 0 {
				found++
				for i := want + 1; i < n; i++ {
					if _, d := s.along(lines[i], lines[n+i], lines[2*n+i], lines[3*n+i]); d == wantSquare {
						ties++
					}
				}
			}
		}
	}
	require.NotZero(t, found)
	require.NotZero(t, ties)
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
	points := somewhere(g, 6*metAtOnce+7, 31)
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
