package roads

import (
	"slices"

	"roundsman/routing"

	"github.com/paulmach/osm"
)

// barrierKeys are the tags that say who may pass a barrier, the most special
// first, and barriers those that stop a mode where no tag says anything. Gates
// stand open unless they are locked: behind most of those that are closed lies a
// private road, which is for its own doors anyway.
var (
	barrierKeys = [modes][]string{
		routing.Car:  {"motorcar", "motor_vehicle", "vehicle", "access"},
		routing.Bike: {"bicycle", "vehicle", "access"},
		routing.Foot: {"foot", "access"},
	}
	barriers = [modes][]string{
		routing.Car: {
			"bollard", "block", "cycle_barrier", "motorcycle_barrier", "jersey_barrier", "stile", "kissing_gate", "turnstile", "full-height_turnstile",
			"debris", "log", "chain", "fence", "wall", "planter", "bus_trap", "sump_buster", "guard_rail", "hedge", "ditch", "horse_stile",
		},
		routing.Bike: {"stile", "turnstile", "full-height_turnstile", "fence", "wall", "kissing_gate", "guard_rail", "hedge", "ditch", "horse_stile"},
		routing.Foot: {"fence", "wall", "hedge"},
	}
)

// barrierOf says which modes a node doesn't let through, as a bit per mode.
func barrierOf(tags osm.Tags) (mask uint8) {
	kind := tags.Find("barrier")
	if kind == "" {
		return 0
	}
	for m := range barriers {
		closed := tags.Find("locked") == "yes" || slices.Contains(barriers[m], kind)
		if may := access(tags, barrierKeys[m]...); may != "" {
			closed = barred(may)
		}
		if closed {
			mask |= 1 << m
		}
	}
	return mask
}
