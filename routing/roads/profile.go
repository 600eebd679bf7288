package roads

import (
	"strconv"
	"strings"

	"roundsman/routing"

	"github.com/paulmach/osm"
)

// speed is in tenths of a kilometre an hour; 0 is closed.
type speed uint16

// kmh makes a speed.
func kmh(v float64) speed { return speed(v*10 + 0.5) }

// use says how a mode may use a way, in the way's own direction and against it.
type use struct {
	along, against speed
	limits         limits
}

// limits says for what a way may not be used although it is open.
type limits uint8

const (
	onlyPassing limits = 1 << iota // nobody starts or stops here: a motorway
	onlyEnds                       // nobody passes through: a driveway
	shutNow                        // nobody passes through for the time being
)

func (u use) closed() bool { return u.along == 0 && u.against == 0 }

// turnCosts is what turning costs a mode, in milliseconds. A mode for which all
// is free may turn round anywhere.
type turnCosts struct {
	slight uint32 // 30 to 60 degrees
	square uint32 // 60 to 120 degrees
	sharp  uint32 // more than that
	around uint32 // back where one came from, at a dead end
}

// profile is a mode's view of the map.
type profile struct {
	mode  routing.Mode
	use   func(osm.Tags) use
	turns turnCosts
}

// profiles in the order of routing's modes.
var profiles = [modes]profile{routing.Car: car, routing.Bike: bike, routing.Foot: foot}

const modes = 3

// access gives the first of the keys that is set, from the most special to the
// most general.
func access(tags osm.Tags, keys ...string) string {
	for _, k := range keys {
		if v := tags.Find(k); v != "" {
			return v
		}
	}
	return ""
}

// barred says whether an access value keeps everybody of a mode out.
func barred(value string) bool {
	switch value {
	case "no", "agricultural", "forestry", "agricultural;forestry", "emergency", "military", "use_sidepath", "psv", "bus":
		return true
	}
	return false
}

// ends says whether an access value lets only those in who have to be there.
func ends(value string) bool {
	switch value {
	case "private", "destination", "customers", "delivery", "residents", "permit":
		return true
	}
	return false
}

// direction gives the sense of a one-way tag: 1 along, -1 against, 0 both ways.
func direction(value string) int {
	switch value {
	case "yes", "true", "1":
		return 1
	case "-1", "reverse":
		return -1
	}
	return 0
}

// parseLimit reads a maxspeed value as km/h; 0 where it says no number.
func parseLimit(value string) float64 {
	value, _, _ = strings.Cut(value, ";")
	value = strings.TrimSpace(value)
	switch {
	case value == "" || value == "signals" || value == "variable":
		return 0
	case value == "none":
		return 130
	case value == "walk" || strings.HasSuffix(value, ":walk") || strings.HasSuffix(value, ":living_street"):
		return 7
	case strings.HasSuffix(value, ":urban"):
		return 50
	case strings.Contains(value, "zone"): // "DE:zone:30", "FR:zone30", "zone 20"
		value = strings.TrimLeft(value[strings.Index(value, "zone")+len("zone"):], ": ")
	case strings.HasSuffix(value, ":nsl_single"):
		return 60 * limitUnits["mph"]
	case strings.HasSuffix(value, ":nsl_dual"):
		return 70 * limitUnits["mph"]
	case strings.HasSuffix(value, ":trunk"):
		return 100
	case strings.HasSuffix(value, ":rural"):
		return 90
	case strings.HasSuffix(value, ":motorway"):
		return 120
	}
	number, factor := value, 1.0
	for unit, f := range limitUnits {
		if rest, ok := strings.CutSuffix(value, unit); ok {
			number, factor = rest, f
		}
	}
	v, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	if err != nil || !(v > 0 && v*factor <= 200) {
		return 0
	}
	return v * factor
}

var limitUnits = map[string]float64{"mph": 1.609344, "km/h": 1, "kmh": 1, "kph": 1, "knots": 1.852}
