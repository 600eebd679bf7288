package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"roundsman/internal/testdata"
	"roundsman/routing/roads"

	"github.com/stretchr/testify/require"
)

// atMap runs roundsman roads.
func atMap(ctx context.Context, args ...string) (status int, out, said string) {
	var o, s screen
	status = run(ctx, append([]string{"roads"}, args...), &o, &s)
	return status, o.String(), s.String()
}

func TestCopiesAsTheyAreSaid(t *testing.T) {
	t.Parallel()
	for s, want := range map[string][2]int{"1": {1, 1}, "2": {2, 1}, "4": {2, 2}, "7": {7, 1}, "12": {4, 3}, "16": {4, 4}, "4x3": {4, 3}, "1x5": {1, 5}} {
		cols, rows, err := parseCopies(s)
		require.NoError(t, err, s)
		require.Equal(t, want, [2]int{cols, rows}, s)
	}
	for _, s := range []string{"", "0", "-1", "x", "4x", "x4", "4x0", "many", "5000", "100x100", "4x4x4"} {
		_, _, err := parseCopies(s)
		require.ErrorContains(t, err, "such as 4x4", s)
	}
}

func TestRoadsTileWritesAnExtractOrNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	monaco, out := testdata.File(t, "osm", "monaco.osm.pbf"), filepath.Join(dir, "four.osm.pbf")
	status, said, _ := atMap(t.Context(), "tile", monaco, "2x2", "-o", out)
	require.Zero(t, status)
	require.Contains(t, said, "4 copies")
	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, files, 1)

	stopped, stop := context.WithCancel(t.Context())
	stop()
	_, _, _ = atMap(stopped, "tile", monaco, "2x2", "-o", filepath.Join(dir, "none.osm.pbf"))
	status, _, said = atMap(t.Context(), "tile", filepath.Join(dir, "missing.osm.pbf"), "2x2", "-o", filepath.Join(dir, "none.osm.pbf"))
	require.Equal(t, 1, status)
	require.Contains(t, said, "download.geofabrik.de")
	files, err = os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, files, 1, "nothing half-written")
}

// The commands as the documentation has them, on a built network, with the
// numbers that they must agree on.
func TestRoadsCommands(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	built := filepath.Join(dir, "monaco.roads")
	status, said, _ := atMap(t.Context(), "build", testdata.File(t, "osm", "monaco.osm.pbf"), "-o", built)
	require.Zero(t, status)
	require.Contains(t, said, "© OpenStreetMap contributors")
	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, files, 1)

	status, said, _ = atMap(t.Context(), "info", built)
	require.Zero(t, status)
	var report roads.Report
	require.NoError(t, json.Unmarshal([]byte(said), &report))
	require.Positive(t, report.RoadWays)

	// The third point is in the sea: no row and no column, and a reason.
	points, matrix := filepath.Join(dir, "points.csv"), filepath.Join(dir, "matrix.csv")
	require.NoError(t, os.WriteFile(points, []byte("7.42,43.735\n7.425,43.74\n\n8,43\n"), 0o600))
	status, _, _ = atMap(t.Context(), "matrix", built, "--points", points, "--out", matrix)
	require.Zero(t, status)
	rows := readCSV(t, matrix)
	require.Len(t, rows, 3)
	require.Equal(t, []string{"", "", ""}, rows[2])
	require.Equal(t, "0", rows[0][0])
	require.NotEmpty(t, rows[0][1])
	require.Empty(t, rows[0][2])
	reasons := readCSV(t, matrix+".reasons.csv")
	require.Equal(t, []string{"from", "to", "reason"}, reasons[0])
	require.Equal(t, []string{"3", ""}, reasons[1][:2])
	require.Contains(t, reasons[1][2], "no road for car")

	status, said, _ = atMap(t.Context(), "route", built, "7.42,43.735", "7.425,43.74", "--geojson")
	require.Zero(t, status)
	var line struct {
		Geometry   struct{ Coordinates [][2]float64 }
		Properties struct {
			Seconds     int
			Attribution string
		}
	}
	require.NoError(t, json.Unmarshal([]byte(said), &line))
	require.Equal(t, rows[0][1], strconv.Itoa(line.Properties.Seconds), "the route takes what the matrix says")
	require.Equal(t, [2]float64{7.42, 43.735}, line.Geometry.Coordinates[0])
	require.Equal(t, roads.Attribution, line.Properties.Attribution)

	status, said, _ = atMap(t.Context(), "search", built, "rue grimaldi", "--limit", "1")
	require.Zero(t, status)
	require.Contains(t, said, "Rue Grimaldi")
	status, said, asked := atMap(t.Context(), "search", built, "qqqqqq")
	require.Zero(t, status)
	require.Empty(t, said)
	require.Contains(t, asked, "Nothing on the map")
}

func readCSV(t *testing.T, file string) [][]string {
	t.Helper()
	f, err := os.Open(file)
	require.NoError(t, err)
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	return rows
}

func TestWhatRoadsCommandsRefuse(t *testing.T) {
	t.Parallel()
	monaco := testdata.File(t, "osm", "monaco.osm.pbf")
	dir := t.TempDir()
	text := filepath.Join(dir, "text.osm.pbf")
	require.NoError(t, os.WriteFile(text, []byte("no map"), 0o600))
	points := filepath.Join(dir, "points.csv")
	require.NoError(t, os.WriteFile(points, []byte("7.42,43.735\n43.735\n"), 0o600))
	for says, args := range map[string][]string{
		"in the .osm.pbf format":   {"build", text, "-o", filepath.Join(dir, "out.roads")},
		"can be written":           {"build", monaco, "-o", filepath.Join(dir, "no", "such", "folder", "out.roads")},
		"download.geofabrik.de":    {"info", filepath.Join(dir, "missing")},
		"is not a point":           {"route", monaco, "--data-dir", dir, "7.42", "7.42,43.73"},
		"line 2":                   {"matrix", monaco, "--data-dir", dir, "--points", points, "--out", filepath.Join(dir, "out.csv")},
		"missing flags: --out":     {"build", monaco},
		"no road for car within 2": {"route", monaco, "--data-dir", dir, "8,43", "7.42,43.735"},
	} {
		status, out, said := atMap(t.Context(), args...)
		require.NotZero(t, status, args)
		require.Empty(t, out)
		require.Contains(t, said, says)
	}
}
