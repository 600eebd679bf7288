package api

import (
	"context"

	"roundsman/api/contract"
	"roundsman/dispatch"
	"roundsman/dispatch/setup"
)

// ListOptionTemplates lists kinds of option, by code.
func (s *server) ListOptionTemplates(ctx context.Context, r contract.ListOptionTemplatesRequestObject) (contract.ListOptionTemplatesResponseObject, error) {
	p := r.Params
	list, next, err := s.setup.OptionTemplates().List(ctx, who(ctx), dispatch.StandingFilter{Retired: chosen(p.Retired)}, page(p.Limit, p.After))
	if err != nil {
		return nil, err
	}
	return contract.ListOptionTemplates200JSONResponse{
		Body: contract.OptionTemplates{Items: each(list, optionTemplate)}, Headers: contract.ListOptionTemplates200ResponseHeaders{Link: nextLink(ctx, next)},
	}, nil
}

// AddOptionTemplate enters a kind of option.
func (s *server) AddOptionTemplate(ctx context.Context, r contract.AddOptionTemplateRequestObject) (contract.AddOptionTemplateResponseObject, error) {
	answer := func(v dispatch.OptionTemplate) contract.AddOptionTemplate201JSONResponse {
		return contract.AddOptionTemplate201JSONResponse{Body: optionTemplate(v), Headers: contract.AddOptionTemplate201ResponseHeaders{
			ETag: etag(v.Version), Location: "/v1/option-templates/" + v.Code}}
	}
	ctx = keep(ctx, func(v dispatch.OptionTemplate) visit { return answer(v).VisitAddOptionTemplateResponse })
	v, err := s.setup.OptionTemplates().Add(ctx, who(ctx), optionTemplateEntry(*r.Body))
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}

// GetOptionTemplate gives a kind of option, retired or not.
func (s *server) GetOptionTemplate(ctx context.Context, r contract.GetOptionTemplateRequestObject) (contract.GetOptionTemplateResponseObject, error) {
	v, err := s.setup.OptionTemplates().Get(ctx, who(ctx), r.Code)
	if err != nil {
		return nil, err
	}
	return contract.GetOptionTemplate200JSONResponse{Body: optionTemplate(v), Headers: contract.GetOptionTemplate200ResponseHeaders{ETag: etag(v.Version)}}, nil
}

// ChangeOptionTemplate merges a patch into a kind of option.
func (s *server) ChangeOptionTemplate(ctx context.Context, r contract.ChangeOptionTemplateRequestObject) (contract.ChangeOptionTemplateResponseObject, error) {
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	v, err := s.setup.OptionTemplates().Change(ctx, who(ctx), r.Code, version, optionTemplateEntry(*r.Body))
	if err != nil {
		return nil, err
	}
	return contract.ChangeOptionTemplate200JSONResponse{Body: optionTemplate(v), Headers: contract.ChangeOptionTemplate200ResponseHeaders{ETag: etag(v.Version)}}, nil
}

// RetireOptionTemplate takes a kind of option out of use.
func (s *server) RetireOptionTemplate(ctx context.Context, r contract.RetireOptionTemplateRequestObject) (contract.RetireOptionTemplateResponseObject, error) {
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	answer := func(v dispatch.OptionTemplate) contract.RetireOptionTemplate200JSONResponse {
		return contract.RetireOptionTemplate200JSONResponse{Body: optionTemplate(v), Headers: contract.RetireOptionTemplate200ResponseHeaders{ETag: etag(v.Version)}}
	}
	ctx = keep(ctx, func(v dispatch.OptionTemplate) visit { return answer(v).VisitRetireOptionTemplateResponse })
	v, err := s.setup.OptionTemplates().Retire(ctx, who(ctx), r.Code, version)
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}

func optionTemplateEntry(b contract.OptionTemplateEntry) setup.OptionTemplateEntry {
	return setup.OptionTemplateEntry{
		Code: b.Code, Name: b.Name, Minutes: some(b.Duration, minutesOf), EndState: named[string](b.EndState), Swaps: b.Swaps,
		FollowUpMinutes: some(b.FollowUp, minutesOf), FollowUpDays: b.FollowUpDays, FollowUpReserves: b.FollowUpReserves,
		NewOSVersion: b.NewOsVersion, Position: b.Position,
	}
}

func optionTemplate(o dispatch.OptionTemplate) contract.OptionTemplate {
	return contract.OptionTemplate{
		Code: o.Code, Name: o.Name, Duration: minutes(o.Minutes), EndState: given(contract.OptionTemplateEndState(o.EndState)), Swaps: &o.Swaps,
		FollowUp: given(minutes(o.FollowUpMinutes)), FollowUpDays: &o.FollowUpDays, FollowUpReserves: &o.FollowUpReserves,
		NewOsVersion: given(o.NewOSVersion), Position: &o.Position, State: contract.SetupState(dispatch.StateOf(o.RetiredAt)), Version: o.Version,
	}
}
