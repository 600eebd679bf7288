package api

import (
	"context"

	"roundsman/api/contract"
	"roundsman/assets"
)

// ReserveItem keeps an item for a visit.
func (s *server) ReserveItem(ctx context.Context, r contract.ReserveItemRequestObject) (contract.ReserveItemResponseObject, error) {
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	answer := func(h assets.Held) contract.ReserveItem200JSONResponse {
		return contract.ReserveItem200JSONResponse{Body: item(h), Headers: contract.ReserveItem200ResponseHeaders{ETag: etag(h.Item.Version)}}
	}
	ctx = keep(ctx, func(h assets.Held) visit { return answer(h).VisitReserveItemResponse })
	h, err := s.stock.Reserve(ctx, who(ctx), r.ID, version, r.Body.VisitID)
	if err != nil {
		return nil, err
	}
	return answer(h), nil
}

// ReleaseItem lets go of a reservation.
func (s *server) ReleaseItem(ctx context.Context, r contract.ReleaseItemRequestObject) (contract.ReleaseItemResponseObject, error) {
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	answer := func(h assets.Held) contract.ReleaseItem200JSONResponse {
		return contract.ReleaseItem200JSONResponse{Body: item(h), Headers: contract.ReleaseItem200ResponseHeaders{ETag: etag(h.Item.Version)}}
	}
	ctx = keep(ctx, func(h assets.Held) visit { return answer(h).VisitReleaseItemResponse })
	h, err := s.stock.Release(ctx, who(ctx), r.ID, version, r.Body.Reason)
	if err != nil {
		return nil, err
	}
	return answer(h), nil
}
