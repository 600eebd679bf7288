package api

import (
	"context"

	"roundsman/api/contract"
)

// ReportPromises counts the promises made in a while.
func (s *server) ReportPromises(ctx context.Context, r contract.ReportPromisesRequestObject) (contract.ReportPromisesResponseObject, error) {
	c, err := s.desk.PromiseReport(ctx, who(ctx), r.Params.From, r.Params.Until)
	if err != nil {
		return nil, err
	}
	return contract.ReportPromises200JSONResponse{
		From: r.Params.From, Until: r.Params.Until, Made: c.Made, Open: c.Open, Kept: c.Kept, KeptFirst: c.KeptFirst,
		Late: c.Late, Broken: c.Broken, Withdrawn: c.Withdrawn, Revised: c.Revised,
	}, nil
}
