package decide

import (
	"context"
	"fmt"
	"sync"
	"time"

	"roundsman/routing"

	"github.com/paulmach/orb"
)

// Ways keeps travel times between the places that days are made of, so that a
// what-if only looks them up. A place that is new costs its own row and column.
type Ways struct {
	roads routing.Travel
	mu    sync.RWMutex
	grids map[string]*grid
	fill  sync.Mutex // one filling at a time; readers go on
}

type grid struct {
	index  map[orb.Point]int
	points []orb.Point
	legs   [][]cell // row by row
}

type cell struct {
	leg routing.Leg
	ok  bool
}

// NewWays keeps what roads answers.
func NewWays(roads routing.Travel) *Ways {
	return &Ways{roads: roads, grids: map[string]*grid{}}
}

var modes = map[string]routing.Mode{"car": routing.Car, "bike": routing.Bike, "foot": routing.Foot}

// Prepare makes sure that every leg between the places is known.
func (w *Ways) Prepare(ctx context.Context, mode string, places []orb.Point, depart time.Time) error {
	if !w.missing(mode, places) {
		return nil
	}
	w.fill.Lock()
	defer w.fill.Unlock()
	w.mu.RLock()
	old := w.grids[mode]
	w.mu.RUnlock()
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
	if len(fresh) == 0 {
		return nil
	}
	there, err := w.roads.Table(ctx, next.points[:first], fresh, modes[mode], depart)
	if err != nil {
		return fmt.Errorf("travel times to %d new places: %w", len(fresh), err)
	}
	back, err := w.roads.Table(ctx, fresh, next.points, modes[mode], depart)
	if err != nil {
		return fmt.Errorf("travel times from %d new places: %w", len(fresh), err)
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
	w.mu.Lock()
	w.grids[mode] = next
	w.mu.Unlock()
	return nil
}

func (w *Ways) missing(mode string, places []orb.Point) bool {
	w.mu.RLock()
	defer w.mu.RUnlock()
	g := w.grids[mode]
	if g == nil {
		return true
	}
	for _, p := range places {
		if _, ok := g.index[p]; !ok {
			return true
		}
	}
	return false
}

// Table gives all legs between places that were prepared. A place that was not
// can't be reached.
func (w *Ways) Table(mode string, places []orb.Point) *routing.Table {
	w.mu.RLock()
	g := w.grids[mode]
	w.mu.RUnlock()
	t := routing.NewTable(len(places), len(places))
	if g == nil {
		return t
	}
	at := make([]int, len(places))
	for i, p := range places {
		k, ok := g.index[p]
		if !ok {
			k = -1
		}
		at[i] = k
	}
	for i, a := range at {
		for j, b := range at {
			if a < 0 || b < 0 {
				continue
			}
			if c := &g.legs[a][b]; c.ok {
				t.Set(i, j, c.leg)
			}
		}
	}
	return t
}
