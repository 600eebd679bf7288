package roads

import (
	"math"
	"math/bits"

	"roundsman/internal/fault"
	"roundsman/routing"

	"github.com/paulmach/orb"
)

// SnapLimit is how far a place may be from the network, in metres.
const SnapLimit = 2000

// Snapped is where a place meets the network.
type Snapped struct {
	Point  orb.Point // on the road
	Metres float64   // from the place, in a straight line
	Street string    // what the road is called there; may be ""
	Side   string    // of the road, on which the place lies: "north", "northeast", …; "" where it is on the road
}

// sides are the directions of the compass, clockwise, each the middle of 45
// degrees.
var sides = [8]string{"north", "northeast", "east", "southeast", "south", "southwest", "west", "northwest"}

// sideOf says in which direction from a point on the road a place lies.
func sideOf(road, place orb.Point, metres float64) string {
	if metres < 0.5 {
		return ""
	}
	east := (place[0] - road[0]) * math.Cos(road[1]*math.Pi/180)
	turn := math.Atan2(east, place[1]-road[1]) / (2 * math.Pi) // of the whole circle, from the north
	return sides[int(math.Round(turn*8)+8)%8]
}

// position is a place on the network: on the segment that starts at a vertex, so
// many centimetres along it.
type position struct {
	edge, vertex, part uint32
	// at is what it costs to come here from the start of the edge's two arcs.
	at    [2]cost
	point orb.Point
	// barred has a bit for each of the two arcs by which one can't come here from
	// its start, and two bits up for each by which one can't go on to its end.
	barred uint8
}

// snap finds the position for a place, and how far away it is. It depends on
// the place and the network alone. Fault: place_off_road.
func (g *graph) snap(p orb.Point, mode routing.Mode) (position, float64, error) {
	var at [1]met
	g.meet([]orb.Point{p}, at[:], g.recent)
	switch {
	case at[0].there:
		return at[0].position, at[0].metres, nil
	case !isPlace(p):
		return position{}, 0, fault.New(fault.Invalid, "place_off_road", "%v, %v is no longitude and latitude; give degrees, longitude first", p.Lon(), p.Lat())
	}
	return position{}, 0, fault.New(fault.Invalid, "place_off_road",
		"no road for %s within %d m of %.5f, %.5f; check the coordinate (longitude first) or use a map that covers the place", mode, SnapLimit, p.Lon(), p.Lat())
}

// snapAll gives the positions of the places that have one, and which they are.
func snapAll(g *graph, points []orb.Point) (positions []position, which []int) {
	positions, which = make([]position, 0, len(points)), make([]int, 0, len(points))
	for i, m := range g.meetAll(points) {
		if m.there {
			positions, which = append(positions, m.position), append(which, i)
		}
	}
	return positions, which
}

func isPlace(p orb.Point) bool { return math.Abs(p.Lon()) <= 180 && math.Abs(p.Lat()) <= 90 }

// metAtOnce is how many places are looked for together, so that what they need from
// memory comes together, too.
const metAtOnce = 32

// meet finds where places meet the network, no more than metAtOnce. r remembers
// them; nil remembers none.
func (g *graph) meet(places []orb.Point, at []met, r *recent) {
	if r != nil {
		r.find(places, at)
	}
	var looks [metAtOnce]looking
	var found uint64 // a bit for each that was not remembered
	for i, p := range places {
		if at[i].there {
			continue
		}
		at[i].place = p
		if isPlace(p) {
			looks[i].start(&g.grid, int32(math.Round(p.Lon()*degree)), int32(math.Round(p.Lat()*degree)), SnapLimit)
			found |= 1 << i
		}
	}
	for left := found; left != 0; left &= left - 1 {
		looks[bits.TrailingZeros64(left)].fetch()
	}
	for left := found; left != 0; left &= left - 1 {
		if i := bits.TrailingZeros64(left); !looks[i].finish() {
			found &^= 1 << i
		}
	}
	for left := found; left != 0; left &= left - 1 {
		i := bits.TrailingZeros64(left)
		at[i].position.vertex = looks[i].segment()
		g.fetch(at[i].position.vertex)
	}
	for left := found; left != 0; left &= left - 1 {
		q := &at[bits.TrailingZeros64(left)].position
		q.edge = g.edgeOf(q.vertex)
	}
	for left := found; left != 0; left &= left - 1 {
		i := bits.TrailingZeros64(left)
		l, m := &looks[i], &at[i]
		t, _ := l.along(l.line[0], l.line[1], l.line[2], l.line[3])
		g.place(&m.position, t, l.line)
		m.metres, m.there = l.metres(), true
	}
	if r != nil && found != 0 {
		r.keep(at)
	}
}

// place puts a position at a share (0 to 1) of the line of its segment.
func (g *graph) place(q *position, t float64, line [4]int32) {
	length := g.cum[q.vertex+1] - g.cum[q.vertex]
	q.part = uint32(math.Round(t * float64(length)))
	q.point = orb.Point{
		(float64(line[0]) + t*float64(line[2]-line[0])) / degree,
		(float64(line[1]) + t*float64(line[3]-line[1])) / degree,
	}
	g.price(q)
}

// price finds what a position costs on this weighing of the network, and what of
// its edge is shut to it: a stretch that is shut can be left and come to by who is
// on it, and not passed.
func (g *graph) price(q *position) {
	e, v := q.edge, q.vertex
	length := g.cum[v+1] - g.cum[v]
	along := g.segmentMS(v, 0, q.part)
	for w := g.first[e]; w < v; w++ {
		along += g.segmentMS(w, 0, g.cum[w+1]-g.cum[w])
	}
	against := g.segmentMS(v, 1, length-q.part)
	for w := v + 1; w+1 < g.first[e+1]; w++ {
		against += g.segmentMS(w, 1, g.cum[w+1]-g.cum[w])
	}
	cm := g.cum[v] + q.part
	q.at = [2]cost{costOf(along, cm), costOf(against, g.cum[g.first[e+1]-1]-cm)}
	q.barred = 0
	if !g.shut(2 * e) {
		return
	}
	before, behind := v, v+1 // past the stretch that the position is on
	for before > g.first[e] && g.blocked(before) {
		before--
	}
	for behind+1 < g.first[e+1] && g.blocked(behind-1) {
		behind++
	}
	for w := g.first[e]; w < before; w++ {
		if g.blocked(w) {
			q.barred |= 1<<0 | 1<<3 // no coming along, no going on against
		}
	}
	for w := behind; w+1 < g.first[e+1]; w++ {
		if g.blocked(w) {
			q.barred |= 1<<1 | 1<<2
		}
	}
}

// enters says whether one can come to a position from the start of an arc of its
// edge.
func (g *graph) enters(q *position, dir uint32) bool {
	return g.open(2*q.edge+dir) && q.barred>>dir&1 == 0
}

// leaves says whether one can go on from a position to the end of an arc of its
// edge.
func (g *graph) leaves(q *position, dir uint32) bool {
	return g.open(2*q.edge+dir) && q.barred>>(2+dir)&1 == 0
}

// joined says whether one can go straight from a position to another one of the
// same edge, along one of its arcs.
func (g *graph) joined(a, b *position, dir uint32) bool {
	return b.at[dir].cm() >= a.at[dir].cm() &&
		(g.enters(a, dir) && g.enters(b, dir) || g.leaves(a, dir) && g.leaves(b, dir))
}

// rest is what it costs to go on from a position to the end of one of its arcs.
func (g *graph) rest(q *position, dir uint32) cost {
	return g.arcs[2*q.edge+dir] - q.at[dir]
}

// direct is the cheapest way between two positions that never leaves their edge.
func (g *graph) direct(a, b *position) cost {
	best := noCost
	if a.edge != b.edge {
		return best
	}
	for dir := range uint32(2) {
		if g.joined(a, b, dir) {
			best = min(best, b.at[dir]-a.at[dir])
		}
	}
	return best
}
