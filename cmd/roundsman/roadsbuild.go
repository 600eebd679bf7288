package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"roundsman/routing/roads"

	"github.com/paulmach/orb"
)

// roadsBuildCmd is roundsman roads build.
type roadsBuildCmd struct {
	Map string `arg:"" help:"OpenStreetMap extract (.osm.pbf)."`
	Out string `short:"o" required:"" help:"File to keep the road network in: what the other commands and later starts read instead of the map." placeholder:"FILE"`
}

// Run imports the map and says what the import met.
func (c *roadsBuildCmd) Run(ctx context.Context, o output) error {
	bar := newProgress(o, newLog(o))
	n, err := roads.Build(ctx, c.Map, c.Out, func(p roads.Progress) { bar.show("map: "+p.Stage, p.Done, p.Total) })
	bar.done()
	if err != nil {
		return err
	}
	r := n.Report()
	_, err = fmt.Fprintf(o.out, "%s: %d roads, %d turn restrictions, %d addresses, %d places; %d nodes amiss, %d restrictions broken. %s\n",
		c.Out, r.RoadWays, r.Restrictions, r.Addresses, r.Places, r.DanglingRefs, r.BrokenRestrictions, roads.Attribution)
	return err
}

// roadsSearchCmd is roundsman roads search.
type roadsSearchCmd struct {
	mapFlags
	Text       string `arg:"" help:"An address, a street or a town: \"201 N King St\"."`
	Limit      int    `help:"How many at most." default:"10"`
	Near       string `help:"Prefer what is near lon,lat." placeholder:"LON,LAT"`
	Unfinished bool   `help:"The last word may be the beginning of one."`
	JSON       bool   `name:"json" help:"Print all that is known of each."`
}

// Run prints the addresses, the best first, as tab-separated rows: how precise it
// is, how well it fits (0 to 1), the point, the address.
func (c *roadsSearchCmd) Run(ctx context.Context, o output) error {
	var near *orb.Point
	if c.Near != "" {
		p, err := parsePoint(c.Near)
		if err != nil {
			return err
		}
		near = &p
	}
	n, _, err := c.load(ctx, o)
	if err != nil {
		return err
	}
	find := n.Search
	if c.Unfinished {
		find = n.Complete
	}
	found := find(c.Text, c.Limit, near)
	if c.JSON {
		return json.NewEncoder(o.out).Encode(found)
	}
	rows := csv.NewWriter(o.out)
	rows.Comma = '\t'
	for _, a := range found {
		point := strconv.FormatFloat(a.Point.Lon(), 'f', -1, 64) + "," + strconv.FormatFloat(a.Point.Lat(), 'f', -1, 64)
		if err := rows.Write([]string{string(a.Precision), strconv.FormatFloat(a.Score, 'f', 2, 64), point, addressLine(a)}); err != nil {
			return err
		}
	}
	rows.Flush()
	if len(found) == 0 {
		_, err := fmt.Fprintf(o.err, "Nothing on the map is called %q.\n", c.Text)
		return err
	}
	return rows.Error()
}

// addressLine writes an address in one line, as it stands on a letter here.
func addressLine(a roads.Address) string {
	street := strings.TrimSpace(a.Number + " " + a.Street)
	town := strings.TrimSpace(a.City + " " + a.Postcode)
	switch {
	case street == "":
		return town
	case town == "":
		return street
	}
	return street + ", " + town
}
