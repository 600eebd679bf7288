package api

import (
	"context"

	"roundsman/api/contract"
	"roundsman/dispatch"
)

// ListCallbacks lists callbacks, the one due first at the head.
func (s *server) ListCallbacks(ctx context.Context, r contract.ListCallbacksRequestObject) (contract.ListCallbacksResponseObject, error) {
	p := r.Params
	list, next, err := s.desk.Callbacks(ctx, who(ctx), dispatch.CallbackFilter{
		OwnerID: p.OwnerID, TicketID: p.TicketID, State: dispatch.CallbackState(value(p.State)),
	}, page(p.Limit, p.After))
	if err != nil {
		return nil, err
	}
	return contract.ListCallbacks200JSONResponse{
		Body: contract.Callbacks{Items: each(list, callback)}, Headers: contract.ListCallbacks200ResponseHeaders{Link: nextLink(ctx, next)},
	}, nil
}

// SettleCallback records how a callback went.
func (s *server) SettleCallback(ctx context.Context, r contract.SettleCallbackRequestObject) (contract.SettleCallbackResponseObject, error) {
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	answer := func(c dispatch.Callback) contract.SettleCallback200JSONResponse {
		return contract.SettleCallback200JSONResponse{Body: callback(c), Headers: contract.SettleCallback200ResponseHeaders{ETag: etag(c.Version)}}
	}
	ctx = keep(ctx, func(c dispatch.Callback) visit { return answer(c).VisitSettleCallbackResponse })
	c, err := s.desk.SettleCallback(ctx, who(ctx), r.ID, version, dispatch.CallbackOutcome(r.Body.Outcome), value(r.Body.Note))
	if err != nil {
		return nil, err
	}
	return answer(c), nil
}

func callback(c dispatch.Callback) contract.Callback {
	return contract.Callback{
		ID: c.ID, TicketID: c.TicketID, VisitID: c.VisitID, PersonID: c.PersonID, OwnerID: c.OwnerID, InsteadOf: c.InsteadOf, DueAt: c.DueAt,
		State: contract.CallbackState(c.State), Attempts: c.Attempts, Outcome: named[contract.CallbackOutcome](c.Outcome),
		Note: c.Note, SettledAt: c.SettledAt, CreatedAt: c.CreatedAt, Version: c.Version,
	}
}
