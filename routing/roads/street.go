package roads

import (
	"slices"
	"strings"

	"roundsman/routing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"
)

// leastZooms says of the classes from which zoom their streets are drawn, and
// drivable which of them are for cars.
var (
	leastZooms = byClass(leastZoom)
	drivable   = byClass(func(class string) bool { _, ok := carSpeeds[class]; return ok })
)

func byClass[V any](of func(class string) V) []V {
	all := make([]V, len(classes))
	for i, class := range classes {
		all[i] = of(class)
	}
	return all
}

func leastZoom(class string) maptile.Zoom {
	switch class {
	case "motorway":
		return 5
	case "trunk":
		return 6
	case "primary":
		return 8
	case "secondary", "motorway_link", "trunk_link", ferryClass:
		return 9
	case "tertiary", "primary_link", "secondary_link", "tertiary_link":
		return 10
	case "unclassified", "residential", "living_street", "road", "pedestrian":
		return 12
	}
	return 13
}

// drawn are the networks of which streets are drawn.
var drawn = []routing.Mode{routing.Foot, routing.Car}

// drawStreets draws the car's network, and of the walkers' what cars can't use.
func (n *Network) drawStreets(c *canvas) {
	names := streetNames{lines: map[streetName][]orb.LineString{}}
	for _, mode := range drawn {
		g := n.graphs[mode] // which measure has taken
		for _, e := range n.tiles.edges[mode].touching(c.box) {
			lo, hi := g.first[e], g.first[e+1]
			for from := lo; from+1 < hi; {
				a := g.attrs[g.attr[from]]
				to := from + 1
				for to+1 < hi && g.attr[to] == g.attr[from] {
					to++
				}
				if c.zoom >= leastZooms[a.class] && drivable[a.class] == (mode == routing.Car) {
					n.drawStreet(c, &names, g, from, to, a)
				}
				from = to
			}
		}
	}
	for _, k := range names.order {
		for _, line := range joinLines(names.lines[k]) {
			c.line("street_labels", line, text("kind", k.kind), text("name", k.name))
		}
	}
}

// streetName is what a street is called in a tile, and streetNames the lines along
// which that is written. An edge alone is too short for most names.
type streetName struct{ kind, name string }

type streetNames struct {
	order []streetName
	lines map[streetName][]orb.LineString
}

func (n *Network) drawStreet(c *canvas, names *streetNames, g *graph, from, to uint32, a attr) {
	line := c.path(int(to+1-from), func(i int) corner { return corner{g.lon[int(from)+i], g.lat[int(from)+i]} })
	name := n.names[a.name]
	if classes[a.class] == ferryClass {
		c.line(layerFerries, line, text("kind", ferryClass), text("name", name))
		return
	}
	kind, link := strings.CutSuffix(classes[a.class], "_link")
	p := append(c.properties[:0], text("kind", kind))
	if link {
		p = append(p, so("link"))
	}
	if a.against == 0 {
		p = append(p, so("oneway"))
	} else if a.along == 0 {
		p = append(p, so("oneway_reverse"))
	}
	if form(a.form)&onBridge != 0 {
		p = append(p, so("bridge"))
	}
	if form(a.form)&inTunnel != 0 {
		p = append(p, so("tunnel"))
	}
	c.properties = p
	c.line("streets", line, p...)
	if name != "" && c.zoom >= max(10, leastZooms[a.class]) {
		k := streetName{kind, name}
		if names.lines[k] == nil {
			names.order = append(names.order, k)
		}
		names.lines[k] = append(names.lines[k], slices.Clone(line))
	}
}

// joinLines makes longer lines of such as meet at their ends, whichever way round
// each runs.
func joinLines(lines []orb.LineString) []orb.LineString {
	if len(lines) == 1 {
		return lines
	}
	ends := map[orb.Point][]int{}
	for i, l := range lines {
		ends[l[0]] = append(ends[l[0]], i)
		ends[l[len(l)-1]] = append(ends[l[len(l)-1]], i)
	}
	used := make([]bool, len(lines))
	var out []orb.LineString
	for i, l := range lines {
		if used[i] {
			continue
		}
		used[i] = true
		whole := slices.Clone(l)
		for range 2 { // from its end, and then from its other end
			for {
				last := whole[len(whole)-1]
				k := slices.IndexFunc(ends[last], func(k int) bool { return !used[k] })
				if k < 0 {
					break
				}
				next := slices.Clone(lines[ends[last][k]])
				used[ends[last][k]] = true
				if next[0] != last {
					next.Reverse()
				}
				whole = append(whole, next[1:]...)
			}
			whole.Reverse()
		}
		out = append(out, whole)
	}
	return out
}
