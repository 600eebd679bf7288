package field

import (
	"context"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/decide"
	"roundsman/internal/access"
	"roundsman/internal/clock"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// Field is what a technician can do.
type Field struct {
	Store  dispatch.Store
	Decide *decide.Decider
	Clock  clock.Clock
}

// own gives the technician that the principal is, if they may act as one.
func own(who access.Principal) (ids.ID, error) {
	if err := who.Require(access.RoundsOwn); err != nil {
		return ids.Nil, err
	}
	return who.OwnTechnician()
}

// OwnRound gives the technician's round of a day, today where none is named.
// Code: "shift_not_found" when they don't work on it. Only published rounds are
// shown: one that is not has no stops.
func (f *Field) OwnRound(ctx context.Context, who access.Principal, date *dispatch.Date) (dispatch.RoundSheet, error) {
	now := f.Clock.Now()
	var out dispatch.RoundSheet
	me, err := own(who)
	if err != nil {
		return out, err
	}
	err = f.Store.Read(ctx, func(tx dispatch.Tx) error {
		t, err := tx.Technician(ctx, me)
		if err != nil {
			return err
		}
		region, err := tx.Region(ctx, t.RegionID)
		if err != nil {
			return err
		}
		loc, err := region.Location()
		if err != nil {
			return err
		}
		d := dispatch.DateOf(now, loc)
		if date != nil {
			d = *date
		}
		s, err := tx.ShiftOn(ctx, me, d)
		if err != nil {
			return err
		}
		r, err := tx.RoundOfShift(ctx, s.ID)
		if err != nil {
			return err
		}
		if out, err = dispatch.ReadRound(ctx, tx, r.ID); err != nil {
			return err
		}
		if out.Round.PublishedAt == nil {
			out.Stops = []dispatch.StopSheet{}
		}
		return familiar(ctx, tx, me, out.Stops)
	})
	return out, err
}

// mine gives a visit of the technician's own, locked behind its round. Somebody
// else's is as if it were not there, and so is one of a plan that nobody has
// published: the technician has not seen it.
func mine(ctx context.Context, tx dispatch.Tx, me, visit ids.ID) (dispatch.Visit, error) {
	missing := notMine()
	v, err := tx.Visit(ctx, visit)
	if fault.Is(err, "visit_not_found") {
		return v, missing
	}
	if err != nil {
		return v, err
	}
	if v.TechnicianID == nil || *v.TechnicianID != me || v.RoundID == nil {
		return v, missing
	}
	rounds, err := tx.LockRounds(ctx, []ids.ID{*v.RoundID})
	if err != nil {
		return v, err
	}
	if rounds[0].PublishedAt == nil {
		return v, missing
	}
	if v, err = tx.LockVisit(ctx, visit); err != nil {
		return v, err
	}
	if v.TechnicianID == nil || *v.TechnicianID != me || v.RoundID == nil {
		return v, missing
	}
	return v, nil
}

// happened is when a device says something happened: never later than now, for a
// device's clock may be ahead.
func happened(said *time.Time, now time.Time) time.Time {
	if said == nil || said.After(now) {
		return now
	}
	return said.UTC()
}

// notMine is said alike of what is not there and of what is somebody else's.
func notMine() *fault.Error {
	return fault.New(fault.NotFound, "visit_not_found", "there is no such visit in your round")
}
