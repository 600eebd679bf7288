package roads

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"roundsman/internal/testdata"
	"roundsman/routing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"
)

// The figures of `make bench-roads`: the time of one processor, the median of some
// rounds, with Dijkstra's algorithm beside it in the same run. ROUNDSMAN_FIGURES
// is "full", or "short" for fewer rounds, a sample of addresses, and neither
// imports nor the large map.
const (
	figuresEnv      = "ROUNDSMAN_FIGURES"
	figuresLargeEnv = "ROUNDSMAN_LARGE_MAP" // 4 x 4 copies of Delaware; made when it is not named
)

// figure is a line of the table. Values are in its unit.
type figure struct {
	what      string
	unit      string
	most, aim float64                                         // 0: none is set; a percentage is to be reached, not to be kept below
	measure   func(*ground) (value float64, dijkstra float64) // the latter 0 where it can't be compared
}

// ground is what figures are taken on: a map, and two lists of places on it.
type ground struct {
	t        *testing.T
	rounds   int
	full     bool
	path     string
	n        *Network
	flat     *Network // the same without turns
	from, to []orb.Point
	positions
	known bool    // places have been asked for before; else all of a round are new
	row   float64 // ms that Dijkstra's algorithm takes for a row of the table
	leg   float64 // µs that it takes for one way

	imports map[string][2]float64 // see importAnew
	asked   askedAddresses
	drawn   drawnTiles
}

// positions are the places as they lie on the road.
type positions struct{ a, b []position }

// mapFigures are those of every map, in the order of the list of targets.
var mapFigures = []figure{
	{"1000x1000 with turns, snapping included", "ms", 75, 50, func(g *ground) (float64, float64) {
		return g.table(g.n, len(g.from)), g.row * float64(len(g.from))
	}},
	{"1000x1000 without turns", "ms", 40, 25, func(g *ground) (float64, float64) {
		return g.table(g.flat, len(g.from)), g.row * float64(len(g.from))
	}},
	{"one to 1000 from coordinates", "ms", 4, 1.5, func(g *ground) (float64, float64) { return g.table(g.n, 1), g.row }},
	{"the same, of places asked for before", "ms", 0, 0, func(g *ground) (float64, float64) {
		g.known = true
		defer func() { g.known = false }()
		return g.table(g.n, 1), g.row
	}},
	{"point to point, snapped", "µs", 60, 35, func(g *ground) (float64, float64) {
		allocated := testing.AllocsPerRun(100, func() { g.travel(7) })
		require.Zero(g.t, allocated, "a leg is found without allocating")
		return 1e3 * g.median(g.rounds, 1000, g.travel), g.leg
	}},
	{"route with line", "µs", 150, 100, func(g *ground) (float64, float64) {
		return 1e3 * g.median(g.rounds, 1000, func(i int) {
			_, _, err := g.n.Line(context.Background(), g.from[i], g.to[7*i%len(g.to)], routing.Car, time.Time{})
			require.NoError(g.t, err)
		}), g.leg
	}},
	{"snap", "µs", 8, 3, func(g *ground) (float64, float64) {
		return 1e3 * g.median(g.rounds, 1000, func(i int) { _, _, _ = g.n.graphs[routing.Car].snap(g.from[i], routing.Car) }), 0
	}},
	{"start from the cache to the first answer", "ms", 20, 5, func(g *ground) (float64, float64) {
		return g.median(g.rounds, 1, func(int) {
			n := g.load()
			_, err := n.Travel(context.Background(), g.from[0], g.to[0], routing.Car, time.Time{})
			require.NoError(g.t, err)
		}), 0
	}},
}

func (g *ground) table(n *Network, rows int) float64 {
	return g.median(g.rounds, 1, func(int) {
		_, err := n.Table(context.Background(), g.from[:rows], g.to, routing.Car, time.Time{})
		require.NoError(g.t, err)
	})
}

func (g *ground) travel(i int) {
	_, err := g.n.Travel(context.Background(), g.from[i], g.to[7*i%len(g.to)], routing.Car, time.Time{})
	if err != nil {
		g.t.Fatal(err)
	}
}

// median gives the milliseconds of one of the steps of which a round has so many.
func (g *ground) median(rounds, steps int, step func(i int)) float64 {
	step(0)
	spent := make([]float64, rounds)
	for r := range spent {
		if !g.known {
			g.forget()
		}
		start := processorTime()
		for i := range steps {
			step(i)
		}
		spent[r] = float64(processorTime()-start) / 1e6 / float64(steps)
	}
	slices.Sort(spent)
	return spent[rounds/2]
}

// forget has all places be new ones again.
func (g *ground) forget() {
	for _, n := range []*Network{g.n, g.flat} {
		if n != nil {
			n.graphs[routing.Car].forget()
			n.ready[routing.Car].pools.Load().known.lists = nil
		}
	}
}

func (g *ground) load() *Network {
	n, err := Load(context.Background(), g.path, filepath.Join(os.TempDir(), "roundsman-bench-roads"), nil)
	require.NoError(g.t, err)
	return n
}

// newGround loads a map and takes the pace of Dijkstra's algorithm on it.
func newGround(t *testing.T, path string, rounds int, full bool) *ground {
	g := &ground{t: t, rounds: rounds, full: full, path: path, imports: map[string][2]float64{}}
	g.n = g.load()
	cars := g.n.graphs[routing.Car]
	g.from, g.to = somewhere(cars, 1000, 5), somewhere(cars, 1000, 6)
	g.a, _ = snapAll(cars, g.from)
	g.b, _ = snapAll(cars, g.to)
	require.Len(t, g.a, len(g.from), "all places are on the road")
	require.Len(t, g.b, len(g.to))
	h, err := contract(t.Context(), cars, false, func(int, int) {})
	require.NoError(t, err)
	g.flat = newNetwork(g.n.graphs, h, g.n.names, nil, nil, nil, nil, Report{})
	s, out := newSearch(cars), make([]cost, len(g.b))
	r := rand.New(rand.NewPCG(9, 9))
	g.row = g.median(rounds, 4, func(int) { s.costs(&g.a[r.IntN(1000)], g.b, out) })
	g.leg = 1e3 * g.median(rounds, 20, func(int) {
		k := r.IntN(1000)
		s.costs(&g.a[r.IntN(1000)], g.b[k:k+1], out)
	})
	return g
}

// TestFigures prints the table. It judges nothing: how far from its targets a
// busy machine is says little.
func TestFigures(t *testing.T) {
	if path := os.Getenv(figuresImportEnv); path != "" {
		importAndTell(t, path)
		return
	}
	kind := os.Getenv(figuresEnv)
	if kind == "" {
		t.Skip("set " + figuresEnv + " to full or short; make bench-roads does")
	}
	rounds := map[string]int{"full": 15, "short": 3}[kind]
	require.NotZero(t, rounds, figuresEnv+" is full or short")
	full := kind == "full"
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	fmt.Printf("Processor time of one thread, median of %d rounds; the last minute's load was %s.\n", rounds, load())
	fmt.Println("× says how many times longer Dijkstra's algorithm takes for the same, in the same run.")
	for _, name := range []string{"delaware", "porto-portugal"} {
		t.Run(name, func(t *testing.T) {
			g := newGround(t, testdata.File(t, "osm", name+".osm.pbf"), rounds, full)
			show := slices.Concat(mapFigures, weightFigures)
			if full {
				show = slices.Concat(show, importFigures)
			}
			if name == "delaware" {
				show = slices.Concat(show, tileFigures)
			}
			g.print(name, show)
		})
	}
	t.Run("addresses", func(t *testing.T) {
		n, _ := queens(t)
		g := &ground{t: t, n: n, rounds: rounds, full: full}
		g.print("queens-village-ny", addressFigures)
	})
	t.Run("large", func(t *testing.T) {
		large := mapFigures[0]
		large.most, large.aim = 150, 80
		newGround(t, largeMap(t, full), rounds, full).print("4 x 4 delaware", []figure{large})
	})
}

// largeMap gives the path of 4 x 4 copies of Delaware, which are made once and kept
// among the temporary files.
func largeMap(t *testing.T, full bool) string {
	if path := os.Getenv(figuresLargeEnv); path != "" {
		return path
	}
	if !full {
		t.Skip("the large map takes minutes: set " + figuresEnv + " to full, or " + figuresLargeEnv + " to one that is there")
	}
	path := filepath.Join(os.TempDir(), "roundsman-bench-roads", "delaware-4x4.osm.pbf")
	if _, err := os.Stat(path); err == nil {
		return path
	}
	f, err := os.CreateTemp(filepath.Dir(path), "*.part")
	require.NoError(t, err)
	defer os.Remove(f.Name())
	_, err = Repeat(t.Context(), f, testdata.File(t, "osm", "delaware.osm.pbf"), 4, 4, func(Progress) {})
	require.NoError(t, err)
	require.NoError(t, f.Close())
	require.NoError(t, os.Rename(f.Name(), path))
	return path
}

func (g *ground) print(name string, figures []figure) {
	fmt.Printf("\n%-52s %12s %10s %10s %9s\n", name, "figure", "at most", "aim", "Dijkstra")
	for _, f := range figures {
		value, dijkstra := f.measure(g)
		ratio := ""
		if dijkstra > 0 {
			ratio = fmt.Sprintf("%.0f ×", dijkstra/value)
		}
		bound := func(v float64) string {
			if v == 0 {
				return ""
			}
			return fmt.Sprintf("%g %s", v, f.unit)
		}
		fmt.Printf("%-52s %12s %10s %10s %9s  %s\n", f.what, fmt.Sprintf("%.4g %s", value, f.unit), bound(f.most), bound(f.aim), ratio, f.verdict(value))
	}
}

// verdict says which of its targets a figure meets.
func (f *figure) verdict(value float64) string {
	meets := func(target float64) bool { return target != 0 && value <= target }
	if f.unit == "%" {
		meets = func(target float64) bool { return target != 0 && value >= target }
	}
	switch {
	case meets(f.aim):
		return "aim met"
	case meets(f.most):
		return "met"
	case f.most == 0 && f.aim == 0:
		return ""
	}
	return "missed"
}

// load is the machine's, of the last minute; "unknown" where it doesn't tell.
func load() string {
	b, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	one, _, _ := strings.Cut(string(b), " ")
	return one
}
