package roads

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"roundsman/internal/fault"
	"roundsman/routing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
)

// loadCounting loads and says whether the map was imported for it.
func loadCounting(t *testing.T, mapPath, dir string) (n *Network, imported bool) {
	t.Helper()
	n, err := Load(context.Background(), mapPath, dir, func(p Progress) { imported = imported || p.Stage == "ways" })
	require.NoError(t, err)
	return n, imported
}

func onlyFile(t *testing.T, dir string) string {
	t.Helper()
	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, files, 1, "a cache and nothing beside it")
	return filepath.Join(dir, files[0].Name())
}

func TestTheCacheHoldsTheSameNetwork(t *testing.T) {
	t.Parallel()
	mapPath := square("name", "South Side").
		node(20, 500*metre, 20*metre, "amenity", "school", "name", "Dover High", "addr:street", "South Side", "addr:housenumber", "1-3").
		file(t)
	dir := filepath.Join(t.TempDir(), "new", "cache")
	fresh, imported := loadCounting(t, mapPath, dir)
	require.True(t, imported)
	cached, imported := loadCounting(t, mapPath, dir)
	require.False(t, imported)
	require.Nil(t, cached.graphs[routing.Bike], "nobody has asked for it")
	require.NoError(t, cached.unpack())
	require.Equal(t, fresh.graphs, cached.graphs)
	require.Equal(t, fresh.areas, cached.areas)
	require.Equal(t, fresh.Bounds(), cached.Bounds())
	require.Equal(t, fresh.names, cached.names)
	require.Equal(t, fresh.Places(), cached.Places())
	require.Equal(t, fresh.Report(), cached.Report())
	require.Equal(t, "South Side", cached.Street(at(500, 20)))
	require.EqualValues(t, 40, seconds(t, cached, at(300, 0), at(700, 0), routing.Car))
}

func TestACacheOfAnotherMapOrDamagedIsMadeAnew(t *testing.T) {
	t.Parallel()
	mapPath := square().file(t)
	dir := t.TempDir()
	_, imported := loadCounting(t, mapPath, dir)
	require.True(t, imported)
	at := onlyFile(t, dir)
	whole, err := os.ReadFile(at)
	require.NoError(t, err)
	spoil := func(change func([]byte) []byte) {
		t.Helper()
		require.NoError(t, os.WriteFile(at, change(append([]byte(nil), whole...)), 0o600))
		_, imported := loadCounting(t, mapPath, dir)
		require.True(t, imported)
		_, imported = loadCounting(t, mapPath, dir)
		require.False(t, imported, "the new cache is good")
	}
	spoil(func(b []byte) []byte { return nil })
	spoil(func(b []byte) []byte { return b[:40] })
	spoil(func(b []byte) []byte { return b[:len(b)-8] })
	spoil(func(b []byte) []byte { b[len(b)-9] ^= 1; return b }) // in the list of sections
	spoil(func(b []byte) []byte { b[headerSize+3] ^= 1; return b })
	spoil(func(b []byte) []byte { b[8]++; return b }) // another version
	spoil(func(b []byte) []byte { b[12], b[15] = b[15], b[12]; return b })
	// The map itself changes, to one of the same size.
	later := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	require.NoError(t, os.Chtimes(mapPath, later, later))
	_, imported = loadCounting(t, mapPath, dir)
	require.True(t, imported)
	onlyFile(t, dir)
}

func TestServersThatStartAtOnceAllGetTheNetwork(t *testing.T) {
	t.Parallel()
	mapPath, dir := square().file(t), t.TempDir()
	var group errgroup.Group
	networks := make([]*Network, 8)
	for i := range networks {
		group.Go(func() (err error) {
			networks[i], err = Load(t.Context(), mapPath, dir, nil)
			return err
		})
	}
	require.NoError(t, group.Wait())
	for _, n := range networks {
		require.EqualValues(t, 40, seconds(t, n, at(300, 0), at(700, 0), routing.Car))
	}
	onlyFile(t, dir)
	_, imported := loadCounting(t, mapPath, dir)
	require.False(t, imported)
}

func TestWhatAKilledServerLeftIsSweptAway(t *testing.T) {
	t.Parallel()
	mapPath, dir := square().file(t), t.TempDir()
	at := cachePath(mapPath, dir)
	old, fresh := at+".111.part", at+".222.part"
	for _, name := range []string{old, fresh} {
		require.NoError(t, os.WriteFile(name, []byte("half"), 0o600))
	}
	long := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	require.NoError(t, os.Chtimes(old, long, long))
	loadCounting(t, mapPath, dir)
	require.NoFileExists(t, old)
	require.FileExists(t, fresh, "another server may be at it")
	require.FileExists(t, at)
}

func TestACancelledImportLeavesNothing(t *testing.T) {
	t.Parallel()
	for _, stage := range []string{"ways", "nodes", "network car", "network foot"} {
		ctx, cancel := context.WithCancel(context.Background())
		dir := t.TempDir()
		_, err := Load(ctx, square().file(t), dir, func(p Progress) {
			if p.Stage == stage {
				cancel()
			}
		})
		require.ErrorIs(t, err, context.Canceled, stage)
		files, err := os.ReadDir(dir)
		require.NoError(t, err)
		require.Empty(t, files)
		cancel()
	}
}

// The arrays of a network lie in its file. That one is replaced by every newer
// import, and somebody may clear the folder.
func TestANetworkOutlivesItsCache(t *testing.T) {
	t.Parallel()
	mapPath, dir := square().file(t), t.TempDir()
	loadCounting(t, mapPath, dir)
	cached, imported := loadCounting(t, mapPath, dir)
	require.False(t, imported)
	later := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	require.NoError(t, os.Chtimes(mapPath, later, later))
	_, imported = loadCounting(t, mapPath, dir)
	require.True(t, imported, "another file stands at its place")
	require.NoError(t, os.Remove(onlyFile(t, dir)))
	require.EqualValues(t, 40, seconds(t, cached, at(300, 0), at(700, 0), routing.Car))
}

// What ways by car don't need is checked when somebody asks for it. The map is read
// again then, and the next start has a whole cache.
func TestADamagedPartOfACacheIsMadeAnewWhenItIsAskedFor(t *testing.T) {
	t.Parallel()
	ask := map[int]func(n *Network) error{
		sectionBikes: func(n *Network) error {
			_, err := n.Snap(at(500, 0), routing.Bike)
			return err
		},
		sectionWalkers: func(n *Network) error {
			_, err := n.Travel(t.Context(), at(300, 0), at(700, 0), routing.Foot, time.Time{})
			return err
		},
		sectionAreas: func(n *Network) error {
			_, err := n.Tile(t.Context(), 14, 8192, 8191)
			return err
		},
	}
	for part, ask := range ask {
		mapPath := square().node(20, 500*metre, 20*metre, "amenity", "school", "name", "Dover High").file(t)
		dir := t.TempDir()
		fresh, _ := loadCounting(t, mapPath, dir)
		path := onlyFile(t, dir)
		whole, err := os.ReadFile(path)
		require.NoError(t, err)
		spoil := func() {
			f, err := openFlat(path, fresh.kept.of)
			require.NoError(t, err)
			size := headerSize
			for _, s := range f.sections[:part+1] {
				size += len(s)
			}
			damaged := slices.Clone(whole)
			damaged[size-1] ^= 1
			require.NoError(t, os.WriteFile(path+".new", damaged, 0o600))
			require.NoError(t, os.Rename(path+".new", path)) // what is mapped must not change
		}
		spoil()
		n, imported := loadCounting(t, mapPath, dir)
		require.False(t, imported, "ways by car are whole")
		require.EqualValues(t, 40, seconds(t, n, at(300, 0), at(700, 0), routing.Car))
		require.NoError(t, ask(n))
		made, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Equal(t, whole, made, "the same map makes the same network")
		require.NoError(t, n.unpack())
		for m := range n.graphs {
			n.graphs[m].remember()
			fresh.graphs[m].remember()
		}
		require.Equal(t, fresh.graphs, n.graphs)
		require.Equal(t, fresh.areas, n.areas)

		// Another map is no help: what was handed out has other numbers.
		spoil()
		n, _ = loadCounting(t, mapPath, dir)
		later := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
		require.NoError(t, os.Chtimes(mapPath, later, later))
		require.Equal(t, "roads_cache_damaged", fault.CodeOf(ask(n)))
		require.EqualValues(t, 40, seconds(t, n, at(300, 0), at(700, 0), routing.Car))
		// Nor is there one for a network that was built; it is refused when it is opened.
		_, err = Open(path)
		require.Equal(t, "network_unreadable", fault.CodeOf(err))
	}
}

// Several who ask at once for what lies in the cache get it, and the same.
func TestAllWhoAskAtOnceGetWhatIsStillInTheCache(t *testing.T) {
	t.Parallel()
	mapPath, dir := square().file(t), t.TempDir()
	loadCounting(t, mapPath, dir)
	n, imported := loadCounting(t, mapPath, dir)
	require.False(t, imported)
	list := make([]orb.Point, 2*leastList)
	for i := range list {
		list[i] = at(300+float64(i), 0)
	}
	var group errgroup.Group
	for k := range 8 {
		group.Go(func() error {
			_, err := n.Snap(at(500, 0), routing.Mode(k%modes))
			return err
		})
		group.Go(func() error {
			_, err := n.Tile(t.Context(), 14, 8192, 8191)
			return err
		})
		group.Go(func() error {
			positions, _ := snapAll(n.graphs[routing.Car], list[k:])
			if len(positions) != len(list)-k {
				return errors.New("some are off the road")
			}
			return nil
		})
	}
	require.NoError(t, group.Wait())
	for m := range routing.Mode(modes) {
		g, err := n.graph(m)
		require.NoError(t, err)
		again, _ := n.graph(m)
		require.Same(t, g, again)
	}
}

func FuzzCache(f *testing.F) {
	n := square("name", "South Side").load(f)
	var whole bytes.Buffer
	w := &flatWriter{w: &whole}
	n.put(w)
	seed := func(change func(i int, b []byte) []byte) {
		rest, p := whole.Bytes(), make([][]byte, len(w.sections))
		for i, s := range w.sections {
			p[i], rest = change(i, rest[:s.size]), rest[s.size:]
		}
		f.Add(p[0], p[1], p[2], p[3], p[4], p[5], p[6])
	}
	seed(func(_ int, b []byte) []byte { return b })
	for k := range w.sections {
		seed(func(i int, b []byte) []byte {
			if i == k {
				return b[:len(b)/2]
			}
			return b
		})
	}
	f.Fuzz(func(t *testing.T, texts, cars, hierarchy, addresses, areas, bikes, walkers []byte) {
		// Whatever passes the checksums must be refused or be harmless.
		parts := [][]byte{texts, cars, hierarchy, addresses, areas, bikes, walkers}
		n, err := takeNetwork(func(i int) (*flatReader, error) {
			room := aligned(len(parts[i]))
			copy(room, parts[i])
			return &flatReader{b: room}, nil
		})
		if err != nil {
			return
		}
		_ = n.unpack()
		for m := range routing.Mode(modes) {
			_, _ = n.Snap(at(1, 2), m)
		}
		_, _ = n.Tile(t.Context(), 14, 8192, 8191)
	})
}
