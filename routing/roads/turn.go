package roads

import "math"

// turns lists for every open arc which arcs may follow it. Turning round is
// allowed where there is no other way on.
func (g *graph) turns(costs turnCosts) {
	first, leaving := g.leaving()
	g.turnFirst = make([]uint32, 1, len(g.arcs)+1)
	g.turnTo, g.turnMS = nil, nil
	for arc := range g.arcs {
		a := uint32(arc)
		if g.open(a) {
			v := g.to(a)
			out := leaving[first[v]:first[v+1]]
			others := 0
			for _, b := range out {
				if b != a^1 {
					others++
				}
			}
			for _, b := range out {
				switch {
				case b == a^1 && others > 0:
					continue
				case b == a^1:
					g.turnMS = append(g.turnMS, costs.around)
				case others == 1: // a bend, not a turn
					g.turnMS = append(g.turnMS, 0)
				default:
					g.turnMS = append(g.turnMS, costs.of(g.deviation(a, b)))
				}
				g.turnTo = append(g.turnTo, b)
			}
		}
		g.turnFirst = append(g.turnFirst, uint32(len(g.turnTo)))
	}
}

// leaving lists the open arcs that leave each junction.
func (g *graph) leaving() (first, arcs []uint32) {
	n := uint32(g.junctions())
	first = make([]uint32, n+1)
	for a := range g.arcs {
		if g.open(uint32(a)) {
			first[g.from(uint32(a))+1]++
		}
	}
	for v := range n {
		first[v+1] += first[v]
	}
	arcs = make([]uint32, first[n])
	next := append([]uint32(nil), first...)
	for a := range g.arcs {
		if v := g.from(uint32(a)); g.open(uint32(a)) {
			arcs[next[v]] = uint32(a)
			next[v]++
		}
	}
	return first, arcs
}

// of gives the cost of turning by an angle, 0 (straight on) to 180.
func (t turnCosts) of(degrees float64) uint32 {
	switch {
	case degrees <= 30:
		return 0
	case degrees <= 60:
		return t.slight
	case degrees <= 120:
		return t.square
	}
	return t.sharp
}

// deviation gives by how many degrees who goes from one arc to the next leaves
// the straight line.
func (g *graph) deviation(a, b uint32) float64 {
	d := math.Mod(math.Abs(g.bearing(b, false)-g.bearing(a, true)), 360)
	if d > 180 {
		d = 360 - d
	}
	return d
}

// bearing gives the direction of an arc's first segment, or of its last one, in
// degrees.
func (g *graph) bearing(arc uint32, last bool) float64 {
	lo, hi := g.first[arc>>1], g.first[arc>>1+1]-1
	var v, w uint32
	switch {
	case arc&1 == 0 && !last:
		v, w = lo, lo+1
	case arc&1 == 0:
		v, w = hi-1, hi
	case !last:
		v, w = hi, hi-1
	default:
		v, w = lo+1, lo
	}
	x := float64(g.lon[w]-g.lon[v]) * math.Cos(float64(g.lat[v])/degree*math.Pi/180)
	y := float64(g.lat[w] - g.lat[v])
	return math.Atan2(x, y) * 180 / math.Pi
}

// turn gives the cost of going from one arc to another, if that is allowed.
func (g *graph) turn(from, to uint32) (cost, bool) {
	for t := g.turnFirst[from]; t < g.turnFirst[from+1]; t++ {
		if g.turnTo[t] == to {
			return costOf(g.turnMS[t], 0), true
		}
	}
	return 0, false
}
