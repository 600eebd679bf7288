package dispatch

import (
	"context"
	"time"

	"roundsman/internal/ids"
)

// DutyKind is something that is the customer's part in a visit.
type DutyKind string

// The customer's duties.
const (
	DutyBeThere      DutyKind = "be_there"
	DutyGiveAccess   DutyKind = "give_access"
	DutyBackUp       DutyKind = "back_up"
	DutyReturnLoaner DutyKind = "return_loaner"
)

// DutyOutcome is how a duty went.
type DutyOutcome string

// The outcomes of a duty. Excused is said where we did not do our part: nobody owes
// us a wait for a technician who is late.
const (
	DutyMet     DutyOutcome = "met"
	DutyNotMet  DutyOutcome = "not_met"
	DutyExcused DutyOutcome = "excused"
)

// Duty is the customer's part in a visit, as it went. The customer may see it, and
// their own word stands beside ours.
type Duty struct {
	VisitID    ids.ID
	Duty       DutyKind
	Outcome    DutyOutcome
	At         time.Time
	RecordedBy *ids.ID
	Why        string // code: the reason of the visit's end
	Statement  string // the customer's
}

// DutiesAfter says what the end of a visit says about the customer's part. promise
// is how ours stands, nil where none was made.
func DutiesAfter(end GiveUpReason, promise *PromiseState) map[DutyKind]DutyOutcome {
	missed := DutyNotMet
	if promise != nil && *promise != PromiseKept {
		missed = DutyExcused
	}
	switch end {
	case "":
		return map[DutyKind]DutyOutcome{DutyBeThere: DutyMet, DutyGiveAccess: DutyMet}
	case GaveUpNoShow:
		return map[DutyKind]DutyOutcome{DutyBeThere: missed}
	case GaveUpNoAccess:
		return map[DutyKind]DutyOutcome{DutyGiveAccess: missed}
	case GaveUpPostponed:
		return map[DutyKind]DutyOutcome{DutyBeThere: DutyExcused}
	}
	return nil
}

// Duties of customers.
type Duties interface {
	// PutDuty records how a duty went; the customer's statement stays.
	PutDuty(ctx context.Context, d Duty) error
	// StateDuty keeps what the customer says about a duty; code "duty_not_found".
	StateDuty(ctx context.Context, visit ids.ID, duty DutyKind, statement string) (Duty, error)
	DutiesOf(ctx context.Context, visit ids.ID) ([]Duty, error)
}
