package api

import (
	"context"

	"roundsman/api/contract"
	"roundsman/dispatch"
	"roundsman/dispatch/desk"
)

// PlaceTicket says where the person is for a ticket.
func (s *server) PlaceTicket(ctx context.Context, r contract.PlaceTicketRequestObject) (contract.PlaceTicketResponseObject, error) {
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	answer := func(t dispatch.Ticket) contract.PlaceTicket200JSONResponse {
		return contract.PlaceTicket200JSONResponse{Body: ticket(t), Headers: contract.PlaceTicket200ResponseHeaders{ETag: etag(t.Version)}}
	}
	ctx = keep(ctx, func(t dispatch.Ticket) visit { return answer(t).VisitPlaceTicketResponse })
	t, err := s.desk.PlaceTicket(ctx, who(ctx), r.ID, version, newPlace(*r.Body))
	if err != nil {
		return nil, err
	}
	return answer(t), nil
}

// RelocatePerson says where somebody is from now on.
func (s *server) RelocatePerson(ctx context.Context, r contract.RelocatePersonRequestObject) (contract.RelocatePersonResponseObject, error) {
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	answer := func(v desk.Relocated) contract.RelocatePerson200JSONResponse {
		return contract.RelocatePerson200JSONResponse{Person: person(v.Person), Moved: each(v.Moved, same), Stayed: each(v.Stayed, func(t desk.Stayed) contract.TicketStayed {
			return contract.TicketStayed{TicketID: t.TicketID, Code: t.Code, Reason: t.Reason}
		})}
	}
	ctx = keep(ctx, func(v desk.Relocated) visit { return answer(v).VisitRelocatePersonResponse })
	v, err := s.desk.Relocate(ctx, who(ctx), r.ID, version, newPlace(*r.Body))
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}

// ListPlaces lists where somebody was said to be.
func (s *server) ListPlaces(ctx context.Context, r contract.ListPlacesRequestObject) (contract.ListPlacesResponseObject, error) {
	list, next, err := s.desk.PlaceChanges(ctx, who(ctx), r.ID, page(r.Params.Limit, r.Params.After))
	if err != nil {
		return nil, err
	}
	return contract.ListPlaces200JSONResponse{
		Body: contract.PlaceChanges{Items: each(list, placeChange)}, Headers: contract.ListPlaces200ResponseHeaders{Link: nextLink(ctx, next)},
	}, nil
}

func newPlace(b contract.NewPlace) desk.NewPlace {
	return desk.NewPlace{SiteID: b.SiteID, Building: b.Building, Floor: b.Floor, Room: b.Room, Callback: value(b.CallbackNumber), ContactID: b.ContactID}
}

func place(p dispatch.Place) contract.Place {
	return contract.Place{Building: p.Building, Floor: p.Floor, Room: p.Room, CallbackNumber: given(p.Callback)}
}

func placeChange(c dispatch.PlaceChange) contract.PlaceChange {
	return contract.PlaceChange{
		ID: c.ID, PersonID: c.PersonID, TicketID: c.TicketID, ContactID: c.ContactID, FromSiteID: c.FromSiteID, From: place(c.FromPlace),
		ToSiteID: c.ToSiteID, To: place(c.ToPlace), SaidBy: c.SaidBy, SaidAt: c.SaidAt,
	}
}
