package dispatch

import (
	"slices"
	"time"
)

// Open gives between which minutes of a local day work may start at a site; ok is
// false on a day on which it is closed. holiday says whether the day is one in
// the site's region.
func (s Site) Open(d Date, holiday bool) (from, until int, ok bool) {
	if holiday && s.KeepsHolidays || slices.Contains(s.ClosedOn, d) {
		return 0, 0, false
	}
	if s.Hours == nil {
		return s.OpensAt, s.ClosesAt, true
	}
	for _, span := range s.Hours.On(d.Weekday()) {
		return span.From, span.Until, true // a site opens once a day
	}
	return 0, 0, false
}

// OpenAt says whether work may start at a site at an instant. loc is the zone of
// the region, whose days are planned; holidays may be nil.
func (s Site) OpenAt(at time.Time, loc *time.Location, holidays *Calendar) bool {
	d := DateOf(at, loc)
	from, until, ok := s.Open(d, holidays != nil && holidays.On(d) != nil)
	if !ok {
		return false
	}
	if until <= from {
		return true // at any hour
	}
	return !at.Before(d.WallOrNext(loc, from)) && at.Before(d.WallOrNext(loc, until))
}
