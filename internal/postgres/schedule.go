package postgres

import (
	"context"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/ids"
)

const planScheduleColumns = `region_id, enabled, at_minute as at, days, seconds, set_by, version`

// PlanSchedule gives a region's, the usual one before anybody has set it.
func (t *tx) PlanSchedule(ctx context.Context, region ids.ID) (dispatch.PlanSchedule, error) {
	s, found, err := maybe[dispatch.PlanSchedule](ctx, t, "plan_schedule", `select `+planScheduleColumns+` from plan_schedules where region_id = $1`, region)
	if err == nil && !found {
		s = dispatch.UsualSchedule(region)
	}
	return s, err
}

// SavePlanSchedule writes everything and raises the version; the usual schedule is
// of version 1.
func (t *tx) SavePlanSchedule(ctx context.Context, s dispatch.PlanSchedule) (dispatch.PlanSchedule, error) {
	return saved[dispatch.PlanSchedule](ctx, t, "plan_schedule",
		`insert into plan_schedules as p (region_id, enabled, at_minute, days, seconds, set_by, version)
		 select $1, $3, $4, $5, $6, $7, 2 where $2::bigint = 1 or exists (select from plan_schedules where region_id = $1)
		 on conflict (region_id) do update set enabled = $3, at_minute = $4, days = $5, seconds = $6, set_by = $7, version = p.version + 1
		 where p.version = $2 returning `+planScheduleColumns,
		s.RegionID, s.Version, s.Enabled, s.At, s.Days, s.Seconds, s.SetBy)
}

// EnabledSchedules lists those that are on: one a region at most.
func (t *tx) EnabledSchedules(ctx context.Context) ([]dispatch.PlanSchedule, error) {
	return list[dispatch.PlanSchedule](ctx, t, "reading plan schedules",
		`select `+planScheduleColumns+` from plan_schedules where enabled order by region_id`)
}

// BeginNight takes a region's night. Of several servers one gets it.
func (t *tx) BeginNight(ctx context.Context, region ids.ID, night dispatch.Date, at time.Time) (bool, error) {
	n, err := exec(ctx, t, "beginning a night's planning",
		`insert into plan_nights (region_id, date, at) values ($1, $2::text::date, $3) on conflict do nothing`, region, night, at)
	return n == 1, err
}

// DaysAhead lists local dates whose shifts have not begun.
func (t *tx) DaysAhead(ctx context.Context, region ids.ID, from dispatch.Date, now time.Time, n int) ([]dispatch.Date, error) {
	type row struct{ Date dispatch.Date }
	rows, err := list[row](ctx, t, "reading the days ahead",
		`select date::text as date from shifts where region_id = $1 and date >= $2::text::date and date <= $2::text::date + 7
		 group by date having min(starts_at) > $3 order by date limit $4`, region, from, now, n)
	var out []dispatch.Date
	for _, r := range rows {
		out = append(out, r.Date)
	}
	return out, err
}
