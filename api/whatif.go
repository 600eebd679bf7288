package api

import (
	"context"

	"roundsman/api/contract"
	"roundsman/dispatch/day"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// whatIf is every change of a plan: tried with dry_run=true, or committed by the id
// of the outcome that was shown. answer renders the outcome as the operation does.
func whatIf(ctx context.Context, dryRun *bool, seen *ids.ID, answer func(contract.Outcome) visit,
	try func(ctx context.Context) (day.Outcome, error), commit func(ctx context.Context, seen ids.ID) (day.Outcome, error),
) (contract.Outcome, error) {
	var o day.Outcome
	var err error
	switch {
	case value(dryRun):
		o, err = try(noAct(ctx))
	case seen == nil:
		return contract.Outcome{}, outcomeMissing()
	default:
		o, err = commit(keep(ctx, func(o day.Outcome) visit { return answer(outcome(o)) }), *seen)
	}
	if err != nil {
		return contract.Outcome{}, err
	}
	return outcome(o), nil
}

func outcomeMissing() error {
	return fault.New(fault.Invalid, "outcome_missing", "try it with dry_run=true first, look at the outcome, then repeat without dry_run and with its id as outcome_id").
		At("/outcome_id", "is wanted without dry_run=true")
}

// wanting says which field a try can't do without.
func wanting(field string) error {
	return fault.New(fault.Invalid, "change_incomplete", "say what to try: %s is wanted with dry_run=true", field).At("/"+field, "is wanted with dry_run=true")
}

// GetOutcome gives a what-if that was tried.
func (s *server) GetOutcome(ctx context.Context, r contract.GetOutcomeRequestObject) (contract.GetOutcomeResponseObject, error) {
	o, err := s.control.Outcome(ctx, who(ctx), r.ID)
	if err != nil {
		return nil, err
	}
	return contract.GetOutcome200JSONResponse(outcome(o)), nil
}
