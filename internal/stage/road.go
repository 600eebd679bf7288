package stage

import (
	"context"
	"math"
	"time"

	"roundsman/routing"

	"github.com/paulmach/orb"
)

// Road is a straight road: a hundredth of a degree of longitude is a minute and a
// kilometre. It implements routing.Travel.
type Road struct{}

func leg(a, b orb.Point) routing.Leg {
	steps := math.Round(math.Abs(a.Lon()-b.Lon())*1e4) / 100
	return routing.Leg{Seconds: routing.Seconds(steps * 60), Metres: routing.Metres(steps * 1000)}
}

// Travel gives one leg.
func (Road) Travel(_ context.Context, from, to orb.Point, _ routing.Mode, _ time.Time) (routing.Leg, error) {
	return leg(from, to), nil
}

// Table gives all legs.
func (Road) Table(_ context.Context, from, to []orb.Point, _ routing.Mode, _ time.Time) (*routing.Table, error) {
	t := routing.NewTable(len(from), len(to))
	for i, a := range from {
		for j, b := range to {
			t.Set(i, j, leg(a, b))
		}
	}
	return t, nil
}

// Line gives one leg with its two ends.
func (Road) Line(_ context.Context, from, to orb.Point, _ routing.Mode, _ time.Time) (routing.Leg, orb.LineString, error) {
	return leg(from, to), orb.LineString{from, to}, nil
}
