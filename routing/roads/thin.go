package roads

import "github.com/paulmach/orb"

// thinner leaves the points of lines out that nobody would miss: such as are less
// than a unit away from the line without them (Douglas and Peucker 1973).
type thinner struct {
	kept  []orb.Point
	spans [][2]int // still to be looked at, the first last
}

// thin gives what remains of a line, in room that the next line uses again. Its
// ends always remain.
func (t *thinner) thin(line []orb.Point) []orb.Point {
	if len(line) < 3 {
		return line
	}
	t.kept = append(t.kept[:0], line[0])
	t.spans = append(t.spans[:0], [2]int{0, len(line) - 1})
	for len(t.spans) > 0 {
		top := &t.spans[len(t.spans)-1]
		from, to := top[0], top[1]
		if at := farthest(line, from, to); at > 0 {
			top[0] = at
			t.spans = append(t.spans, [2]int{from, at})
			continue
		}
		t.kept = append(t.kept, line[to])
		t.spans = t.spans[:len(t.spans)-1]
	}
	return t.kept
}

// farthest gives the point that is farthest from the straight line between two
// others; 0 where none is farther than a unit.
func farthest(line []orb.Point, from, to int) int {
	a, b := line[from], line[to]
	dx, dy := b[0]-a[0], b[1]-a[1]
	length := dx*dx + dy*dy
	best, at := 1.0, 0
	for i := from + 1; i < to; i++ {
		x, y := line[i][0]-a[0], line[i][1]-a[1]
		if length > 0 {
			along := max(0, min(1, (x*dx+y*dy)/length))
			x, y = x-along*dx, y-along*dy
		}
		if d := x*x + y*y; d > best {
			best, at = d, i
		}
	}
	return at
}
