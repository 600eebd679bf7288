package roads

import (
	"roundsman/routing"

	"github.com/paulmach/osm"
)

// car drives at what the class of a road allows where no limit is tagged, and
// at 0.8 of a tagged limit, since signals, traffic and parking take the rest.
// Driveways, private roads and those for residents or customers are for the ends
// of a way, not for passing through; what is closed to motors is left out, and so
// are tracks, pedestrian streets and ferries that aren't expressly open to them.
var car = profile{
	mode:  routing.Car,
	use:   carUse,
	turns: turnCosts{slight: 500, square: 3500, sharp: 5500, around: 20000},
}

// limitShare is the part of a limit that is driven on average.
const limitShare = 0.8

var carSpeeds = map[string]float64{
	"motorway": 95, "motorway_link": 50,
	"trunk": 80, "trunk_link": 45,
	"primary": 60, "primary_link": 40,
	"secondary": 50, "secondary_link": 35,
	"tertiary": 42, "tertiary_link": 30,
	"unclassified": 38, "residential": 28, "road": 28,
	"living_street": 10, "service": 15,
}

// carInvited are the speeds where cars may be if a tag says so.
var carInvited = map[string]float64{"track": 12, "pedestrian": 8}

func carUse(tags osm.Tags) use {
	class := tags.Find("highway")
	if class == "" && tags.Find("route") == ferryClass {
		return ferryUse(tags, false, "motorcar", "motor_vehicle", "vehicle", "access")
	}
	v, ok := carSpeeds[class]
	if invited, may := carInvited[class], access(tags, "motorcar", "motor_vehicle", "vehicle"); invited > 0 && may != "" {
		v, ok = invited, true // and who is barred is turned away below
	}
	if !ok || tags.Find("area") == "yes" || tags.Find("service") == "emergency_access" || tags.Find("impassable") == "yes" {
		return use{}
	}
	may := access(tags, "motorcar", "motor_vehicle", "vehicle", "access")
	if barred(may) {
		return use{}
	}
	if tags.Find("service") == "parking_aisle" || tags.Find("service") == "drive-through" {
		v = 8
	}
	along, against := v, v
	if limit := parseLimit(tags.Find("maxspeed")); limit > 0 && class != "service" && carInvited[class] == 0 {
		along, against = limit*limitShare, limit*limitShare
	}
	if limit := parseLimit(tags.Find("maxspeed:forward")); limit > 0 {
		along = limit * limitShare
	}
	if limit := parseLimit(tags.Find("maxspeed:backward")); limit > 0 {
		against = limit * limitShare
	}
	u := use{along: kmh(along), against: kmh(against)}
	switch {
	case class == "motorway" || class == "motorway_link" || class == "trunk_link":
		u.limits = onlyPassing
	case ends(may) || tags.Find("service") == "driveway":
		u.limits = onlyEnds
	}
	oneway := tags.Find("oneway:motor_vehicle")
	if oneway == "" {
		oneway = tags.Find("oneway")
	}
	if oneway == "" && (class == "motorway" || class == "motorway_link" || ring(tags)) {
		oneway = "yes"
	}
	switch {
	case oneway == "reversible": // which way it is open changes by the hour
		return use{}
	case direction(oneway) > 0:
		u.against = 0
	case direction(oneway) < 0:
		u.along = 0
	}
	return u
}

// ring says whether a way is part of a roundabout.
func ring(tags osm.Tags) bool {
	j := tags.Find("junction")
	return j == "roundabout" || j == "circular"
}
