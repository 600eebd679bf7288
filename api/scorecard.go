package api

import (
	"context"

	"roundsman/api/contract"
	"roundsman/dispatch"
	"roundsman/dispatch/reports"
)

// ReportMeasures reads the measures of one manner or of all.
func (s *server) ReportMeasures(ctx context.Context, r contract.ReportMeasuresRequestObject) (contract.ReportMeasuresResponseObject, error) {
	var manner dispatch.Manner
	if m := r.Params.Manner; m != nil {
		manner = dispatch.Manner(*m)
	}
	v, err := s.reports.Measures(ctx, who(ctx), r.Params.From, r.Params.Until, manner)
	if err != nil {
		return nil, err
	}
	return contract.ReportMeasures200JSONResponse{From: v.From, Until: v.Until, MeasuredUntil: v.MeasuredUntil,
		Manners: manners(v.Readings), Calls: callCount(v.Calls), Statement: coverage(v.Calls) + "."}, nil
}

// ReportScorecard reads all measures over a month.
func (s *server) ReportScorecard(ctx context.Context, r contract.ReportScorecardRequestObject) (contract.ReportScorecardResponseObject, error) {
	v, err := s.reports.Scorecard(ctx, who(ctx), r.Params.RegionID, r.Params.Month)
	if err != nil {
		return nil, err
	}
	loc, err := v.Region.Location()
	if err != nil {
		return nil, err
	}
	return contract.ReportScorecard200JSONResponse{Month: v.Month, RegionID: v.Region.ID, Zone: v.Region.Zone,
		From: v.From.In(loc), Until: v.Until.In(loc), MeasuredUntil: v.MeasuredUntil.In(loc),
		Manners: manners(v.Readings), Calls: callCount(v.Calls), Statement: coverage(v.Calls) + "."}, nil
}

// manners puts the readings under their manners, in the charter's order.
func manners(list []reports.Read) []contract.MannerReading {
	var out []contract.MannerReading
	for _, m := range dispatch.Manners {
		g := contract.MannerReading{Manner: contract.Manner(m)}
		for _, r := range list {
			if r.Manner == m {
				g.Measures = append(g.Measures, measureReading(r))
			}
		}
		if len(g.Measures) > 0 {
			out = append(out, g)
		}
	}
	return out
}

func measureReading(r reports.Read) contract.MeasureReading {
	out := contract.MeasureReading{Code: r.Code, Kind: contract.MeasureReadingKind(r.Kind), Better: "less", Text: r.Text, Part: r.Part, Whole: r.Whole}
	if r.More {
		out.Better = "more"
	}
	if v, ok := r.Value(r.Reading); ok {
		out.Value = &v
	}
	if r.P50 != nil && r.P90 != nil {
		out.P50, out.P90 = given(exact(*r.P50)), given(exact(*r.P90))
	}
	return out
}
