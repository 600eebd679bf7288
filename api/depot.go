package api

import (
	"context"

	"roundsman/api/contract"
	"roundsman/dispatch"
	"roundsman/dispatch/setup"
)

// ListDepots lists depots, by code.
func (s *server) ListDepots(ctx context.Context, r contract.ListDepotsRequestObject) (contract.ListDepotsResponseObject, error) {
	p := r.Params
	list, next, err := s.setup.Depots().List(ctx, who(ctx), dispatch.StandingFilter{RegionID: p.RegionID, Retired: chosen(p.Retired)}, page(p.Limit, p.After))
	if err != nil {
		return nil, err
	}
	return contract.ListDepots200JSONResponse{
		Body: contract.Depots{Items: each(list, depotOf)}, Headers: contract.ListDepots200ResponseHeaders{Link: nextLink(ctx, next)},
	}, nil
}

// AddDepot enters a depot.
func (s *server) AddDepot(ctx context.Context, r contract.AddDepotRequestObject) (contract.AddDepotResponseObject, error) {
	answer := func(v dispatch.Depot) contract.AddDepot201JSONResponse {
		return contract.AddDepot201JSONResponse{Body: depotOf(v), Headers: contract.AddDepot201ResponseHeaders{
			ETag: etag(v.Version), Location: "/v1/depots/" + v.ID.String()}}
	}
	ctx = keep(ctx, func(v dispatch.Depot) visit { return answer(v).VisitAddDepotResponse })
	v, err := s.setup.Depots().Add(ctx, who(ctx), depotEntry(*r.Body))
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}

// GetDepot gives a depotOf, retired or not.
func (s *server) GetDepot(ctx context.Context, r contract.GetDepotRequestObject) (contract.GetDepotResponseObject, error) {
	v, err := s.setup.Depots().Get(ctx, who(ctx), r.ID)
	if err != nil {
		return nil, err
	}
	return contract.GetDepot200JSONResponse{Body: depotOf(v), Headers: contract.GetDepot200ResponseHeaders{ETag: etag(v.Version)}}, nil
}

// ChangeDepot merges a patch into a depot.
func (s *server) ChangeDepot(ctx context.Context, r contract.ChangeDepotRequestObject) (contract.ChangeDepotResponseObject, error) {
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	v, err := s.setup.Depots().Change(ctx, who(ctx), r.ID, version, depotEntry(*r.Body))
	if err != nil {
		return nil, err
	}
	return contract.ChangeDepot200JSONResponse{Body: depotOf(v), Headers: contract.ChangeDepot200ResponseHeaders{ETag: etag(v.Version)}}, nil
}

// RetireDepot takes a depot out of use.
func (s *server) RetireDepot(ctx context.Context, r contract.RetireDepotRequestObject) (contract.RetireDepotResponseObject, error) {
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	answer := func(v dispatch.Depot) contract.RetireDepot200JSONResponse {
		return contract.RetireDepot200JSONResponse{Body: depotOf(v), Headers: contract.RetireDepot200ResponseHeaders{ETag: etag(v.Version)}}
	}
	ctx = keep(ctx, func(v dispatch.Depot) visit { return answer(v).VisitRetireDepotResponse })
	v, err := s.setup.Depots().Retire(ctx, who(ctx), r.ID, version)
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}

func depotEntry(b contract.DepotEntry) setup.DepotEntry {
	return setup.DepotEntry{Code: b.Code, Name: b.Name, RegionID: b.RegionID, Address: b.Address, Point: some(b.Location, pointOf)}
}

func depotOf(d dispatch.Depot) contract.Depot {
	return contract.Depot{ID: d.ID, Code: d.Code, Name: d.Name, RegionID: d.RegionID, Address: given(d.Address), Location: point(d.Point),
		State: contract.SetupState(dispatch.StateOf(d.RetiredAt)), Version: d.Version}
}
