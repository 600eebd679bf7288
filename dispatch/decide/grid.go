package decide

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sync"

	"roundsman/internal/ids"
	"roundsman/routing"

	"github.com/paulmach/orb"
)

// grids are the legs that are kept, region by region, mode by mode and road by road.
type grids struct {
	mostPoints, mostLegs int

	mu   sync.Mutex
	by   map[holding]*grid
	uses uint64     // counts them
	fill sync.Mutex // one filling at a time; readers go on
}

// holding is what a grid's times are of.
type holding struct {
	region ids.ID
	mode   string
	on     routing.Roads
}

// grid is all legs between some places. It never changes for who has it; a larger
// one takes its place, and may share its memory.
type grid struct {
	index  map[orb.Point]int
	points []orb.Point
	legs   [][]routing.Leg // row by row; Unreachable where there is no way
	used   uint64          // when it was last; see grids.uses
}

const (
	// mostPoints is how many places a grid remembers; one that would have more begins
	// anew with those that are asked for.
	mostPoints = 4096
	// mostLegs is how many legs are kept in all, of 8 bytes each: those used last.
	mostLegs = 1 << 25
)

// asking finds the legs between places on the roads of a grid.
type asking func(ctx context.Context, from, to []orb.Point) (*routing.Table, error)

// covering gives a grid with every leg between the places.
func (s *grids) covering(ctx context.Context, key holding, places []orb.Point, ask asking) (*grid, error) {
	if g, ok := s.known(key, places); ok {
		return g, nil
	}
	s.fill.Lock()
	defer s.fill.Unlock()
	old, all := s.known(key, places)
	if all {
		return old, nil
	}
	g, err := old.extended(ctx, places, s.mostPoints, ask)
	if err == nil {
		s.keep(key, g)
	}
	return g, err
}

// known gives the grid of a state of the roads, and whether it has all places.
func (s *grids) known(key holding, places []orb.Point) (*grid, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.by[key]
	if g == nil {
		return nil, false
	}
	s.uses++
	g.used = s.uses
	return g, !slices.ContainsFunc(places, func(p orb.Point) bool { _, ok := g.index[p]; return !ok })
}

// keep puts a grid in the place of a smaller one, and lets go of what was used
// longest ago.
func (s *grids) keep(key holding, g *grid) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.uses++
	g.used = s.uses
	s.by[key] = g
	kept := 0
	for _, other := range s.by {
		kept += len(other.points) * len(other.points)
	}
	for kept > s.mostLegs && len(s.by) > 1 {
		var oldest holding
		at := uint64(math.MaxUint64)
		for k, other := range s.by {
			if other.used < at {
				oldest, at = k, other.used
			}
		}
		kept -= len(s.by[oldest].points) * len(s.by[oldest].points)
		delete(s.by, oldest)
	}
}

// extended makes a grid with the places of one that is known, or of none, and these.
// Its rows grow into the room behind the old ones, which nobody else does: only the
// latest grid is ever extended, by one at a time.
func (g *grid) extended(ctx context.Context, places []orb.Point, most int, ask asking) (*grid, error) {
	next := &grid{index: make(map[orb.Point]int, len(places))}
	if g != nil && len(g.points)+len(places) <= most {
		next.points, next.legs = slices.Clone(g.points), slices.Clone(g.legs)
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
	there, err := ask(ctx, next.points[:first], fresh)
	if err != nil {
		return nil, fmt.Errorf("travel times to %d new places: %w", len(fresh), err)
	}
	back, err := ask(ctx, fresh, next.points)
	if err != nil {
		return nil, fmt.Errorf("travel times from %d new places: %w", len(fresh), err)
	}
	for i := range next.points {
		from, row := there, i
		if i >= first {
			next.legs = append(next.legs, make([]routing.Leg, 0, len(next.points)))
			from, row = back, i-first
		}
		for j := range from.Cols {
			next.legs[i] = append(next.legs[i], routing.Leg{Seconds: from.Seconds[row*from.Cols+j], Metres: from.Metres[row*from.Cols+j]})
		}
		if i >= first { // who has the smaller grid reads the old ones
			next.legs[i][i] = routing.Leg{}
		}
	}
	return next, nil
}

// table gives all legs between places; one that the grid doesn't have can't be
// reached but from itself.
func (g *grid) table(places []orb.Point) *routing.Table {
	index := make([]int, len(places))
	for i, p := range places {
		k, ok := g.index[p]
		if !ok {
			k = -1
		}
		index[i] = k
	}
	out := routing.NewTable(len(places), len(places))
	for i, a := range index {
		if a < 0 {
			out.Set(i, i, routing.Leg{})
			continue
		}
		row, legs := i*out.Cols, g.legs[a]
		for j, b := range index {
			if b >= 0 {
				out.Seconds[row+j], out.Metres[row+j] = legs[b].Seconds, legs[b].Metres
			}
		}
	}
	return out
}
