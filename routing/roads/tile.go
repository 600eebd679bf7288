package roads

import (
	"context"
	"slices"
	"sync"

	"roundsman/internal/fault"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/clip"
	"github.com/paulmach/orb/maptile"
)

// MaxZoom is the deepest zoom of which there are tiles; maps draw deeper ones
// from these.
const MaxZoom = 14

// tiles keeps the tiles that were asked for last, and what finds what lies in one.
type tiles struct {
	measure sync.Once
	err     error         // why that can't be
	edges   [modes]*boxes // of the car's and the walkers' network
	areas   *boxes
	houses  *boxes
	places  *boxes
	towns   *boxes

	mu   sync.Mutex
	kept map[maptile.Tile][]byte
	age  []maptile.Tile // in the order they came
}

// mostTiles is how many tiles are kept. A tile has some ten to a hundred
// kilobytes.
const mostTiles = 512

// Tile gives the map in a tile as a Mapbox vector tile, not compressed, in layers
// of the Shortbread schema, as far as the map has them: see layerOrder. An empty
// tile has no bytes. Faults: tile_unknown, roads_cache_damaged.
func (n *Network) Tile(ctx context.Context, z, x, y uint32) ([]byte, error) {
	if z > MaxZoom || x >= 1<<z || y >= 1<<z {
		return nil, fault.New(fault.NotFound, "tile_unknown", "there is no tile %d/%d/%d; zooms are 0 to %d, and columns and rows at a zoom 0 to 2^zoom - 1", z, x, y, MaxZoom)
	}
	tile := maptile.New(x, y, maptile.Zoom(z))
	n.tiles.mu.Lock()
	b, ok := n.tiles.kept[tile]
	n.tiles.mu.Unlock()
	if ok {
		return b, nil
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := n.measured(); err != nil {
		return nil, err
	}
	b = n.draw(tile)
	n.tiles.mu.Lock()
	defer n.tiles.mu.Unlock()
	if n.tiles.kept == nil {
		n.tiles.kept = map[maptile.Tile][]byte{}
	}
	if _, ok := n.tiles.kept[tile]; !ok {
		if len(n.tiles.age) == mostTiles {
			delete(n.tiles.kept, n.tiles.age[0])
			n.tiles.age = n.tiles.age[1:]
		}
		n.tiles.kept[tile] = b
		n.tiles.age = append(n.tiles.age, tile)
	}
	return b, nil
}

// Bounds gives the rectangle that holds all streets.
func (n *Network) Bounds() orb.Bound { return n.bounds }

func boundsOf(graphs [modes]*graph) orb.Bound {
	var b orb.Bound
	for i, g := range graphs {
		gr := &g.grid
		sw := degrees(gr.west, gr.south)
		ne := orb.Point{sw[0] + float64(gr.width)/degree*float64(gr.cols), sw[1] + float64(gr.height)/degree*float64(gr.rows)}
		if next := (orb.Bound{Min: sw, Max: ne}); i == 0 {
			b = next
		} else if g.edges() > 0 {
			b = b.Union(next)
		}
	}
	return b
}

// canvas is a tile while it is drawn.
type canvas struct {
	zoom   maptile.Zoom
	box    box       // with a margin
	room   orb.Bound // in the tile's coordinates, with a margin
	layers map[string]*layer
	projection
	thinner
	// Room for one feature after the other.
	points     []orb.Point
	properties []property
}

const (
	extent = 4096
	margin = 64
)

func newCanvas(tile maptile.Tile) *canvas {
	bound := tile.Bound(margin / float64(extent))
	west, south := units(bound.Min)
	east, north := units(bound.Max)
	return &canvas{
		zoom:       tile.Z,
		box:        box{west, south, east, north},
		room:       orb.Bound{Min: orb.Point{-margin, -margin}, Max: orb.Point{extent + margin, extent + margin}},
		layers:     map[string]*layer{},
		projection: projectionOf(tile),
	}
}

func (c *canvas) layer(name string) *layer {
	l, ok := c.layers[name]
	if !ok {
		l = &layer{}
		c.layers[name] = l
	}
	return l
}

// line adds what of a line lies in the tile. The line stays as it is.
func (c *canvas) line(name string, line []orb.Point, properties ...property) {
	line = c.thin(line)
	if c.whole(line) {
		c.layer(name).line(line, properties...)
		return
	}
	for _, part := range clip.LineString(c.room, line) {
		c.layer(name).line(part, properties...)
	}
}

// whole says whether all of a line lies in the tile.
func (c *canvas) whole(line []orb.Point) bool {
	for _, p := range line {
		if !c.room.Contains(p) {
			return false
		}
	}
	return true
}

// path gives n corners in the tile's coordinates, in room that the next path uses
// again.
func (c *canvas) path(n int, corner func(i int) corner) []orb.Point {
	c.points = slices.Grow(c.points[:0], n)[:n]
	for i := range c.points {
		p := corner(i)
		c.points[i] = c.project(p.lon, p.lat)
	}
	return c.points
}

// layerOrder is that of the layers in a tile.
var layerOrder = []string{layerOcean, layerLand, layerWater, layerWaterLine, layerBuildings, layerBoundaries, layerBridges, layerFerries, "streets", "street_labels", "addresses", "pois", "place_labels"}

// measured makes the indexes that tiles are drawn with, once. Fault:
// roads_cache_damaged.
func (n *Network) measured() error {
	n.tiles.measure.Do(func() { n.tiles.err = n.measure() })
	return n.tiles.err
}

func (n *Network) measure() error {
	for _, mode := range drawn {
		g, err := n.graph(mode)
		if err != nil {
			return err
		}
		n.tiles.edges[mode] = plantBoxes(g.edgeBoxes())
	}
	land, err := n.land()
	if err != nil {
		return err
	}
	n.tiles.areas = plantBoxes(land.boxes())
	z := n.gazetteer
	n.tiles.houses = plantDots(len(z.houses), func(i int) (lon, lat int32) { return z.houses[i].lon, z.houses[i].lat })
	n.tiles.towns = plantDots(len(z.towns), func(i int) (lon, lat int32) { return z.towns[i].lon, z.towns[i].lat })
	n.tiles.places = plantDots(len(n.places), func(i int) (lon, lat int32) { return units(n.places[i].Point) })
	return nil
}

// plantDots makes an index of points.
func plantDots(n int, at func(i int) (lon, lat int32)) *boxes {
	all := make([]box, n)
	for i := range all {
		lon, lat := at(i)
		all[i] = box{lon, lat, lon, lat}
	}
	return plantBoxes(all)
}

// draw draws a tile on what was measured.
func (n *Network) draw(tile maptile.Tile) []byte {
	c := newCanvas(tile)
	n.drawAreas(c)
	n.drawStreets(c)
	n.drawPoints(c)
	var b []byte
	for _, name := range layerOrder {
		if l := c.layers[name]; l != nil && l.features != nil {
			b = l.encode(b, name)
		}
	}
	return b
}

// leastTownZoom says from which zoom the name of a place is drawn.
func leastTownZoom(kind string) maptile.Zoom {
	switch kind {
	case "city":
		return 4
	case "town", "borough":
		return 7
	case "village", "suburb":
		return 10
	}
	return 12
}

// drawPoints draws house numbers, places of work and the names of towns.
func (n *Network) drawPoints(c *canvas) {
	dot := func(layer string, lon, lat int32, p ...property) {
		if at := c.project(lon, lat); at[0] >= 0 && at[0] < extent && at[1] >= 0 && at[1] < extent {
			c.layer(layer).point(at, p...)
		}
	}
	z := n.gazetteer
	for _, i := range n.tiles.towns.touching(c.box) {
		t := &z.towns[i]
		if kind := z.texts[t.kind]; kind != "" && c.zoom >= leastTownZoom(kind) {
			dot("place_labels", t.lon, t.lat, text("name", z.texts[t.name]), text("kind", kind))
		}
	}
	if c.zoom < 14 {
		return
	}
	for _, i := range n.tiles.houses.touching(c.box) {
		h := &z.houses[i]
		dot("addresses", h.lon, h.lat, text("housenumber", z.texts[h.number]))
	}
	for _, i := range n.tiles.places.touching(c.box) {
		p := &n.places[i]
		lon, lat := units(p.Point)
		dot("pois", lon, lat, text("name", p.Name), text("kind", p.Kind))
	}
}
