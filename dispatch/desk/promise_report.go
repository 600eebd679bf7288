package desk

import (
	"context"
	"slices"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/access"
	"roundsman/internal/fault"
)

// PromiseReport counts the promises made in a while: one line for every kind, also
// for those that nobody made. Code: "bad_instants".
func (d *Desk) PromiseReport(ctx context.Context, who access.Principal, from, until time.Time) ([]dispatch.PromiseCount, error) {
	if !from.Before(until) {
		return nil, fault.New(fault.Invalid, "bad_instants", "the report begins before it ends; check from and until")
	}
	var out []dispatch.PromiseCount
	err := d.read(ctx, who, access.ReportsRead, func(tx dispatch.Tx) error {
		counted, err := tx.CountPromises(ctx, from, until)
		if err != nil {
			return err
		}
		out = make([]dispatch.PromiseCount, 0, len(dispatch.PromiseKinds))
		for _, k := range dispatch.PromiseKinds {
			c := dispatch.PromiseCount{Kind: k}
			if i := slices.IndexFunc(counted, func(c dispatch.PromiseCount) bool { return c.Kind == k }); i >= 0 {
				c = counted[i]
			}
			out = append(out, c)
		}
		return nil
	})
	return out, err
}
