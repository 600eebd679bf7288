package api

import (
	"context"

	"roundsman/api/contract"
	"roundsman/dispatch"
)

// AcknowledgeChange records that the technician goes by a change of their round.
func (s *server) AcknowledgeChange(ctx context.Context, r contract.AcknowledgeChangeRequestObject) (contract.AcknowledgeChangeResponseObject, error) {
	answer := func(c dispatch.RoundChange) contract.AcknowledgeChange200JSONResponse {
		return contract.AcknowledgeChange200JSONResponse(roundChange(c))
	}
	ctx = keep(ctx, func(c dispatch.RoundChange) visit { return answer(c).VisitAcknowledgeChangeResponse })
	c, err := s.field.AcknowledgeChange(ctx, who(ctx), r.ID)
	if err != nil {
		return nil, err
	}
	return answer(c), nil
}

// ObjectToChange records that the technician can't go by it.
func (s *server) ObjectToChange(ctx context.Context, r contract.ObjectToChangeRequestObject) (contract.ObjectToChangeResponseObject, error) {
	answer := func(c dispatch.RoundChange) contract.ObjectToChange200JSONResponse {
		return contract.ObjectToChange200JSONResponse(roundChange(c))
	}
	ctx = keep(ctx, func(c dispatch.RoundChange) visit { return answer(c).VisitObjectToChangeResponse })
	c, err := s.field.ObjectToChange(ctx, who(ctx), r.ID, r.Body.Reason)
	if err != nil {
		return nil, err
	}
	return answer(c), nil
}

func roundChange(c dispatch.RoundChange) contract.RoundChange {
	return contract.RoundChange{
		ID: c.ID, RoundID: c.RoundID, TechnicianID: c.TechnicianID, VisitID: c.VisitID, Kind: contract.RoundChangeKind(c.Kind),
		State: contract.RoundChangeState(c.State), FromStart: c.FromStart, ToStart: c.ToStart, MadeAt: c.MadeAt, DueAt: c.DueAt,
		FlaggedAt: c.FlaggedAt, AnsweredAt: c.AnsweredAt, Reason: given(c.Reason), Version: c.Version,
	}
}
