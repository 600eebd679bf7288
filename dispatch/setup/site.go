package setup

import (
	"context"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geo"
)

// SiteEntry is what is entered of a site; nil leaves what is there.
type SiteEntry struct {
	ID            *ids.ID
	Code          *string
	Name          *string
	RegionID      *ids.ID
	Address       *string
	City          *string
	Point         *orb.Point
	Unplaced      bool    // nobody knows yet where it is: no visit is quoted there
	Zone          *string // the region's when never given
	OpensAt       *int    // minutes after local midnight, for every day
	ClosesAt      *int
	Hours         *dispatch.Hours // by weekday; empty: every day from OpensAt to ClosesAt
	ClosedOn      *[]dispatch.Date
	KeepsHolidays *bool
	AccessMinutes *int
	AccessNotes   *string
	AccessPoint   *orb.Point // the site's own place takes it away
	WalkMinutes   *int
}

// mostWalk is how far from a site its access point may be, in metres.
const mostWalk = 5000

// The usual office, where nobody said more.
const (
	usualOpening = 8 * 60
	usualClosing = 18 * 60
)

func (e SiteEntry) onto(s *dispatch.Site) {
	set(&s.Code, e.Code)
	set(&s.Name, e.Name)
	set(&s.RegionID, e.RegionID)
	set(&s.Address, e.Address)
	set(&s.City, e.City)
	if e.Point != nil {
		s.Point, s.Unplaced = *e.Point, false
	}
	if e.Unplaced && !placed(s.Point) {
		s.Point, s.Unplaced = orb.Point{}, true
	}
	set(&s.Zone, e.Zone)
	if e.OpensAt != nil || e.ClosesAt != nil {
		s.Hours = nil // every day alike, unless the same entry says more
	}
	set(&s.OpensAt, e.OpensAt)
	set(&s.ClosesAt, e.ClosesAt)
	set(&s.Hours, e.Hours)
	if len(s.Hours) > 0 {
		s.OpensAt, s.ClosesAt = s.Hours.Widest()
	} else {
		s.Hours = nil
	}
	set(&s.ClosedOn, e.ClosedOn)
	set(&s.KeepsHolidays, e.KeepsHolidays)
	set(&s.AccessMinutes, e.AccessMinutes)
	set(&s.AccessNotes, e.AccessNotes)
	set(&s.WalkMinutes, e.WalkMinutes)
	if e.AccessPoint != nil {
		s.AccessPoint = e.AccessPoint
	}
	if s.AccessPoint != nil && *s.AccessPoint == s.Point {
		s.AccessPoint = nil
	}
}

// CheckSite says what is wrong with the values of a site. Its zone may be empty:
// then it is the region's.
func CheckSite(s dispatch.Site) []fault.Field {
	var w wrong
	w.code("/code", s.Code)
	w.text("/name", s.Name, 200)
	w.when(s.RegionID == ids.Nil, "/region_id", "is missing")
	w.text("/address", s.Address, 200)
	w.text("/city", s.City, 100)
	if !s.Unplaced {
		w.point("/location", s.Point)
	}
	if s.Zone != "" {
		w.zone("/zone", s.Zone)
	}
	if s.Hours == nil {
		w.between("/opens_at", s.OpensAt, 0, dispatch.MinutesADay)
		w.when(s.ClosesAt <= s.OpensAt || s.ClosesAt > dispatch.MinutesADay, "/closes_at", "must be after opens_at, 24:00 at the latest")
	}
	w.hours("/hours", s.Hours, true)
	w.dates("/closed_on", s.ClosedOn)
	w.between("/access", s.AccessMinutes, 0, 240)
	w.optional("/access_notes", s.AccessNotes, 2000)
	if s.AccessPoint != nil {
		w.point("/access_point", *s.AccessPoint)
		w.when(s.Unplaced || geo.Distance(s.Point, *s.AccessPoint) > mostWalk, "/access_point", "must be within 5 km of location, from where one walks to the door")
	}
	w.between("/walk", s.WalkMinutes, 0, 120)
	return w
}

var sites = book[dispatch.Site, ids.ID]{
	noun: "site", read: access.SetupRead, write: access.SetupWrite,
	of:      func(tx dispatch.Tx) dispatch.Register[dispatch.Site, ids.ID] { return tx.SiteRegister() },
	subject: func(s dispatch.Site) ids.ID { return s.ID },
	version: func(s dispatch.Site) int64 { return s.Version },
	inUse:   dispatch.Site.InUse,
	check:   CheckSite,
	complete: func(ctx context.Context, tx dispatch.Tx, s *dispatch.Site) error {
		r, err := tx.RegionRegister().Get(ctx, s.RegionID)
		if err := named(r.InUse, err, "/region_id"); err != nil {
			return err
		}
		if s.Zone == "" {
			s.Zone = r.Zone
		}
		return nil
	},
	raise: raiseSite,
	stands: func(ctx context.Context, tx dispatch.Tx, s dispatch.Site, _ time.Time) error {
		if err := noOpenWork(ctx, tx, dispatch.OpenWork{SiteID: &s.ID}, "visits at this site are not over; complete, move or cancel them first"); err != nil {
			return err
		}
		return unused(ctx, tx, "site", s.ID.String())
	},
	retire: func(s *dispatch.Site, at time.Time) { s.RetiredAt = &at },
}

// raiseSite tells the days of the site's region: its hours, place and access are
// inputs of each. Of the region it left, too.
func raiseSite(ctx context.Context, tx dispatch.Tx, before *dispatch.Site, s dispatch.Site, now time.Time) error {
	if before == nil {
		return nil // nothing is planned there yet
	}
	for _, id := range inOrder(before.RegionID, s.RegionID) {
		r, err := tx.Region(ctx, id)
		if err != nil {
			return err
		}
		if err := raiseRegion(ctx, tx, r, now); err != nil {
			return err
		}
	}
	// Nothing is planned behind our back from here on.
	if before.RegionID != s.RegionID {
		if err := noOpenWork(ctx, tx, dispatch.OpenWork{SiteID: &s.ID}, "visits at this site are planned by its region; complete, move or cancel them before it gets another"); err != nil {
			return err
		}
	}
	return stillOpen(ctx, tx, *before, s, now)
}

// stillOpen refuses hours in which a planned visit would find the door closed.
// Those that it found closed before are none of this change.
func stillOpen(ctx context.Context, tx dispatch.Tx, before, after dispatch.Site, now time.Time) error {
	visits, err := tx.OpenWork(ctx, dispatch.OpenWork{SiteID: &after.ID}, mostPlanned)
	if err != nil {
		return err
	}
	region, err := tx.Region(ctx, after.RegionID)
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
	var shut []dispatch.Visit
	for _, v := range visits {
		if v.PlannedStart == nil || v.State.Started() || v.PlannedStart.Before(now) {
			continue
		}
		if before.OpenAt(*v.PlannedStart, loc, holidays) && !after.OpenAt(*v.PlannedStart, loc, holidays) {
			shut = append(shut, v)
		}
	}
	return standing(ctx, tx, shut[:min(len(shut), mostNamed)], "visits are planned when the site would be closed; move them first, then change the hours")
}

// mostPlanned is far more than are ever planned at one site.
const mostPlanned = 1000

// inOrder gives ids once each, in the order in which they are locked.
func inOrder(a, b ids.ID) []ids.ID {
	switch {
	case a == b:
		return []ids.ID{a}
	case a.String() < b.String():
		return []ids.ID{a, b}
	}
	return []ids.ID{b, a}
}

// holidaysOf gives the calendar of a region, nil when it has none.
func holidaysOf(ctx context.Context, tx dispatch.Tx, r dispatch.Region) (*dispatch.Calendar, error) {
	if r.CalendarCode == nil {
		return nil, nil
	}
	c, err := tx.CalendarRegister().Get(ctx, *r.CalendarCode)
	return &c, err
}

func (e SiteEntry) fresh() dispatch.Site {
	v := dispatch.Site{ID: newID(e.ID), Point: nowhere, OpensAt: usualOpening, ClosesAt: usualClosing}
	e.onto(&v)
	return v
}

// Sites are where people work; no new ticket is opened at one that is retired.
// Entering and changing: "reference_missing", "region_state", "code_taken", "id_taken".
// Changing also "work_open" for hours in which planned visits would find it closed,
// with the visits as member; retiring "work_open" while visits there are not over,
// "still_used" while people work there.
func (s *Setup) Sites() Kept[dispatch.Site, ids.ID, SiteEntry] {
	return Kept[dispatch.Site, ids.ID, SiteEntry]{s, sites}
}
