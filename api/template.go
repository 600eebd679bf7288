package api

import (
	"context"

	"roundsman/api/contract"
	"roundsman/dispatch"
)

// ListTemplates lists the kinds of ticket.
func (s *server) ListTemplates(ctx context.Context, _ contract.ListTemplatesRequestObject) (contract.ListTemplatesResponseObject, error) {
	list, err := s.desk.Templates(ctx, who(ctx))
	if err != nil {
		return nil, err
	}
	return contract.ListTemplates200JSONResponse{Items: each(list, ticketTemplate)}, nil
}

func ticketTemplate(t dispatch.Template) contract.Template {
	return contract.Template{
		ID: t.ID, Code: t.Code, Name: t.Name, Category: t.Category, Priority: t.Priority, OnSite: t.OnSite, Duration: minutes(t.Minutes),
		Field: given(t.Field), Skill: given(contract.Skill{Code: t.SkillCode, Level: t.SkillLevel}), OptionCodes: each(t.OptionCodes, same[string]),
	}
}
