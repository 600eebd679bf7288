package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"roundsman/routing"
	"roundsman/routing/solve"
	"roundsman/routing/solve/instance"

	"github.com/stretchr/testify/require"
)

// two customers on a street.
const two = `{"tables": [{"seconds": [[0, 60, 120], [60, 0, 60], [120, 60, 0]]}],
	"shifts": [{"start": 0, "end": 0, "work": [0, 3600]}],
	"visits": [{"place": 1, "service": 60, "priority": 1}, {"place": 2, "service": 60, "priority": 1}]}`

func solveIn(t *testing.T, ctx context.Context, args ...string) (status int, line instance.Line, said string) {
	t.Helper()
	var out, err bytes.Buffer
	status = run(ctx, append([]string{"solve"}, args...), &out, &err)
	require.NoError(t, json.Unmarshal(out.Bytes(), &line), err.String())
	return status, line, err.String()
}

func fileOf(t *testing.T, name, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	return file
}

// Who ends a search has the best plan so far, on the screen and in the file.
func TestACancelledSearchWritesItsPlan(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	problem, plan := fileOf(t, "problem.json", two), filepath.Join(t.TempDir(), "plan.json")
	status, line, _ := solveIn(t, ctx, "--instance", problem, "--time", "1h", "--solution", plan)
	require.Zero(t, status)
	require.Equal(t, solve.StopCancelled, line.Stopped)
	require.Zero(t, line.Unassigned)
	status, line, _ = solveIn(t, t.Context(), "--instance", problem, "--check", plan)
	require.Zero(t, status)
	require.Equal(t, 2400.0, line.Cost, "240 seconds out and back, at 10 each")
}

func TestACheckNamesWhoIsMissing(t *testing.T) {
	t.Parallel()
	problem := fileOf(t, "problem.json", two)
	status, line, said := solveIn(t, t.Context(), "--instance", problem, "--check", fileOf(t, "plan.json", `{"rounds": [{"visits": [0]}]}`))
	require.Equal(t, 1, status)
	require.Equal(t, []int{1}, line.Missing)
	require.Contains(t, said, "says nothing of 1 visits")
	status, line, _ = solveIn(t, t.Context(), "--instance", problem, "--check", fileOf(t, "plan.json", `{"rounds": [{"visits": [0]}], "unassigned": [1]}`))
	require.Zero(t, status)
	require.Equal(t, 1, line.Unassigned)
	// To begin with, such a plan will do.
	status, line, _ = solveIn(t, t.Context(), "--instance", problem, "--iterations", "20", "--start", fileOf(t, "plan.json", `{"rounds": [{"visits": [0]}]}`))
	require.Zero(t, status)
	require.Zero(t, line.Unassigned)
}

func TestASearchSaysWhatItHas(t *testing.T) {
	t.Parallel()
	require.Equal(t, "cost 81.3, 2 left out, 1200 iterations",
		found(solve.Progress{Score: routing.Score{Cost: 813}, Unassigned: 2, Iterations: 1200}, 10))
}
