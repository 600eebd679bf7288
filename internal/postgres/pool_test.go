package postgres_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/fault"
	"roundsman/internal/pgtest"
	"roundsman/internal/postgres"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

func TestOpenSetsWhatEveryConnectionNeeds(t *testing.T) {
	t.Parallel()
	pool, err := postgres.Open(t.Context(), with(t, pgtest.Empty(t), map[string]string{
		"statement_timeout": "", "lock_timeout": "", "idle_in_transaction_session_timeout": ""}), 3)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	require.EqualValues(t, 3, pool.Config().MaxConns)

	for name, want := range map[string]string{
		"application_name": "roundsman", "timezone": "UTC", "statement_timeout": "15s",
		"lock_timeout": "4s", "idle_in_transaction_session_timeout": "30s", "jit": "off",
	} {
		var got string
		require.NoError(t, pool.QueryRow(t.Context(), `SELECT current_setting($1)`, name).Scan(&got))
		require.Equal(t, want, got, name)
	}
}

func TestTheConnectionStringsOwnSettingsWin(t *testing.T) {
	t.Parallel()
	pool, err := postgres.Open(t.Context(), with(t, pgtest.Empty(t), map[string]string{
		"application_name": "night", "statement_timeout": "1234", "lock_timeout": "56"}), 1)
	require.NoError(t, err)
	t.Cleanup(pool.Close)

	const settings = `SELECT concat_ws(' ', current_setting('application_name'), current_setting('statement_timeout'), current_setting('lock_timeout'))`
	var got string
	require.NoError(t, pool.QueryRow(t.Context(), settings).Scan(&got))
	require.Equal(t, "night 1234ms 56ms", got)
	inTransaction := func(tx dispatch.Tx) error {
		got = ""
		return tx.(pgx.Tx).QueryRow(t.Context(), settings).Scan(&got)
	}
	store := postgres.NewStore(pool)
	require.NoError(t, store.Read(t.Context(), inTransaction))
	require.Equal(t, "night 1234ms 56ms", got)
	require.NoError(t, store.Write(t.Context(), inTransaction))
	require.Equal(t, "night 1234ms 56ms", got)
}

// with gives a connection string with settings instead of its own; an empty one is
// left out.
func with(t *testing.T, at string, settings map[string]string) string {
	t.Helper()
	u, err := url.Parse(at)
	require.NoError(t, err)
	q := u.Query()
	for name, value := range settings {
		if q.Set(name, value); value == "" {
			q.Del(name)
		}
	}
	u.RawQuery = q.Encode()
	return u.String()
}

func TestInstantsComeOutInUTC(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	in := time.Date(2026, 3, 1, 9, 30, 0, 0, berlin)

	var out time.Time
	var all []time.Time
	require.NoError(t, pool.QueryRow(t.Context(), `SELECT $1::timestamptz, ARRAY[$1::timestamptz]`, in).Scan(&out, &all))

	require.Equal(t, time.Date(2026, 3, 1, 8, 30, 0, 0, time.UTC), out)
	require.Equal(t, []time.Time{out}, all)
}

func TestADatabaseThatCannotBeHadIsNamedWithoutThePassword(t *testing.T) {
	t.Parallel()
	there := pgtest.Empty(t)
	missing := strings.Replace(there, "/roundsman_test_", "/no_such_", 1)
	for _, c := range []struct{ url, code, word string }{
		{"postgres://desk:s3cret@127.0.0.1:1/rounds", "database_unreachable", `database "rounds" at 127.0.0.1:1`},
		{"postgres://desk:s3cret@127.0.0.1:1/rounds?sslmode=strange", "database_url_invalid", "postgres://user:password@host"},
		{"postgres://desk:s3cret@ho st/rounds", "database_url_invalid", "postgres://user:password@host"},
		{missing, "database_unreachable", "no such database: make it (createdb no_such_"},
	} {
		_, err := postgres.Open(t.Context(), c.url, 1)

		require.Equal(t, c.code, fault.CodeOf(err), c.url)
		require.ErrorContains(t, err, c.word)
		require.NotContains(t, err.Error(), "s3cret")
	}
}

func TestServersOlderThan15AreRefused(t *testing.T) {
	t.Parallel()
	require.Equal(t, "postgres_too_old", fault.CodeOf(postgres.CheckMajor(14)))
	require.NoError(t, postgres.CheckMajor(15))
	require.NoError(t, postgres.CheckMajor(18))
}
