package hooks

import (
	"context"

	"roundsman/dispatch"
	"roundsman/dispatch/decide"
	"roundsman/internal/access"
	"roundsman/internal/clock"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
	"roundsman/internal/webhook"
)

// Hooks is what administrators can do about subscriptions, and what sends them.
type Hooks struct {
	Store   dispatch.Store
	Clock   clock.Clock
	Machine clock.Clock
	Poster  Poster
}

// Poster posts signed messages to addresses that others chose.
type Poster interface {
	// Check says what is wrong with an address; nil when nothing is.
	Check(url string) error
	// Post sends a message and says whether it was taken, whether the receiver will
	// never take anything, and a code for people.
	Post(ctx context.Context, url string, m webhook.Message, secrets ...webhook.Secret) (taken, gone bool, code string)
}

// Subscribe has events posted to an address from now on. The secret is shown this
// once. Code: "bad_url".
func (h *Hooks) Subscribe(ctx context.Context, who access.Principal, url string, names []string) (s dispatch.Subscription, err error) {
	if err := who.Require(access.HooksWrite); err != nil {
		return s, err
	}
	if err := h.Poster.Check(url); err != nil {
		return s, fault.New(fault.Invalid, "bad_url", "events can't be posted there: the address %v", err).At("/url", err.Error())
	}
	now, machine := h.Clock.Now(), h.Machine.Now()
	err = h.Store.Write(ctx, func(tx dispatch.Tx) error {
		newest, err := tx.NewestEvent(ctx)
		if err != nil {
			return err
		}
		s = dispatch.Subscription{ID: ids.New(), URL: url, Names: names, State: dispatch.SubscriptionActive, Keys: webhook.Keys{Secret: webhook.NewSecret()},
			Position: newest, NextTry: machine, LeaseUntil: machine, CreatedAt: now, Version: 1}
		if err := tx.AddSubscription(ctx, s); err != nil {
			return err
		}
		return h.emit(ctx, tx, who, "event_subscription.added", s.ID)
	})
	return s, err
}

// Subscriptions lists them, newest first.
func (h *Hooks) Subscriptions(ctx context.Context, who access.Principal, p dispatch.Page) (list []dispatch.Subscription, next string, err error) {
	if err := who.Require(access.HooksWrite); err != nil {
		return nil, "", err
	}
	err = h.Store.Read(ctx, func(tx dispatch.Tx) (err error) {
		list, next, err = tx.ListSubscriptions(ctx, p)
		return err
	})
	return list, next, err
}

// Rotate gives a new secret, shown this once; the one before signs too for another
// day. Codes: "event_subscription_not_found", "version_stale",
// "event_subscription_state".
func (h *Hooks) Rotate(ctx context.Context, who access.Principal, id ids.ID, version int64) (dispatch.Subscription, error) {
	machine := h.Machine.Now()
	return h.change(ctx, who, id, version, dispatch.SubscriptionRotate, "event_subscription.rotated", func(s *dispatch.Subscription) {
		s.Exchange(machine)
	})
}

// Resume sends again, from where it had stopped. Codes as Rotate.
func (h *Hooks) Resume(ctx context.Context, who access.Principal, id ids.ID, version int64) (dispatch.Subscription, error) {
	machine := h.Machine.Now()
	return h.change(ctx, who, id, version, dispatch.SubscriptionResume, "event_subscription.resumed", func(s *dispatch.Subscription) {
		s.Tries, s.FailingSince, s.Failure, s.NextTry = 0, nil, "", machine
	})
}

// End sends nothing any more. Codes as Rotate.
func (h *Hooks) End(ctx context.Context, who access.Principal, id ids.ID, version int64) (dispatch.Subscription, error) {
	return h.change(ctx, who, id, version, dispatch.SubscriptionEnd, "event_subscription.ended", func(*dispatch.Subscription) {})
}

func (h *Hooks) change(ctx context.Context, who access.Principal, id ids.ID, version int64, act dispatch.SubscriptionAct, event string, do func(*dispatch.Subscription)) (s dispatch.Subscription, err error) {
	if err := who.Require(access.HooksWrite); err != nil {
		return s, err
	}
	err = h.Store.Write(ctx, func(tx dispatch.Tx) error {
		if s, err = tx.Subscription(ctx, id); err != nil {
			return err
		}
		if s.Version != version {
			return fault.New(fault.Stale, "version_stale", "the subscription has changed since you read it; read it again and repeat").With("version", s.Version)
		}
		if s.State, err = s.State.After(act); err != nil {
			return err
		}
		do(&s)
		if s, err = tx.SaveSubscription(ctx, s); err != nil {
			return err
		}
		return h.emit(ctx, tx, who, event, id)
	})
	return s, err
}

func (h *Hooks) emit(ctx context.Context, tx dispatch.Tx, who access.Principal, event string, id ids.ID) error {
	return decide.Emit(ctx, tx, h.Clock.Now(), who, decide.Event{Name: event, Kind: "event_subscription", Subject: id})
}
