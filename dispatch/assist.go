package dispatch

import (
	"context"
	"time"

	"roundsman/internal/ids"
	"roundsman/internal/states"
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

// AssistAct is something that is done to a request for a second technician.
type AssistAct string

// The acts. The comment names who does them.
const (
	AssistGrant   AssistAct = "grant"   // the dispatcher
	AssistDecline AssistAct = "decline" // the dispatcher
	AssistLapse   AssistAct = "lapse"   // the end of the visit
)

// assistTable says what may be done to a request in which state; docs/states.md draws it.
var assistTable = states.Table[AssistAct, AssistState]{
	Noun: "request", Code: "assist_state", Hint: "it is answered once; ask again",
	States: []AssistState{AssistWanted, AssistGranted, AssistDeclined, AssistLapsed},
	Acts: []states.Act[AssistAct, AssistState]{
		{Name: AssistGrant, From: []AssistState{AssistWanted}, To: []AssistState{AssistGranted}},
		{Name: AssistDecline, From: []AssistState{AssistWanted}, To: []AssistState{AssistDeclined}},
		{Name: AssistLapse, From: []AssistState{AssistWanted}, To: []AssistState{AssistLapsed}, Code: states.Nothing},
	},
}

// After gives the state after an act. Code: "assist_state", with the states that it fits.
func (s AssistState) After(a AssistAct) (AssistState, error) { return assistTable.After(s, a) }

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
