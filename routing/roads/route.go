package roads

import (
	"context"
	"time"

	"roundsman/routing"

	"github.com/paulmach/orb"
)

// Route is one leg with everything there is to say about it.
type Route struct {
	Leg   routing.Leg
	Line  orb.LineString // from place to place, as Network.Line
	Steps []Step         // never empty
}

// Step is a stretch of a route on one street.
type Step struct {
	// Turn is how one comes to the street: "start", "straight", "slight right",
	// "right", "sharp right", the same to the left, or "around".
	Turn   string
	Street string    // "" where it has no name
	At     orb.Point // where it begins
	// Rounded on their own, so that they may differ from the leg by a few.
	Seconds routing.Seconds
	Metres  routing.Metres
}

// Route gives one leg with its line and the streets it follows. Faults as
// Travel.
func (n *Network) Route(ctx context.Context, from, to orb.Point, mode routing.Mode, depart time.Time) (Route, error) {
	t, g, arcs, err := n.way(ctx, from, to, mode, depart)
	if err != nil {
		return Route{}, err
	}
	return Route{Leg: t.c.leg(), Line: withEnds(from, g.line(&t.from, &t.to, arcs), to), Steps: n.steps(g, &t.from, &t.to, arcs)}, nil
}

// piece is the part of a route on one segment.
type piece struct {
	arc    uint32
	vertex uint32
	ms, cm uint32
	at     orb.Point // where it begins
}

// steps puts the pieces of a route together, street by street.
func (n *Network) steps(g *graph, from, to *position, arcs []uint32) []Step {
	var steps []Step
	var ms, cm uint64 // of the step at hand
	finish := func() {
		if k := len(steps) - 1; k >= 0 {
			steps[k].Seconds, steps[k].Metres = routing.Seconds((ms+500)/1000), routing.Metres((cm+50)/100)
		}
		ms, cm = 0, 0
	}
	last := uint32(none)
	street := uint32(none)
	for _, p := range g.pieces(from, to, arcs) {
		name := g.attrs[g.attr[p.vertex]].name
		turn := "straight"
		if last != none && p.arc != last {
			turn = g.turnWord(last, p.arc)
		}
		if last == none {
			turn = "start"
		}
		if name != street || turn == "around" {
			finish()
			steps = append(steps, Step{Turn: turn, Street: n.names[name], At: p.at})
		}
		street, last = name, p.arc
		ms, cm = ms+uint64(p.ms), cm+uint64(p.cm)
	}
	finish()
	return steps
}

// pieces cuts a way into its segments, of which the first and last are used in
// part.
func (g *graph) pieces(from, to *position, arcs []uint32) []piece {
	var all []piece
	for i, arc := range arcs {
		dir := arc & 1
		lo, hi := g.first[arc>>1], g.first[arc>>1+1]-2 // segments lo to hi
		start, stop := lo, hi
		if dir == 1 {
			start, stop = hi, lo
		}
		if i == 0 {
			start = from.vertex
		}
		if i == len(arcs)-1 {
			stop = to.vertex
		}
		for v := start; ; {
			length := g.cum[v+1] - g.cum[v]
			begin, end := uint32(0), length // driven, in the arc's direction
			p := piece{arc: arc, vertex: v, at: g.point(v + dir)}
			if i == 0 && v == from.vertex {
				begin, p.at = from.part, from.point
				if dir == 1 {
					begin = length - from.part
				}
			}
			if i == len(arcs)-1 && v == to.vertex {
				end = to.part
				if dir == 1 {
					end = length - to.part
				}
			}
			p.cm = end - min(begin, end)
			p.ms = g.segmentMS(v, dir, end) - min(g.segmentMS(v, dir, begin), g.segmentMS(v, dir, end))
			all = append(all, p)
			if v == stop {
				break
			}
			if dir == 0 {
				v++
			} else {
				v--
			}
		}
	}
	return all
}

// turnWord says how one goes from an arc to the next.
func (g *graph) turnWord(a, b uint32) string {
	if b == a^1 {
		return "around"
	}
	// Seen from above, bearings grow clockwise.
	d := g.bearing(b, false) - g.bearing(a, true)
	for d <= -180 {
		d += 360
	}
	for d > 180 {
		d -= 360
	}
	side := " right"
	if d < 0 {
		side, d = " left", -d
	}
	switch {
	case d <= 30:
		return "straight"
	case d <= 60:
		return "slight" + side
	case d <= 120:
		return side[1:]
	}
	return "sharp" + side
}
