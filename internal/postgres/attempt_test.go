package postgres_test

import (
	"testing"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/fault"
	"roundsman/internal/ids"

	"github.com/stretchr/testify/require"
)

// A notice has one open try. Without the index a second sender could begin.
func TestOneOpenTryANotice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	n := dispatch.Notice{ID: ids.New(), PersonID: name("gil"), Kind: "on_the_way", Channel: "sms", Body: "Gil, Tess is on the way",
		State: dispatch.NoticeQueued, CreatedAt: now}
	begin := func(number int) error {
		return w.Write(t.Context(), func(tx dispatch.Tx) error {
			return tx.BeginAttempt(t.Context(), dispatch.Attempt{NoticeID: n.ID, Number: number, Channel: "sms", At: now, LeaseUntil: now.Add(time.Minute)})
		})
	}
	require.NoError(t, w.Write(t.Context(), func(tx dispatch.Tx) error { return tx.AddNotice(t.Context(), n) }))
	require.NoError(t, begin(1))
	err := begin(2)
	require.Equal(t, "notice_in_hand", fault.CodeOf(err))
	require.Equal(t, fault.Unavailable, fault.Of(err).Kind, "its job comes back")
	w.exec(t, `drop index notice_attempts_one_open`)
	require.NoError(t, begin(2), "the twin without the guard")
}
