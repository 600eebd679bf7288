package dispatch

import (
	"context"
	"slices"
	"time"

	"roundsman/internal/ids"
	"roundsman/internal/states"
	"roundsman/internal/webhook"
)

// SubscriptionState is where a subscription of events is. The comment names who
// acts next.
type SubscriptionState string

// The states of a subscription.
const (
	SubscriptionActive   SubscriptionState = "active"   // the server: send what happens
	SubscriptionDisabled SubscriptionState = "disabled" // an administrator: mend the receiver, then resume
	SubscriptionEnded    SubscriptionState = "ended"    // nobody
)

// SubscriptionAct is something that is done to a subscription.
type SubscriptionAct string

// The acts. The comment names who does them.
const (
	SubscriptionRotate SubscriptionAct = "rotate"  // an administrator
	SubscriptionResume SubscriptionAct = "resume"  // an administrator
	SubscriptionEnd    SubscriptionAct = "end"     // an administrator
	SubscriptionGiveUp SubscriptionAct = "give_up" // the server: nothing was taken for a day
)

// subscriptionTable says what may be done to a subscription in which state; docs/states.md draws it.
var subscriptionTable = states.Table[SubscriptionAct, SubscriptionState]{
	Noun: "subscription", Code: "event_subscription_state", Hint: "read it again, or subscribe anew",
	States: []SubscriptionState{SubscriptionActive, SubscriptionDisabled, SubscriptionEnded},
	Acts: []states.Act[SubscriptionAct, SubscriptionState]{
		{Name: SubscriptionRotate, From: []SubscriptionState{SubscriptionActive, SubscriptionDisabled}},
		{Name: SubscriptionResume, From: []SubscriptionState{SubscriptionDisabled}, To: []SubscriptionState{SubscriptionActive}},
		{Name: SubscriptionEnd, From: []SubscriptionState{SubscriptionActive, SubscriptionDisabled}, To: []SubscriptionState{SubscriptionEnded}},
		{Name: SubscriptionGiveUp, From: []SubscriptionState{SubscriptionActive}, To: []SubscriptionState{SubscriptionDisabled}, Code: states.Nothing},
	},
}

// After gives the state after an act. Code: "event_subscription_state", with the states that it fits.
func (s SubscriptionState) After(a SubscriptionAct) (SubscriptionState, error) {
	return subscriptionTable.After(s, a)
}

// Subscription has events posted to an address, in the order of the stream: the
// next is sent when the one before was taken.
type Subscription struct {
	ID    ids.ID
	URL   string
	Names []string // of events; all when empty
	State SubscriptionState
	webhook.Keys
	Position int64 // of the last event that was taken or passed over
	// What follows is machine time.
	Tries        int        // that failed since one was taken
	FailingSince *time.Time // nil: the last was taken
	Failure      string     // code of the last failure
	NextTry      time.Time
	LeaseUntil   time.Time
	CreatedAt    time.Time // domain time
	Version      int64
}

// Wants says whether an event is to be sent.
func (s Subscription) Wants(e Event) bool {
	return len(s.Names) == 0 || slices.Contains(s.Names, e.Name)
}

// How a subscription fails: pauses grow from a second to ten minutes, and after a
// day of nothing else it is disabled.
const (
	LongestPause  = 10 * time.Minute
	DisabledAfter = 24 * time.Hour
)

// Taken notes that everything up to a position was taken.
func (s Subscription) Taken(position int64) Subscription {
	s.Position, s.Tries, s.FailingSince, s.Failure = position, 0, nil, ""
	return s
}

// Failed notes a failed try at an instant of machine time, and whether that was
// one too many. gone: the receiver said that it will never take anything.
func (s Subscription) Failed(code string, gone bool, machine time.Time) Subscription {
	if s.FailingSince == nil {
		s.FailingSince = &machine
	}
	pause := LongestPause
	if s.Tries < 10 {
		pause = min(time.Second<<s.Tries, LongestPause)
	}
	s.Tries, s.Failure, s.NextTry = s.Tries+1, code, machine.Add(pause)
	if gone || !machine.Before(s.FailingSince.Add(DisabledAfter)) {
		if to, err := s.State.After(SubscriptionGiveUp); err == nil {
			s.State = to
		}
	}
	return s
}

// Subscriptions of events.
type Subscriptions interface {
	AddSubscription(ctx context.Context, s Subscription) error
	Subscription(ctx context.Context, id ids.ID) (Subscription, error)
	ListSubscriptions(ctx context.Context, p Page) (list []Subscription, next string, err error)
	// SaveSubscription writes every mutable field and raises the version.
	SaveSubscription(ctx context.Context, s Subscription) (Subscription, error)
	// ClaimSubscription leases an active subscription that is due and behind the
	// newest event; nil when there is none.
	ClaimSubscription(ctx context.Context, machine, until time.Time) (*Subscription, error)
	// PassOn writes how far a claimed subscription has come, and gives its lease
	// back; false when the lease was lost or the subscription is no longer active.
	PassOn(ctx context.Context, s Subscription, released time.Time) (bool, error)
	// EventsAfter gives stamped events after a position, in order.
	EventsAfter(ctx context.Context, position int64, limit int) ([]Event, error)
	// NewestEvent gives the position of the newest event, 0 when there is none.
	NewestEvent(ctx context.Context) (int64, error)
}
