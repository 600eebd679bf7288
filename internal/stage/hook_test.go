package stage_test

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"testing"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/hooks"
	"roundsman/internal/stage"
	"roundsman/internal/webhook"

	"github.com/stretchr/testify/require"
)

// receiver takes what a test lets it.
type receiver struct {
	mu    sync.Mutex
	got   []webhook.Message
	keys  [][]webhook.Secret
	takes func(n int) (bool, bool, string) // of the n-th post, from 1; nil: all
}

func (r *receiver) Check(url string) error {
	if url == "" {
		return errors.New("is empty")
	}
	return nil
}

func (r *receiver) Post(_ context.Context, _ string, m webhook.Message, secrets ...webhook.Secret) (taken, gone bool, code string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.got, r.keys = append(r.got, m), append(r.keys, secrets)
	if r.takes == nil {
		return true, false, "http_200"
	}
	return r.takes(len(r.got))
}

// subjects gives what was posted, by event id, in order.
func (r *receiver) ids() (out []string) {
	for _, m := range r.got {
		out = append(out, m.ID)
	}
	return out
}

func hooksOf(s *stage.Stage, r *receiver) *hooks.Hooks {
	return &hooks.Hooks{Store: s.Store, Clock: s.Clock, Machine: s.Machine, Poster: r}
}

// happen writes stamped events, as the sequencer leaves them.
func happen(t *testing.T, s *stage.Stage, names ...string) (out []string) {
	t.Helper()
	for _, name := range names {
		var id string
		require.NoError(t, s.Pool.QueryRow(t.Context(), `insert into events (id, position, name, subject_kind, subject_id, subject_seq, at)
			select gen_random_uuid(), 1 + coalesce(max(position), 0), $1, 'ticket', gen_random_uuid(), 1, $2 from events returning id`, name, s.Clock.Now()).Scan(&id))
		out = append(out, id)
	}
	return out
}

func subscribed(t *testing.T, s *stage.Stage, h *hooks.Hooks, names ...string) dispatch.Subscription {
	t.Helper()
	x, err := h.Subscribe(t.Context(), s.Admin, "https://receiver.example/events", names)
	require.NoError(t, err)
	_, err = s.Pool.Exec(t.Context(), `delete from events where position is null`) // of the setting up itself
	require.NoError(t, err)
	return x
}

func sent(t *testing.T, h *hooks.Hooks) bool {
	t.Helper()
	did, err := h.Send(t.Context())
	require.NoError(t, err)
	return did
}

// Events arrive in the stream's order, those that were asked for, from the
// subscription on, each when the one before was taken.
func TestEventsArriveInOrder(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	r := &receiver{takes: func(n int) (bool, bool, string) { return n != 2 && n != 3, false, "http_503" }}
	h := hooksOf(s, r)
	happen(t, s, "ticket.opened")
	x := subscribed(t, s, h, "ticket.opened", "promise.made")
	require.False(t, sent(t, h), "nothing new")
	e := happen(t, s, "ticket.opened", "visit.arrived", "promise.made", "ticket.opened")

	require.True(t, sent(t, h))
	require.Equal(t, []string{e[0], e[2]}, r.ids())
	require.False(t, sent(t, h), "its pause is not over")
	s.Machine.Set(s.Machine.Now().Add(time.Second))
	require.True(t, sent(t, h))
	require.Equal(t, []string{e[0], e[2], e[2]}, r.ids(), "the same again, under the same id; nothing overtakes it")
	s.Machine.Set(s.Machine.Now().Add(time.Second))
	require.False(t, sent(t, h), "the second pause is longer")
	s.Machine.Set(s.Machine.Now().Add(time.Second))
	require.True(t, sent(t, h))
	require.Equal(t, []string{e[0], e[2], e[2], e[2], e[3]}, r.ids())
	require.False(t, sent(t, h))

	var got struct {
		Type string
		Data struct {
			ID       string
			Position int64
		}
	}
	require.NoError(t, json.Unmarshal(r.got[4].Body, &got))
	require.Equal(t, "ticket.opened", got.Type)
	require.Equal(t, e[3], got.Data.ID)
	require.EqualValues(t, 5, got.Data.Position)
	require.Equal(t, []webhook.Secret{x.Secret}, r.keys[4])
}

// Two servers never send for one subscription at once; when one dies in between,
// the other goes on after its lease.
func TestOneServerSendsAtATime(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	other := &receiver{}
	r := &receiver{}
	h := hooksOf(s, r)
	r.takes = func(int) (bool, bool, string) {
		did, err := hooksOf(s, other).Send(t.Context())
		require.NoError(t, err)
		require.False(t, did, "it is in another's hands")
		return true, false, "http_200"
	}
	subscribed(t, s, h)
	e := happen(t, s, "a.happened", "b.happened")
	require.True(t, sent(t, h))
	require.Equal(t, e, r.ids())

	killed := &receiver{takes: func(int) (bool, bool, string) { panic("killed") }}
	more := happen(t, s, "c.happened")
	require.Panics(t, func() { _, _ = hooksOf(s, killed).Send(t.Context()) })
	require.False(t, sent(t, hooksOf(s, other)))
	s.Machine.Set(s.Machine.Now().Add(2 * time.Minute))
	require.True(t, sent(t, hooksOf(s, other)))
	require.Equal(t, more, other.ids(), "at least once, under the id that was tried before")
	require.Equal(t, more, killed.ids())
}

// Who takes nothing for a day is given up, which is an event; resumed, it goes on
// where it had stopped.
func TestAReceiverThatTakesNothingIsGivenUp(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	r := &receiver{takes: func(int) (bool, bool, string) { return false, false, "timeout" }}
	h := hooksOf(s, r)
	x := subscribed(t, s, h)
	e := happen(t, s, "a.happened")
	for _, wait := range []time.Duration{0, 12 * time.Hour, 12*time.Hour - time.Second} {
		s.Machine.Set(s.Machine.Now().Add(wait))
		require.True(t, sent(t, h))
	}
	require.Empty(t, eventsOf(t, s, x.ID))
	s.Machine.Set(s.Machine.Now().Add(10 * time.Minute))
	require.True(t, sent(t, h))
	require.Equal(t, []string{"event_subscription.disabled"}, eventsOf(t, s, x.ID))
	s.Machine.Set(s.Machine.Now().Add(time.Hour))
	require.False(t, sent(t, h))
	list, _, err := h.Subscriptions(ctx, s.Admin, dispatch.Page{})
	require.NoError(t, err)
	require.Equal(t, dispatch.SubscriptionDisabled, list[0].State)
	require.Equal(t, "timeout", list[0].Failure)
	require.Equal(t, 4, list[0].Tries)

	r.takes = nil
	y, err := h.Resume(ctx, s.Admin, x.ID, x.Version)
	require.NoError(t, err)
	require.True(t, sent(t, h))
	require.Equal(t, e[0], r.got[4].ID)
	_, err = h.Resume(ctx, s.Admin, x.ID, y.Version)
	refused(t, "event_subscription_state", err)

	z, err := h.Rotate(ctx, s.Admin, x.ID, y.Version)
	require.NoError(t, err)
	happen(t, s, "b.happened")
	require.True(t, sent(t, h))
	require.Equal(t, []webhook.Secret{z.Secret, x.Secret}, r.keys[len(r.keys)-1], "both sign for a day")
	_, err = h.End(ctx, s.Admin, x.ID, z.Version)
	require.NoError(t, err)
	happen(t, s, "c.happened")
	require.False(t, sent(t, h))
	_, err = h.Subscribe(ctx, s.Admin, "", nil)
	refused(t, "bad_url", err)
	_, err = h.Subscribe(ctx, s.Dispatcher, "https://receiver.example", nil)
	refused(t, "scope_missing", err)

	gone := hooksOf(s, &receiver{takes: func(int) (bool, bool, string) { return false, true, "http_410" }})
	g := subscribed(t, s, gone)
	happen(t, s, "d.happened")
	require.True(t, sent(t, gone))
	require.Equal(t, []string{"event_subscription.disabled"}, eventsOf(t, s, g.ID), "at once, when it says so")
}
