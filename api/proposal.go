package api

import (
	"context"

	"roundsman/api/contract"
	"roundsman/dispatch"
	"roundsman/dispatch/desk"
)

// ProposeWindows offers other windows to people whose promises are endangered.
func (s *server) ProposeWindows(ctx context.Context, r contract.ProposeWindowsRequestObject) (contract.ProposeWindowsResponseObject, error) {
	answer := func(p dispatch.Proposals) contract.ProposeWindows200JSONResponse {
		return contract.ProposeWindows200JSONResponse{RegionID: p.RegionID, Date: string(p.Date), At: p.At, ExpiresAt: p.ExpiresAt,
			Items: each(p.List, proposal), Left: p.Left}
	}
	ctx = keep(ctx, func(p dispatch.Proposals) visit { return answer(p).VisitProposeWindowsResponse })
	b := value(r.Body)
	p, err := s.desk.Propose(ctx, who(ctx), desk.NewProposals{RegionID: r.ID, Date: dispatch.Date(r.Date), Days: value(b.Days), Limit: value(b.Limit)})
	if err != nil {
		return nil, err
	}
	return answer(p), nil
}

func proposal(p dispatch.Proposal) contract.Proposal {
	return contract.Proposal{PromiseID: p.PromiseID, TicketID: p.TicketID, Unplaced: p.Unplaced, Offers: each(p.Offers, offer), Refused: each(p.Refused, refusal)}
}
