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
	order := stock.Order{Act: assets.Transferred, To: depot(b.DepotID), Reason: value(b.Reason)}
	return itemActed(ctx, s, r.ID, r.Params.IfMatch, order, contract.TransferItem200JSONResponse.VisitTransferItemResponse,
		func(i contract.Item, tag string) contract.TransferItem200JSONResponse {
			return contract.TransferItem200JSONResponse{Body: i, Headers: contract.TransferItem200ResponseHeaders{ETag: tag}}
		})
}

// ReceiveTransfer receives what another depot sent.
func (s *server) ReceiveTransfer(ctx context.Context, r contract.ReceiveTransferRequestObject) (contract.ReceiveTransferResponseObject, error) {
	b := r.Body
	order := stock.Order{Act: assets.Arrived, To: depot(b.DepotID), Reason: value(b.Reason)}
	return itemActed(ctx, s, r.ID, r.Params.IfMatch, order, contract.ReceiveTransfer200JSONResponse.VisitReceiveTransferResponse,
		func(i contract.Item, tag string) contract.ReceiveTransfer200JSONResponse {
			return contract.ReceiveTransfer200JSONResponse{Body: i, Headers: contract.ReceiveTransfer200ResponseHeaders{ETag: tag}}
		})
}

// LoadItem loads an item into a technician's kit.
func (s *server) LoadItem(ctx context.Context, r contract.LoadItemRequestObject) (contract.LoadItemResponseObject, error) {
	b := r.Body
	order := stock.Order{Act: assets.Loaded, To: &assets.Custodian{Kind: assets.Technician, ID: b.TechnicianID},
		Reason: value(b.Reason), Giver: evidence(b.Giver), Taker: evidence(b.Taker)}
	return itemActed(ctx, s, r.ID, r.Params.IfMatch, order, contract.LoadItem200JSONResponse.VisitLoadItemResponse,
		func(i contract.Item, tag string) contract.LoadItem200JSONResponse {
			return contract.LoadItem200JSONResponse{Body: i, Headers: contract.LoadItem200ResponseHeaders{ETag: tag}}
		})
}

// UnloadItem takes an item out of a kit.
func (s *server) UnloadItem(ctx context.Context, r contract.UnloadItemRequestObject) (contract.UnloadItemResponseObject, error) {
	b := r.Body
	order := stock.Order{Act: assets.Unloaded, To: depot(b.DepotID), Reason: value(b.Reason), Giver: evidence(b.Giver), Taker: evidence(b.Taker)}
	return itemActed(ctx, s, r.ID, r.Params.IfMatch, order, contract.UnloadItem200JSONResponse.VisitUnloadItemResponse,
		func(i contract.Item, tag string) contract.UnloadItem200JSONResponse {
			return contract.UnloadItem200JSONResponse{Body: i, Headers: contract.UnloadItem200ResponseHeaders{ETag: tag}}
		})
}

// IssueItem hands an item over to a person.
func (s *server) IssueItem(ctx context.Context, r contract.IssueItemRequestObject) (contract.IssueItemResponseObject, error) {
	b := r.Body
	order := stock.Order{Act: assets.Issued, To: &assets.Custodian{Kind: assets.Person, ID: b.PersonID},
		VisitID: b.VisitID, Reason: value(b.Reason), Giver: evidence(b.Giver), Taker: evidence(b.Taker)}
	return itemActed(ctx, s, r.ID, r.Params.IfMatch, order, contract.IssueItem200JSONResponse.VisitIssueItemResponse,
		func(i contract.Item, tag string) contract.IssueItem200JSONResponse {
			return contract.IssueItem200JSONResponse{Body: i, Headers: contract.IssueItem200ResponseHeaders{ETag: tag}}
		})
}

// ReturnItem takes an item back from a person.
func (s *server) ReturnItem(ctx context.Context, r contract.ReturnItemRequestObject) (contract.ReturnItemResponseObject, error) {
	b := r.Body
	order := stock.Order{Act: assets.Returned, To: depot(b.DepotID), Reason: value(b.Reason), Giver: evidence(b.Giver), Taker: evidence(b.Taker)}
	return itemActed(ctx, s, r.ID, r.Params.IfMatch, order, contract.ReturnItem200JSONResponse.VisitReturnItemResponse,
		func(i contract.Item, tag string) contract.ReturnItem200JSONResponse {
			return contract.ReturnItem200JSONResponse{Body: i, Headers: contract.ReturnItem200ResponseHeaders{ETag: tag}}
		})
}
