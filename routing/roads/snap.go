package roads

import (
	"math"
	"sort"

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
}

// position is a place on the network: on the segment that starts at a vertex, so
// many centimetres along it.
type position struct {
	edge, vertex, part uint32
	// at is what it costs to come here from the start of the edge's two arcs.
	at    [2]cost
	point orb.Point
}

// snap finds the position for a place, and how far away it is. It depends on
// the place and the network alone. Fault: place_off_road.
func (g *graph) snap(p orb.Point, mode routing.Mode) (position, float64, error) {
	if !(math.Abs(p.Lon()) <= 180 && math.Abs(p.Lat()) <= 90) {
		return position{}, 0, fault.New(fault.Invalid, "place_off_road", "%v, %v is no longitude and latitude; give degrees, longitude first", p.Lon(), p.Lat())
	}
	lon, lat := int32(math.Round(p.Lon()*degree)), int32(math.Round(p.Lat()*degree))
	v, t, metres, ok := g.nearest(lon, lat, SnapLimit, nil)
	if !ok {
		return position{}, 0, fault.New(fault.Invalid, "place_off_road",
			"no road for %s within %d m of %.5f, %.5f; check the coordinate (longitude first) or use a map that covers the place", mode, SnapLimit, p.Lon(), p.Lat())
	}
	return g.position(v, t), metres, nil
}

// position makes the position at a share (0 to 1) of the segment at a vertex.
func (g *graph) position(v uint32, t float64) position {
	e := uint32(sort.Search(g.edges(), func(e int) bool { return g.first[e+1] > v }))
	length := g.cum[v+1] - g.cum[v]
	q := position{edge: e, vertex: v, part: uint32(math.Round(t * float64(length)))}
	q.point = orb.Point{
		(float64(g.lon[v]) + t*float64(g.lon[v+1]-g.lon[v])) / degree,
		(float64(g.lat[v]) + t*float64(g.lat[v+1]-g.lat[v])) / degree,
	}
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
	return q
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
		if g.open(2*a.edge+dir) && b.at[dir].cm() >= a.at[dir].cm() {
			best = min(best, b.at[dir]-a.at[dir])
		}
	}
	return best
}
