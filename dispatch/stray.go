package dispatch

import (
	"context"
	"encoding/json"
	"time"

	"roundsman/internal/ids"
)

// The reasons why a fact has no effect.
const (
	StrayNotYours = "not_in_your_round" // or in no published one
	StrayOtherDay = "other_day"         // the visit's shift is another day's
	StrayState    = "state"             // what we know of the visit speaks against it
)

// StrayFact is a fact from the field about what is not the technician's to report, or
// that the visit's state speaks against. It is kept, has no effect, and waits for the
// dispatcher to look at it.
type StrayFact struct {
	ID           ids.ID
	Kind         FactKind
	VisitID      ids.ID // may name nothing
	TechnicianID ids.ID
	AccountID    ids.ID
	HappenedAt   time.Time
	SaidAt       *time.Time // as the device said; nil: it named no instant
	ReceivedAt   time.Time
	Why          string
	Code         string // with StrayState: what speaks against it, as in a refusal
	Data         json.RawMessage
	ReviewedAt   *time.Time
	ReviewedBy   *ids.ID
}

// Strays are facts without effect.
type Strays interface {
	// AddStray keeps one, and gives it as it is kept. Code: "id_taken".
	AddStray(ctx context.Context, f StrayFact) (StrayFact, error)
	// StraysOf gives those about a visit, in the order in which they came.
	StraysOf(ctx context.Context, visit ids.ID) ([]StrayFact, error)
	// ListStrays gives those that nobody has looked at, or all, newest first.
	ListStrays(ctx context.Context, open bool, p Page) (list []StrayFact, next string, err error)
	// ReviewStray marks one as looked at; it stays what it was when it is already.
	ReviewStray(ctx context.Context, id, by ids.ID, at time.Time) (StrayFact, error)
}
