package decide

import (
	"context"
	"fmt"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/day"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
	"roundsman/routing"

	"github.com/paulmach/orb"
)

// Ways keeps travel times between the places that days are made of, so that a
// what-if only looks them up. A place that is new costs its own row and column on
// each state of the roads that a day meets; a state that is new, all of them.
type Ways struct {
	roads routing.Travel
	grids *grids
}

// Changing is implemented by travel times that are not the same at all instants.
type Changing interface {
	// Stages lists on which roads those drive who set out between two instants. The
	// first begins at from or before.
	Stages(mode routing.Mode, from, until time.Time) []routing.Stage
	// TableOn gives all legs on roads that a stage names. Code: "roads_changed" when
	// they are not known any more.
	TableOn(ctx context.Context, from, to []orb.Point, mode routing.Mode, on routing.Roads) (*routing.Table, error)
}

// Heeding is implemented by travel times that know of closed roads.
type Heeding interface {
	// Heed lets closures hold, in place of those before, from when it returns.
	Heed(ctx context.Context, now time.Time, closures []dispatch.Closure) error
}

// NewWays keeps what roads answers.
func NewWays(roads routing.Travel) *Ways {
	return &Ways{roads: roads, grids: &grids{mostPoints: mostPoints, mostLegs: mostLegs, by: map[holding]*grid{}}}
}

var modes = map[string]routing.Mode{"car": routing.Car, "bike": routing.Bike, "foot": routing.Foot}

// Tables are travel times as they were found for some days: they don't change when
// the roads do. They implement day.Travel.
type Tables struct{ days map[moded]staged }

type moded struct {
	mode string
	day  dispatch.DayKey
}

// staged is how the roads of a day are driven by a mode.
type staged struct {
	stages []routing.Stage
	grids  map[routing.Roads]*grid
}

// Tables makes sure that every leg of some days is known at every hour, on the roads
// as they are with the days' closures.
func (w *Ways) Tables(ctx context.Context, h day.Horizon, now time.Time) (*Tables, error) {
	if r, ok := w.roads.(Heeding); ok {
		if err := r.Heed(ctx, now, h.Closures); err != nil {
			return nil, fmt.Errorf("closing roads: %w", err)
		}
	}
	t := &Tables{days: map[moded]staged{}}
	places := h.Places()
	for _, mode := range h.Modes() {
		for i := range h.Days {
			d := &h.Days[i]
			var err error
			if t.days[moded{mode, d.Key}], err = w.prepare(ctx, d.Key.RegionID, mode, places, d.Driven(now)); err != nil {
				return nil, err
			}
		}
	}
	return t, nil
}

// prepare finds how the roads of a day are driven, and every leg between the places
// on each of them.
func (w *Ways) prepare(ctx context.Context, region ids.ID, mode string, places []orb.Point, d day.Driven) (staged, error) {
	c, changing := w.roads.(Changing)
	if !changing {
		g, err := w.grids.covering(ctx, holding{region, mode, nil}, places, func(ctx context.Context, from, to []orb.Point) (*routing.Table, error) {
			return w.roads.Table(ctx, from, to, modes[mode], d.From)
		})
		return staged{taught([]routing.Stage{{From: d.From, Hour: d.From}}, mode, d), map[routing.Roads]*grid{nil: g}}, err
	}
	for range attempts {
		s := staged{taught(c.Stages(modes[mode], d.From, d.Until), mode, d), map[routing.Roads]*grid{}}
		err := s.fill(func(on routing.Roads) (*grid, error) {
			return w.grids.covering(ctx, holding{region, mode, on}, places, func(ctx context.Context, from, to []orb.Point) (*routing.Table, error) {
				return c.TableOn(ctx, from, to, modes[mode], on)
			})
		})
		if !fault.Is(err, "roads_changed") {
			return s, err
		}
	}
	return staged{}, fault.New(fault.Unavailable, "day_busy", "the roads are changing too fast to tell how long it takes; ask again in a moment")
}

// taught lets stages be driven as drives have taught; only cars have any.
func taught(stages []routing.Stage, mode string, d day.Driven) []routing.Stage {
	if modes[mode] != routing.Car {
		return stages
	}
	return livedStages(stages, d.Lived, d.Until)
}

// fill finds the grid of each state of the roads.
func (s *staged) fill(find func(routing.Roads) (*grid, error)) error {
	for i := range s.stages {
		for _, on := range []routing.Roads{s.stages[i].Here, s.stages[i].Next} {
			on = heard(on).on
			if s.grids[on] != nil {
				continue
			}
			g, err := find(on)
			if err != nil {
				return err
			}
			s.grids[on] = g
		}
	}
	return nil
}

// Table gives all legs between places that were prepared, on a day that was. A place
// that was not can't be reached.
func (t *Tables) Table(mode string, places []orb.Point, d day.Driven) *routing.Table {
	s, ok := t.days[moded{mode, d.Day}]
	if !ok {
		return routing.NewTable(len(places), len(places))
	}
	made := map[routing.Roads]*routing.Table{} // by roads as they say, and as they are lived
	return routing.ByStage(d.Zero, s.stages, func(r routing.Roads) *routing.Table {
		l := heard(r)
		if made[l.on] == nil {
			made[l.on] = s.grids[l.on].table(places)
		}
		if made[l] == nil {
			made[l] = scaled(made[l.on], l.percent)
		}
		return made[l]
	})
}
