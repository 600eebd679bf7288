package dispatch

import (
	"time"

	"roundsman/internal/ids"

	"github.com/paulmach/orb"
)

// Technician does rounds.
type Technician struct {
	ID         ids.ID
	RegionID   ids.ID
	Code       string
	Name       string
	SpokenName string
	Home       orb.Point
	Mode       string // "car", "bike" or "foot"
	Phone      string
	RetiredAt  *time.Time
	Version    int64
}

// CrewMember is a technician with what they can do.
type CrewMember struct {
	Technician
	Skills []Skill // by code
}

// Skill is something a technician can do, at a level from 1 to 5.
type Skill struct {
	Code  string
	Level int
}

// Shift is one technician's working time. It belongs to its starting local date.
type Shift struct {
	ID              ids.ID
	TechnicianID    ids.ID
	RegionID        ids.ID
	Date            Date
	StartsAt        time.Time
	EndsAt          time.Time
	OvertimeMinutes int
	BreakFrom       time.Time // the break starts at or after
	BreakUntil      time.Time // and before
	BreakMinutes    int
	// PatternID is the pattern that made it; nil for a single one. Changed says
	// that somebody has given it times of its own since: the pattern leaves it alone.
	PatternID *ids.ID
	Changed   bool
	Version   int64
}

// Absence takes a technician away for a while.
type Absence struct {
	ID           ids.ID
	TechnicianID ids.ID
	From         time.Time
	Until        time.Time
	Reason       string // code: "sick", "leave", "training", "other"
	EnteredBy    ids.ID
	CreatedAt    time.Time
}
