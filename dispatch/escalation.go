package dispatch

import (
	"context"
	"slices"
	"time"

	"roundsman/internal/ids"
	"roundsman/internal/states"
)

// EscalationState is where an escalation is. The comment names who acts next.
type EscalationState string

// The states of an escalation.
const (
	EscalationCalled     EscalationState = "called"     // the leader who is called: take it or pass it on
	EscalationTaken      EscalationState = "taken"      // the leader who took it
	EscalationUnanswered EscalationState = "unanswered" // the owner: no leader is there, say so to the customer
)

// EscalationAct is something that is done to an escalation.
type EscalationAct string

// The acts. The comment names who does them.
const (
	EscalationTake EscalationAct = "take" // the leader who is called
	EscalationPass EscalationAct = "pass" // whoever waits for a leader
)

// escalationTable says what may be done to an escalation in which state; docs/states.md draws it.
var escalationTable = states.Table[EscalationAct, EscalationState]{
	Noun: "escalation", Code: "escalation_state", Hint: "escalate again if it must be",
	States: []EscalationState{EscalationCalled, EscalationTaken, EscalationUnanswered},
	Acts: []states.Act[EscalationAct, EscalationState]{
		{Name: EscalationTake, From: []EscalationState{EscalationCalled}, To: []EscalationState{EscalationTaken}},
		{Name: EscalationPass, From: []EscalationState{EscalationCalled}, To: []EscalationState{EscalationCalled, EscalationUnanswered}},
	},
}

// After gives the state after an act. Code: "escalation_state", with the states that it fits.
func (s EscalationState) After(a EscalationAct) (EscalationState, error) {
	return escalationTable.After(s, a)
}

// Leader is one link of the chain of those who are called when a customer wants
// somebody in charge.
type Leader struct {
	Position  int // from 1
	AccountID ids.ID
	Zone      string
	FromMin   int // minutes of their local day, every day
	UntilMin  int
	AwayUntil *time.Time
}

// Available says whether a leader can be called at an instant.
func (l Leader) Available(at time.Time) bool {
	loc, err := time.LoadLocation(l.Zone)
	if err != nil || l.AwayUntil != nil && at.Before(*l.AwayUntil) {
		return false
	}
	d := DateOf(at, loc)
	return !at.Before(d.WallOrNext(loc, l.FromMin)) && at.Before(d.WallOrNext(loc, l.UntilMin))
}

// NextLeader is the first of the chain who can be called and is none of those;
// nil when there is nobody.
func NextLeader(chain []Leader, not []ids.ID, at time.Time) *Leader {
	for i := range chain {
		if chain[i].Available(at) && !slices.Contains(not, chain[i].AccountID) {
			return &chain[i]
		}
	}
	return nil
}

// Escalation is a customer's wish for somebody in charge.
type Escalation struct {
	ID        ids.ID
	TicketID  ids.ID
	ContactID *ids.ID
	State     EscalationState
	Reason    string // code
	Context   string
	LeaderID  *ids.ID
	Passed    []ids.ID // leaders who were called before
	AskedBy   ids.ID
	AskedAt   time.Time
	CalledAt  time.Time
	TakenAt   *time.Time // AskedAt to TakenAt is the time to a leader
	Version   int64
}

// Escalations and the chain.
type Escalations interface {
	Leaders(ctx context.Context) ([]Leader, error)
	// SaveLeaders replaces the chain.
	SaveLeaders(ctx context.Context, chain []Leader) error
	// AddEscalation stores one; code "escalation_called" when a leader is being called.
	AddEscalation(ctx context.Context, e Escalation) error
	LockEscalation(ctx context.Context, id ids.ID) (Escalation, error)
	SaveEscalation(ctx context.Context, e Escalation) (Escalation, error)
	// ListEscalations gives those that call a leader, or all; newest first.
	ListEscalations(ctx context.Context, leader *ids.ID, p Page) (list []Escalation, next string, err error)
}

// ChainID is the subject of events about the chain of leaders, of which there is one.
var ChainID = ids.From(ids.Nil, "escalation chain")
