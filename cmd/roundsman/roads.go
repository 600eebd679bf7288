package main

import (
	"bufio"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"roundsman/internal/fault"
	"roundsman/routing"
	"roundsman/routing/roads"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
)

// roadsCmd is roundsman roads.
type roadsCmd struct {
	Build  roadsBuildCmd  `cmd:"" help:"Make the road network of a map and keep it in a file."`
	Info   roadsInfoCmd   `cmd:"" help:"Say what is in a map."`
	Matrix roadsMatrixCmd `cmd:"" help:"Travel seconds between all points of a file, as CSV."`
	Route  roadsRouteCmd  `cmd:"" help:"The way between two points."`
	Search roadsSearchCmd `cmd:"" help:"Find an address."`
	Tile   roadsTileCmd   `cmd:"" help:"Write a large extract for trials: copies of a small one, joined by roads."`
}

// mapFlags say which map, and where what is made of it is kept.
type mapFlags struct {
	Map     string `arg:"" help:"What roads build made, or an OpenStreetMap extract (.osm.pbf)."`
	DataDir string `help:"Where the road cache of an extract is kept; beside it when empty." env:"ROUNDSMAN_DATA_DIR" placeholder:"DIR"`
	Mode    string `help:"How to travel." enum:"car,bike,foot" default:"car"`
	paceFlags
}

func (f mapFlags) load(ctx context.Context, o output) (*roads.Network, routing.Mode, error) {
	n, mode, err := f.read(ctx, o)
	if err == nil {
		err = f.paceFlags.set(n)
	}
	return n, mode, err
}

func (f mapFlags) read(ctx context.Context, o output) (*roads.Network, routing.Mode, error) {
	mode := map[string]routing.Mode{"bike": routing.Bike, "foot": routing.Foot}[f.Mode]
	if roads.IsBuilt(f.Map) {
		n, err := roads.Open(f.Map)
		return n, mode, err
	}
	dir := filepath.Dir(f.Map)
	if f.DataDir != "" {
		dir = filepath.Join(f.DataDir, "roads")
	}
	bar := newProgress(o, newLog(o))
	defer bar.done()
	n, err := roads.Load(ctx, f.Map, dir, func(p roads.Progress) { bar.show("map: "+p.Stage, p.Done, p.Total) })
	return n, mode, err
}

// roadsInfoCmd is roundsman roads info.
type roadsInfoCmd struct {
	mapFlags
}

// Run prints the report of the import.
func (c *roadsInfoCmd) Run(ctx context.Context, o output) error {
	n, _, err := c.load(ctx, o)
	if err != nil {
		return err
	}
	w := json.NewEncoder(o.out)
	w.SetIndent("", "  ")
	return w.Encode(n.Report())
}

// roadsMatrixCmd is roundsman roads matrix.
type roadsMatrixCmd struct {
	mapFlags
	departFlags
	Points string `help:"File of points: lon,lat a line." required:"" placeholder:"FILE"`
	Out    string `help:"File to write: a row for each point, seconds; empty where there is no way." required:"" placeholder:"FILE"`
}

// Run writes the matrix, and beside it (OUT.reasons.csv) why entries are empty.
func (c *roadsMatrixCmd) Run(ctx context.Context, o output) error {
	points, err := readFile(c.Points, readPoints)
	if err != nil {
		return err
	}
	n, mode, err := c.load(ctx, o)
	if err != nil {
		return err
	}
	table, err := n.Table(ctx, points, points, mode, c.at())
	if err != nil {
		return err
	}
	out, finish, err := create(c.Out)
	if err != nil {
		return err
	}
	if err := finish(writeMatrix(out, table)); err != nil {
		return err
	}
	reasons, finish, err := create(c.Out + ".reasons.csv")
	if err != nil {
		return err
	}
	return finish(writeReasons(ctx, reasons, n, mode, points, table, c.at()))
}

func readPoints(r io.Reader) ([]orb.Point, error) {
	var points []orb.Point
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		text := strings.TrimSpace(lines.Text())
		if text == "" {
			continue
		}
		p, err := parsePoint(text)
		if f := fault.Of(err); f != nil { // the message alone is shown
			return nil, fault.New(f.Kind, f.Code, "line %d: %s", n, f.Message)
		}
		points = append(points, p)
	}
	return points, lines.Err()
}

// parsePoint reads "lon,lat".
func parsePoint(s string) (orb.Point, error) {
	wrong := fault.New(fault.Invalid, "bad_point", "%q is not a point; points are longitude,latitude such as -75.55,39.74", s)
	lon, lat, ok := strings.Cut(s, ",")
	if !ok {
		return orb.Point{}, wrong
	}
	x, errX := strconv.ParseFloat(strings.TrimSpace(lon), 64)
	y, errY := strconv.ParseFloat(strings.TrimSpace(lat), 64)
	if errX != nil || errY != nil || x < -180 || x > 180 || y < -90 || y > 90 {
		return orb.Point{}, wrong
	}
	return orb.Point{x, y}, nil
}

func writeMatrix(w io.Writer, t *routing.Table) error {
	out := csv.NewWriter(w)
	row := make([]string, t.Cols)
	for i := range t.Rows {
		for j := range t.Cols {
			row[j] = ""
			if leg, ok := t.At(i, j); ok {
				row[j] = strconv.Itoa(int(leg.Seconds))
			}
		}
		if err := out.Write(row); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// writeReasons says why a point can't be reached: once a point that is off the
// roads, once a pair that no way joins.
func writeReasons(ctx context.Context, w io.Writer, n *roads.Network, mode routing.Mode, points []orb.Point, t *routing.Table, depart time.Time) error {
	out := csv.NewWriter(w)
	if err := out.Write([]string{"from", "to", "reason"}); err != nil {
		return err
	}
	off := make([]bool, len(points))
	for i, p := range points {
		if _, err := n.Snap(p, mode); err != nil {
			off[i] = true
			if err := out.Write([]string{strconv.Itoa(i + 1), "", explain(err)}); err != nil {
				return err
			}
		}
	}
	for i := range points {
		for j := range points {
			if _, ok := t.At(i, j); ok || off[i] || off[j] {
				continue
			}
			_, err := n.Travel(ctx, points[i], points[j], mode, depart)
			if err == nil {
				continue
			}
			if err := out.Write([]string{strconv.Itoa(i + 1), strconv.Itoa(j + 1), explain(err)}); err != nil {
				return err
			}
		}
	}
	out.Flush()
	return out.Error()
}

// roadsRouteCmd is roundsman roads route.
type roadsRouteCmd struct {
	mapFlags
	departFlags
	From    string `arg:"" help:"lon,lat (put -- before the points when they begin with a minus)."`
	To      string `arg:"" help:"lon,lat."`
	GeoJSON bool   `name:"geojson" help:"Print the line as GeoJSON."`
}

// Run prints seconds and metres, or the line with them.
func (c *roadsRouteCmd) Run(ctx context.Context, o output) error {
	from, err := parsePoint(c.From)
	if err != nil {
		return err
	}
	to, err := parsePoint(c.To)
	if err != nil {
		return err
	}
	n, mode, err := c.load(ctx, o)
	if err != nil {
		return err
	}
	leg, line, err := n.Line(ctx, from, to, mode, c.at())
	if err != nil {
		return err
	}
	if !c.GeoJSON {
		_, err = fmt.Fprintf(o.out, "%d s, %d m\n", leg.Seconds, leg.Metres)
		return err
	}
	f := geojson.NewFeature(line)
	f.Properties["seconds"], f.Properties["metres"], f.Properties["attribution"] = leg.Seconds, leg.Metres, roads.Attribution
	return json.NewEncoder(o.out).Encode(f)
}
