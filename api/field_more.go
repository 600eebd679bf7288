package api

import (
	"context"
	"time"

	"roundsman/api/contract"
	"roundsman/dispatch"
	"roundsman/dispatch/field"
	"roundsman/internal/fault"
)

// UndoDeparture takes back a departure that was a mistake.
func (s *server) UndoDeparture(ctx context.Context, r contract.UndoDepartureRequestObject) (contract.UndoDepartureResponseObject, error) {
	return recorded(ctx, func(v field.VisitView) contract.UndoDepartureResponseObject {
		if v.Stray != nil {
			return contract.UndoDeparture202JSONResponse(stray(*v.Stray))
		}
		return contract.UndoDeparture200JSONResponse(visitProgress(v))
	}, contract.UndoDepartureResponseObject.VisitUndoDepartureResponse, func(ctx context.Context) (field.VisitView, error) {
		return s.field.UndoDeparture(ctx, who(ctx), r.ID, fact(r.Body))
	})
}

// UndoArrival takes back an arrival that was a mistake.
func (s *server) UndoArrival(ctx context.Context, r contract.UndoArrivalRequestObject) (contract.UndoArrivalResponseObject, error) {
	return recorded(ctx, func(v field.VisitView) contract.UndoArrivalResponseObject {
		if v.Stray != nil {
			return contract.UndoArrival202JSONResponse(stray(*v.Stray))
		}
		return contract.UndoArrival200JSONResponse(visitProgress(v))
	}, contract.UndoArrivalResponseObject.VisitUndoArrivalResponse, func(ctx context.Context) (field.VisitView, error) {
		return s.field.UndoArrival(ctx, who(ctx), r.ID, fact(r.Body))
	})
}

// NeedFollowUp records that another visit is needed.
func (s *server) NeedFollowUp(ctx context.Context, r contract.NeedFollowUpRequestObject) (contract.NeedFollowUpResponseObject, error) {
	length, err := lengthOf(r.Body.Duration, "/duration", 0, longestVisit)
	if err != nil {
		return nil, err
	}
	return recorded(ctx, func(v field.VisitView) contract.NeedFollowUpResponseObject {
		if v.Stray != nil {
			return contract.NeedFollowUp202JSONResponse(stray(*v.Stray))
		}
		return contract.NeedFollowUp200JSONResponse(visitProgress(v))
	}, contract.NeedFollowUpResponseObject.VisitNeedFollowUpResponse, func(ctx context.Context) (field.VisitView, error) {
		n := field.NewFact{ID: r.Body.ID, HappenedAt: r.Body.HappenedAt, Note: value(r.Body.Note)}
		x := field.NewFollowUp{Minutes: length, KitModel: r.Body.KitModelID, Earliest: named[dispatch.Date](r.Body.EarliestDate)}
		if k := r.Body.Skill; k != nil {
			x.SkillCode, x.SkillLevel = k.Code, k.Level
		}
		return s.field.FollowUp(ctx, who(ctx), r.ID, n, x)
	})
}

// WantSecondTechnician asks for a second technician.
func (s *server) WantSecondTechnician(ctx context.Context, r contract.WantSecondTechnicianRequestObject) (contract.WantSecondTechnicianResponseObject, error) {
	length, err := lengthOf(&r.Body.Duration, "/duration", 1, longestVisit)
	if err != nil {
		return nil, err
	}
	return recorded(ctx, func(v field.VisitView) contract.WantSecondTechnicianResponseObject {
		if v.Stray != nil {
			return contract.WantSecondTechnician202JSONResponse(stray(*v.Stray))
		}
		return contract.WantSecondTechnician200JSONResponse(visitProgress(v))
	}, contract.WantSecondTechnicianResponseObject.VisitWantSecondTechnicianResponse, func(ctx context.Context) (field.VisitView, error) {
		n := field.NewFact{ID: r.Body.ID, HappenedAt: r.Body.HappenedAt, Note: value(r.Body.Note)}
		x := field.NewAssist{Minutes: length}
		if k := r.Body.Skill; k != nil {
			x.SkillCode, x.SkillLevel = k.Code, k.Level
		}
		return s.field.WantSecond(ctx, who(ctx), r.ID, n, x)
	})
}

// TellPresence records whether the customer stays with the work.
func (s *server) TellPresence(ctx context.Context, r contract.TellPresenceRequestObject) (contract.TellPresenceResponseObject, error) {
	return recorded(ctx, func(v field.VisitView) contract.TellPresenceResponseObject {
		if v.Stray != nil {
			return contract.TellPresence202JSONResponse(stray(*v.Stray))
		}
		return contract.TellPresence200JSONResponse(visitProgress(v))
	}, contract.TellPresenceResponseObject.VisitTellPresenceResponse, func(ctx context.Context) (field.VisitView, error) {
		n := field.NewFact{ID: r.Body.ID, HappenedAt: r.Body.HappenedAt, Note: value(r.Body.Note)}
		return s.field.Presence(ctx, who(ctx), r.ID, n, field.NewPresence{Kind: dispatch.PresenceKind(r.Body.Presence),
			CallNumber: value(r.Body.CallNumber), BackAt: r.Body.BackAt})
	})
}

// StateDuty keeps what the customer says about their part.
func (s *server) StateDuty(ctx context.Context, r contract.StateDutyRequestObject) (contract.StateDutyResponseObject, error) {
	answer := func(d dispatch.Duty) contract.StateDuty200JSONResponse {
		return contract.StateDuty200JSONResponse(duty(d))
	}
	ctx = keep(ctx, func(d dispatch.Duty) visit { return answer(d).VisitStateDutyResponse })
	d, err := s.field.StateDuty(ctx, who(ctx), r.ID, dispatch.DutyKind(r.Body.Duty), r.Body.Statement)
	if err != nil {
		return nil, err
	}
	return answer(d), nil
}

// ListAssists lists requests for a second technician.
func (s *server) ListAssists(ctx context.Context, r contract.ListAssistsRequestObject) (contract.ListAssistsResponseObject, error) {
	p := r.Params
	list, next, err := s.field.Assists(ctx, who(ctx), dispatch.AssistFilter{RegionID: p.RegionID, State: dispatch.AssistState(value(p.State))}, page(p.Limit, p.After))
	if err != nil {
		return nil, err
	}
	return contract.ListAssists200JSONResponse{
		Body: contract.Assists{Items: each(list, assist)}, Headers: contract.ListAssists200ResponseHeaders{Link: nextLink(ctx, next)},
	}, nil
}

// SettleAssist answers a request for a second technician.
func (s *server) SettleAssist(ctx context.Context, r contract.SettleAssistRequestObject) (contract.SettleAssistResponseObject, error) {
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	answer := func(a dispatch.Assist) contract.SettleAssist200JSONResponse {
		return contract.SettleAssist200JSONResponse{Body: assist(a), Headers: contract.SettleAssist200ResponseHeaders{ETag: etag(a.Version)}}
	}
	ctx = keep(ctx, func(a dispatch.Assist) visit { return answer(a).VisitSettleAssistResponse })
	a, err := s.field.SettleAssist(ctx, who(ctx), r.ID, version, r.Body.HelperID, value(r.Body.Note))
	if err != nil {
		return nil, err
	}
	return answer(a), nil
}

func assist(a dispatch.Assist) contract.Assist {
	out := contract.Assist{ID: a.ID, VisitID: a.VisitID, TechnicianID: a.TechnicianID, RegionID: a.RegionID, Duration: minutes(a.Minutes),
		State: contract.AssistState(a.State), AskedAt: a.AskedAt, SettledAt: a.SettledAt, HelperID: a.HelperID, Note: given(a.Note), Version: a.Version}
	if a.SkillCode != "" {
		out.Skill = &contract.Skill{Code: a.SkillCode, Level: a.SkillLevel}
	}
	return out
}

func presence(p dispatch.Presence) contract.Presence {
	return contract.Presence{Presence: contract.PresenceKind(p.Kind), CallNumber: given(p.CallNumber), BackAt: p.BackAt, ToldAt: p.ToldAt}
}

// longestVisit is how long a visit may be said to take.
const longestVisit = 12 * time.Hour

// lengthOf reads a length of time in whole minutes within bounds; absent is 0.
func lengthOf(text *string, at string, least int, most time.Duration) (int, error) {
	if text == nil {
		return 0, nil
	}
	d, err := parseDuration(*text)
	n := int(d / time.Minute)
	if err != nil || n < least || d > most {
		return 0, fault.New(fault.Invalid, "bad_duration", "a length of time such as PT45M is wanted, from %s to %s", minutes(least), duration(most)).At(at, "is out of bounds")
	}
	return n, nil
}
