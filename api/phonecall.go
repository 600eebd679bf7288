package api

import (
	"context"

	"roundsman/api/contract"
	"roundsman/dispatch"
	"roundsman/dispatch/desk"
)

// SeeCall takes in what telephony saw of a call.
func (s *server) SeeCall(ctx context.Context, r contract.SeeCallRequestObject) (contract.SeeCallResponseObject, error) {
	b := r.Body
	answer := func(c desk.CallSeen) contract.SeeCallResponseObject {
		if c.News == dispatch.NewCall {
			return contract.SeeCall201JSONResponse(call(c.Call))
		}
		return contract.SeeCall200JSONResponse(call(c.Call))
	}
	ctx = keep(ctx, func(c desk.CallSeen) visit { return answer(c).VisitSeeCallResponse })
	c, err := s.desk.SeeCall(ctx, who(ctx), desk.SeenCall{ExternalID: b.ExternalID, Direction: string(b.Direction), Number: value(b.Number),
		HandlerID: b.HandlerID, QueuedAt: b.QueuedAt, AnsweredAt: b.AnsweredAt, EndedAt: b.EndedAt})
	if err != nil {
		return nil, err
	}
	return answer(c), nil
}

// ListUnregisteredCalls lists calls that stand in no books.
func (s *server) ListUnregisteredCalls(ctx context.Context, r contract.ListUnregisteredCallsRequestObject) (contract.ListUnregisteredCallsResponseObject, error) {
	p := r.Params
	list, next, err := s.desk.UnregisteredCalls(ctx, who(ctx), p.HandlerID, page(p.Limit, p.After))
	if err != nil {
		return nil, err
	}
	return contract.ListUnregisteredCalls200JSONResponse{
		Body: contract.Calls{Items: each(list, call)}, Headers: contract.ListUnregisteredCalls200ResponseHeaders{Link: nextLink(ctx, next)},
	}, nil
}

// RegisterCall makes the contact that a call should have had.
func (s *server) RegisterCall(ctx context.Context, r contract.RegisterCallRequestObject) (contract.RegisterCallResponseObject, error) {
	b := r.Body
	answer := func(c desk.CallRegistered) contract.RegisterCall201JSONResponse {
		return contract.RegisterCall201JSONResponse{Call: call(c.Call), Contact: contact(c.Contact)}
	}
	ctx = keep(ctx, func(c desk.CallRegistered) visit { return answer(c).VisitRegisterCallResponse })
	c, err := s.desk.RegisterCall(ctx, who(ctx), r.ID, desk.Registration{PersonID: b.PersonID, TicketID: b.TicketID, Reason: string(b.Reason), Outcome: string(value(b.Outcome))})
	if err != nil {
		return nil, err
	}
	return answer(c), nil
}

// DismissCall says that a call has nothing to register.
func (s *server) DismissCall(ctx context.Context, r contract.DismissCallRequestObject) (contract.DismissCallResponseObject, error) {
	answer := func(c dispatch.Call) contract.DismissCall200JSONResponse {
		return contract.DismissCall200JSONResponse(call(c))
	}
	ctx = keep(ctx, func(c dispatch.Call) visit { return answer(c).VisitDismissCallResponse })
	c, err := s.desk.DismissCall(ctx, who(ctx), r.ID, string(r.Body.Reason))
	if err != nil {
		return nil, err
	}
	return answer(c), nil
}

func call(c dispatch.Call) contract.Call {
	return contract.Call{
		ID: c.ID, SourceID: c.SourceID, ExternalID: c.ExternalID, Direction: contract.CallDirection(c.Direction), Number: given(c.Number),
		HandlerID: c.HandlerID, QueuedAt: c.QueuedAt, AnsweredAt: c.AnsweredAt, EndedAt: c.EndedAt, State: contract.CallState(c.State),
		ContactID: c.ContactID, RegisteredAt: c.RegisteredAt, Dismissal: given(c.Dismissal),
	}
}
