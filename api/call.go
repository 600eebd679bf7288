package api

import (
	"context"

	"roundsman/api/contract"
	"roundsman/dispatch"
	"roundsman/dispatch/incidents"
)

// ListCalls gives the call list of an incident, in order.
func (s *server) ListCalls(ctx context.Context, r contract.ListCallsRequestObject) (contract.ListCallsResponseObject, error) {
	list, next, err := s.incidents.Calls(ctx, who(ctx), r.ID, long(r.Params.Limit, r.Params.After))
	if err != nil {
		return nil, err
	}
	return contract.ListCalls200JSONResponse{Body: contract.CallTasks{Items: each(list, func(v incidents.CallView) contract.CallTask {
		t := callTask(v.Task)
		t.PersonName = given(v.Person.Name)
		return t
	})}, Headers: contract.ListCalls200ResponseHeaders{Link: nextLink(ctx, next)}}, nil
}

// ReleaseCall puts a call back to the queue.
func (s *server) ReleaseCall(ctx context.Context, r contract.ReleaseCallRequestObject) (contract.ReleaseCallResponseObject, error) {
	answer := func(t dispatch.CallTask) contract.ReleaseCall200JSONResponse {
		return contract.ReleaseCall200JSONResponse(callTask(t))
	}
	ctx = keep(ctx, func(t dispatch.CallTask) visit { return answer(t).VisitReleaseCallResponse })
	t, err := s.incidents.ReleaseCall(ctx, who(ctx), r.ID)
	if err != nil {
		return nil, err
	}
	return answer(t), nil
}

// TakeCall gives a queued call to whoever asks first.
func (s *server) TakeCall(ctx context.Context, r contract.TakeCallRequestObject) (contract.TakeCallResponseObject, error) {
	answer := func(t dispatch.CallTask) contract.TakeCall200JSONResponse {
		return contract.TakeCall200JSONResponse(callTask(t))
	}
	ctx = keep(ctx, func(t dispatch.CallTask) visit { return answer(t).VisitTakeCallResponse })
	t, err := s.incidents.TakeCall(ctx, who(ctx), r.ID)
	if err != nil {
		return nil, err
	}
	return answer(t), nil
}

// SettleCall records how a call went.
func (s *server) SettleCall(ctx context.Context, r contract.SettleCallRequestObject) (contract.SettleCallResponseObject, error) {
	answer := func(t dispatch.CallTask) contract.SettleCall200JSONResponse {
		return contract.SettleCall200JSONResponse(callTask(t))
	}
	ctx = keep(ctx, func(t dispatch.CallTask) visit { return answer(t).VisitSettleCallResponse })
	t, err := s.incidents.SettleCall(ctx, who(ctx), r.ID, r.Body.Reached, value(r.Body.Note))
	if err != nil {
		return nil, err
	}
	return answer(t), nil
}

func callTask(t dispatch.CallTask) contract.CallTask {
	return contract.CallTask{
		ID: t.ID, IncidentID: t.IncidentID, PersonID: t.PersonID, Channel: contract.CallTaskChannel(t.Channel), Address: t.Address,
		State: contract.CallTaskState(t.State), Rank: t.Rank, TakenBy: t.TakenBy, TakenAt: t.TakenAt, ContactID: t.ContactID, Note: given(t.Note),
		CreatedAt: t.CreatedAt, SettledAt: t.SettledAt,
	}
}
