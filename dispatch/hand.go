package dispatch

import (
	"context"
	"time"

	"roundsman/internal/ids"
)

// Hands write what a dispatcher sets by hand. Rounds and days are locked and
// raised by the commit around them.
type Hands interface {
	// PinVisit holds a visit's arrival, its technician, or both; start is nil when
	// the time is not held.
	PinVisit(ctx context.Context, visit ids.ID, start *time.Time, technician bool) error
	// SetUrgency gives a visit another priority.
	SetUrgency(ctx context.Context, visit ids.ID, priority int) error
	// StretchShift says how much longer a shift may last.
	StretchShift(ctx context.Context, shift ids.ID, minutes int) error
	// MoveBreak says when a shift's break starts, and how long it is.
	MoveBreak(ctx context.Context, shift ids.ID, from, until time.Time, minutes int) error
}
