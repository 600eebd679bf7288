package dispatch

import (
	"time"

	"roundsman/internal/ids"
)

// PlanRunState is where a plan run is. The comment names who acts next.
type PlanRunState string

// The states of a plan run.
const (
	RunQueued    PlanRunState = "queued"    // a planning worker
	RunRunning   PlanRunState = "running"   // the planner; anybody may cancel
	RunDrafted   PlanRunState = "drafted"   // the dispatcher: publish or leave
	RunPublished PlanRunState = "published" // nobody
	RunCancelled PlanRunState = "cancelled" // nobody
	RunFailed    PlanRunState = "failed"    // the dispatcher: read why, run again
)

// Over says whether nothing more is computed.
func (s PlanRunState) Over() bool { return s != RunQueued && s != RunRunning }

// PlanRun is one search for better rounds of a region-day. Its draft is an
// outcome; publishing commits it.
type PlanRun struct {
	ID          ids.ID
	RegionID    ids.ID
	Date        Date
	State       PlanRunState
	Seed        int64
	Seconds     int // time given to the search
	Iterations  int64
	Progress    float64 // 0 to 1
	ScoreBefore *string
	ScoreAfter  *string
	Assigned    int
	Unassigned  int
	OutcomeID   *ids.ID
	AskedBy     ids.ID
	CreatedAt   time.Time
	StartedAt   *time.Time
	EndedAt     *time.Time
	Cancel      bool // asked to stop
	Error       string
	Version     int64
}

// UnassignedVisit is a visit that a plan leaves out, with the true reasons.
type UnassignedVisit struct {
	VisitID      ids.ID   `json:"visit_id"`
	TicketID     ids.ID   `json:"ticket_id"`
	TicketNumber int64    `json:"ticket_number"`
	PersonName   string   `json:"person_name"`
	Reasons      []Clause `json:"reasons"`
}
