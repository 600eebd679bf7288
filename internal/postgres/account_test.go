package postgres_test

import (
	"sync"
	"testing"
	"time"

	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
	"roundsman/internal/postgres"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func (w *world) session(t *testing.T, token string) access.Session {
	t.Helper()
	s := access.Session{ID: ids.New(), AccountID: name("anna"), TokenHash: []byte(token), CreatedAt: now, ExpiresAt: now.Add(time.Hour)}
	require.NoError(t, w.AddSession(t.Context(), s))
	return s
}

func TestAccountsAreKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tess := access.Account{ID: ids.New(), Login: "Tess", Name: "Tess Turner", SpokenName: "Tess", Roles: []access.Role{access.Technician, access.Agent},
		TechnicianID: to(name("tess")), PasswordHash: "x", Service: true, Disabled: true, SessionVersion: 3, Version: 1, CreatedAt: now, Demo: true}
	require.NoError(t, w.AddAccount(t.Context(), tess))
	got, err := w.AccountByLogin(t.Context(), "tESS")
	require.NoError(t, err)
	require.Equal(t, tess, got)
	got, err = w.Account(t.Context(), tess.ID)
	require.NoError(t, err)
	require.Equal(t, tess, got)
	all, err := w.ListAccounts(t.Context())
	require.NoError(t, err)
	require.Len(t, all, 3)
	_, err = w.AccountByLogin(t.Context(), "nobody")
	require.Equal(t, "account_not_found", fault.CodeOf(err))
}

func TestRevocationEndsEverySession(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.session(t, "one")
	got, account, err := w.Session(t.Context(), s.ID)
	require.NoError(t, err)
	require.Equal(t, s, got)
	require.Equal(t, "anna", account.Login)
	require.Equal(t, int64(1), account.SessionVersion)
	require.NoError(t, w.RaiseSessionVersion(t.Context(), name("anna")))
	got, account, err = w.Session(t.Context(), s.ID)
	require.NoError(t, err)
	require.NotNil(t, got.EndedAt)
	require.Equal(t, int64(2), account.SessionVersion)
	_, _, err = w.RotateSession(t.Context(), []byte("one"), []byte("two"), now)
	require.Equal(t, "session_not_found", fault.CodeOf(err))
	require.Equal(t, "account_not_found", fault.CodeOf(w.RaiseSessionVersion(t.Context(), name("x"))))
	_, _, err = w.Session(t.Context(), name("x"))
	require.Equal(t, "session_not_found", fault.CodeOf(err))
}

func TestATokenRotatesOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.session(t, "one")
	rotated, reused, err := w.RotateSession(t.Context(), []byte("one"), []byte("two"), now)
	require.NoError(t, err)
	require.False(t, reused)
	require.Equal(t, s.ID, rotated.ID)
	require.Equal(t, []byte("one"), rotated.UsedHash)
	_, _, err = w.RotateSession(t.Context(), []byte("never"), []byte("x"), now)
	require.Equal(t, "session_not_found", fault.CodeOf(err))
	_, _, err = w.RotateSession(t.Context(), []byte("two"), []byte("x"), s.ExpiresAt)
	require.Equal(t, "session_not_found", fault.CodeOf(err), "over")
	_, reused, err = w.RotateSession(t.Context(), []byte("one"), []byte("three"), now)
	require.NoError(t, err)
	require.True(t, reused)
	_, _, err = w.RotateSession(t.Context(), []byte("two"), []byte("x"), now)
	require.Equal(t, "session_not_found", fault.CodeOf(err), "the thief's token is dead too")

	over := w.session(t, "four")
	require.NoError(t, w.EndSession(t.Context(), over.ID, now))
	require.NoError(t, w.EndSession(t.Context(), over.ID, now.Add(time.Hour)))
	got, _, err := w.Session(t.Context(), over.ID)
	require.NoError(t, err)
	require.Equal(t, now, *got.EndedAt)
}

// Two who bring the same token at once: one of them is a thief, and the session
// ends.
func TestTwoWithOneToken(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.session(t, "one")
	var reused [2]bool
	var wg sync.WaitGroup
	for n, fresh := range []string{"a", "b"} {
		wg.Go(func() {
			var err error
			_, reused[n], err = w.RotateSession(t.Context(), []byte("one"), []byte(fresh), now)
			assert.NoError(t, err)
		})
	}
	wg.Wait()
	require.Equal(t, 1, trues(reused[:]))
	got, _, err := w.Session(t.Context(), s.ID)
	require.NoError(t, err)
	require.NotNil(t, got.EndedAt)
}

func TestSettingsAreTheSameOnAllReplicas(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	keys := make([][]byte, 4)
	var wg sync.WaitGroup
	for n := range keys {
		wg.Go(func() {
			var err error
			keys[n], err = postgres.NewStore(w.pool).SigningKey(t.Context())
			assert.NoError(t, err)
		})
	}
	wg.Wait()
	require.Len(t, keys[0], 32)
	require.NotEqual(t, make([]byte, 32), keys[0])
	for _, k := range keys {
		require.Equal(t, keys[0], k)
	}
	_, there, err := w.DemoClockOffset(t.Context())
	require.NoError(t, err)
	require.False(t, there)
	for _, d := range []time.Duration{-26 * time.Hour, 90 * time.Minute} {
		require.NoError(t, w.SetDemoClockOffset(t.Context(), d))
		got, there, err := w.DemoClockOffset(t.Context())
		require.NoError(t, err)
		require.True(t, there)
		require.Equal(t, d, got)
	}
}
