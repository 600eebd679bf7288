package api

import (
	"context"

	"roundsman/api/contract"
	"roundsman/dispatch"
)

// ListExceptions gives deviations from the service level, newest first.
func (s *server) ListExceptions(ctx context.Context, r contract.ListExceptionsRequestObject) (contract.ListExceptionsResponseObject, error) {
	p := r.Params
	list, next, err := s.desk.Exceptions(ctx, who(ctx), dispatch.ExceptionState(value(p.State)), page(p.Limit, p.After))
	if err != nil {
		return nil, err
	}
	return contract.ListExceptions200JSONResponse{Body: contract.ServiceExceptions{Items: each(list, exception)},
		Headers: contract.ListExceptions200ResponseHeaders{Link: nextLink(ctx, next)}}, nil
}

// GetException gives one.
func (s *server) GetException(ctx context.Context, r contract.GetExceptionRequestObject) (contract.GetExceptionResponseObject, error) {
	v, err := s.desk.Exception(ctx, who(ctx), r.ID)
	if err != nil {
		return nil, err
	}
	return contract.GetException200JSONResponse{Body: exception(v), Headers: contract.GetException200ResponseHeaders{ETag: etag(v.Version)}}, nil
}

// AskException asks for a deviation.
func (s *server) AskException(ctx context.Context, r contract.AskExceptionRequestObject) (contract.AskExceptionResponseObject, error) {
	b := r.Body
	t, err := timesGiven(b.Respond, b.Restore, b.Resolve)
	if err != nil {
		return nil, err
	}
	answer := func(v dispatch.Exception) contract.AskException201JSONResponse {
		return contract.AskException201JSONResponse{Body: exception(v), Headers: contract.AskException201ResponseHeaders{ETag: etag(v.Version), Location: "/v1/service-exceptions/" + v.ID.String()}}
	}
	ctx = keep(ctx, func(v dispatch.Exception) visit { return answer(v).VisitAskExceptionResponse })
	v, err := s.desk.AskException(ctx, who(ctx), dispatch.Exception{ID: value(b.ID), TicketID: b.TicketID, PersonID: b.PersonID, SiteID: b.SiteID,
		TemplateID: b.TemplateID, RespondMinutes: t.respond, RestoreMinutes: t.restore, ResolveMinutes: t.resolve, Priority: b.Priority,
		Reason: b.Reason, ExpiresAt: b.ExpiresAt.UTC()})
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}

// ApproveException lets a deviation count.
func (s *server) ApproveException(ctx context.Context, r contract.ApproveExceptionRequestObject) (contract.ApproveExceptionResponseObject, error) {
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	answer := func(v dispatch.Exception) contract.ApproveException200JSONResponse {
		return contract.ApproveException200JSONResponse{Body: exception(v), Headers: contract.ApproveException200ResponseHeaders{ETag: etag(v.Version)}}
	}
	ctx = keep(ctx, func(v dispatch.Exception) visit { return answer(v).VisitApproveExceptionResponse })
	v, err := s.desk.ApproveException(ctx, who(ctx), r.ID, version)
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}

// RefuseException says no, and why.
func (s *server) RefuseException(ctx context.Context, r contract.RefuseExceptionRequestObject) (contract.RefuseExceptionResponseObject, error) {
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	answer := func(v dispatch.Exception) contract.RefuseException200JSONResponse {
		return contract.RefuseException200JSONResponse{Body: exception(v), Headers: contract.RefuseException200ResponseHeaders{ETag: etag(v.Version)}}
	}
	ctx = keep(ctx, func(v dispatch.Exception) visit { return answer(v).VisitRefuseExceptionResponse })
	v, err := s.desk.RefuseException(ctx, who(ctx), r.ID, version, r.Body.Reason)
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}

// WithdrawException takes a request back.
func (s *server) WithdrawException(ctx context.Context, r contract.WithdrawExceptionRequestObject) (contract.WithdrawExceptionResponseObject, error) {
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	answer := func(v dispatch.Exception) contract.WithdrawException200JSONResponse {
		return contract.WithdrawException200JSONResponse{Body: exception(v), Headers: contract.WithdrawException200ResponseHeaders{ETag: etag(v.Version)}}
	}
	ctx = keep(ctx, func(v dispatch.Exception) visit { return answer(v).VisitWithdrawExceptionResponse })
	v, err := s.desk.WithdrawException(ctx, who(ctx), r.ID, version)
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}

func exception(x dispatch.Exception) contract.ServiceException {
	return contract.ServiceException{ID: x.ID, State: contract.ExceptionState(x.State), TicketID: x.TicketID, PersonID: x.PersonID, SiteID: x.SiteID,
		TemplateID: x.TemplateID, Respond: some(x.RespondMinutes, minutes), Restore: some(x.RestoreMinutes, minutes), Resolve: some(x.ResolveMinutes, minutes),
		Priority: x.Priority, Reason: x.Reason, AskedBy: x.AskedBy, AskedAt: x.AskedAt, DecidedBy: x.DecidedBy, DecidedAt: x.DecidedAt,
		Refusal: given(x.Refusal), ExpiresAt: x.ExpiresAt, Version: x.Version}
}
