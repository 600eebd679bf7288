package api

import (
	"context"

	"roundsman/api/contract"
	"roundsman/dispatch"
	"roundsman/dispatch/setup"
)

// ListServices lists service hours, by code.
func (s *server) ListServices(ctx context.Context, r contract.ListServicesRequestObject) (contract.ListServicesResponseObject, error) {
	p := r.Params
	list, next, err := s.setup.Services().List(ctx, who(ctx), dispatch.StandingFilter{RegionID: p.RegionID, SiteID: p.SiteID, Retired: chosen(p.Retired)}, page(p.Limit, p.After))
	if err != nil {
		return nil, err
	}
	return contract.ListServices200JSONResponse{
		Body: contract.Services{Items: each(list, service)}, Headers: contract.ListServices200ResponseHeaders{Link: nextLink(ctx, next)},
	}, nil
}

// AddService enters service hours.
func (s *server) AddService(ctx context.Context, r contract.AddServiceRequestObject) (contract.AddServiceResponseObject, error) {
	answer := func(v dispatch.Service) contract.AddService201JSONResponse {
		return contract.AddService201JSONResponse{Body: service(v), Headers: contract.AddService201ResponseHeaders{
			ETag: etag(v.Version), Location: "/v1/service-hours/" + v.ID.String()}}
	}
	ctx = keep(ctx, func(v dispatch.Service) visit { return answer(v).VisitAddServiceResponse })
	v, err := s.setup.Services().Add(ctx, who(ctx), serviceEntry(*r.Body))
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}

// GetService gives service hours, retired or not.
func (s *server) GetService(ctx context.Context, r contract.GetServiceRequestObject) (contract.GetServiceResponseObject, error) {
	v, err := s.setup.Services().Get(ctx, who(ctx), r.ID)
	if err != nil {
		return nil, err
	}
	return contract.GetService200JSONResponse{Body: service(v), Headers: contract.GetService200ResponseHeaders{ETag: etag(v.Version)}}, nil
}

// ChangeService merges a patch into service hours.
func (s *server) ChangeService(ctx context.Context, r contract.ChangeServiceRequestObject) (contract.ChangeServiceResponseObject, error) {
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	v, err := s.setup.Services().Change(ctx, who(ctx), r.ID, version, serviceEntry(*r.Body))
	if err != nil {
		return nil, err
	}
	return contract.ChangeService200JSONResponse{Body: service(v), Headers: contract.ChangeService200ResponseHeaders{ETag: etag(v.Version)}}, nil
}

// RetireService takes service hours out of use.
func (s *server) RetireService(ctx context.Context, r contract.RetireServiceRequestObject) (contract.RetireServiceResponseObject, error) {
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	answer := func(v dispatch.Service) contract.RetireService200JSONResponse {
		return contract.RetireService200JSONResponse{Body: service(v), Headers: contract.RetireService200ResponseHeaders{ETag: etag(v.Version)}}
	}
	ctx = keep(ctx, func(v dispatch.Service) visit { return answer(v).VisitRetireServiceResponse })
	v, err := s.setup.Services().Retire(ctx, who(ctx), r.ID, version)
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}

// ListOpenings says when people at a site can reach the desk.
func (s *server) ListOpenings(ctx context.Context, r contract.ListOpeningsRequestObject) (contract.ListOpeningsResponseObject, error) {
	list, err := s.setup.Openings(ctx, who(ctx), r.Params.SiteID)
	if err != nil {
		return nil, err
	}
	return contract.ListOpenings200JSONResponse{Items: each(list, opening)}, nil
}

func serviceEntry(b contract.ServiceEntry) setup.ServiceEntry {
	return setup.ServiceEntry{RegionID: b.RegionID, SiteID: b.SiteID, Channel: named[string](b.Channel), Address: b.Address, Hours: hoursOf(b.Hours), Holidays: b.Holidays}
}

func service(v dispatch.Service) contract.Service {
	return contract.Service{
		ID: v.ID, RegionID: v.RegionID, SiteID: v.SiteID, Channel: contract.ServiceChannel(v.Channel), Address: given(v.Address), Hours: hours(v.Hours),
		Holidays: &v.Holidays, State: contract.SetupState(dispatch.StateOf(v.RetiredAt)), Version: v.Version,
	}
}

func opening(o dispatch.Opening) contract.Opening {
	return contract.Opening{Service: service(o.Service), Open: o.Open, NextAt: o.Next}
}
