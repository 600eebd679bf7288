package api

import (
	"context"

	"roundsman/api/contract"
	"roundsman/dispatch"
)

// ListLinks gives the links from and to a ticket.
func (s *server) ListLinks(ctx context.Context, r contract.ListLinksRequestObject) (contract.ListLinksResponseObject, error) {
	v, err := s.desk.Links(ctx, who(ctx), r.ID)
	if err != nil {
		return nil, err
	}
	return contract.ListLinks200JSONResponse(contract.Links{Items: each(v, link)}), nil
}

// LinkTicket ties a ticket to another.
func (s *server) LinkTicket(ctx context.Context, r contract.LinkTicketRequestObject) (contract.LinkTicketResponseObject, error) {
	answer := func(v dispatch.Link) contract.LinkTicket201JSONResponse {
		return contract.LinkTicket201JSONResponse(link(v))
	}
	ctx = keep(ctx, func(v dispatch.Link) visit { return answer(v).VisitLinkTicketResponse })
	v, err := s.desk.Link(ctx, who(ctx), r.ID, r.Body.TicketID, dispatch.LinkKind(r.Body.Kind))
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}

func link(l dispatch.Link) contract.Link {
	return contract.Link{FromID: l.FromID, ToID: l.ToID, Kind: contract.LinkKind(l.Kind), ByID: l.ByID, At: l.At}
}
