package reports

import (
	"context"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/access"
	"roundsman/internal/fault"
)

// Satisfaction sets what people said of visits that ended in [from, until) beside
// whether we kept our word. Code: "bad_instants".
func (r *Reports) Satisfaction(ctx context.Context, who access.Principal, from, until time.Time) (dispatch.Satisfaction, error) {
	return counted(ctx, r, who, from, until, dispatch.Tx.Satisfaction)
}

// Resolutions counts the tickets resolved in [from, until) by what it took. Code:
// "bad_instants".
func (r *Reports) Resolutions(ctx context.Context, who access.Principal, from, until time.Time) (dispatch.ResolutionCount, error) {
	return counted(ctx, r, who, from, until, dispatch.Tx.CountResolutions)
}

// counted reads what one query counts in [from, until). Code: "bad_instants".
func counted[T any](ctx context.Context, r *Reports, who access.Principal, from, until time.Time,
	count func(dispatch.Tx, context.Context, time.Time, time.Time) (T, error),
) (out T, err error) {
	if !from.Before(until) {
		return out, fault.New(fault.Invalid, "bad_instants", "the time ends after it begins; check from and until").At("query/until", "is not after from")
	}
	err = r.read(ctx, who, func(tx dispatch.Tx) error {
		out, err = count(tx, ctx, from, until)
		return err
	})
	return out, err
}
