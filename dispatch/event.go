package dispatch

import (
	"encoding/json"
	"time"

	"roundsman/internal/ids"
)

// Event tells of something that happened, in the past tense. It is written in
// the transaction of what it tells of.
type Event struct {
	ID          ids.ID
	Position    *int64 // dense, in order; stamped after the commit
	Name        string // "promise.made"
	SubjectKind string // "promise"
	SubjectID   ids.ID
	At          time.Time
	ActorID     *ids.ID
	// Who may see it, beside those whose role sees everything:
	TechnicianID *ids.ID
	RegionID     *ids.ID
	Data         json.RawMessage // ids and codes, no personal data
}
