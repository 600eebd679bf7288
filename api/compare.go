package api

import (
	"context"

	"roundsman/api/contract"
	"roundsman/dispatch/day"
)

// ComparePlanRun sets a draft beside another, or beside the rounds as they stand.
func (s *server) ComparePlanRun(ctx context.Context, r contract.ComparePlanRunRequestObject) (contract.ComparePlanRunResponseObject, error) {
	c, err := s.control.Compare(ctx, who(ctx), r.ID, r.Params.With)
	if err != nil {
		return nil, err
	}
	return contract.ComparePlanRun200JSONResponse{
		From: planSide(c.From), To: planSide(c.To), Visits: each(c.Visits, planDifference), Promises: each(c.Promises, impact),
		Churn: contract.Churn{Moved: c.Churn.Moved, Technicians: c.Churn.Technicians, Promised: c.Churn.Promised, Minutes: c.Churn.Minutes},
	}, nil
}

func planSide(s day.Side) contract.PlanSide {
	return contract.PlanSide{TravelSeconds: s.TravelSeconds, TravelMetres: s.TravelMetres, OvertimeSeconds: s.OvertimeSeconds,
		Assigned: s.Assigned, Waiting: s.Waiting, AtRisk: s.AtRisk}
}

func planDifference(d day.Difference) contract.PlanDifference {
	return contract.PlanDifference{Visit: movedVisit(d.Move), Cause: contract.PlanDifferenceCause(d.Cause), Behind: d.Behind}
}
