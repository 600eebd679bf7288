package roads

import (
	"testing"

	"github.com/paulmach/orb/maptile"
	"github.com/stretchr/testify/require"
)

// Streets tell of their bridges and tunnels, bridges themselves and the borders of
// countries and states are drawn, and those of towns are not.
func TestBridgesTunnelsAndBorders(t *testing.T) {
	t.Parallel()
	m := newMade()
	for i := range int64(5) {
		m.node(1+i, 200*float64(i)*metre, 100*metre)
		m.node(11+i, 200*float64(i)*metre, 400*metre)
	}
	m.node(20, 190*metre, 90*metre).node(21, 410*metre, 90*metre).node(22, 410*metre, 110*metre).node(23, 190*metre, 110*metre)
	m.way(1, []int64{1, 2}, "highway", "primary").
		way(2, []int64{2, 3}, "highway", "primary", "bridge", "yes").
		way(3, []int64{3, 4}, "highway", "primary", "bridge", "no", "tunnel", "building_passage").
		way(4, []int64{4, 5}, "highway", "primary", "covered", "yes").
		way(5, []int64{20, 21, 22, 23, 20}, "man_made", "bridge").
		way(11, []int64{11, 12}).way(12, []int64{12, 13}, "maritime", "yes").way(13, []int64{13, 14}).way(14, []int64{14, 15}).
		relation(1, []string{"way 11 outer", "way 12 outer", "way 13 outer"}, "type", "boundary", "boundary", "administrative", "admin_level", "4").
		relation(2, []string{"way 12 outer", "way 99 outer"}, "type", "boundary", "boundary", "administrative", "admin_level", "2").
		relation(3, []string{"way 13 outer", "node 1 admin_centre"}, "type", "boundary", "boundary", "disputed", "admin_level", "4").
		relation(4, []string{"way 14 outer"}, "type", "boundary", "boundary", "administrative", "admin_level", "8").
		relation(5, []string{"way 14 outer"}, "type", "boundary", "boundary", "national_park", "admin_level", "2")
	n := m.load(t)
	tile := maptile.At(at(500, 300), MaxZoom)
	b, err := n.Tile(t.Context(), uint32(tile.Z), tile.X, tile.Y)
	require.NoError(t, err)
	layers := readTile(t, b)

	lies := map[[2]bool]int{}
	for _, s := range layers["streets"] {
		lies[[2]bool{s.properties["bridge"] == true, s.properties["tunnel"] == true}]++
	}
	require.Equal(t, map[[2]bool]int{{false, false}: 1, {true, false}: 1, {false, true}: 1}, lies, "the two in a tunnel are one")
	require.Len(t, layers["bridges"], 1)
	require.Equal(t, map[string]any{"kind": "bridge"}, layers["bridges"][0].properties)
	require.EqualValues(t, shapePolygon, layers["bridges"][0].kind)
	var borders []map[string]any
	for _, s := range layers["boundaries"] {
		require.EqualValues(t, shapeLine, s.kind)
		borders = append(borders, s.properties)
	}
	require.ElementsMatch(t, []map[string]any{
		{"admin_level": int64(4)},
		{"admin_level": int64(2), "maritime": true},
		{"admin_level": int64(4), "disputed": true},
	}, borders)

	// A border may reach far beyond the map, which is no larger for it.
	m.node(30, 90000*metre, 400*metre)
	m.way(15, []int64{15, 30}).relation(6, []string{"way 15 outer"}, "type", "boundary", "boundary", "administrative", "admin_level", "4")
	s, err := read(t.Context(), m.file(t), func(Progress) {})
	require.NoError(t, err)
	east, _ := units(at(800, 0))
	require.Equal(t, east, s.bounds().east)
	far, err := m.load(t).Tile(t.Context(), 9, maptile.At(at(80000, 400), 9).X, maptile.At(at(80000, 400), 9).Y)
	require.NoError(t, err)
	require.Len(t, readTile(t, far)["boundaries"], 1)
}
