package api

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"roundsman/api/contract"
	"roundsman/routing"
	"roundsman/routing/roads"

	"github.com/paulmach/orb"
)

// Map is what is known of the ground; see roads.Network.
type Map interface {
	Tile(ctx context.Context, z, x, y uint32) ([]byte, error)
	Style(tiles string) []byte
	Snap(p orb.Point, mode routing.Mode) (roads.Snapped, error)
	Route(ctx context.Context, from, to orb.Point, mode routing.Mode, depart time.Time) (roads.Route, error)
	Search(text string, limit int, near *orb.Point) []roads.Address
	Complete(text string, limit int, near *orb.Point) []roads.Address
	Reverse(p orb.Point) (roads.Address, bool)
}

// tilePath is where the style says that tiles are.
const tilePath = "/v1/tiles/{z}/{x}/{y}"

// GetTile gives a tile of the map.
func (s *server) GetTile(ctx context.Context, r contract.GetTileRequestObject) (contract.GetTileResponseObject, error) {
	b, err := s.ground.Tile(ctx, uint32(r.Z), uint32(r.X), uint32(r.Y)) // the contract lets no negative ones through
	if err != nil {
		return nil, err
	}
	return contract.GetTile200ApplicationVndMapboxVectorTileResponse{Body: bytes.NewReader(b), ContentLength: int64(len(b)),
		Headers: contract.GetTile200ResponseHeaders{CacheControl: "private, max-age=3600"}}, nil
}

// GetMapStyle says how to draw the tiles.
func (s *server) GetMapStyle(context.Context, contract.GetMapStyleRequestObject) (contract.GetMapStyleResponseObject, error) {
	var style contract.GetMapStyle200JSONResponse
	if err := json.Unmarshal(s.ground.Style(tilePath), &style); err != nil {
		return nil, fmt.Errorf("read the map's style: %w", err)
	}
	return style, nil
}

// SnapToRoad says where a place meets the roads.
func (s *server) SnapToRoad(_ context.Context, r contract.SnapToRoadRequestObject) (contract.SnapToRoadResponseObject, error) {
	at, err := s.ground.Snap(pointOf(r.Body.Point), modeOf(named[string](r.Body.Mode)))
	if err != nil {
		return nil, err
	}
	return contract.SnapToRoad200JSONResponse{Point: point(at.Point), Metres: at.Metres, Street: at.Street, Side: contract.SnappedPointSide(at.Side), Attribution: roads.Attribution}, nil
}

// FindRoute gives the way between two places.
func (s *server) FindRoute(ctx context.Context, r contract.FindRouteRequestObject) (contract.FindRouteResponseObject, error) {
	v, err := s.ground.Route(ctx, pointOf(r.Body.From), pointOf(r.Body.To), modeOf(named[string](r.Body.Mode)), s.machine.Now())
	if err != nil {
		return nil, err
	}
	return contract.FindRoute200JSONResponse{
		Leg: leg(int(v.Leg.Seconds), int(v.Leg.Metres)),
		Line: contract.RouteLine{Type: contract.RouteLineTypeLineString,
			Coordinates: each(v.Line, func(p orb.Point) []float64 { return p[:] })},
		Steps:       each(v.Steps, routeStep),
		Attribution: roads.Attribution,
	}, nil
}

func routeStep(s roads.Step) contract.RouteStep {
	return contract.RouteStep{Turn: contract.RouteStepTurn(s.Turn), Street: s.Street, At: point(s.At), Leg: leg(int(s.Seconds), int(s.Metres))}
}

// modeOf reads how somebody travels; they drive where nothing is said.
func modeOf(mode *string) routing.Mode {
	return map[string]routing.Mode{routing.Bike.String(): routing.Bike, routing.Foot.String(): routing.Foot}[value(mode)]
}

// usualAddresses is how many addresses a search gives that names no limit.
const usualAddresses = 10

// SearchAddresses finds addresses.
func (s *server) SearchAddresses(_ context.Context, r contract.SearchAddressesRequestObject) (contract.SearchAddressesResponseObject, error) {
	find := s.ground.Search
	if value(r.Body.Unfinished) {
		find = s.ground.Complete
	}
	limit := usualAddresses
	if r.Body.Limit != nil {
		limit = int(*r.Body.Limit)
	}
	found := find(r.Body.Text, limit, some(r.Body.Near, pointOf))
	return contract.SearchAddresses200JSONResponse{Items: each(found, address), Attribution: roads.Attribution}, nil
}

// ReverseAddress says what a place is called.
func (s *server) ReverseAddress(_ context.Context, r contract.ReverseAddressRequestObject) (contract.ReverseAddressResponseObject, error) {
	answer := contract.ReverseAddress200JSONResponse{Items: []contract.Address{}, Attribution: roads.Attribution}
	if a, ok := s.ground.Reverse(pointOf(r.Body.Point)); ok {
		answer.Items = append(answer.Items, address(a))
	}
	return answer, nil
}

func address(a roads.Address) contract.Address {
	return contract.Address{Number: a.Number, Street: a.Street, City: a.City, Postcode: a.Postcode,
		Point: point(a.Point), Precision: contract.AddressPrecision(a.Precision), Score: a.Score}
}
