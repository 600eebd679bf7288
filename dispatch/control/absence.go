package control

import (
	"context"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/day"
	"roundsman/dispatch/decide"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// NewAbsence takes a technician away for a while.
type NewAbsence struct {
	TechnicianID ids.ID
	From         time.Time
	Until        time.Time
	Reason       string
}

// longestAbsence is how many days one absence may touch, those off included.
const longestAbsence = 21

// TryAbsence shows who would be visited by whom instead, and which promises that
// puts at risk. Codes: "technician_not_found", "bad_instants", "no_shift".
func (c *Control) TryAbsence(ctx context.Context, who access.Principal, n NewAbsence) (day.Outcome, error) {
	if err := who.Require(access.PlansWrite); err != nil {
		return day.Outcome{}, err
	}
	if !n.From.Before(n.Until) {
		return day.Outcome{}, fault.New(fault.Invalid, "bad_instants", "an absence begins before it ends; check from and until").At("/until", "is not after from")
	}
	q := decide.Question{Who: who, Subject: &n.TechnicianID, Change: day.Change{Kind: day.KindAbsence,
		Acts: []day.Act{{Away: &day.Away{TechnicianID: n.TechnicianID, From: n.From.UTC(), Until: n.Until.UTC()}}}}}
	err := c.Store.Read(ctx, func(tx dispatch.Tx) error {
		t, err := tx.Technician(ctx, n.TechnicianID)
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
		first, last := dispatch.DateOf(n.From, loc), dispatch.DateOf(n.Until.Add(-time.Nanosecond), loc)
		if last >= first.Add(longestAbsence) {
			return fault.New(fault.Invalid, "bad_instants", "an absence lasts %d days at most; enter a longer one in parts", longestAbsence).At("/until", "is too late")
		}
		for date := first; date <= last; date = date.Add(1) {
			if _, err := tx.ShiftOn(ctx, t.ID, date); fault.Is(err, "shift_not_found") {
				continue
			} else if err != nil {
				return err
			}
			q.Days = append(q.Days, dispatch.DayKey{RegionID: t.RegionID, Date: date})
		}
		if len(q.Days) == 0 {
			return fault.New(fault.Conflict, "no_shift", "the technician has no shift in that time; nothing has to be done")
		}
		return nil
	})
	if err != nil {
		return day.Outcome{}, err
	}
	return c.Decide.Ask(ctx, q)
}

// CommitAbsence enters the absence and does what TryAbsence showed, in one
// transaction. It raises the version of every day it touches, so that nothing
// planned on a day without it can be committed. Codes as decide.Commit.
func (c *Control) CommitAbsence(ctx context.Context, who access.Principal, reason string, outcome ids.ID) (day.Outcome, error) {
	if err := who.Require(access.PlansWrite); err != nil {
		return day.Outcome{}, err
	}
	dec, err := c.Decide.Commit(ctx, decide.Commit{Who: who, Outcome: outcome, Kind: day.KindAbsence, Inputs: true,
		After: func(ctx context.Context, tx dispatch.Tx, dec decide.Decision) error {
			for _, a := range dec.Change.Acts {
				if a.Away == nil {
					continue
				}
				ab := dispatch.Absence{ID: ids.New(), TechnicianID: a.Away.TechnicianID, From: a.Away.From, Until: a.Away.Until,
					Reason: reason, EnteredBy: who.AccountID, CreatedAt: dec.Now}
				if err := tx.AddAbsence(ctx, ab); err != nil {
					return err
				}
				if err := decide.Emit(ctx, tx, dec.Now, who, decide.Event{Name: "absence.entered", Kind: "technician", Subject: ab.TechnicianID,
					Technician: &ab.TechnicianID, Data: map[string]any{"from": ab.From, "until": ab.Until, "reason": reason}}); err != nil {
					return err
				}
			}
			return tx.Answer(ctx, dec.Outcome)
		}})
	return dec.Outcome, err
}
