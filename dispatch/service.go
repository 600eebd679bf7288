package dispatch

import (
	"time"

	"roundsman/internal/ids"
)

// Service is by which channel the desk is reached, and when.
type Service struct {
	ID        ids.ID
	RegionID  ids.ID
	SiteID    *ids.ID // nil: for all sites of the region
	Channel   string  // "phone", "mail", "chat", "portal", "walk_in", "on_site"
	Address   string  // the number, mail address or place
	Hours     Hours
	Holidays  bool // also open on the region's holidays
	RetiredAt *time.Time
	Version   int64
}

// farthest is how many days ahead an opening is looked for.
const farthest = 60

// Next says whether the service is open at an instant, and if not when it opens
// next; nil when that is not within two months. Wall-clock times are of the
// zone; one that the clocks skip is the next that exists.
func (s Service) Next(at time.Time, loc *time.Location, c *Calendar) (open bool, next *time.Time) {
	today := DateOf(at, loc)
	for n := range farthest {
		d := today.Add(n)
		if !s.Holidays && c != nil && c.On(d) != nil {
			continue
		}
		for _, span := range s.Hours.On(d.Weekday()) {
			from, until := d.WallOrNext(loc, span.From), d.WallOrNext(loc, span.Until)
			switch {
			case from.After(at):
				return false, &from
			case at.Before(until):
				return true, nil
			}
		}
	}
	return false, nil
}
