package roads

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"time"

	"roundsman/internal/fault"
)

// DayKind is what matters of a day for traffic.
type DayKind uint8

// The kinds of day.
const (
	Workday DayKind = iota
	Saturday
	Sunday
	dayKinds
)

var dayWords = [dayKinds]string{"workday", "saturday", "sunday"}

// String gives the word used in profile files.
func (k DayKind) String() string {
	if k < dayKinds {
		return dayWords[k]
	}
	return "unknown"
}

// Pace tells how fast roads are driven at an hour, as a share of the speed that
// they have at an ordinary one. Implementations answer the same whenever they
// are asked.
type Pace interface {
	// Factor is for a class of road as OpenStreetMap names it ("primary"), and the
	// hour of the local day (0 to 23) that begins then.
	Factor(class string, day DayKind, hour int) float64
}

// Limits of a factor; what is beyond is taken for a mistake.
const (
	LeastFactor = 0.05
	MostFactor  = 2.0
)

// Week is a pace read from a profile file; see ReadWeek.
type Week struct {
	zone     *time.Location
	holidays map[string]bool // dates
	rows     []weekRow
}

// weekRow is one row of a profile file.
type weekRow struct {
	Classes []string `json:"classes"` // all where there are none; a class has its links with it
	Days    []string `json:"days"`    // all where there are none
	Hours   [2]int   `json:"hours"`   // [from, to)
	Factor  float64  `json:"factor"`
}

// ReadWeek reads a profile file:
//
//	{
//	  "zone": "America/New_York",
//	  "holidays": ["2026-12-25"],
//	  "speeds": [
//	    {"days": ["workday"], "hours": [7, 9], "classes": ["motorway", "trunk"], "factor": 0.6}
//	  ]
//	}
//
// The last row that fits a class, day and hour counts; where none fits, the road
// is driven at its ordinary speed. A holiday is a Sunday. Fault:
// roads_profile_invalid.
func ReadWeek(r io.Reader) (*Week, error) {
	var file struct {
		Zone     string    `json:"zone"`
		Holidays []string  `json:"holidays"`
		Speeds   []weekRow `json:"speeds"`
	}
	d := json.NewDecoder(io.LimitReader(r, 1<<20))
	d.DisallowUnknownFields()
	if err := d.Decode(&file); err != nil {
		return nil, badProfile("it is no JSON document of zone, holidays and speeds").Because(err)
	}
	w := &Week{holidays: map[string]bool{}, rows: file.Speeds}
	var err error
	if w.zone, err = time.LoadLocation(file.Zone); err != nil || file.Zone == "" || file.Zone == "Local" {
		return nil, badProfile("zone is %q; give the map's time zone such as America/New_York", file.Zone)
	}
	for _, h := range file.Holidays {
		if _, err := time.Parse(time.DateOnly, h); err != nil {
			return nil, badProfile("holiday %q is no date such as 2026-12-25", h)
		}
		w.holidays[h] = true
	}
	for i, row := range w.rows {
		if err := row.check(); err != nil {
			return nil, badProfile("row %d of speeds: %v", i+1, err)
		}
	}
	return w, nil
}

func badProfile(format string, args ...any) *fault.Error {
	return fault.New(fault.Invalid, "roads_profile_invalid", "the profile of speeds can't be used: %s; docs/roads.md has an example", fmt.Sprintf(format, args...))
}

func (r weekRow) check() error {
	for _, c := range r.Classes {
		if _, ok := carSpeeds[c]; !ok {
			return fmt.Errorf("no road for cars is of class %q", c)
		}
	}
	for _, d := range r.Days {
		if !slices.Contains(dayWords[:], d) {
			return fmt.Errorf("%q is no kind of day; days are workday, saturday and sunday", d)
		}
	}
	if r.Hours[0] < 0 || r.Hours[1] > 24 || r.Hours[0] >= r.Hours[1] {
		return fmt.Errorf("hours are %d to %d; give two from 0 to 24, the first one included", r.Hours[0], r.Hours[1])
	}
	if !(r.Factor >= LeastFactor && r.Factor <= MostFactor) {
		return fmt.Errorf("factor %g is not between %g and %g", r.Factor, LeastFactor, MostFactor)
	}
	return nil
}

// Zone is where the week's hours are hours.
func (w *Week) Zone() *time.Location { return w.zone }

// Factor implements Pace.
func (w *Week) Factor(class string, day DayKind, hour int) float64 {
	f := 1.0
	main := strings.TrimSuffix(class, "_link")
	for _, r := range w.rows {
		if hour >= r.Hours[0] && hour < r.Hours[1] &&
			(len(r.Days) == 0 || slices.Contains(r.Days, day.String())) &&
			(len(r.Classes) == 0 || slices.Contains(r.Classes, class) || slices.Contains(r.Classes, main)) {
			f = r.Factor
		}
	}
	return f
}

// Holiday says whether a local date is one.
func (w *Week) Holiday(date string) bool { return w.holidays[date] }

// hours holds what a pace says of every class at every hour, each set of factors
// once.
type hours struct {
	zone    *time.Location
	holiday func(date string) bool
	sets    [][]factor // by class
	at      [dayKinds][24]uint8
	steep   float64 // how much faster, at most, a road is at one hour than at the one before
}

// hoursOf asks a pace for all it knows.
func hoursOf(p Pace, zone *time.Location, holiday func(string) bool) *hours {
	h := &hours{zone: zone, holiday: holiday, sets: [][]factor{usual}}
	for day := range dayKinds {
		for hour := range 24 {
			set := make([]factor, len(classes))
			for c, class := range classes {
				f := p.Factor(class, day, hour)
				if !(f >= LeastFactor) { // no number neither
					f = LeastFactor
				}
				set[c] = factor(math.Round(min(f, MostFactor) * float64(ordinary)))
			}
			k := slices.IndexFunc(h.sets, func(s []factor) bool { return slices.Equal(s, set) })
			if k < 0 {
				k = len(h.sets)
				h.sets = append(h.sets, set)
			}
			h.at[day][hour] = uint8(k)
		}
	}
	for day := range dayKinds {
		for hour := range 24 {
			h.steep = max(h.steep, h.rise(h.at[day][hour], h.at[day][(hour+1)%24]))
		}
		for next := range dayKinds { // midnight, whatever day comes then
			h.steep = max(h.steep, h.rise(h.at[day][23], h.at[next][0]))
		}
	}
	return h
}

func (h *hours) rise(from, to uint8) float64 {
	most := 0.0
	for c, f := range h.sets[from] {
		most = max(most, float64(h.sets[to][c])/float64(f)-1)
	}
	return most
}

// set gives the number of the factors that hold when an instant's hour begins.
func (h *hours) set(at time.Time) uint8 {
	if h == nil {
		return 0
	}
	local := at.In(h.zone)
	day := Workday
	switch {
	case local.Weekday() == time.Sunday || h.holiday(local.Format(time.DateOnly)):
		day = Sunday
	case local.Weekday() == time.Saturday:
		day = Saturday
	}
	return h.at[day][local.Hour()]
}

// begin gives when an instant's local hour began.
func (h *hours) begin(at time.Time) time.Time {
	if h == nil {
		return at
	}
	local := at.In(h.zone)
	return at.Add(-time.Duration(local.Minute())*time.Minute - time.Duration(local.Second())*time.Second - time.Duration(local.Nanosecond()))
}
