package roads

import (
	"encoding/binary"
	"hash/fnv"
	"slices"
	"time"
)

// timed is all that is forbidden to cars at the same times of the week: roads that are
// shut then, and turns that may not be made. Signs are heeded where the hours of the
// roads are known, for they are by the local clock.
type timed struct {
	number uint8  // of attr.when and in turnMS, from 1 on
	what   uint64 // as Change.what
	when   when
}

// mostSigns is how many times of the week a map's signs may have; those of others are
// not heeded.
const mostSigns = 1<<turnWhenBits - 1

// A turn's number of milliseconds has the number of the sign above it that forbids
// the turn at some hours; 0 for none.
const (
	turnWhenBits  = 8
	turnWhenShift = 32 - turnWhenBits
)

// turnCost is what a turn costs when it may be made.
func (g *graph) turnCost(turn uint32) cost { return costOf(g.turnMS[turn]&(1<<turnWhenShift-1), 0) }

// barred says whether a turn may not be made for the time being.
func (g *graph) barred(turn uint32) bool {
	k := g.turnMS[turn] >> turnWhenShift
	return k != 0 && g.holding[k/64]>>(k%64)&1 == 1
}

// signsOf makes the signs of their times, as an import has read them.
func signsOf(hours []string) []timed {
	var all []timed
	for i, text := range hours {
		h := fnv.New64a()
		h.Write([]byte("sign"))
		h.Write([]byte(text))
		if w, ok := whenOf(text); ok {
			all = append(all, timed{number: uint8(i + 1), what: h.Sum64(), when: w})
		}
	}
	return all
}

// effect finds what a sign does while it holds.
func (s *timed) effect(g *graph) effect {
	f := effect{shut: true, sign: s.number}
	for e := range g.tail {
		for v := g.first[e]; v+1 < g.first[e+1]; v++ {
			if g.attrs[g.attr[v]].when == uint32(s.number) {
				f.segments = append(f.segments, v)
			}
		}
	}
	return f
}

// heeded gives the signs that are heeded, and the zone of their hours.
func (t *traffic) heeded() ([]timed, *time.Location) {
	if t.hours == nil {
		return nil, nil
	}
	return t.signs, t.hours.zone
}

// there lists what is otherwise on the roads at an instant, in order.
func (t *traffic) there(now time.Time) (all []uint64) {
	for i := range t.changes {
		if t.changes[i].during(now) {
			all = append(all, t.what[i])
		}
	}
	if signs, zone := t.heeded(); len(signs) > 0 {
		local := now.In(zone)
		for i := range signs {
			if signs[i].when.during(local) {
				all = append(all, signs[i].what)
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// turning lists the instants after one and up to another at which signs begin to hold
// or cease to.
func (t *traffic) turning(after, until time.Time) (all []time.Time) {
	signs, zone := t.heeded()
	for i := range signs {
		all = append(all, signs[i].when.turns(after, until, zone)...)
	}
	return all
}

// has says whether something that weights name is known.
func (t *traffic) has(what uint64) bool {
	return slices.Contains(t.what, what) || slices.ContainsFunc(t.signs, func(s timed) bool { return s.what == what })
}

// each calls with all that weights name.
func (w weights) each(do func(what uint64)) {
	for b := []byte(w.changes); len(b) > 0; b = b[8:] {
		do(binary.NativeEndian.Uint64(b))
	}
}
