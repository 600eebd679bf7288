package api

import (
	"context"

	"roundsman/api/contract"
	"roundsman/dispatch"
	"roundsman/dispatch/setup"
)

// ListLabels lists what desks and teams are called, by code.
func (s *server) ListLabels(ctx context.Context, r contract.ListLabelsRequestObject) (contract.ListLabelsResponseObject, error) {
	p := r.Params
	list, next, err := s.setup.Labels().List(ctx, who(ctx), dispatch.StandingFilter{Retired: chosen(p.Retired)}, page(p.Limit, p.After))
	if err != nil {
		return nil, err
	}
	return contract.ListLabels200JSONResponse{
		Body: contract.Labels{Items: each(list, label)}, Headers: contract.ListLabels200ResponseHeaders{Link: nextLink(ctx, next)},
	}, nil
}

// AddLabel enters what a desk or team is called.
func (s *server) AddLabel(ctx context.Context, r contract.AddLabelRequestObject) (contract.AddLabelResponseObject, error) {
	answer := func(v dispatch.Label) contract.AddLabel201JSONResponse {
		return contract.AddLabel201JSONResponse{Body: label(v), Headers: contract.AddLabel201ResponseHeaders{
			ETag: etag(v.Version), Location: "/v1/labels/" + v.Code}}
	}
	ctx = keep(ctx, func(v dispatch.Label) visit { return answer(v).VisitAddLabelResponse })
	v, err := s.setup.Labels().Add(ctx, who(ctx), labelEntry(*r.Body))
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}

// GetLabel gives what a desk or team is called, retired or not.
func (s *server) GetLabel(ctx context.Context, r contract.GetLabelRequestObject) (contract.GetLabelResponseObject, error) {
	v, err := s.setup.Labels().Get(ctx, who(ctx), r.Code)
	if err != nil {
		return nil, err
	}
	return contract.GetLabel200JSONResponse{Body: label(v), Headers: contract.GetLabel200ResponseHeaders{ETag: etag(v.Version)}}, nil
}

// ChangeLabel merges a patch into what a desk or team is called.
func (s *server) ChangeLabel(ctx context.Context, r contract.ChangeLabelRequestObject) (contract.ChangeLabelResponseObject, error) {
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	v, err := s.setup.Labels().Change(ctx, who(ctx), r.Code, version, labelEntry(*r.Body))
	if err != nil {
		return nil, err
	}
	return contract.ChangeLabel200JSONResponse{Body: label(v), Headers: contract.ChangeLabel200ResponseHeaders{ETag: etag(v.Version)}}, nil
}

// RetireLabel takes what a desk or team is called out of use.
func (s *server) RetireLabel(ctx context.Context, r contract.RetireLabelRequestObject) (contract.RetireLabelResponseObject, error) {
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	answer := func(v dispatch.Label) contract.RetireLabel200JSONResponse {
		return contract.RetireLabel200JSONResponse{Body: label(v), Headers: contract.RetireLabel200ResponseHeaders{ETag: etag(v.Version)}}
	}
	ctx = keep(ctx, func(v dispatch.Label) visit { return answer(v).VisitRetireLabelResponse })
	v, err := s.setup.Labels().Retire(ctx, who(ctx), r.Code, version)
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}

func labelEntry(b contract.LabelEntry) setup.LabelEntry {
	return setup.LabelEntry{Code: b.Code, Texts: b.Texts}
}

func label(l dispatch.Label) contract.Label {
	return contract.Label{Code: l.Code, Texts: l.Texts, State: contract.SetupState(dispatch.StateOf(l.RetiredAt)), Version: l.Version}
}
