package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"roundsman/internal/fault"
	"roundsman/routing/roads"
)

// roadsTileCmd is roundsman roads tile.
type roadsTileCmd struct {
	Map    string `arg:"" help:"OpenStreetMap extract (.osm.pbf), a small one."`
	Copies string `arg:"" help:"How many copies: 4x3 from west to east by south to north, or a number."`
	Out    string `short:"o" help:"Extract to write; NAME-4x3.osm.pbf here when empty." placeholder:"FILE"`
}

// Run writes the large extract.
func (c *roadsTileCmd) Run(ctx context.Context, o output) error {
	cols, rows, err := parseCopies(c.Copies)
	if err != nil {
		return err
	}
	if c.Out == "" {
		c.Out = fmt.Sprintf("%s-%dx%d.osm.pbf", strings.TrimSuffix(filepath.Base(c.Map), ".osm.pbf"), cols, rows)
	}
	out, finish, err := create(c.Out)
	if err != nil {
		return err
	}
	bar := newProgress(o, newLog(o))
	r, err := roads.Repeat(ctx, out, c.Map, cols, rows, func(p roads.Progress) { bar.show("map: "+p.Stage, p.Done, p.Total) })
	bar.done()
	if err := finish(err); err != nil {
		return err
	}
	_, err = fmt.Fprintf(o.out, "%s: %d copies, %d roads between them, from %.3f,%.3f to %.3f,%.3f\n", c.Out, r.Copies, r.Joins,
		r.Bound.Min.Lon(), r.Bound.Min.Lat(), r.Bound.Max.Lon(), r.Bound.Max.Lat())
	return err
}

// mostCopies is how many copies there may be; four thousand are more than the
// planet has data.
const mostCopies = 4096

// parseCopies reads "4x3", or a number, of which it makes a grid as square as can
// be.
func parseCopies(s string) (cols, rows int, err error) {
	wrong := fault.New(fault.Invalid, "bad_copies", "%q says no number of copies; give a number such as 16, or columns and rows such as 4x4, at most %d copies", s, mostCopies)
	x, y, grid := strings.Cut(s, "x")
	if cols, err = strconv.Atoi(x); err != nil || cols < 1 || cols > mostCopies {
		return 0, 0, wrong
	}
	if grid {
		if rows, err = strconv.Atoi(y); err != nil || rows < 1 || rows > mostCopies/cols {
			return 0, 0, wrong
		}
		return cols, rows, nil
	}
	for rows = 1; (rows+1)*(rows+1) <= cols; {
		rows++
	}
	for cols%rows != 0 {
		rows--
	}
	return cols / rows, rows, nil
}
