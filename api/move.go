package api

import (
	"context"

	"roundsman/api/contract"
	"roundsman/dispatch/control"
	"roundsman/dispatch/day"
	"roundsman/internal/fault"
)

// MoveVisit tries a move, or commits one that was shown.
func (s *server) MoveVisit(ctx context.Context, r contract.MoveVisitRequestObject) (contract.MoveVisitResponseObject, error) {
	b := r.Body
	answer := func(o day.Outcome) contract.MoveVisit200JSONResponse {
		return contract.MoveVisit200JSONResponse(outcome(o))
	}
	var o day.Outcome
	var err error
	switch {
	case !value(r.Params.DryRun) && b.OutcomeID == nil:
		return nil, outcomeMissing()
	case !value(r.Params.DryRun):
		ctx = keep(ctx, func(o day.Outcome) visit { return answer(o).VisitMoveVisitResponse })
		o, err = s.control.CommitMove(ctx, who(ctx), r.ID, *b.OutcomeID)
	case b.RoundID == nil || b.Position == nil:
		return nil, fault.New(fault.Invalid, "place_missing", "say where the visit goes: round_id and position").At("/round_id", "is wanted with dry_run=true").At("/position", "is wanted with dry_run=true")
	default:
		o, err = s.control.TryMove(noAct(ctx), who(ctx), r.ID, control.MoveTo{RoundID: *b.RoundID, Position: *b.Position})
	}
	if err != nil {
		return nil, err
	}
	return answer(o), nil
}

// EnterAbsence tries an absence, or commits one that was shown.
func (s *server) EnterAbsence(ctx context.Context, r contract.EnterAbsenceRequestObject) (contract.EnterAbsenceResponseObject, error) {
	b := r.Body
	answer := func(o day.Outcome) contract.EnterAbsence200JSONResponse {
		return contract.EnterAbsence200JSONResponse(outcome(o))
	}
	var o day.Outcome
	var err error
	switch {
	case !value(r.Params.DryRun) && b.OutcomeID == nil:
		return nil, outcomeMissing()
	case !value(r.Params.DryRun):
		ctx = keep(ctx, func(o day.Outcome) visit { return answer(o).VisitEnterAbsenceResponse })
		o, err = s.control.CommitAbsence(ctx, who(ctx), string(b.Reason), *b.OutcomeID)
	case b.TechnicianID == nil || b.From == nil || b.Until == nil:
		return nil, fault.New(fault.Invalid, "absence_incomplete", "say who is away and when: technician_id, from and until").At("/technician_id", "is wanted with dry_run=true, as are from and until")
	default:
		o, err = s.control.TryAbsence(noAct(ctx), who(ctx), control.NewAbsence{TechnicianID: *b.TechnicianID, From: *b.From, Until: *b.Until, Reason: string(b.Reason)})
	}
	if err != nil {
		return nil, err
	}
	return answer(o), nil
}

func outcomeMissing() error {
	return fault.New(fault.Invalid, "outcome_missing", "try it with dry_run=true first, look at the outcome, then repeat without dry_run and with its id as outcome_id").
		At("/outcome_id", "is wanted without dry_run=true")
}

// GetOutcome gives a what-if that was tried.
func (s *server) GetOutcome(ctx context.Context, r contract.GetOutcomeRequestObject) (contract.GetOutcomeResponseObject, error) {
	o, err := s.control.Outcome(ctx, who(ctx), r.ID)
	if err != nil {
		return nil, err
	}
	return contract.GetOutcome200JSONResponse(outcome(o)), nil
}
