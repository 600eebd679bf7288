package roads

import (
	"context"
	"encoding/binary"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"roundsman/routing"
)

// traffic is all that is known of how fast roads are driven when. It never
// changes; another one takes its place.
type traffic struct {
	hours   *hours // nil: every hour is an ordinary one
	changes []Change
	what    []uint64 // by change, see Change.what
	signs   []timed
}

// weights says which of a network's weights hold at an instant: a set of factors,
// and the changes there are, each by what it does. The zero value is those of an
// ordinary hour without changes.
type weights struct {
	hours   *hours // nil for set 0, the ordinary one
	set     uint8
	changes string // eight bytes each, in the order in which they are applied
}

// at gives the weights at an instant, with the factors of hour, another one.
func (t *traffic) at(now, hour time.Time) weights {
	var w weights
	if w.set = t.hours.set(hour); w.set != 0 {
		w.hours = t.hours
	}
	for _, what := range t.there(now) {
		w.changes += string(binary.NativeEndian.AppendUint64(nil, what))
	}
	return w
}

// ends lists, in order, the instants after now up to a time at which changes
// end, or signs turn.
func (t *traffic) ends(now, last time.Time) []time.Time {
	var all []time.Time
	for i := range t.changes {
		if u := t.changes[i].Until; u.After(now) && !u.After(last) && t.changes[i].From.Before(last) {
			all = append(all, u)
		}
	}
	return append(all, t.turning(now, last)...)
}

// live is how a network is driven other than at an ordinary hour.
type live struct {
	traffic atomic.Pointer[traffic] // nil: nothing is known

	weaving sync.Once
	woven   chan struct{} // closed when custom or err is there
	custom  *customizer
	err     error

	setting sync.Mutex // one who sets something at a time
	mu      sync.Mutex
	effects map[uint64]effect // of changes, by what they do
	sets    map[weights]*weighed
	most    int    // how many are kept
	uses    uint64 // counts them
}

// weighed is a network on some weights.
type weighed struct {
	begin sync.Once
	done  chan struct{} // closed when pools is there
	pools *pools
	used  uint64 // when it was last; see live.uses
}

// keptBytes is how much memory weights may take altogether. Those that were not
// used for longest go; they come again in a moment.
const keptBytes = 300 << 20

func newLive(g *graph) *live {
	// What depends on the weights takes 8 bytes a link, and there are some seven
	// links a state; an arc's cost takes 8.
	each := 7*8*float64(g.states()) + 8*float64(len(g.arcs)) + 1
	return &live{
		woven: make(chan struct{}), effects: map[uint64]effect{}, sets: map[weights]*weighed{},
		most: max(4, int(keptBytes/each)),
	}
}

// customizer makes what weights need, once. Everybody waits for it as long as
// their context lasts.
func (n *Network) customizer(ctx context.Context) (*customizer, error) {
	v := n.live
	v.weaving.Do(func() {
		go func() {
			defer close(v.woven)
			var m *mesh
			if m, v.err = n.mesh(); v.err == nil {
				v.custom = newCustomizer(m)
			}
		}()
	})
	select {
	case <-v.woven:
		return v.custom, v.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// weighed gives what finds ways on some weights, made when it is not there. t
// has the changes that the weights name.
func (n *Network) weighed(ctx context.Context, t *traffic, of weights) (*pools, error) {
	if of == (weights{}) {
		return n.pools(ctx, routing.Car)
	}
	u, err := n.customizer(ctx)
	if err != nil {
		return nil, err
	}
	w := n.live.entry(of)
	w.begin.Do(func() {
		go func() {
			g := n.graphs[routing.Car].paced(of.hours.factors(of.set), n.effects(t, of))
			w.pools = &pools{g: g, h: u.hierarchy(g), room: u.room, own: true}
			close(w.done)
		}()
	})
	select {
	case <-w.done:
		return w.pools, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// entry gives the place of some weights, and lets go of those not used for
// longest.
func (v *live) entry(of weights) *weighed {
	v.mu.Lock()
	defer v.mu.Unlock()
	w, ok := v.sets[of]
	if !ok {
		w = &weighed{done: make(chan struct{})}
		v.sets[of] = w
	}
	v.uses++
	w.used = v.uses
	for len(v.sets) > v.most {
		var oldest weights
		at := v.uses
		for key, other := range v.sets {
			if other.used < at {
				oldest, at = key, other.used
			}
		}
		delete(v.sets, oldest)
	}
	return w
}

// effects finds what the changes do that weights name.
func (n *Network) effects(t *traffic, of weights) []effect {
	v := n.live
	var all []effect
	of.each(func(what uint64) {
		v.mu.Lock()
		f, ok := v.effects[what]
		v.mu.Unlock()
		if !ok {
			if k := slices.Index(t.what, what); k >= 0 {
				f = t.changes[k].effect(n.graphs[routing.Car], n.names)
			} else {
				f = t.signs[slices.IndexFunc(t.signs, func(s timed) bool { return s.what == what })].effect(n.graphs[routing.Car])
			}
			v.mu.Lock()
			v.effects[what] = f
			v.mu.Unlock()
		}
		all = append(all, f)
	})
	return all
}

// forget lets go of the effects and weights of changes that are no more.
func (v *live) forget(t *traffic) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for what := range v.effects {
		if !t.has(what) {
			delete(v.effects, what)
		}
	}
	for of := range v.sets {
		if !t.knows(of) {
			delete(v.sets, of)
		}
	}
}

func (h *hours) factors(set uint8) []factor {
	if h == nil {
		return usual
	}
	return h.sets[set]
}

// SetPace sets how fast roads are driven at which hour, from the next request on;
// nil: every hour is an ordinary one. Hours are the zone's, and a date (2026-12-25)
// that is a holiday counts as a Sunday; holiday may be nil. Requests under way go
// on with what they began with.
func (n *Network) SetPace(p Pace, zone *time.Location, holiday func(date string) bool) {
	if holiday == nil {
		holiday = func(string) bool { return false }
	}
	var h *hours
	if p != nil {
		h = hoursOf(p, zone, holiday)
	}
	n.live.setting.Lock()
	defer n.live.setting.Unlock()
	next := n.traffic()
	next.hours = h
	n.live.traffic.Store(&next)
}

// SetChanges sets all that is otherwise on the roads, in place of what was set
// before. It holds from when SetChanges returns, and nobody waits for it: requests
// meanwhile are answered on the weights of before, all of each on the same. now
// says which of the new ones will be asked for first. Faults:
// roads_change_invalid; the context's own error. Nothing is set then.
func (n *Network) SetChanges(ctx context.Context, now time.Time, changes []Change) error {
	what := make([]uint64, len(changes))
	for i := range changes {
		if err := changes[i].Check(); err != nil {
			return err
		}
		what[i] = changes[i].what()
	}
	n.live.setting.Lock()
	defer n.live.setting.Unlock()
	next := n.traffic()
	next.changes, next.what = slices.Clone(changes), what
	if _, err := n.phase(ctx, &next, now); err != nil {
		return err
	}
	n.live.traffic.Store(&next)
	n.live.forget(&next)
	return nil
}

// traffic gives what is known now.
func (n *Network) traffic() traffic {
	if t := n.live.traffic.Load(); t != nil {
		return *t
	}
	return traffic{signs: n.signs}
}

// PrepareChanges makes what weights of other hours and changes need and nothing
// else does. Who doesn't call it has whoever first needs it wait: some seconds,
// the first time a map is used, and less when it was kept.
func (n *Network) PrepareChanges(ctx context.Context) error {
	_, err := n.customizer(ctx)
	return err
}
