package api

import (
	"context"

	"roundsman/api/contract"
	"roundsman/dispatch"
	"roundsman/dispatch/control"
	"roundsman/internal/fault"
)

// longestSearch bounds the time given to a plan run, in seconds.
const longestSearch = 300

// ListPlanRuns lists the plan runs of a day.
func (s *server) ListPlanRuns(ctx context.Context, r contract.ListPlanRunsRequestObject) (contract.ListPlanRunsResponseObject, error) {
	p := r.Params
	list, next, err := s.control.Runs(ctx, who(ctx), dispatch.DayKey{RegionID: p.RegionID, Date: dispatch.Date(p.Date)},
		each(p.State, func(t contract.PlanRunState) dispatch.PlanRunState { return dispatch.PlanRunState(t) }), page(p.Limit, p.After))
	if err != nil {
		return nil, err
	}
	return contract.ListPlanRuns200JSONResponse{
		Body: contract.PlanRuns{Items: each(list, planRun)}, Headers: contract.ListPlanRuns200ResponseHeaders{Link: nextLink(ctx, next)},
	}, nil
}

// StartPlanRun queues a plan run.
func (s *server) StartPlanRun(ctx context.Context, r contract.StartPlanRunRequestObject) (contract.StartPlanRunResponseObject, error) {
	b := r.Body
	n := control.NewRun{RegionID: b.RegionID, Date: dispatch.Date(b.Date), Seed: b.Seed, MostMoved: b.MostMoved}
	if b.Duration != nil {
		d, err := parseDuration(*b.Duration)
		if n.Seconds = int(d.Seconds()); err != nil || n.Seconds < 1 || n.Seconds > longestSearch {
			return nil, fault.New(fault.Invalid, "bad_duration", "give a search between PT1S and PT5M").At("/duration", "must be between PT1S and PT5M")
		}
	}
	answer := func(v dispatch.PlanRun) contract.StartPlanRun202JSONResponse {
		return contract.StartPlanRun202JSONResponse{Body: planRun(v), Headers: contract.StartPlanRun202ResponseHeaders{Location: "/v1/plan-runs/" + v.ID.String()}}
	}
	ctx = keep(ctx, func(v dispatch.PlanRun) visit { return answer(v).VisitStartPlanRunResponse })
	v, err := s.control.StartRun(ctx, who(ctx), n)
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}

// GetPlanRun gives a plan run with its progress.
func (s *server) GetPlanRun(ctx context.Context, r contract.GetPlanRunRequestObject) (contract.GetPlanRunResponseObject, error) {
	v, err := s.control.Run(ctx, who(ctx), r.ID)
	if err != nil {
		return nil, err
	}
	return contract.GetPlanRun200JSONResponse(planRun(v)), nil
}

// GetDraft gives what a plan run would do.
func (s *server) GetDraft(ctx context.Context, r contract.GetDraftRequestObject) (contract.GetDraftResponseObject, error) {
	o, err := s.control.Draft(ctx, who(ctx), r.ID)
	if err != nil {
		return nil, err
	}
	return contract.GetDraft200JSONResponse(outcome(o)), nil
}

// PublishPlanRun commits a draft.
func (s *server) PublishPlanRun(ctx context.Context, r contract.PublishPlanRunRequestObject) (contract.PublishPlanRunResponseObject, error) {
	answer := func(v dispatch.PlanRun) contract.PublishPlanRun200JSONResponse {
		return contract.PublishPlanRun200JSONResponse(planRun(v))
	}
	ctx = keep(ctx, func(v dispatch.PlanRun) visit { return answer(v).VisitPublishPlanRunResponse })
	v, err := s.control.PublishRun(ctx, who(ctx), r.ID)
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}

// CancelPlanRun asks a run to stop.
func (s *server) CancelPlanRun(ctx context.Context, r contract.CancelPlanRunRequestObject) (contract.CancelPlanRunResponseObject, error) {
	answer := func(v dispatch.PlanRun) contract.CancelPlanRun200JSONResponse {
		return contract.CancelPlanRun200JSONResponse(planRun(v))
	}
	ctx = keep(ctx, func(v dispatch.PlanRun) visit { return answer(v).VisitCancelPlanRunResponse })
	v, err := s.control.CancelRun(ctx, who(ctx), r.ID)
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}

func planRun(r dispatch.PlanRun) contract.PlanRun {
	return contract.PlanRun{
		ID: r.ID, RegionID: r.RegionID, Date: string(r.Date), State: contract.PlanRunState(r.State), Seed: r.Seed, Duration: seconds(r.Seconds), MostMoved: r.MostMoved,
		Iterations: r.Iterations, Progress: r.Progress, ScoreBefore: r.ScoreBefore, ScoreAfter: r.ScoreAfter, Assigned: r.Assigned,
		Unassigned: r.Unassigned, OutcomeID: r.OutcomeID, AskedBy: r.AskedBy, CreatedAt: r.CreatedAt, StartedAt: r.StartedAt,
		EndedAt: r.EndedAt, Error: given(r.Error), Version: r.Version,
	}
}
