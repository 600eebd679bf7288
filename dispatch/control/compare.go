package control

import (
	"context"

	"roundsman/dispatch"
	"roundsman/dispatch/day"
	"roundsman/dispatch/decide"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// Compare sets a draft beside another draft of the same region-day, or beside the
// rounds as they stand where none is named, both on the present day. Codes:
// "plan_run_not_found", "no_draft", "runs_differ" for another day, "draft_stale" when
// a draft does not fit the day any more.
func (c *Control) Compare(ctx context.Context, who access.Principal, run ids.ID, with *ids.ID) (day.Comparison, error) {
	var out day.Comparison
	var k dispatch.DayKey
	var from, to *day.Change
	err := c.read(ctx, who, access.PlansRead, func(tx dispatch.Tx) (err error) {
		if k, to, err = drafted(ctx, tx, run); err != nil || with == nil {
			return err
		}
		var other dispatch.DayKey
		if other, from, err = drafted(ctx, tx, *with); err == nil && other != k {
			err = fault.New(fault.Conflict, "runs_differ", "the runs are of different days; compare drafts of one region-day")
		}
		return err
	})
	if err != nil {
		return out, err
	}
	b, _, err := c.Decide.Board(ctx, []dispatch.DayKey{k}, c.Clock.Now())
	if err != nil {
		return out, err
	}
	out, blocked := b.Compare(from, to)
	if len(blocked) > 0 {
		return out, fault.New(fault.Conflict, "draft_stale", "a draft does not fit the day any more: %s; run the plan again", blocked[0].Text).With("blocked", blocked)
	}
	return out, nil
}

// drafted reads the change of a run's draft.
func drafted(ctx context.Context, tx dispatch.Tx, run ids.ID) (dispatch.DayKey, *day.Change, error) {
	r, err := tx.PlanRun(ctx, run)
	if err != nil {
		return dispatch.DayKey{}, nil, err
	}
	if r.State != dispatch.RunDrafted || r.OutcomeID == nil {
		return dispatch.DayKey{}, nil, fault.New(fault.Conflict, "no_draft", "the run is %s and has no draft to compare; choose one that is drafted", r.State)
	}
	_, _, change, err := decide.Load(ctx, tx, *r.OutcomeID)
	return dispatch.DayKey{RegionID: r.RegionID, Date: r.Date}, &change, err
}
