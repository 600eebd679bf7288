package dispatch

import (
	"time"

	"roundsman/internal/fault"
)

// Wall is the instant of a wall-clock time on the day, given in minutes after
// midnight; 1440 and more are of the days after. Where the clocks go back and the
// time comes twice it is the first of them.
//
// Where the clocks go forward some times never come: code "no_such_time", with
// the first instant after the gap as member "next".
func (d Date) Wall(loc *time.Location, minutes int) (time.Time, error) {
	t, exists := d.wall(loc, minutes)
	if !exists {
		return time.Time{}, fault.New(fault.Invalid, "no_such_time", "on %s there is no %02d:%02d in %s, the clocks go forward; the next time that exists is %s",
			d.Add(minutes/MinutesADay), minutes%MinutesADay/60, minutes%60, loc, t.In(loc).Format("15:04")).With("next", t.In(loc))
	}
	return t, nil
}

// WallOrNext is Wall, and the first instant after the gap for a time that never
// comes.
func (d Date) WallOrNext(loc *time.Location, minutes int) time.Time {
	t, _ := d.wall(loc, minutes)
	return t
}

// wall tries the two offsets that are in force around the day. time.Date does
// not say which of two equal times it gives, so it is not asked.
func (d Date) wall(loc *time.Location, minutes int) (t time.Time, exists bool) {
	day, _ := time.Parse(time.DateOnly, string(d))
	wanted := day.Add(time.Duration(minutes) * time.Minute) // as if in UTC
	offset := func(at time.Time) time.Duration {
		_, seconds := at.In(loc).Zone()
		return time.Duration(seconds) * time.Second
	}
	before, after := offset(wanted.Add(-36*time.Hour)), offset(wanted.Add(36*time.Hour))
	// The larger offset gives the earlier instant.
	for _, o := range []time.Duration{max(before, after), min(before, after)} {
		if t := wanted.Add(-o); offset(t) == o {
			return t, true
		}
	}
	_, gapEnds := wanted.Add(-after).In(loc).ZoneBounds() // still before the change
	return gapEnds.UTC(), false
}

// fold says whether the wall-clock time of an instant comes twice, how much later
// it comes again, and whether this is the first of the two.
func fold(t time.Time, loc *time.Location) (later time.Duration, first, twice bool) {
	local := t.In(loc)
	began, ends := local.ZoneBounds()
	back := func(change time.Time) time.Duration { // by how much the clocks go back there
		_, before := change.Add(-time.Second).Zone()
		_, after := change.Zone()
		return time.Duration(before-after) * time.Second
	}
	if !ends.IsZero() {
		if later = back(ends); later > 0 && !t.Before(ends.Add(-later)) {
			return later, true, true
		}
	}
	if !began.IsZero() {
		if later = back(began); later > 0 && t.Before(began.Add(later)) {
			return later, false, true
		}
	}
	return 0, false, false
}

// Again is the instant at which the wall-clock time of an instant comes once more;
// false where it does not.
func Again(t time.Time, loc *time.Location) (time.Time, bool) {
	later, first, _ := fold(t, loc)
	return t.Add(later), first
}

// ClockWords says the wall-clock time of an instant, "09:15", and of one that comes
// twice in a night also which of the two it is: "01:15 EDT".
func ClockWords(t time.Time, loc *time.Location) string {
	if _, _, twice := fold(t, loc); twice {
		return t.In(loc).Format("15:04 MST")
	}
	return t.In(loc).Format("15:04")
}
