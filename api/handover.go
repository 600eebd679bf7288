package api

import (
	"context"

	"roundsman/api/contract"
	"roundsman/assets"
	"roundsman/dispatch/stock"
)

// TransferItem sends an item to another depot.
func (s *server) TransferItem(ctx context.Context, r contract.TransferItemRequestObject) (contract.TransferItemResponseObject, error) {
	b := r.Body
	answer := func(h assets.Held) contract.TransferItem200JSONResponse {
		return contract.TransferItem200JSONResponse{Body: item(h), Headers: contract.TransferItem200ResponseHeaders{ETag: etag(h.Item.Version)}}
	}
	ctx = keep(ctx, func(h assets.Held) visit { return answer(h).VisitTransferItemResponse })
	h, err := s.order(ctx, r.ID, r.Params.IfMatch, stock.Order{Act: assets.Transferred, To: depot(b.DepotID), Reason: value(b.Reason)})
	if err != nil {
		return nil, err
	}
	return answer(h), nil
}

// ReceiveTransfer receives what another depot sent.
func (s *server) ReceiveTransfer(ctx context.Context, r contract.ReceiveTransferRequestObject) (contract.ReceiveTransferResponseObject, error) {
	b := r.Body
	answer := func(h assets.Held) contract.ReceiveTransfer200JSONResponse {
		return contract.ReceiveTransfer200JSONResponse{Body: item(h), Headers: contract.ReceiveTransfer200ResponseHeaders{ETag: etag(h.Item.Version)}}
	}
	ctx = keep(ctx, func(h assets.Held) visit { return answer(h).VisitReceiveTransferResponse })
	h, err := s.order(ctx, r.ID, r.Params.IfMatch, stock.Order{Act: assets.Arrived, To: depot(b.DepotID), Reason: value(b.Reason)})
	if err != nil {
		return nil, err
	}
	return answer(h), nil
}

// LoadItem loads an item into a technician's kit.
func (s *server) LoadItem(ctx context.Context, r contract.LoadItemRequestObject) (contract.LoadItemResponseObject, error) {
	b := r.Body
	answer := func(h assets.Held) contract.LoadItem200JSONResponse {
		return contract.LoadItem200JSONResponse{Body: item(h), Headers: contract.LoadItem200ResponseHeaders{ETag: etag(h.Item.Version)}}
	}
	ctx = keep(ctx, func(h assets.Held) visit { return answer(h).VisitLoadItemResponse })
	h, err := s.order(ctx, r.ID, r.Params.IfMatch, stock.Order{Act: assets.Loaded, To: &assets.Custodian{Kind: assets.Technician, ID: b.TechnicianID},
		Reason: value(b.Reason), Giver: evidence(b.Giver), Taker: evidence(b.Taker)})
	if err != nil {
		return nil, err
	}
	return answer(h), nil
}

// UnloadItem takes an item out of a kit.
func (s *server) UnloadItem(ctx context.Context, r contract.UnloadItemRequestObject) (contract.UnloadItemResponseObject, error) {
	b := r.Body
	answer := func(h assets.Held) contract.UnloadItem200JSONResponse {
		return contract.UnloadItem200JSONResponse{Body: item(h), Headers: contract.UnloadItem200ResponseHeaders{ETag: etag(h.Item.Version)}}
	}
	ctx = keep(ctx, func(h assets.Held) visit { return answer(h).VisitUnloadItemResponse })
	h, err := s.order(ctx, r.ID, r.Params.IfMatch, stock.Order{Act: assets.Unloaded, To: depot(b.DepotID), Reason: value(b.Reason), Giver: evidence(b.Giver), Taker: evidence(b.Taker)})
	if err != nil {
		return nil, err
	}
	return answer(h), nil
}

// IssueItem hands an item over to a person.
func (s *server) IssueItem(ctx context.Context, r contract.IssueItemRequestObject) (contract.IssueItemResponseObject, error) {
	b := r.Body
	answer := func(h assets.Held) contract.IssueItem200JSONResponse {
		return contract.IssueItem200JSONResponse{Body: item(h), Headers: contract.IssueItem200ResponseHeaders{ETag: etag(h.Item.Version)}}
	}
	ctx = keep(ctx, func(h assets.Held) visit { return answer(h).VisitIssueItemResponse })
	h, err := s.order(ctx, r.ID, r.Params.IfMatch, stock.Order{Act: assets.Issued, To: &assets.Custodian{Kind: assets.Person, ID: b.PersonID},
		VisitID: b.VisitID, Reason: value(b.Reason), Giver: evidence(b.Giver), Taker: evidence(b.Taker)})
	if err != nil {
		return nil, err
	}
	return answer(h), nil
}

// ReturnItem takes an item back from a person.
func (s *server) ReturnItem(ctx context.Context, r contract.ReturnItemRequestObject) (contract.ReturnItemResponseObject, error) {
	b := r.Body
	answer := func(h assets.Held) contract.ReturnItem200JSONResponse {
		return contract.ReturnItem200JSONResponse{Body: item(h), Headers: contract.ReturnItem200ResponseHeaders{ETag: etag(h.Item.Version)}}
	}
	ctx = keep(ctx, func(h assets.Held) visit { return answer(h).VisitReturnItemResponse })
	h, err := s.order(ctx, r.ID, r.Params.IfMatch, stock.Order{Act: assets.Returned, To: depot(b.DepotID), Reason: value(b.Reason), Giver: evidence(b.Giver), Taker: evidence(b.Taker)})
	if err != nil {
		return nil, err
	}
	return answer(h), nil
}
