package control

import (
	"context"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/decide"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// EnterClosure says that a road is closed to cars, or slower. What is asked from
// then on knows it, and the rounds of today have their times computed anew. An id
// of the caller's own makes it safe to repeat. Codes: "bad_closure", "id_taken".
func (c *Control) EnterClosure(ctx context.Context, who access.Principal, n dispatch.Closure) (dispatch.Closure, error) {
	now := c.Clock.Now()
	if n.From.IsZero() {
		n.From = now
	}
	n.State, n.EnteredBy, n.EnteredAt, n.Version = dispatch.ClosureStanding, who.AccountID, now, 1
	if n.ID == ids.Nil {
		n.ID = ids.New()
	}
	if n.Streets == nil {
		n.Streets = []string{}
	}
	if err := n.Check(); err != nil {
		return n, err
	}
	err := c.write(ctx, who, access.PlansWrite, func(tx dispatch.Tx) error {
		if err := tx.AddClosure(ctx, n); err != nil {
			return err
		}
		return c.closed(ctx, tx, who, "closure.entered", n, now)
	})
	return n, err
}

// EndClosure says that the road is open again. Codes: "closure_not_found",
// "version_stale", "closure_state".
func (c *Control) EndClosure(ctx context.Context, who access.Principal, id ids.ID, version int64) (n dispatch.Closure, err error) {
	now := c.Clock.Now()
	err = c.write(ctx, who, access.PlansWrite, func(tx dispatch.Tx) (err error) {
		if n, err = tx.LockClosure(ctx, id); err != nil {
			return err
		}
		if n.Version != version {
			return fault.New(fault.Stale, "version_stale", "the closure has changed since you read it; read it again and repeat").With("version", n.Version)
		}
		if n.State, err = n.State.After(dispatch.ClosureEnd); err != nil {
			return err
		}
		n.EndedBy, n.EndedAt = &who.AccountID, &now
		if n, err = tx.EndClosure(ctx, n); err != nil {
			return err
		}
		return c.closed(ctx, tx, who, "closure.ended", n, now)
	})
	return n, err
}

// closed tells of a closure and has the times of today's rounds computed anew where
// it holds today: they may be longer now, or shorter.
func (c *Control) closed(ctx context.Context, tx dispatch.Tx, who access.Principal, name string, n dispatch.Closure, now time.Time) error {
	if err := decide.Emit(ctx, tx, now, who, decide.Event{Name: name, Kind: "closure", Subject: n.ID}); err != nil {
		return err
	}
	regions, err := tx.ListRegions(ctx)
	if err != nil {
		return err
	}
	for _, r := range regions {
		loc, err := r.Location()
		if err != nil {
			return err
		}
		today := dispatch.DateOf(now, loc)
		if dispatch.DateOf(n.From, loc) > today || n.Until != nil && dispatch.DateOf(*n.Until, loc) < today {
			continue
		}
		if err := retimeDay(ctx, tx, dispatch.DayKey{RegionID: r.ID, Date: today}); err != nil {
			return err
		}
	}
	return tx.Answer(ctx, n)
}

// Closure gives one. Code: "closure_not_found".
func (c *Control) Closure(ctx context.Context, who access.Principal, id ids.ID) (n dispatch.Closure, err error) {
	err = c.read(ctx, who, access.PlansRead, func(tx dispatch.Tx) (err error) {
		n, err = tx.Closure(ctx, id)
		return err
	})
	return n, err
}

// Closures lists them, latest first; state may be "".
func (c *Control) Closures(ctx context.Context, who access.Principal, state dispatch.ClosureState, p dispatch.Page) (list []dispatch.Closure, next string, err error) {
	err = c.read(ctx, who, access.PlansRead, func(tx dispatch.Tx) (err error) {
		list, next, err = tx.ListClosures(ctx, state, p)
		return err
	})
	return list, next, err
}
