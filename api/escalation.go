package api

import (
	"context"

	"roundsman/api/contract"
	"roundsman/dispatch"
	"roundsman/dispatch/desk"
	"roundsman/internal/ids"
)

// ListEscalations gives escalations, newest first.
func (s *server) ListEscalations(ctx context.Context, r contract.ListEscalationsRequestObject) (contract.ListEscalationsResponseObject, error) {
	p := r.Params
	list, next, err := s.desk.Escalations(ctx, who(ctx), p.LeaderID, page(p.Limit, p.After))
	if err != nil {
		return nil, err
	}
	return contract.ListEscalations200JSONResponse{Body: contract.Escalations{Items: each(list, escalation)},
		Headers: contract.ListEscalations200ResponseHeaders{Link: nextLink(ctx, next)}}, nil
}

// EscalateTicket calls somebody in charge.
func (s *server) EscalateTicket(ctx context.Context, r contract.EscalateTicketRequestObject) (contract.EscalateTicketResponseObject, error) {
	answer := func(v dispatch.Escalation) contract.EscalateTicket201JSONResponse {
		return contract.EscalateTicket201JSONResponse{Body: escalation(v), Headers: contract.EscalateTicket201ResponseHeaders{ETag: etag(v.Version)}}
	}
	ctx = keep(ctx, func(v dispatch.Escalation) visit { return answer(v).VisitEscalateTicketResponse })
	v, err := s.desk.Escalate(ctx, who(ctx), r.ID, desk.NewEscalation{ID: r.Body.ID, ContactID: r.Body.ContactID, Reason: string(r.Body.Reason), Context: r.Body.Context})
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}

// TakeEscalation records that the leader has it.
func (s *server) TakeEscalation(ctx context.Context, r contract.TakeEscalationRequestObject) (contract.TakeEscalationResponseObject, error) {
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	answer := func(v dispatch.Escalation) contract.TakeEscalation200JSONResponse {
		return contract.TakeEscalation200JSONResponse{Body: escalation(v), Headers: contract.TakeEscalation200ResponseHeaders{ETag: etag(v.Version)}}
	}
	ctx = keep(ctx, func(v dispatch.Escalation) visit { return answer(v).VisitTakeEscalationResponse })
	v, err := s.desk.TakeEscalation(ctx, who(ctx), r.ID, version)
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}

// PassEscalation calls the next leader.
func (s *server) PassEscalation(ctx context.Context, r contract.PassEscalationRequestObject) (contract.PassEscalationResponseObject, error) {
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	answer := func(v dispatch.Escalation) contract.PassEscalation200JSONResponse {
		return contract.PassEscalation200JSONResponse{Body: escalation(v), Headers: contract.PassEscalation200ResponseHeaders{ETag: etag(v.Version)}}
	}
	ctx = keep(ctx, func(v dispatch.Escalation) visit { return answer(v).VisitPassEscalationResponse })
	v, err := s.desk.PassEscalation(ctx, who(ctx), r.ID, version)
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}

func escalation(e dispatch.Escalation) contract.Escalation {
	out := contract.Escalation{ID: e.ID, TicketID: e.TicketID, ContactID: e.ContactID, State: contract.EscalationState(e.State), Reason: e.Reason,
		Context: e.Context, LeaderID: e.LeaderID, Passed: append([]ids.ID{}, e.Passed...), AskedBy: e.AskedBy, AskedAt: e.AskedAt, CalledAt: e.CalledAt,
		TakenAt: e.TakenAt, Version: e.Version}
	if e.TakenAt != nil {
		took := duration(e.TakenAt.Sub(e.AskedAt))
		out.TimeToLeader = &took
	}
	return out
}

// GetEscalationChain gives the leaders in the order in which they are called.
func (s *server) GetEscalationChain(ctx context.Context, _ contract.GetEscalationChainRequestObject) (contract.GetEscalationChainResponseObject, error) {
	chain, err := s.desk.Leaders(ctx, who(ctx))
	if err != nil {
		return nil, err
	}
	return contract.GetEscalationChain200JSONResponse{Items: each(chain, leader)}, nil
}

// ChangeEscalationChain replaces the chain.
func (s *server) ChangeEscalationChain(ctx context.Context, r contract.ChangeEscalationChainRequestObject) (contract.ChangeEscalationChainResponseObject, error) {
	chain, err := s.desk.ChangeLeaders(ctx, who(ctx), each(r.Body.Items, func(l contract.Leader) dispatch.Leader {
		return dispatch.Leader{AccountID: l.AccountID, Zone: l.Zone, FromMin: minutesOfDay(l.From), UntilMin: minutesOfDay(l.Until), AwayUntil: l.AwayUntil}
	}))
	if err != nil {
		return nil, err
	}
	return contract.ChangeEscalationChain200JSONResponse{Items: each(chain, leader)}, nil
}

func leader(l dispatch.Leader) contract.Leader {
	return contract.Leader{AccountID: l.AccountID, Zone: l.Zone, From: wallClock(l.FromMin), Until: wallClock(l.UntilMin), AwayUntil: l.AwayUntil}
}
