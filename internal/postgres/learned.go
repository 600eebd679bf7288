package postgres

import (
	"context"

	"roundsman/dispatch"
	"roundsman/internal/ids"

	"github.com/jackc/pgx/v5"
)

const (
	learnedTimesColumns = `region_id, use, night::text as night, learned_at, measured_until, roads, set_by, version`
	learnedHourColumns  = `kind, hour, percent, drives, since, changed_at`
)

// LearnedTimes gives a region's, the usual ones before anything was learned.
func (t *tx) LearnedTimes(ctx context.Context, region ids.ID) (dispatch.LearnedTimes, error) {
	l, found, err := maybe[dispatch.LearnedTimes](ctx, t, "learned_times", `select `+learnedTimesColumns+` from learned_times where region_id = $1`, region)
	if err == nil && !found {
		l = dispatch.UsualLearned(region)
	}
	return l, err
}

// ListLearnedTimes gives those of all regions: one row each.
func (t *tx) ListLearnedTimes(ctx context.Context) ([]dispatch.LearnedTimes, error) {
	return list[dispatch.LearnedTimes](ctx, t, "listing learned times", `select `+learnedTimesColumns+` from learned_times order by region_id`)
}

// SaveLearnedTimes writes everything and raises the version; the usual ones are of
// version 1.
func (t *tx) SaveLearnedTimes(ctx context.Context, l dispatch.LearnedTimes) (dispatch.LearnedTimes, error) {
	return saved[dispatch.LearnedTimes](ctx, t, "learned_times",
		`insert into learned_times as l (region_id, use, night, learned_at, measured_until, roads, set_by, version)
		 select $1, $3, $4::text::date, $5, $6, $7, $8, 2 where $2::bigint = 1 or exists (select from learned_times where region_id = $1)
		 on conflict (region_id) do update set use = $3, night = $4::text::date, learned_at = $5, measured_until = $6, roads = $7, set_by = $8,
		     version = l.version + 1
		 where l.version = $2 returning `+learnedTimesColumns,
		l.RegionID, l.Version, l.Use, l.Night, l.LearnedAt, l.MeasuredUntil, l.Roads, l.SetBy)
}

// LearnedHours gives a region's factors, by kind of day and hour.
func (t *tx) LearnedHours(ctx context.Context, region ids.ID) ([]dispatch.LearnedHour, error) {
	return list[dispatch.LearnedHour](ctx, t, "reading learned hours",
		`select `+learnedHourColumns+` from learned_hours where region_id = $1
		 order by array_position(array['workday', 'saturday', 'sunday'], kind), hour`, region)
}

// SetLearnedHours puts factors in the place of those there were.
func (t *tx) SetLearnedHours(ctx context.Context, region ids.ID, factors []dispatch.LearnedHour) error {
	if err := run(ctx, t, "forgetting learned hours", `delete from learned_hours where region_id = $1`, region); err != nil {
		return err
	}
	_, err := t.CopyFrom(ctx, pgx.Identifier{"learned_hours"}, []string{"region_id", "kind", "hour", "percent", "drives", "since", "changed_at"},
		pgx.CopyFromSlice(len(factors), func(i int) ([]any, error) {
			h := factors[i]
			return []any{region, string(h.Kind), h.Hour, h.Percent, h.Drives, h.Since, h.ChangedAt}, nil
		}))
	return failed(err, "keeping learned hours")
}
