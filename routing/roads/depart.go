package roads

import (
	"context"
	"math"
	"slices"
	"time"

	"roundsman/routing"
)

// phase is how roads are driven at one departure: as at the beginning of its hour,
// and a share as at the beginning of the next one, so that times don't jump. It
// may be one that is waited for.
type phase struct {
	wait  cost
	a, b  *pools // b is nil when all of it is a
	share uint64 // of b, in an hour's milliseconds
}

const hourMS = uint64(time.Hour / time.Millisecond)

// patience is how long one who can't get through waits for a road to open.
const patience = 12 * time.Hour

// phase gives the weights of a departure by car.
func (n *Network) phase(ctx context.Context, t *traffic, depart time.Time) (phase, error) {
	begin := t.hours.begin(depart)
	first, next := t.at(depart, begin), t.at(depart, begin.Add(time.Hour))
	a, err := n.weighed(ctx, t, first)
	if err != nil || first == next || begin.Equal(depart) {
		return phase{a: a}, err
	}
	b, err := n.weighed(ctx, t, next)
	return phase{a: a, b: b, share: uint64(depart.Sub(begin) / time.Millisecond)}, err
}

// mix gives a cost between those of two hours. Nobody who leaves later is earlier
// for it, as long as the second isn't an hour less than the first.
func (p *phase) mix(a, b cost) cost {
	if a >= noCost || b >= noCost {
		return noCost // changes are those of the departure, so it is both
	}
	x, y := uint64(a.ms()), uint64(b.ms())
	ms := (x*(hourMS-p.share) + y*p.share) / hourMS
	cm := a.cm()
	if 2*p.share >= hourMS {
		cm = b.cm()
	}
	return p.wait + costOf(uint32(ms), cm)
}

// nearer gives the hour whose way is taken.
func (p *phase) nearer() *pools {
	if p.b != nil && 2*p.share >= hourMS {
		return p.b
	}
	return p.a
}

// cost gives what the way between two positions costs, waiting included.
func (p *phase) cost(from, to *position) cost {
	a := p.a.cost(from, to)
	switch {
	case a >= noCost:
		return noCost
	case p.b == nil:
		return p.wait + a
	}
	return p.mix(a, p.b.cost(from, to))
}

// cost gives what the cheapest way between two positions, given on any weights,
// costs on these.
func (p *pools) cost(from, to *position) cost {
	q := p.query()
	defer p.put(q)
	if !p.own {
		return q.cost(from, to)
	}
	a, b := *from, *to
	p.g.price(&a)
	p.g.price(&b)
	return q.cost(&a, &b)
}

// table gives what all ways cost, row by row, waiting included.
func (p *phase) table(ctx context.Context, from, to []position) ([]cost, error) {
	all, err := p.a.table(ctx, from, to)
	if err != nil {
		return nil, err
	}
	var next []cost
	if p.b != nil {
		if next, err = p.b.table(ctx, from, to); err != nil {
			return nil, err
		}
	}
	for i, c := range all {
		switch {
		case c >= noCost:
		case p.b != nil:
			all[i] = p.mix(c, next[i])
		default:
			all[i] = p.wait + c
		}
	}
	return all, nil
}

func (p *pools) table(ctx context.Context, from, to []position) ([]cost, error) {
	if p.own {
		from, to = slices.Clone(from), slices.Clone(to)
		for i := range from {
			p.g.price(&from[i])
		}
		for i := range to {
			p.g.price(&to[i])
		}
	}
	all := make([]cost, len(from)*len(to))
	m := matrix{g: p.g, h: p.h, pools: p, from: from, to: to}
	err := m.run(ctx, func(i, j int, costs []cost) { copy(all[i*len(to)+j:], costs) })
	return all, err
}

// spread is what matters of what some ways cost.
type spread struct {
	longest cost
	stuck   bool // there are some for which there is no way
}

func (s *spread) add(c cost) {
	if c >= noCost {
		s.stuck = true
		return
	}
	s.longest = max(s.longest, c)
}

// later lists the instants at which who departs might rather have waited to
// leave: when a change ends before the longest of their ways would, and hours at
// which roads get so much faster that it pays. Between two of them, leaving later
// never is arriving earlier.
func (t *traffic) later(depart time.Time, s spread) []time.Time {
	last := depart.Add(time.Duration(s.longest.ms()) * time.Millisecond)
	all := t.ends(depart, last)
	if s.stuck {
		all = t.ends(depart, depart.Add(patience))
	}
	if t.hours != nil {
		// Where no road gets faster by more than a share within an hour, no way gets
		// shorter by more than that. Speeds are rounded, hence a little more.
		const rounding = 0.03
		if drop := float64(s.longest.ms()) * (1 - 1/(1+t.hours.steep+rounding)); drop > float64(hourMS) {
			for h := t.hours.begin(depart).Add(time.Hour); h.Before(last); h = h.Add(time.Hour) {
				all = append(all, h)
			}
		}
	}
	slices.SortFunc(all, time.Time.Compare)
	return slices.CompactFunc(all, time.Time.Equal)
}

// driven gives what is known of how a mode's roads are driven when; nil where every
// hour is the same.
func (n *Network) driven(mode routing.Mode) *traffic {
	if mode != routing.Car {
		return nil
	}
	return n.live.traffic.Load()
}

// phases calls each with the weights of a departure, then with those of every
// later one that may be better for somebody. each tells of the best ways so far.
func (n *Network) phases(ctx context.Context, mode routing.Mode, depart time.Time, each func(p phase) (spread, error)) error {
	depart = depart.Truncate(time.Millisecond)
	t := n.driven(mode)
	if t == nil {
		p, err := n.pools(ctx, mode)
		if err != nil {
			return err
		}
		_, err = each(phase{a: p})
		return err
	}
	p, err := n.phase(ctx, t, depart)
	if err != nil {
		return err
	}
	found, err := each(p)
	if err != nil {
		return err
	}
	for _, at := range t.later(depart, found) {
		p, err := n.phase(ctx, t, at)
		if err != nil {
			return err
		}
		p.wait = costOf(uint32(min(at.Sub(depart)/time.Millisecond, math.MaxInt32)), 0)
		if _, err := each(p); err != nil {
			return err
		}
	}
	return nil
}

// trip is the best way for one who departs.
type trip struct {
	from, to position
	c        cost  // noCost where there is none
	at       phase // when one leaves
}

// trip finds it.
func (n *Network) trip(ctx context.Context, from, to position, mode routing.Mode, depart time.Time) (trip, error) {
	t := trip{from: from, to: to, c: noCost}
	err := n.phases(ctx, mode, depart, func(p phase) (s spread, err error) {
		if c := p.cost(&from, &to); c < t.c || t.at.a == nil {
			t.c, t.at = c, p
		}
		s.add(t.c)
		return s, nil
	})
	return t, err
}

// way gives the arcs of a trip, its ends on the weights that it is driven on, and
// the network with those. There is a way.
func (t *trip) way() (g *graph, arcs []uint32) {
	p := t.at.nearer()
	q := p.query()
	defer p.put(q)
	if p.own {
		p.g.price(&t.from)
		p.g.price(&t.to)
	}
	_, arcs = q.way(&t.from, &t.to)
	return p.g, arcs
}
