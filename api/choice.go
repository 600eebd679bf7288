package api

import (
	"context"

	"roundsman/api/contract"
	"roundsman/dispatch"
	"roundsman/dispatch/desk"
)

// ReschedulePromise commits another window for a promised visit.
func (s *server) ReschedulePromise(ctx context.Context, r contract.ReschedulePromiseRequestObject) (contract.ReschedulePromiseResponseObject, error) {
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	answer := func(v desk.PromiseView) contract.ReschedulePromise200JSONResponse {
		return contract.ReschedulePromise200JSONResponse{Body: promise(v), Headers: contract.ReschedulePromise200ResponseHeaders{ETag: etag(v.Promise.Version)}}
	}
	ctx = keep(ctx, func(v desk.PromiseView) visit { return answer(v).VisitReschedulePromiseResponse })
	b := r.Body
	v, err := s.desk.Reschedule(ctx, desk.Acting{Who: who(ctx)}, r.ID, version, desk.Reschedule{
		OutcomeID: b.OutcomeID, Choice: dispatch.Choice(value(b.Choice)), Wish: dispatch.PromiseWish(value(b.Wish)), Note: value(b.Reason),
		ContactID: b.ContactID, Wording: value(b.Wording), Force: value(b.Force),
	})
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}

// PromiseDue promises a status update or a delivery by an instant.
func (s *server) PromiseDue(ctx context.Context, r contract.PromiseDueRequestObject) (contract.PromiseDueResponseObject, error) {
	answer := func(v desk.PromiseView) contract.PromiseDue201JSONResponse {
		return contract.PromiseDue201JSONResponse{Body: promise(v), Headers: contract.PromiseDue201ResponseHeaders{
			ETag: etag(v.Promise.Version), Location: "/v1/promises/" + v.Promise.ID.String()}}
	}
	ctx = keep(ctx, func(v desk.PromiseView) visit { return answer(v).VisitPromiseDueResponse })
	b := r.Body
	v, err := s.desk.PromiseDue(ctx, who(ctx), r.ID, desk.NewDue{Kind: dispatch.PromiseKind(b.Kind), Due: b.DueAt, ItemID: b.ItemID,
		ContactID: b.ContactID, Wording: b.Wording})
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}

// FulfilPromise records that what was promised by an instant is done.
func (s *server) FulfilPromise(ctx context.Context, r contract.FulfilPromiseRequestObject) (contract.FulfilPromiseResponseObject, error) {
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	answer := func(v desk.PromiseView) contract.FulfilPromise200JSONResponse {
		return contract.FulfilPromise200JSONResponse{Body: promise(v), Headers: contract.FulfilPromise200ResponseHeaders{ETag: etag(v.Promise.Version)}}
	}
	ctx = keep(ctx, func(v desk.PromiseView) visit { return answer(v).VisitFulfilPromiseResponse })
	v, err := s.desk.FulfilPromise(ctx, who(ctx), r.ID, version, r.Body.At, value(r.Body.Note))
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}
