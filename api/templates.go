package api

import (
	"context"

	"roundsman/api/contract"
	"roundsman/dispatch"
	"roundsman/dispatch/setup"
)

// AddTemplate enters a kind of ticket.
func (s *server) AddTemplate(ctx context.Context, r contract.AddTemplateRequestObject) (contract.AddTemplateResponseObject, error) {
	answer := func(v dispatch.Template) contract.AddTemplate201JSONResponse {
		return contract.AddTemplate201JSONResponse{Body: ticketTemplate(v), Headers: contract.AddTemplate201ResponseHeaders{
			ETag: etag(v.Version), Location: "/v1/templates/" + v.ID.String()}}
	}
	ctx = keep(ctx, func(v dispatch.Template) visit { return answer(v).VisitAddTemplateResponse })
	v, err := s.setup.Templates().Add(ctx, who(ctx), templateEntry(*r.Body))
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}

// GetTemplate gives a kind of ticket, retired or not.
func (s *server) GetTemplate(ctx context.Context, r contract.GetTemplateRequestObject) (contract.GetTemplateResponseObject, error) {
	v, err := s.setup.Templates().Get(ctx, who(ctx), r.ID)
	if err != nil {
		return nil, err
	}
	return contract.GetTemplate200JSONResponse{Body: ticketTemplate(v), Headers: contract.GetTemplate200ResponseHeaders{ETag: etag(v.Version)}}, nil
}

// ChangeTemplate merges a patch into a kind of ticket.
func (s *server) ChangeTemplate(ctx context.Context, r contract.ChangeTemplateRequestObject) (contract.ChangeTemplateResponseObject, error) {
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	v, err := s.setup.Templates().Change(ctx, who(ctx), r.ID, version, templateEntry(*r.Body))
	if err != nil {
		return nil, err
	}
	return contract.ChangeTemplate200JSONResponse{Body: ticketTemplate(v), Headers: contract.ChangeTemplate200ResponseHeaders{ETag: etag(v.Version)}}, nil
}

// RetireTemplate takes a kind of ticket out of use.
func (s *server) RetireTemplate(ctx context.Context, r contract.RetireTemplateRequestObject) (contract.RetireTemplateResponseObject, error) {
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	answer := func(v dispatch.Template) contract.RetireTemplate200JSONResponse {
		return contract.RetireTemplate200JSONResponse{Body: ticketTemplate(v), Headers: contract.RetireTemplate200ResponseHeaders{ETag: etag(v.Version)}}
	}
	ctx = keep(ctx, func(v dispatch.Template) visit { return answer(v).VisitRetireTemplateResponse })
	v, err := s.setup.Templates().Retire(ctx, who(ctx), r.ID, version)
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}

// ListTemplateVersions gives every version of a template with its uses.
func (s *server) ListTemplateVersions(ctx context.Context, r contract.ListTemplateVersionsRequestObject) (contract.ListTemplateVersionsResponseObject, error) {
	h, err := s.setup.TemplateVersions(ctx, who(ctx), r.ID)
	if err != nil {
		return nil, err
	}
	return contract.ListTemplateVersions200JSONResponse{Items: each(h.Versions, func(v dispatch.TemplateVersion) contract.TemplateVersion {
		return contract.TemplateVersion{Template: ticketTemplate(v.Template), ChangedAt: v.ChangedAt, Uses: h.Uses[v.Template.Version]}
	})}, nil
}

func templateEntry(b contract.TemplateEntry) setup.TemplateEntry {
	e := setup.TemplateEntry{
		Code: b.Code, Name: b.Name, Category: b.Category, Priority: b.Priority, Minutes: some(b.Duration, minutesOf), Spread: b.Spread,
		SkillCode: b.SkillCode, SkillLevel: b.SkillLevel, KitModel: b.KitModelID, Field: b.Field, OnSite: b.OnSite,
	}
	if b.OptionCodes != nil {
		e.OptionCodes = &b.OptionCodes
	}
	if b.Symptoms != nil {
		e.Symptoms = &b.Symptoms
	}
	return e
}
