package dispatch

import (
	"fmt"
	"time"

	"roundsman/internal/fault"
	"roundsman/internal/ids"

	"github.com/paulmach/orb"
)

// Region is an area served by one crew, planned day by day on its own.
type Region struct {
	ID   ids.ID
	Code string // "DE"
	Name string
	Zone string // IANA name, such as "America/New_York"
	// Country is where phone numbers without a country code are dialled: ISO 3166.
	Country string
	// CalendarCode names the calendar of its holidays, if it has any.
	CalendarCode *string
	RoundRules
	RetiredAt *time.Time
	Version   int64
}

// Location loads the region's time zone.
func (r Region) Location() (*time.Location, error) {
	loc, err := time.LoadLocation(r.Zone)
	if err != nil {
		return nil, fmt.Errorf("time zone of region %s: %w", r.Code, err)
	}
	return loc, nil
}

// Date is a local calendar day, written 2006-01-02.
type Date string

// DateOf gives the local day of an instant.
func DateOf(t time.Time, loc *time.Location) Date { return Date(t.In(loc).Format(time.DateOnly)) }

// ParseDate reads a day; anything else is a fault of code "bad_date".
func ParseDate(s string) (Date, error) {
	if _, err := time.Parse(time.DateOnly, s); err != nil {
		return "", fault.New(fault.Invalid, "bad_date", "%q is not a date; dates look like 2026-03-09", s)
	}
	return Date(s), nil
}

// Midnight is the instant at which the day begins there; where midnight does
// not exist, the first instant that does, and the first of two where it comes twice.
func (d Date) Midnight(loc *time.Location) time.Time {
	return d.At(loc, 0, 0)
}

// At is the instant of a wall-clock time on the day, in that zone; see WallOrNext
// for times that never come.
func (d Date) At(loc *time.Location, hour, minute int) time.Time {
	return d.WallOrNext(loc, hour*60+minute).In(loc)
}

// Add gives the day n days later.
func (d Date) Add(n int) Date {
	t, _ := time.Parse(time.DateOnly, string(d))
	return Date(t.AddDate(0, 0, n).Format(time.DateOnly))
}

// Weekday of the day.
func (d Date) Weekday() time.Weekday {
	t, _ := time.Parse(time.DateOnly, string(d))
	return t.Weekday()
}

// Working says whether the day is Monday to Friday.
func (d Date) Working() bool { return d.Weekday() != time.Saturday && d.Weekday() != time.Sunday }

// RegionDay carries the version raised by every input of a day that is not a
// round: absences, closures, skills, kits, access hours, disruptions.
type RegionDay struct {
	RegionID ids.ID
	Date     Date
	Version  int64
}

// Site is a place of work.
type Site struct {
	ID       ids.ID
	RegionID ids.ID
	Code     string
	Name     string
	Address  string // house number and street, or the nearest street
	City     string
	Point    orb.Point // longitude, latitude
	// Unplaced: nobody has said yet where it is; Point means nothing.
	Unplaced bool
	Zone     string
	// OpensAt and ClosesAt hold for every day, in minutes after local midnight.
	// With Hours they are the widest of the week.
	OpensAt  int
	ClosesAt int
	Hours    Hours  // nil: every day from OpensAt to ClosesAt
	ClosedOn []Date // single days on which nobody is there
	// KeepsHolidays closes it on the holidays of its region.
	KeepsHolidays bool
	// AccessMinutes are parking and check-in, paid once per call.
	AccessMinutes int
	AccessNotes   string
	// AccessPoint is where a car stops, where streets don't lead up to Point; nil: at
	// the door. From there it is WalkMinutes to the door, paid once per call.
	AccessPoint *orb.Point
	WalkMinutes int
	RetiredAt   *time.Time
	Version     int64
}

// Reached is where a leg to the site ends.
func (s *Site) Reached() orb.Point {
	if s.AccessPoint != nil {
		return *s.AccessPoint
	}
	return s.Point
}

// EntryMinutes is what a call takes from there to check-in done: parking, the way
// to the door, and checking in.
func (s *Site) EntryMinutes() int { return s.WalkMinutes + s.AccessMinutes }

// Depot is where stock lies.
type Depot struct {
	ID        ids.ID
	RegionID  ids.ID
	Code      string
	Name      string
	Address   string
	Point     orb.Point
	RetiredAt *time.Time
	Version   int64
}
