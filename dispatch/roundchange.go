package dispatch

import (
	"context"
	"time"

	"roundsman/internal/ids"
	"roundsman/internal/states"
)

// RoundRules say how steady a region keeps its published rounds.
type RoundRules struct {
	// FreezeMinutes is how far ahead a technician lives by the round as it stands: a
	// change to what is due sooner is not theirs before they have acknowledged it.
	FreezeMinutes int
	// AnswerMinutes is how long they have for that, or until it begins, before the
	// dispatcher is told that nobody has.
	AnswerMinutes int
	// MovedMinutes is how far a start has moved when it is a change to be acknowledged.
	MovedMinutes int
}

// UsualRoundRules are those of a region that has said nothing.
func UsualRoundRules() RoundRules {
	return RoundRules{FreezeMinutes: 60, AnswerMinutes: 10, MovedMinutes: int(MoveThreshold.Minutes())}
}

// Freeze is the freeze horizon.
func (r RoundRules) Freeze() time.Duration { return time.Duration(r.FreezeMinutes) * time.Minute }

// Moved says whether a start is somewhere else.
func (r RoundRules) Moved(from, to time.Time) bool {
	return from.Sub(to).Abs() > time.Duration(r.MovedMinutes)*time.Minute
}

// RoundChangeState is where a change of a round stands with its technician. The
// comment names who acts next.
type RoundChangeState string

// The states of a round change.
const (
	ChangePending      RoundChangeState = "pending"      // the technician: acknowledge or object
	ChangeAcknowledged RoundChangeState = "acknowledged" // nobody
	ChangeObjected     RoundChangeState = "objected"     // the dispatcher: plan otherwise, or call
	ChangeSuperseded   RoundChangeState = "superseded"   // nobody: a later change of the same visit
)

// RoundChangeAct is something that is done to a round change.
type RoundChangeAct string

// The acts. The comment names who does them.
const (
	ChangeAcknowledge RoundChangeAct = "acknowledge" // the technician
	ChangeObject      RoundChangeAct = "object"      // the technician
	ChangeSupersede   RoundChangeAct = "supersede"   // a later change of the same visit
)

// roundChangeTable says what may be done to a round change in which state; docs/states.md draws it.
var roundChangeTable = states.Table[RoundChangeAct, RoundChangeState]{
	Noun: "round change", Code: "round_change_state", Hint: "read the round again",
	States: []RoundChangeState{ChangePending, ChangeAcknowledged, ChangeObjected, ChangeSuperseded},
	Acts: []states.Act[RoundChangeAct, RoundChangeState]{
		{Name: ChangeAcknowledge, From: []RoundChangeState{ChangePending, ChangeObjected}, To: []RoundChangeState{ChangeAcknowledged}},
		{Name: ChangeAcknowledge, From: []RoundChangeState{ChangeAcknowledged}},
		{Name: ChangeObject, From: []RoundChangeState{ChangePending}, To: []RoundChangeState{ChangeObjected}},
		{Name: ChangeSupersede, From: []RoundChangeState{ChangePending, ChangeObjected}, To: []RoundChangeState{ChangeSuperseded}, Code: states.Nothing},
	},
}

// After gives the state after an act. Code: "round_change_state", with the states that it fits.
func (s RoundChangeState) After(a RoundChangeAct) (RoundChangeState, error) {
	return roundChangeTable.After(s, a)
}

// RoundChangeKind is what happens to a visit in a round.
type RoundChangeKind string

// The kinds of round change.
const (
	ChangeAdded   RoundChangeKind = "added"
	ChangeRemoved RoundChangeKind = "removed"
	ChangeMoved   RoundChangeKind = "moved" // it starts at another time
)

// RoundChange is a change to a published round inside the freeze horizon.
type RoundChange struct {
	ID           ids.ID
	RoundID      ids.ID
	TechnicianID ids.ID // whose round it is
	VisitID      ids.ID
	Kind         RoundChangeKind
	State        RoundChangeState
	FromStart    *time.Time // nil when added
	ToStart      *time.Time // nil when removed
	OutcomeID    *ids.ID    // the decision that made it
	MadeBy       *ids.ID    // nil: no person
	MadeAt       time.Time
	DueAt        time.Time // when an answer is late
	FlaggedAt    *time.Time
	AnsweredAt   *time.Time
	Reason       string // of an objection
	Version      int64
}

// NewRoundChange is a change that waits for its technician. Soon is when the visit
// begins, before or after the change, whichever is sooner.
func (r RoundRules) NewRoundChange(round Round, visit ids.ID, kind RoundChangeKind, soon, now time.Time) RoundChange {
	due := now.Add(time.Duration(r.AnswerMinutes) * time.Minute)
	if soon.Before(due) {
		due = soon
	}
	if due.Before(now) {
		due = now
	}
	return RoundChange{ID: ids.New(), RoundID: round.ID, TechnicianID: round.TechnicianID, VisitID: visit, Kind: kind,
		State: ChangePending, MadeAt: now, DueAt: due, Version: 1}
}

// RoundChanges wait for technicians.
type RoundChanges interface {
	// AddRoundChanges stores changes; those of the same visit in the same round that
	// were open are superseded.
	AddRoundChanges(ctx context.Context, list []RoundChange) error
	// LockRoundChange reads one for change.
	LockRoundChange(ctx context.Context, id ids.ID) (RoundChange, error)
	// SaveRoundChange writes state, answer and flag, and raises the version.
	SaveRoundChange(ctx context.Context, c RoundChange) (RoundChange, error)
	// UnansweredChanges lists pending ones that are late and were not flagged yet.
	UnansweredChanges(ctx context.Context, now time.Time, limit int) ([]RoundChange, error)
}
