package dispatch

import (
	"context"
	"time"

	"roundsman/internal/ids"
)

// PreferredRole is what somebody would rather have one colleague than another for.
type PreferredRole string

// The roles.
const (
	VisitedBy  PreferredRole = "technician" // who comes
	AnsweredBy PreferredRole = "agent"      // who answers and calls back
)

// Preference is whom a person, or the person of one ticket, would rather be visited or
// answered by. It binds nobody, and stands in the way of nobody.
type Preference struct {
	SubjectID   ids.ID
	SubjectKind string // "person", "ticket"
	Role        PreferredRole
	WhomID      ids.ID // a technician or an account, as the role says
	SetBy       ids.ID
	SetAt       time.Time
}

// PreferredAgent is whom somebody would rather be answered by, and who does that
// meanwhile if they are away.
type PreferredAgent struct {
	SubjectKind string // whose word it is: the ticket's goes before the person's
	AgentID     ids.ID
	Name        string
	SetBy       ids.ID
	SetAt       time.Time
	// StandInID is who is there for them while they are away; nil: they are there.
	StandInID   *ids.ID
	StandInName string
}

// Speaks is who speaks with the customer now.
func (p PreferredAgent) Speaks() ids.ID {
	if p.StandInID != nil {
		return *p.StandInID
	}
	return p.AgentID
}

// Preferences for technicians and agents.
type Preferences interface {
	// SetPreference keeps one, instead of what was preferred before in the same role.
	SetPreference(ctx context.Context, p Preference) error
	// DropPreference forgets one; false when there was none.
	DropPreference(ctx context.Context, subject ids.ID, role PreferredRole) (bool, error)
	// PreferencesOf gives those of the subjects that have one.
	PreferencesOf(ctx context.Context, subjects []ids.ID, role PreferredRole) ([]Preference, error)
	// PreferredAgent gives whom the subjects would rather be answered by, and who stands
	// in for them at an instant: nil when nobody was named, or who was is no agent any
	// more. Of a ticket and its person the ticket says.
	PreferredAgent(ctx context.Context, at time.Time, subjects ...ids.ID) (*PreferredAgent, error)
	// MayAnswer says whether an account is an agent's who may be preferred; code
	// "agent_not_found".
	MayAnswer(ctx context.Context, account ids.ID) error
}
