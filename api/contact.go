package api

import (
	"context"

	"roundsman/api/contract"
	"roundsman/dispatch"
	"roundsman/dispatch/desk"
)

// StartContact records a contact.
func (s *server) StartContact(ctx context.Context, r contract.StartContactRequestObject) (contract.StartContactResponseObject, error) {
	b := r.Body
	answer := func(c desk.ContactStarted) contract.StartContact201JSONResponse {
		return contract.StartContact201JSONResponse{Contact: contact(c.Contact), CallsCancelled: each(c.CallsCancelled, callTask),
			Opening: some(c.Opening, opening)}
	}
	ctx = keep(ctx, func(c desk.ContactStarted) visit { return answer(c).VisitStartContactResponse })
	c, err := s.desk.StartContact(ctx, who(ctx), desk.NewContact{
		ID: b.ID, PersonID: b.PersonID, Channel: string(b.Channel), Direction: string(b.Direction),
		QueuedAt: b.QueuedAt, AnsweredAt: b.AnsweredAt, Reason: string(b.Reason),
	})
	if err != nil {
		return nil, err
	}
	return answer(c), nil
}

// EndContact closes a contact.
func (s *server) EndContact(ctx context.Context, r contract.EndContactRequestObject) (contract.EndContactResponseObject, error) {
	answer := func(c dispatch.Contact) contract.EndContact200JSONResponse {
		return contract.EndContact200JSONResponse(contact(c))
	}
	ctx = keep(ctx, func(c dispatch.Contact) visit { return answer(c).VisitEndContactResponse })
	c, err := s.desk.EndContact(ctx, who(ctx), r.ID, string(r.Body.Outcome))
	if err != nil {
		return nil, err
	}
	return answer(c), nil
}

func contact(c dispatch.Contact) contract.Contact {
	return contract.Contact{
		ID: c.ID, PersonID: c.PersonID, TicketID: c.TicketID, HandlerID: c.HandlerID, Channel: contract.Channel(c.Channel),
		Direction: contract.ContactDirection(c.Direction), QueuedAt: c.QueuedAt, AnsweredAt: c.AnsweredAt, EndedAt: c.EndedAt,
		Reason: c.Reason, Outcome: given(c.Outcome), Waiting: given(c.Waiting),
	}
}
