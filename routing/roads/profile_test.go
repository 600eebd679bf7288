package roads

import (
	"testing"

	"github.com/paulmach/osm"
	"github.com/stretchr/testify/require"
)

func tags(kv ...string) (t osm.Tags) {
	for i := 0; i < len(kv); i += 2 {
		t = append(t, osm.Tag{Key: kv[i], Value: kv[i+1]})
	}
	return t
}

func TestSpeedLimits(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]float64{
		"50": 50, "25 mph": 40.2336, "25mph": 40.2336, " 30 km/h": 30, "none": 130, "walk": 7,
		"DE:urban": 50, "RO:rural": 90, "50;30": 50, "5 knots": 9.26,
		"DE:zone:30": 30, "FR:zone30": 30, "DE:zone:20": 20, "zone": 0, "GB:nsl_single": 96.56064, "BE:trunk": 100, "DE:living_street": 7,
		"": 0, "signals": 0, "fast": 0, "-30": 0, "mph": 0, "9999": 0, "NaN": 0, "Inf": 0,
	} {
		require.InDelta(t, want, parseLimit(value), 1e-9, "%q", value)
	}
}

func TestWhatModesMayUse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name            string
		tags            osm.Tags
		car, bike, foot use
	}{
		{"street", tags("highway", "residential"), use{280, 280, 0}, use{150, 150, 0}, use{48, 48, 0}},
		{"limit in miles", tags("highway", "primary", "maxspeed", "35 mph"), use{451, 451, 0}, use{150, 150, 0}, use{48, 48, 0}},
		{"limits by direction", tags("highway", "primary", "maxspeed:forward", "50", "maxspeed:backward", "70"), use{400, 560, 0}, use{150, 150, 0}, use{48, 48, 0}},
		{"motorway", tags("highway", "motorway"), use{950, 0, onlyPassing}, use{}, use{}},
		{"motorway both ways", tags("highway", "motorway", "oneway", "no"), use{950, 950, onlyPassing}, use{}, use{}},
		{"private", tags("highway", "residential", "access", "private"), use{280, 280, onlyEnds}, use{150, 150, 0}, use{48, 48, 0}},
		{"driveway", tags("highway", "service", "service", "driveway"), use{150, 150, onlyEnds}, use{150, 150, 0}, use{48, 48, 0}},
		{"stairs", tags("highway", "steps"), use{}, use{}, use{20, 20, 0}},
		{"footway", tags("highway", "footway"), use{}, use{48, 48, 0}, use{48, 48, 0}},
		{"footway for bikes", tags("highway", "footway", "bicycle", "yes"), use{}, use{120, 120, 0}, use{48, 48, 0}},
		{"one-way", tags("highway", "residential", "oneway", "yes"), use{280, 0, 0}, use{150, 0, 0}, use{48, 48, 0}},
		{"one-way but bikes", tags("highway", "residential", "oneway", "yes", "oneway:bicycle", "no"), use{280, 0, 0}, use{150, 150, 0}, use{48, 48, 0}},
		{"contraflow lane", tags("highway", "residential", "oneway", "yes", "cycleway", "opposite_lane"), use{280, 0, 0}, use{150, 150, 0}, use{48, 48, 0}},
		{"no motors", tags("highway", "track", "motor_vehicle", "no"), use{}, use{150, 150, 0}, use{48, 48, 0}},
		{"no entry", tags("highway", "residential", "access", "no"), use{}, use{}, use{}},
		{"no entry but on foot", tags("highway", "residential", "access", "no", "foot", "yes"), use{}, use{}, use{48, 48, 0}},
		{"not built yet", tags("highway", "construction"), use{}, use{}, use{}},
		{"track for cars", tags("highway", "track", "motor_vehicle", "yes", "maxspeed", "50"), use{120, 120, 0}, use{150, 150, 0}, use{48, 48, 0}},
		{"track", tags("highway", "track"), use{}, use{150, 150, 0}, use{48, 48, 0}},
		{"pedestrian street to deliver to", tags("highway", "pedestrian", "motor_vehicle", "delivery"), use{80, 80, onlyEnds}, use{48, 48, 0}, use{48, 48, 0}},
		{"ferry for cars", tags("route", "ferry", "motor_vehicle", "yes"), use{120, 120, onlyPassing}, use{120, 120, onlyPassing}, use{120, 120, onlyPassing}},
		{"ferry", tags("route", "ferry"), use{}, use{120, 120, onlyPassing}, use{120, 120, onlyPassing}},
		{"ferry not for bikes", tags("route", "ferry", "bicycle", "no", "foot", "yes"), use{}, use{}, use{120, 120, onlyPassing}},
		{"a house", tags("building", "yes"), use{}, use{}, use{}},
	} {
		require.Equal(t, c.car, carUse(c.tags), "%s by car", c.name)
		require.Equal(t, c.bike, bikeUse(c.tags), "%s by bike", c.name)
		require.Equal(t, c.foot, footUse(c.tags), "%s on foot", c.name)
	}
}

func TestHowLongAFerryTakes(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]uint32{
		"1:25": 5100, "01:25": 5100, "0:45:30": 2730, "45": 2700, "PT1H25M": 5100, "PT45M": 2700, "PT30S": 30, "00:10": 600,
		"": 0, "soon": 0, "-5": 0, "1:2:3:4": 0, "PT": 0, "25:00": 0, "PT1X": 0, "1.5": 0,
	} {
		require.Equal(t, want, parseDuration(value), "%q", value)
	}
}

func TestWhomBarriersStop(t *testing.T) {
	t.Parallel()
	const cars, bikes, feet = 1, 2, 4
	for _, c := range []struct {
		tags osm.Tags
		want uint8
	}{
		{tags("barrier", "bollard"), cars},
		{tags("barrier", "bollard", "motor_vehicle", "yes"), 0},
		{tags("barrier", "gate"), 0},
		{tags("barrier", "gate", "locked", "yes"), cars | bikes | feet},
		{tags("barrier", "gate", "locked", "yes", "foot", "yes"), cars | bikes},
		{tags("barrier", "gate", "access", "private"), 0},
		{tags("barrier", "gate", "access", "no"), cars | bikes | feet},
		{tags("barrier", "lift_gate", "bicycle", "yes", "motor_vehicle", "no"), cars},
		{tags("barrier", "stile"), cars | bikes},
		{tags("barrier", "wall"), cars | bikes | feet},
		{tags("barrier", "toll_booth"), 0},
		{tags("highway", "crossing", "access", "no"), 0},
	} {
		require.Equal(t, c.want, barrierOf(c.tags), "%v", c.tags)
	}
}
