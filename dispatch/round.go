package dispatch

import (
	"time"

	"roundsman/internal/ids"
)

// Round is the ordered visits of one technician in one shift. Its row exists
// from the moment the shift does; its version is raised by every change to what
// is in it.
type Round struct {
	ID           ids.ID
	ShiftID      ids.ID
	TechnicianID ids.ID
	RegionID     ids.ID
	Date         Date
	Version      int64
	PublishedAt  *time.Time
}

// RoundVersion is a round as somebody saw it.
type RoundVersion struct {
	ID      ids.ID `json:"id"`
	Version int64  `json:"version"`
}
