package roads

import (
	"strconv"
	"strings"

	"github.com/paulmach/osm"
)

// ferryClass is what a ferry is called among the classes of streets.
const ferryClass = "ferry"

// ferrySpeed is that of a ferry whose crossing the map doesn't time, in km/h.
const ferrySpeed = 12

// ferryUse says how a mode may use a ferry. Where no tag says it the mode is
// taken or not, as it is said by unsaid. Nobody starts or stops on the water. The
// wait for the next one is not looked at.
func ferryUse(tags osm.Tags, unsaid bool, keys ...string) use {
	may := access(tags, keys...)
	if barred(may) || may == "" && !unsaid {
		return use{}
	}
	u := use{along: kmh(ferrySpeed), against: kmh(ferrySpeed), limits: onlyPassing}
	switch oneway := direction(tags.Find("oneway")); {
	case oneway > 0:
		u.against = 0
	case oneway < 0:
		u.along = 0
	}
	return u
}

// parseDuration reads "1:25", "0:45:30", "45" (minutes) or "PT1H25M" as seconds; 0
// where it is none of them, or longer than a day.
func parseDuration(value string) uint32 {
	const day = 24 * 3600
	if rest, ok := strings.CutPrefix(value, "PT"); ok {
		value = ""
		for i, unit := range []string{"H", "M", "S"} {
			number, after, ok := strings.Cut(rest, unit)
			if !ok {
				number, after = "0", rest
			}
			if rest = after; i > 0 {
				value += ":"
			}
			value += number
		}
		if rest != "" {
			return 0
		}
	}
	parts := strings.Split(value, ":")
	if len(parts) == 1 {
		parts = []string{"0", value}
	}
	if len(parts) > 3 {
		return 0
	}
	var seconds uint64
	for i, size := range []uint64{3600, 60, 1}[:len(parts)] {
		n, err := strconv.ParseUint(parts[i], 10, 16)
		if err != nil {
			return 0
		}
		seconds += n * size
	}
	if seconds > day {
		return 0
	}
	return uint32(seconds)
}

// timeFerries gives ferries the speed that their crossings' times imply, up to
// 100 km/h.
func (s *source) timeFerries() {
	for i := range s.ways {
		w := &s.ways[i]
		if w.crossing == 0 {
			continue
		}
		cm := 0.0
		refs := s.refs[w.first:w.last]
		for k := 1; k < len(refs); k++ {
			a, b := refs[k-1], refs[k]
			if s.lon[a] != missing && s.lon[b] != missing {
				cm += float64(centimetres(s.lon[a], s.lat[a], s.lon[b], s.lat[b]))
			}
		}
		v := max(1, kmh(min(100, cm/100/float64(w.crossing)*3.6)))
		for m := range w.use {
			u := &w.use[m]
			if u.along > 0 {
				u.along = v
			}
			if u.against > 0 {
				u.against = v
			}
		}
	}
}
