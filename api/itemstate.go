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
	answer := func(h assets.Held) contract.QuarantineItem200JSONResponse {
		return contract.QuarantineItem200JSONResponse{Body: item(h), Headers: contract.QuarantineItem200ResponseHeaders{ETag: etag(h.Item.Version)}}
	}
	ctx = keep(ctx, func(h assets.Held) visit { return answer(h).VisitQuarantineItemResponse })
	h, err := s.order(ctx, r.ID, r.Params.IfMatch, stock.Order{Act: assets.Isolated, Reason: b.Reason})
	if err != nil {
		return nil, err
	}
	return answer(h), nil
}

// WipeItem records that the data on an item are gone.
func (s *server) WipeItem(ctx context.Context, r contract.WipeItemRequestObject) (contract.WipeItemResponseObject, error) {
	b := r.Body
	answer := func(h assets.Held) contract.WipeItem200JSONResponse {
		return contract.WipeItem200JSONResponse{Body: item(h), Headers: contract.WipeItem200ResponseHeaders{ETag: etag(h.Item.Version)}}
	}
	ctx = keep(ctx, func(h assets.Held) visit { return answer(h).VisitWipeItemResponse })
	h, err := s.order(ctx, r.ID, r.Params.IfMatch, stock.Order{Act: assets.Wiped, Reason: b.Reason})
	if err != nil {
		return nil, err
	}
	return answer(h), nil
}

// ClearItem makes an item fit to be handed out again.
func (s *server) ClearItem(ctx context.Context, r contract.ClearItemRequestObject) (contract.ClearItemResponseObject, error) {
	b := r.Body
	answer := func(h assets.Held) contract.ClearItem200JSONResponse {
		return contract.ClearItem200JSONResponse{Body: item(h), Headers: contract.ClearItem200ResponseHeaders{ETag: etag(h.Item.Version)}}
	}
	ctx = keep(ctx, func(h assets.Held) visit { return answer(h).VisitClearItemResponse })
	h, err := s.order(ctx, r.ID, r.Params.IfMatch, stock.Order{Act: assets.Cleared, Reason: b.Reason})
	if err != nil {
		return nil, err
	}
	return answer(h), nil
}

// SendItemForRepair sends an item to a vendor.
func (s *server) SendItemForRepair(ctx context.Context, r contract.SendItemForRepairRequestObject) (contract.SendItemForRepairResponseObject, error) {
	b := r.Body
	answer := func(h assets.Held) contract.SendItemForRepair200JSONResponse {
		return contract.SendItemForRepair200JSONResponse{Body: item(h), Headers: contract.SendItemForRepair200ResponseHeaders{ETag: etag(h.Item.Version)}}
	}
	ctx = keep(ctx, func(h assets.Held) visit { return answer(h).VisitSendItemForRepairResponse })
	h, err := s.order(ctx, r.ID, r.Params.IfMatch, stock.Order{Act: assets.SentOff, Reason: b.Reason,
		Repair: &assets.Repair{Vendor: b.Vendor, RMA: b.Rma, DueOn: b.DueOn}})
	if err != nil {
		return nil, err
	}
	return answer(h), nil
}

// TakeItemFromRepair takes an item back from the vendor.
func (s *server) TakeItemFromRepair(ctx context.Context, r contract.TakeItemFromRepairRequestObject) (contract.TakeItemFromRepairResponseObject, error) {
	b := r.Body
	answer := func(h assets.Held) contract.TakeItemFromRepair200JSONResponse {
		return contract.TakeItemFromRepair200JSONResponse{Body: item(h), Headers: contract.TakeItemFromRepair200ResponseHeaders{ETag: etag(h.Item.Version)}}
	}
	ctx = keep(ctx, func(h assets.Held) visit { return answer(h).VisitTakeItemFromRepairResponse })
	h, err := s.order(ctx, r.ID, r.Params.IfMatch, stock.Order{Act: assets.CameBack, Outcome: string(b.Outcome), Serial: b.Serial, Reason: value(b.Reason)})
	if err != nil {
		return nil, err
	}
	return answer(h), nil
}

// RetireItem writes an item off.
func (s *server) RetireItem(ctx context.Context, r contract.RetireItemRequestObject) (contract.RetireItemResponseObject, error) {
	b := r.Body
	answer := func(h assets.Held) contract.RetireItem200JSONResponse {
		return contract.RetireItem200JSONResponse{Body: item(h), Headers: contract.RetireItem200ResponseHeaders{ETag: etag(h.Item.Version)}}
	}
	ctx = keep(ctx, func(h assets.Held) visit { return answer(h).VisitRetireItemResponse })
	h, err := s.order(ctx, r.ID, r.Params.IfMatch, stock.Order{Act: assets.WrittenOff, Reason: b.Reason})
	if err != nil {
		return nil, err
	}
	return answer(h), nil
}

// LoseItem records that nobody knows where an item is.
func (s *server) LoseItem(ctx context.Context, r contract.LoseItemRequestObject) (contract.LoseItemResponseObject, error) {
	b := r.Body
	answer := func(h assets.Held) contract.LoseItem200JSONResponse {
		return contract.LoseItem200JSONResponse{Body: item(h), Headers: contract.LoseItem200ResponseHeaders{ETag: etag(h.Item.Version)}}
	}
	ctx = keep(ctx, func(h assets.Held) visit { return answer(h).VisitLoseItemResponse })
	h, err := s.order(ctx, r.ID, r.Params.IfMatch, stock.Order{Act: assets.Missed, Reason: b.Reason})
	if err != nil {
		return nil, err
	}
	return answer(h), nil
}

// FindItem records that a lost item is there again.
func (s *server) FindItem(ctx context.Context, r contract.FindItemRequestObject) (contract.FindItemResponseObject, error) {
	b := r.Body
	answer := func(h assets.Held) contract.FindItem200JSONResponse {
		return contract.FindItem200JSONResponse{Body: item(h), Headers: contract.FindItem200ResponseHeaders{ETag: etag(h.Item.Version)}}
	}
	ctx = keep(ctx, func(h assets.Held) visit { return answer(h).VisitFindItemResponse })
	h, err := s.order(ctx, r.ID, r.Params.IfMatch, stock.Order{Act: assets.Found, To: depot(b.DepotID), Reason: value(b.Reason), Giver: evidence(b.Giver), Taker: evidence(b.Taker)})
	if err != nil {
		return nil, err
	}
	return answer(h), nil
}

// CorrectItem corrects the record of an item.
func (s *server) CorrectItem(ctx context.Context, r contract.CorrectItemRequestObject) (contract.CorrectItemResponseObject, error) {
	b := r.Body
	answer := func(h assets.Held) contract.CorrectItem200JSONResponse {
		return contract.CorrectItem200JSONResponse{Body: item(h), Headers: contract.CorrectItem200ResponseHeaders{ETag: etag(h.Item.Version)}}
	}
	ctx = keep(ctx, func(h assets.Held) visit { return answer(h).VisitCorrectItemResponse })
	h, err := s.order(ctx, r.ID, r.Params.IfMatch, stock.Order{Act: assets.Corrected, Reason: b.Reason, Tag: b.Tag, Serial: b.Serial, OSVersion: b.OsVersion,
		To: some(b.Holder, custodian)})
	if err != nil {
		return nil, err
	}
	return answer(h), nil
}
