package main

import (
	"context"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/ids"
	"roundsman/internal/postgres"
)

// shiftsAhead is for how many days from now on the demo's crew has shifts.
const shiftsAhead = 14

// longestRest is how many weeks the demo may have stood still.
const longestRest = 52

// rollShifts lets the demo's crew work on: each working day ahead that has no
// shifts gets those of the same weekday before, at the same wall-clock times.
func rollShifts(ctx context.Context, store *postgres.Store, now time.Time) error {
	var more []dispatch.Shift
	err := store.Read(ctx, func(tx dispatch.Tx) error {
		more = nil
		regions, err := tx.ListRegions(ctx)
		if err != nil {
			return err
		}
		for _, r := range regions {
			loc, err := r.Location()
			if err != nil {
				return err
			}
			today := dispatch.DateOf(now, loc)
			for n := range shiftsAhead {
				list, err := weeksBefore(ctx, tx, r, today.Add(n), loc)
				if err != nil {
					return err
				}
				more = append(more, list...)
			}
		}
		return nil
	})
	if err != nil || len(more) == 0 {
		return err
	}
	return store.SetUp(ctx, dispatch.Setup{Shifts: more}, nil)
}

func weeksBefore(ctx context.Context, tx dispatch.Tx, r dispatch.Region, date dispatch.Date, loc *time.Location) ([]dispatch.Shift, error) {
	rounds, err := tx.RoundsOn(ctx, dispatch.DayKey{RegionID: r.ID, Date: date})
	if err != nil || len(rounds) > 0 || !date.Working() {
		return nil, err
	}
	var before []dispatch.Round
	for weeks := 1; weeks <= longestRest && len(before) == 0; weeks++ {
		if before, err = tx.RoundsOn(ctx, dispatch.DayKey{RegionID: r.ID, Date: date.Add(-7 * weeks)}); err != nil {
			return nil, err
		}
	}
	wall := func(t time.Time) time.Time {
		t = t.In(loc)
		return date.At(loc, t.Hour(), t.Minute()).UTC()
	}
	var out []dispatch.Shift
	for _, x := range before {
		s, err := tx.Shift(ctx, x.ShiftID)
		if err != nil {
			return nil, err
		}
		s.ID, s.Date = ids.From(s.ID, string(date)), date
		s.StartsAt, s.EndsAt, s.BreakFrom, s.BreakUntil = wall(s.StartsAt), wall(s.EndsAt), wall(s.BreakFrom), wall(s.BreakUntil)
		out = append(out, s)
	}
	return out, nil
}
