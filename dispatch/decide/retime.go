package decide

import (
	"context"
	"errors"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/day"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// Leave takes a visit that has not begun out of its round, to wait again or for
// good: the technician is told that the round is another, and its times are
// computed anew. The round is locked. Without a round only the state changes.
// Code: "visit_state".
func Leave(ctx context.Context, tx dispatch.Tx, who access.Principal, v dispatch.Visit, to dispatch.VisitState, why string, now time.Time) error {
	if _, err := tx.SetVisitState(ctx, v, to); err != nil || v.RoundID == nil {
		return err
	}
	if err := tx.RaiseRound(ctx, *v.RoundID); err != nil {
		return err
	}
	if err := tx.Enqueue(ctx, dispatch.Job{Kind: "retime", ID: *v.RoundID}); err != nil {
		return err
	}
	if err := announceLeave(ctx, tx, who, v, now); err != nil {
		return err
	}
	return Emit(ctx, tx, now, who, Event{Name: "round.changed", Kind: "round", Subject: *v.RoundID, Technician: v.TechnicianID,
		Data: map[string]any{"visit_id": v.ID, "kind": why}})
}

// Retime computes the times of a round and the chances of its promises anew after
// something has happened in it, writes them, and tells whose promise has fallen
// through a floor. It moves nobody. It may run twice.
func (d *Decider) Retime(ctx context.Context, round ids.ID) error {
	for range attempts {
		now := d.Clock.Now()
		var h day.Horizon
		err := d.Store.Read(ctx, func(tx dispatch.Tx) error {
			r, err := tx.Round(ctx, round)
			if err != nil {
				return err
			}
			h, err = Horizon(ctx, tx, []dispatch.DayKey{{RegionID: r.RegionID, Date: r.Date}}, now)
			return err
		})
		if err != nil {
			return err
		}
		b, err := d.Ready(ctx, h, now)
		if err != nil {
			return err
		}
		dec := Decision{Now: now, Change: day.Change{Kind: day.KindRetime, Acts: []day.Act{{Retime: &day.Retime{RoundID: round}}}}}
		dec.Outcome = b.Try(dec.Change)
		err = d.Store.Write(ctx, func(tx dispatch.Tx) error {
			return d.write(ctx, tx, Commit{Who: access.Principal{}, Kind: day.KindRetime}, dec)
		})
		if !errors.Is(err, errMoved) {
			return err
		}
	}
	return fault.New(fault.Unavailable, "day_busy", "the day is changing too fast to compute its times; the job tries again")
}
