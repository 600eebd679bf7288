package dispatch

import (
	"context"
	"time"

	"roundsman/internal/ids"

	"github.com/paulmach/orb"
)

// DayKind is what matters of a day for traffic.
type DayKind string

// The kinds of day.
const (
	Workday  DayKind = "workday"
	Saturday DayKind = "saturday"
	Sunday   DayKind = "sunday" // and every holiday of the region
)

// KindOf gives the kind of a date.
func KindOf(d Date, holiday bool) DayKind {
	switch {
	case holiday || d.Weekday() == time.Sunday:
		return Sunday
	case d.Weekday() == time.Saturday:
		return Saturday
	}
	return Workday
}

// Trip is a visit that somebody drove to, with what their way tells.
type Trip struct {
	VisitID    ids.ID
	DepartedAt time.Time
	ArrivedAt  time.Time // with the person
	// From is where they set out: the site before, or home. Known says that they were
	// there; BeforeDone when the work before was over, if it is.
	From       orb.Point
	Known      bool
	BeforeDone *time.Time
	To         orb.Point
	// EntryMinutes and Floor are of the way from where the car stops to the person.
	EntryMinutes          int
	Floor                 int
	BreakFrom, BreakUntil time.Time
	BreakMinutes          int
}

// Drive is a way by car that was driven between two visits.
type Drive struct {
	VisitID    ids.ID
	RegionID   ids.ID
	DepartedAt time.Time
	Kind       DayKind
	Hour       int // that begins nearest to the departure
	// TookSeconds is how long it took, RoadSeconds how long the roads say that it takes
	// at its hour, without anything that was learned.
	TookSeconds int
	RoadSeconds int
}

// What a drive has to be like to say something of its hour. What is beyond is
// no drive, but a lunch, a tap that came late or one that came twice.
const (
	ShortestDrive = 3 * time.Minute // on the roads: of shorter ones, parking is the most
	LongestDrive  = 3 * time.Hour   // as it was lived
	quickestDrive = 0.4             // of the time on the roads
	slowestDrive  = 4
)

// Took gives how long the drive itself took, without the way from the car to the
// person; ok is false where it is not known where it began, or when.
func (t Trip) Took() (d time.Duration, ok bool) {
	if !t.Known || t.BeforeDone != nil && t.BeforeDone.After(t.DepartedAt) {
		return 0, false
	}
	d = t.ArrivedAt.Sub(t.DepartedAt) - time.Duration(t.EntryMinutes)*time.Minute - InsideWay(t.Floor)
	return d, d > 0 && d <= LongestDrive
}

// InsideWay is how long it takes from a door to a floor: one minute of corridor and
// half a minute of lift for each.
func InsideWay(floor int) time.Duration {
	if floor < 0 {
		floor = -floor
	}
	return time.Minute + time.Duration(floor)*30*time.Second
}

// Drive makes one of a trip, when it is plain: long enough, neither faster nor
// slower than anybody drives, and without the break. road is how long the roads say
// that it takes; holiday says of a local date whether it is one.
func (t Trip) Drive(region Region, road time.Duration, holiday func(Date) bool) (Drive, bool) {
	took, ok := t.Took()
	share := float64(took) / float64(road)
	if !ok || road < ShortestDrive || share < quickestDrive || share > slowestDrive {
		return Drive{}, false
	}
	rest := time.Duration(t.BreakMinutes) * time.Minute
	if rest > 0 && t.DepartedAt.Before(t.BreakUntil) && t.ArrivedAt.After(t.BreakFrom) && took-road >= rest*2/3 {
		return Drive{}, false
	}
	loc, err := region.Location()
	if err != nil {
		return Drive{}, false
	}
	near := t.DepartedAt.Add(30 * time.Minute).In(loc)
	date := DateOf(near, loc)
	return Drive{VisitID: t.VisitID, RegionID: region.ID, DepartedAt: t.DepartedAt, Kind: KindOf(date, holiday(date)), Hour: near.Hour(),
		TookSeconds: int(took / time.Second), RoadSeconds: int(road / time.Second)}, true
}

// Past says whether a drive may have been slowed by a closure: it held while the car
// was on the way, and lies between the two places or within a kilometre or so.
func (t Trip) Past(c Closure) bool {
	over := c.Until
	if c.EndedAt != nil && (over == nil || c.EndedAt.Before(*over)) {
		over = c.EndedAt
	}
	if !c.From.Before(t.ArrivedAt) || over != nil && !over.After(t.DepartedAt) {
		return false
	}
	way := orb.MultiPoint{t.From, t.To}.Bound()
	size := max(way.Right()-way.Left(), way.Top()-way.Bottom())
	return way.Pad(0.01 + size/4).Intersects(c.Area.Bound())
}

// Drives that were measured, and those that wait for it.
type Drives interface {
	// TripsBetween lists visits of a region that were driven to by car and arrived at
	// in [from, until), by arrival and id, those behind a cursor; drives that are
	// measured are left out.
	TripsBetween(ctx context.Context, region ids.ID, from, until time.Time, after TripCursor, limit int) ([]Trip, error)
	// AddDrives keeps drives; those of visits that have one stay as they are.
	AddDrives(ctx context.Context, list []Drive) error
	// DrivesSince lists those of a region that began since then.
	DrivesSince(ctx context.Context, region ids.ID, since time.Time) ([]Drive, error)
	// DropDrives forgets those that began before then.
	DropDrives(ctx context.Context, region ids.ID, before time.Time) error
	// ClosuresDuring gives closures that held at any time in [from, until).
	ClosuresDuring(ctx context.Context, from, until time.Time) ([]Closure, error)
}

// TripCursor is the last one of those before; zero at the beginning.
type TripCursor struct {
	At    time.Time
	Visit ids.ID
}
