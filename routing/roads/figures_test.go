package roads

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
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
// is "full", or "short" for fewer rounds and no imports.
const (
	figuresEnv       = "ROUNDSMAN_FIGURES"
	figuresImportEnv = "ROUNDSMAN_FIGURES_IMPORT" // set for a child that only imports
	figuresLargeEnv  = "ROUNDSMAN_LARGE_MAP"      // 4 x 4 copies of Delaware, where they are
)

// figure is a line of the table. Values are in its unit.
type figure struct {
	what      string
	unit      string
	most, aim float64
	measure   func(*ground) (value float64, dijkstra float64) // the latter 0 where it can't be compared
}

// ground is what figures are taken on: a map, and two lists of places on it.
type ground struct {
	t        *testing.T
	rounds   int
	path     string
	n        *Network
	flat     *Network // the same without turns
	from, to []orb.Point
	positions
	row float64 // ms that Dijkstra's algorithm takes for a row of the table
	leg float64 // µs that it takes for one way

	imported [2]float64 // see importAnew
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

// importFigures are taken in a process of their own.
var importFigures = []figure{
	{"from file to first answers, fast hierarchy included", "s", 18, 10, func(g *ground) (float64, float64) {
		spent, _ := g.importAnew()
		return spent, 0
	}},
	{"peak memory of that import", "MB", 250, 150, func(g *ground) (float64, float64) {
		_, peak := g.importAnew()
		return peak, 0
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
		start := processorTime()
		for i := range steps {
			step(i)
		}
		spent[r] = float64(processorTime()-start) / 1e6 / float64(steps)
	}
	slices.Sort(spent)
	return spent[rounds/2]
}

func (g *ground) load() *Network {
	n, err := Load(context.Background(), g.path, filepath.Join(os.TempDir(), "roundsman-bench-roads"), nil)
	require.NoError(g.t, err)
	return n
}

// importAnew imports the map in another process, once for all that is asked of
// it: its seconds of processor time and its megabytes at the most.
func (g *ground) importAnew() (seconds, peak float64) {
	if g.imported[0] > 0 {
		return g.imported[0], g.imported[1]
	}
	c := exec.Command(os.Args[0], "-test.run", "^TestFigures$")
	c.Env = append(os.Environ(), figuresImportEnv+"="+g.path, "GOMAXPROCS=1")
	out, err := c.CombinedOutput()
	require.NoError(g.t, err, string(out))
	// What a child's resource usage says counts its parent's memory before exec.
	_, told, _ := strings.Cut(string(out), "VmHWM:")
	var kilobytes float64
	_, err = fmt.Sscan(told, &kilobytes)
	require.NoError(g.t, err, string(out))
	g.imported = [2]float64{(c.ProcessState.UserTime() + c.ProcessState.SystemTime()).Seconds(), kilobytes / 1e3}
	return g.imported[0], g.imported[1]
}

// newGround loads a map and takes the pace of Dijkstra's algorithm on it.
func newGround(t *testing.T, path string, rounds int) *ground {
	g := &ground{t: t, rounds: rounds, path: path}
	g.n = g.load()
	cars := g.n.graphs[routing.Car]
	g.from, g.to = somewhere(cars, 1000, 5), somewhere(cars, 1000, 6)
	g.a, _ = snapAll(cars, g.from, routing.Car)
	g.b, _ = snapAll(cars, g.to, routing.Car)
	require.Len(t, g.a, len(g.from), "all places are on the road")
	require.Len(t, g.b, len(g.to))
	h, err := contract(t.Context(), cars, false, func(int, int) {})
	require.NoError(t, err)
	g.flat = newNetwork(g.n.graphs, h, g.n.names, nil, nil, nil, Report{})
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
		n, err := Load(t.Context(), path, t.TempDir(), nil)
		require.NoError(t, err)
		p := somewhere(n.graphs[routing.Car], 2, 5)
		_, err = n.Travel(t.Context(), p[0], p[1], routing.Car, time.Time{})
		require.NoError(t, err)
		status, err := os.ReadFile("/proc/self/status")
		require.NoError(t, err)
		fmt.Println(string(status))
		return
	}
	kind := os.Getenv(figuresEnv)
	if kind == "" {
		t.Skip("set " + figuresEnv + " to full or short; make bench-roads does")
	}
	rounds := map[string]int{"full": 15, "short": 3}[kind]
	require.NotZero(t, rounds, figuresEnv+" is full or short")
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	fmt.Printf("Processor time of one thread, median of %d rounds; the last minute's load was %s.\n", rounds, load())
	fmt.Println("× says how many times longer Dijkstra's algorithm takes for the same, in the same run.")
	for _, name := range []string{"delaware", "porto-portugal"} {
		t.Run(name, func(t *testing.T) {
			g := newGround(t, testdata.File(t, "osm", name+".osm.pbf"), rounds)
			show := mapFigures
			if kind == "full" {
				show = append(slices.Clip(show), importFigures...)
			}
			g.print(name, show)
		})
	}
	t.Run("large", func(t *testing.T) {
		path := os.Getenv(figuresLargeEnv)
		if path == "" {
			t.Skip("no large map: set " + figuresLargeEnv + " to 4 x 4 copies of Delaware; roundsman roads tile makes them")
		}
		large := mapFigures[0]
		large.most, large.aim = 150, 80
		newGround(t, path, rounds).print("large", []figure{large})
	})
}

func (g *ground) print(name string, figures []figure) {
	fmt.Printf("\n%-52s %10s %10s %10s %9s\n", name, "figure", "at most", "aim", "Dijkstra")
	for _, f := range figures {
		value, dijkstra := f.measure(g)
		verdict, ratio := "missed", ""
		switch {
		case value <= f.aim:
			verdict = "aim met"
		case value <= f.most:
			verdict = "met"
		}
		if dijkstra > 0 {
			ratio = fmt.Sprintf("%.0f ×", dijkstra/value)
		}
		fmt.Printf("%-52s %7.4g %s %7g %s %7g %s %9s  %s\n", f.what, value, f.unit, f.most, f.unit, f.aim, f.unit, ratio, verdict)
	}
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
