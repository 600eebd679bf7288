package roads

import (
	"roundsman/routing"

	"github.com/paulmach/osm"
)

// foot walks at one constant speed, slower on stairs, both ways on every street
// that isn't closed to it, and turns as it likes. Waiting at crossings is not
// looked at.
var foot = profile{mode: routing.Foot, use: footUse}

const walkSpeed = 4.8

func footUse(tags osm.Tags) use {
	if tags.Find("highway") == "" && tags.Find("route") == ferryClass {
		return ferryUse(tags, true, "foot", "access")
	}
	may := access(tags, "foot", "access")
	v := float64(walkSpeed)
	switch tags.Find("highway") {
	case "primary", "primary_link", "secondary", "secondary_link", "tertiary", "tertiary_link",
		"unclassified", "residential", "road", "living_street", "service", "track",
		"path", "footway", "pedestrian", "cycleway", "bridleway":
	case "trunk", "trunk_link":
		if may != "yes" && may != "designated" {
			return use{}
		}
	case "steps":
		v = 2
	default:
		return use{}
	}
	if barred(may) {
		return use{}
	}
	return use{along: kmh(v), against: kmh(v)}
}
