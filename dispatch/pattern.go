package dispatch

import (
	"time"

	"roundsman/internal/ids"
)

// Pattern is shifts of a technician that come every week.
type Pattern struct {
	ID              ids.ID
	TechnicianID    ids.ID
	Name            string
	FromDate        Date
	UntilDate       *Date // the first day without it
	Turns           []Turn
	OvertimeMinutes int
	WorksHolidays   bool // also on the holidays of the region
	RetiredAt       *time.Time
	Version         int64
}

// Turn is the shift of one weekday, in wall-clock minutes after its midnight;
// what lies past the next midnight counts on from 1440.
type Turn struct {
	Weekday      time.Weekday `json:"weekday"`
	From         int          `json:"from"`
	Until        int          `json:"until"`
	BreakFrom    int          `json:"break_from"`
	BreakUntil   int          `json:"break_until"`
	BreakMinutes int          `json:"break_minutes"`
}

// On gives the turn that begins on a date, nil when there is none: before the
// pattern begins, after it has ended, on other weekdays, and on a holiday unless
// the pattern works on those.
func (p Pattern) On(d Date, holiday bool) *Turn {
	if d < p.FromDate || p.UntilDate != nil && d >= *p.UntilDate || holiday && !p.WorksHolidays {
		return nil
	}
	for i := range p.Turns {
		if p.Turns[i].Weekday == d.Weekday() {
			return &p.Turns[i]
		}
	}
	return nil
}

// Shift makes the shift of a turn on a date. A wall-clock time that the clocks
// skip on that day becomes the next that exists: a pattern is of many weeks, and
// somebody who begins at half past two begins at three on that one night. There
// is none, false, where the clocks skip all of it.
func (p Pattern) Shift(turn Turn, d Date, region Region, loc *time.Location) (Shift, bool) {
	s := Shift{
		ID: ids.From(p.ID, string(d)), TechnicianID: p.TechnicianID, RegionID: region.ID, Date: d,
		StartsAt: d.WallOrNext(loc, turn.From), EndsAt: d.WallOrNext(loc, turn.Until), OvertimeMinutes: p.OvertimeMinutes,
		BreakFrom: d.WallOrNext(loc, turn.BreakFrom), BreakUntil: d.WallOrNext(loc, turn.BreakUntil), BreakMinutes: turn.BreakMinutes,
		PatternID: &p.ID, Version: 1,
	}
	return s, s.EndsAt.After(s.StartsAt)
}

// DayOff is a day on which a technician does not work although a pattern says so.
type DayOff struct {
	TechnicianID ids.ID
	Date         Date
	Reason       string
	EnteredBy    *ids.ID
	EnteredAt    time.Time
}
