package roads

import (
	"roundsman/routing"

	"github.com/paulmach/osm"
)

// bike rides at one constant speed on whatever it may use, and pushes the bike
// at walking speed where only pushing is allowed. Hills, surfaces and turns are
// not looked at.
var bike = profile{
	mode: routing.Bike,
	use:  bikeUse,
}

const bikeSpeed = 15

func bikeUse(tags osm.Tags) use {
	if tags.Find("highway") == "" && tags.Find("route") == ferryClass {
		return ferryUse(tags, true, "bicycle", "vehicle", "access")
	}
	may := access(tags, "bicycle", "vehicle", "access")
	invited := may == "yes" || may == "designated" || may == "permissive"
	v := float64(bikeSpeed)
	switch tags.Find("highway") {
	case "primary", "primary_link", "secondary", "secondary_link", "tertiary", "tertiary_link",
		"unclassified", "residential", "road", "living_street", "service", "track", "cycleway":
	case "trunk", "trunk_link", "bridleway":
		if !invited {
			return use{}
		}
	case "path":
		v = 12
	case "footway", "pedestrian":
		v = 12
		if !invited {
			v = walkSpeed
		}
	default:
		return use{}
	}
	if barred(may) || tags.Find("area") == "yes" {
		return use{}
	}
	if may == "dismount" {
		v = walkSpeed
	}
	u := use{along: kmh(v), against: kmh(v)}
	oneway := tags.Find("oneway:bicycle")
	if oneway == "" && !contraflow(tags) {
		oneway = tags.Find("oneway")
		if oneway == "" && ring(tags) {
			oneway = "yes"
		}
	}
	switch {
	case v == walkSpeed: // pushing goes both ways
	case direction(oneway) > 0:
		u.against = 0
	case direction(oneway) < 0:
		u.along = 0
	}
	return u
}

// contraflow says whether bikes may go against a one-way street.
func contraflow(tags osm.Tags) bool {
	for _, k := range []string{"cycleway", "cycleway:left", "cycleway:right", "cycleway:both"} {
		switch tags.Find(k) {
		case "opposite", "opposite_lane", "opposite_track":
			return true
		}
	}
	return false
}
