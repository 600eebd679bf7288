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

// unanswered flags the changes that technicians should have acknowledged by now,
// once each, so that a dispatcher calls them.
func (c *Control) unanswered(ctx context.Context, now time.Time) error {
	var list []dispatch.RoundChange
	err := c.Store.Read(ctx, func(tx dispatch.Tx) (err error) {
		list, err = tx.UnansweredChanges(ctx, now, batch)
		return err
	})
	if err != nil {
		return err
	}
	var failed error
	for _, x := range list {
		if err := c.flagChange(ctx, x.ID, now); err != nil {
			failed = errors.Join(failed, fmt.Errorf("flagging round change %s: %w", x.ID, err))
		}
	}
	return failed
}

func (c *Control) flagChange(ctx context.Context, id ids.ID, now time.Time) error {
	return c.Store.Write(ctx, func(tx dispatch.Tx) error {
		x, err := tx.LockRoundChange(ctx, id)
		if err != nil || x.State != dispatch.ChangePending || x.FlaggedAt != nil {
			return err
		}
		x.FlaggedAt = &now
		if x, err = tx.SaveRoundChange(ctx, x); err != nil {
			return err
		}
		return decide.Emit(ctx, tx, now, access.Principal{}, decide.Event{Name: "round_change.unanswered", Kind: "round_change", Subject: x.ID,
			Technician: &x.TechnicianID, Data: map[string]any{"round_id": x.RoundID, "visit_id": x.VisitID}})
	})
}
