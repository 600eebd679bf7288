package api

import (
	"context"

	"roundsman/api/contract"
	"roundsman/dispatch"
	"roundsman/dispatch/setup"
)

// AddRegion enters a region.
func (s *server) AddRegion(ctx context.Context, r contract.AddRegionRequestObject) (contract.AddRegionResponseObject, error) {
	answer := func(v dispatch.Region) contract.AddRegion201JSONResponse {
		return contract.AddRegion201JSONResponse{Body: region(v), Headers: contract.AddRegion201ResponseHeaders{
			ETag: etag(v.Version), Location: "/v1/regions/" + v.ID.String()}}
	}
	ctx = keep(ctx, func(v dispatch.Region) visit { return answer(v).VisitAddRegionResponse })
	v, err := s.setup.Regions().Add(ctx, who(ctx), regionEntry(*r.Body))
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}

// GetRegion gives a region, retired or not.
func (s *server) GetRegion(ctx context.Context, r contract.GetRegionRequestObject) (contract.GetRegionResponseObject, error) {
	v, err := s.setup.Regions().Get(ctx, who(ctx), r.ID)
	if err != nil {
		return nil, err
	}
	return contract.GetRegion200JSONResponse{Body: region(v), Headers: contract.GetRegion200ResponseHeaders{ETag: etag(v.Version)}}, nil
}

// ChangeRegion merges a patch into a region.
func (s *server) ChangeRegion(ctx context.Context, r contract.ChangeRegionRequestObject) (contract.ChangeRegionResponseObject, error) {
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	v, err := s.setup.Regions().Change(ctx, who(ctx), r.ID, version, regionEntry(*r.Body))
	if err != nil {
		return nil, err
	}
	return contract.ChangeRegion200JSONResponse{Body: region(v), Headers: contract.ChangeRegion200ResponseHeaders{ETag: etag(v.Version)}}, nil
}

// RetireRegion takes a region out of use.
func (s *server) RetireRegion(ctx context.Context, r contract.RetireRegionRequestObject) (contract.RetireRegionResponseObject, error) {
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	answer := func(v dispatch.Region) contract.RetireRegion200JSONResponse {
		return contract.RetireRegion200JSONResponse{Body: region(v), Headers: contract.RetireRegion200ResponseHeaders{ETag: etag(v.Version)}}
	}
	ctx = keep(ctx, func(v dispatch.Region) visit { return answer(v).VisitRetireRegionResponse })
	v, err := s.setup.Regions().Retire(ctx, who(ctx), r.ID, version)
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}

func regionEntry(b contract.RegionEntry) setup.RegionEntry {
	return setup.RegionEntry{Code: b.Code, Name: b.Name, Zone: b.Zone, Country: b.Country, CalendarCode: b.Calendar,
		FreezeMinutes: some(b.FreezeHorizon, minutesOf), AnswerMinutes: some(b.AcknowledgeWithin, minutesOf), MovedMinutes: some(b.MovedBy, minutesOf)}
}

func region(r dispatch.Region) contract.Region {
	return contract.Region{
		ID: r.ID, Code: r.Code, Name: r.Name, Zone: r.Zone, Country: given(r.Country), Calendar: r.CalendarCode,
		FreezeHorizon: given(minutes(r.FreezeMinutes)), AcknowledgeWithin: given(minutes(r.AnswerMinutes)), MovedBy: given(minutes(r.MovedMinutes)),
		State: state(r.RetiredAt), Version: given(r.Version),
	}
}
