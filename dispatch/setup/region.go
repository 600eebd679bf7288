package setup

import (
	"context"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// RegionEntry is what is entered of a region; nil leaves what is there.
type RegionEntry struct {
	ID           *ids.ID
	Code         *string
	Name         *string
	Zone         *string // changes of the zone are for regions without shifts
	Country      *string // ISO 3166, "US" when never given
	CalendarCode *string // "" takes it away
	// How steady published rounds are kept, in minutes.
	FreezeMinutes, AnswerMinutes, MovedMinutes *int
}

func (e RegionEntry) onto(r *dispatch.Region) {
	set(&r.Code, e.Code)
	set(&r.Name, e.Name)
	set(&r.Zone, e.Zone)
	set(&r.Country, e.Country)
	optional(&r.CalendarCode, e.CalendarCode)
	set(&r.FreezeMinutes, e.FreezeMinutes)
	set(&r.AnswerMinutes, e.AnswerMinutes)
	set(&r.MovedMinutes, e.MovedMinutes)
}

func (e RegionEntry) fresh() dispatch.Region {
	r := dispatch.Region{ID: newID(e.ID), Country: "US", RoundRules: dispatch.UsualRoundRules()}
	e.onto(&r)
	return r
}

// CheckRegion says what is wrong with the values of a region.
func CheckRegion(r dispatch.Region) []fault.Field {
	var w wrong
	w.code("/code", r.Code)
	w.text("/name", r.Name, 200)
	w.zone("/zone", r.Zone)
	w.when(!dispatch.Country(r.Country), "/country", "must be a country of two letters such as US")
	w.between("/freeze_horizon", r.FreezeMinutes, 1, 24*60)
	w.between("/acknowledge_within", r.AnswerMinutes, 1, 4*60)
	w.between("/moved_by", r.MovedMinutes, 1, 4*60)
	return w
}

var regions = book[dispatch.Region, ids.ID]{
	noun: "region", read: access.SetupRead, write: access.SetupWrite,
	of:      func(tx dispatch.Tx) dispatch.Register[dispatch.Region, ids.ID] { return tx.RegionRegister() },
	subject: func(r dispatch.Region) ids.ID { return r.ID },
	version: func(r dispatch.Region) int64 { return r.Version },
	inUse:   dispatch.Region.InUse,
	check:   CheckRegion,
	complete: func(ctx context.Context, tx dispatch.Tx, r *dispatch.Region) error {
		if r.CalendarCode == nil {
			return nil
		}
		c, err := tx.CalendarRegister().Get(ctx, *r.CalendarCode)
		return named(c.InUse, err, "/calendar")
	},
	raise: func(ctx context.Context, tx dispatch.Tx, before *dispatch.Region, r dispatch.Region, now time.Time) error {
		if before == nil {
			return nil
		}
		if before.Zone != r.Zone {
			if err := noShifts(ctx, tx, r, now); err != nil {
				return err
			}
		}
		return raiseRegion(ctx, tx, r, now)
	},
	stands: func(ctx context.Context, tx dispatch.Tx, r dispatch.Region, _ time.Time) error {
		return unused(ctx, tx, "region", r.ID.String())
	},
	retire: func(r *dispatch.Region, at time.Time) { r.RetiredAt = &at },
}

// noShifts refuses another zone for a region in which shifts are to come: they
// would not be at the times that people were told.
func noShifts(ctx context.Context, tx dispatch.Tx, r dispatch.Region, now time.Time) error {
	today := dispatch.DateOf(now, time.UTC).Add(-1)
	list, _, err := tx.ListShifts(ctx, dispatch.ShiftFilter{RegionID: &r.ID, From: today, Until: today.Add(3660)}, dispatch.Page{Limit: 1})
	if err != nil || len(list) == 0 {
		return err
	}
	return fault.New(fault.Conflict, "still_used", "shifts are planned in this region, at times of its zone; enter a new region for another zone").
		With("uses", []dispatch.Use{{Noun: "shift", Count: 1}})
}

// raiseRegion tells every day of a region from today on.
func raiseRegion(ctx context.Context, tx dispatch.Tx, r dispatch.Region, now time.Time) error {
	loc, err := r.Location()
	if err != nil {
		return err
	}
	return tx.RaiseDaysOf(ctx, r.ID, dispatch.DateOf(now, loc))
}

// Regions hold sites, depots and technicians. Entering: "code_taken", "id_taken".
// Changing: "still_used" for another zone. Retiring: "still_used" while sites, depots
// or technicians in use are of it.
func (s *Setup) Regions() Kept[dispatch.Region, ids.ID, RegionEntry] {
	return Kept[dispatch.Region, ids.ID, RegionEntry]{s, regions}
}
