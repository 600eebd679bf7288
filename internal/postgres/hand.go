package postgres

import (
	"context"
	"time"

	"roundsman/internal/ids"
)

// PinVisit holds a visit's arrival, its technician, or both.
func (t *tx) PinVisit(ctx context.Context, visit ids.ID, start *time.Time, technician bool) error {
	return t.changeOne(ctx, "visit", `update visits set pin_time = $2::timestamptz is not null, pinned_start = $2, pin_shift = $3,
		version = version + 1 where id = $1 and round_id is not null`, visit, start, technician)
}

// SetUrgency gives a visit another priority.
func (t *tx) SetUrgency(ctx context.Context, visit ids.ID, priority int) error {
	return t.changeOne(ctx, "visit", `update visits set priority = $2, version = version + 1 where id = $1`, visit, priority)
}

// StretchShift says how much longer a shift may last.
func (t *tx) StretchShift(ctx context.Context, shift ids.ID, minutes int) error {
	return t.changeOne(ctx, "shift", `update shifts set overtime_minutes = $2 where id = $1`, shift, minutes)
}

// MoveBreak says when a shift's break starts, and how long it is.
func (t *tx) MoveBreak(ctx context.Context, shift ids.ID, from, until time.Time, minutes int) error {
	return t.changeOne(ctx, "shift", `update shifts set break_from = $2, break_until = $3, break_minutes = $4 where id = $1`,
		shift, from, until, minutes)
}

// changeOne runs an update that must find its row.
func (t *tx) changeOne(ctx context.Context, noun, sql string, args ...any) error {
	n, err := exec(ctx, t, "changing a "+noun, sql, args...)
	if err == nil && n == 0 {
		return notFound(noun)
	}
	return err
}
