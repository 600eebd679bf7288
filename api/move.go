package api

import (
	"context"

	"roundsman/api/contract"
	"roundsman/dispatch/control"
	"roundsman/dispatch/day"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// MoveVisit tries a move, or commits one that was shown.
func (s *server) MoveVisit(ctx context.Context, r contract.MoveVisitRequestObject) (contract.MoveVisitResponseObject, error) {
	b := r.Body
	o, err := whatIf(ctx, r.Params.DryRun, b.OutcomeID,
		func(o contract.Outcome) visit { return contract.MoveVisit200JSONResponse(o).VisitMoveVisitResponse },
		func(ctx context.Context) (day.Outcome, error) {
			if b.RoundID == nil || b.Position == nil {
				return day.Outcome{}, fault.New(fault.Invalid, "place_missing", "say where the visit goes: round_id and position").At("/round_id", "is wanted with dry_run=true").At("/position", "is wanted with dry_run=true")
			}
			return s.control.TryMove(ctx, who(ctx), r.ID, control.MoveTo{RoundID: *b.RoundID, Position: *b.Position})
		},
		func(ctx context.Context, seen ids.ID) (day.Outcome, error) {
			return s.control.CommitMove(ctx, who(ctx), r.ID, seen)
		})
	if err != nil {
		return nil, err
	}
	return contract.MoveVisit200JSONResponse(o), nil
}

// EnterAbsence tries an absence, or commits one that was shown.
func (s *server) EnterAbsence(ctx context.Context, r contract.EnterAbsenceRequestObject) (contract.EnterAbsenceResponseObject, error) {
	b := r.Body
	o, err := whatIf(ctx, r.Params.DryRun, b.OutcomeID,
		func(o contract.Outcome) visit {
			return contract.EnterAbsence200JSONResponse(o).VisitEnterAbsenceResponse
		},
		func(ctx context.Context) (day.Outcome, error) {
			if b.TechnicianID == nil || b.From == nil || b.Until == nil {
				return day.Outcome{}, fault.New(fault.Invalid, "absence_incomplete", "say who is away and when: technician_id, from and until").At("/technician_id", "is wanted with dry_run=true, as are from and until")
			}
			return s.control.TryAbsence(ctx, who(ctx), control.NewAbsence{TechnicianID: *b.TechnicianID, From: *b.From, Until: *b.Until, Reason: string(b.Reason)})
		},
		func(ctx context.Context, seen ids.ID) (day.Outcome, error) {
			return s.control.CommitAbsence(ctx, who(ctx), string(b.Reason), seen)
		})
	if err != nil {
		return nil, err
	}
	return contract.EnterAbsence200JSONResponse(o), nil
}
