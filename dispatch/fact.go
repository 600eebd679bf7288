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
)

// Fact is append-only and never refused. HappenedAt is the device's word,
// ReceivedAt ours.
type Fact struct {
	ID           ids.ID
	Kind         FactKind
	VisitID      ids.ID
	TechnicianID ids.ID
	AccountID    ids.ID
	HappenedAt   time.Time
	ReceivedAt   time.Time
	Data         json.RawMessage
}
