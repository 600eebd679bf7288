package dispatch

import (
	"encoding/json"
	"time"

	"roundsman/internal/ids"
)

// FactKind is what happened in the field.
type FactKind string

// The kinds of fact.
const (
	FactLeft       FactKind = "left"        // for the visit
	FactArrived    FactKind = "arrived"     // at the person
	FactOffered    FactKind = "offered"     // options were shown
	FactChosen     FactKind = "chosen"      // one was picked
	FactHandedOver FactKind = "handed_over" // an item changed hands
	FactDone       FactKind = "done"        // work is finished

	FactPaused    FactKind = "paused"          // work stands still
	FactResumed   FactKind = "resumed"         // and goes on
	FactEstimated FactKind = "estimated"       // how long it still takes
	FactCalled    FactKind = "called"          // the customer, or it was tried
	FactMissed    FactKind = "customer_absent" // nobody was there
	FactPresence  FactKind = "presence"        // whether the customer stays
	FactGaveUp    FactKind = "gave_up"         // it can't be completed
	FactFollowUp  FactKind = "follow_up"       // another visit is needed
	FactSecond    FactKind = "second_wanted"   // a second technician is needed
	FactUndone    FactKind = "undone"          // a departure or arrival was a mistake
)

// Fact is append-only and never refused. HappenedAt is the device's word as far as it
// can be: not after we heard of it, and not before what came before on the visit.
// ReceivedAt is ours.
type Fact struct {
	ID           ids.ID
	Kind         FactKind
	VisitID      ids.ID
	TechnicianID ids.ID
	AccountID    ids.ID
	HappenedAt   time.Time
	SaidAt       *time.Time // as the device said; nil: it named no instant
	ReceivedAt   time.Time
	Data         json.RawMessage
}

// UndoWithin is how long after a report it may be taken back as a mistake.
const UndoWithin = 10 * time.Minute

// MayUndo says whether a correction comes in time to take a fact back: by the device's
// own clock, however late we hear of either; or by ours, where it is told at once,
// for the fact may have been told late itself.
func (f Fact) MayUndo(correction Fact) bool {
	after := correction.HappenedAt.Sub(f.HappenedAt)
	if f.SaidAt != nil && correction.SaidAt != nil {
		after = correction.SaidAt.Sub(*f.SaidAt)
	}
	return after.Abs() <= UndoWithin ||
		ToldAtOnce(correction.HappenedAt, correction.ReceivedAt) && correction.ReceivedAt.Sub(f.ReceivedAt) <= UndoWithin
}
