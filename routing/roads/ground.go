package roads

import (
	"math"
	"strconv"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"
)

// leastAreaZoom says from which zoom an area is drawn.
func leastAreaZoom(layer, kind string) maptile.Zoom {
	switch {
	case layer == layerBuildings:
		return 14
	case layer == layerLand || kind == "river":
		return 9
	case kind == "canal":
		return 11
	case layer == layerBridges:
		return 12
	case layer == layerBoundaries && kind != "2":
		return 2
	case layer == layerBoundaries:
		return 0
	case layer == layerWaterLine:
		return 13
	}
	return 0
}

// drawAreas draws the sea, water, land and buildings that are large enough to be
// seen, and lines of water.
func (n *Network) drawAreas(c *canvas) {
	a := n.areas
	for _, i := range n.tiles.areas.touching(c.box) {
		r := &a.area[i]
		layer, kind := a.texts[r.layer], a.texts[r.kind]
		if c.zoom < leastAreaZoom(layer, kind) {
			continue
		}
		p := r.properties(a, c.properties[:0])
		c.properties = p
		if isLine(layer) {
			lo, _ := a.rings(int(i))
			c.line(layer, c.ring(a, lo), p...)
			continue
		}
		low, high := c.project(r.west, r.north), c.project(r.east, r.south)
		if (high[0]-low[0])*(high[1]-low[1]) < 16 { // of a tile's 4096 squared
			continue
		}
		if shapes := a.shapes(c, int(i)); len(shapes) > 0 {
			c.layer(layer).polygons(shapes, p...)
		}
	}
}

// properties appends what a tile says of an area.
func (r *areaRow) properties(a *areas, p []property) []property {
	layer, kind := a.texts[r.layer], a.texts[r.kind]
	if layer == layerBoundaries {
		level, _ := strconv.ParseInt(kind, 10, 64)
		p = append(p, number("admin_level", level))
		if r.marks&markMaritime != 0 {
			p = append(p, so("maritime"))
		}
		if r.marks&markDisputed != 0 {
			p = append(p, so("disputed"))
		}
		return p
	}
	if kind != "" {
		p = append(p, text("kind", kind))
	}
	if r.name != 0 && layer != layerBuildings {
		p = append(p, text("name", a.texts[r.name]))
	}
	return p
}

// ring gives a ring in the tile's coordinates.
func (c *canvas) ring(a *areas, ring int) []orb.Point {
	from, to := a.corners(ring)
	return c.path(to-from, func(i int) corner { return corner{a.lon[from+i], a.lat[from+i]} })
}

// line gives the corners of a ring.
func (a *areas) line(ring int) []corner {
	from, to := a.corners(ring)
	line := make([]corner, 0, to-from)
	for i := from; i < to; i++ {
		line = append(line, corner{a.lon[i], a.lat[i]})
	}
	return line
}

// shapes gives what of an area lies in the tile. Outer rings run clockwise as
// seen, which in a tile's coordinates, that grow downwards, is a positive area.
func (a *areas) shapes(c *canvas, area int) orb.MultiPolygon {
	var out orb.MultiPolygon
	r := &a.area[area]
	whole := r.west >= c.box.west && r.east <= c.box.east && r.south >= c.box.south && r.north <= c.box.north
	outside := true // the last outer ring, and so are its holes
	for k, hi := a.rings(area); k < hi; k++ {
		hole := a.ring[k].inner == 1
		if hole && outside {
			continue
		}
		var path []orb.Point
		if whole {
			path = c.ring(a, k)
		} else {
			corners := cut(a.line(k), c.box)
			path = c.path(len(corners), func(i int) corner { return corners[i] })
		}
		if len(path) > 4 {
			path = c.thin(path)
		}
		ring := make(orb.Ring, len(path))
		for i, p := range path {
			ring[i] = orb.Point{c.within(p[0]), c.within(p[1])}
		}
		seen := len(ring) >= 4 && signedArea(ring) != 0
		if !hole {
			outside = !seen
		}
		if !seen {
			continue
		}
		if (signedArea(ring) > 0) == hole {
			ring.Reverse()
		}
		if hole {
			out[len(out)-1] = append(out[len(out)-1], ring)
		} else {
			out = append(out, orb.Polygon{ring})
		}
	}
	return out
}

// within rounds a coordinate to the tile's, with its margin.
func (c *canvas) within(v float64) float64 {
	return math.Round(max(-margin, min(extent+margin, v)))
}

func signedArea(r orb.Ring) float64 {
	sum := 0.0
	for i := 1; i < len(r); i++ {
		sum += r[i-1][0]*r[i][1] - r[i][0]*r[i-1][1]
	}
	return sum / 2
}
