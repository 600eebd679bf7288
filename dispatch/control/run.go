package control

import (
	"context"
	"errors"
	"fmt"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/day"
	"roundsman/dispatch/decide"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// NewRun asks for better rounds of a region-day.
type NewRun struct {
	ID       *ids.ID
	RegionID ids.ID
	Date     dispatch.Date
	Seed     *int64
	Seconds  int // 1 to 300; 0 is 5
	// MostMoved as in dispatch.PlanRun.
	MostMoved *int
}

// StartRun queues a plan run. Codes: "region_not_found", "day_missing".
func (c *Control) StartRun(ctx context.Context, who access.Principal, n NewRun) (dispatch.PlanRun, error) {
	now := c.Clock.Now()
	r := dispatch.PlanRun{ID: ids.New(), RegionID: n.RegionID, Date: n.Date, State: dispatch.RunQueued, Seed: 1, Seconds: n.Seconds, MostMoved: n.MostMoved,
		AskedBy: who.AccountID, CreatedAt: now, Version: 1}
	if n.ID != nil {
		r.ID = *n.ID
	}
	if n.Seed != nil {
		r.Seed = *n.Seed
	}
	if r.Seconds == 0 {
		r.Seconds = 5
	}
	err := c.write(ctx, who, access.PlansWrite, func(tx dispatch.Tx) error {
		if _, err := tx.Region(ctx, n.RegionID); err != nil {
			return err
		}
		rounds, err := tx.RoundsOn(ctx, dispatch.DayKey{RegionID: n.RegionID, Date: n.Date})
		if err != nil {
			return err
		}
		if len(rounds) == 0 {
			return fault.New(fault.NotFound, "day_missing", "nobody works on %s there; choose a day with shifts", n.Date)
		}
		if err := queue(ctx, tx, who, r); err != nil {
			return err
		}
		return tx.Answer(ctx, r)
	})
	return r, err
}

// Run gives a plan run. Code: "plan_run_not_found".
func (c *Control) Run(ctx context.Context, who access.Principal, id ids.ID) (r dispatch.PlanRun, err error) {
	err = c.read(ctx, who, access.PlansRead, func(tx dispatch.Tx) (err error) {
		r, err = tx.PlanRun(ctx, id)
		return err
	})
	return r, err
}

// Runs lists the plan runs of a region-day in one of the states, all where none is
// named, newest first.
func (c *Control) Runs(ctx context.Context, who access.Principal, k dispatch.DayKey, states []dispatch.PlanRunState, p dispatch.Page) (list []dispatch.PlanRun, next string, err error) {
	err = c.read(ctx, who, access.PlansRead, func(tx dispatch.Tx) (err error) {
		list, next, err = tx.ListPlanRuns(ctx, k, states, p)
		return err
	})
	return list, next, err
}

// CancelRun asks a run to stop; one that is queued never starts. Codes:
// "plan_run_not_found", "plan_run_over".
func (c *Control) CancelRun(ctx context.Context, who access.Principal, id ids.ID) (r dispatch.PlanRun, err error) {
	now := c.Clock.Now()
	err = c.write(ctx, who, access.PlansWrite, func(tx dispatch.Tx) (err error) {
		if r, err = tx.LockPlanRun(ctx, id); err != nil {
			return err
		}
		if _, err := r.State.After(dispatch.RunCancel); err != nil {
			return err
		}
		r.Cancel = true
		if r.State == dispatch.RunQueued {
			r.State, r.EndedAt = dispatch.RunCancelled, &now
		}
		if r, err = tx.SavePlanRun(ctx, r); err != nil {
			return err
		}
		if r.State == dispatch.RunCancelled {
			if err := decide.Emit(ctx, tx, now, who, decide.Event{Name: "plan_run.cancelled", Kind: "plan_run", Subject: id,
				Data: map[string]any{"region_id": r.RegionID, "date": r.Date}}); err != nil {
				return err
			}
		}
		return tx.Answer(ctx, r)
	})
	return r, err
}

// Draft gives the outcome of a finished run. Codes: "plan_run_not_found", "no_draft".
func (c *Control) Draft(ctx context.Context, who access.Principal, id ids.ID) (o day.Outcome, err error) {
	err = c.read(ctx, who, access.PlansRead, func(tx dispatch.Tx) error {
		r, err := tx.PlanRun(ctx, id)
		if err != nil {
			return err
		}
		if r.OutcomeID == nil {
			return fault.New(fault.Conflict, "no_draft", "the run is %s and has no draft; wait until it is drafted", r.State)
		}
		_, o, _, err = decide.Load(ctx, tx, *r.OutcomeID)
		return err
	})
	return o, err
}

// Outcome gives a what-if that was kept. Code: "outcome_not_found".
func (c *Control) Outcome(ctx context.Context, who access.Principal, id ids.ID) (o day.Outcome, err error) {
	err = c.read(ctx, who, access.PlansRead, func(tx dispatch.Tx) (err error) {
		_, o, _, err = decide.Load(ctx, tx, id)
		return err
	})
	return o, err
}

// PublishRun commits a run's draft: rounds are written and technicians see them.
// Codes as decide.Commit, and "no_draft", "plan_run_over" when it was published.
func (c *Control) PublishRun(ctx context.Context, who access.Principal, id ids.ID) (r dispatch.PlanRun, err error) {
	if err := who.Require(access.PlansWrite); err != nil {
		return r, err
	}
	seen, err := c.Run(ctx, who, id)
	if err != nil {
		return r, err
	}
	if _, err := seen.State.After(dispatch.RunPublish); err != nil {
		return r, decide.Repeated(ctx, c.Store, err)
	}
	_, err = c.Decide.Commit(ctx, decide.Commit{Who: who, Outcome: *seen.OutcomeID, Kind: day.KindPlan,
		After: func(ctx context.Context, tx dispatch.Tx, dec decide.Decision) error {
			if r, err = tx.LockPlanRun(ctx, id); err != nil {
				return err
			}
			if r.State, err = r.State.After(dispatch.RunPublish); err != nil {
				return err
			}
			if r, err = tx.SavePlanRun(ctx, r); err != nil {
				return err
			}
			rounds, err := tx.RoundsOn(ctx, dispatch.DayKey{RegionID: r.RegionID, Date: r.Date})
			if err != nil {
				return err
			}
			var list []ids.ID
			for _, x := range rounds {
				list = append(list, x.ID)
			}
			if err := tx.PublishRounds(ctx, list, dec.Now); err != nil {
				return err
			}
			if err := decide.Emit(ctx, tx, dec.Now, who, decide.Event{Name: "plan.published", Kind: "plan_run", Subject: r.ID,
				Data: map[string]any{"region_id": r.RegionID, "date": r.Date}}); err != nil {
				return err
			}
			return tx.Answer(ctx, r)
		}})
	return r, err
}

// Execute is the planning worker's part: it searches and keeps the draft. It may
// run twice for one run; the second finds it over.
func (c *Control) Execute(ctx context.Context, id ids.ID) error {
	r, err := c.begin(ctx, id)
	if err != nil || r.State != dispatch.RunRunning {
		return err
	}
	search, stop := context.WithCancel(ctx)
	defer stop()
	k := dispatch.DayKey{RegionID: r.RegionID, Date: r.Date}
	b, _, err := c.Decide.Board(ctx, []dispatch.DayKey{k}, c.Clock.Now())
	var found day.Planned
	if err == nil {
		found, err = b.Plan(search, k, day.Search{Seed: uint64(r.Seed), Time: time.Duration(r.Seconds) * time.Second, Iterations: c.MostTries, MostMoved: r.MostMoved,
			Progress: func(done float64, iterations, unassigned int) {
				if c.report(ctx, id, done, iterations, unassigned) {
					stop()
				}
			}})
	}
	if errors.Is(ctx.Err(), context.Canceled) {
		return ctx.Err() // the server stops, nobody cancelled: another worker searches anew
	}
	return c.finish(ctx, id, k, found, err)
}

// begin takes a queued run. A run found running was left by a worker that died:
// it is searched anew.
func (c *Control) begin(ctx context.Context, id ids.ID) (r dispatch.PlanRun, err error) {
	now := c.Clock.Now()
	err = c.Store.Write(ctx, func(tx dispatch.Tx) (err error) {
		if r, err = tx.LockPlanRun(ctx, id); err != nil {
			return err
		}
		to, over := r.State.After(dispatch.RunStart)
		if over != nil {
			return nil
		}
		r.State, r.StartedAt = to, &now
		r, err = tx.SavePlanRun(ctx, r)
		return err
	})
	return r, err
}

// report writes progress and says whether to stop. A report that can't be
// written is no reason to stop searching.
func (c *Control) report(ctx context.Context, id ids.ID, done float64, iterations, unassigned int) (stop bool) {
	err := c.Store.Write(ctx, func(tx dispatch.Tx) error {
		r, err := tx.LockPlanRun(ctx, id)
		if err != nil {
			return err
		}
		stop = r.Cancel
		r.Progress, r.Iterations, r.Unassigned = done, int64(iterations), unassigned
		_, err = tx.SavePlanRun(ctx, r)
		return err
	})
	return err == nil && stop
}

func (c *Control) finish(ctx context.Context, id ids.ID, k dispatch.DayKey, found day.Planned, failed error) error {
	ctx = context.WithoutCancel(ctx) // the end of a run is written also when its time is up
	now := c.Clock.Now()
	return c.Store.Write(ctx, func(tx dispatch.Tx) error {
		r, err := tx.LockPlanRun(ctx, id)
		if err != nil || r.State.Over() {
			return err
		}
		asker := access.Principal{AccountID: r.AskedBy}
		r.EndedAt = &now
		name := "plan_run.drafted"
		switch {
		case failed != nil && !errors.Is(failed, context.Canceled):
			r.State, name = dispatch.RunFailed, "plan_run.failed"
			r.Error = "the search failed; see the server's log"
			if f := fault.Of(failed); f != nil {
				r.Error = f.Message
			}
		case r.Cancel, failed != nil:
			r.State, name = dispatch.RunCancelled, "plan_run.cancelled"
		default:
			o := found.Outcome
			if err := c.Decide.Keep(ctx, tx, decide.Question{Who: asker, Subject: &id, Days: []dispatch.DayKey{k}, Change: found.Change}, &o); err != nil {
				return err
			}
			r.State, r.OutcomeID, r.Progress = dispatch.RunDrafted, &o.ID, 1
			r.Iterations, r.Assigned, r.Unassigned = int64(found.Iterations), found.Assigned, len(o.Unassigned)
			r.ScoreBefore, r.ScoreAfter = &found.Before, &found.After
		}
		if _, err := tx.SavePlanRun(ctx, r); err != nil {
			return fmt.Errorf("ending plan run %s: %w", id, err)
		}
		return decide.Emit(ctx, tx, now, asker, decide.Event{Name: name, Kind: "plan_run", Subject: id,
			Data: map[string]any{"region_id": r.RegionID, "date": r.Date, "unassigned": r.Unassigned}})
	})
}
