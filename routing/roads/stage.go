package roads

import (
	"context"
	"slices"
	"time"

	"roundsman/internal/fault"
	"roundsman/routing"

	"github.com/paulmach/orb"
)

// Stages lists on which roads those drive who set out between two instants, in
// order: an hour each, cut where changes begin and end, and those that are alike
// joined. The first begins at from or before. Changes are looked at for as long
// after as somebody would wait for a road to open.
func (n *Network) Stages(mode routing.Mode, from, until time.Time) []routing.Stage {
	t := n.driven(mode)
	if t == nil {
		return []routing.Stage{{From: from, Hour: from, Here: weights{}, Next: weights{}}}
	}
	var all []routing.Stage
	for _, at := range t.marks(from, until) {
		begin := t.hours.begin(at)
		s := routing.Stage{From: at, Hour: begin, Here: t.at(at, begin), Next: t.at(at, begin.Add(time.Hour))}
		if k := len(all) - 1; k >= 0 && s.Steady() && all[k].Steady() && all[k].Here == s.Here {
			continue
		}
		all = append(all, s)
	}
	return all
}

// marks lists the instants from one on at which the even course of the roads may
// break: hours, until the other; begins and ends of changes, for longer.
func (t *traffic) marks(from, until time.Time) []time.Time {
	first := from
	all := []time.Time{from}
	if t.hours != nil {
		first = t.hours.begin(from)
		all[0] = first
		for h := first.Add(time.Hour); h.Before(until); h = h.Add(time.Hour) {
			all = append(all, h)
		}
	}
	for i := range t.changes {
		for _, at := range []time.Time{t.changes[i].From, t.changes[i].Until} {
			if at.After(first) && at.Before(until.Add(patience)) {
				all = append(all, at)
			}
		}
	}
	all = append(all, t.turning(first, until.Add(patience))...)
	slices.SortFunc(all, time.Time.Compare)
	return slices.CompactFunc(all, time.Time.Equal)
}

// TableOn gives all legs on roads that a stage names, those of a departure at the
// very beginning of its hour, if nobody waited. A place that is off the road can't
// be reached. Faults: mode_unknown; roads_changed where the changes that are named
// have been taken back meanwhile; the context's own error.
func (n *Network) TableOn(ctx context.Context, from, to []orb.Point, mode routing.Mode, on routing.Roads) (*routing.Table, error) {
	g, err := n.graph(mode)
	if err != nil {
		return nil, err
	}
	of, ok := on.(weights)
	t := n.traffic()
	if !ok || !t.knows(of) {
		return nil, fault.New(fault.Conflict, "roads_changed", "the roads have changed meanwhile; ask for the stages again")
	}
	table := routing.NewTable(len(from), len(to))
	targets, cols := snapAll(g, to)
	sources, rows := snapAll(g, from)
	var p *pools
	if of == (weights{}) {
		p, err = n.pools(ctx, mode)
	} else {
		p, err = n.weighed(ctx, &t, of)
	}
	if err != nil {
		return nil, err
	}
	costs, err := p.table(ctx, sources, targets)
	if err != nil {
		return nil, err
	}
	for i, c := range costs {
		if c < noCost {
			table.Set(rows[i/len(targets)], cols[i%len(targets)], c.leg())
		}
	}
	return table, nil
}

// knows says whether all changes that weights name are there.
func (t *traffic) knows(of weights) bool {
	known := true
	of.each(func(what uint64) { known = known && t.has(what) })
	return known
}
