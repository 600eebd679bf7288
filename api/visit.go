package api

import (
	"context"

	"roundsman/api/contract"
	"roundsman/dispatch"
	"roundsman/dispatch/field"
)

// GetOwnRound gives the technician's own round.
func (s *server) GetOwnRound(ctx context.Context, r contract.GetOwnRoundRequestObject) (contract.GetOwnRoundResponseObject, error) {
	v, err := s.field.OwnRound(ctx, who(ctx), named[dispatch.Date](r.Params.Date))
	if err != nil {
		return nil, err
	}
	own := round(v)
	own.Stops = each(v.Stops, ownStop)
	return contract.GetOwnRound200JSONResponse{
		Body: contract.OwnRound{Round: own, Kit: each(v.Kit, kitItem)}, Headers: contract.GetOwnRound200ResponseHeaders{ETag: etag(v.Round.Version)},
	}, nil
}

// LeaveForVisit records that the technician is on the way.
func (s *server) LeaveForVisit(ctx context.Context, r contract.LeaveForVisitRequestObject) (contract.LeaveForVisitResponseObject, error) {
	answer := func(v field.VisitView) contract.LeaveForVisit200JSONResponse {
		return contract.LeaveForVisit200JSONResponse(visitProgress(v))
	}
	ctx = keep(ctx, func(v field.VisitView) visit { return answer(v).VisitLeaveForVisitResponse })
	v, err := s.field.Leave(ctx, who(ctx), r.ID, fact(r.Body))
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}

// ArriveAtVisit records that the technician is with the person.
func (s *server) ArriveAtVisit(ctx context.Context, r contract.ArriveAtVisitRequestObject) (contract.ArriveAtVisitResponseObject, error) {
	answer := func(v field.VisitView) contract.ArriveAtVisit200JSONResponse {
		return contract.ArriveAtVisit200JSONResponse(visitProgress(v))
	}
	ctx = keep(ctx, func(v field.VisitView) visit { return answer(v).VisitArriveAtVisitResponse })
	v, err := s.field.Arrive(ctx, who(ctx), r.ID, fact(r.Body))
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}

// CompleteVisit records that the work is finished.
func (s *server) CompleteVisit(ctx context.Context, r contract.CompleteVisitRequestObject) (contract.CompleteVisitResponseObject, error) {
	answer := func(v field.VisitView) contract.CompleteVisit200JSONResponse {
		return contract.CompleteVisit200JSONResponse(visitProgress(v))
	}
	ctx = keep(ctx, func(v field.VisitView) visit { return answer(v).VisitCompleteVisitResponse })
	v, err := s.field.Done(ctx, who(ctx), r.ID, fact(r.Body))
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}

func fact(b *contract.Fact) field.NewFact {
	if b == nil {
		return field.NewFact{}
	}
	return field.NewFact{ID: b.ID, HappenedAt: b.HappenedAt, Note: value(b.Note)}
}

func visitProgress(v field.VisitView) contract.VisitProgress {
	return contract.VisitProgress{Visit: visitOf(v.Visit), Promise: some(v.Promise, promiseBrief), Callback: some(v.Callback, callback)}
}

func visitOf(v dispatch.Visit) contract.Visit {
	out := contract.Visit{
		ID: v.ID, TicketID: v.TicketID, PersonID: v.PersonID, SiteID: v.SiteID, RegionID: v.RegionID, State: contract.VisitState(v.State),
		Duration: minutes(v.Minutes), Skill: contract.Skill{Code: v.SkillCode, Level: v.SkillLevel}, Priority: v.Priority,
		EarliestDate: named[string](v.EarliestDate), FollowsID: v.FollowsID, RoundID: v.RoundID, TechnicianID: v.TechnicianID, Position: v.Position,
		PlannedLeave: v.PlannedLeave, PlannedStart: v.PlannedStart, PlannedEnd: v.PlannedEnd, PinnedTime: v.PinTime, PinnedTechnician: v.PinShift,
		DepartedAt: v.DepartedAt, ArrivedAt: v.ArrivedAt, CompletedAt: v.CompletedAt, Reason: given(v.Reason), Version: v.Version,
	}
	if v.LegSeconds != nil {
		l := leg(*v.LegSeconds, value(v.LegMetres))
		out.Leg = &l
	}
	return out
}

func kitItem(k dispatch.KitItem) contract.KitItem {
	return contract.KitItem{ItemID: k.ItemID, ModelID: k.ModelID, Tag: k.Tag, ReservedFor: k.ReservedFor}
}
