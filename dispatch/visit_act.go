package dispatch

import (
	"roundsman/internal/fault"
	"roundsman/internal/states"
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
	ActMove          VisitAct = "move"           // the dispatcher, by hand as what follows
	ActPin           VisitAct = "pin"            // held where it is, or let go
	ActUnassign      VisitAct = "unassign"       // taken out of its round
	ActSplit         VisitAct = "split"          // made two
	ActJoin          VisitAct = "send_second"    // a second technician joins
	ActHasten        VisitAct = "hasten"         // put before all others
	ActPromise       VisitAct = "promise"        // the desk: a window, or another
	ActDivert        VisitAct = "divert"         // the desk: to the site where the customer is
	ActReserve       VisitAct = "reserve"        // the stock keeper: an item for it
	ActNeverReported VisitAct = "report_missing" // the sweep: nothing was heard of it
	ActForetell      VisitAct = "foretell"       // the customer: whether they will be there
	ActDuty          VisitAct = "duty"           // the desk: what the customer says of their part
)

var (
	onSite   = []VisitState{VisitArrived, VisitInProgress}
	underWay = []VisitState{VisitEnRoute, VisitArrived, VisitInProgress}
	planned  = []VisitState{VisitWaiting, VisitScheduled}
	atWork   = []VisitState{VisitScheduled, VisitEnRoute, VisitArrived, VisitInProgress}
	notOver  = []VisitState{VisitWaiting, VisitScheduled, VisitEnRoute, VisitArrived, VisitInProgress}

	only = func(s VisitState) []VisitState { return []VisitState{s} }

	// What the desk hears about a visit that nobody can change any more, and where
	// one that is over simply stays as it was.
	gone = map[VisitState]string{VisitCompleted: "ticket_not_on_site", VisitCannotComplete: "ticket_not_on_site", VisitCancelled: "ticket_not_on_site"}
	left = map[VisitState]string{VisitCompleted: states.Nothing, VisitCannotComplete: states.Nothing, VisitCancelled: states.Nothing}

	// There is nothing to show a technician of a visit that is in no round.
	nobodys = map[VisitState]string{VisitWaiting: "visit_not_found", VisitCancelled: "visit_not_found"}
	// What was shown on site is no longer so.
	unchosen = map[VisitState]string{VisitWaiting: "option_set_not_found", VisitCancelled: "option_set_not_found",
		VisitCompleted: "outcome_changed", VisitCannotComplete: "outcome_changed"}
)

// visitTable says what may be done to a visit in which state; docs/states.md draws
// it. What a technician reports is never refused: where it does not fit it is kept
// and does nothing.
var visitTable = states.Table[VisitAct, VisitState]{
	Noun: "visit", Code: "visit_state", Hint: "read it again, and see which acts fit",
	States: []VisitState{VisitWaiting, VisitScheduled, VisitEnRoute, VisitArrived, VisitInProgress, VisitCompleted, VisitCannotComplete, VisitCancelled},
	Acts: []states.Act[VisitAct, VisitState]{
		{Name: ActPromise, From: planned, To: only(VisitScheduled), Code: "visit_under_way", Codes: gone, Hint: "a technician is on it already, or nothing is left to promise"},
		{Name: ActDivert, From: only(VisitWaiting)},
		{Name: ActDivert, From: only(VisitScheduled), To: planned, Code: "visit_under_way", Codes: left, Hint: "call the technician, and promise a new visit for the other site"},
		{Name: ActCancel, From: planned, To: only(VisitCancelled), Code: "visit_under_way", Codes: left, Hint: "a technician is on it; the ticket is restored when the visit is completed"},
		{Name: ActReserve, From: notOver, Hint: "it needs nothing any more"},
		{Name: ActPlace, From: planned, To: only(VisitScheduled), Code: states.Nothing},
		{Name: ActUnplace, From: only(VisitScheduled), To: only(VisitWaiting), Code: states.Nothing},
		{Name: ActMove, From: planned, To: only(VisitScheduled), Code: "visit_begun", Hint: "what has begun can't be moved"},
		{Name: ActPin, From: only(VisitScheduled)},
		{Name: ActUnassign, From: only(VisitScheduled), To: only(VisitWaiting)},
		{Name: ActSplit, From: only(VisitScheduled)},
		{Name: ActJoin, From: atWork},
		{Name: ActHasten, From: planned, To: only(VisitScheduled)},
		{Name: ActForetell, From: notOver},
		{Name: ActDepart, From: only(VisitScheduled), To: only(VisitEnRoute), Code: states.Nothing},
		{Name: ActUndoDeparture, From: only(VisitEnRoute), To: only(VisitScheduled), Code: states.Nothing},
		{Name: ActArrive, From: []VisitState{VisitScheduled, VisitEnRoute}, To: only(VisitArrived), Code: states.Nothing},
		{Name: ActUndoArrival, From: only(VisitArrived), To: []VisitState{VisitScheduled, VisitEnRoute}, Code: states.Nothing},
		{Name: ActWitness, From: []VisitState{VisitScheduled, VisitEnRoute, VisitArrived, VisitInProgress, VisitCompleted, VisitCannotComplete}},
		{Name: ActCall, From: atWork, Code: states.Nothing},
		{Name: ActMiss, From: only(VisitArrived), Code: states.Nothing},
		{Name: ActOffer, From: only(VisitArrived), Codes: nobodys},
		{Name: ActChoose, From: only(VisitArrived), To: only(VisitInProgress), Codes: unchosen},
		{Name: ActPause, From: onSite, Code: states.Nothing},
		{Name: ActResume, From: onSite, Code: states.Nothing},
		{Name: ActEstimate, From: onSite, Code: states.Nothing},
		{Name: ActPresence, From: onSite, Code: states.Nothing},
		{Name: ActFollowUp, From: onSite, Code: states.Nothing},
		{Name: ActSecond, From: underWay, Code: states.Nothing},
		{Name: ActComplete, From: onSite, To: only(VisitCompleted), Code: states.Nothing},
		{Name: ActGiveUp, From: underWay, To: only(VisitCannotComplete), Code: states.Nothing},
		{Name: ActNeverReported, From: underWay, To: only(VisitCannotComplete), Code: states.Nothing},
		{Name: ActDuty, From: []VisitState{VisitCompleted, VisitCannotComplete}},
	},
}

// Allows says whether an act fits the state of a visit. Code: "visit_state", and
// for a few acts another (see docs/states.md), with the states that the act fits.
func (s VisitState) Allows(a VisitAct) error { return visitTable.Allows(s, a) }

// MayBecome says whether some act leads from a state to another. Code:
// "visit_state".
func (s VisitState) MayBecome(to VisitState) error {
	if visitTable.MayBecome(s, to) {
		return nil
	}
	return fault.New(fault.Conflict, "visit_state", "a visit that is %s can't become %s; read it again", s, to).
		With("state", s).With("allowed", visitTable.Next(s))
}
