package demo

import (
	"math"
	"strconv"

	"roundsman/dispatch"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geo"
)

// core is a circle in which sites are chosen.
type core struct {
	depot  string    // name of the depot there
	near   orb.Point // where the depot is
	centre orb.Point
	radius float64              // metres
	sites  int                  // wanted
	crew   int                  // technicians who live there
	cutOff func(orb.Point) bool // places in the circle that are a long way round
}

// The two areas of the demo in Delaware. The rest of the state is too far away
// for a crew that is home in the evening.
var delawareCores = []core{
	{depot: "Wilmington depot", near: orb.Point{-75.5466, 39.7459}, centre: orb.Point{-75.63, 39.68}, radius: 27_000, sites: 60, crew: 9, cutOff: acrossTheRiver},
	{depot: "Dover depot", near: orb.Point{-75.5244, 39.1582}, centre: orb.Point{-75.53, 39.17}, radius: 20_000, sites: 15, crew: 3, cutOff: acrossTheRiver},
}

var delaware = dispatch.Region{Code: "DE", Name: "Delaware", Zone: "America/New_York"}

// town is a place with a name of its own.
type town struct {
	name  string
	point orb.Point
}

// towns name the city of places for which the map doesn't.
var towns = []town{
	{"Wilmington", orb.Point{-75.5466, 39.7459}},
	{"Newark", orb.Point{-75.7497, 39.6837}},
	{"New Castle", orb.Point{-75.5663, 39.6621}},
	{"Middletown", orb.Point{-75.7163, 39.4496}},
	{"Claymont", orb.Point{-75.4596, 39.8007}},
	{"Hockessin", orb.Point{-75.6966, 39.7876}},
	{"Bear", orb.Point{-75.6583, 39.6293}},
	{"Elsmere", orb.Point{-75.5980, 39.7393}},
	{"Christiana", orb.Point{-75.6630, 39.6651}},
	{"Odessa", orb.Point{-75.6613, 39.4573}},
	{"Delaware City", orb.Point{-75.5889, 39.5779}},
	{"Dover", orb.Point{-75.5244, 39.1582}},
	{"Smyrna", orb.Point{-75.6046, 39.2998}},
	{"Camden", orb.Point{-75.5419, 39.1135}},
	{"Cheswold", orb.Point{-75.5858, 39.2193}},
}

// townReach is how far from its middle a town lends its name, in metres.
const townReach = 20_000

// cityOf gives the nearest town's name, otherwise where nobody lives near.
func cityOf(p orb.Point, otherwise string) string {
	best, name := float64(townReach), otherwise
	for _, t := range towns {
		if d := geo.Distance(p, t.point); d < best {
			best, name = d, t.name
		}
	}
	return name
}

// river is the middle of the Delaware from north to south. The extract of the
// map holds a strip of the other bank, an hour's drive away.
var river = []orb.Point{
	{-75.42, 39.81}, {-75.465, 39.77}, {-75.505, 39.73}, {-75.525, 39.69}, {-75.55, 39.655},
	{-75.575, 39.60}, {-75.56, 39.55}, {-75.53, 39.45},
}

// acrossTheRiver says whether a place is on the eastern bank or on an island.
func acrossTheRiver(p orb.Point) bool {
	for i := 1; i < len(river); i++ {
		north, south := river[i-1], river[i]
		if p.Lat() <= north.Lat() && p.Lat() > south.Lat() {
			share := (north.Lat() - p.Lat()) / (north.Lat() - south.Lat())
			return p.Lon() > north.Lon()+share*(south.Lon()-north.Lon())
		}
	}
	return false
}

// zoneAt names a zone without summer time by the longitude. The names count
// westwards: Etc/GMT+5 is five hours behind.
func zoneAt(lon float64) string {
	switch h := int(math.Round(lon / 15)); {
	case h > 0:
		return "Etc/GMT-" + strconv.Itoa(h)
	case h < 0:
		return "Etc/GMT+" + strconv.Itoa(-h)
	}
	return "Etc/GMT"
}
