package api

import (
	"context"
	"slices"

	"roundsman/api/contract"
	"roundsman/dispatch"
)

// ReportPromises counts the promises made in a while.
func (s *server) ReportPromises(ctx context.Context, r contract.ReportPromisesRequestObject) (contract.ReportPromisesResponseObject, error) {
	list, err := s.desk.PromiseReport(ctx, who(ctx), r.Params.From, r.Params.Until)
	if err != nil {
		return nil, err
	}
	var c dispatch.PromiseCount
	if i := slices.IndexFunc(list, func(c dispatch.PromiseCount) bool { return c.Kind == dispatch.ArrivalPromise }); i >= 0 {
		c = list[i]
	}
	return contract.ReportPromises200JSONResponse{
		From: r.Params.From, Until: r.Params.Until, Made: c.Made, Open: c.Open, Kept: c.Kept, KeptFirst: c.KeptFirst,
		Late: c.Late, Broken: c.Broken, Withdrawn: c.Withdrawn, Revised: c.Revised, ByKind: each(list, promiseCount),
	}, nil
}

func promiseCount(c dispatch.PromiseCount) contract.PromiseCount {
	out := contract.PromiseCount{
		Kind: contract.PromiseKind(c.Kind), Made: c.Made, Open: c.Open, Kept: c.Kept, KeptFirst: c.KeptFirst, Late: c.Late, Broken: c.Broken,
		Withdrawn: c.Withdrawn, WithdrawnAtRisk: c.WithdrawnAtRisk, Revised: c.Revised, Forced: c.Forced,
		UnlinkedChanges: c.Unlinked, UntoldChanges: c.Untold,
	}
	if last, first, ok := c.KeptRate(); ok {
		out.KeptRate, out.KeptFirstRate = &last, &first
	}
	return out
}
