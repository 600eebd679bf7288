package dispatch

import (
	"context"
	"time"

	"roundsman/internal/ids"
)

// PlanSchedule says when a region's days are planned by night. Every region has one;
// it is off until somebody turns it on, and the runs are asked for in their name.
type PlanSchedule struct {
	RegionID ids.ID
	Enabled  bool
	At       int // minutes after local midnight
	Days     int // how many days with shifts that have not begun, 1 to 7
	Seconds  int // time given to each search
	SetBy    *ids.ID
	Version  int64
}

// UsualSchedule is a region's before anybody has set it.
func UsualSchedule(region ids.ID) PlanSchedule {
	return PlanSchedule{RegionID: region, At: 2 * 60, Days: 1, Seconds: 60, Version: 1}
}

// nightLasts is for how long a night's planning is made up for when no server ran
// at its time.
const nightLasts = 6 * time.Hour

// Night gives the local date that a night's planning belongs to, if it is due. It
// goes by the wall clock: where the time does not exist because clocks go forward,
// it is due when they have; where it comes twice, the date is the same.
func (s PlanSchedule) Night(now time.Time, loc *time.Location) (Date, bool) {
	local := now.In(loc)
	minute := local.Hour()*60 + local.Minute()
	return DateOf(now, loc), s.Enabled && minute >= s.At && minute < s.At+int(nightLasts/time.Minute)
}

// PlanSchedules of regions, and the nights that are done.
type PlanSchedules interface {
	PlanSchedule(ctx context.Context, region ids.ID) (PlanSchedule, error)
	SavePlanSchedule(ctx context.Context, s PlanSchedule) (PlanSchedule, error)
	// EnabledSchedules lists those that are on.
	EnabledSchedules(ctx context.Context) ([]PlanSchedule, error)
	// BeginNight takes a region's night; false when it was taken before.
	BeginNight(ctx context.Context, region ids.ID, night Date, at time.Time) (bool, error)
	// DaysAhead lists the first n local dates from a day on, within a week, whose
	// shifts have not begun.
	DaysAhead(ctx context.Context, region ids.ID, from Date, now time.Time, n int) ([]Date, error)
}
