package api

import (
	"context"

	"roundsman/api/contract"
	"roundsman/dispatch"
	"roundsman/dispatch/desk"
)

// TakeRequest lets a request in.
func (s *server) TakeRequest(ctx context.Context, r contract.TakeRequestRequestObject) (contract.TakeRequestResponseObject, error) {
	b := r.Body
	answer := func(t desk.RequestTaken) contract.TakeRequestResponseObject {
		v := contract.RequestTaken{Contact: contact(t.Contact), Ticket: ticket(t.Ticket), Person: person(t.Person), Joined: t.Request.Joined,
			Opening: some(t.Opening, opening)}
		if t.Before {
			return contract.TakeRequest200JSONResponse(v)
		}
		return contract.TakeRequest201JSONResponse(v)
	}
	ctx = keep(ctx, func(t desk.RequestTaken) visit { return answer(t).VisitTakeRequestResponse })
	t, err := s.desk.TakeRequest(ctx, who(ctx), desk.NewRequest{
		ExternalID: b.ExternalID, ThreadID: value(b.ThreadID), Channel: string(b.Channel),
		From:     dispatch.CallerQuery{Mail: value(b.From.Mail), Phone: value(b.From.Phone), EmployeeNumber: value(b.From.EmployeeNumber)},
		FromName: value(b.From.Name), SiteID: b.SiteID, Template: value(b.Template), Summary: b.Summary, Body: value(b.Body), ReceivedAt: b.ReceivedAt,
	})
	if err != nil {
		return nil, err
	}
	return answer(t), nil
}

// ListRequests lists what came in about a ticket.
func (s *server) ListRequests(ctx context.Context, r contract.ListRequestsRequestObject) (contract.ListRequestsResponseObject, error) {
	list, err := s.desk.RequestsOf(ctx, who(ctx), r.ID)
	if err != nil {
		return nil, err
	}
	return contract.ListRequests200JSONResponse{Items: each(list, func(q dispatch.Request) contract.Request {
		return contract.Request{SourceID: q.SourceID, ExternalID: q.ExternalID, ContactID: q.ContactID, TicketID: q.TicketID, Joined: q.Joined,
			Summary: q.Summary, Body: q.Body, ReceivedAt: q.ReceivedAt}
	})}, nil
}

// AnswerContact takes up a contact that waits.
func (s *server) AnswerContact(ctx context.Context, r contract.AnswerContactRequestObject) (contract.AnswerContactResponseObject, error) {
	answer := func(c dispatch.Contact) contract.AnswerContact200JSONResponse {
		return contract.AnswerContact200JSONResponse(contact(c))
	}
	ctx = keep(ctx, func(c dispatch.Contact) visit { return answer(c).VisitAnswerContactResponse })
	c, err := s.desk.AnswerContact(ctx, who(ctx), r.ID)
	if err != nil {
		return nil, err
	}
	return answer(c), nil
}
