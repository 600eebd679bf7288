package dispatch

import (
	"context"

	"roundsman/internal/ids"
)

// ShiftFilter chooses shifts by their local dates, From included and Until not,
// at most 500, by date.
type ShiftFilter struct {
	RegionID     *ids.ID
	TechnicianID *ids.ID
	From, Until  Date
}

// Shifts are single shifts and what makes them.
type Shifts interface {
	// AddShift stores a shift with its round and raises its region-day; code
	// "shift_taken" when the technician has one on that day or at that time.
	AddShift(ctx context.Context, s Shift) (Shift, error)
	// LockShift reads a shift for change, behind its round; code "shift_not_found".
	LockShift(ctx context.Context, id ids.ID) (Shift, error)
	// SaveShift writes the times and raises the version; codes "version_stale", "shift_taken".
	SaveShift(ctx context.Context, s Shift) (Shift, error)
	// DropShift takes away a shift with its round, in which there never was a visit.
	DropShift(ctx context.Context, id ids.ID) error
	ListShifts(ctx context.Context, f ShiftFilter, p Page) (list []Shift, next string, err error)
	// ShiftsOfPattern lists those that a pattern made, from a date on.
	ShiftsOfPattern(ctx context.Context, pattern ids.ID, from Date) ([]Shift, error)
	// VisitsOfShift lists the visits that are in a shift, also those that are over.
	VisitsOfShift(ctx context.Context, shift ids.ID) ([]Visit, error)
	AddDayOff(ctx context.Context, o DayOff) error
	// DropDayOff lets the patterns count again on a day.
	DropDayOff(ctx context.Context, technician ids.ID, d Date) error
	DaysOff(ctx context.Context, technician ids.ID, from Date) ([]DayOff, error)
	// PatternsToRoll lists the patterns in use whose shifts end before then.
	PatternsToRoll(ctx context.Context, before Date) ([]Pattern, error)
	// RollPattern keeps up to which day the shifts of a pattern are made.
	RollPattern(ctx context.Context, pattern ids.ID, until Date) error
}
