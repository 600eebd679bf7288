package roads

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"roundsman/routing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
)

func TestAModeIsMadeReadyWhenSomebodyTravelsThatWay(t *testing.T) {
	t.Parallel()
	mapPath, dir := square().file(t), t.TempDir()
	n, _ := loadCounting(t, mapPath, dir)
	require.NotNil(t, n.ready[routing.Car].pools.Load(), "most drive")
	require.Nil(t, n.ready[routing.Bike].pools.Load(), "nobody rides yet")
	onlyFile(t, dir)

	// 400 m at 15 km/h. All who come at once get the same.
	var group errgroup.Group
	var legs [8]routing.Leg
	for i := range legs {
		group.Go(func() (err error) {
			legs[i], err = n.Travel(t.Context(), at(300, 0), at(700, 0), routing.Bike, time.Time{})
			return err
		})
	}
	require.NoError(t, group.Wait())
	for _, leg := range legs {
		require.EqualValues(t, 96, leg.Seconds)
	}
	require.Nil(t, n.ready[routing.Foot].pools.Load(), "nobody walks yet")

	beside := n.kept.beside(routing.Bike.String())
	require.FileExists(t, beside)
	again, imported := loadCounting(t, mapPath, dir)
	require.False(t, imported)
	require.EqualValues(t, 96, seconds(t, again, at(300, 0), at(700, 0), routing.Bike))
	g, err := again.graph(routing.Bike)
	require.NoError(t, err)
	kept, err := again.kept.read(routing.Bike, g)
	require.NoError(t, err)
	require.Equal(t, n.ready[routing.Bike].pools.Load().h, kept)
}

func TestAHierarchyOfAnotherNetworkOrDamagedIsMadeAnew(t *testing.T) {
	t.Parallel()
	mapPath, dir := square().file(t), t.TempDir()
	n, _ := loadCounting(t, mapPath, dir)
	require.EqualValues(t, 96, seconds(t, n, at(300, 0), at(700, 0), routing.Bike))
	g, beside := n.graphs[routing.Bike], n.kept.beside(routing.Bike.String())
	whole, err := os.ReadFile(beside)
	require.NoError(t, err)
	for name, change := range map[string]func([]byte) []byte{
		"empty":           func([]byte) []byte { return nil },
		"cut":             func(b []byte) []byte { return b[:len(b)-8] },
		"damaged":         func(b []byte) []byte { b[len(b)-9] ^= 1; return b },
		"another version": func(b []byte) []byte { b[8]++; return b },
	} {
		require.NoError(t, os.WriteFile(beside, change(append([]byte(nil), whole...)), 0o600))
		_, err := n.kept.read(routing.Bike, g)
		require.Error(t, err, name)
	}
	require.NoError(t, os.WriteFile(beside, whole, 0o600))
	_, err = n.kept.read(routing.Bike, g)
	require.NoError(t, err)
	for name, other := range map[string]kept{
		"of another map":   {n.kept.path, stamp{size: 1}, n.kept.sum},
		"of another cache": {n.kept.path, n.kept.of, n.kept.sum + 1},
	} {
		_, err := other.read(routing.Bike, g)
		require.ErrorIs(t, err, errStale, name)
	}
	_, err = n.kept.read(routing.Foot, n.graphs[routing.Foot]) // the network was imported: it has all
	require.ErrorIs(t, err, os.ErrNotExist)

	require.NoError(t, os.WriteFile(beside, whole[:60], 0o600))
	again, _ := loadCounting(t, mapPath, dir)
	require.EqualValues(t, 96, seconds(t, again, at(300, 0), at(700, 0), routing.Bike))
	made, err := os.ReadFile(beside)
	require.NoError(t, err)
	require.Equal(t, whole, made)
}

func TestWhoStopsWaitingForAModeLeavesItToTheNext(t *testing.T) {
	t.Parallel()
	n := square().load(t)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	// Held back, as if the work took long.
	held := &ready{done: make(chan struct{})}
	held.begin.Do(func() {})
	n.ready[routing.Foot] = held
	_, err := n.pools(gone, routing.Foot)
	require.ErrorIs(t, err, context.Canceled)
	h, err := n.hierarchy(routing.Foot)
	held.set(n.graphs[routing.Foot], h, err)
	// 400 m at 4.8 km/h.
	require.EqualValues(t, 300, seconds(t, n, at(300, 0), at(700, 0), routing.Foot))
}

func TestANetworkThatCanNotBeKeptServesAllTheSame(t *testing.T) {
	t.Parallel()
	mapPath, dir := square().file(t), filepath.Join(t.TempDir(), "cache")
	n, _ := loadCounting(t, mapPath, dir)
	require.NoError(t, os.RemoveAll(dir))
	require.EqualValues(t, 96, seconds(t, n, at(300, 0), at(700, 0), routing.Bike))
}
