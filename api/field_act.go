package api

import (
	"context"
	"net/http"

	"roundsman/api/contract"
	"roundsman/dispatch"
	"roundsman/dispatch/field"
	"roundsman/internal/fault"

	"github.com/paulmach/orb"
)

// recorded does what a technician reports. answer makes the response of it, which is
// another one for a fact that was kept without effect; send writes that.
func recorded[R any](ctx context.Context, answer func(field.VisitView) R, send func(R, http.ResponseWriter) error, do func(context.Context) (field.VisitView, error)) (R, error) {
	ctx = keep(ctx, func(v field.VisitView) visit {
		return func(w http.ResponseWriter) error { return send(answer(v), w) }
	})
	v, err := do(ctx)
	if err != nil {
		var none R
		return none, err
	}
	return answer(v), nil
}

// LeaveForVisit records that the technician is on the way.
func (s *server) LeaveForVisit(ctx context.Context, r contract.LeaveForVisitRequestObject) (contract.LeaveForVisitResponseObject, error) {
	return recorded(ctx, func(v field.VisitView) contract.LeaveForVisitResponseObject {
		if v.Stray != nil {
			return contract.LeaveForVisit202JSONResponse(stray(*v.Stray))
		}
		return contract.LeaveForVisit200JSONResponse(visitProgress(v))
	}, contract.LeaveForVisitResponseObject.VisitLeaveForVisitResponse, func(ctx context.Context) (field.VisitView, error) {
		return s.field.Leave(ctx, who(ctx), r.ID, fact(r.Body))
	})
}

// ArriveAtVisit records that the technician is with the person.
func (s *server) ArriveAtVisit(ctx context.Context, r contract.ArriveAtVisitRequestObject) (contract.ArriveAtVisitResponseObject, error) {
	return recorded(ctx, func(v field.VisitView) contract.ArriveAtVisitResponseObject {
		if v.Stray != nil {
			return contract.ArriveAtVisit202JSONResponse(stray(*v.Stray))
		}
		return contract.ArriveAtVisit200JSONResponse(visitProgress(v))
	}, contract.ArriveAtVisitResponseObject.VisitArriveAtVisitResponse, func(ctx context.Context) (field.VisitView, error) {
		return s.field.Arrive(ctx, who(ctx), r.ID, fact(r.Body))
	})
}

// CompleteVisit records that the work is finished.
func (s *server) CompleteVisit(ctx context.Context, r contract.CompleteVisitRequestObject) (contract.CompleteVisitResponseObject, error) {
	return recorded(ctx, func(v field.VisitView) contract.CompleteVisitResponseObject {
		if v.Stray != nil {
			return contract.CompleteVisit202JSONResponse(stray(*v.Stray))
		}
		return contract.CompleteVisit200JSONResponse(visitProgress(v))
	}, contract.CompleteVisitResponseObject.VisitCompleteVisitResponse, func(ctx context.Context) (field.VisitView, error) {
		return s.field.Done(ctx, who(ctx), r.ID, fact(r.Body))
	})
}

// PauseVisit records that the work stands still.
func (s *server) PauseVisit(ctx context.Context, r contract.PauseVisitRequestObject) (contract.PauseVisitResponseObject, error) {
	return recorded(ctx, func(v field.VisitView) contract.PauseVisitResponseObject {
		if v.Stray != nil {
			return contract.PauseVisit202JSONResponse(stray(*v.Stray))
		}
		return contract.PauseVisit200JSONResponse(visitProgress(v))
	}, contract.PauseVisitResponseObject.VisitPauseVisitResponse, func(ctx context.Context) (field.VisitView, error) {
		n := field.NewFact{ID: r.Body.ID, HappenedAt: r.Body.HappenedAt, Note: value(r.Body.Note)}
		return s.field.Pause(ctx, who(ctx), r.ID, n, string(r.Body.Reason))
	})
}

// ResumeVisit records that the work goes on.
func (s *server) ResumeVisit(ctx context.Context, r contract.ResumeVisitRequestObject) (contract.ResumeVisitResponseObject, error) {
	return recorded(ctx, func(v field.VisitView) contract.ResumeVisitResponseObject {
		if v.Stray != nil {
			return contract.ResumeVisit202JSONResponse(stray(*v.Stray))
		}
		return contract.ResumeVisit200JSONResponse(visitProgress(v))
	}, contract.ResumeVisitResponseObject.VisitResumeVisitResponse, func(ctx context.Context) (field.VisitView, error) {
		return s.field.Resume(ctx, who(ctx), r.ID, fact(r.Body))
	})
}

// EstimateVisit records how long the work still takes.
func (s *server) EstimateVisit(ctx context.Context, r contract.EstimateVisitRequestObject) (contract.EstimateVisitResponseObject, error) {
	left, err := parseDuration(r.Body.Left)
	if err != nil {
		return nil, fault.New(fault.Invalid, "bad_duration", "left is a length of time such as PT40M").At("/left", "is no length of time")
	}
	return recorded(ctx, func(v field.VisitView) contract.EstimateVisitResponseObject {
		if v.Stray != nil {
			return contract.EstimateVisit202JSONResponse(stray(*v.Stray))
		}
		return contract.EstimateVisit200JSONResponse(visitProgress(v))
	}, contract.EstimateVisitResponseObject.VisitEstimateVisitResponse, func(ctx context.Context) (field.VisitView, error) {
		n := field.NewFact{ID: r.Body.ID, HappenedAt: r.Body.HappenedAt, Note: value(r.Body.Note)}
		return s.field.Estimate(ctx, who(ctx), r.ID, n, left)
	})
}

// RecordCallAttempt records that the technician tried to call the customer.
func (s *server) RecordCallAttempt(ctx context.Context, r contract.RecordCallAttemptRequestObject) (contract.RecordCallAttemptResponseObject, error) {
	return recorded(ctx, func(v field.VisitView) contract.RecordCallAttemptResponseObject {
		if v.Stray != nil {
			return contract.RecordCallAttempt202JSONResponse(stray(*v.Stray))
		}
		return contract.RecordCallAttempt200JSONResponse(visitProgress(v))
	}, contract.RecordCallAttemptResponseObject.VisitRecordCallAttemptResponse, func(ctx context.Context) (field.VisitView, error) {
		n := field.NewFact{ID: r.Body.ID, HappenedAt: r.Body.HappenedAt, Note: value(r.Body.Note)}
		return s.field.Call(ctx, who(ctx), r.ID, n, r.Body.Answered)
	})
}

// ReportCustomerAbsent records that nobody is there, and answers what to do next.
func (s *server) ReportCustomerAbsent(ctx context.Context, r contract.ReportCustomerAbsentRequestObject) (contract.ReportCustomerAbsentResponseObject, error) {
	return recorded(ctx, func(v field.VisitView) contract.ReportCustomerAbsentResponseObject {
		if v.Stray != nil {
			return contract.ReportCustomerAbsent202JSONResponse(stray(*v.Stray))
		}
		return contract.ReportCustomerAbsent200JSONResponse(visitProgress(v))
	}, contract.ReportCustomerAbsentResponseObject.VisitReportCustomerAbsentResponse, func(ctx context.Context) (field.VisitView, error) {
		return s.field.Miss(ctx, who(ctx), r.ID, fact(r.Body))
	})
}

// GiveUpVisit records that a visit can't be completed.
func (s *server) GiveUpVisit(ctx context.Context, r contract.GiveUpVisitRequestObject) (contract.GiveUpVisitResponseObject, error) {
	return recorded(ctx, func(v field.VisitView) contract.GiveUpVisitResponseObject {
		if v.Stray != nil {
			return contract.GiveUpVisit202JSONResponse(stray(*v.Stray))
		}
		return contract.GiveUpVisit200JSONResponse(visitProgress(v))
	}, contract.GiveUpVisitResponseObject.VisitGiveUpVisitResponse, func(ctx context.Context) (field.VisitView, error) {
		n := field.NewFact{ID: r.Body.ID, HappenedAt: r.Body.HappenedAt, Note: value(r.Body.Note)}
		return s.field.GiveUp(ctx, who(ctx), r.ID, n, dispatch.GiveUpReason(r.Body.Reason))
	})
}

func fact(b *contract.Fact) field.NewFact {
	if b == nil {
		return field.NewFact{}
	}
	return field.NewFact{ID: b.ID, HappenedAt: b.HappenedAt, Note: value(b.Note), Position: some(b.Position, positionOf)}
}

func positionOf(p contract.Point) orb.Point { return orb.Point{p.Coordinates[0], p.Coordinates[1]} }

func visitProgress(v field.VisitView) contract.VisitProgress {
	out := contract.VisitProgress{Visit: visitOf(v.Visit), Promise: some(v.Promise, promiseBrief), Callback: some(v.Callback, callback),
		Absence: some(v.Absent, customerAbsence), FollowUp: some(v.FollowUp, visitOf), Assist: some(v.Assist, assist), Presence: some(v.Presence, presence)}
	if v.Visit.ArrivedAt != nil {
		worked := duration(v.Worked)
		out.Worked, out.Paused = &worked, &v.Paused
	}
	return out
}

func customerAbsence(a field.AbsentView) contract.CustomerAbsence {
	return contract.CustomerAbsence{NoShowFrom: a.NoShowFrom, CallsLeft: a.CallsLeft, Steps: each(a.Steps, func(s dispatch.DoorStep) contract.NextStep {
		return contract.NextStep{Code: contract.StepCode(s.Code), Done: s.Done, At: s.At, Left: given(s.Left)}
	})}
}
