package hooks

import (
	"context"
	"encoding/json"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/access"
	"roundsman/internal/ids"
	"roundsman/internal/webhook"
)

const (
	// lease is how long one server has a subscription to itself. It stops before
	// that, so that no two ever send for one.
	lease = 2 * time.Minute
	// sitting is how long one goes on sending before it gives the lease back.
	sitting = time.Minute
	// postTime is how long one post may take.
	postTime = 15 * time.Second
	batch    = 100
)

// message is what a receiver gets.
type message struct {
	Type      string    `json:"type"`
	Timestamp time.Time `json:"timestamp"`
	Data      body      `json:"data"`
}

type body struct {
	ID           ids.ID          `json:"id"`
	Position     int64           `json:"position"`
	SubjectKind  string          `json:"subject_kind"`
	SubjectID    ids.ID          `json:"subject_id"`
	ActorID      *ids.ID         `json:"actor_id,omitempty"`
	TechnicianID *ids.ID         `json:"technician_id,omitempty"`
	RegionID     *ids.ID         `json:"region_id,omitempty"`
	Data         json.RawMessage `json:"data"`
}

// Send takes up one subscription that is behind and sends what it wants, each
// event when the one before was taken. It tells whether there was one to take up.
// At least once: a server that dies sends the last again, under the same id.
func (h *Hooks) Send(ctx context.Context) (bool, error) {
	began := h.Machine.Now()
	var s *dispatch.Subscription
	var events []dispatch.Event
	err := h.Store.Write(ctx, func(tx dispatch.Tx) (err error) {
		if s, err = tx.ClaimSubscription(ctx, began, began.Add(lease)); err != nil || s == nil {
			return err
		}
		events, err = tx.EventsAfter(ctx, s.Position, batch)
		return err
	})
	if err != nil || s == nil {
		return false, err
	}
	now := *s
	for _, e := range events {
		if now.Wants(e) {
			if ctx.Err() != nil || h.Machine.Now().Sub(began) > sitting {
				break
			}
			taken, gone, code := h.post(ctx, now, e)
			if !taken {
				now = now.Failed(code, gone, h.Machine.Now())
				break
			}
		}
		now = now.Taken(*e.Position)
	}
	if now.FailingSince == nil {
		now.NextTry = began
	}
	writing, cancel := context.WithTimeout(context.WithoutCancel(ctx), postTime)
	defer cancel()
	return true, h.Store.Write(writing, func(tx dispatch.Tx) error {
		ours, err := tx.PassOn(writing, now, began)
		if err != nil || !ours || now.State != dispatch.SubscriptionDisabled {
			return err
		}
		return h.emit(writing, tx, access.Principal{}, "event_subscription.disabled", now.ID)
	})
}

func (h *Hooks) post(ctx context.Context, s dispatch.Subscription, e dispatch.Event) (taken, gone bool, code string) {
	if len(e.Data) == 0 {
		e.Data = json.RawMessage(`{}`)
	}
	raw, err := json.Marshal(message{Type: e.Name, Timestamp: e.At, Data: body{ID: e.ID, Position: *e.Position, SubjectKind: e.SubjectKind,
		SubjectID: e.SubjectID, ActorID: e.ActorID, TechnicianID: e.TechnicianID, RegionID: e.RegionID, Data: e.Data}})
	if err != nil {
		return false, false, "bad_event"
	}
	ctx, cancel := context.WithTimeout(ctx, postTime)
	defer cancel()
	machine := h.Machine.Now()
	return h.Poster.Post(ctx, s.URL, webhook.Message{ID: e.ID.String(), Timestamp: machine, Body: raw}, s.Secrets(machine)...)
}
