package main

import (
	"time"

	"roundsman/internal/clock"
	"roundsman/routing/roads"
)

// paceFlags say how fast roads are driven at which hour.
type paceFlags struct {
	Profile string `help:"Speeds by hour, kind of day and class of road (JSON; see docs/roads.md). Every hour is an ordinary one without." env:"ROUNDSMAN_ROADS_PROFILE" placeholder:"FILE"`
}

// set hands the profile to a network.
func (f paceFlags) set(n *roads.Network) error {
	if f.Profile == "" {
		return nil
	}
	week, err := readFile(f.Profile, roads.ReadWeek)
	if err != nil {
		return err
	}
	n.SetPace(week, week.Zone(), week.Holiday)
	return nil
}

// departFlags say when somebody sets out.
type departFlags struct {
	Depart *time.Time `help:"When to set out, such as 2026-03-09T08:00:00-04:00; now when left out. Matters with --profile." placeholder:"TIME"`
}

func (f departFlags) at() time.Time {
	if f.Depart != nil {
		return *f.Depart
	}
	return clock.System{}.Now()
}
