package roads

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"roundsman/internal/fault"
	"roundsman/routing"

	"github.com/stretchr/testify/require"
)

func TestABuiltNetworkIsOpenedWithoutItsMap(t *testing.T) {
	t.Parallel()
	mapPath, out := square().file(t), filepath.Join(t.TempDir(), "town.roads")
	made, err := Build(t.Context(), mapPath, out, func(Progress) {})
	require.NoError(t, err)
	require.True(t, IsBuilt(out))
	require.False(t, IsBuilt(mapPath))
	require.NoError(t, os.Remove(mapPath))
	n, err := Open(out)
	require.NoError(t, err)
	require.Equal(t, made.Report(), n.Report())
	require.EqualValues(t, 40, seconds(t, n, at(300, 0), at(700, 0), routing.Car))
	require.Positive(t, seconds(t, n, at(300, 0), at(700, 0), routing.Foot), "made when first asked for, and kept beside it")
	again, err := Open(out)
	require.NoError(t, err)
	require.Equal(t, seconds(t, n, at(300, 0), at(700, 0), routing.Foot), seconds(t, again, at(300, 0), at(700, 0), routing.Foot))
}

func TestWhatIsNoBuiltNetworkIsRefusedWithAWordOnWhatToDo(t *testing.T) {
	t.Parallel()
	out := filepath.Join(t.TempDir(), "town.roads")
	_, err := Build(t.Context(), square().file(t), out, func(Progress) {})
	require.NoError(t, err)
	whole, err := os.ReadFile(out)
	require.NoError(t, err)
	cut := writeFile(t, "cut.roads", whole[:len(whole)/2])
	older := append([]byte(nil), whole...)
	older[8]--
	for name, c := range map[string]struct{ path, code string }{
		"missing": {filepath.Join(t.TempDir(), "none.roads"), "network_missing"},
		"a map":   {square().file(t), "network_unreadable"},
		"empty":   {writeFile(t, "empty.roads", nil), "network_unreadable"},
		"cut":     {cut, "network_unreadable"},
		"older":   {writeFile(t, "older.roads", older), "network_unreadable"},
	} {
		_, err := Open(c.path)
		require.Equal(t, c.code, fault.CodeOf(err), name)
		require.ErrorContains(t, err, "roads build", name)
	}
}

func TestABuildThatEndsEarlyLeavesNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, stage := range []string{"ways", "nodes", "network car", "hierarchy", "cache"} {
		ctx, cancel := context.WithCancel(t.Context())
		_, err := Build(ctx, square().file(t), filepath.Join(dir, "town.roads"), func(p Progress) {
			if p.Stage == stage {
				cancel()
			}
		})
		cancel()
		require.ErrorIs(t, err, context.Canceled, stage)
		files, err := os.ReadDir(dir)
		require.NoError(t, err)
		require.Empty(t, files, stage)
	}
}
