package roads

import "github.com/paulmach/orb"

// line gives the coordinates of a way from one position to another along arcs,
// as search.path makes them.
func (g *graph) line(from, to *position, arcs []uint32) orb.LineString {
	n := uint32(2)
	for _, arc := range arcs {
		n += g.first[arc>>1+1] - g.first[arc>>1]
	}
	line := make(orb.LineString, 1, n)
	line[0] = from.point
	add := func(p orb.Point) {
		if p != line[len(line)-1] {
			line = append(line, p)
		}
	}
	for i, arc := range arcs {
		e := arc >> 1
		lo, hi := g.first[e], g.first[e+1] // vertices lo <= v < hi
		if arc&1 == 0 {
			if i == 0 {
				lo = from.vertex + 1
			}
			if i == len(arcs)-1 {
				hi = to.vertex + 1
			}
			for v := lo; v < hi; v++ {
				add(g.point(v))
			}
			continue
		}
		if i == 0 {
			hi = from.vertex + 1
		}
		if i == len(arcs)-1 {
			lo = to.vertex + 1
		}
		for v := hi; v > lo; v-- {
			add(g.point(v - 1))
		}
	}
	add(to.point)
	return line
}
