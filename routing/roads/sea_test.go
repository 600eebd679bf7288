package roads

import (
	"testing"

	"github.com/paulmach/orb/maptile"
	"github.com/stretchr/testify/require"
)

// seaIn tells which share of a tile of a map is sea.
func seaIn(t *testing.T, n *Network, lon, lat float64, zoom maptile.Zoom) float64 {
	t.Helper()
	tile := maptile.At([2]float64{lon, lat}, zoom)
	b, err := n.Tile(t.Context(), uint32(tile.Z), tile.X, tile.Y)
	require.NoError(t, err)
	area := 0.0
	for _, f := range readTile(t, b)[layerOcean] {
		for _, path := range f.paths {
			area += signedArea(path)
		}
	}
	return area / (extent * extent)
}

// shore is a square kilometre of streets in the west of a map of ten by ten
// kilometres, whose corners are marked by houses.
func shore() *made {
	m := square()
	for i, at := range [][2]float64{{-5000, -5000}, {5000, -5000}, {5000, 5000}, {-5000, 5000}} {
		x, y := at[0]*metre, at[1]*metre
		id := int64(100 + 10*i)
		m.node(id, x, y).node(id+1, x, y-5*metre*sign(y)).node(id+2, x-5*metre*sign(x), y).way(id, []int64{id, id + 1, id + 2, id}, "building", "yes")
	}
	return m
}

func sign(v float64) float64 {
	if v < 0 {
		return -1
	}
	return 1
}

// The coast runs from the south to the north through the middle of the map, in two
// ways and not quite to its edges; the land is on its left, which is the west. In
// the sea lies an island of one by one kilometre.
func TestTheSeaIsClosedAlongTheEdge(t *testing.T) {
	t.Parallel()
	m := shore().
		node(200, 2600*metre, -4900*metre).node(201, 2600*metre, 0).node(202, 2600*metre, 4900*metre).
		way(201, []int64{201, 202}, "natural", "coastline").way(200, []int64{200, 201}, "natural", "coastline").
		node(210, 3000*metre, 1000*metre).node(211, 4000*metre, 1000*metre).node(212, 4000*metre, 2000*metre).node(213, 3000*metre, 2000*metre).
		way(210, []int64{210, 211, 212, 213, 210}, "natural", "coastline")
	n := m.load(t)
	// A tile of zoom 14 is 2446 m wide and drawn with 38 m more on each side.
	require.Zero(t, seaIn(t, n, 500*metre, 500*metre, 14), "the streets are on land")
	require.InDelta(t, (4892+38-2600)*2522/2446.0/2446, seaIn(t, n, 4500*metre, -3000*metre, 14), 0.005)
	require.InDelta(t, ((4892+38-2600)*2522-1000*1000)/2446.0/2446, seaIn(t, n, 3500*metre, 1500*metre, 14), 0.005, "less the island")
	// At zoom 9 a tile is 78.27 km wide, and 1.22 km more.
	require.InDelta(t, (2.4*(5+1.22)-1)/78.27/78.27, seaIn(t, n, 1000*metre, 1000*metre, 9), 0.00005)
}

func TestAnIslandAloneHasTheSeaAround(t *testing.T) {
	t.Parallel()
	n := shore().
		node(210, -3000*metre, -3000*metre).node(211, 3000*metre, -3000*metre).node(212, 3000*metre, 3000*metre).node(213, -3000*metre, 3000*metre).
		way(210, []int64{210, 211, 212, 213, 210}, "natural", "coastline").load(t)
	require.Zero(t, seaIn(t, n, 500*metre, 500*metre, 14))
	require.InDelta(t, (4892+38-3000)*2522/2446.0/2446, seaIn(t, n, 3500*metre, 500*metre, 14), 0.005)
	require.InDelta(t, (2522*2522-592*592)/2446.0/2446, seaIn(t, n, -3500*metre, -3500*metre, 14), 0.005)
	require.Zero(t, seaIn(t, shore().load(t), 3500*metre, 500*metre, 14), "no coast, no sea")
}

// A river comes from the north; the coasts of its banks end in the middle of the
// map, nearer to each other than to any edge. Both banks are land.
func TestTheBanksOfARiverAreJoined(t *testing.T) {
	t.Parallel()
	n := shore().
		node(200, 2600*metre, -4900*metre).node(201, 2600*metre, 500*metre).
		node(202, 3600*metre, 400*metre).node(203, 3600*metre, -4900*metre).
		way(200, []int64{200, 201}, "natural", "coastline").way(202, []int64{202, 203}, "natural", "coastline").load(t)
	require.Zero(t, seaIn(t, n, 500*metre, 500*metre, 14))
	// Between the banks, to where the coasts end: 1000 m by 450 m and the margin.
	require.InDelta(t, 1000*(450+38)/2446.0/2446, seaIn(t, n, 3000*metre, 1000*metre, 14), 0.005)
}

// A coast the wrong way round, as a part of one alone may seem, would put the
// streets under water: then there is no sea.
func TestASeaOverTheStreetsIsNone(t *testing.T) {
	t.Parallel()
	n := shore().
		node(200, 2600*metre, -4900*metre).node(202, 2600*metre, 4900*metre).
		way(200, []int64{202, 200}, "natural", "coastline").load(t)
	require.Zero(t, seaIn(t, n, 500*metre, 500*metre, 14))
	require.Zero(t, seaIn(t, n, 4500*metre, -3000*metre, 14))
}

func TestRingsAreCutToABox(t *testing.T) {
	t.Parallel()
	b := box{0, 0, 10, 10}
	ring := []corner{{-5, 2}, {5, 2}, {5, 8}, {-5, 8}, {-5, 2}}
	area := func(c []corner) float64 { return windingOf(c) / 2 }
	require.InDelta(t, 60, area(ring), 1e-9)
	require.InDelta(t, 30, area(cut(ring, b)), 1e-9)
	require.Empty(t, cut([]corner{{20, 20}, {30, 20}, {30, 30}, {20, 20}}, b))
	require.InDelta(t, 100, area(cut([]corner{{-50, -50}, {50, -50}, {50, 50}, {-50, 50}, {-50, -50}}, b)), 1e-9)
}
