package roads

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"testing"

	"roundsman/internal/fault"
	"roundsman/internal/testdata"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"
	"github.com/paulmach/orb/planar"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protowire"
)

// shown is a feature of a tile, read back.
type shown struct {
	kind       uint64
	paths      [][]orb.Point // rings closed
	properties map[string]any
}

// readTile reads a tile by the letter of the format.
func readTile(t testing.TB, tile []byte) map[string][]shown {
	t.Helper()
	layers := map[string][]shown{}
	require.NoError(t, fields(tile, func(num protowire.Number, _ uint64, data []byte) error {
		require.EqualValues(t, 3, num)
		var name string
		var keys []string
		var values []any
		var features [][]byte
		require.NoError(t, fields(data, func(num protowire.Number, v uint64, data []byte) error {
			switch num {
			case 1:
				name = string(data)
			case 2:
				features = append(features, data)
			case 3:
				keys = append(keys, string(data))
			case 4:
				require.NoError(t, fields(data, func(num protowire.Number, v uint64, data []byte) error {
					switch num {
					case 1:
						values = append(values, string(data))
					case 4:
						values = append(values, int64(v))
					default:
						values = append(values, v == 1)
					}
					return nil
				}))
			case 5:
				require.EqualValues(t, extent, v)
			case 15:
				require.EqualValues(t, 2, v)
			}
			return nil
		}))
		for _, f := range features {
			s := shown{properties: map[string]any{}}
			require.NoError(t, fields(f, func(num protowire.Number, v uint64, data []byte) error {
				switch num {
				case 2:
					for p := (varints{b: data}); p.more(); {
						k, v := p.next(), p.next()
						s.properties[keys[k]] = values[v]
					}
				case 3:
					s.kind = v
				case 4:
					x, y := int64(0), int64(0)
					for p := (varints{b: data}); p.more(); {
						c := p.next()
						for range c >> 3 {
							switch c & 7 {
							case 1, 2:
								x, y = x+p.signed(), y+p.signed()
								if c&7 == 1 {
									s.paths = append(s.paths, nil)
								}
								last := len(s.paths) - 1
								s.paths[last] = append(s.paths[last], orb.Point{float64(x), float64(y)})
							case 7:
								last := len(s.paths) - 1
								s.paths[last] = append(s.paths[last], s.paths[last][0])
							default:
								t.Fatal("no such command")
							}
						}
					}
				}
				return nil
			}))
			layers[name] = append(layers[name], s)
		}
		return nil
	}))
	return layers
}

func TestATileShowsWhatIsThere(t *testing.T) {
	t.Parallel()
	m := square("name", "Low Street", "oneway", "yes").
		node(70, 100*metre, 100*metre).node(71, 400*metre, 100*metre).node(72, 400*metre, 400*metre).node(73, 100*metre, 400*metre).
		node(74, 200*metre, 200*metre).node(75, 300*metre, 200*metre).node(76, 300*metre, 300*metre).node(77, 200*metre, 300*metre).
		node(80, 600*metre, 600*metre, "place", "town", "name", "Milltown").
		node(81, 620*metre, 600*metre, "shop", "bakery", "name", "Crumb", "addr:housenumber", "7", "addr:street", "Low Street").
		// A pond of two half shores, with an island; one of its ways runs the wrong way.
		way(70, []int64{70, 71, 72}).way(71, []int64{70, 73, 72}).way(72, []int64{74, 75, 76, 77, 74}).
		relation(70, []string{"way 70 outer", "way 71 outer", "way 72 inner"}, "type", "multipolygon", "natural", "water", "name", "Mill Pond").
		relation(71, []string{"way 70 outer", "way 999 outer"}, "type", "multipolygon", "natural", "wood").
		way(73, []int64{74, 75, 76, 77, 74}, "building", "yes")
	n := m.load(t)
	require.Equal(t, 1, n.Report().OpenRings)
	tile := maptile.At(at(500, 500), MaxZoom)
	b, err := n.Tile(t.Context(), uint32(tile.Z), tile.X, tile.Y)
	require.NoError(t, err)
	layers := readTile(t, b)

	require.Len(t, layers["water_polygons"], 1)
	pond := layers["water_polygons"][0]
	require.Equal(t, map[string]any{"kind": "water", "name": "Mill Pond"}, pond.properties)
	require.Len(t, pond.paths, 2)
	// A metre is 4096 / 2445.98 of a tile's units at this zoom on the equator.
	unit := 4096 * math.Exp2(14) / (2 * math.Pi * earthRadius)
	require.InDelta(t, 300*300*unit*unit, signedArea(pond.paths[0]), 3000, "the shore, clockwise")
	require.InDelta(t, -100*100*unit*unit, signedArea(pond.paths[1]), 1000, "the island, the other way round")
	require.Len(t, layers["buildings"], 1)
	require.Empty(t, layers["land"], "a wood without its other half is none")

	streets := 0.0
	for _, s := range layers["streets"] {
		require.Equal(t, "residential", s.properties["kind"])
		for k := 1; k < len(s.paths[0]); k++ {
			streets += math.Hypot(s.paths[0][k][0]-s.paths[0][k-1][0], s.paths[0][k][1]-s.paths[0][k-1][1])
		}
	}
	require.InDelta(t, 4100*unit, streets, 10)
	require.Len(t, layers["street_labels"], 1)
	require.Equal(t, "Low Street", layers["street_labels"][0].properties["name"])
	require.Equal(t, map[string]any{"name": "Milltown", "kind": "town"}, layers["place_labels"][0].properties)
	require.Equal(t, map[string]any{"housenumber": "7"}, layers["addresses"][0].properties)
	require.Equal(t, map[string]any{"name": "Crumb", "kind": "shop=bakery"}, layers["pois"][0].properties)

	again, err := n.Tile(t.Context(), uint32(tile.Z), tile.X, tile.Y)
	require.NoError(t, err)
	require.Equal(t, b, again)
	far, err := n.Tile(t.Context(), MaxZoom, 3, 3)
	require.NoError(t, err)
	require.Empty(t, far)
}

// The name of a street is written along all of it, bends included, and not along
// what is left of a line after it was drawn.
func TestStreetLabelsFollowTheStreet(t *testing.T) {
	t.Parallel()
	m := newMade()
	var refs []int64
	for i := range int64(81) { // a quarter of a circle of 400 m, and the way on from there
		at := math.Pi / 2 * float64(i) / 80
		m.node(1+i, (100+400*math.Sin(at))*metre, (900-400*math.Cos(at))*metre)
		refs = append(refs, 1+i)
	}
	m.way(1, refs, "highway", "residential", "name", "Bow Street")
	m.node(90, 500*metre, 1200*metre)
	m.way(2, []int64{81, 90}, "highway", "residential", "name", "Bow Street")
	n := m.load(t)
	tile := maptile.At(at(300, 800), MaxZoom)
	b, err := n.Tile(t.Context(), uint32(tile.Z), tile.X, tile.Y)
	require.NoError(t, err)
	labels := readTile(t, b)["street_labels"]
	require.Len(t, labels, 1)
	length := 0.0
	for k := 1; k < len(labels[0].paths[0]); k++ {
		length += math.Hypot(labels[0].paths[0][k][0]-labels[0].paths[0][k-1][0], labels[0].paths[0][k][1]-labels[0].paths[0][k-1][1])
	}
	unit := 4096 * math.Exp2(14) / (2 * math.Pi * earthRadius)
	require.InDelta(t, (400*math.Pi/2+300)*unit, length, 10)
}

// Small tiles are projected by a polynomial; it is as good as the formula.
func TestProjectingSmallTiles(t *testing.T) {
	t.Parallel()
	for _, lat := range []float64{0, 39.7, -33.9, 59.9, 70} {
		for z := maptile.Zoom(leastBentZoom); z <= MaxZoom; z++ {
			tile := maptile.At(orb.Point{-75.5, lat}, z)
			p := projectionOf(tile)
			bound := tile.Bound(0.5)
			for share := 0.0; share <= 1; share += 0.125 {
				lon, lat := units(orb.Point{bound.Min[0] + share*(bound.Max[0]-bound.Min[0]), bound.Min[1] + share*(bound.Max[1]-bound.Min[1])})
				p.exact = true
				want := p.project(lon, lat)
				p.exact = false
				got := p.project(lon, lat)
				require.InDelta(t, want[0], got[0], 1e-6)
				require.InDelta(t, want[1], got[1], 0.02, "zoom %d, latitude %g", z, lat)
			}
		}
	}
}

// Thinning leaves the ends, and no point of the line is farther than a unit from
// what remains.
func TestThinLinesLieWhereTheLineDoes(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(4, 4))
	var thin thinner
	for range 200 {
		line := make([]orb.Point, 2+r.IntN(60))
		for i := range line[1:] {
			line[i+1] = orb.Point{line[i][0] + 3*r.Float64(), line[i][1] + 3*r.Float64() - 1.5}
		}
		rest := thin.thin(line)
		require.Equal(t, line[0], rest[0])
		require.Equal(t, line[len(line)-1], rest[len(rest)-1])
		for _, p := range line {
			near := math.Inf(1)
			for k := 1; k < len(rest); k++ {
				near = min(near, planar.DistanceFromSegment(rest[k-1], rest[k], p))
			}
			require.LessOrEqual(t, near, 1.0+1e-9)
		}
	}
	require.Len(t, thin.thin([]orb.Point{{0, 0}, {5, 0.9}, {10, 0}}), 2)
	require.Len(t, thin.thin([]orb.Point{{0, 0}, {5, 1.1}, {10, 0}}), 3)
}

func TestTilesThatAreNone(t *testing.T) {
	t.Parallel()
	n := square().load(t)
	for _, c := range [][3]uint32{{15, 0, 0}, {3, 8, 0}, {3, 0, 8}, {0, 1, 0}, {99, 0, 0}} {
		_, err := n.Tile(t.Context(), c[0], c[1], c[2])
		require.Equal(t, "tile_unknown", fault.CodeOf(err))
	}
	_, err := n.Tile(t.Context(), 0, 0, 0)
	require.NoError(t, err)
}

func TestRingsAreJoinedFromWaysInAnyOrder(t *testing.T) {
	t.Parallel()
	rings, open := joinRings([][]int64{{1, 2, 3}, {5, 4, 3}, {5, 1}, {7, 8, 9, 7}, {20, 21}, {30}})
	require.Equal(t, [][]int64{{1, 2, 3, 4, 5, 1}, {7, 8, 9, 7}}, rings)
	require.Equal(t, 1, open)
	rings, open = joinRings(nil)
	require.Empty(t, rings)
	require.Zero(t, open)
}

// Every tile of a real city can be read, stays within its margin, and has its
// rings the right way round.
func TestTilesOfARealCity(t *testing.T) {
	t.Parallel()
	s, err := read(t.Context(), testdata.File(t, "osm", "vancouver-canada.osm.pbf"), func(Progress) {})
	require.NoError(t, err)
	var graphs [modes]*graph
	for m := range graphs {
		var r Report
		graphs[m], err = network(t.Context(), s, m, &r)
		require.NoError(t, err)
	}
	n := &Network{graphs: graphs, names: s.names, gazetteer: s.gazetteer(graphs), areas: s.areas, places: s.places, bounds: boundsOf(graphs)}
	require.True(t, n.areas.sound())
	require.Greater(t, len(n.areas.area), 25000)
	seen := map[string]int{}
	for z := maptile.Zoom(10); z <= MaxZoom; z += 2 {
		for tile := range tilesOver(n.Bounds(), z) {
			b, err := n.Tile(t.Context(), uint32(tile.Z), tile.X, tile.Y)
			require.NoError(t, err)
			for name, features := range readTile(t, b) {
				seen[name] += len(features)
				for _, f := range features {
					require.NotEmpty(t, f.paths)
					for i, path := range f.paths {
						for _, p := range path {
							require.True(t, p[0] >= -margin && p[0] <= extent+margin && p[1] >= -margin && p[1] <= extent+margin, "%s %v", name, p)
						}
						if f.kind == shapePolygon && i == 0 {
							require.Positive(t, signedArea(path))
						}
					}
				}
			}
		}
	}
	for _, name := range layerOrder {
		if name != layerBoundaries && name != layerBridges { // this map has none; boundary_test.go has
			require.Positive(t, seen[name], name)
		}
	}
}

func tilesOver(b orb.Bound, z maptile.Zoom) map[maptile.Tile]bool {
	tiles := map[maptile.Tile]bool{}
	from, to := maptile.At(orb.Point{b.Min[0], b.Max[1]}, z), maptile.At(orb.Point{b.Max[0], b.Min[1]}, z)
	for x := from.X; x <= to.X; x++ {
		for y := from.Y; y <= to.Y; y++ {
			tiles[maptile.New(x, y, z)] = true
		}
	}
	return tiles
}

func TestTheStyleDrawsOnlyWhatTilesHave(t *testing.T) {
	t.Parallel()
	n := square().load(t)
	var style struct {
		Version int
		Glyphs  *string
		Sprite  *string
		Sources map[string]struct {
			Tiles       []string
			MaxZoom     int
			Attribution string
		}
		Layers []struct {
			ID          string
			SourceLayer string `json:"source-layer"`
		}
	}
	require.NoError(t, json.Unmarshal(n.Style("https://example.org/v1/tiles/{z}/{x}/{y}"), &style))
	require.Equal(t, 8, style.Version)
	require.Nil(t, style.Glyphs)
	require.Nil(t, style.Sprite)
	require.Equal(t, []string{"https://example.org/v1/tiles/{z}/{x}/{y}"}, style.Sources["map"].Tiles)
	require.Equal(t, "© OpenStreetMap contributors", style.Sources["map"].Attribution)
	require.Equal(t, MaxZoom, style.Sources["map"].MaxZoom)
	ids := map[string]bool{}
	for _, l := range style.Layers {
		require.False(t, ids[l.ID], l.ID)
		ids[l.ID] = true
		if l.SourceLayer != "" {
			require.Contains(t, layerOrder, l.SourceLayer)
		}
	}
}
