package osrm

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"roundsman/internal/fault"
	"roundsman/routing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
)

// Client asks one server, which knows one mode. It is safe for use by several
// goroutines. Departures don't matter to it.
type Client struct {
	base  string
	mode  routing.Mode
	other routing.Travel
	http  *http.Client
	part  atomic.Int64 // places on either side of a table that the server takes at once
}

var _ routing.Travel = (*Client)(nil)

// Limits of an answer.
const (
	patience = 20 * time.Second
	mostRead = 64 << 20 // bytes
	// firstPart is what a server with the usual limit of 100 places takes.
	firstPart = 50
)

// New makes a client of the server at an address such as http://osrm:5000, whose
// profile is that of a mode. other answers for the other modes; nil refuses them.
// Fault: osrm_address.
func New(address string, mode routing.Mode, other routing.Travel, transport http.RoundTripper) (*Client, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.RawQuery != "" {
		return nil, fault.New(fault.Invalid, "osrm_address", "%q is no address of an OSRM server; give one such as http://osrm:5000", address)
	}
	c := &Client{base: strings.TrimSuffix(address, "/"), mode: mode, other: other, http: &http.Client{Timeout: patience, Transport: transport}}
	c.part.Store(firstPart)
	return c, nil
}

// profiles are what the server's paths say; a server answers alike whatever stands
// there, since it has one profile only.
var profiles = map[routing.Mode]string{routing.Car: "driving", routing.Bike: "cycling", routing.Foot: "walking"}

// refusal is what the server says when it can't answer.
type refusal struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

func (r refusal) Error() string { return r.Code + ": " + r.Message }

// ask fills answer from a service. The error is a refusal where the server says no,
// a fault of code osrm_unavailable where it says nothing of use, or the context's.
func (c *Client) ask(ctx context.Context, service string, points []orb.Point, query string, answer any) error {
	var path strings.Builder
	for i, p := range points {
		if i > 0 {
			path.WriteByte(';')
		}
		fmt.Fprintf(&path, "%.6f,%.6f", p.Lon(), p.Lat())
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprintf("%s/%s/v1/%s/%s?%s", c.base, service, profiles[c.mode], &path, query), nil)
	if err != nil {
		return fmt.Errorf("asking the OSRM server: %w", err)
	}
	w, err := c.http.Do(r)
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return unavailable(err)
	}
	defer w.Body.Close()
	body, err := io.ReadAll(io.LimitReader(w.Body, mostRead))
	if err != nil {
		return unavailable(err)
	}
	if w.StatusCode == http.StatusOK {
		if err := json.Unmarshal(body, answer); err != nil {
			return unavailable(err)
		}
		return nil
	}
	var no refusal
	if json.Unmarshal(body, &no) != nil || no.Code == "" {
		return unavailable(fmt.Errorf("it answers %s", w.Status))
	}
	return no
}

func unavailable(cause error) error {
	return fault.New(fault.Unavailable, "osrm_unavailable", "the OSRM server doesn't answer as it should; ask again in a moment, and look whether it runs").Because(cause)
}

// of gives who answers for a mode. Fault: mode_unknown.
func (c *Client) of(mode routing.Mode) (routing.Travel, error) {
	switch {
	case mode == c.mode:
		return c, nil
	case c.other != nil:
		return c.other, nil
	}
	return nil, fault.New(fault.Invalid, "mode_unknown", "the OSRM server answers for %s alone; start another one for %s", c.mode, mode)
}

// Travel gives one leg. Faults: place_off_road, unreachable, mode_unknown,
// osrm_unavailable.
func (c *Client) Travel(ctx context.Context, from, to orb.Point, mode routing.Mode, depart time.Time) (routing.Leg, error) {
	t, err := c.Table(ctx, []orb.Point{from}, []orb.Point{to}, mode, depart)
	if err != nil {
		return routing.Leg{}, err
	}
	leg, ok := t.At(0, 0)
	if !ok {
		// The table doesn't say why; the route does.
		_, _, err := c.Line(ctx, from, to, mode, depart)
		if err == nil {
			err = unreachable(from, to, mode)
		}
		return routing.Leg{}, err
	}
	return leg, nil
}

// Line gives one leg with the line it follows, from place to place. Its time and
// length are those of the table. Faults as Travel.
func (c *Client) Line(ctx context.Context, from, to orb.Point, mode routing.Mode, depart time.Time) (routing.Leg, orb.LineString, error) {
	if who, err := c.of(mode); err != nil || who != routing.Travel(c) {
		if err != nil {
			return routing.Leg{}, nil, err
		}
		return who.Line(ctx, from, to, mode, depart)
	}
	var answer struct {
		Routes []struct {
			Duration, Distance float64
			Geometry           *geojson.Geometry
		}
	}
	err := c.ask(ctx, "route", []orb.Point{from, to}, "overview=full&geometries=geojson", &answer)
	var no refusal
	switch {
	case errors.As(err, &no):
		return routing.Leg{}, nil, explain(no, from, to, mode)
	case err != nil:
		return routing.Leg{}, nil, err
	case len(answer.Routes) == 0 || answer.Routes[0].Geometry == nil:
		return routing.Leg{}, nil, unavailable(errors.New("a route without a line"))
	}
	r := answer.Routes[0]
	line, ok := r.Geometry.Geometry().(orb.LineString)
	if !ok {
		return routing.Leg{}, nil, unavailable(errors.New("a line that is none"))
	}
	return legOf(r.Duration, r.Distance), append(append(orb.LineString{from}, line...), to), nil
}

// explain makes a fault of a refusal of a route.
func explain(no refusal, from, to orb.Point, mode routing.Mode) error {
	switch no.Code {
	case "NoSegment":
		return fault.New(fault.Invalid, "place_off_road", "no road for %s near %.5f, %.5f or %.5f, %.5f; check the coordinates (longitude first)",
			mode, from.Lon(), from.Lat(), to.Lon(), to.Lat()).Because(no)
	case "NoRoute":
		return unreachable(from, to, mode)
	}
	return unavailable(no)
}

func unreachable(from, to orb.Point, mode routing.Mode) error {
	return fault.New(fault.Invalid, "unreachable", "no way for %s from %.5f, %.5f to %.5f, %.5f; take another mode or place", mode, from.Lon(), from.Lat(), to.Lon(), to.Lat())
}

func legOf(seconds, metres float64) routing.Leg {
	return routing.Leg{Seconds: routing.Seconds(seconds + 0.5), Metres: routing.Metres(metres + 0.5)}
}
