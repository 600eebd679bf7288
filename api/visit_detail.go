package api

import (
	"context"
	"encoding/json"

	"roundsman/api/contract"
	"roundsman/dispatch"
	"roundsman/dispatch/field"

	"github.com/paulmach/orb"
)

// GetVisit gives a visit with all that was reported of it.
func (s *server) GetVisit(ctx context.Context, r contract.GetVisitRequestObject) (contract.GetVisitResponseObject, error) {
	d, err := s.field.Visit(ctx, who(ctx), r.ID)
	if err != nil {
		return nil, err
	}
	out := contract.VisitDetail{Visit: visitOf(d.Visit), Promise: some(d.Promise, promiseBrief), Worked: duration(d.Worked), Arrivals: arrivalEvidence(d.Arrivals),
		Duties: each(d.Duties, duty), Presence: some(d.Presence, presence), Assists: each(d.Assists, assist), StrayFacts: each(d.Strays, strayOfVisit), Pauses: each(d.Pauses, func(p dispatch.Pause) contract.VisitPause {
			return contract.VisitPause{Reason: contract.VisitPauseReason(p.Reason), StartedAt: p.StartedAt, EndedAt: p.EndedAt}
		}),
		Facts: each(d.Facts, func(f dispatch.Fact) contract.VisitFact {
			return contract.VisitFact{ID: f.ID, Kind: string(f.Kind), TechnicianID: f.TechnicianID, HappenedAt: f.HappenedAt, SaidAt: f.SaidAt, ReceivedAt: f.ReceivedAt, Note: noteOf(f.Data)}
		})}
	return contract.GetVisit200JSONResponse(out), nil
}

// LocateVisit takes a position of the technician's device.
func (s *server) LocateVisit(ctx context.Context, r contract.LocateVisitRequestObject) (contract.LocateVisitResponseObject, error) {
	answer := func(v field.ArrivalView) contract.LocateVisit200JSONResponse {
		return contract.LocateVisit200JSONResponse(arrivalEvidence(v))
	}
	ctx = keep(ctx, func(v field.ArrivalView) visit { return answer(v).VisitLocateVisitResponse })
	at := positionOf(r.Body.Position)
	v, err := s.field.Locate(ctx, who(ctx), r.ID, field.NewFact{HappenedAt: r.Body.HappenedAt, Position: &at})
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}

// WitnessArrival keeps the customer's word on an arrival.
func (s *server) WitnessArrival(ctx context.Context, r contract.WitnessArrivalRequestObject) (contract.WitnessArrivalResponseObject, error) {
	answer := func(v field.ArrivalView) contract.WitnessArrival200JSONResponse {
		return contract.WitnessArrival200JSONResponse(arrivalEvidence(v))
	}
	ctx = keep(ctx, func(v field.ArrivalView) visit { return answer(v).VisitWitnessArrivalResponse })
	v, err := s.field.WitnessArrival(ctx, who(ctx), r.ID, field.Witness{HappenedAt: r.Body.HappenedAt, Note: value(r.Body.Note)})
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}

// ListStrayFacts lists facts that had no effect.
func (s *server) ListStrayFacts(ctx context.Context, r contract.ListStrayFactsRequestObject) (contract.ListStrayFactsResponseObject, error) {
	p := r.Params
	list, next, err := s.field.Strays(ctx, who(ctx), value(p.Reviewed), page(p.Limit, p.After))
	if err != nil {
		return nil, err
	}
	return contract.ListStrayFacts200JSONResponse{
		Body: contract.StrayFacts{Items: each(list, stray)}, Headers: contract.ListStrayFacts200ResponseHeaders{Link: nextLink(ctx, next)},
	}, nil
}

// ReviewStrayFact records that somebody has looked at a fact that had no effect.
func (s *server) ReviewStrayFact(ctx context.Context, r contract.ReviewStrayFactRequestObject) (contract.ReviewStrayFactResponseObject, error) {
	answer := func(f dispatch.StrayFact) contract.ReviewStrayFact200JSONResponse {
		return contract.ReviewStrayFact200JSONResponse(stray(f))
	}
	ctx = keep(ctx, func(f dispatch.StrayFact) visit { return answer(f).VisitReviewStrayFactResponse })
	f, err := s.field.ReviewStray(ctx, who(ctx), r.ID)
	if err != nil {
		return nil, err
	}
	return answer(f), nil
}

// ReportResolution counts the tickets resolved in a while by what it took.
func (s *server) ReportResolution(ctx context.Context, r contract.ReportResolutionRequestObject) (contract.ReportResolutionResponseObject, error) {
	c, err := s.reports.Resolutions(ctx, who(ctx), r.Params.From, r.Params.Until)
	if err != nil {
		return nil, err
	}
	return contract.ReportResolution200JSONResponse{From: r.Params.From, Until: r.Params.Until, Resolved: c.Resolved,
		FirstContact: c.FirstContact, FirstVisit: c.FirstVisit, MoreVisits: c.MoreVisits, OnSite: c.OnSite}, nil
}

func arrivalEvidence(v field.ArrivalView) contract.ArrivalEvidence {
	out := contract.ArrivalEvidence{Corroborated: v.Corroborated, Promise: some(v.Promise, promiseBrief), Items: each(v.List, arrival)}
	if v.Counts != nil {
		out.CountsID = &v.Counts.ID
	}
	return out
}

func arrival(a dispatch.Arrival) contract.Arrival {
	out := contract.Arrival{ID: a.ID, Source: contract.ArrivalSource(a.Source), AccountID: a.AccountID, HappenedAt: a.HappenedAt, SaidAt: a.SaidAt,
		ReceivedAt: a.ReceivedAt, Metres: a.Metres, Note: given(a.Note), RetractedAt: a.RetractedAt}
	if a.Lon != nil && a.Lat != nil {
		at := point(orb.Point{*a.Lon, *a.Lat})
		out.Position = &at
	}
	return out
}

// stray is a fact without effect, without what is for those who may read tickets.
func stray(f dispatch.StrayFact) contract.StrayFact {
	out := strayOfVisit(f)
	delete(out.Said, "call_number")
	delete(out.Said, "position")
	return out
}

func strayOfVisit(f dispatch.StrayFact) contract.StrayFact {
	return contract.StrayFact{ID: f.ID, Disposition: contract.StrayFactDispositionConflict, Kind: string(f.Kind), VisitID: f.VisitID,
		TechnicianID: f.TechnicianID, HappenedAt: f.HappenedAt, SaidAt: f.SaidAt, ReceivedAt: f.ReceivedAt, Why: contract.StrayFactWhy(f.Why), Code: given(f.Code),
		Note: noteOf(f.Data), Said: saidOf(f.Data), ReviewedAt: f.ReviewedAt, ReviewedBy: f.ReviewedBy}
}

func duty(d dispatch.Duty) contract.Duty {
	return contract.Duty{Duty: contract.DutyDuty(d.Duty), Outcome: contract.DutyOutcome(d.Outcome), At: d.At, Why: given(d.Why), Statement: given(d.Statement)}
}

// noteOf is what was written to a fact.
func noteOf(data json.RawMessage) *string {
	var said struct {
		Note string `json:"note"`
	}
	_ = json.Unmarshal(data, &said) // what is no object has no note
	return given(said.Note)
}

// saidOf is what a fact says beside its note.
func saidOf(data json.RawMessage) map[string]any {
	said := map[string]any{}
	_ = json.Unmarshal(data, &said) // what is no object says nothing
	delete(said, "note")
	return said
}
