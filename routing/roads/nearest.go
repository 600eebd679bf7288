package roads

import "math"

// spot is a place for which the nearest segment is looked for: in 1/degree, and how
// much shorter than one of latitude a degree of longitude is there.
type spot struct{ lon, lat, cos float64 }

// along says how far along a line (0 to 1) it is nearest to a spot, and the square of
// how far away it is there, in 1/degree of latitude. Every product is rounded by itself
// on all processors.
func (s *spot) along(x1, y1, x2, y2 int32) (t, square float64) {
	ax, ay := (float64(x1)-s.lon)*s.cos, float64(y1)-s.lat
	dx, dy := (float64(x2)-float64(x1))*s.cos, float64(y2)-float64(y1)
	if l := float64(dx*dx) + float64(dy*dy); l > 0 {
		t = max(0, min(1, -(float64(ax*dx)+float64(ay*dy))/l))
	}
	px, py := ax+float64(t*dx), ay+float64(t*dy)
	return t, float64(px*px) + float64(py*py)
}

// nearestPlainly finds the first of the nearest of a cell's lines (see grid.lines) and
// the square of its distance, if that is less than best; best and -1 where none is.
func nearestPlainly(lines []int32, s *spot, best float64) (square float64, at int) {
	n := len(lines) / 4
	at = -1
	x1, y1, x2, y2 := lines[:n], lines[n:2*n], lines[2*n:3*n], lines[3*n:4*n]
	for i := range n {
		// Most are further away by all of the rectangle round them.
		x := max(0, float64(min(x1[i], x2[i]))-s.lon, s.lon-float64(max(x1[i], x2[i]))) * s.cos
		y := max(0, float64(min(y1[i], y2[i]))-s.lat, s.lat-float64(max(y1[i], y2[i])))
		if x*x+y*y > best*(1+1e-9) {
			continue
		}
		if _, d := s.along(x1[i], y1[i], x2[i], y2[i]); d < best {
			best, at = d, i
		}
	}
	return best, at
}

// nearest finds the segment closest to a coordinate, no further away than limit
// metres, of those that are wanted: its first vertex. Of equally near ones it is the
// first on the map.
func (g *graph) nearest(lon, lat int32, limit float64, want func(segment uint32) bool) (segment uint32, ok bool) {
	var l looking
	l.start(&g.grid, lon, lat, limit)
	l.want = want
	if !l.finish() {
		return 0, false
	}
	return l.segment(), true
}

// looking is the way from cell to cell to the nearest segment. It is started,
// fetches what it begins with where others are looked at meanwhile, and is finished.
type looking struct {
	grid *grid
	spot
	want func(segment uint32) bool // nil where every one will do
	best float64                   // the square of how far away the nearest is, or the limit
	at   uint32                    // the nearest's place in the grid's segments; none where there is none yet
	line [4]int32                  // it

	row, col   int32  // of the cell that the spot is in, or is nearest to
	from, last uint32 // which of the grid's segments that one has
}

func (l *looking) start(gr *grid, lon, lat int32, limit float64) {
	limit /= metresPerUnit
	*l = looking{
		grid: gr, best: limit * limit, at: none, row: gr.row(lat), col: gr.col(lon),
		spot: spot{float64(lon), float64(lat), math.Cos(float64(lat) / degree * math.Pi / 180)},
	}
	l.from, l.last = gr.of(l.row*gr.cols + l.col)
}

func (l *looking) fetch() { fetch(l.grid.linesOf(l.from, l.last)) }

// finish says whether there is a segment.
func (l *looking) finish() bool {
	l.look(l.from, l.last)
	l.around(cells{l.col, l.col + 1, l.row, l.row + 1})
	return l.at != none
}

// segment gives what was found.
func (l *looking) segment() uint32 { return l.grid.segments[l.at] }

// metres says how far away it is.
func (l *looking) metres() float64 { return math.Sqrt(l.best) * metresPerUnit }

// look looks at a cell's segments.
func (l *looking) look(from, last uint32) {
	if from == last {
		return
	}
	lines := l.grid.linesOf(from, last)
	if l.want == nil {
		// One that is as near as the nearest so far may count, too.
		within := math.Nextafter(l.best, math.Inf(1))
		if square, i := nearestOf(lines, &l.spot, within); i >= 0 {
			l.take(lines, from, uint32(i), square)
		}
		return
	}
	n := last - from
	for i := range n {
		if _, square := l.along(lines[i], lines[n+i], lines[2*n+i], lines[3*n+i]); square <= l.best && l.want(l.grid.segments[from+i]) {
			l.take(lines, from, i, square)
		}
	}
}

// take takes a line of a cell for the nearest, unless one as near is earlier on the
// map.
func (l *looking) take(lines []int32, from, i uint32, square float64) {
	if square == l.best && l.at != none && l.segment() <= l.grid.segments[from+i] {
		return
	}
	n := uint32(len(lines) / 4)
	l.best, l.at = square, from+i
	l.line = [4]int32{lines[i], lines[n+i], lines[2*n+i], lines[3*n+i]}
}

// cells are a rectangle of them: columns and rows, from one to before another.
type cells struct{ west, east, south, north int32 }

// cellSlack is how far outside of a cell a segment may be that is in it, and the other
// way round, in 1/degree: a unit or two of rounding.
const cellSlack = 2

// around looks at the cells round some that were looked at, beyond the side that is
// nearest to the spot first, until all others are too far away.
func (l *looking) around(seen cells) {
	gr := l.grid
	for {
		west, east, south, north := math.Inf(1), math.Inf(1), math.Inf(1), math.Inf(1)
		if seen.west > 0 {
			west = (l.east(seen.west) - cellSlack) * l.cos
		}
		if seen.east < gr.cols {
			east = (-l.east(seen.east) - cellSlack) * l.cos
		}
		if seen.south > 0 {
			south = l.north(seen.south) - cellSlack
		}
		if seen.north < gr.rows {
			north = -l.north(seen.north) - cellSlack
		}
		side := max(0, min(west, east, south, north))
		if side*side > l.best {
			return
		}
		next := seen
		switch {
		case west <= side:
			seen.west--
			next.west, next.east = seen.west, seen.west+1
		case east <= side:
			next.west, next.east = seen.east, seen.east+1
			seen.east++
		case south <= side:
			seen.south--
			next.south, next.north = seen.south, seen.south+1
		default:
			next.south, next.north = seen.north, seen.north+1
			seen.north++
		}
		for row := next.south; row < next.north; row++ {
			y := max(0, -l.north(row)-cellSlack, l.north(row+1)-cellSlack)
			for col := next.west; col < next.east; col++ {
				x := max(0, -l.east(col)-cellSlack, l.east(col+1)-cellSlack) * l.cos
				if x*x+y*y <= l.best {
					l.look(gr.of(row*gr.cols + col))
				}
			}
		}
	}
}

// east says how far east of the western side of a column of cells the spot is.
func (l *looking) east(col int32) float64 {
	return l.lon - (float64(l.grid.west) + float64(col)*float64(l.grid.width))
}

// north says how far north of the southern side of a row of cells the spot is.
func (l *looking) north(row int32) float64 {
	return l.lat - (float64(l.grid.south) + float64(row)*float64(l.grid.height))
}
