package decide

import (
	"context"
	"errors"

	"roundsman/dispatch"
	"roundsman/dispatch/day"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// Retime computes the times of a round and the chances of its promises anew after
// something has happened in it, writes them, and tells whose promise has fallen
// through a floor. It moves nobody. It may run twice.
func (d *Decider) Retime(ctx context.Context, round ids.ID) error {
	for range attempts {
		now := d.Clock.Now()
		var h day.Horizon
		err := d.Store.Read(ctx, func(tx dispatch.Tx) error {
			r, err := tx.Round(ctx, round)
			if err != nil {
				return err
			}
			h, err = Horizon(ctx, tx, []dispatch.DayKey{{RegionID: r.RegionID, Date: r.Date}})
			return err
		})
		if err != nil {
			return err
		}
		b, err := d.Ready(ctx, h, now)
		if err != nil {
			return err
		}
		dec := Decision{Now: now, Change: day.Change{Kind: day.KindRetime, Acts: []day.Act{{Retime: &day.Retime{RoundID: round}}}}}
		dec.Outcome = b.Try(dec.Change)
		err = d.Store.Write(ctx, func(tx dispatch.Tx) error {
			return d.write(ctx, tx, Commit{Who: access.Principal{}, Kind: day.KindRetime}, dec)
		})
		if !errors.Is(err, errMoved) {
			return err
		}
	}
	return fault.New(fault.Unavailable, "day_busy", "the day is changing too fast to compute its times; the job tries again")
}
