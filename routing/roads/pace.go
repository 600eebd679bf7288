package roads

import (
	"math"
	"math/bits"
	"slices"
)

// factor is a share of a road's ordinary speed, in thousandths.
type factor uint16

// ordinary is the factor of an ordinary hour.
const ordinary factor = 1000

// usual has the ordinary factor for every class.
var usual = slices.Repeat([]factor{ordinary}, len(classes))

// slowest is what one drives at least wherever one drives at all.
const slowest = speed(20)

func (f factor) of(v speed) speed {
	if v == 0 || f == ordinary {
		return v
	}
	scaled := (uint32(v)*uint32(f) + uint32(ordinary)/2) / uint32(ordinary)
	return speed(max(min(scaled, math.MaxUint16), uint32(min(v, slowest))))
}

// effect is what is amiss on some segments for the time being.
type effect struct {
	segments []uint32 // by their first vertices
	shut     bool     // nobody passes
	factor   factor   // of the speed, where it isn't shut
	sign     uint8    // whose turns may not be made; 0 where it is none
}

// paced gives the network as it is driven at other speeds: a factor for every
// class of road, and effects on top. Nothing of g changes; what is the same is
// shared with it.
func (g *graph) paced(byClass []factor, effects []effect) *graph {
	k := *g
	k.recent, k.lists = nil, nil // where a place is stays the same, and what it costs doesn't
	k.attrs = slices.Clone(g.attrs)
	same := true
	for i := range k.attrs {
		a := &k.attrs[i]
		f := byClass[a.class]
		same = same && f == ordinary
		a.along, a.against = f.of(a.along), f.of(a.against)
	}
	touched := k.touch(effects)
	k.arcs = slices.Clone(g.arcs)
	if !same {
		k.reprice()
		return &k
	}
	for _, e := range touched {
		for arc := 2 * e; arc < 2*e+2; arc++ {
			if g.open(arc) {
				k.arcs[arc] = k.weigh(arc)
			}
		}
	}
	return &k
}

// touch lets effects come over a network whose attributes are its own already,
// and lists the edges that have any.
func (g *graph) touch(effects []effect) []uint32 {
	if len(effects) == 0 {
		return nil
	}
	g.attr = slices.Clone(g.attr)
	seen := make([]uint64, (g.edges()+63)/64)
	var touched []uint32
	for _, f := range effects {
		if f.sign != 0 {
			g.holding[f.sign/64] |= 1 << (f.sign % 64)
		}
		changed := map[uint32]uint32{} // attribute -> attribute with the effect
		for _, v := range f.segments {
			id, ok := changed[g.attr[v]]
			if !ok {
				a := g.attrs[g.attr[v]]
				if f.shut {
					a.limits |= uint32(shutNow)
				} else {
					a.along, a.against = f.factor.of(a.along), f.factor.of(a.against)
				}
				id = uint32(len(g.attrs))
				changed[g.attr[v]] = id
				g.attrs = append(g.attrs, a)
			}
			g.attr[v] = id
			e := g.edgeOf(v)
			if f.shut {
				if g.shutEdges == nil {
					g.shutEdges = make([]uint64, len(seen))
				}
				g.shutEdges[e/64] |= 1 << (e % 64)
			}
			if seen[e/64]>>(e%64)&1 == 0 {
				seen[e/64] |= 1 << (e % 64)
				touched = append(touched, e)
			}
		}
	}
	return touched
}

// edgeOf gives the edge that a vertex belongs to.
func (g *graph) edgeOf(vertex uint32) uint32 {
	e := g.edgeAt[vertex/edgeStep]
	for g.first[e+1] <= vertex {
		e++
	}
	return e
}

// reprice is weigh for all open arcs, several times as fast.
func (g *graph) reprice() {
	along, against := make([]divisor, len(g.attrs)), make([]divisor, len(g.attrs))
	for i, a := range g.attrs {
		along[i], against[i] = divisorOf(uint32(a.along)), divisorOf(uint32(a.against))
	}
	for e := range g.tail {
		lo, hi := g.first[e], g.first[e+1]-1
		var ms [2]uint64
		for v := lo; v < hi; v++ {
			cm := uint64(g.cum[v+1]-g.cum[v]) * 360
			ms[0] += along[g.attr[v]].round(cm)
			ms[1] += against[g.attr[v]].round(cm)
		}
		for dir, sum := range ms {
			if arc := uint32(2*e + dir); g.open(arc) {
				g.arcs[arc] = costOf(uint32(min(sum, math.MaxInt32)), g.cum[hi])
			}
		}
	}
}

// divisor divides by one number again and again, without dividing.
type divisor struct{ by, inverse uint64 }

func divisorOf(by uint32) divisor {
	if by < 2 {
		return divisor{uint64(by), 0}
	}
	return divisor{uint64(by), math.MaxUint64/uint64(by) + 1}
}

// round gives a number divided by the divisor, rounded; 0 where that is 0.
func (d divisor) round(n uint64) uint64 {
	n += d.by / 2
	if d.by < 2 || n > math.MaxUint32 { // else the inverse is exact
		if d.by == 0 {
			return 0
		}
		return n / d.by
	}
	q, _ := bits.Mul64(n, d.inverse)
	return q
}
