package roads

import (
	"context"
	"math/rand/v2"
	"testing"

	"roundsman/internal/testdata"
	"roundsman/routing"

	"github.com/stretchr/testify/require"
)

// woven is the mesh of a network.
func woven(t testing.TB, g *graph) *mesh {
	t.Helper()
	order, err := dissect(context.Background(), g)
	require.NoError(t, err)
	require.True(t, ordered(g, order))
	m, err := weave(context.Background(), g, order)
	require.NoError(t, err)
	return m
}

// someFactors gives every class of road a factor between a third and one and a
// half.
func someFactors(r *rand.Rand) []factor {
	all := make([]factor, len(classes))
	for i := range all {
		all[i] = factor(333 + r.IntN(1200))
	}
	return all
}

// someEffects shuts and slows what a few stretches of a network have.
func someEffects(g *graph, r *rand.Rand) []effect {
	var all []effect
	for range 40 {
		v := uint32(r.IntN(len(g.lon) - 20))
		f := effect{shut: r.IntN(2) == 0, factor: factor(100 + r.IntN(1500))}
		for w := v; w < v+uint32(1+r.IntN(12)); w++ {
			if e := g.edgeOf(w); w+1 < g.first[e+1] {
				f.segments = append(f.segments, w)
			}
		}
		all = append(all, f)
	}
	return all
}

// holdAgainstDijkstra compares tables and single ways on one weighing of a network
// with plain searches on the same weights: rows of them, each to cols places.
func holdAgainstDijkstra(t *testing.T, g *graph, p *pools, rows, cols int, seed uint64) {
	t.Helper()
	from, _ := snapAll(g, somewhere(g, rows, seed))
	to, _ := snapAll(g, somewhere(g, cols, seed+1))
	to = append(to, from[0], g.position(from[0].vertex, 0.5)) // there already, and on the same edge
	s, q := newSearch(g), p.query()
	defer p.put(q)
	want, got := make([]cost, len(to)), make([]cost, len(from)*len(to))
	m := matrix{g: g, h: p.h, pools: p, from: from, to: to}
	require.NoError(t, m.run(context.Background(), func(i, j int, costs []cost) { copy(got[i*len(to)+j:], costs) }))
	next := followers(g)
	for i := range from {
		s.costs(&from[i], to, want)
		require.Equal(t, want, got[i*len(to):(i+1)*len(to)], "row %d", i)
		for j := i; j < len(to); j += 7 {
			c, arcs := q.way(&from[i], &to[j])
			require.Equal(t, want[j], c, "%d to %d", i, j)
			if c >= noCost {
				continue
			}
			require.Equal(t, c, q.cost(&from[i], &to[j]))
			for k := 1; k < len(arcs); k++ {
				require.Contains(t, next[arcs[k-1]], arcs[k], "a turn that isn't allowed")
				require.True(t, k == 1 || !g.shut(arcs[k-1]), "it passes what is shut")
			}
		}
	}
}

func TestCustomizedTimesAreThoseOfASlowSearch(t *testing.T) {
	t.Parallel()
	g := realNetwork(t).graphs[routing.Car]
	m := woven(t, g)
	u := newCustomizer(m)
	r := rand.New(rand.NewPCG(9, 9))
	for i, other := range []*graph{
		g,
		g.paced(someFactors(r), nil),
		g.paced(usual, someEffects(g, r)),
		g.paced(someFactors(r), someEffects(g, r)),
	} {
		h := u.hierarchy(other)
		require.True(t, h.sound(other))
		holdAgainstDijkstra(t, other, &pools{g: other, h: h, room: u.room}, 8, 120, uint64(100*i))
	}
	// Its oracle isn't the weights' own: on those of another hour it differs.
	slow := g.paced(someFactors(r), nil)
	from, _ := snapAll(g, somewhere(g, 2, 3))
	a, b := (&pools{g: g, h: u.hierarchy(g), room: u.room}).query(), (&pools{g: slow, h: u.hierarchy(slow), room: u.room}).query()
	require.NotEqual(t, a.cost(&from[0], &from[1]), b.cost(&from[0], &from[1]))
}

func TestRepricingIsWeighingFaster(t *testing.T) {
	t.Parallel()
	g := realNetwork(t).graphs[routing.Car]
	k := g.paced(someFactors(rand.New(rand.NewPCG(4, 4))), nil)
	for arc := range uint32(len(k.arcs)) {
		if g.open(arc) {
			require.Equal(t, k.weigh(arc), k.arcs[arc])
		} else {
			require.Equal(t, noCost, k.arcs[arc])
		}
	}
	for _, by := range []uint32{0, 1, 2, 3, 7, 200, 1305, 65535} {
		for _, n := range []uint64{0, 1, 6, 7, 8, 360, 719, 4294967295, 4294967296, 1 << 40} {
			want := uint64(0)
			if by > 0 {
				want = (n + uint64(by)/2) / uint64(by)
			}
			require.Equal(t, want, divisorOf(by).round(n), "%d / %d", n, by)
		}
	}
}

func TestAMeshHoldsForEveryMap(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"monaco", "liechtenstein"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n, err := Load(t.Context(), testdata.File(t, "osm", name+".osm.pbf"), "", nil)
			require.NoError(t, err)
			g := n.graphs[routing.Car]
			m := woven(t, g)
			u := newCustomizer(m)
			r := rand.New(rand.NewPCG(1, 9))
			other := g.paced(someFactors(r), someEffects(g, r))
			holdAgainstDijkstra(t, other, &pools{g: other, h: u.hierarchy(other), room: u.room}, 6, 60, 5)
		})
	}
}
