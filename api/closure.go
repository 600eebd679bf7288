package api

import (
	"context"

	"roundsman/api/contract"
	"roundsman/dispatch"

	"github.com/paulmach/orb"
)

// ListClosures gives the roads that are closed or slower, the one entered last first.
func (s *server) ListClosures(ctx context.Context, r contract.ListClosuresRequestObject) (contract.ListClosuresResponseObject, error) {
	p := r.Params
	list, next, err := s.control.Closures(ctx, who(ctx), dispatch.ClosureState(value(p.State)), page(p.Limit, p.After))
	if err != nil {
		return nil, err
	}
	return contract.ListClosures200JSONResponse{Body: contract.Closures{Items: each(list, closure)},
		Headers: contract.ListClosures200ResponseHeaders{Link: nextLink(ctx, next)}}, nil
}

// GetClosure gives one.
func (s *server) GetClosure(ctx context.Context, r contract.GetClosureRequestObject) (contract.GetClosureResponseObject, error) {
	c, err := s.control.Closure(ctx, who(ctx), r.ID)
	if err != nil {
		return nil, err
	}
	return contract.GetClosure200JSONResponse{Body: closure(c), Headers: contract.GetClosure200ResponseHeaders{ETag: etag(c.Version)}}, nil
}

// EnterClosure says that a road is closed.
func (s *server) EnterClosure(ctx context.Context, r contract.EnterClosureRequestObject) (contract.EnterClosureResponseObject, error) {
	answer := func(c dispatch.Closure) contract.EnterClosure201JSONResponse {
		return contract.EnterClosure201JSONResponse{Body: closure(c), Headers: contract.EnterClosure201ResponseHeaders{ETag: etag(c.Version), Location: "/v1/closures/" + c.ID.String()}}
	}
	ctx = keep(ctx, func(c dispatch.Closure) visit { return answer(c).VisitEnterClosureResponse })
	b := r.Body
	n := dispatch.Closure{ID: value(b.ID), From: value(b.From).UTC(), Until: b.Until, Streets: b.Streets, Speed: b.Speed, Reason: b.Reason,
		Area: dispatch.ClosureArea{Metres: value(b.Metres)}}
	if b.Center != nil {
		at := pointOf(*b.Center)
		n.Area.Center = &at
	}
	if b.Polygon != nil {
		for _, corners := range b.Polygon.Coordinates {
			ring := make(orb.Ring, len(corners))
			for i, c := range corners {
				ring[i] = orb.Point{c[0], c[1]}
			}
			n.Area.Polygon = append(n.Area.Polygon, ring)
		}
	}
	c, err := s.control.EnterClosure(ctx, who(ctx), n)
	if err != nil {
		return nil, err
	}
	return answer(c), nil
}

// EndClosure says that the road is open again.
func (s *server) EndClosure(ctx context.Context, r contract.EndClosureRequestObject) (contract.EndClosureResponseObject, error) {
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	answer := func(c dispatch.Closure) contract.EndClosure200JSONResponse {
		return contract.EndClosure200JSONResponse{Body: closure(c), Headers: contract.EndClosure200ResponseHeaders{ETag: etag(c.Version)}}
	}
	ctx = keep(ctx, func(c dispatch.Closure) visit { return answer(c).VisitEndClosureResponse })
	c, err := s.control.EndClosure(ctx, who(ctx), r.ID, version)
	if err != nil {
		return nil, err
	}
	return answer(c), nil
}

func closure(c dispatch.Closure) contract.Closure {
	out := contract.Closure{ID: c.ID, State: contract.ClosureState(c.State), From: c.From, Until: c.Until, Streets: c.Streets, Speed: c.Speed,
		Reason: c.Reason, EnteredBy: c.EnteredBy, EnteredAt: c.EnteredAt, EndedBy: c.EndedBy, EndedAt: c.EndedAt, Version: c.Version}
	if c.Area.Center != nil {
		at := point(*c.Area.Center)
		out.Center, out.Metres = &at, &c.Area.Metres
	}
	if c.Area.Polygon != nil {
		shape := contract.Polygon{Type: contract.PolygonTypePolygon}
		for _, ring := range c.Area.Polygon {
			corners := make([][]float64, len(ring))
			for i, p := range ring {
				corners[i] = []float64{p.Lon(), p.Lat()}
			}
			shape.Coordinates = append(shape.Coordinates, corners)
		}
		out.Polygon = &shape
	}
	return out
}
