package api

import (
	"context"

	"roundsman/api/contract"
	"roundsman/assets"
	"roundsman/dispatch/setup"
)

// AddModel enters a model.
func (s *server) AddModel(ctx context.Context, r contract.AddModelRequestObject) (contract.AddModelResponseObject, error) {
	answer := func(v assets.Model) contract.AddModel201JSONResponse {
		return contract.AddModel201JSONResponse{Body: model(v), Headers: contract.AddModel201ResponseHeaders{
			ETag: etag(v.Version), Location: "/v1/models/" + v.ID.String()}}
	}
	ctx = keep(ctx, func(v assets.Model) visit { return answer(v).VisitAddModelResponse })
	v, err := s.setup.Models().Add(ctx, who(ctx), modelEntry(*r.Body))
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}

// GetModel gives a model, retired or not.
func (s *server) GetModel(ctx context.Context, r contract.GetModelRequestObject) (contract.GetModelResponseObject, error) {
	v, err := s.setup.Models().Get(ctx, who(ctx), r.ID)
	if err != nil {
		return nil, err
	}
	return contract.GetModel200JSONResponse{Body: model(v), Headers: contract.GetModel200ResponseHeaders{ETag: etag(v.Version)}}, nil
}

// ChangeModel merges a patch into a model.
func (s *server) ChangeModel(ctx context.Context, r contract.ChangeModelRequestObject) (contract.ChangeModelResponseObject, error) {
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	v, err := s.setup.Models().Change(ctx, who(ctx), r.ID, version, modelEntry(*r.Body))
	if err != nil {
		return nil, err
	}
	return contract.ChangeModel200JSONResponse{Body: model(v), Headers: contract.ChangeModel200ResponseHeaders{ETag: etag(v.Version)}}, nil
}

// RetireModel takes a model out of use.
func (s *server) RetireModel(ctx context.Context, r contract.RetireModelRequestObject) (contract.RetireModelResponseObject, error) {
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	answer := func(v assets.Model) contract.RetireModel200JSONResponse {
		return contract.RetireModel200JSONResponse{Body: model(v), Headers: contract.RetireModel200ResponseHeaders{ETag: etag(v.Version)}}
	}
	ctx = keep(ctx, func(v assets.Model) visit { return answer(v).VisitRetireModelResponse })
	v, err := s.setup.Models().Retire(ctx, who(ctx), r.ID, version)
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}

func modelEntry(b contract.ModelEntry) setup.ModelEntry {
	return setup.ModelEntry{Code: b.Code, Name: b.Name, Kind: named[assets.Kind](b.Kind), Class: b.Class}
}
