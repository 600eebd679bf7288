package roads

import (
	"math"

	"github.com/paulmach/orb"
)

// graph is one mode's network. An edge is a stretch of road between two
// junctions with its line; edge e gives two arcs, 2e along its line and 2e+1
// against it. All arrays are flat, so that they can be written to a file and
// read back as they are.
type graph struct {
	// Vertices of the edges' lines; every edge has its own, ends included.
	lon, lat []int32  // in 1/degree
	cum      []uint32 // centimetres from the edge's start
	attr     []uint32 // of the segment from this vertex to the next

	first      []uint32                       // by edge, one more than there are: its first vertex
	tail, head []uint32                       // by edge: junctions at the line's start and end
	arcs       []cost                         // by arc: what driving all of it costs; noCost where closed
	shutEdges  []uint64                       // by edge, a bit each: shut for the time being; nil where none is
	holding    [1 << turnWhenBits / 64]uint64 // by sign, a bit each: it holds for the time being
	attrs      []attr

	// What may follow an arc can depend on what came before it: after a sign that
	// reaches over several roads, or on a road that only leads to its own doors.
	// So turns lead from state to state. The first states are the arcs themselves,
	// for who starts there; the others are copies of arcs, in the arcs' order.
	turnFirst []uint32 // by state, one more than there are: its first turn
	turnTo    []uint32 // by turn: the state that follows
	turnMS    []uint32 // by turn: what turning costs, in milliseconds, and its sign; see turnCost, barred
	copyFirst []uint32 // by arc, one more than there are: its first copy
	copyOf    []uint32 // by copy: the arc

	edgeAt []uint32 // by edgeStep vertices: the edge of the first of them
	grid   grid
	recent *recent // nil where nothing is remembered
	lists  *lists  // likewise
}

// none stands where there is no arc or node.
const none = math.MaxUint32

// attr is what the segments of a road have in common.
type attr struct {
	name           uint32
	along, against speed  // in the direction of the edge's line, and against it
	limits         uint32 // see type limits
	class          uint32 // see classes
	form           uint32 // see type form
	when           uint32 // the number of the sign that shuts it at some hours; 0 for none
}

func (g *graph) edges() int { return len(g.tail) }

// junctions counts them; they are numbered from 0.
func (g *graph) junctions() int {
	n := uint32(0)
	for e := range g.tail {
		n = max(n, g.tail[e]+1, g.head[e]+1)
	}
	return int(n)
}

// from and to give the junctions at an arc's ends.
func (g *graph) from(arc uint32) uint32 {
	if arc&1 == 0 {
		return g.tail[arc>>1]
	}
	return g.head[arc>>1]
}

func (g *graph) to(arc uint32) uint32 { return g.from(arc ^ 1) }

func (g *graph) states() int { return len(g.turnFirst) - 1 }

// base gives the arc of a state.
func (g *graph) base(state uint32) uint32 {
	if int(state) < len(g.arcs) {
		return state
	}
	return g.copyOf[int(state)-len(g.arcs)]
}

// copies gives the states that are copies of an arc: from, to before to.
func (g *graph) copies(arc uint32) (from, to uint32) {
	n := uint32(len(g.arcs))
	return n + g.copyFirst[arc], n + g.copyFirst[arc+1]
}

// onlyEnds says whether nobody may pass through an edge.
func (g *graph) onlyEnds(edge uint32) bool {
	return limits(g.attrs[g.attr[g.first[edge]]].limits)&onlyEnds != 0
}

func (g *graph) open(arc uint32) bool { return g.arcs[arc] < noCost }

// shut says whether an arc can't be passed for the time being. Who is on it can
// still leave it, and one can still come to who is.
func (g *graph) shut(arc uint32) bool {
	e := arc >> 1
	return g.shutEdges != nil && g.shutEdges[e/64]>>(e%64)&1 == 1
}

// blocked says whether the segment at a vertex is shut for the time being.
func (g *graph) blocked(vertex uint32) bool {
	return limits(g.attrs[g.attr[vertex]].limits)&shutNow != 0
}

func (g *graph) point(vertex uint32) orb.Point {
	return orb.Point{float64(g.lon[vertex]) / degree, float64(g.lat[vertex]) / degree}
}

// segmentMS gives what the segment from a vertex to the next costs in the
// direction of dir (0 along the line, 1 against it), for the first cm of it.
func (g *graph) segmentMS(vertex uint32, dir uint32, cm uint32) uint32 {
	a := g.attrs[g.attr[vertex]]
	v := a.along
	if dir == 1 {
		v = a.against
	}
	if v == 0 {
		return 0
	}
	// A centimetre at one kilometre an hour takes 36 ms, and v is in tenths.
	// Rounded to the nearest, by floating point, which divides faster; both numbers
	// are far too small for it to come out on the wrong side of a whole one.
	return uint32(float64(uint64(cm)*360+uint64(v)/2) / float64(v))
}

// weigh sums up what an arc costs; noCost when part of it is closed.
func (g *graph) weigh(arc uint32) cost {
	e := arc >> 1
	var ms uint64
	for v := g.first[e]; v+1 < g.first[e+1]; v++ {
		a := g.attrs[g.attr[v]]
		if arc&1 == 0 && a.along == 0 || arc&1 == 1 && a.against == 0 {
			return noCost
		}
		ms += uint64(g.segmentMS(v, arc&1, g.cum[v+1]-g.cum[v]))
	}
	return costOf(uint32(min(ms, math.MaxInt32)), g.cum[g.first[e+1]-1])
}

// earthRadius is the mean one, in metres.
const earthRadius = 6371008.8

// centimetres between two vertices, along a great circle.
func centimetres(lon1, lat1, lon2, lat2 int32) uint32 {
	const rad = math.Pi / 180 / degree
	p1, p2 := float64(lat1)*rad, float64(lat2)*rad
	sp, sl := math.Sin((p2-p1)/2), math.Sin(float64(lon2-lon1)*rad/2)
	h := sp*sp + math.Cos(p1)*math.Cos(p2)*sl*sl
	return uint32(math.Round(2 * earthRadius * math.Asin(math.Min(1, math.Sqrt(h))) * 100))
}
