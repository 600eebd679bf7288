package main

import (
	"fmt"
	"hash/fnv"
	"os"
	"strconv"
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

// roadsName tells the roads apart that a server drives on by what they say of the
// same drive: another map, profile or engine has another name.
func (c *serveCmd) roadsName(n *roads.Network) (string, error) {
	h := fnv.New64a()
	r := n.Report()
	fmt.Fprintln(h, r.Junctions, r.Edges, r.Turns, c.OSRM)
	if c.Profile != "" {
		text, err := os.ReadFile(c.Profile)
		if err != nil {
			return "", fmt.Errorf("reading the profile of speeds: %w", err)
		}
		h.Write(text)
	}
	return strconv.FormatUint(h.Sum64(), 16), nil
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
