package api

import (
	"context"

	"roundsman/api/contract"
	"roundsman/dispatch"
)

// ListTemplates lists the kinds of ticket.
func (s *server) ListTemplates(ctx context.Context, r contract.ListTemplatesRequestObject) (contract.ListTemplatesResponseObject, error) {
	list, err := listed(ctx, value(r.Params.Retired), s.desk.Templates, s.setup.Templates().List)
	if err != nil {
		return nil, err
	}
	return contract.ListTemplates200JSONResponse{Items: each(list, ticketTemplate)}, nil
}

func ticketTemplate(t dispatch.Template) contract.Template {
	return contract.Template{
		ID: t.ID, Code: t.Code, Name: t.Name, Category: t.Category, Priority: t.Priority, OnSite: t.OnSite, Duration: minutes(t.Minutes),
		Field: given(t.Field), FieldsNeeded: given(t.FieldsNeeded()), Skill: given(contract.Skill{Code: t.SkillCode, Level: t.SkillLevel}), OptionCodes: each(t.OptionCodes, same[string]), Symptoms: t.Symptoms,
		Spread: given(t.Spread), KitModelID: t.KitModel, State: state(t.RetiredAt), Version: given(t.Version),
	}
}
