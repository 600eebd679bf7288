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

// byMorning is how long after that the owner calls: half a day after a shift is
// night.
const byMorning = 6 * time.Hour

// stuck ends visits that were begun and of which nothing was heard until half a day
// after the shift. Their owners have a call to make.
func (c *Control) stuck(ctx context.Context, now time.Time) error {
	var list []dispatch.Visit
	err := c.Store.Read(ctx, func(tx dispatch.Tx) (err error) {
		list, err = tx.Stuck(ctx, now.Add(-neverCame), batch)
		return err
	})
	if err != nil {
		return err
	}
	var failed error
	for _, seen := range list {
		if err := c.neverReported(ctx, seen, now); err != nil {
			failed = errors.Join(failed, fmt.Errorf("ending visit %s: %w", seen.ID, err))
		}
	}
	return failed
}

func (c *Control) neverReported(ctx context.Context, seen dispatch.Visit, now time.Time) error {
	return c.Store.Write(ctx, func(tx dispatch.Tx) error {
		if _, err := tx.LockRounds(ctx, []ids.ID{*seen.RoundID}); err != nil {
			return err
		}
		v, err := tx.LockVisit(ctx, seen.ID)
		if err != nil || v.State.Allows(dispatch.ActNeverReported) != nil {
			return err
		}
		s, err := tx.Shift(ctx, *v.ShiftID)
		if err != nil || now.Before(s.EndsAt.Add(time.Duration(s.OvertimeMinutes)*time.Minute+neverCame)) {
			return err
		}
		// When it ended nobody knows; not before it was last heard of.
		at := s.EndsAt
		for _, heard := range []*time.Time{v.DepartedAt, v.ArrivedAt} {
			if heard != nil && heard.After(at) {
				at = *heard
			}
		}
		if _, err := decide.GiveUp(ctx, tx, access.Principal{}, v, decide.Ending{Reason: dispatch.GaveUpNeverReported, At: at, Now: now, CallIn: byMorning}); err != nil {
			return err
		}
		if err := tx.RaiseRound(ctx, *v.RoundID); err != nil {
			return err
		}
		return decide.Emit(ctx, tx, now, access.Principal{}, decide.Event{Name: "visit.cannot_complete", Kind: "visit", Subject: v.ID, Technician: v.TechnicianID,
			Data: map[string]any{"ticket_id": v.TicketID, "round_id": v.RoundID, "reason": dispatch.GaveUpNeverReported}})
	})
}
