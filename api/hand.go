package api

import (
	"context"
	"time"

	"roundsman/api/contract"
	"roundsman/dispatch/day"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// OrderRound tries a round in another order, or commits what was shown.
func (s *server) OrderRound(ctx context.Context, r contract.OrderRoundRequestObject) (contract.OrderRoundResponseObject, error) {
	b := r.Body
	o, err := whatIf(ctx, r.Params.DryRun, b.OutcomeID,
		func(o contract.Outcome) visit { return contract.OrderRound200JSONResponse(o).VisitOrderRoundResponse },
		func(ctx context.Context) (day.Outcome, error) {
			if b.Visits == nil {
				return day.Outcome{}, wanting("visits")
			}
			return s.control.TryOrder(ctx, who(ctx), r.ID, b.Visits)
		},
		func(ctx context.Context, seen ids.ID) (day.Outcome, error) {
			return s.control.CommitOrder(ctx, who(ctx), r.ID, seen)
		})
	if err != nil {
		return nil, err
	}
	return contract.OrderRound200JSONResponse(o), nil
}

// PinVisit tries to hold a visit where it is, or commits what was shown.
func (s *server) PinVisit(ctx context.Context, r contract.PinVisitRequestObject) (contract.PinVisitResponseObject, error) {
	b := r.Body
	o, err := whatIf(ctx, r.Params.DryRun, b.OutcomeID,
		func(o contract.Outcome) visit { return contract.PinVisit200JSONResponse(o).VisitPinVisitResponse },
		func(ctx context.Context) (day.Outcome, error) {
			if b.Time == nil && b.Technician == nil {
				return day.Outcome{}, wanting("time")
			}
			return s.control.TryPin(ctx, who(ctx), r.ID, value(b.Time), value(b.Technician))
		},
		func(ctx context.Context, seen ids.ID) (day.Outcome, error) {
			return s.control.CommitPin(ctx, who(ctx), r.ID, seen)
		})
	if err != nil {
		return nil, err
	}
	return contract.PinVisit200JSONResponse(o), nil
}

// UnassignVisit tries to take a visit out of its round, or commits what was shown.
func (s *server) UnassignVisit(ctx context.Context, r contract.UnassignVisitRequestObject) (contract.UnassignVisitResponseObject, error) {
	b := r.Body
	o, err := whatIf(ctx, r.Params.DryRun, b.OutcomeID,
		func(o contract.Outcome) visit {
			return contract.UnassignVisit200JSONResponse(o).VisitUnassignVisitResponse
		},
		func(ctx context.Context) (day.Outcome, error) {
			return s.control.TryUnassign(ctx, who(ctx), r.ID)
		},
		func(ctx context.Context, seen ids.ID) (day.Outcome, error) {
			return s.control.CommitUnassign(ctx, who(ctx), r.ID, seen)
		})
	if err != nil {
		return nil, err
	}
	return contract.UnassignVisit200JSONResponse(o), nil
}

// SplitVisit tries to make two visits of one, or commits what was shown.
func (s *server) SplitVisit(ctx context.Context, r contract.SplitVisitRequestObject) (contract.SplitVisitResponseObject, error) {
	b := r.Body
	o, err := whatIf(ctx, r.Params.DryRun, b.OutcomeID,
		func(o contract.Outcome) visit { return contract.SplitVisit200JSONResponse(o).VisitSplitVisitResponse },
		func(ctx context.Context) (day.Outcome, error) {
			if b.First == nil {
				return day.Outcome{}, wanting("first")
			}
			first, err := wholeMinutes("first", *b.First)
			if err != nil {
				return day.Outcome{}, err
			}
			return s.control.TrySplit(ctx, who(ctx), r.ID, first)
		},
		func(ctx context.Context, seen ids.ID) (day.Outcome, error) {
			return s.control.CommitSplit(ctx, who(ctx), r.ID, seen)
		})
	if err != nil {
		return nil, err
	}
	return contract.SplitVisit200JSONResponse(o), nil
}

// JoinVisit tries to send a second technician, or commits what was shown.
func (s *server) JoinVisit(ctx context.Context, r contract.JoinVisitRequestObject) (contract.JoinVisitResponseObject, error) {
	b := r.Body
	o, err := whatIf(ctx, r.Params.DryRun, b.OutcomeID,
		func(o contract.Outcome) visit { return contract.JoinVisit200JSONResponse(o).VisitJoinVisitResponse },
		func(ctx context.Context) (day.Outcome, error) {
			return s.control.TryJoin(ctx, who(ctx), r.ID)
		},
		func(ctx context.Context, seen ids.ID) (day.Outcome, error) {
			return s.control.CommitJoin(ctx, who(ctx), r.ID, seen)
		})
	if err != nil {
		return nil, err
	}
	return contract.JoinVisit200JSONResponse(o), nil
}

// HastenVisit tries to put a visit before all others, or commits what was shown.
func (s *server) HastenVisit(ctx context.Context, r contract.HastenVisitRequestObject) (contract.HastenVisitResponseObject, error) {
	b := r.Body
	o, err := whatIf(ctx, r.Params.DryRun, b.OutcomeID,
		func(o contract.Outcome) visit { return contract.HastenVisit200JSONResponse(o).VisitHastenVisitResponse },
		func(ctx context.Context) (day.Outcome, error) {
			return s.control.TryUrgent(ctx, who(ctx), r.ID)
		},
		func(ctx context.Context, seen ids.ID) (day.Outcome, error) {
			return s.control.CommitUrgent(ctx, who(ctx), r.ID, seen)
		})
	if err != nil {
		return nil, err
	}
	return contract.HastenVisit200JSONResponse(o), nil
}

// GrantOvertime tries to let a shift last longer, or commits what was shown.
func (s *server) GrantOvertime(ctx context.Context, r contract.GrantOvertimeRequestObject) (contract.GrantOvertimeResponseObject, error) {
	b := r.Body
	o, err := whatIf(ctx, r.Params.DryRun, b.OutcomeID,
		func(o contract.Outcome) visit {
			return contract.GrantOvertime200JSONResponse(o).VisitGrantOvertimeResponse
		},
		func(ctx context.Context) (day.Outcome, error) {
			if b.Overtime == nil {
				return day.Outcome{}, wanting("overtime")
			}
			longer, err := wholeMinutes("overtime", *b.Overtime)
			if err != nil {
				return day.Outcome{}, err
			}
			return s.control.TryOvertime(ctx, who(ctx), r.ID, longer)
		},
		func(ctx context.Context, seen ids.ID) (day.Outcome, error) {
			return s.control.CommitOvertime(ctx, who(ctx), r.ID, seen)
		})
	if err != nil {
		return nil, err
	}
	return contract.GrantOvertime200JSONResponse(o), nil
}

// MoveBreak tries a break elsewhere, or commits what was shown.
func (s *server) MoveBreak(ctx context.Context, r contract.MoveBreakRequestObject) (contract.MoveBreakResponseObject, error) {
	b := r.Body
	o, err := whatIf(ctx, r.Params.DryRun, b.OutcomeID,
		func(o contract.Outcome) visit { return contract.MoveBreak200JSONResponse(o).VisitMoveBreakResponse },
		func(ctx context.Context) (day.Outcome, error) {
			if b.From == nil || b.Until == nil {
				return day.Outcome{}, wanting("from")
			}
			return s.control.TryBreak(ctx, who(ctx), r.ID, *b.From, *b.Until)
		},
		func(ctx context.Context, seen ids.ID) (day.Outcome, error) {
			return s.control.CommitBreak(ctx, who(ctx), r.ID, seen)
		})
	if err != nil {
		return nil, err
	}
	return contract.MoveBreak200JSONResponse(o), nil
}

// wholeMinutes reads a length of time in whole minutes.
func wholeMinutes(field, text string) (int, error) {
	d, err := parseDuration(text)
	if err != nil || d%time.Minute != 0 {
		return 0, fault.New(fault.Invalid, "bad_duration", "%s is a length of time in whole minutes such as PT30M", field).At("/"+field, "must be whole minutes such as PT30M")
	}
	return int(d / time.Minute), nil
}
