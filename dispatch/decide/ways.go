package decide

import (
	"context"
	"fmt"
	"math"
	"sync"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/day"
	"roundsman/internal/fault"
	"roundsman/routing"

	"github.com/paulmach/orb"
)

// Ways keeps travel times between the places that days are made of, so that a
// what-if only looks them up. A place that is new costs its own row and column;
// an hour or a closure at which the roads are otherwise, all of them.
type Ways struct {
	roads routing.Travel
	mu    sync.Mutex
	grids map[holding]*grid
	uses  uint64     // counts them
	fill  sync.Mutex // one filling at a time; readers go on
}

// Changing is implemented by travel times that are not the same at all instants.
type Changing interface {
	// Holds names what travel at a departure depends on: where the names are the
	// same, so are the times, to within a quarter of an hour.
	Holds(mode routing.Mode, depart time.Time) string
}

// Heeding is implemented by travel times that know of closed roads.
type Heeding interface {
	// Heed lets closures hold, in place of those before, from when it returns.
	Heed(ctx context.Context, now time.Time, closures []dispatch.Closure) error
}

// holding is what a grid's times are of.
type holding struct{ mode, what string }

// grid is all legs between some places. It never changes; a larger one takes its
// place.
type grid struct {
	index  map[orb.Point]int
	points []orb.Point
	legs   [][]cell // row by row
	used   uint64   // when it was last; see Ways.uses
}

type cell struct {
	leg routing.Leg
	ok  bool
}

// mostGrids is how many are kept: those used last.
const mostGrids = 16

// NewWays keeps what roads answers.
func NewWays(roads routing.Travel) *Ways {
	return &Ways{roads: roads, grids: map[holding]*grid{}}
}

var modes = map[string]routing.Mode{"car": routing.Car, "bike": routing.Bike, "foot": routing.Foot}

// Tables are travel times as they were found for some days: they don't change when
// the roads do. They implement day.Travel.
type Tables struct{ grids map[prepared]*grid }

type prepared struct {
	mode string
	at   int64
}

// Tables makes sure that every leg of some days is known, on the roads as they are
// with the days' closures.
func (w *Ways) Tables(ctx context.Context, h day.Horizon, now time.Time) (*Tables, error) {
	if r, ok := w.roads.(Heeding); ok {
		if err := r.Heed(ctx, now, h.Closures); err != nil {
			return nil, fmt.Errorf("closing roads: %w", err)
		}
	}
	t := &Tables{grids: map[prepared]*grid{}}
	places := h.Places()
	for _, mode := range h.Modes() {
		for i := range h.Days {
			at := h.Days[i].Driven(now)
			g, err := w.prepare(ctx, mode, places, at)
			if err != nil {
				return nil, err
			}
			t.grids[prepared{mode, at.UnixNano()}] = g
		}
	}
	return t, nil
}

// prepare gives a grid with every leg between the places, all on one state of the
// roads.
func (w *Ways) prepare(ctx context.Context, mode string, places []orb.Point, depart time.Time) (*grid, error) {
	for range attempts {
		key := w.holding(mode, depart)
		if g, ok := w.known(key, places); ok {
			return g, nil
		}
		g, err := w.extend(ctx, key, places, depart)
		if err != nil {
			return nil, err
		}
		if w.holding(mode, depart) == key {
			w.keep(key, g)
			return g, nil
		}
	}
	return nil, fault.New(fault.Unavailable, "day_busy", "the roads are changing too fast to tell how long it takes; ask again in a moment")
}

func (w *Ways) holding(mode string, depart time.Time) holding {
	k := holding{mode: mode}
	if c, ok := w.roads.(Changing); ok {
		k.what = c.Holds(modes[mode], depart)
	}
	return k
}

// known gives the grid of a state of the roads, and whether it has all places.
func (w *Ways) known(key holding, places []orb.Point) (*grid, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g := w.grids[key]
	if g == nil {
		return nil, false
	}
	w.uses++
	g.used = w.uses
	for _, p := range places {
		if _, ok := g.index[p]; !ok {
			return g, false
		}
	}
	return g, true
}

// keep puts a grid in the place of a smaller one, and lets go of what was used
// longest ago.
func (w *Ways) keep(key holding, g *grid) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.uses++
	g.used = w.uses
	w.grids[key] = g
	for len(w.grids) > mostGrids {
		var oldest holding
		at := uint64(math.MaxUint64)
		for k, other := range w.grids {
			if other.used < at {
				oldest, at = k, other.used
			}
		}
		delete(w.grids, oldest)
	}
}

// extend makes a grid with the places of the one that is known, and these.
func (w *Ways) extend(ctx context.Context, key holding, places []orb.Point, depart time.Time) (*grid, error) {
	w.fill.Lock()
	defer w.fill.Unlock()
	old, all := w.known(key, places)
	if all {
		return old, nil
	}
	next := &grid{index: map[orb.Point]int{}}
	if old != nil {
		next.points = append(next.points, old.points...)
	}
	for i, p := range next.points {
		next.index[p] = i
	}
	first := len(next.points)
	for _, p := range places {
		if _, ok := next.index[p]; !ok {
			next.index[p] = len(next.points)
			next.points = append(next.points, p)
		}
	}
	fresh := next.points[first:]
	there, err := w.roads.Table(ctx, next.points[:first], fresh, modes[key.mode], depart)
	if err != nil {
		return nil, fmt.Errorf("travel times to %d new places: %w", len(fresh), err)
	}
	back, err := w.roads.Table(ctx, fresh, next.points, modes[key.mode], depart)
	if err != nil {
		return nil, fmt.Errorf("travel times from %d new places: %w", len(fresh), err)
	}
	for i := range next.points {
		row := make([]cell, len(next.points))
		if i < first {
			copy(row, old.legs[i])
			for j := range fresh {
				row[first+j].leg, row[first+j].ok = there.At(i, j)
			}
		} else {
			for j := range row {
				row[j].leg, row[j].ok = back.At(i-first, j)
			}
		}
		row[i] = cell{ok: true}
		next.legs = append(next.legs, row)
	}
	return next, nil
}

// Table gives all legs between places that were prepared, at an instant that was.
// A place that was not can't be reached.
func (t *Tables) Table(mode string, places []orb.Point, at time.Time) *routing.Table {
	g := t.grids[prepared{mode, at.UnixNano()}]
	out := routing.NewTable(len(places), len(places))
	if g == nil {
		return out
	}
	index := make([]int, len(places))
	for i, p := range places {
		k, ok := g.index[p]
		if !ok {
			k = -1
		}
		index[i] = k
	}
	for i, a := range index {
		for j, b := range index {
			if a < 0 || b < 0 {
				continue
			}
			if c := &g.legs[a][b]; c.ok {
				out.Set(i, j, c.leg)
			}
		}
	}
	return out
}
