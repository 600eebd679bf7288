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

// CalendarEntry is what is entered of a calendar; nil leaves what is there. The
// code of one that is there stays.
type CalendarEntry struct {
	Code *string
	Name *string
	Days *[]dispatch.Holiday
}

func (e CalendarEntry) onto(c *dispatch.Calendar) {
	if c.Code == "" {
		set(&c.Code, e.Code)
	}
	set(&c.Name, e.Name)
	set(&c.Days, e.Days)
}

func (e CalendarEntry) fresh() dispatch.Calendar {
	var c dispatch.Calendar
	e.onto(&c)
	return c
}

// CheckCalendar says what is wrong with the values of a calendar.
func CheckCalendar(c dispatch.Calendar) []fault.Field {
	var w wrong
	w.code("/code", c.Code)
	w.text("/name", c.Name, 200)
	seen := map[dispatch.Date]bool{}
	for i, d := range c.Days {
		at := fmt.Sprintf("/days/%d", i)
		_, err := dispatch.ParseDate(string(d.Date))
		w.when(err != nil, at+"/date", "must be a date such as 2026-12-25")
		w.when(seen[d.Date], at+"/date", "is named twice")
		w.text(at+"/name", d.Name, 100)
		seen[d.Date] = true
	}
	return w
}

var calendars = book[dispatch.Calendar, string]{
	noun: "calendar", read: access.SetupRead, write: access.SetupWrite,
	of:      func(tx dispatch.Tx) dispatch.Register[dispatch.Calendar, string] { return tx.CalendarRegister() },
	subject: func(v dispatch.Calendar) ids.ID { return codeID("calendar", v.Code) },
	version: func(v dispatch.Calendar) int64 { return v.Version },
	inUse:   dispatch.Calendar.InUse,
	check:   CheckCalendar,
	raise:   raiseCalendar,
	stands: func(ctx context.Context, tx dispatch.Tx, c dispatch.Calendar, _ time.Time) error {
		return unused(ctx, tx, "calendar", c.Code)
	},
	retire: func(v *dispatch.Calendar, at time.Time) { v.RetiredAt = &at },
}

// raiseCalendar tells the days of every region that keeps the calendar.
func raiseCalendar(ctx context.Context, tx dispatch.Tx, before *dispatch.Calendar, c dispatch.Calendar, now time.Time) error {
	if before == nil {
		return nil
	}
	all, err := tx.ListRegions(ctx)
	if err != nil {
		return err
	}
	for _, r := range byID(all) {
		if r.CalendarCode == nil || *r.CalendarCode != c.Code {
			continue
		}
		if err := raiseRegion(ctx, tx, r, now); err != nil {
			return err
		}
	}
	return nil
}

// byID puts regions into the order in which their days are locked.
func byID(list []dispatch.Region) []dispatch.Region {
	slices.SortFunc(list, func(a, b dispatch.Region) int { return slices.Compare(a.ID[:], b.ID[:]) })
	return list
}

// Calendars are of holidays. Entering: "code_taken". Retiring: "still_used" while regions
// keep it.
func (s *Setup) Calendars() Kept[dispatch.Calendar, string, CalendarEntry] {
	return Kept[dispatch.Calendar, string, CalendarEntry]{s, calendars}
}
