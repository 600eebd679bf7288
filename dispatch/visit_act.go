package dispatch

import (
	"slices"

	"roundsman/internal/fault"
)

// VisitAct is something that somebody does to a visit or reports of it.
type VisitAct string

// The acts. The comment names who does them.
const (
	ActPlace         VisitAct = "place"          // the planner, the dispatcher: into a round, or elsewhere in one
	ActUnplace       VisitAct = "unplace"        // the planner, the dispatcher: out of its round
	ActCancel        VisitAct = "cancel"         // the desk: not needed any more
	ActDepart        VisitAct = "depart"         // the technician
	ActUndoDeparture VisitAct = "undo_departure" // the technician: it was a mistake
	ActArrive        VisitAct = "arrive"         // the technician
	ActUndoArrival   VisitAct = "undo_arrival"   // the technician: it was a mistake
	ActWitness       VisitAct = "witness"        // the customer, the agent, the device: the technician has arrived
	ActOffer         VisitAct = "offer"          // the technician
	ActChoose        VisitAct = "choose"         // the customer
	ActPause         VisitAct = "pause"          // the technician
	ActResume        VisitAct = "resume"         // the technician
	ActEstimate      VisitAct = "estimate"       // the technician: how long it still takes
	ActCall          VisitAct = "call"           // the technician tries to reach the customer
	ActMiss          VisitAct = "miss"           // the technician: nobody is there
	ActPresence      VisitAct = "presence"       // the technician: whether the customer stays
	ActFollowUp      VisitAct = "follow_up"      // the technician: another visit is needed
	ActSecond        VisitAct = "want_second"    // the technician: a second one is needed
	ActComplete      VisitAct = "complete"       // the technician
	ActGiveUp        VisitAct = "give_up"        // the technician: it can't be completed
	ActNeverReported VisitAct = "report_missing" // the sweep: nothing was heard of it
	ActForetell      VisitAct = "foretell"       // the customer: whether they will be there
	ActDuty          VisitAct = "duty"           // the desk: what the customer says of their part
)

// visitActs says in which states a visit allows an act, and what it becomes by
// it; none is that it stays what it is.
var visitActs = map[VisitAct]struct{ from, to []VisitState }{
	ActPlace:         {from: []VisitState{VisitWaiting, VisitScheduled}, to: []VisitState{VisitScheduled}},
	ActUnplace:       {from: []VisitState{VisitScheduled}, to: []VisitState{VisitWaiting}},
	ActCancel:        {from: []VisitState{VisitWaiting, VisitScheduled}, to: []VisitState{VisitCancelled}},
	ActDepart:        {from: []VisitState{VisitScheduled}, to: []VisitState{VisitEnRoute}},
	ActUndoDeparture: {from: []VisitState{VisitEnRoute}, to: []VisitState{VisitScheduled}},
	ActArrive:        {from: []VisitState{VisitScheduled, VisitEnRoute}, to: []VisitState{VisitArrived}},
	ActUndoArrival:   {from: []VisitState{VisitArrived}, to: []VisitState{VisitScheduled, VisitEnRoute}},
	ActWitness:       {from: []VisitState{VisitScheduled, VisitEnRoute, VisitArrived, VisitInProgress, VisitCompleted, VisitCannotComplete}},
	ActOffer:         {from: []VisitState{VisitArrived}},
	ActChoose:        {from: []VisitState{VisitArrived}, to: []VisitState{VisitInProgress}},
	ActPause:         {from: onSite},
	ActResume:        {from: onSite},
	ActEstimate:      {from: onSite},
	ActCall:          {from: []VisitState{VisitScheduled, VisitEnRoute, VisitArrived, VisitInProgress}},
	ActMiss:          {from: []VisitState{VisitArrived}},
	ActPresence:      {from: onSite},
	ActFollowUp:      {from: onSite},
	ActSecond:        {from: []VisitState{VisitEnRoute, VisitArrived, VisitInProgress}},
	ActComplete:      {from: onSite, to: []VisitState{VisitCompleted}},
	ActGiveUp:        {from: underWay, to: []VisitState{VisitCannotComplete}},
	ActNeverReported: {from: underWay, to: []VisitState{VisitCannotComplete}},
	ActForetell:      {from: []VisitState{VisitWaiting, VisitScheduled, VisitEnRoute, VisitArrived, VisitInProgress}},
	ActDuty:          {from: []VisitState{VisitCompleted, VisitCannotComplete}},
}

var (
	onSite   = []VisitState{VisitArrived, VisitInProgress}
	underWay = []VisitState{VisitEnRoute, VisitArrived, VisitInProgress}
)

// Allows says whether an act fits the state of a visit. Code: "visit_state", with
// the states that the act fits.
func (s VisitState) Allows(a VisitAct) error {
	from := visitActs[a].from
	if slices.Contains(from, s) {
		return nil
	}
	return fault.New(fault.Conflict, "visit_state", "a visit that is %s does not allow %q; read it again, and see which states do", s, a).
		With("state", s).With("act", a).With("allowed", from)
}
