package field

import (
	"context"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/decide"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// AcknowledgeChange says that the technician goes by a change of their round.
// Saying so twice is once. Codes: "round_change_not_found", "round_change_state".
func (f *Field) AcknowledgeChange(ctx context.Context, who access.Principal, id ids.ID) (dispatch.RoundChange, error) {
	return f.answerChange(ctx, who, id, dispatch.ChangeAcknowledge, "")
}

// ObjectToChange says that the technician can't go by it, and why. The plan stays
// as it is until a dispatcher changes it. Codes as AcknowledgeChange.
func (f *Field) ObjectToChange(ctx context.Context, who access.Principal, id ids.ID, reason string) (dispatch.RoundChange, error) {
	return f.answerChange(ctx, who, id, dispatch.ChangeObject, reason)
}

func (f *Field) answerChange(ctx context.Context, who access.Principal, id ids.ID, act dispatch.RoundChangeAct, reason string) (dispatch.RoundChange, error) {
	me, err := own(who)
	if err != nil {
		return dispatch.RoundChange{}, err
	}
	now := f.Clock.Now()
	var c dispatch.RoundChange
	err = f.Store.Write(ctx, func(tx dispatch.Tx) error {
		if c, err = tx.LockRoundChange(ctx, id); err != nil {
			return err
		}
		if c.TechnicianID != me {
			return fault.New(fault.NotFound, "round_change_not_found", "there is no such round change")
		}
		if act == dispatch.ChangeObject && c.State == dispatch.ChangeObjected && c.Reason == reason {
			return tx.Answer(ctx, c) // said again
		}
		to, err := c.State.After(act)
		if err != nil {
			return err
		}
		if to == c.State {
			return tx.Answer(ctx, c)
		}
		c.State, c.Reason, c.AnsweredAt = to, reason, &now
		if c, err = tx.SaveRoundChange(ctx, c); err != nil {
			return err
		}
		if err := tellChange(ctx, tx, who, c, now); err != nil {
			return err
		}
		return tx.Answer(ctx, c)
	})
	return c, err
}

func tellChange(ctx context.Context, tx dispatch.Tx, who access.Principal, c dispatch.RoundChange, now time.Time) error {
	return decide.Emit(ctx, tx, now, who, decide.Event{Name: "round_change." + string(c.State), Kind: "round_change", Subject: c.ID, Technician: &c.TechnicianID,
		Data: map[string]any{"round_id": c.RoundID, "visit_id": c.VisitID}})
}
