package dispatch

import (
	"context"
	"time"

	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// AssistState is where a request for a second technician is. The comment names who
// acts next.
type AssistState string

// The states of a request for a second technician.
const (
	AssistWanted   AssistState = "wanted"   // the dispatcher: send somebody, or decline
	AssistGranted  AssistState = "granted"  // the second technician: join
	AssistDeclined AssistState = "declined" // the technician: go on alone, or give up
	AssistLapsed   AssistState = "lapsed"   // nobody: the visit ended before
)

// Assist is a request of a technician for a second one.
type Assist struct {
	ID           ids.ID
	VisitID      ids.ID
	TechnicianID ids.ID // who asks
	RegionID     ids.ID
	SkillCode    string
	SkillLevel   int
	Minutes      int // for how long
	State        AssistState
	AskedAt      time.Time
	SettledAt    *time.Time
	SettledBy    *ids.ID
	HelperID     *ids.ID // the second technician
	Note         string
	Version      int64
}

// MaySettle says whether a request is still to be answered. Code: "assist_state".
func (a Assist) MaySettle() error {
	if a.State != AssistWanted {
		return fault.New(fault.Conflict, "assist_state", "this request is %s already", a.State).With("state", a.State).With("allowed", []AssistState{AssistWanted})
	}
	return nil
}

// AssistFilter chooses requests. Empty parts choose all.
type AssistFilter struct {
	RegionID *ids.ID
	State    AssistState
}

// Assists are requests for second technicians.
type Assists interface {
	// AddAssist stores one; code "assist_wanted" when the visit waits for one.
	AddAssist(ctx context.Context, a Assist) error
	LockAssist(ctx context.Context, id ids.ID) (Assist, error)
	SaveAssist(ctx context.Context, a Assist) (Assist, error)
	ListAssists(ctx context.Context, f AssistFilter, p Page) (list []Assist, next string, err error)
	AssistsOf(ctx context.Context, visit ids.ID) ([]Assist, error)
	// LapseAssists ends what a visit still waits for.
	LapseAssists(ctx context.Context, visit ids.ID, at time.Time) error
}
