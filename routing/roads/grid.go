package roads

import (
	"math"
)

// grid is an index over a network's segments: for every cell of a grid over the
// map, the segments that touch it and on which one may start or stop. A segment
// is named by its first vertex.
type grid struct {
	west, south   int32 // in 1/degree
	width, height int32 // of a cell, in 1/degree
	cols, rows    int32
	first         []uint32 // by cell, row by row, one more than there are
	segments      []uint32
}

// metresPerUnit is the length of one coordinate unit along a meridian.
const metresPerUnit = earthRadius * math.Pi / 180 / degree

// cellMetres is the size of a cell on maps that aren't huge.
const cellMetres = 200

// edgeStep is how many vertices apart it is known at once on which edge one is.
const edgeStep = 32

// plant makes the grid of a network over the edges on which a way may start and
// end.
func (g *graph) plant(usable []bool) {
	g.indexEdges()
	gr := &g.grid
	*gr = grid{cols: 1, rows: 1, width: 1, height: 1, first: []uint32{0, 0}}
	if g.edges() == 0 {
		return
	}
	west, south, east, north := g.lon[0], g.lat[0], g.lon[0], g.lat[0]
	for i := range g.lon {
		west, east = min(west, g.lon[i]), max(east, g.lon[i])
		south, north = min(south, g.lat[i]), max(north, g.lat[i])
	}
	cos := math.Max(0.01, math.Cos(float64(south/2+north/2)/degree*math.Pi/180))
	size := float64(cellMetres)
	w, h := float64(east-west)*metresPerUnit*cos, float64(north-south)*metresPerUnit
	if most := float64(4*len(g.lon) + 1024); w/size*h/size > most {
		size = math.Sqrt(w * h / most)
	}
	gr.west, gr.south = west, south
	gr.width, gr.height = int32(size/metresPerUnit/cos)+1, int32(size/metresPerUnit)+1
	gr.cols, gr.rows = (east-west)/gr.width+1, (north-south)/gr.height+1
	gr.first = make([]uint32, gr.cols*gr.rows+1)
	g.eachCell(usable, func(_ uint32, cell int32) { gr.first[cell+1]++ })
	for c := 1; c < len(gr.first); c++ {
		gr.first[c] += gr.first[c-1]
	}
	gr.segments = make([]uint32, gr.first[len(gr.first)-1])
	next := append([]uint32(nil), gr.first...)
	g.eachCell(usable, func(segment uint32, cell int32) {
		gr.segments[next[cell]] = segment
		next[cell]++
	})
}

// indexEdges finds which edges vertices are on.
func (g *graph) indexEdges() {
	g.edgeAt = nil
	for e := range g.tail {
		for uint32(len(g.edgeAt)*edgeStep) < g.first[e+1] {
			g.edgeAt = append(g.edgeAt, uint32(e))
		}
	}
}

// eachCell goes through the cells that every usable segment touches.
func (g *graph) eachCell(usable []bool, each func(segment uint32, cell int32)) {
	gr := &g.grid
	for e := range g.tail {
		for v := g.first[e]; v+1 < g.first[e+1]; v++ {
			if !usable[e] || !g.stoppable(v) {
				continue
			}
			x1, y1, x2, y2 := g.lon[v], g.lat[v], g.lon[v+1], g.lat[v+1]
			if y1 > y2 {
				x1, y1, x2, y2 = x2, y2, x1, y1
			}
			for row := gr.row(y1); row <= gr.row(y2); row++ {
				// The part of the segment within this row of cells.
				lo, hi := x1, x2
				if y2 > y1 {
					slope := float64(x2-x1) / float64(y2-y1)
					bottom := max(y1, gr.south+row*gr.height)
					top := min(int64(y2), int64(gr.south)+int64(row+1)*int64(gr.height))
					lo = x1 + int32(math.Round(slope*float64(bottom-y1)))
					hi = x1 + int32(math.Round(slope*float64(top-int64(y1))))
				}
				for col := gr.col(min(lo, hi) - 1); col <= gr.col(max(lo, hi)+1); col++ {
					each(v, row*gr.cols+col)
				}
			}
		}
	}
}

// stoppable says whether one may start or stop on the segment at a vertex.
func (g *graph) stoppable(v uint32) bool {
	return limits(g.attrs[g.attr[v]].limits)&onlyPassing == 0
}

func (gr *grid) col(lon int32) int32 {
	return clamp((int64(lon)-int64(gr.west))/int64(gr.width), gr.cols)
}

func (gr *grid) row(lat int32) int32 {
	return clamp((int64(lat)-int64(gr.south))/int64(gr.height), gr.rows)
}

func clamp(v int64, n int32) int32 { return int32(max(0, min(v, int64(n)-1))) }

// nearest finds the segment closest to a coordinate, no further away than limit
// metres: its first vertex, how far along it (0 to 1), and how far away. The
// first found of equally near ones is taken, which depends on the coordinate
// alone.
func (g *graph) nearest(lon, lat int32, limit float64, want func(segment uint32) bool) (segment uint32, along, metres float64, ok bool) {
	gr := &g.grid
	cos := math.Cos(float64(lat) / degree * math.Pi / 180)
	best := limit / metresPerUnit
	best *= best
	visit := func(row, col int32) {
		// A segment is in every cell that it touches, to a unit or two of rounding.
		west, south := int64(gr.west)+int64(col)*int64(gr.width), int64(gr.south)+int64(row)*int64(gr.height)
		x := float64(max(0, west-int64(lon)-2, int64(lon)-west-int64(gr.width)-2)) * cos
		y := float64(max(0, south-int64(lat)-2, int64(lat)-south-int64(gr.height)-2))
		if x*x+y*y > best {
			return
		}
		cell := row*gr.cols + col
		for _, v := range gr.segments[gr.first[cell]:gr.first[cell+1]] {
			x1, y1 := int64(g.lon[v])-int64(lon), int64(g.lat[v])-int64(lat)
			x2, y2 := int64(g.lon[v+1])-int64(lon), int64(g.lat[v+1])-int64(lat)
			if x, y := float64(max(0, min(x1, x2), -max(x1, x2)))*cos, float64(max(0, min(y1, y2), -max(y1, y2))); x*x+y*y > best*(1+1e-9) {
				continue // all of the rectangle round it is further away
			}
			ax, ay := float64(x1)*cos, float64(y1)
			dx, dy := float64(g.lon[v+1]-g.lon[v])*cos, float64(g.lat[v+1]-g.lat[v])
			t := 0.0
			if l := dx*dx + dy*dy; l > 0 {
				t = max(0, min(1, -(ax*dx+ay*dy)/l))
			}
			px, py := ax+t*dx, ay+t*dy
			if d := px*px + py*py; d < best && (want == nil || want(v)) {
				best, segment, along, ok = d, v, t, true
			}
		}
	}
	c, r := gr.col(lon), gr.row(lat)
	for ring := int32(0); ; ring++ {
		w, e, s, n := c-ring, c+ring, r-ring, r+ring
		for col := max(w, 0); col <= min(e, gr.cols-1); col++ {
			if s >= 0 {
				visit(s, col)
			}
			if n < gr.rows && n != s {
				visit(n, col)
			}
		}
		for row := max(s+1, 0); row <= min(n-1, gr.rows-1); row++ {
			if w >= 0 {
				visit(row, w)
			}
			if e < gr.cols && e != w {
				visit(row, e)
			}
		}
		// What isn't seen yet lies behind one of the block's sides.
		bound := math.Inf(1)
		side := func(d int64, scale float64) { bound = min(bound, max(0, float64(d)*scale)) }
		if w > 0 {
			side(int64(lon)-(int64(gr.west)+int64(w)*int64(gr.width)), cos)
		}
		if e < gr.cols-1 {
			side(int64(gr.west)+int64(e+1)*int64(gr.width)-int64(lon), cos)
		}
		if s > 0 {
			side(int64(lat)-(int64(gr.south)+int64(s)*int64(gr.height)), 1)
		}
		if n < gr.rows-1 {
			side(int64(gr.south)+int64(n+1)*int64(gr.height)-int64(lat), 1)
		}
		if math.IsInf(bound, 1) || bound*bound > best {
			return segment, along, math.Sqrt(best) * metresPerUnit, ok
		}
	}
}
