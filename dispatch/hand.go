package dispatch

import (
	"context"
	"slices"
	"time"

	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// HandAct is something that a dispatcher does to a visit by hand.
type HandAct string

// The acts of a dispatcher's hand on a visit.
const (
	HandMove     HandAct = "move"
	HandPin      HandAct = "pin"
	HandUnassign HandAct = "unassign"
	HandSplit    HandAct = "split"
	HandJoin     HandAct = "join"
	HandUrgent   HandAct = "urgent"
)

// handStates says in which states of a visit a dispatcher may do what.
var handStates = map[HandAct][]VisitState{
	HandMove:     {VisitWaiting, VisitScheduled},
	HandPin:      {VisitScheduled},
	HandUnassign: {VisitScheduled},
	HandSplit:    {VisitScheduled},
	HandJoin:     {VisitScheduled, VisitEnRoute, VisitArrived, VisitInProgress},
	HandUrgent:   {VisitWaiting, VisitScheduled},
}

// Handle says whether a dispatcher may do something to a visit that is in a state.
// Codes: "visit_begun" for a move of what has begun; "visit_state" with the states
// that are allowed.
func (s VisitState) Handle(a HandAct) error {
	if slices.Contains(handStates[a], s) {
		return nil
	}
	if a == HandMove {
		return fault.New(fault.Conflict, "visit_begun", "the visit is %s; what has begun can't be moved", s)
	}
	return fault.New(fault.Conflict, "visit_state", "a visit that is %s can't be worked on so (%s); it may be while it is one of %v", s, a, handStates[a]).
		With("state", s).With("allowed", handStates[a])
}

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
