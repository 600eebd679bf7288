package api

import (
	"context"

	"roundsman/api/contract"
	"roundsman/assets"
	"roundsman/dispatch/stock"
)

// QuarantineItem keeps an item from being handed out.
func (s *server) QuarantineItem(ctx context.Context, r contract.QuarantineItemRequestObject) (contract.QuarantineItemResponseObject, error) {
	b := r.Body
	order := stock.Order{Act: assets.Isolated, Reason: b.Reason}
	return itemActed(ctx, s, r.ID, r.Params.IfMatch, order, contract.QuarantineItem200JSONResponse.VisitQuarantineItemResponse,
		func(i contract.Item, tag string) contract.QuarantineItem200JSONResponse {
			return contract.QuarantineItem200JSONResponse{Body: i, Headers: contract.QuarantineItem200ResponseHeaders{ETag: tag}}
		})
}

// WipeItem records that the data on an item are gone.
func (s *server) WipeItem(ctx context.Context, r contract.WipeItemRequestObject) (contract.WipeItemResponseObject, error) {
	b := r.Body
	order := stock.Order{Act: assets.Wiped, Reason: b.Reason}
	return itemActed(ctx, s, r.ID, r.Params.IfMatch, order, contract.WipeItem200JSONResponse.VisitWipeItemResponse,
		func(i contract.Item, tag string) contract.WipeItem200JSONResponse {
			return contract.WipeItem200JSONResponse{Body: i, Headers: contract.WipeItem200ResponseHeaders{ETag: tag}}
		})
}

// ClearItem makes an item fit to be handed out again.
func (s *server) ClearItem(ctx context.Context, r contract.ClearItemRequestObject) (contract.ClearItemResponseObject, error) {
	b := r.Body
	order := stock.Order{Act: assets.Cleared, Reason: b.Reason}
	return itemActed(ctx, s, r.ID, r.Params.IfMatch, order, contract.ClearItem200JSONResponse.VisitClearItemResponse,
		func(i contract.Item, tag string) contract.ClearItem200JSONResponse {
			return contract.ClearItem200JSONResponse{Body: i, Headers: contract.ClearItem200ResponseHeaders{ETag: tag}}
		})
}

// SendItemForRepair sends an item to a vendor.
func (s *server) SendItemForRepair(ctx context.Context, r contract.SendItemForRepairRequestObject) (contract.SendItemForRepairResponseObject, error) {
	b := r.Body
	order := stock.Order{Act: assets.SentOff, Reason: b.Reason,
		Repair: &assets.Repair{Vendor: b.Vendor, RMA: b.Rma, DueOn: b.DueOn}}
	return itemActed(ctx, s, r.ID, r.Params.IfMatch, order, contract.SendItemForRepair200JSONResponse.VisitSendItemForRepairResponse,
		func(i contract.Item, tag string) contract.SendItemForRepair200JSONResponse {
			return contract.SendItemForRepair200JSONResponse{Body: i, Headers: contract.SendItemForRepair200ResponseHeaders{ETag: tag}}
		})
}

// TakeItemFromRepair takes an item back from the vendor.
func (s *server) TakeItemFromRepair(ctx context.Context, r contract.TakeItemFromRepairRequestObject) (contract.TakeItemFromRepairResponseObject, error) {
	b := r.Body
	order := stock.Order{Act: assets.CameBack, Outcome: string(b.Outcome), Serial: b.Serial, Reason: value(b.Reason)}
	return itemActed(ctx, s, r.ID, r.Params.IfMatch, order, contract.TakeItemFromRepair200JSONResponse.VisitTakeItemFromRepairResponse,
		func(i contract.Item, tag string) contract.TakeItemFromRepair200JSONResponse {
			return contract.TakeItemFromRepair200JSONResponse{Body: i, Headers: contract.TakeItemFromRepair200ResponseHeaders{ETag: tag}}
		})
}

// RetireItem writes an item off.
func (s *server) RetireItem(ctx context.Context, r contract.RetireItemRequestObject) (contract.RetireItemResponseObject, error) {
	b := r.Body
	order := stock.Order{Act: assets.WrittenOff, Reason: b.Reason}
	return itemActed(ctx, s, r.ID, r.Params.IfMatch, order, contract.RetireItem200JSONResponse.VisitRetireItemResponse,
		func(i contract.Item, tag string) contract.RetireItem200JSONResponse {
			return contract.RetireItem200JSONResponse{Body: i, Headers: contract.RetireItem200ResponseHeaders{ETag: tag}}
		})
}

// LoseItem records that nobody knows where an item is.
func (s *server) LoseItem(ctx context.Context, r contract.LoseItemRequestObject) (contract.LoseItemResponseObject, error) {
	b := r.Body
	order := stock.Order{Act: assets.Missed, Reason: b.Reason}
	return itemActed(ctx, s, r.ID, r.Params.IfMatch, order, contract.LoseItem200JSONResponse.VisitLoseItemResponse,
		func(i contract.Item, tag string) contract.LoseItem200JSONResponse {
			return contract.LoseItem200JSONResponse{Body: i, Headers: contract.LoseItem200ResponseHeaders{ETag: tag}}
		})
}

// FindItem records that a lost item is there again.
func (s *server) FindItem(ctx context.Context, r contract.FindItemRequestObject) (contract.FindItemResponseObject, error) {
	b := r.Body
	order := stock.Order{Act: assets.Found, To: depot(b.DepotID), Reason: value(b.Reason), Giver: evidence(b.Giver), Taker: evidence(b.Taker)}
	return itemActed(ctx, s, r.ID, r.Params.IfMatch, order, contract.FindItem200JSONResponse.VisitFindItemResponse,
		func(i contract.Item, tag string) contract.FindItem200JSONResponse {
			return contract.FindItem200JSONResponse{Body: i, Headers: contract.FindItem200ResponseHeaders{ETag: tag}}
		})
}

// CorrectItem corrects the record of an item.
func (s *server) CorrectItem(ctx context.Context, r contract.CorrectItemRequestObject) (contract.CorrectItemResponseObject, error) {
	b := r.Body
	order := stock.Order{Act: assets.Corrected, Reason: b.Reason, Tag: b.Tag, Serial: b.Serial, OSVersion: b.OsVersion,
		To: some(b.Holder, custodian)}
	return itemActed(ctx, s, r.ID, r.Params.IfMatch, order, contract.CorrectItem200JSONResponse.VisitCorrectItemResponse,
		func(i contract.Item, tag string) contract.CorrectItem200JSONResponse {
			return contract.CorrectItem200JSONResponse{Body: i, Headers: contract.CorrectItem200ResponseHeaders{ETag: tag}}
		})
}
