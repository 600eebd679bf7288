package api

import (
	"context"

	"roundsman/api/contract"
	"roundsman/dispatch"
	"roundsman/dispatch/desk"
)

// ReopenTicket opens a resolved ticket again.
func (s *server) ReopenTicket(ctx context.Context, r contract.ReopenTicketRequestObject) (contract.ReopenTicketResponseObject, error) {
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	answer := func(v desk.Reopened) contract.ReopenTicket200JSONResponse {
		return contract.ReopenTicket200JSONResponse{Body: contract.Reopened{Ticket: ticket(v.Ticket), New: v.New}, Headers: contract.ReopenTicket200ResponseHeaders{ETag: etag(v.Ticket.Version)}}
	}
	ctx = keep(ctx, func(v desk.Reopened) visit { return answer(v).VisitReopenTicketResponse })
	v, err := s.desk.Reopen(ctx, who(ctx), r.ID, version, desk.Reopening{Reason: r.Body.Reason, CanWork: value(r.Body.CanWork), ContactID: r.Body.ContactID})
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}

// MergeTicket lets a ticket go on as another.
func (s *server) MergeTicket(ctx context.Context, r contract.MergeTicketRequestObject) (contract.MergeTicketResponseObject, error) {
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	answer := func(v dispatch.Ticket) contract.MergeTicket200JSONResponse {
		return contract.MergeTicket200JSONResponse{Body: ticket(v), Headers: contract.MergeTicket200ResponseHeaders{ETag: etag(v.Version)}}
	}
	ctx = keep(ctx, func(v dispatch.Ticket) visit { return answer(v).VisitMergeTicketResponse })
	v, err := s.desk.Merge(ctx, who(ctx), r.ID, version, r.Body.Into)
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}

// CorrectPerson gives a ticket to the person it is for.
func (s *server) CorrectPerson(ctx context.Context, r contract.CorrectPersonRequestObject) (contract.CorrectPersonResponseObject, error) {
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	answer := func(v dispatch.Ticket) contract.CorrectPerson200JSONResponse {
		return contract.CorrectPerson200JSONResponse{Body: ticket(v), Headers: contract.CorrectPerson200ResponseHeaders{ETag: etag(v.Version)}}
	}
	ctx = keep(ctx, func(v dispatch.Ticket) visit { return answer(v).VisitCorrectPersonResponse })
	v, err := s.desk.CorrectPerson(ctx, who(ctx), r.ID, version, r.Body.PersonID, r.Body.Reason)
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}

// ClassifyTicket puts a ticket under another template.
func (s *server) ClassifyTicket(ctx context.Context, r contract.ClassifyTicketRequestObject) (contract.ClassifyTicketResponseObject, error) {
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	answer := func(v dispatch.Ticket) contract.ClassifyTicket200JSONResponse {
		return contract.ClassifyTicket200JSONResponse{Body: ticket(v), Headers: contract.ClassifyTicket200ResponseHeaders{ETag: etag(v.Version)}}
	}
	ctx = keep(ctx, func(v dispatch.Ticket) visit { return answer(v).VisitClassifyTicketResponse })
	v, err := s.desk.Classify(ctx, who(ctx), r.ID, version, desk.Classification{Template: r.Body.Template, KeyField: value(r.Body.KeyField), Reason: value(r.Body.Reason)})
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}

// PrioritiseTicket rates impact and urgency.
func (s *server) PrioritiseTicket(ctx context.Context, r contract.PrioritiseTicketRequestObject) (contract.PrioritiseTicketResponseObject, error) {
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	answer := func(v dispatch.Ticket) contract.PrioritiseTicket200JSONResponse {
		return contract.PrioritiseTicket200JSONResponse{Body: ticket(v), Headers: contract.PrioritiseTicket200ResponseHeaders{ETag: etag(v.Version)}}
	}
	ctx = keep(ctx, func(v dispatch.Ticket) visit { return answer(v).VisitPrioritiseTicketResponse })
	v, err := s.desk.Prioritise(ctx, who(ctx), r.ID, version, desk.Rating{Impact: r.Body.Impact, Urgency: r.Body.Urgency, Priority: r.Body.Priority, Reason: value(r.Body.Reason)})
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}
