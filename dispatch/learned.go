package dispatch

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"

	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// LearnedUse says what becomes of what drives teach.
type LearnedUse string

// The uses.
const (
	LearnTimes   LearnedUse = "learn"   // factors are renewed every night, and hold
	HoldTimes    LearnedUse = "hold"    // those there are hold, and stay as they are
	ProfileTimes LearnedUse = "profile" // none holds; the roads and their profile alone do
)

// LearnedTimes is what a region has learned of how long drives take.
type LearnedTimes struct {
	RegionID ids.ID
	Use      LearnedUse
	// Night is the local date on which it was last renewed, LearnedAt when.
	Night     *Date
	LearnedAt *time.Time
	// MeasuredUntil is how far arrivals have been looked at, on the roads named by
	// Roads.
	MeasuredUntil *time.Time
	Roads         string
	SetBy         *ids.ID
	Version       int64
}

// UsualLearned is a region's before the first night.
func UsualLearned(region ids.ID) LearnedTimes {
	return LearnedTimes{RegionID: region, Use: LearnTimes, Version: 1}
}

// Check says what is wrong with it. Code: "bad_learned_use".
func (l LearnedTimes) Check() error {
	if l.Use != LearnTimes && l.Use != HoldTimes && l.Use != ProfileTimes {
		return fault.New(fault.Invalid, "bad_learned_use", "%q is no use of learned times; take learn, hold or profile", l.Use).At("/use", "learn, hold or profile")
	}
	return nil
}

// learnFrom is the hour of the night from which on a region learns; by then the
// day's facts have come in, and nobody drives.
const learnFrom = 2

// DueNight gives the local date for which a region is to learn now, if it has not
// yet: it does so once a night, whenever a server first runs after two. Roads other
// than those it was measured on are measured at once, an hour apart at least.
func (l LearnedTimes) DueNight(now time.Time, loc *time.Location, roads string) (Date, bool) {
	today := DateOf(now, loc)
	if l.Roads != roads && (l.LearnedAt == nil || now.Sub(*l.LearnedAt) >= time.Hour) {
		return today, true
	}
	return today, now.In(loc).Hour() >= learnFrom && (l.Night == nil || *l.Night < today)
}

// LearnedHour is how much longer drives take at an hour than the roads say.
type LearnedHour struct {
	Kind DayKind
	Hour int // it holds when the hour begins, and moves evenly to the next one's
	// Percent is how long they take of the time on the roads: 125 is a quarter longer.
	Percent   int
	Drives    int        // that were counted at the hour
	Since     *time.Time // when the oldest of them began
	ChangedAt *time.Time // when the factor got the value that it has
}

// How a factor comes from drives.
const (
	// HalfwayDrives take a factor half the way from one that is expected to what they
	// say; nine times as many, nine tenths.
	HalfwayDrives = 10
	// FewestDrives is how many there have to be to say anything: the median of fewer is
	// that of one stop on the way.
	FewestDrives = 5
	// LearnHalfLife is how long it takes until a drive counts half.
	LearnHalfLife = 8 * 7 * 24 * time.Hour
	// LearnReach is how far back drives are looked at; by then they count a tenth.
	LearnReach = 26 * 7 * 24 * time.Hour
	// LeastPercent and MostPercent bound a factor.
	LeastPercent = 50
	MostPercent  = 300
	// percentStep is the grain of factors: what is finer is luck, and every other
	// factor costs a table of the day's ways.
	percentStep = 5
	// percentStay is how far what drives say may be from the factor in force until it
	// gives way: a little more than half a step, so that it does not go to and fro.
	percentStay = 4
)

// LearnHours gives the factors that drives teach, from those in force: for each kind
// of day and hour that either says something of, by kind and hour.
//
// An hour says what the median of its drives says, as a share of the time on the
// roads. As long as they are few it stays near what the hours beside it lead one to
// expect, and these near the roads. A drive counts half after LearnHalfLife.
func LearnHours(drives []Drive, before []LearnedHour, now time.Time) []LearnedHour {
	at := map[slot][]lesson{}
	hours := map[slot]LearnedHour{}
	for _, b := range before {
		hours[slot{b.Kind, b.Hour}] = LearnedHour{Kind: b.Kind, Hour: b.Hour, Percent: b.Percent, ChangedAt: b.ChangedAt}
	}
	for _, d := range drives {
		age := now.Sub(d.DepartedAt)
		if age < 0 || age > LearnReach || d.TookSeconds <= 0 || d.RoadSeconds <= 0 {
			continue
		}
		s := slot{d.Kind, d.Hour}
		at[s] = append(at[s], lesson{math.Log(float64(d.TookSeconds) / float64(d.RoadSeconds)), math.Exp2(-float64(age) / float64(LearnHalfLife))})
		h := hours[s]
		h.Drives++
		if h.Since == nil || d.DepartedAt.Before(*h.Since) {
			h.Since = &d.DepartedAt
		}
		hours[s] = h
	}
	var out []LearnedHour
	for _, kind := range []DayKind{Workday, Saturday, Sunday} {
		for hour := range 24 {
			own := at[slot{kind, hour}]
			var beside []lesson
			for _, near := range []int{hour - 1, hour + 1} {
				for _, l := range at[slot{kind, near}] {
					beside = append(beside, lesson{l.log, l.weight / 2})
				}
			}
			h := hours[slot{kind, hour}]
			h.Kind, h.Hour = kind, hour
			h.settle(100*math.Exp(toward(toward(0, beside), own)), now)
			if h.Percent != 100 || h.Drives > 0 {
				out = append(out, h)
			}
		}
	}
	return out
}

// settle takes a factor to what drives say, in steps, when that is far enough from
// what it is.
func (h *LearnedHour) settle(says float64, now time.Time) {
	if h.Percent == 0 {
		h.Percent = 100
	}
	if math.Abs(says-float64(h.Percent)) < percentStay {
		return
	}
	p := min(max(percentStep*int(math.Round(says/percentStep)), LeastPercent), MostPercent)
	if p != h.Percent {
		h.Percent, h.ChangedAt = p, &now
	}
}

// ChangedHours counts the hours whose factor is another.
func ChangedHours(before, after []LearnedHour) int {
	percent := map[slot]int{}
	for _, h := range before {
		percent[slot{h.Kind, h.Hour}] = h.Percent
	}
	n := 0
	for _, h := range after {
		s := slot{h.Kind, h.Hour}
		if cmp.Or(percent[s], 100) != h.Percent {
			n++
		}
		delete(percent, s)
	}
	for _, p := range percent {
		if p != 100 {
			n++
		}
	}
	return n
}

// slot is an hour of a kind of day.
type slot struct {
	kind DayKind
	hour int
}

// lesson is what one drive says: the logarithm of its share of the time on the roads,
// and how much it counts.
type lesson struct{ log, weight float64 }

// toward goes from what is expected to the median of lessons, half the way when
// HalfwayDrives of them count.
func toward(expected float64, lessons []lesson) float64 {
	slices.SortFunc(lessons, func(a, b lesson) int { return cmp.Compare(a.log, b.log) })
	all := 0.0
	for _, l := range lessons {
		all += l.weight
	}
	if len(lessons) < FewestDrives {
		return expected
	}
	median, below := 0.0, 0.0
	for i, l := range lessons {
		if below += l.weight; below < all/2-1e-9 {
			continue
		}
		if median = l.log; below <= all/2+1e-9 && i+1 < len(lessons) { // between two
			median = (l.log + lessons[i+1].log) / 2
		}
		break
	}
	return (median*all + expected*HalfwayDrives) / (all + HalfwayDrives)
}

// Lived is how much longer drives take on a day than the roads say, hour by hour.
// nil: as they say.
type Lived struct {
	zone    *time.Location
	date    Date
	holiday bool
	percent map[DayKind][24]int // 0: as the roads say
}

// NewLived gives that of a local day; nil where no factor is another than 100 %. What
// of it is behind midnight is taken for no holiday.
func NewLived(zone *time.Location, date Date, holiday bool, hours []LearnedHour) *Lived {
	l := &Lived{zone: zone, date: date, holiday: holiday, percent: map[DayKind][24]int{}}
	other := false
	for _, h := range hours {
		if h.Percent != 100 && h.Hour >= 0 && h.Hour < 24 {
			of := l.percent[h.Kind]
			of[h.Hour] = h.Percent
			l.percent[h.Kind], other = of, true
		}
	}
	if !other {
		return nil
	}
	return l
}

// Percent gives the factor of the local hour in which an instant lies.
func (l *Lived) Percent(at time.Time) int {
	local := at.In(l.zone)
	date := DateOf(at, l.zone)
	return cmp.Or(l.percent[KindOf(date, l.holiday && date == l.date)][local.Hour()], 100)
}

// Hour gives when the local hour began in which an instant lies.
func (l *Lived) Hour(at time.Time) time.Time {
	local := at.In(l.zone)
	return at.Add(-time.Duration(local.Minute())*time.Minute - time.Duration(local.Second())*time.Second - time.Duration(local.Nanosecond()))
}

// LearnedHours are what regions learned of their drives.
type LearnedHours interface {
	// LearnedTimes gives a region's, the usual ones before anything was learned.
	LearnedTimes(ctx context.Context, region ids.ID) (LearnedTimes, error)
	// ListLearnedTimes gives those of all regions that have any.
	ListLearnedTimes(ctx context.Context) ([]LearnedTimes, error)
	// SaveLearnedTimes writes everything but the hours and raises the version; code
	// "version_stale".
	SaveLearnedTimes(ctx context.Context, l LearnedTimes) (LearnedTimes, error)
	// LearnedHours gives a region's factors, by kind of day and hour.
	LearnedHours(ctx context.Context, region ids.ID) ([]LearnedHour, error)
	// SetLearnedHours puts factors in the place of those there were.
	SetLearnedHours(ctx context.Context, region ids.ID, list []LearnedHour) error
}
