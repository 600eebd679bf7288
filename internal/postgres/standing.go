package postgres

import (
	"context"

	"roundsman/dispatch"
	"roundsman/internal/ids"
)

// RaiseDaysOf locks the region-days from a date on and raises their versions.
func (t *tx) RaiseDaysOf(ctx context.Context, region ids.ID, from dispatch.Date) error {
	return t.raiseDays(ctx, `select region_id, date from region_days where region_id = $1 and date >= $2::text::date
		order by date, region_id for update`, region, from)
}

// RaiseDaysWith does so for the days on which the technician has a shift.
func (t *tx) RaiseDaysWith(ctx context.Context, technician ids.ID, from dispatch.Date) error {
	return t.raiseDays(ctx, `select region_id, date from region_days where (region_id, date) in
		(select region_id, date from shifts where technician_id = $1 and date >= $2::text::date)
		order by date, region_id for update`, technician, from)
}

// raiseDays locks in the order in which everybody locks days, then raises.
func (t *tx) raiseDays(ctx context.Context, locked string, of ids.ID, from dispatch.Date) error {
	return run(ctx, t, "raising days", `with locked as materialized (`+locked+`)
		update region_days d set version = d.version + 1 from locked l where d.region_id = l.region_id and d.date = l.date`, of, from)
}

// OpenWork gives visits that are neither over nor cancelled, the earliest first.
func (t *tx) OpenWork(ctx context.Context, of dispatch.OpenWork, limit int) ([]dispatch.Visit, error) {
	var w filter
	w.and("state not in ('completed', 'cannot_complete', 'cancelled')")
	switch {
	case of.SiteID != nil:
		w.and("site_id = $", *of.SiteID)
	case of.TechnicianID != nil:
		w.and("technician_id = $", *of.TechnicianID)
	case of.PersonID != nil:
		w.and("person_id = $", *of.PersonID)
	default:
		return nil, nil
	}
	w.args = append(w.args, limit)
	return list[dispatch.Visit](ctx, t, "reading open work",
		`select `+visitColumns+` from visits`+w.where()+` order by planned_start nulls last, id limit $2`, w.args...)
}

// uses are the queries that count what in use refers to a noun.
var uses = map[string]string{
	"region": `select 'site' as noun, count(*) from sites where region_id = $1::text::uuid and retired_at is null
		union all select 'depot', count(*) from depots where region_id = $1::text::uuid and retired_at is null
		union all select 'technician', count(*) from technicians where region_id = $1::text::uuid and retired_at is null`,
	"site":   `select 'person' as noun, count(*) from people where site_id = $1::text::uuid and retired_at is null`,
	"depot":  `select 'item' as noun, count(*) from custodies where custodian_kind = 'depot' and custodian_id = $1::text::uuid and until is null`,
	"person": `select 'item' as noun, count(*) from custodies where custodian_kind = 'person' and custodian_id = $1::text::uuid and until is null`,
	"technician": `select 'item' as noun, count(*) from custodies where custodian_kind = 'technician' and custodian_id = $1::text::uuid and until is null
		union all select 'pattern', count(*) from shift_patterns where technician_id = $1::text::uuid and retired_at is null
		union all select 'account', count(*) from accounts where technician_id = $1::text::uuid and not disabled`,
	"skill":           `select 'template' as noun, count(*) from templates where skill_code = $1 and retired_at is null`,
	"model":           `select 'template' as noun, count(*) from templates where kit_model = $1::text::uuid and retired_at is null`,
	"option_template": `select 'template' as noun, count(*) from templates where $1 = any(option_codes) and retired_at is null`,
	"calendar":        `select 'region' as noun, count(*) from regions where calendar_code = $1 and retired_at is null`,
}

// Uses counts what in use refers to something; nothing where nothing does.
func (t *tx) Uses(ctx context.Context, noun, key string) ([]dispatch.Use, error) {
	query, known := uses[noun]
	if !known {
		return nil, nil
	}
	all, err := list[dispatch.Use](ctx, t, "counting what uses a "+noun, query, key)
	var some []dispatch.Use
	for _, u := range all {
		if u.Count > 0 {
			some = append(some, u)
		}
	}
	return some, err
}
