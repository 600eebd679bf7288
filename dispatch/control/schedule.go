package control

import (
	"context"
	"errors"
	"fmt"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/decide"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// Schedule gives when a region's days are planned by night. Code: "region_not_found".
func (c *Control) Schedule(ctx context.Context, who access.Principal, region ids.ID) (s dispatch.PlanSchedule, err error) {
	err = c.read(ctx, who, access.PlansRead, func(tx dispatch.Tx) error {
		if _, err := tx.Region(ctx, region); err != nil {
			return err
		}
		s, err = tx.PlanSchedule(ctx, region)
		return err
	})
	return s, err
}

// SetSchedule changes it, expecting the version given; the runs of the nights to
// come are asked for in the caller's name. Codes: "region_not_found",
// "version_stale", "bad_schedule".
func (c *Control) SetSchedule(ctx context.Context, who access.Principal, s dispatch.PlanSchedule) (dispatch.PlanSchedule, error) {
	now := c.Clock.Now()
	err := c.write(ctx, who, access.PlansWrite, func(tx dispatch.Tx) (err error) {
		if s.At < 0 || s.At >= 24*60 || s.Days < 1 || s.Days > 7 || s.Seconds < 1 || s.Seconds > 300 {
			return fault.New(fault.Invalid, "bad_schedule", "plan at a time of the day, 1 to 7 days ahead, for PT1S to PT5M each")
		}
		if _, err := tx.Region(ctx, s.RegionID); err != nil {
			return err
		}
		s.SetBy = &who.AccountID
		if s, err = tx.SavePlanSchedule(ctx, s); err != nil {
			return err
		}
		return decide.Emit(ctx, tx, now, who, decide.Event{Name: "plan_schedule.changed", Kind: "region", Subject: s.RegionID,
			Data: map[string]any{"enabled": s.Enabled, "at_minute": s.At, "days": s.Days}})
	})
	return s, err
}

// nightly asks for the plans of the night where it is due, once a region and night.
func (c *Control) nightly(ctx context.Context, now time.Time) error {
	var due []dispatch.PlanSchedule
	nights := map[ids.ID]dispatch.Date{}
	err := c.Store.Read(ctx, func(tx dispatch.Tx) error {
		list, err := tx.EnabledSchedules(ctx)
		if err != nil {
			return err
		}
		for _, s := range list {
			region, err := tx.Region(ctx, s.RegionID)
			if err != nil {
				return err
			}
			loc, err := region.Location()
			if err != nil {
				return err
			}
			if night, ok := s.Night(now, loc); ok {
				due, nights[s.RegionID] = append(due, s), night
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	var failed error
	for _, s := range due {
		if err := c.planNight(ctx, s, nights[s.RegionID], now); err != nil {
			failed = errors.Join(failed, fmt.Errorf("planning region %s by night: %w", s.RegionID, err))
		}
	}
	return failed
}

func (c *Control) planNight(ctx context.Context, s dispatch.PlanSchedule, night dispatch.Date, now time.Time) error {
	return c.Store.Write(ctx, func(tx dispatch.Tx) error {
		first, err := tx.BeginNight(ctx, s.RegionID, night, now)
		if err != nil || !first {
			return err
		}
		days, err := tx.DaysAhead(ctx, s.RegionID, night, now, s.Days)
		if err != nil {
			return err
		}
		for _, d := range days {
			r := dispatch.PlanRun{ID: ids.New(), RegionID: s.RegionID, Date: d, State: dispatch.RunQueued, Seed: 1, Seconds: s.Seconds,
				AskedBy: *s.SetBy, CreatedAt: now, Version: 1}
			if err := queue(ctx, tx, access.Principal{AccountID: *s.SetBy}, r); err != nil {
				return err
			}
		}
		return nil
	})
}

// queue stores a run and asks a worker for it.
func queue(ctx context.Context, tx dispatch.Tx, who access.Principal, r dispatch.PlanRun) error {
	if err := tx.AddPlanRun(ctx, r); err != nil {
		return err
	}
	if err := tx.Enqueue(ctx, dispatch.Job{Kind: "plan_run", ID: r.ID}); err != nil {
		return err
	}
	return decide.Emit(ctx, tx, r.CreatedAt, who, decide.Event{Name: "plan_run.queued", Kind: "plan_run", Subject: r.ID,
		Data: map[string]any{"region_id": r.RegionID, "date": r.Date}})
}
