package postgres

import (
	"context"
	"fmt"

	"roundsman/dispatch"
	"roundsman/internal/ids"
)

// AddShift stores a shift with its round and raises its region-day.
func (t *tx) AddShift(ctx context.Context, s dispatch.Shift) (dispatch.Shift, error) {
	if _, err := t.RaiseDay(ctx, dispatch.DayKey{RegionID: s.RegionID, Date: s.Date}); err != nil {
		return s, err
	}
	s, err := one[dispatch.Shift](ctx, t, "shift",
		`insert into shifts (id, technician_id, region_id, date, starts_at, ends_at, overtime_minutes, break_from, break_until,
		     break_minutes, pattern_id, changed)
		 values ($1, $2, $3, $4::text::date, $5, $6, $7, $8, $9, $10, $11, $12) returning `+shiftColumns,
		s.ID, s.TechnicianID, s.RegionID, s.Date, s.StartsAt, s.EndsAt, s.OvertimeMinutes, s.BreakFrom, s.BreakUntil,
		s.BreakMinutes, s.PatternID, s.Changed)
	if err != nil {
		return s, err
	}
	return s, run(ctx, t, "adding the round of a shift",
		`insert into rounds (id, shift_id, technician_id, region_id, date) values ($1, $2, $3, $4, $5::text::date)`,
		RoundOf(s.ID), s.ID, s.TechnicianID, s.RegionID, s.Date)
}

// LockShift reads a shift for change, behind its round.
func (t *tx) LockShift(ctx context.Context, id ids.ID) (dispatch.Shift, error) {
	if err := run(ctx, t, "locking the round of a shift", `select from rounds where shift_id = $1 for update`, id); err != nil {
		return dispatch.Shift{}, err
	}
	return one[dispatch.Shift](ctx, t, "shift", `select `+shiftColumns+` from shifts where id = $1 for update`, id)
}

// SaveShift writes the times and raises the version.
func (t *tx) SaveShift(ctx context.Context, s dispatch.Shift) (dispatch.Shift, error) {
	return saved[dispatch.Shift](ctx, t, "shift",
		`update shifts set starts_at = $3, ends_at = $4, overtime_minutes = $5, break_from = $6, break_until = $7, break_minutes = $8,
		     pattern_id = $9, changed = $10, version = version + 1
		 where id = $1 and version = $2 returning `+shiftColumns,
		s.ID, s.Version, s.StartsAt, s.EndsAt, s.OvertimeMinutes, s.BreakFrom, s.BreakUntil, s.BreakMinutes, s.PatternID, s.Changed)
}

// DropShift takes away a shift with its round, in which there never was a visit.
func (t *tx) DropShift(ctx context.Context, id ids.ID) error {
	if err := run(ctx, t, "dropping the round of a shift", `delete from rounds where shift_id = $1`, id); err != nil {
		return err
	}
	return run(ctx, t, "dropping a shift", `delete from shifts where id = $1`, id)
}

// ListShifts gives shifts by date.
func (t *tx) ListShifts(ctx context.Context, f dispatch.ShiftFilter, p dispatch.Page) ([]dispatch.Shift, string, error) {
	c, err := parseCursor(p.After, cursor{Text: "0001-01-01"})
	if err != nil {
		return nil, "", err
	}
	var w filter
	if f.RegionID != nil {
		w.and("region_id = $", *f.RegionID)
	}
	if f.TechnicianID != nil {
		w.and("technician_id = $", *f.TechnicianID)
	}
	w.and("date >= $::text::date and date < $::text::date", f.From, f.Until)
	w.and("(date, id) > ($::text::date, $)", c.Text, c.ID)
	limit := limitOf(p.Limit)
	rows, err := list[dispatch.Shift](ctx, t, "listing shifts",
		fmt.Sprintf(`select %s from shifts%s order by shifts.date, id limit %d`, shiftColumns, w.where(), limit+1), w.args...)
	rows, next := cut(rows, limit, func(s dispatch.Shift) cursor { return cursor{Text: string(s.Date), ID: s.ID} })
	return rows, next, err
}

// ShiftsOfPattern gives those that a pattern made, from a date on.
func (t *tx) ShiftsOfPattern(ctx context.Context, pattern ids.ID, from dispatch.Date) ([]dispatch.Shift, error) {
	return list[dispatch.Shift](ctx, t, "reading the shifts of a pattern",
		`select `+shiftColumns+` from shifts where pattern_id = $1 and date >= $2::text::date order by shifts.date, id`, pattern, from)
}

// VisitsOfShift gives the visits that are in a shift, also those that are over.
func (t *tx) VisitsOfShift(ctx context.Context, shift ids.ID) ([]dispatch.Visit, error) {
	return list[dispatch.Visit](ctx, t, "reading the visits of a shift",
		`select `+visitColumns+` from visits where round_id in (select id from rounds where shift_id = $1) order by position, id`, shift)
}

// AddDayOff keeps a day on which no pattern makes a shift.
func (t *tx) AddDayOff(ctx context.Context, o dispatch.DayOff) error {
	return run(ctx, t, "adding a day off",
		`insert into shifts_off (technician_id, date, reason, entered_by, entered_at) values ($1, $2::text::date, $3, $4, $5)
		 on conflict (technician_id, date) do update set reason = excluded.reason, entered_by = excluded.entered_by, entered_at = excluded.entered_at`,
		o.TechnicianID, o.Date, o.Reason, o.EnteredBy, o.EnteredAt)
}

// DropDayOff lets the patterns count again on a day.
func (t *tx) DropDayOff(ctx context.Context, technician ids.ID, d dispatch.Date) error {
	return run(ctx, t, "dropping a day off", `delete from shifts_off where technician_id = $1 and date = $2::text::date`, technician, d)
}

// DaysOff gives a technician's days off from a date on.
func (t *tx) DaysOff(ctx context.Context, technician ids.ID, from dispatch.Date) ([]dispatch.DayOff, error) {
	return list[dispatch.DayOff](ctx, t, "reading days off",
		`select technician_id, date::text as date, reason, entered_by, entered_at from shifts_off
		 where technician_id = $1 and date >= $2::text::date order by shifts_off.date`, technician, from)
}

// PatternsToRoll gives the patterns in use whose shifts end before then, by
// technician.
func (t *tx) PatternsToRoll(ctx context.Context, before dispatch.Date) ([]dispatch.Pattern, error) {
	return list[dispatch.Pattern](ctx, t, "reading patterns",
		`select `+patternColumns+` from shift_patterns where retired_at is null
		     and (until_date is null or rolled_until is null or rolled_until < until_date)
		     and (rolled_until is null or rolled_until < $1::text::date)
		 order by technician_id, shift_patterns.from_date, id`, before)
}

// RollPattern keeps up to which day the shifts of a pattern are made.
func (t *tx) RollPattern(ctx context.Context, pattern ids.ID, until dispatch.Date) error {
	return run(ctx, t, "rolling a pattern", `update shift_patterns set rolled_until = $2::text::date where id = $1`, pattern, until)
}
