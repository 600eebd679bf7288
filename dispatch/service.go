package dispatch

import (
	"context"
	"fmt"
	"slices"
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
			case !until.After(from): // the clocks skip all of it
			case from.After(at):
				return false, &from
			case at.Before(until):
				return true, nil
			}
		}
	}
	return false, nil
}

// Opening is when a channel is reached.
type Opening struct {
	Service Service
	Open    bool
	Next    *time.Time // when it opens next; nil while it is open, or not within two months
}

// OpeningsAt gives each channel by which people at a site reach the desk, as it
// is at an instant, by channel. Hours of the site alone come before those of all
// of its region.
func OpeningsAt(ctx context.Context, tx Tx, site Site, at time.Time) ([]Opening, error) {
	region, err := tx.Region(ctx, site.RegionID)
	if err != nil {
		return nil, err
	}
	inUse := false
	list, _, err := tx.ServiceRegister().List(ctx, StandingFilter{RegionID: &region.ID, Retired: &inUse}, Page{Limit: mostServices})
	if err != nil || len(list) == 0 {
		return nil, err
	}
	var holidays *Calendar
	if region.CalendarCode != nil {
		c, err := tx.CalendarRegister().Get(ctx, *region.CalendarCode)
		if err != nil {
			return nil, err
		}
		holidays = &c
	}
	own := map[string]bool{}
	for _, s := range list {
		own[s.Channel] = own[s.Channel] || s.SiteID != nil && *s.SiteID == site.ID
	}
	list = slices.DeleteFunc(list, func(s Service) bool {
		return s.SiteID != nil && *s.SiteID != site.ID || s.SiteID == nil && own[s.Channel]
	})
	out := make([]Opening, 0, len(list))
	for _, s := range list {
		zone := region.Zone
		if s.SiteID != nil {
			zone = site.Zone
		}
		loc, err := time.LoadLocation(zone)
		if err != nil {
			return nil, fmt.Errorf("time zone of service hours %s: %w", s.ID, err)
		}
		o := Opening{Service: s}
		o.Open, o.Next = s.Next(at, loc, holidays)
		out = append(out, o)
	}
	return out, nil
}

// mostServices is how many service hours a region has at most.
const mostServices = 500
