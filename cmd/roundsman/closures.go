package main

import (
	"context"
	"fmt"
	"hash/fnv"
	"log/slog"
	"sync"
	"time"

	"roundsman/dispatch"
	"roundsman/routing"
	"roundsman/routing/osrm"
	"roundsman/routing/roads"
)

// drivable is the road network with what the dispatchers say of it: it heeds
// closures.
type drivable struct {
	*roads.Network
	mu     sync.Mutex
	heeded uint64 // which closures hold, see nameOf
}

// travel gives who answers for travel times: the map's own roads, or an OSRM server
// before them.
func (c *serveCmd) travel(own *drivable, log *slog.Logger) (routing.Travel, error) {
	if c.OSRM == "" {
		return own, nil
	}
	log.Warn("travel times by car come from an OSRM server, which knows nothing of closures and hours")
	return osrm.New(c.OSRM, routing.Car, own, nil)
}

// Heed lets closures hold, in place of those before, from when it returns.
func (d *drivable) Heed(ctx context.Context, now time.Time, closures []dispatch.Closure) error {
	name := nameOf(closures)
	d.mu.Lock()
	defer d.mu.Unlock()
	if name == d.heeded {
		return nil
	}
	changes := make([]roads.Change, len(closures))
	for i, c := range closures {
		changes[i] = changeOf(c)
	}
	if err := d.SetChanges(ctx, now, changes); err != nil {
		return err
	}
	d.heeded = name
	return nil
}

// nameOf tells sets of closures apart; 0 where there are none.
func nameOf(closures []dispatch.Closure) uint64 {
	if len(closures) == 0 {
		return 0
	}
	h := fnv.New64a()
	for _, c := range closures {
		fmt.Fprintln(h, c.ID, c.Version)
	}
	return h.Sum64()
}

func changeOf(c dispatch.Closure) roads.Change {
	r := roads.Change{From: c.From, Area: roads.Area{Polygon: c.Area.Polygon, Metres: c.Area.Metres}, Streets: c.Streets}
	if c.Area.Center != nil {
		r.Area.Center = *c.Area.Center
	}
	if c.Until != nil {
		r.Until = *c.Until
	}
	if c.Speed != nil {
		r.Speed = *c.Speed
	}
	return r
}
