package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"roundsman/internal/testdata"

	"github.com/stretchr/testify/require"
)

// The example that the README sends people to works a day at the demo to its end,
// again on what the first time left, and fails where somebody may not sign in.
func TestTheExampleOfADay(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("imports a map and plans a day")
	}
	program := filepath.Join(t.TempDir(), "day")
	built, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, "roundsman/examples/day").CombinedOutput()
	require.NoError(t, err, "%s", built)
	source, err := os.ReadFile("../../examples/day/main.go")
	require.NoError(t, err)
	require.LessOrEqual(t, strings.Count(string(source), "\n"), 300, "short enough to begin from")

	dir := openDir(t)
	url, out, stop := serving(t, "--demo", "--map", testdata.Delaware(t), "--data-dir", dir, "--planning-seconds", "1")
	for range 2 {
		said, err := exec.CommandContext(t.Context(), program, "--server", url, "--sign-ins", filepath.Join(dir, signInFile)).CombinedOutput()
		if err != nil {
			t.Logf("the program said %s\nthe server %s", said, out)
		}
		require.NoError(t, err)
		for _, what := range []string{"resolved on the line", "was unknown", "planned:", "served", "promise kept"} {
			require.Contains(t, string(said), what)
		}
	}
	strangers := filepath.Join(t.TempDir(), "none.json")
	require.NoError(t, os.WriteFile(strangers, []byte(`[]`), 0o600))
	said, err := exec.CommandContext(t.Context(), program, "--server", url, "--sign-ins", strangers).CombinedOutput()
	require.Error(t, err)
	require.Contains(t, string(said), "anna can sign in")
	require.Zero(t, stop(), out.String())
}
