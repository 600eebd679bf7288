package roads

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"roundsman/routing"

	"github.com/stretchr/testify/require"
)

// A child of TestFigures imports the map that figuresImportEnv names, with what
// figuresHierarchyEnv names to answer from.
const (
	figuresImportEnv    = "ROUNDSMAN_FIGURES_IMPORT"
	figuresHierarchyEnv = "ROUNDSMAN_FIGURES_HIERARCHY"

	fastHierarchy = "fast" // the one that nothing is faster than
	soonHierarchy = "soon" // the one in an order that is soon found, which weights of other hours are searched with
)

// importFigures are taken in a process of their own.
var importFigures = []figure{
	{"from file to first answers", "s", 8, 5, func(g *ground) (float64, float64) { return g.importAnew(soonHierarchy)[0], 0 }},
	{"from file to first answers, fast hierarchy included", "s", 18, 10, func(g *ground) (float64, float64) { return g.importAnew(fastHierarchy)[0], 0 }},
	{"peak memory of that import", "MB", 250, 150, func(g *ground) (float64, float64) { return g.importAnew(fastHierarchy)[1], 0 }},
}

// importAnew imports the map in another process, once for all that is asked of
// it: its seconds of processor time and its megabytes at the most.
func (g *ground) importAnew(hierarchy string) [2]float64 {
	if took, ok := g.imports[hierarchy]; ok {
		return took
	}
	c := exec.Command(os.Args[0], "-test.run", "^TestFigures$")
	c.Env = append(os.Environ(), figuresImportEnv+"="+g.path, figuresHierarchyEnv+"="+hierarchy, "GOMAXPROCS=1")
	out, err := c.CombinedOutput()
	require.NoError(g.t, err, string(out))
	// What a child's resource usage says counts its parent's memory before exec.
	_, told, _ := strings.Cut(string(out), "VmHWM:")
	var kilobytes float64
	_, err = fmt.Sscan(told, &kilobytes)
	require.NoError(g.t, err, string(out))
	g.imports[hierarchy] = [2]float64{(c.ProcessState.UserTime() + c.ProcessState.SystemTime()).Seconds(), kilobytes / 1e3}
	return g.imports[hierarchy]
}

// importAndTell is what such a process does.
func importAndTell(t *testing.T, path string) {
	n := importWith(t, path, os.Getenv(figuresHierarchyEnv))
	p := somewhere(n.graphs[routing.Car], 2, 5)
	_, err := n.Travel(t.Context(), p[0], p[1], routing.Car, time.Time{})
	require.NoError(t, err)
	status, err := os.ReadFile("/proc/self/status")
	require.NoError(t, err)
	fmt.Println(string(status))
}

// importWith imports a map and makes what it answers from.
func importWith(t *testing.T, path, hierarchy string) *Network {
	if hierarchy == fastHierarchy {
		n, err := Load(t.Context(), path, t.TempDir(), nil)
		require.NoError(t, err)
		return n
	}
	s, err := read(t.Context(), path, func(Progress) {})
	require.NoError(t, err)
	var graphs [modes]*graph
	var report Report
	for m := range graphs {
		graphs[m], err = network(t.Context(), s, m, &report)
		require.NoError(t, err)
	}
	cars := graphs[routing.Car]
	order, err := dissect(t.Context(), cars)
	require.NoError(t, err)
	m, err := weave(t.Context(), cars, order)
	require.NoError(t, err)
	return newNetwork(graphs, newCustomizer(m).hierarchy(cars), s.names, s.hours, s.places, s.gazetteer(graphs), s.areas, report)
}
