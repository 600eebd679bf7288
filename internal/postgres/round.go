package postgres

import (
	"context"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/ids"
)

const roundColumns = `id, shift_id, technician_id, region_id, date::text as date, version, published_at`

// LockRounds locks in the order of the ids and gives them in that order.
func (t *tx) LockRounds(ctx context.Context, wanted []ids.ID) ([]dispatch.Round, error) {
	rows, err := list[dispatch.Round](ctx, t, "locking rounds",
		`select `+roundColumns+` from rounds where id = any($1) order by id for no key update`, wanted)
	if err == nil && len(rows) != distinct(wanted) {
		err = notFound("round")
	}
	return rows, err
}

// Round gives a round.
func (t *tx) Round(ctx context.Context, id ids.ID) (dispatch.Round, error) {
	return one[dispatch.Round](ctx, t, "round", `select `+roundColumns+` from rounds where id = $1`, id)
}

// RoundsOn gives the rounds of a day by id.
func (t *tx) RoundsOn(ctx context.Context, k dispatch.DayKey) ([]dispatch.Round, error) {
	return list[dispatch.Round](ctx, t, "reading a day's rounds",
		`select `+roundColumns+` from rounds where region_id = $1 and date = $2::text::date order by id`, k.RegionID, k.Date)
}

// RoundOfShift gives the round of a shift.
func (t *tx) RoundOfShift(ctx context.Context, shift ids.ID) (dispatch.Round, error) {
	return one[dispatch.Round](ctx, t, "round", `select `+roundColumns+` from rounds where shift_id = $1`, shift)
}

// RaiseRound raises a round's version after a field fact.
func (t *tx) RaiseRound(ctx context.Context, id ids.ID) error {
	n, err := exec(ctx, t, "raising a round", `update rounds set version = version + 1 where id = $1`, id)
	if err == nil && n == 0 {
		return notFound("round")
	}
	return err
}

// PublishRounds marks rounds as seen by technicians.
func (t *tx) PublishRounds(ctx context.Context, list []ids.ID, at time.Time) error {
	return run(ctx, t, "publishing rounds", `update rounds set published_at = $2 where id = any($1)`, list, at)
}
