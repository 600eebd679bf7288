package main

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"roundsman/internal/testdata"

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
