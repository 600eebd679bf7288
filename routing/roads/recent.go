package roads

import (
	"math"
	"math/bits"
	"sync"

	"github.com/paulmach/orb"
)

// recent remembers where places met the network: a day's places are asked for
// again and again. It holds a bounded number of them, and what it says is what a
// search would, which depends on the place and the network alone.
type recent struct {
	mu    sync.Mutex
	slots *[recentSlots]met // nil until one is needed
}

// There is room for so many places, in 1.5 MB.
const recentSlots = 1 << 14

// remember has a network remember where places met it from now on.
func (g *graph) remember() { g.recent, g.lists = &recent{}, &lists{} }

// met is where a place met the network; nothing where it isn't there.
type met struct {
	place    orb.Point
	position position
	metres   float64
	there    bool
}

// find fills in those of some places that it remembers. It is asked for many at
// once, since the lock costs more than a place.
func (r *recent) find(places []orb.Point, at []met) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.slots == nil {
		return
	}
	for i, p := range places {
		if m := &r.slots[slotOf(p)]; m.there && m.place == p {
			at[i] = *m
		}
	}
}

// keep remembers places, in the place of others.
func (r *recent) keep(all []met) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.slots == nil {
		r.slots = new([recentSlots]met)
	}
	for i := range all {
		if m := &all[i]; m.there {
			r.slots[slotOf(m.place)] = *m
		}
	}
}

func slotOf(p orb.Point) uint64 {
	hi, lo := bits.Mul64(math.Float64bits(p[0])^0x9e3779b97f4a7c15, math.Float64bits(p[1])^0xd1b54a32d192ed03)
	return (hi ^ lo) * 0x9e3779b97f4a7c15 >> 32 % recentSlots
}
