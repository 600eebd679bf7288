package roads

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"roundsman/internal/fault"
	"roundsman/internal/testdata"
	"roundsman/routing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"
)

// The map of Delaware is read once for all tests that don't change it. Most are
// content with the network of its busiest corner, which is soon made.
var real struct {
	find   sync.Once
	source *source
	corner func() (*Network, error)
}

func realSource(t testing.TB) *source {
	t.Helper()
	path := testdata.Delaware(t)
	real.find.Do(func() {
		var err error
		real.source, err = read(context.Background(), path, func(Progress) {})
		require.NoError(t, err)
		real.corner = sync.OnceValues(func() (*Network, error) {
			return build(context.Background(), within(real.source, -75.70, 39.62, -75.45, 39.80), func(Progress) {})
		})
	})
	require.NotNil(t, real.source)
	return real.source
}

// realNetwork is that of Wilmington and around.
func realNetwork(t testing.TB) *Network {
	t.Helper()
	realSource(t)
	n, err := real.corner()
	require.NoError(t, err)
	return n
}

// within gives the source without the ways that leave a rectangle.
func within(s *source, west, south, east, north float64) *source {
	c := *s
	c.ways = nil
	in := func(ref uint32) bool {
		lon, lat := float64(s.lon[ref])/degree, float64(s.lat[ref])/degree
		return lon >= west && lon <= east && lat >= south && lat <= north
	}
	at := map[uint32]uint32{} // old way -> new way
	for i, w := range s.ways {
		if !slices.ContainsFunc(s.refs[w.first:w.last], func(ref uint32) bool { return !in(ref) }) {
			at[uint32(i)] = uint32(len(c.ways))
			c.ways = append(c.ways, w)
		}
	}
	c.wayAt = map[int64]uint32{}
	for id, w := range s.wayAt {
		if k, ok := at[w]; ok {
			c.wayAt[id] = k
		}
	}
	return &c
}

// somewhere gives points near the roads of a network, and a few on them.
func somewhere(g *graph, n int, seed uint64) []orb.Point {
	r := rand.New(rand.NewPCG(seed, 1))
	points := make([]orb.Point, n)
	for i := range points {
		points[i] = g.point(g.grid.segments[r.IntN(len(g.grid.segments))])
		if i%4 > 0 {
			points[i][0] += (r.Float64() - 0.5) * 0.004
			points[i][1] += (r.Float64() - 0.5) * 0.004
		}
	}
	return points
}

func TestTimesAreThoseOfASlowSearch(t *testing.T) {
	t.Parallel()
	net := realNetwork(t)
	for mode := range routing.Mode(modes) {
		g := net.graphs[mode]
		points := somewhere(g, 40, uint64(mode))
		points = append(points, points[3], orb.Point{points[5][0] + 1e-5, points[5][1]}) // again, and next door
		targets, _ := snapAll(g, points)
		require.Len(t, targets, len(points))
		p, err := net.pools(t.Context(), mode)
		require.NoError(t, err)
		s, q := newSearch(g), p.query()
		out := make([]cost, len(targets))
		for i := range 3 {
			from := targets[i]
			slow := searchNaively(g, &from)
			s.costs(&from, targets, out)
			for j := range targets {
				require.Equal(t, slow.cost(&from, &targets[j]), out[j], "%s %d to %d", mode, i, j)
				require.Equal(t, out[j], q.cost(&from, &targets[j]), "%s %d to %d", mode, i, j)
				require.Less(t, out[j], noCost)
			}
		}
	}
}

// Without turn costs, the network of joined edges must give what the bare
// segments of the ways give, to the millisecond and centimetre.
func TestJoinedEdgesCostWhatTheirSegmentsCost(t *testing.T) {
	t.Parallel()
	s := within(realSource(t), -75.70, 39.62, -75.45, 39.80)
	g, _, err := chains(context.Background(), s, int(routing.Car))
	require.NoError(t, err)
	for i := range g.attrs {
		g.attrs[i].limits &^= uint32(onlyEnds) // bare segments know no such thing
	}
	g.turns(turnCosts{}, bans{})
	g, usable, _ := g.connected()
	g.indexEdges()
	at := map[[2]int32]uint32{} // the map's nodes by their coordinate
	for i := range s.ids {
		at[[2]int32{s.lon[i], s.lat[i]}] = uint32(i)
	}
	r := rand.New(rand.NewPCG(7, 7))
	pick := func() (position, uint32) {
		for {
			e := r.IntN(g.edges())
			v := g.first[e] + uint32(r.IntN(int(g.first[e+1]-g.first[e]-1)))
			node := at[[2]int32{g.lon[v], g.lat[v]}]
			if s.barrier[node] == 0 && usable[e] && g.open(uint32(2*e)) && g.open(uint32(2*e+1)) {
				return g.position(v, 0), node
			}
		}
	}
	search := newSearch(g)
	for range 2 {
		from, start := pick()
		plain := plainCosts(s, int(routing.Car), start)
		targets, nodes := make([]position, 300), make([]uint32, 300)
		for i := range targets {
			targets[i], nodes[i] = pick()
		}
		out := make([]cost, len(targets))
		search.costs(&from, targets, out)
		for i := range targets {
			require.Equal(t, plain[nodes[i]], out[i], "to node %d", s.ids[nodes[i]])
		}
	}
}

func TestTableEntryIsTheLegWhateverElseIsAsked(t *testing.T) {
	t.Parallel()
	net := realNetwork(t)
	ctx := context.Background()
	from, to := somewhere(net.graphs[routing.Car], 6, 11), somewhere(net.graphs[routing.Car], 9, 12)
	to[4] = from[2] // there already
	table, err := net.Table(ctx, from, to, routing.Car, time.Time{})
	require.NoError(t, err)
	for i := range from {
		for j := range to {
			leg, err := net.Travel(ctx, from[i], to[j], routing.Car, time.Time{})
			require.NoError(t, err)
			entry, ok := table.At(i, j)
			require.True(t, ok)
			require.Equal(t, leg, entry)
			lined, line, err := net.Line(ctx, from[i], to[j], routing.Car, time.Time{})
			require.NoError(t, err)
			require.Equal(t, leg, lined)
			require.Equal(t, from[i], line[0])
			require.Equal(t, to[j], line[len(line)-1])
		}
	}
	leg, ok := table.At(2, 4)
	require.True(t, ok)
	require.Equal(t, routing.Leg{}, leg)
}

// However a table is made, one by one, by a sweep, abreast or by buckets, it holds
// what single queries give.
func TestTablesOfAllShapesAgree(t *testing.T) {
	t.Parallel()
	net := realNetwork(t)
	for mode := range routing.Mode(modes) {
		g := net.graphs[mode]
		all, _ := snapAll(g, somewhere(g, 260, 40+uint64(mode)))
		all = append(all, all[3], all[3], g.position(all[3].vertex, 0.5)) // places on one edge
		p, err := net.pools(t.Context(), mode)
		require.NoError(t, err)
		q := p.query()
		for _, shape := range [][2]int{{1, 260}, {4, 263}, {260, 2}, {263, 1}, {40, 40}, {5, 4}, {2, 8}, {1, 1}, {1, 5}, {33, 70}, {65, 64}, {193, 33}, {0, 3}, {3, 0}} {
			m := matrix{g: g, h: p.h, pools: p, from: all[len(all)-shape[0]:], to: all[:shape[1]]}
			want := make([]cost, shape[0]*shape[1])
			for i := range m.from {
				for j := range m.to {
					want[i*shape[1]+j] = q.cost(&m.from[i], &m.to[j])
				}
			}
			ways := map[string]func(context.Context, func(i, j int, costs []cost)) error{
				"as it likes": m.run,
				"by buckets":  m.byBuckets,
			}
			for i, k := range allKernels() {
				ways[fmt.Sprintf("abreast, kernel %d", i)] = func(ctx context.Context, put func(i, j int, costs []cost)) error {
					s := m.facing()
					defer m.letGo(s)
					return m.abreast(ctx, k, s, put)
				}
			}
			for name, run := range ways {
				got := make([]cost, len(want))
				require.NoError(t, run(t.Context(), func(i, j int, costs []cost) { copy(got[i*shape[1]+j:], costs) }))
				require.Equal(t, want, got, "%s, %v, %s", mode, shape, name)
			}
		}
	}
}

func TestTheLineIsAsLongAsTheLeg(t *testing.T) {
	t.Parallel()
	net := realNetwork(t)
	g := net.graphs[routing.Car]
	positions, _ := snapAll(g, somewhere(g, 60, 21))
	p, err := net.pools(t.Context(), routing.Car)
	require.NoError(t, err)
	q, next := p.query(), followers(g)
	for i := 0; i+1 < len(positions); i++ {
		a, b := &positions[i], &positions[i+1]
		c, arcs := q.way(a, b)
		require.Equal(t, q.cost(a, b), c)
		require.NotEmpty(t, arcs)
		for k := 1; k < len(arcs); k++ {
			require.Contains(t, next[arcs[k-1]], arcs[k], "a turn that isn't allowed")
		}
		line := g.line(a, b, arcs)
		require.Equal(t, a.point, line[0])
		require.Equal(t, b.point, line[len(line)-1])
		length := 0.0
		for k := 1; k < len(line); k++ {
			length += float64(centimetres(int32(line[k-1][0]*degree), int32(line[k-1][1]*degree), int32(line[k][0]*degree), int32(line[k][1]*degree)))
		}
		require.InDelta(t, float64(c.cm()), length, 10+0.002*length)
	}
}

func TestAPlaceOffTheRoadSaysSo(t *testing.T) {
	t.Parallel()
	net := realNetwork(t)
	ctx := context.Background()
	on := orb.Point{-75.5466, 39.7458} // Wilmington
	for _, off := range []orb.Point{{-73, 38}, {39.7, -75.5}, {400, 0}} {
		_, err := net.Travel(ctx, on, off, routing.Car, time.Time{})
		require.Equal(t, "place_off_road", fault.CodeOf(err), "%v", off)
		_, err = net.Snap(off, routing.Car)
		require.Equal(t, "place_off_road", fault.CodeOf(err))
	}
	table, err := net.Table(ctx, []orb.Point{on, {-73, 38}}, []orb.Point{{-73, 38}, on}, routing.Car, time.Time{})
	require.NoError(t, err)
	require.Equal(t, []routing.Seconds{routing.Unreachable, 0, routing.Unreachable, routing.Unreachable}, table.Seconds)
	_, err = net.Travel(ctx, on, on, routing.Mode(9), time.Time{})
	require.Equal(t, "mode_unknown", fault.CodeOf(err))
}

func TestACancelledTableStops(t *testing.T) {
	t.Parallel()
	net := realNetwork(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	points := somewhere(net.graphs[routing.Car], 5, 31)
	_, err := net.Table(ctx, points, points, routing.Car, time.Time{})
	require.ErrorIs(t, err, context.Canceled)
}

// followers lists for every arc which arcs may follow it in some state.
func followers(g *graph) map[uint32][]uint32 {
	next := map[uint32][]uint32{}
	for state := range uint32(g.states()) {
		for _, n := range g.turnTo[g.turnFirst[state]:g.turnFirst[state+1]] {
			next[g.base(state)] = append(next[g.base(state)], g.base(n))
		}
	}
	return next
}
