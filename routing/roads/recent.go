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
	parts [recentParts]struct {
		mu    sync.Mutex
		slots *[recentSlots]met // nil until one is needed
	}
}

// Together there is room for 16,384 places, in 1.5 MB.
const (
	recentParts = 64
	recentSlots = 256
)

// met is where a place met the network.
type met struct {
	place    orb.Point
	position position
	metres   float64
	there    bool
}

// find gives where a place met the network; false where it isn't remembered.
func (r *recent) find(p orb.Point) (position, float64, bool) {
	part, slot := r.at(p)
	s := &r.parts[part]
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.slots == nil {
		return position{}, 0, false
	}
	m := &s.slots[slot]
	if !m.there || m.place != p {
		return position{}, 0, false
	}
	return m.position, m.metres, true
}

// keep remembers it, in the place of another one.
func (r *recent) keep(p orb.Point, q position, metres float64) {
	part, slot := r.at(p)
	s := &r.parts[part]
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.slots == nil {
		s.slots = new([recentSlots]met)
	}
	s.slots[slot] = met{p, q, metres, true}
}

func (r *recent) at(p orb.Point) (part, slot uint64) {
	hi, lo := bits.Mul64(math.Float64bits(p[0])^0x9e3779b97f4a7c15, math.Float64bits(p[1])^0xd1b54a32d192ed03)
	h := (hi ^ lo) * 0x9e3779b97f4a7c15 >> 32
	return h % recentParts, h / recentParts % recentSlots
}
