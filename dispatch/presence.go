package dispatch

import (
	"context"
	"time"

	"roundsman/internal/ids"
)

// PresenceKind is where the customer is during the work.
type PresenceKind string

// The kinds of presence.
const (
	PresenceStays     PresenceKind = "stays"
	PresenceLeaves    PresenceKind = "leaves"     // and is called when the work is done
	PresenceHandsOver PresenceKind = "hands_over" // access, to be alone with the work
)

// Presence is what the customer said about being there.
type Presence struct {
	VisitID    ids.ID
	Kind       PresenceKind
	CallNumber string     // E.164; where they are called when the work is done
	BackAt     *time.Time // when they are there again
	ToldAt     time.Time
	ToldBy     ids.ID // Nil: the customer, through their own link
}

// CallAt is when the owner calls after the work is done: at the usual time, or when
// the customer is back if they are not reached before and asked for no call.
func (p *Presence) CallAt(usual time.Time) time.Time {
	if p == nil || p.Kind != PresenceLeaves || p.CallNumber != "" || p.BackAt == nil || p.BackAt.Before(usual) {
		return usual
	}
	return *p.BackAt
}

// Presences of customers.
type Presences interface {
	// PutPresence keeps what was said, unless something was said later.
	PutPresence(ctx context.Context, p Presence) error
	// PresenceOf gives what was said for a visit, nil when nothing was.
	PresenceOf(ctx context.Context, visit ids.ID) (*Presence, error)
}
