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
	// By cell: the longitudes of its segments' starts, their latitudes, the longitudes of
	// their ends, and their latitudes. They are the vertices', once more, where a look at
	// a cell finds them side by side.
	lines []int32
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
	gr.lines = make([]int32, 0, 4*len(gr.segments))
	for c := range gr.first[1:] {
		own := gr.segments[gr.first[c]:gr.first[c+1]]
		for _, of := range [2]uint32{0, 1} {
			for _, v := range own {
				gr.lines = append(gr.lines, g.lon[v+of])
			}
			for _, v := range own {
				gr.lines = append(gr.lines, g.lat[v+of])
			}
		}
	}
}

// of gives the places of a cell's segments: from, to before last.
func (gr *grid) of(cell int32) (from, last uint32) { return gr.first[cell], gr.first[cell+1] }

// linesOf gives the lines of all of a cell's segments, which stand at such places.
func (gr *grid) linesOf(from, last uint32) []int32 {
	return gr.lines[4*uint64(from) : 4*uint64(last)]
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

func (gr *grid) col(lon int32) int32 { return cellAt(lon, gr.west, gr.width, gr.cols) }
func (gr *grid) row(lat int32) int32 { return cellAt(lat, gr.south, gr.height, gr.rows) }

// cellAt gives in which of n cells of a size a coordinate is, of those from a first
// one on; the next one where it is in none.
func cellAt(at, first, size, n int32) int32 {
	if at < first {
		return 0
	}
	// Without a sign any two are less far apart than a number of 32 bits tells, and
	// those are divided in half the time.
	return int32(min((uint32(at)-uint32(first))/uint32(size), uint32(n)-1))
}
