package control

import (
	"cmp"
	"context"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/day"
	"roundsman/dispatch/decide"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// TryOrder shows a round with its stops in another order: all of them, those that
// have begun in front as they were. Code: "round_not_found".
func (c *Control) TryOrder(ctx context.Context, who access.Principal, round ids.ID, visits []ids.ID) (day.Outcome, error) {
	return c.try(ctx, who, round, func(tx dispatch.Tx, q *decide.Question) error {
		k, err := dayOfRound(ctx, tx, round)
		q.Days = []dispatch.DayKey{k}
		q.Change = day.Change{Kind: day.KindReorder, Acts: []day.Act{{Order: &day.Order{RoundID: round, Visits: visits}}}}
		return err
	})
}

// CommitOrder does what TryOrder showed. Codes as decide.Commit.
func (c *Control) CommitOrder(ctx context.Context, who access.Principal, round, outcome ids.ID) (day.Outcome, error) {
	return c.commit(ctx, decide.Commit{Who: who, Outcome: outcome, Kind: day.KindReorder}, round)
}

// TryPin shows a visit held where it is: its time, its technician, or both; with
// neither it is let go. Codes: "visit_not_found", "visit_state".
func (c *Control) TryPin(ctx context.Context, who access.Principal, visit ids.ID, holdTime, holdTechnician bool) (day.Outcome, error) {
	return c.try(ctx, who, visit, func(tx dispatch.Tx, q *decide.Question) error {
		_, k, err := handled(ctx, tx, visit, dispatch.ActPin)
		q.Days = []dispatch.DayKey{k}
		q.Change = day.Change{Kind: day.KindPin, Acts: []day.Act{{Pin: &day.Pin{VisitID: visit, Time: holdTime, Technician: holdTechnician}}}}
		return err
	})
}

// CommitPin does what TryPin showed: a time is held as it was shown, and one that was
// held already as it was, also where nobody can be there by then. Codes as decide.Commit.
func (c *Control) CommitPin(ctx context.Context, who access.Principal, visit, outcome ids.ID) (day.Outcome, error) {
	var held *time.Time
	return c.commit(ctx, decide.Commit{Who: who, Outcome: outcome, Kind: day.KindPin,
		Before: func(ctx context.Context, tx dispatch.Tx, _ decide.Decision) error {
			v, err := tx.Visit(ctx, visit)
			if held = nil; v.PinTime {
				held = cmp.Or(v.PinnedStart, v.PlannedStart)
			}
			return err
		},
		After: func(ctx context.Context, tx dispatch.Tx, dec decide.Decision) error {
			p := dec.Change.Acts[0].Pin
			name, data := "visit.pinned", map[string]any{"time": p.Time, "technician": p.Technician}
			if !p.Time && !p.Technician {
				name, data = "visit.unpinned", map[string]any{}
			}
			var start *time.Time
			var technician *ids.ID
			for _, r := range dec.Outcome.After {
				for _, s := range r.Stops {
					if s.VisitID == visit {
						technician = &r.TechnicianID
						if p.Time {
							start = cmp.Or(held, &s.Start)
						}
					}
				}
			}
			if err := tx.PinVisit(ctx, visit, start, p.Technician); err != nil {
				return err
			}
			return decide.Emit(ctx, tx, dec.Now, who, decide.Event{Name: name, Kind: "visit", Subject: visit, Technician: technician, Data: data})
		}}, visit)
}

// TryUnassign shows a visit taken out of its round, to wait again. What is promised
// is never taken out: the outcome says what to do instead. Codes:
// "visit_not_found", "visit_state".
func (c *Control) TryUnassign(ctx context.Context, who access.Principal, visit ids.ID) (day.Outcome, error) {
	return c.try(ctx, who, visit, func(tx dispatch.Tx, q *decide.Question) error {
		_, k, err := handled(ctx, tx, visit, dispatch.ActUnassign)
		q.Days = []dispatch.DayKey{k}
		q.Change = day.Change{Kind: day.KindUnassign, Acts: []day.Act{{TakeOut: &day.TakeOut{VisitID: visit}}}}
		return err
	})
}

// CommitUnassign does what TryUnassign showed. Codes as decide.Commit.
func (c *Control) CommitUnassign(ctx context.Context, who access.Principal, visit, outcome ids.ID) (day.Outcome, error) {
	return c.commit(ctx, decide.Commit{Who: who, Outcome: outcome, Kind: day.KindUnassign,
		After: func(ctx context.Context, tx dispatch.Tx, dec decide.Decision) error {
			return decide.Emit(ctx, tx, dec.Now, who, decide.Event{Name: "visit.unassigned", Kind: "visit", Subject: visit, Data: map[string]any{"outcome_id": dec.Outcome.ID}})
		}}, visit)
}

// TryUrgent shows a visit put before all others on its region's present day: with
// whom it is reached soonest at the least cost in promises, and who is moved for
// it. Codes: "visit_not_found", "visit_state".
func (c *Control) TryUrgent(ctx context.Context, who access.Principal, visit ids.ID) (day.Outcome, error) {
	now := c.Clock.Now()
	var q decide.Question
	var today dispatch.DayKey
	err := c.read(ctx, who, access.PlansWrite, func(tx dispatch.Tx) error {
		v, k, err := handled(ctx, tx, visit, dispatch.ActHasten)
		if err != nil {
			return err
		}
		if today, err = present(ctx, tx, v.RegionID, now); err != nil {
			return err
		}
		q = decide.Question{Who: who, Subject: &visit, Days: []dispatch.DayKey{today}}
		if v.RoundID != nil {
			q.Days = append(q.Days, k)
		}
		return nil
	})
	if err != nil {
		return day.Outcome{}, err
	}
	b, _, err := c.Decide.Board(ctx, q.Days, now)
	if err != nil {
		return day.Outcome{}, err
	}
	var o day.Outcome
	q.Change, o = b.Urgent(visit, today)
	return o, c.keep(ctx, q, &o)
}

// keep stores an outcome that was found rather than asked for.
func (c *Control) keep(ctx context.Context, q decide.Question, o *day.Outcome) error {
	return c.Store.Write(ctx, func(tx dispatch.Tx) error { return c.Decide.Keep(ctx, tx, q, o) })
}

// present names a region's day of an instant.
func present(ctx context.Context, tx dispatch.Tx, region ids.ID, now time.Time) (dispatch.DayKey, error) {
	r, err := tx.Region(ctx, region)
	if err != nil {
		return dispatch.DayKey{}, err
	}
	loc, err := r.Location()
	return dispatch.DayKey{RegionID: region, Date: dispatch.DateOf(now, loc)}, err
}

// CommitUrgent does what TryUrgent showed. Codes as decide.Commit.
func (c *Control) CommitUrgent(ctx context.Context, who access.Principal, visit, outcome ids.ID) (day.Outcome, error) {
	return c.commit(ctx, decide.Commit{Who: who, Outcome: outcome, Kind: day.KindUrgent,
		After: func(ctx context.Context, tx dispatch.Tx, dec decide.Decision) error {
			if err := tx.SetUrgency(ctx, visit, day.FirstOfAll); err != nil {
				return err
			}
			return decide.Emit(ctx, tx, dec.Now, who, decide.Event{Name: "visit.hastened", Kind: "visit", Subject: visit, Data: map[string]any{"outcome_id": dec.Outcome.ID}})
		}}, visit)
}

// TryOvertime shows a shift that may last longer, or no longer. Codes:
// "shift_not_found", "bad_duration" beyond four hours.
func (c *Control) TryOvertime(ctx context.Context, who access.Principal, shift ids.ID, minutes int) (day.Outcome, error) {
	return c.try(ctx, who, shift, func(tx dispatch.Tx, q *decide.Question) error {
		if minutes < 0 || minutes > 240 {
			return fault.New(fault.Invalid, "bad_duration", "overtime is at most four hours; PT0S ends what was granted").At("/overtime", "must be between PT0S and PT4H")
		}
		s, err := tx.Shift(ctx, shift)
		q.Days = []dispatch.DayKey{{RegionID: s.RegionID, Date: s.Date}}
		q.Change = day.Change{Kind: day.KindOvertime, Acts: []day.Act{{Stretch: &day.Stretch{ShiftID: shift, Minutes: minutes}}}}
		return err
	})
}

// CommitOvertime does what TryOvertime showed. Codes as decide.Commit.
func (c *Control) CommitOvertime(ctx context.Context, who access.Principal, shift, outcome ids.ID) (day.Outcome, error) {
	return c.commit(ctx, decide.Commit{Who: who, Outcome: outcome, Kind: day.KindOvertime, Inputs: true,
		After: func(ctx context.Context, tx dispatch.Tx, dec decide.Decision) error {
			x := dec.Change.Acts[0].Stretch
			if err := tx.StretchShift(ctx, shift, x.Minutes); err != nil {
				return err
			}
			name := "overtime.granted"
			if x.Minutes == 0 {
				name = "overtime.ended"
			}
			return c.shiftChanged(ctx, tx, who, dec, shift, name, map[string]any{"minutes": x.Minutes})
		}}, shift)
}

// TryBreak shows a shift's break at another time. Codes: "shift_not_found",
// "bad_instants" where it is not inside the shift.
func (c *Control) TryBreak(ctx context.Context, who access.Principal, shift ids.ID, from, until time.Time) (day.Outcome, error) {
	return c.try(ctx, who, shift, func(tx dispatch.Tx, q *decide.Question) error {
		s, err := tx.Shift(ctx, shift)
		if err != nil {
			return err
		}
		last := s.EndsAt.Add(-time.Duration(s.BreakMinutes) * time.Minute)
		if !from.Before(until) || from.Before(s.StartsAt) || until.After(last) {
			return fault.New(fault.Invalid, "bad_instants", "the break starts inside the shift, from %s to %s", s.StartsAt.Format(time.RFC3339), last.Format(time.RFC3339)).
				At("/from", "must not be before the shift").At("/until", "must leave time for the break")
		}
		q.Days = []dispatch.DayKey{{RegionID: s.RegionID, Date: s.Date}}
		q.Change = day.Change{Kind: day.KindBreak, Acts: []day.Act{{Rest: &day.Rest{ShiftID: shift, From: from.UTC(), Until: until.UTC(), Minutes: s.BreakMinutes}}}}
		return nil
	})
}

// CommitBreak does what TryBreak showed. Codes as decide.Commit.
func (c *Control) CommitBreak(ctx context.Context, who access.Principal, shift, outcome ids.ID) (day.Outcome, error) {
	return c.commit(ctx, decide.Commit{Who: who, Outcome: outcome, Kind: day.KindBreak, Inputs: true,
		After: func(ctx context.Context, tx dispatch.Tx, dec decide.Decision) error {
			x := dec.Change.Acts[0].Rest
			if err := tx.MoveBreak(ctx, shift, x.From, x.Until, x.Minutes); err != nil {
				return err
			}
			return c.shiftChanged(ctx, tx, who, dec, shift, "break.moved", map[string]any{"from": x.From, "until": x.Until})
		}}, shift)
}

func (c *Control) shiftChanged(ctx context.Context, tx dispatch.Tx, who access.Principal, dec decide.Decision, shift ids.ID, name string, data map[string]any) error {
	s, err := tx.Shift(ctx, shift)
	if err != nil {
		return err
	}
	return decide.Emit(ctx, tx, dec.Now, who, decide.Event{Name: name, Kind: "shift", Subject: shift, Technician: &s.TechnicianID, Data: data})
}
