package dispatch

import (
	"time"

	"roundsman/internal/ids"
)

// VisitState is where a visit is. The comment names who acts next.
type VisitState string

// The states of a visit.
const (
	VisitWaiting        VisitState = "waiting"         // the planner or the desk: in no round yet
	VisitScheduled      VisitState = "scheduled"       // the planner: in a published round, may move
	VisitEnRoute        VisitState = "en_route"        // the technician: on the way
	VisitArrived        VisitState = "arrived"         // the technician: offer the options
	VisitInProgress     VisitState = "in_progress"     // the technician: an option is chosen
	VisitCompleted      VisitState = "completed"       // the owner: call back
	VisitCannotComplete VisitState = "cannot_complete" // the owner: a new visit
	VisitCancelled      VisitState = "cancelled"       // nobody
)

// Started says whether the technician has begun with it: the planner no longer moves it.
func (s VisitState) Started() bool {
	return s == VisitEnRoute || s == VisitArrived || s == VisitInProgress
}

// Over says whether nothing more will happen.
func (s VisitState) Over() bool {
	return s == VisitCompleted || s == VisitCannotComplete || s == VisitCancelled
}

// Visit is one planned call of a technician at a site for a ticket.
type Visit struct {
	ID           ids.ID
	TicketID     ids.ID
	PersonID     ids.ID
	SiteID       ids.ID
	RegionID     ids.ID
	State        VisitState
	Minutes      int // planned time on site
	Spread       float64
	SkillCode    string
	SkillLevel   int
	KitModel     *ids.ID
	Priority     int
	EarliestDate *Date   // not before this day
	FollowsID    *ids.ID // the visit that it follows up
	// In a round:
	RoundID      *ids.ID
	ShiftID      *ids.ID
	TechnicianID *ids.ID
	Position     *int
	PlannedLeave *time.Time // the leg to it begins
	PlannedStart *time.Time // arrival at the person
	PlannedEnd   *time.Time
	LegSeconds   *int
	LegMetres    *int
	PinTime      bool
	PinShift     bool
	PinnedStart  *time.Time // the arrival that PinTime holds
	// In the field:
	DepartedAt  *time.Time
	ArrivedAt   *time.Time
	CompletedAt *time.Time
	Reason      string // why there is a visit here, or why none: code
	Version     int64
}

// Unplaced is the visit as who had it in their round before may see it: in none of
// theirs, and without what was planned and reported since. State, length and version
// would tell how far another technician is.
func (v Visit) Unplaced() Visit {
	v.State, v.Reason, v.Minutes, v.Version = VisitWaiting, "", 0, 0
	v.RoundID, v.ShiftID, v.TechnicianID, v.Position = nil, nil, nil, nil
	v.PlannedLeave, v.PlannedStart, v.PlannedEnd, v.LegSeconds, v.LegMetres = nil, nil, nil, nil, nil
	v.PinTime, v.PinShift, v.PinnedStart = false, false, nil
	v.DepartedAt, v.ArrivedAt, v.CompletedAt = nil, nil, nil
	return v
}
