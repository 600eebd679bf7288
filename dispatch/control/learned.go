package control

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/decide"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
	"roundsman/routing"
)

// LearnedView is what a region has learned, with its factors.
type LearnedView struct {
	dispatch.LearnedTimes
	Hours []dispatch.LearnedHour
}

// LearnedTimes gives how much longer drives take in a region than the roads say.
// Code: "region_not_found".
func (c *Control) LearnedTimes(ctx context.Context, who access.Principal, region ids.ID) (v LearnedView, err error) {
	err = c.read(ctx, who, access.PlansRead, func(tx dispatch.Tx) error {
		if _, err := tx.Region(ctx, region); err != nil {
			return err
		}
		v, err = readLearned(ctx, tx, region)
		return err
	})
	return v, err
}

func readLearned(ctx context.Context, tx dispatch.Tx, region ids.ID) (v LearnedView, err error) {
	if v.LearnedTimes, err = tx.LearnedTimes(ctx, region); err == nil {
		v.Hours, err = tx.LearnedHours(ctx, region)
	}
	return v, err
}

// UseLearnedTimes says what becomes of them, expecting the version given. The times
// of today's rounds are computed anew where others hold from now on. Codes:
// "region_not_found", "version_stale", "bad_learned_use".
func (c *Control) UseLearnedTimes(ctx context.Context, who access.Principal, wanted dispatch.LearnedTimes) (v LearnedView, err error) {
	now := c.Clock.Now()
	err = c.write(ctx, who, access.PlansWrite, func(tx dispatch.Tx) error {
		if err := wanted.Check(); err != nil {
			return err
		}
		region, err := tx.Region(ctx, wanted.RegionID)
		if err != nil {
			return err
		}
		if v, err = readLearned(ctx, tx, region.ID); err != nil {
			return err
		}
		before := v.Use
		v.Use, v.SetBy, v.Version = wanted.Use, &who.AccountID, wanted.Version
		if (before == dispatch.ProfileTimes) != (v.Use == dispatch.ProfileTimes) {
			if err := otherTimes(ctx, tx, region, now); err != nil {
				return err
			}
		}
		if v.LearnedTimes, err = tx.SaveLearnedTimes(ctx, v.LearnedTimes); err != nil {
			return err
		}
		return decide.Emit(ctx, tx, now, who, decide.Event{Name: "learned_times.set", Kind: "region", Subject: region.ID,
			Data: map[string]any{"use": v.Use}})
	})
	return v, err
}

// otherTimes has the rounds of today computed anew, and makes what-ifs of today and
// later count as seen on other inputs.
func otherTimes(ctx context.Context, tx dispatch.Tx, region dispatch.Region, now time.Time) error {
	loc, err := region.Location()
	if err != nil {
		return err
	}
	today := dispatch.DateOf(now, loc)
	if err := tx.RaiseDaysOf(ctx, region.ID, today); err != nil {
		return err
	}
	return retimeDay(ctx, tx, dispatch.DayKey{RegionID: region.ID, Date: today})
}

// retimeDay asks for the times of a day's rounds to be computed anew.
func retimeDay(ctx context.Context, tx dispatch.Tx, k dispatch.DayKey) error {
	rounds, err := tx.RoundsOn(ctx, k)
	if err != nil {
		return err
	}
	for _, r := range rounds {
		if err := tx.Enqueue(ctx, dispatch.Job{Kind: "retime", ID: r.ID}); err != nil {
			return err
		}
	}
	return nil
}

const (
	// tripsAtOnce are read, measured and written together; tripsASweep at most in one
	// sweep, which others wait for. The rest is for the next one.
	tripsAtOnce = 500
	tripsASweep = 5000
	// lateFacts is how long after an arrival a device without a network may still tell
	// of it.
	lateFacts = 3 * 24 * time.Hour
)

// learn measures the drives of regions whose night has come, and renews their
// factors.
func (c *Control) learn(ctx context.Context, now time.Time) error {
	type due struct {
		region dispatch.Region
		night  dispatch.Date
		loc    *time.Location
	}
	var list []due
	err := c.Store.Read(ctx, func(tx dispatch.Tx) error {
		regions, err := tx.ListRegions(ctx)
		if err != nil {
			return err
		}
		learned, err := tx.ListLearnedTimes(ctx)
		if err != nil {
			return err
		}
		for _, r := range regions {
			loc, err := r.Location()
			if err != nil {
				return err
			}
			l := dispatch.UsualLearned(r.ID)
			if k := slices.IndexFunc(learned, func(l dispatch.LearnedTimes) bool { return l.RegionID == r.ID }); k >= 0 {
				l = learned[k]
			}
			if night, ok := l.DueNight(now, loc, c.RoadsName); ok {
				list = append(list, due{r, night, loc})
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	var failed error
	for _, d := range list {
		if err := c.learnRegion(ctx, d.region, d.night, d.loc, now); err != nil && !fault.Is(err, "version_stale") { // stale: another server does it
			failed = errors.Join(failed, fmt.Errorf("learning the times of region %s: %w", d.region.ID, err))
		}
	}
	return failed
}

func (c *Control) learnRegion(ctx context.Context, region dispatch.Region, night dispatch.Date, loc *time.Location, now time.Time) error {
	m := measuring{c: c, region: region, until: night.Midnight(loc), now: now}
	done, err := m.run(ctx)
	if err != nil || !done {
		return err
	}
	return c.renew(ctx, region, night, now)
}

// renew puts what the drives teach in the place of what was learned before.
func (c *Control) renew(ctx context.Context, region dispatch.Region, night dispatch.Date, now time.Time) error {
	var seen LearnedView
	var drives []dispatch.Drive
	err := c.Store.Read(ctx, func(tx dispatch.Tx) (err error) {
		if seen, err = readLearned(ctx, tx, region.ID); err == nil {
			drives, err = tx.DrivesSince(ctx, region.ID, now.Add(-dispatch.LearnReach))
		}
		return err
	})
	if err != nil {
		return err
	}
	hours := seen.Hours
	if seen.Use != dispatch.HoldTimes {
		hours = dispatch.LearnHours(drives, seen.Hours, now)
	}
	changed := dispatch.ChangedHours(seen.Hours, hours)
	seen.Night, seen.LearnedAt = &night, &now
	return c.Store.Write(ctx, func(tx dispatch.Tx) error {
		if changed > 0 && seen.Use != dispatch.ProfileTimes {
			if err := otherTimes(ctx, tx, region, now); err != nil {
				return err
			}
		}
		if _, err := tx.SaveLearnedTimes(ctx, seen.LearnedTimes); err != nil {
			return err
		}
		if err := tx.SetLearnedHours(ctx, region.ID, hours); err != nil {
			return err
		}
		if err := tx.DropDrives(ctx, region.ID, now.Add(-dispatch.LearnReach)); err != nil {
			return err
		}
		if changed == 0 {
			return nil
		}
		return decide.Emit(ctx, tx, now, access.Principal{}, decide.Event{Name: "learned_times.changed", Kind: "region", Subject: region.ID,
			Data: map[string]any{"hours": changed, "drives": len(drives), "use": seen.Use}})
	})
}

// measuring goes through the trips of a region and asks the roads how long they
// should have taken.
type measuring struct {
	c      *Control
	region dispatch.Region
	until  time.Time
	now    time.Time

	book     dispatch.LearnedTimes
	holidays *dispatch.Calendar
	closures []dispatch.Closure
}

// run measures what is there; done is false when there is more.
func (m *measuring) run(ctx context.Context) (done bool, err error) {
	if err := m.begin(ctx); err != nil {
		return false, err
	}
	from := m.now.Add(-dispatch.LearnReach)
	if u := m.book.MeasuredUntil; u != nil && u.Add(-lateFacts).After(from) {
		from = u.Add(-lateFacts)
	}
	var after dispatch.TripCursor
	for range tripsASweep / tripsAtOnce {
		var trips []dispatch.Trip
		err := m.c.Store.Read(ctx, func(tx dispatch.Tx) (err error) {
			trips, err = tx.TripsBetween(ctx, m.region.ID, from, m.until, after, tripsAtOnce)
			if err == nil && len(trips) > 0 {
				m.closures, err = tx.ClosuresDuring(ctx, trips[0].ArrivedAt.Add(-dispatch.LongestDrive-time.Hour), trips[len(trips)-1].ArrivedAt)
			}
			return err
		})
		if err != nil {
			return false, err
		}
		if done = len(trips) < tripsAtOnce; done {
			m.book.MeasuredUntil = &m.until
		} else {
			after = dispatch.TripCursor{At: trips[len(trips)-1].ArrivedAt, Visit: trips[len(trips)-1].VisitID}
			m.book.MeasuredUntil = &after.At
		}
		if err := m.keep(ctx, trips); err != nil || done {
			return done, err
		}
	}
	return false, nil
}

// begin forgets what was measured on other roads.
func (m *measuring) begin(ctx context.Context) error {
	return m.c.Store.Write(ctx, func(tx dispatch.Tx) (err error) {
		if m.region.CalendarCode != nil {
			calendar, err := tx.CalendarRegister().Get(ctx, *m.region.CalendarCode)
			if err != nil {
				return err
			}
			m.holidays = &calendar
		}
		if m.book, err = tx.LearnedTimes(ctx, m.region.ID); err != nil || m.book.Roads == m.c.RoadsName {
			return err
		}
		if err := tx.DropDrives(ctx, m.region.ID, m.now); err != nil {
			return err
		}
		m.book.Roads, m.book.MeasuredUntil = m.c.RoadsName, nil
		m.book, err = tx.SaveLearnedTimes(ctx, m.book)
		return err
	})
}

// keep measures trips and stores the drives among them, with how far it has got.
func (m *measuring) keep(ctx context.Context, trips []dispatch.Trip) error {
	var drives []dispatch.Drive
	for _, t := range trips {
		d, ok, err := m.measure(ctx, t)
		if err != nil {
			return err
		}
		if ok {
			drives = append(drives, d)
		}
	}
	return m.c.Store.Write(ctx, func(tx dispatch.Tx) error {
		if len(drives) > 0 {
			if err := tx.AddDrives(ctx, drives); err != nil {
				return err
			}
		}
		var err error
		m.book, err = tx.SaveLearnedTimes(ctx, m.book)
		return err
	})
}

// measure asks the roads about one trip. ok is false where it tells nothing.
func (m *measuring) measure(ctx context.Context, t dispatch.Trip) (d dispatch.Drive, ok bool, err error) {
	if _, ok := t.Took(); !ok {
		return d, false, nil
	}
	for _, c := range m.closures {
		if t.Past(c) {
			return d, false, nil
		}
	}
	leg, err := m.c.Roads.Travel(ctx, t.From, t.To, routing.Car, t.DepartedAt)
	if f := fault.Of(err); f != nil && (f.Code == "place_off_road" || f.Code == "unreachable") {
		return d, false, nil
	}
	if err != nil {
		return d, false, err
	}
	d, ok = t.Drive(m.region, time.Duration(leg.Seconds)*time.Second, func(date dispatch.Date) bool { return m.holidays != nil && m.holidays.On(date) != nil })
	return d, ok, nil
}
