package dispatch

import (
	"encoding/json"
	"time"

	"roundsman/internal/ids"
)

// OutcomeRecord keeps a what-if that somebody saw until it is committed or too
// old. Change and Document are the day package's own, as JSON.
type OutcomeRecord struct {
	ID          ids.ID
	Kind        string // of the change: "promise", "move", "absence", "option", "plan"
	AskedBy     ids.ID
	SubjectID   *ids.ID // the ticket, visit or technician it is about
	At          time.Time
	ExpiresAt   time.Time
	Seed        int64
	Days        []DayKey
	Change      json.RawMessage
	Document    json.RawMessage
	CommittedAt *time.Time
}

// DayKey names a region-day.
type DayKey struct {
	RegionID ids.ID `json:"region_id"`
	Date     Date   `json:"date"`
}

// OutcomeLife is how long a what-if may be committed by its id.
const OutcomeLife = 15 * time.Minute

// Placement is where a commit puts one visit.
type Placement struct {
	VisitID      ids.ID
	RoundID      ids.ID
	ShiftID      ids.ID
	TechnicianID ids.ID
	Position     int
	Minutes      int
	PlannedLeave time.Time
	PlannedStart time.Time
	PlannedEnd   time.Time
	LegSeconds   int
	LegMetres    int
}

// Written is all that a commit changes in the rounds of the days it touches.
type Written struct {
	Placements []Placement // every visit of every changed round
	Unplaced   []ids.ID    // visits taken out of every round
	// Days and Rounds are the versions that everything was computed on.
	Days   []RegionDay
	Rounds []RoundVersion
	At     time.Time
}
