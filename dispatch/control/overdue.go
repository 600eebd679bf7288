package control

import (
	"context"
	"errors"
	"fmt"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/decide"
	"roundsman/internal/access"
	"roundsman/internal/ids"
)

// overdueElse settles what was promised by an instant and has not been done by
// then, of every kind but arrivals: it is marked once, so that its owner sees it,
// and broken when its grace is over.
func (c *Control) overdueElse(ctx context.Context, now time.Time) error {
	var failed error
	for _, k := range dispatch.PromiseKinds {
		if k == dispatch.ArrivalPromise {
			continue
		}
		var list []dispatch.Promise
		err := c.Store.Read(ctx, func(tx dispatch.Tx) (err error) {
			list, err = tx.OverdueOf(ctx, k, now, now.Add(-k.Grace()), batch)
			return err
		})
		failed = errors.Join(failed, err)
		for _, p := range list {
			if err := c.overdueOne(ctx, p.ID, now); err != nil {
				failed = errors.Join(failed, fmt.Errorf("settling promise %s: %w", p.ID, err))
			}
		}
	}
	return failed
}

func (c *Control) overdueOne(ctx context.Context, id ids.ID, now time.Time) error {
	return c.Store.Write(ctx, func(tx dispatch.Tx) error {
		p, err := tx.LockPromise(ctx, id)
		if err != nil || p.State != dispatch.PromiseOpen || now.Before(p.WindowEnd) {
			return err
		}
		if !now.Before(p.WindowEnd.Add(p.Kind.Grace())) {
			_, err = decide.SettleAs(ctx, tx, access.Principal{}, p, decide.End{To: dispatch.PromiseBroken, Reason: "never_done"}, now)
			return err
		}
		if p.AtRiskSince != nil {
			return nil // marked already
		}
		return decide.Overdue(ctx, tx, p, nil, now)
	})
}
