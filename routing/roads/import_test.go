package roads

import (
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"roundsman/internal/fault"
	"roundsman/internal/testdata"
	"roundsman/routing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"
)

func TestWhatIsNoMapIsRefusedWithAWordOnWhatToDo(t *testing.T) {
	t.Parallel()
	whole := square().bytes()
	for name, c := range map[string]struct {
		path, code, says string
	}{
		"text":          {writeFile(t, "a.txt", []byte("Once upon a time there was a map, and it was no map at all.\n")), "map_unreadable", "not in the .osm.pbf format"},
		"short text":    {writeFile(t, "a.txt", []byte("hi")), "map_unreadable", "cut short"},
		"empty":         {writeFile(t, "a.osm.pbf", nil), "map_unreadable", "empty"},
		"directory":     {t.TempDir(), "map_unreadable", "directory"},
		"missing":       {filepath.Join(t.TempDir(), "a.osm.pbf"), "map_missing", "download.geofabrik.de"},
		"xml":           {writeFile(t, "a.osm", []byte("<?xml version='1.0' encoding='UTF-8'?>\n<osm version=\"0.6\">\n</osm>\n")), "map_unreadable", "not in the .osm.pbf format"},
		"no roads":      {newMade().node(1, 0, 0).node(2, metre, 0).way(1, []int64{1, 2}, "building", "yes").file(t), "map_empty", "roads"},
		"no nodes":      {newMade().way(1, []int64{1, 2}, "highway", "residential").file(t), "map_empty", "nodes"},
		"cut in header": {writeFile(t, "a.osm.pbf", whole[:9]), "map_unreadable", "pbf"},
		"garbage after": {writeFile(t, "a.osm.pbf", append(append([]byte(nil), whole...), "and then some more text"...)), "map_unreadable", "damaged"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, dir := range []string{"", t.TempDir()} {
				_, err := Load(context.Background(), c.path, dir, nil)
				require.Equal(t, c.code, fault.CodeOf(err), "%v", err)
				require.Contains(t, err.Error(), c.says)
				if dir != "" {
					files, err := os.ReadDir(dir)
					require.NoError(t, err)
					require.Empty(t, files, "nothing half-written")
				}
			}
		})
	}
}

func TestFramesThatNobodyKnowsArePassedOver(t *testing.T) {
	t.Parallel()
	b := append(square().bytes(), frame("OSMNovelty", []byte{1, 2, 3})...)
	_, err := Load(context.Background(), writeFile(t, "a.osm.pbf", b), "", nil)
	require.NoError(t, err)
}

// A map that is cut anywhere but between two frames must not pass for a whole
// one; between frames nothing in the format tells.
func TestACutMapIsNoMap(t *testing.T) {
	t.Parallel()
	whole := square().bytes()
	between := map[int]bool{}
	for at := 0; at < len(whole); {
		n := int(whole[at+2])<<8 | int(whole[at+3])
		_, body, ok := frameHeader(whole[at+4 : at+4+n])
		require.True(t, ok)
		at += 4 + n + int(body)
		between[at] = true
	}
	require.Len(t, between, 3)
	for cut := range len(whole) {
		if between[cut] {
			continue
		}
		_, err := Load(context.Background(), writeFile(t, "cut.osm.pbf", whole[:cut]), "", nil)
		require.Equal(t, "map_unreadable", fault.CodeOf(err), "cut at %d: %v", cut, err)
	}
	real, err := os.ReadFile(testdata.Delaware(t))
	require.NoError(t, err)
	for _, part := range []int{10, 3, 2} {
		_, err := Load(context.Background(), writeFile(t, "cut.osm.pbf", real[:len(real)-len(real)/part]), "", nil)
		require.Equal(t, "map_unreadable", fault.CodeOf(err))
	}
}

func TestPlacesHaveNameKindAddressAndPoint(t *testing.T) {
	t.Parallel()
	n := square().
		node(30, 10*metre, 20*metre, "office", "it", "name", "Bits & Bobs", "addr:housenumber", "201", "addr:street", "N King St", "addr:city", "Wilmington", "addr:postcode", "19801").
		node(25, 40*metre, 20*metre, "shop", "bakery", "name", "Crumb").
		node(31, 0, 0, "shop", "vacant", "name", "Nobody").
		node(32, 0, 0, "amenity", "bank").
		node(33, 0, 0, "amenity", "bench", "name", "Old Bench").
		node(41, 0, 0).node(42, 100*metre, 0).node(43, 100*metre, 50*metre).node(44, 0, 50*metre).
		way(7, []int64{41, 42, 43, 44, 41}, "building", "yes", "amenity", "school", "name", "Dover High").
		way(5, []int64{41, 42, 99}, "amenity", "hospital", "name", "Half Known").
		way(6, []int64{98, 99}, "amenity", "hospital", "name", "Not Known").
		load(t)
	places := n.Places()
	require.Len(t, places, 4)
	require.Equal(t, []string{"node/25", "node/30", "way/5", "way/7"}, []string{places[0].ID, places[1].ID, places[2].ID, places[3].ID})
	require.Equal(t, "shop=bakery", places[0].Kind)
	p := places[1]
	p.Point = orb.Point{}
	require.Equal(t, Place{ID: "node/30", Name: "Bits & Bobs", Kind: "office=it", Number: "201", Street: "N King St", City: "Wilmington", Postcode: "19801"}, p)
	require.Equal(t, "amenity=school", places[3].Kind)
	require.InDelta(t, 50*metre, places[3].Point.Lon(), 1e-7)
	require.InDelta(t, 25*metre, places[3].Point.Lat(), 1e-7)
	require.InDelta(t, 50*metre, places[2].Point.Lon(), 1e-7)
}

func TestDelawareIsReadWhole(t *testing.T) {
	t.Parallel()
	s := realSource(t)
	require.Greater(t, s.report.RoadWays, 45000)
	require.Greater(t, s.report.RoadNodes, 300000)
	require.Zero(t, s.report.DanglingRefs)
	require.Greater(t, s.report.Restrictions, 400)
	require.Greater(t, len(s.places), 500)
	for _, p := range s.places {
		require.NotEmpty(t, p.Name)
		require.NotEmpty(t, p.Kind)
	}
	var r Report
	_, err := network(t.Context(), s, int(routing.Car), &r)
	require.NoError(t, err)
	require.Greater(t, r.Junctions[routing.Car], 40000)
	require.Less(t, r.Islands[routing.Car], r.Edges[routing.Car]/10)
}

// Maps of many kinds: sampled rows of tables, single costs and routes are those of
// plain search on the same states. The larger maps, and 1,000 rows and 10,000
// routes of each mode, with ROUNDSMAN_LONG_TESTS set, as make trust-roads does.
func TestEveryExtractGivesWhatPlainSearchGives(t *testing.T) {
	t.Parallel()
	long := os.Getenv("ROUNDSMAN_LONG_TESTS") != ""
	for name, small := range map[string]bool{
		"monaco": true, "liechtenstein": true, "andorra": true, "queens-village-ny": true,
		"heidelberg": false, "vancouver-canada": false, "porto-portugal": false, "delaware": false,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := read(t.Context(), testdata.File(t, "osm", name+".osm.pbf"), func(Progress) {})
			require.NoError(t, err)
			if !small && !long {
				var r Report
				g, err := network(t.Context(), s, int(routing.Car), &r)
				require.NoError(t, err)
				require.True(t, g.sound(len(s.names)))
				require.Positive(t, g.edges())
				return
			}
			n, err := build(t.Context(), s, func(Progress) {})
			require.NoError(t, err)
			rows, cols, routes := 5, 60, 1
			if long {
				rows, cols, routes = 125, 200, 10
			}
			for mode := range routing.Mode(modes) {
				g := n.graphs[mode]
				require.True(t, g.sound(len(n.names)))
				p, err := n.pools(t.Context(), mode)
				require.NoError(t, err)
				require.True(t, p.h.sound(g))
				from, _ := snapAll(g, somewhere(g, rows, 81))
				to, _ := snapAll(g, somewhere(g, cols, 82))
				search, q, want := newSearch(g), p.query(), make([]cost, len(to))
				got := make([]cost, len(from)*len(to))
				m := matrix{g: g, h: p.h, pools: p, from: from, to: to}
				require.NoError(t, m.run(t.Context(), func(i, j int, costs []cost) { copy(got[i*len(to)+j:], costs) }))
				for i := range from {
					search.costs(&from[i], to, want)
					require.Equal(t, want, got[i*len(to):(i+1)*len(to)], "%s row %d", mode, i)
					for k := range routes {
						j := (i + k*len(to)/routes) % len(to)
						c, arcs := q.way(&from[i], &to[j])
						require.Equal(t, want[j], c, "%s route %d to %d", mode, i, j)
						require.Equal(t, c, q.cost(&from[i], &to[j]))
						require.NotEmpty(t, arcs)
					}
				}
			}
			holdReweighted(t, n.graphs[routing.Car], rows, cols)
		})
	}
}

// holdReweighted holds a network against plain search after every kind of
// re-weighting: other speeds by class, closures and slow stretches, and both.
func holdReweighted(t *testing.T, g *graph, rows, cols int) {
	t.Helper()
	u, r := newCustomizer(woven(t, g)), rand.New(rand.NewPCG(83, 83))
	for i, k := range []*graph{g.paced(someFactors(r), nil), g.paced(usual, someEffects(g, r)), g.paced(someFactors(r), someEffects(g, r))} {
		p := &pools{g: k, h: u.hierarchy(k), room: u.room, own: true}
		holdAgainstDijkstra(t, k, p, rows, cols, uint64(84+2*i))
	}
}

func FuzzReader(f *testing.F) {
	whole := square().relation(1, []string{"way 1 from", "node 2 via", "way 2 to"}, "type", "restriction", "restriction", "no_left_turn").bytes()
	f.Add(whole)
	f.Add(whole[:len(whole)/2])
	f.Add([]byte("no map at all"))
	f.Fuzz(func(t *testing.T, b []byte) {
		// Whatever it is, it is a network or a fault, and never a crash.
		n, err := Load(context.Background(), writeFile(t, "fuzz.osm.pbf", b), "", nil)
		if err != nil {
			require.Contains(t, []string{"map_unreadable", "map_empty"}, fault.CodeOf(err))
			return
		}
		_, _ = n.Snap(at(1, 1), routing.Car)
	})
}
