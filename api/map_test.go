package api_test

import (
	"context"
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"roundsman/api"
	"roundsman/api/contract"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/routing"
	"roundsman/routing/roads"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"
)

// lane is a map of one straight road along the equator: ten metres a second, by
// bike four, with one house at its west end.
type lane struct{}

var laneHouse = roads.Address{Number: "1", Street: "Long Lane", Point: orb.Point{0, 0}, Precision: roads.Rooftop, Score: 1}

func (lane) Tile(_ context.Context, z, x, y uint32) ([]byte, error) {
	if x >= 1<<z {
		return nil, fault.New(fault.NotFound, "tile_unknown", "there is no tile %d/%d/%d", z, x, y)
	}
	return []byte{byte(z), byte(x), byte(y)}, nil
}

func (lane) Style(tiles string) []byte {
	b, _ := json.Marshal(map[string]any{"version": 8, "name": "Lane", "center": []float64{1, 0}, "zoom": 9, "layers": []any{},
		"sources": map[string]any{"map": map[string]any{"tiles": []string{tiles}, "attribution": roads.Attribution}}})
	return b
}

func (lane) Snap(p orb.Point, mode routing.Mode) (roads.Snapped, error) {
	if p.Lat() > 1 {
		return roads.Snapped{}, fault.New(fault.Invalid, "place_off_road", "no road for %s within 2000 m", mode)
	}
	return roads.Snapped{Point: orb.Point{p.Lon(), 0}, Metres: p.Lat() * 100_000, Street: "Long Lane"}, nil
}

func (l lane) Route(_ context.Context, from, to orb.Point, mode routing.Mode, _ time.Time) (roads.Route, error) {
	if _, err := l.Snap(to, mode); err != nil {
		return roads.Route{}, err
	}
	metres := (to.Lon() - from.Lon()) * 100_000
	leg := routing.Leg{Seconds: routing.Seconds(metres / 10), Metres: routing.Metres(metres)}
	if mode == routing.Bike {
		leg.Seconds = routing.Seconds(metres / 4)
	}
	return roads.Route{Leg: leg, Line: orb.LineString{from, to},
		Steps: []roads.Step{{Turn: "start", Street: "Long Lane", At: from, Seconds: leg.Seconds, Metres: leg.Metres}}}, nil
}

func (lane) Search(text string, limit int, _ *orb.Point) []roads.Address {
	if text != "1 Long Lane" || limit != 10 {
		return nil
	}
	return []roads.Address{laneHouse}
}

func (lane) Complete(text string, limit int, near *orb.Point) []roads.Address {
	if text != "1 Lo" || near == nil || limit != 3 {
		return nil
	}
	return []roads.Address{laneHouse}
}

func (lane) Reverse(p orb.Point) (roads.Address, bool) { return laneHouse, p.Lon() < 0.001 }

func at(lon, lat float64) object {
	return object{"type": "Point", "coordinates": []float64{lon, lat}}
}

func TestTheMapIsServed(t *testing.T) {
	t.Parallel()
	r := open(t, nil)
	token := r.as(access.Agent)
	post := func(path string, body object) got {
		return r.do(ask{method: "POST", path: path, token: token, body: body})
	}

	g := r.do(ask{method: "GET", path: "/v1/tiles/3/5/2", token: token})
	require.Equal(t, http.StatusOK, g.Code)
	require.Equal(t, []byte{3, 5, 2}, g.Body.Bytes())
	require.Equal(t, "application/vnd.mapbox-vector-tile", g.Header().Get("Content-Type"))
	require.Equal(t, "private, max-age=3600", g.Header().Get("Cache-Control"))
	r.do(ask{method: "GET", path: "/v1/tiles/3/8/2", token: token}).problem(http.StatusNotFound, "tile_unknown")
	r.do(ask{method: "GET", path: "/v1/tiles/15/8/2", token: token}).problem(http.StatusBadRequest, "bad_request")
	r.do(ask{method: "GET", path: "/v1/tiles/3/-1/2", token: token}).problem(http.StatusBadRequest, "bad_request")

	var style map[string]any
	r.do(ask{method: "GET", path: "/v1/map/style", token: token}).into(http.StatusOK, &style)
	require.InDelta(t, 9, style["zoom"], 0)
	require.Equal(t, map[string]any{"map": map[string]any{"tiles": []any{"/v1/tiles/{z}/{x}/{y}"}, "attribution": roads.Attribution}}, style["sources"])

	var snapped contract.SnappedPoint
	post("/v1/map/snap", object{"point": at(0.5, 0.0001)}).into(http.StatusOK, &snapped)
	require.Equal(t, []float64{0.5, 0}, snapped.Point.Coordinates)
	require.InDelta(t, 10, snapped.Metres, 1e-9)
	require.Equal(t, roads.Attribution, snapped.Attribution)
	post("/v1/map/snap", object{"point": at(0.5, 2), "mode": "foot"}).problem(http.StatusUnprocessableEntity, "place_off_road")

	// 1,000 m at ten metres a second, and at four.
	for mode, want := range map[string]string{"car": "PT1M40S", "bike": "PT4M10S"} {
		var route contract.Route
		post("/v1/routes", object{"from": at(0, 0), "to": at(0.01, 0), "mode": mode}).into(http.StatusOK, &route)
		require.Equal(t, contract.Leg{Duration: want, Metres: 1000}, route.Leg, mode)
		require.Equal(t, [][]float64{{0, 0}, {0.01, 0}}, route.Line.Coordinates)
		require.Equal(t, contract.RouteStepTurnStart, route.Steps[0].Turn)
	}
	post("/v1/routes", object{"from": at(0, 0), "to": at(0, 2)}).problem(http.StatusUnprocessableEntity, "place_off_road")

	var found contract.Addresses
	post("/v1/addresses/search", object{"text": "1 Lo", "unfinished": true, "near": at(0, 0), "limit": 3}).into(http.StatusOK, &found)
	require.Equal(t, contract.AddressPrecisionRooftop, found.Items[0].Precision)
	require.Equal(t, "Long Lane", found.Items[0].Street)
	post("/v1/addresses/search", object{"text": "1 Long Lane"}).into(http.StatusOK, &found)
	require.Len(t, found.Items, 1)
	post("/v1/addresses/search", object{"text": "Nowhere"}).into(http.StatusOK, &found)
	require.Equal(t, contract.Addresses{Items: []contract.Address{}, Attribution: roads.Attribution}, found)
	post("/v1/addresses/search", object{"text": ""}).problem(http.StatusBadRequest, "bad_request")
	post("/v1/addresses/reverse", object{"point": at(0, 0)}).into(http.StatusOK, &found)
	require.Len(t, found.Items, 1)
	post("/v1/addresses/reverse", object{"point": at(1, 0)}).into(http.StatusOK, &found)
	require.Empty(t, found.Items)
}

var _ api.Map = lane{}
