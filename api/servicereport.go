package api

import (
	"context"

	"roundsman/api/contract"
	"roundsman/dispatch"
)

// ReportServiceLevels tells how the service level was kept, exceptions apart.
func (s *server) ReportServiceLevels(ctx context.Context, r contract.ReportServiceLevelsRequestObject) (contract.ReportServiceLevelsResponseObject, error) {
	v, err := s.desk.LevelReport(ctx, who(ctx), r.Params.From, r.Params.Until)
	if err != nil {
		return nil, err
	}
	return contract.ReportServiceLevels200JSONResponse{From: r.Params.From, Until: r.Params.Until, Tickets: v.Tickets, Unset: v.Unset, Excepted: v.Excepted,
		Normal: each(v.Normal, levelCount), Apart: each(v.Apart, levelCount)}, nil
}

func levelCount(c dispatch.LevelCount) contract.LevelCount {
	out := contract.LevelCount{Measure: contract.LevelCountMeasure(c.Measure), Met: c.Met, Missed: c.Missed}
	if all := c.Met + c.Missed; all > 0 {
		share := float64(c.Met) / float64(all)
		out.Share = &share
	}
	return out
}

// ReportRegistrationEffort tells what tickets took to enter.
func (s *server) ReportRegistrationEffort(ctx context.Context, r contract.ReportRegistrationEffortRequestObject) (contract.ReportRegistrationEffortResponseObject, error) {
	list, err := s.desk.Efforts(ctx, who(ctx), r.Params.From, r.Params.Until)
	if err != nil {
		return nil, err
	}
	return contract.ReportRegistrationEffort200JSONResponse{From: r.Params.From, Until: r.Params.Until, Templates: each(list, effortSpread)}, nil
}

func effortSpread(e dispatch.EffortSpread) contract.EffortSpread {
	return contract.EffortSpread{TemplateID: e.TemplateID, Template: e.TemplateCode, Tickets: e.Tickets, FieldsP50: e.FieldsP50, FieldsMost: e.FieldsMost,
		Counted: e.Counted, KeyStrokesP50: e.StrokesP50, KeyStrokesP90: e.StrokesP90}
}
