package dispatch

import (
	"time"

	"roundsman/internal/ids"
	"roundsman/internal/states"
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

// PlanRunAct is something that is done to a plan run.
type PlanRunAct string

// The acts. The comment names who does them.
const (
	RunStart   PlanRunAct = "start"   // a planning worker
	RunDraft   PlanRunAct = "draft"   // the worker: a plan is found
	RunFail    PlanRunAct = "fail"    // the worker
	RunCancel  PlanRunAct = "cancel"  // anybody with the right
	RunPublish PlanRunAct = "publish" // the dispatcher
)

// planRunTable says what may be done to a plan run in which state; docs/states.md draws it.
var planRunTable = states.Table[PlanRunAct, PlanRunState]{
	Noun: "plan run", Code: "plan_run_over", Hint: "start another",
	States: []PlanRunState{RunQueued, RunRunning, RunDrafted, RunPublished, RunCancelled, RunFailed},
	Acts: []states.Act[PlanRunAct, PlanRunState]{
		{Name: RunStart, From: []PlanRunState{RunQueued}, To: []PlanRunState{RunRunning}, Code: states.Nothing},
		{Name: RunStart, From: []PlanRunState{RunRunning}, Code: states.Nothing},
		{Name: RunDraft, From: []PlanRunState{RunRunning}, To: []PlanRunState{RunDrafted}, Code: states.Nothing},
		{Name: RunFail, From: []PlanRunState{RunRunning}, To: []PlanRunState{RunFailed}, Code: states.Nothing},
		{Name: RunCancel, From: []PlanRunState{RunQueued, RunRunning}, To: []PlanRunState{RunCancelled}},
		{Name: RunPublish, From: []PlanRunState{RunDrafted}, To: []PlanRunState{RunPublished}, Code: "no_draft", Codes: map[PlanRunState]string{RunPublished: "plan_run_over"}},
	},
}

// After gives the state after an act. Code: "plan_run_over", with the states that it fits.
func (s PlanRunState) After(a PlanRunAct) (PlanRunState, error) { return planRunTable.After(s, a) }

// Over says whether nothing more is computed.
func (s PlanRunState) Over() bool { return s != RunQueued && s != RunRunning }

// PlanRun is one search for better rounds of a region-day. Its draft is an
// outcome; publishing commits it.
type PlanRun struct {
	ID       ids.ID
	RegionID ids.ID
	Date     Date
	State    PlanRunState
	Seed     int64
	Seconds  int // time given to the search
	// MostMoved is how many of those promised an arrival may be given to another
	// technician, or another time by more than a quarter of an hour, for a better plan; nil
	// for as many as are worth it.
	MostMoved   *int
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
