package api

import (
	"context"

	"roundsman/api/contract"
	"roundsman/dispatch"
	"roundsman/dispatch/control"
)

// GetLearnedTimes gives how much longer drives take in a region than the roads say.
func (s *server) GetLearnedTimes(ctx context.Context, r contract.GetLearnedTimesRequestObject) (contract.GetLearnedTimesResponseObject, error) {
	v, err := s.control.LearnedTimes(ctx, who(ctx), r.ID)
	if err != nil {
		return nil, err
	}
	return contract.GetLearnedTimes200JSONResponse{Body: learnedTimes(v), Headers: contract.GetLearnedTimes200ResponseHeaders{ETag: etag(v.Version)}}, nil
}

// UseLearnedTimes says what becomes of it.
func (s *server) UseLearnedTimes(ctx context.Context, r contract.UseLearnedTimesRequestObject) (contract.UseLearnedTimesResponseObject, error) {
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	v, err := s.control.UseLearnedTimes(ctx, who(ctx), dispatch.LearnedTimes{RegionID: r.ID, Use: dispatch.LearnedUse(r.Body.Use), Version: version})
	if err != nil {
		return nil, err
	}
	return contract.UseLearnedTimes200JSONResponse{Body: learnedTimes(v), Headers: contract.UseLearnedTimes200ResponseHeaders{ETag: etag(v.Version)}}, nil
}

func learnedTimes(v control.LearnedView) contract.LearnedTimes {
	return contract.LearnedTimes{RegionID: v.RegionID, Use: contract.LearnedUse(v.Use), LearnedAt: v.LearnedAt, SetBy: v.SetBy, Version: v.Version,
		Hours: each(v.Hours, func(h dispatch.LearnedHour) contract.LearnedHour {
			return contract.LearnedHour{Day: contract.LearnedHourDay(h.Kind), Hour: h.Hour, Factor: float64(h.Percent) / 100, Drives: h.Drives,
				Since: h.Since, ChangedAt: h.ChangedAt}
		})}
}
