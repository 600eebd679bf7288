package setup

import (
	"context"
	"fmt"
	"slices"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// PatternEntry is what is entered of shifts that come every week; nil leaves what
// is there.
type PatternEntry struct {
	TechnicianID    *ids.ID // stays
	Name            *string
	FromDate        *dispatch.Date
	UntilDate       *dispatch.Date // the first day without it
	Turns           *[]dispatch.Turn
	OvertimeMinutes *int
	WorksHolidays   *bool
}

func (e PatternEntry) onto(p *dispatch.Pattern) {
	if p.TechnicianID == ids.Nil {
		set(&p.TechnicianID, e.TechnicianID)
	}
	set(&p.Name, e.Name)
	set(&p.FromDate, e.FromDate)
	if e.UntilDate != nil {
		p.UntilDate = e.UntilDate
	}
	set(&p.Turns, e.Turns)
	set(&p.OvertimeMinutes, e.OvertimeMinutes)
	set(&p.WorksHolidays, e.WorksHolidays)
}

func (e PatternEntry) fresh() dispatch.Pattern {
	p := dispatch.Pattern{ID: ids.New(), Name: "Usual week"}
	e.onto(&p)
	return p
}

// longestTurn is how many minutes a shift lasts at most.
const longestTurn = 16 * 60

// CheckPattern says what is wrong with the values of a pattern.
func CheckPattern(p dispatch.Pattern) []fault.Field {
	var w wrong
	w.when(p.TechnicianID == ids.Nil, "/technician_id", "is missing")
	w.text("/name", p.Name, 100)
	_, err := dispatch.ParseDate(string(p.FromDate))
	w.when(err != nil, "/from", "must be a date such as 2026-03-09")
	if p.UntilDate != nil {
		_, err := dispatch.ParseDate(string(*p.UntilDate))
		w.when(err != nil || *p.UntilDate <= p.FromDate, "/until", "must be a date after from; it is the first day without the pattern")
	}
	w.between("/overtime", p.OvertimeMinutes, 0, 8*60)
	w.when(len(p.Turns) == 0, "/turns", "is missing")
	for i, t := range p.Turns {
		at := fmt.Sprintf("/turns/%d", i)
		w.turn(at, t)
		w.when(slices.ContainsFunc(p.Turns[:i], func(o dispatch.Turn) bool { return o.Weekday == t.Weekday }), at+"/weekday", "is named twice; a technician has one shift a day")
		next := slices.IndexFunc(p.Turns, func(o dispatch.Turn) bool { return o.Weekday == (t.Weekday+1)%7 })
		w.when(next >= 0 && t.Until-dispatch.MinutesADay > p.Turns[max(next, 0)].From, at+"/ends", "is after the shift of the next day has begun")
	}
	return w
}

// turn judges one shift, in minutes after the midnight of its day.
func (w *wrong) turn(at string, t dispatch.Turn) {
	w.between(at+"/starts", t.From, 0, dispatch.MinutesADay-1)
	w.when(t.Until <= t.From || t.Until > t.From+longestTurn, at+"/ends", "must be within 16 hours after starts")
	w.when(t.BreakFrom < t.From || t.BreakUntil > t.Until || t.BreakUntil < t.BreakFrom, at+"/break_from", "and break_until must lie within the shift, in this order")
	w.between(at+"/break", t.BreakMinutes, 0, 4*60)
}

var patterns = book[dispatch.Pattern, ids.ID]{
	noun: "pattern", read: access.SetupRead, write: access.ShiftsWrite,
	of:      func(tx dispatch.Tx) dispatch.Register[dispatch.Pattern, ids.ID] { return tx.PatternRegister() },
	subject: func(v dispatch.Pattern) ids.ID { return v.ID },
	version: func(v dispatch.Pattern) int64 { return v.Version },
	inUse:   dispatch.Pattern.InUse,
	check:   CheckPattern,
	complete: func(ctx context.Context, tx dispatch.Tx, p *dispatch.Pattern) error {
		t, err := tx.CrewRegister().Lock(ctx, p.TechnicianID)
		return named(t.InUse, err, "/technician_id")
	},
	raise: func(ctx context.Context, tx dispatch.Tx, _ *dispatch.Pattern, p dispatch.Pattern, now time.Time) error {
		return reshape(ctx, tx, p, now)
	},
	retire: func(v *dispatch.Pattern, at time.Time) { v.RetiredAt = &at },
}

// ahead is for how many days patterns have made their shifts.
const ahead = 8 * 7

// reshape makes the shifts ahead what the pattern says: those that are missing
// come, those that it has no more go, others get its times. What somebody has
// given times of its own, and what has begun, stays. A visit that would be left
// outside refuses it all.
func reshape(ctx context.Context, tx dispatch.Tx, p dispatch.Pattern, now time.Time) error {
	t, err := tx.Technician(ctx, p.TechnicianID)
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
	holidays, err := holidaysOf(ctx, tx, region)
	if err != nil {
		return err
	}
	today := dispatch.DateOf(now, loc)
	made, err := tx.ShiftsOfPattern(ctx, p.ID, today)
	if err != nil {
		return err
	}
	off, err := tx.DaysOff(ctx, p.TechnicianID, today)
	if err != nil {
		return err
	}
	there := map[dispatch.Date]dispatch.Shift{}
	for _, s := range made {
		there[s.Date] = s
	}
	for d := today; d < today.Add(ahead); d = d.Add(1) {
		turn := p.On(d, holidays != nil && holidays.On(d) != nil)
		if p.RetiredAt != nil || slices.ContainsFunc(off, func(o dispatch.DayOff) bool { return o.Date == d }) {
			turn = nil
		}
		var want *dispatch.Shift
		if turn != nil {
			if s, ok := p.Shift(*turn, d, region, loc); ok {
				want = &s
			}
		}
		var have *dispatch.Shift
		if s, ok := there[d]; ok {
			have = &s
		}
		if err := remake(ctx, tx, have, want, now); err != nil {
			return err
		}
	}
	return tx.RollPattern(ctx, p.ID, today.Add(ahead))
}

// remake brings one day's shift from what it is to what the pattern wants.
func remake(ctx context.Context, tx dispatch.Tx, have, want *dispatch.Shift, now time.Time) error {
	switch {
	case have != nil && (have.Changed || !have.StartsAt.After(now)), want != nil && !want.StartsAt.After(now):
		return nil
	case have == nil && want == nil:
		return nil
	case have == nil:
		_, err := tx.ShiftOn(ctx, want.TechnicianID, want.Date)
		if err == nil {
			return nil // a single shift, or that of another pattern
		}
		if !fault.Is(err, "shift_not_found") {
			return err
		}
		_, err = tx.AddShift(ctx, *want)
		return err
	case want == nil:
		return drop(ctx, tx, *have)
	}
	if sameTimes(*have, *want) {
		return nil
	}
	want.ID = have.ID
	_, err := retime(ctx, tx, *want, have.Version)
	return err
}

func sameTimes(a, b dispatch.Shift) bool {
	return a.StartsAt.Equal(b.StartsAt) && a.EndsAt.Equal(b.EndsAt) && a.BreakFrom.Equal(b.BreakFrom) && a.BreakUntil.Equal(b.BreakUntil) &&
		a.BreakMinutes == b.BreakMinutes && a.OvertimeMinutes == b.OvertimeMinutes
}

// RollShifts lets every pattern make its shifts for the weeks ahead, each in a
// transaction of its own: one that can't does not stop the others. It tells how
// many were rolled, and what went wrong.
func (s *Setup) RollShifts(ctx context.Context) (rolled int, err error) {
	now := s.Clock.Now()
	var due []dispatch.Pattern
	err = s.Store.Read(ctx, func(tx dispatch.Tx) (err error) {
		// A week of slack, so that it is done once a week and not at each sweep.
		due, err = tx.PatternsToRoll(ctx, dispatch.DateOf(now, time.UTC).Add(ahead-7))
		return err
	})
	if err != nil {
		return 0, err
	}
	for _, p := range due {
		one := s.Store.Write(ctx, func(tx dispatch.Tx) error {
			now, err := tx.PatternRegister().Lock(ctx, p.ID)
			if err != nil || now.RetiredAt != nil {
				return err
			}
			return reshape(ctx, tx, now, s.Clock.Now())
		})
		if one == nil {
			rolled++
		} else if err == nil {
			err = fmt.Errorf("rolling the shifts of pattern %s: %w", p.ID, one)
		}
	}
	return rolled, err
}

// Sweep lets the patterns make their shifts as time goes by.
func (s *Setup) Sweep(ctx context.Context) error {
	_, err := s.RollShifts(ctx)
	return err
}

// Patterns are shifts that come every week; one makes them for the weeks ahead. They
// are listed by the day from which they hold. Entering and changing:
// "reference_missing", "technician_state", "shift_taken"; changing and retiring, which
// take the shifts ahead with them, also "work_open" with the visits that would be left
// outside.
func (s *Setup) Patterns() Kept[dispatch.Pattern, ids.ID, PatternEntry] {
	return Kept[dispatch.Pattern, ids.ID, PatternEntry]{s, patterns}
}
