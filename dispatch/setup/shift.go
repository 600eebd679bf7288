package setup

import (
	"context"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/decide"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// ShiftEntry is a single shift, in wall-clock minutes after the midnight of its
// day; what lies past the next midnight counts on from 1440. It is given whole.
type ShiftEntry struct {
	From            int
	Until           int
	BreakFrom       int
	BreakUntil      int
	BreakMinutes    int
	OvertimeMinutes int
}

// NewShift is a single shift of a technician.
type NewShift struct {
	TechnicianID ids.ID
	Date         dispatch.Date
	ShiftEntry
}

// CheckShift says what is wrong with the values of a single shift.
func CheckShift(e ShiftEntry) []fault.Field {
	var w wrong
	w.turn("", dispatch.Turn{From: e.From, Until: e.Until, BreakFrom: e.BreakFrom, BreakUntil: e.BreakUntil, BreakMinutes: e.BreakMinutes})
	w.between("/overtime", e.OvertimeMinutes, 0, 8*60)
	return w
}

// onto gives the shift the instants of its day. Code: "no_such_time" for a time
// that the clocks skip, with the next that exists.
func (e ShiftEntry) onto(s *dispatch.Shift, loc *time.Location) error {
	for _, part := range []struct {
		at      string
		minutes int
		to      *time.Time
	}{{"/starts", e.From, &s.StartsAt}, {"/ends", e.Until, &s.EndsAt}, {"/break_from", e.BreakFrom, &s.BreakFrom}, {"/break_until", e.BreakUntil, &s.BreakUntil}} {
		t, err := s.Date.Wall(loc, part.minutes)
		if f := fault.Of(err); f != nil {
			return f.At(part.at, "does not exist on this day")
		}
		*part.to = t
	}
	s.BreakMinutes, s.OvertimeMinutes = e.BreakMinutes, e.OvertimeMinutes
	return nil
}

// AddShift enters a single shift: an exception to the patterns, or one without
// any. Codes: "bad_entry", "no_such_time", "technician_not_found",
// "technician_state", "shift_begun", "shift_taken".
func (s *Setup) AddShift(ctx context.Context, who access.Principal, n NewShift) (v dispatch.Shift, err error) {
	if err := who.Require(access.ShiftsWrite); err != nil {
		return v, err
	}
	if err := refuse("shift", CheckShift(n.ShiftEntry)); err != nil {
		return v, err
	}
	now := s.Clock.Now()
	err = s.Store.Write(ctx, func(tx dispatch.Tx) (err error) {
		if v, err = addShift(ctx, tx, who, n, now); err != nil {
			return err
		}
		return tx.Answer(ctx, v)
	})
	return v, err
}

func addShift(ctx context.Context, tx dispatch.Tx, who access.Principal, n NewShift, now time.Time) (dispatch.Shift, error) {
	t, err := tx.CrewRegister().Lock(ctx, n.TechnicianID)
	if err != nil {
		return dispatch.Shift{}, err
	}
	if err := t.InUse(); err != nil {
		return dispatch.Shift{}, err
	}
	loc, err := locationOf(ctx, tx, t.RegionID)
	if err != nil {
		return dispatch.Shift{}, err
	}
	v := dispatch.Shift{ID: ids.New(), TechnicianID: t.ID, RegionID: t.RegionID, Date: n.Date, Changed: true}
	if err := n.onto(&v, loc); err != nil {
		return v, err
	}
	if !v.EndsAt.After(now) {
		return v, begun()
	}
	if err := tx.DropDayOff(ctx, t.ID, n.Date); err != nil {
		return v, err
	}
	if v, err = tx.AddShift(ctx, v); err != nil {
		return v, err
	}
	return v, tellShift(ctx, tx, who, v, "shift.added", now)
}

// ChangeShift gives one shift times of its own: its pattern leaves it alone from
// then on. Codes as AddShift, and "shift_not_found", "version_stale", "work_open"
// with the visits that would be left outside.
func (s *Setup) ChangeShift(ctx context.Context, who access.Principal, id ids.ID, version int64, e ShiftEntry) (v dispatch.Shift, err error) {
	if err := who.Require(access.ShiftsWrite); err != nil {
		return v, err
	}
	if err := refuse("shift", CheckShift(e)); err != nil {
		return v, err
	}
	now := s.Clock.Now()
	err = s.Store.Write(ctx, func(tx dispatch.Tx) error {
		have, err := tx.Shift(ctx, id)
		if err != nil {
			return err
		}
		if v, err = changeShift(ctx, tx, who, have, version, e, now); err != nil {
			return err
		}
		return tx.Answer(ctx, v)
	})
	return v, err
}

func changeShift(ctx context.Context, tx dispatch.Tx, who access.Principal, have dispatch.Shift, version int64, e ShiftEntry, now time.Time) (dispatch.Shift, error) {
	if !have.EndsAt.After(now) {
		return have, begun()
	}
	loc, err := locationOf(ctx, tx, have.RegionID)
	if err != nil {
		return have, err
	}
	want := have
	if err := e.onto(&want, loc); err != nil {
		return have, err
	}
	want.Changed = true
	v, err := retime(ctx, tx, want, version)
	if err != nil {
		return have, err
	}
	return v, tellShift(ctx, tx, who, v, "shift.changed", now)
}

// PutShift enters a shift of a technician's day in a transaction of its caller:
// one that is there is changed to it, or left alone when it is the same. Codes as
// AddShift and ChangeShift.
func PutShift(ctx context.Context, tx dispatch.Tx, who access.Principal, now time.Time, n NewShift) (Done, error) {
	if err := who.Require(access.ShiftsWrite); err != nil {
		return "", err
	}
	have, err := tx.ShiftOn(ctx, n.TechnicianID, n.Date)
	if fault.Is(err, "shift_not_found") {
		if err := refuse("shift", CheckShift(n.ShiftEntry)); err != nil {
			return "", err
		}
		_, err := addShift(ctx, tx, who, n, now)
		return Added, err
	}
	if err != nil {
		return "", err
	}
	loc, err := locationOf(ctx, tx, have.RegionID)
	if err != nil {
		return "", err
	}
	want := have
	if err := n.onto(&want, loc); err != nil {
		return "", err
	}
	if sameTimes(have, want) {
		return Unchanged, nil
	}
	if err := refuse("shift", CheckShift(n.ShiftEntry)); err != nil {
		return "", err
	}
	_, err = changeShift(ctx, tx, who, have, have.Version, n.ShiftEntry, now)
	return Changed, err
}

// CancelShift takes away one shift that has not begun: the technician is off on
// that day, whatever a pattern says. Codes: "shift_not_found", "version_stale",
// "shift_begun", "work_open" with the visits that are in it.
func (s *Setup) CancelShift(ctx context.Context, who access.Principal, id ids.ID, version int64, reason string) (v dispatch.Shift, err error) {
	if err := who.Require(access.ShiftsWrite); err != nil {
		return v, err
	}
	now := s.Clock.Now()
	err = s.Store.Write(ctx, func(tx dispatch.Tx) error {
		if v, err = tx.Shift(ctx, id); err != nil {
			return err
		}
		if !v.StartsAt.After(now) {
			return begun()
		}
		if v.Version != version {
			return stale("shift", v.Version)
		}
		if err := drop(ctx, tx, v); err != nil {
			return err
		}
		if err := tx.AddDayOff(ctx, dispatch.DayOff{TechnicianID: v.TechnicianID, Date: v.Date, Reason: reason, EnteredBy: &who.AccountID, EnteredAt: now}); err != nil {
			return err
		}
		if err := tellShift(ctx, tx, who, v, "shift.cancelled", now); err != nil {
			return err
		}
		return tx.Answer(ctx, v)
	})
	return v, err
}

// Shift gives one. Code: "shift_not_found".
func (s *Setup) Shift(ctx context.Context, who access.Principal, id ids.ID) (v dispatch.Shift, err error) {
	if err := who.Require(access.SetupRead); err != nil {
		return v, err
	}
	err = s.Store.Read(ctx, func(tx dispatch.Tx) (err error) {
		v, err = tx.Shift(ctx, id)
		return err
	})
	return v, err
}

// Shifts lists them by date.
func (s *Setup) Shifts(ctx context.Context, who access.Principal, f dispatch.ShiftFilter, p dispatch.Page) (all []dispatch.Shift, next string, err error) {
	if err := who.Require(access.SetupRead); err != nil {
		return nil, "", err
	}
	err = s.Store.Read(ctx, func(tx dispatch.Tx) (err error) {
		all, next, err = tx.ListShifts(ctx, f, p)
		return err
	})
	return all, next, err
}

// hold locks a shift behind its day, so that nothing is planned in it meanwhile.
func hold(ctx context.Context, tx dispatch.Tx, s dispatch.Shift) (dispatch.Shift, error) {
	if _, err := tx.RaiseDay(ctx, dispatch.DayKey{RegionID: s.RegionID, Date: s.Date}); err != nil {
		return s, err
	}
	return tx.LockShift(ctx, s.ID)
}

// retime writes other times of a shift that is at the version.
func retime(ctx context.Context, tx dispatch.Tx, want dispatch.Shift, version int64) (dispatch.Shift, error) {
	have, err := hold(ctx, tx, want)
	if err != nil {
		return want, err
	}
	if have.Version != version {
		return want, stale("shift", have.Version)
	}
	visits, err := tx.VisitsOfShift(ctx, want.ID)
	if err != nil {
		return want, err
	}
	var outside []dispatch.Visit
	last := want.EndsAt.Add(time.Duration(want.OvertimeMinutes) * time.Minute)
	for _, v := range visits {
		if !v.State.Over() && v.PlannedLeave != nil && (v.PlannedLeave.Before(want.StartsAt) || v.PlannedEnd.After(last)) {
			outside = append(outside, v)
		}
	}
	if err := standing(ctx, tx, outside, "visits are planned outside those times; move them first"); err != nil {
		return want, err
	}
	want.Version = version
	return tx.SaveShift(ctx, want)
}

// drop takes away a shift in which there are no visits.
func drop(ctx context.Context, tx dispatch.Tx, s dispatch.Shift) error {
	if _, err := hold(ctx, tx, s); err != nil {
		return err
	}
	visits, err := tx.VisitsOfShift(ctx, s.ID)
	if err != nil {
		return err
	}
	if err := standing(ctx, tx, visits, "visits are in this shift; move them to others first"); err != nil {
		return err
	}
	return tx.DropShift(ctx, s.ID)
}

func begun() error {
	return fault.New(fault.Conflict, "shift_begun", "this shift has begun or is over; what happened in it stays as it was")
}

func locationOf(ctx context.Context, tx dispatch.Tx, region ids.ID) (*time.Location, error) {
	r, err := tx.Region(ctx, region)
	if err != nil {
		return nil, err
	}
	return r.Location()
}

func tellShift(ctx context.Context, tx dispatch.Tx, who access.Principal, s dispatch.Shift, name string, now time.Time) error {
	return decide.Emit(ctx, tx, now, who, decide.Event{Name: name, Kind: "shift", Subject: s.ID, Technician: &s.TechnicianID,
		Data: map[string]any{"region_id": s.RegionID, "date": s.Date}})
}
