package roads

import (
	"context"
	"math"
	"time"

	"roundsman/internal/fault"
	"roundsman/routing"

	"github.com/paulmach/orb"
)

// Network is a road network in memory. Its answers never change, and it is safe
// for use by several goroutines. The first leg of a mode other than the car's
// takes seconds on a large map, see ready.
type Network struct {
	graphs    [modes]*graph // the cars'; of others, see graph
	shelf     *shelf        // nil where all of it is there
	ready     [modes]*ready
	names     []string
	hours     []string // when signs hold, by their numbers from 1 on
	signs     []timed
	places    []Place
	gazetteer *gazetteer
	areas     *areas // see land
	bounds    orb.Bound
	tiles     tiles
	report    Report
	kept      *kept // nil when it is in no cache
	live      *live
}

var _ routing.Travel = (*Network)(nil)

// newNetwork makes a network whose cars' hierarchy is there. Graphs and areas may
// be nil that are on its shelf.
func newNetwork(graphs [modes]*graph, cars *hierarchy, names, hours []string, places []Place, z *gazetteer, a *areas, report Report) *Network {
	n := &Network{graphs: graphs, names: names, hours: hours, signs: signsOf(hours), places: places, gazetteer: z, areas: a, report: report}
	n.live = newLive(graphs[routing.Car])
	for m := range n.ready {
		if graphs[m] != nil {
			graphs[m].remember()
		}
		n.ready[m] = &ready{done: make(chan struct{})}
	}
	n.ready[routing.Car].set(graphs[routing.Car], cars, nil)
	return n
}

// build makes the network of an extract.
func build(ctx context.Context, s *source, progress func(Progress)) (*Network, error) {
	var graphs [modes]*graph
	report := s.report
	for m := range profiles {
		progress(Progress{Stage: "network " + routing.Mode(m).String()})
		g, err := network(ctx, s, m, &report)
		if err != nil {
			return nil, err
		}
		graphs[m] = g
	}
	// From here on the source itself isn't needed, and addresses need what is light of
	// it: what it weighs can go.
	s = &source{names: s.names, hours: s.hours, places: s.places, addresses: s.addresses, towns: s.towns, areas: s.areas}
	names, hours, places, addresses, areas := s.names, s.hours, s.places, s.gazetteer(graphs), s.areas
	cars, err := contract(ctx, graphs[routing.Car], profiles[routing.Car].turns != turnCosts{}, func(done, total int) {
		progress(Progress{"hierarchy", int64(done), int64(total)})
	})
	if err != nil {
		return nil, err
	}
	n := newNetwork(graphs, cars, names, hours, places, addresses, areas, report)
	n.bounds = boundsOf(graphs)
	return n, nil
}

// network makes a mode's network: what is connected with the largest part of it
// in which everything reaches everything.
func network(ctx context.Context, s *source, mode int, report *Report) (*graph, error) {
	g, ends, err := chains(ctx, s, mode)
	if err != nil {
		return nil, err
	}
	var b bans
	if routing.Mode(mode) == routing.Car {
		b, report.UnmetRestrictions = g.ban(s, ends)
	}
	g.turns(profiles[mode].turns, b)
	g, usable, islands := g.connected()
	g.plant(usable)
	report.Junctions[mode], report.Edges[mode] = g.junctions(), g.edges()
	report.Turns[mode], report.Islands[mode] = len(g.turnTo), islands
	return g, ctx.Err()
}

// Report tells what the import met.
func (n *Network) Report() Report { return n.report }

// Places lists the map's places where people work that have a name, nodes
// before ways, each by the map's number. The list is the caller's.
func (n *Network) Places() []Place { return append([]Place(nil), n.places...) }

// Snap tells where a place meets the network of a mode. Faults:
// place_off_road, mode_unknown, roads_cache_damaged.
func (n *Network) Snap(p orb.Point, mode routing.Mode) (Snapped, error) {
	g, err := n.graph(mode)
	if err != nil {
		return Snapped{}, err
	}
	q, metres, err := g.snap(p, mode)
	if err != nil {
		return Snapped{}, err
	}
	return Snapped{Point: q.point, Metres: metres, Street: n.names[g.attrs[g.attr[q.vertex]].name], Side: sideOf(q.point, p, metres)}, nil
}

// streetReach is how far Street looks, in metres.
const streetReach = 500

// Street gives the name of the nearest street with a name that cars may use; ""
// where there is none within 500 m.
func (n *Network) Street(p orb.Point) string {
	g := n.graphs[routing.Car]
	lon, lat := int32(math.Round(p.Lon()*degree)), int32(math.Round(p.Lat()*degree))
	v, ok := g.nearest(lon, lat, streetReach, func(v uint32) bool { return g.attrs[g.attr[v]].name != 0 })
	if !ok {
		return ""
	}
	return n.names[g.attrs[g.attr[v]].name]
}

// Travel gives one leg. By car, it is the one of the hour of departure and of what
// is otherwise on the roads then, if either is known (SetPace, SetChanges); and
// who waits for a road to open or to empty never arrives before who sets out
// later. Faults: place_off_road, unreachable, mode_unknown.
func (n *Network) Travel(ctx context.Context, from, to orb.Point, mode routing.Mode, depart time.Time) (routing.Leg, error) {
	t, err := n.find(ctx, from, to, mode, depart)
	if err != nil {
		return routing.Leg{}, err
	}
	return t.c.leg(), nil
}

// Line gives one leg with its line, from the place itself over the road to the
// place itself. The steps between place and road are part of the line, not of
// the leg's time and length. Faults as Travel.
func (n *Network) Line(ctx context.Context, from, to orb.Point, mode routing.Mode, depart time.Time) (routing.Leg, orb.LineString, error) {
	t, g, arcs, err := n.way(ctx, from, to, mode, depart)
	if err != nil {
		return routing.Leg{}, nil, err
	}
	return t.c.leg(), withEnds(from, g.line(&t.from, &t.to, arcs), to), nil
}

// find finds the best way for one who departs.
func (n *Network) find(ctx context.Context, from, to orb.Point, mode routing.Mode, depart time.Time) (trip, error) {
	a, b, err := n.positions(ctx, from, to, mode)
	if err != nil {
		return trip{}, err
	}
	t, err := n.trip(ctx, a, b, mode, depart)
	if err == nil && t.c >= noCost {
		err = unreachable(from, to, mode)
	}
	return t, err
}

// way is find with the network and the arcs of the way. Where every hour is the
// same, one search tells both.
func (n *Network) way(ctx context.Context, from, to orb.Point, mode routing.Mode, depart time.Time) (trip, *graph, []uint32, error) {
	if n.driven(mode) != nil {
		t, err := n.find(ctx, from, to, mode, depart)
		if err != nil {
			return trip{}, nil, nil, err
		}
		g, arcs := t.way()
		return t, g, arcs, nil
	}
	a, b, err := n.positions(ctx, from, to, mode)
	if err != nil {
		return trip{}, nil, nil, err
	}
	p, err := n.pools(ctx, mode)
	if err != nil {
		return trip{}, nil, nil, err
	}
	q := p.query()
	defer p.put(q)
	t := trip{from: a, to: b}
	var arcs []uint32
	if t.c, arcs = q.way(&a, &b); t.c >= noCost {
		return trip{}, nil, nil, unreachable(from, to, mode)
	}
	return t, p.g, arcs, nil
}

// positions snaps two places.
func (n *Network) positions(ctx context.Context, from, to orb.Point, mode routing.Mode) (a, b position, err error) {
	g, err := n.graph(mode)
	if err != nil {
		return a, b, err
	}
	if err := ctx.Err(); err != nil {
		return a, b, err
	}
	if a, _, err = g.snap(from, mode); err != nil {
		return a, b, err
	}
	b, _, err = g.snap(to, mode)
	return a, b, err
}

// withEnds gives a line with the places before and behind it, none twice.
func withEnds(from orb.Point, line orb.LineString, to orb.Point) orb.LineString {
	all := make(orb.LineString, 1, len(line)+2)
	all[0] = from
	for _, p := range line {
		if p != all[len(all)-1] {
			all = append(all, p)
		}
	}
	if to != all[len(all)-1] || len(all) == 1 {
		all = append(all, to)
	}
	return all
}

// unreachable can only happen where roads are closed for a time, since all places
// are snapped to one connected network.
func unreachable(from, to orb.Point, mode routing.Mode) error {
	return fault.New(fault.Invalid, "unreachable", "no way for %s from %.5f, %.5f to %.5f, %.5f; take another mode or place", mode, from.Lon(), from.Lat(), to.Lon(), to.Lat())
}

// Table gives all legs. A place that is off the road has Unreachable in its
// whole row or column; Snap tells why. There is no limit but memory: beside the
// table itself, some kilobytes a place. Faults: mode_unknown; the context's
// own error when it is cancelled.
func (n *Network) Table(ctx context.Context, from, to []orb.Point, mode routing.Mode, depart time.Time) (*routing.Table, error) {
	g, err := n.graph(mode)
	if err != nil {
		return nil, err
	}
	targets, cols := snapAll(g, to)
	sources, rows := snapAll(g, from)
	if n.driven(mode) == nil {
		p, err := n.pools(ctx, mode)
		if err != nil {
			return nil, err
		}
		table := newTable(len(from), len(to), len(sources) == len(from) && len(targets) == len(to))
		m := matrix{g: g, h: p.h, pools: p, from: sources, to: targets}
		return table, m.run(ctx, func(i, j int, costs []cost) { fill(table, rows[i], cols[j:j+len(costs)], costs) })
	}
	table := routing.NewTable(len(from), len(to))
	var best []cost
	err = n.phases(ctx, mode, depart, func(p phase) (s spread, err error) {
		all, err := p.table(ctx, sources, targets)
		if best == nil {
			best = all
		}
		for i, c := range all {
			best[i] = min(best[i], c)
			s.add(best[i])
		}
		return s, err
	})
	if err != nil {
		return nil, err
	}
	for i, c := range best {
		if c < noCost {
			table.Set(rows[i/len(targets)], cols[i%len(targets)], c.leg())
		}
	}
	return table, nil
}

// newTable makes a table; that of which all will be filled has nothing in it yet.
func newTable(rows, cols int, whole bool) *routing.Table {
	if !whole {
		return routing.NewTable(rows, cols)
	}
	return &routing.Table{Rows: rows, Cols: cols, Seconds: make([]routing.Seconds, rows*cols), Metres: make([]routing.Metres, rows*cols)}
}

// fill writes what ways cost into a row of a table, at columns.
func fill(table *routing.Table, row int, cols []int, costs []cost) {
	// Columns ascend, so that those without a gap are as many as places.
	first, last := cols[0], cols[len(cols)-1]+1
	from := row*table.Cols + first
	seconds, metres := table.Seconds[from:from+last-first], table.Metres[from:from+last-first]
	if len(costs) == len(seconds) {
		fastest().round(seconds, metres, costs)
		return
	}
	for k, c := range costs {
		seconds[cols[k]-first], metres[cols[k]-first] = c.entry()
	}
}
