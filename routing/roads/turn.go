package roads

import (
	"encoding/binary"
	"math"
	"slices"
)

// turner finds the states of a network and the turns between them.
type turner struct {
	g       *graph
	costs   turnCosts
	bans    bans
	first   []uint32 // by junction: its first entry of leaving
	leaving []uint32 // arcs
	states  []state
	index   map[string]uint32 // copies by what they are
}

// state is an arc, with what came before as far as it matters.
type state struct {
	arc uint32
	// late: the arc's road is only for ends, and it was come to from another one,
	// so that only its own doors are left.
	late bool
	// tracks are the restrictions that may strike yet.
	tracks []track
}

// track is a restriction whose first arc was driven, and so many of those
// between.
type track struct{ chain, driven uint32 }

// turns finds which states may follow which. Turning round is allowed where
// there is no other way on but into what is only for ends.
func (g *graph) turns(costs turnCosts, bans bans) {
	t := &turner{g: g, costs: costs, bans: bans, index: map[string]uint32{}}
	t.first, t.leaving = g.leaving()
	t.states = make([]state, len(g.arcs), len(g.arcs)+len(g.arcs)/4)
	for a := range t.states {
		t.states[a].arc = uint32(a)
	}
	g.turnFirst, g.turnTo, g.turnMS = []uint32{0}, nil, nil
	for i := 0; i < len(t.states); i++ { // grows as copies are found
		if s := t.states[i]; g.open(s.arc) {
			t.follow(s)
		}
		g.turnFirst = append(g.turnFirst, uint32(len(g.turnTo)))
	}
	g.copyOf = nil
	for _, s := range t.states[len(g.arcs):] {
		g.copyOf = append(g.copyOf, s.arc)
	}
}

// follow adds the turns of a state.
func (t *turner) follow(s state) {
	g := t.g
	tracks := slices.Clone(s.tracks)
	for _, c := range t.bans.byFirst[s.arc] {
		tracks = append(tracks, track{c, 0})
	}
	v := g.to(s.arc)
	out := t.leaving[t.first[v]:t.first[v+1]]
	zone := g.onlyEnds(s.arc >> 1)
	roads, others := 0, 0
	for _, b := range out {
		if b == s.arc^1 {
			continue
		}
		roads++
		if ok, _ := t.allowed(s, tracks, b); ok && (zone || !g.onlyEnds(b>>1)) {
			others++
		}
	}
	for _, b := range out {
		ok, when := t.allowed(s, tracks, b)
		if !ok || b == s.arc^1 && others > 0 {
			continue
		}
		ms := uint32(0)
		switch {
		case b == s.arc^1:
			ms = t.costs.around
		case roads > 1: // else a bend, not a turn
			ms = t.costs.of(g.deviation(s.arc, b))
		}
		next := state{arc: b, late: g.onlyEnds(b>>1) && (!zone || s.late)}
		for _, k := range tracks {
			if c := &t.bans.chain[k.chain]; int(k.driven) < len(c.between) && c.between[k.driven] == b {
				next.tracks = append(next.tracks, track{k.chain, k.driven + 1})
			}
		}
		g.turnTo, g.turnMS = append(g.turnTo, t.number(next)), append(g.turnMS, ms|uint32(when)<<turnWhenShift)
	}
}

// allowed says whether an arc may follow a state, and by which sign not at some
// hours. Of several such signs one is heeded.
func (t *turner) allowed(s state, tracks []track, b uint32) (ok bool, when uint8) {
	if s.late && !t.g.onlyEnds(b>>1) {
		return false, 0
	}
	for _, k := range tracks {
		c := &t.bans.chain[k.chain]
		if int(k.driven) == len(c.between) && slices.Contains(c.last, b) != c.only {
			if c.when == 0 {
				return false, 0
			}
			when = c.when
		}
	}
	return true, when
}

// number gives a state's number.
func (t *turner) number(s state) uint32 {
	if !s.late && len(s.tracks) == 0 {
		return s.arc
	}
	key := binary.NativeEndian.AppendUint32(nil, s.arc)
	if s.late {
		key = append(key, 1)
	}
	slices.SortFunc(s.tracks, func(a, b track) int { return int(a.chain) - int(b.chain) })
	for _, k := range s.tracks {
		key = binary.NativeEndian.AppendUint32(binary.NativeEndian.AppendUint32(key, k.chain), k.driven)
	}
	i, ok := t.index[string(key)]
	if !ok {
		i = uint32(len(t.states))
		t.index[string(key)] = i
		t.states = append(t.states, s)
	}
	return i
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
