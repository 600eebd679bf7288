package postgres_test

import (
	"strings"
	"testing"
	"time"

	"roundsman/internal/fault"
	"roundsman/internal/pgtest"
	"roundsman/internal/postgres"

	"github.com/stretchr/testify/require"
)

func TestOpenSetsWhatEveryConnectionNeeds(t *testing.T) {
	t.Parallel()
	pool, err := postgres.Open(t.Context(), pgtest.Empty(t), 3)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	require.EqualValues(t, 3, pool.Config().MaxConns)

	for name, want := range map[string]string{
		"application_name": "roundsman", "timezone": "UTC", "statement_timeout": "30s",
		"lock_timeout": "5s", "idle_in_transaction_session_timeout": "30s", "jit": "off",
	} {
		var got string
		require.NoError(t, pool.QueryRow(t.Context(), `SELECT current_setting($1)`, name).Scan(&got))
		require.Equal(t, want, got, name)
	}
}

func TestTheConnectionStringsOwnSettingsWin(t *testing.T) {
	t.Parallel()
	url := pgtest.Empty(t)
	pool, err := postgres.Open(t.Context(), url+sep(url)+"application_name=night&statement_timeout=1234", 1)
	require.NoError(t, err)
	t.Cleanup(pool.Close)

	var got string
	require.NoError(t, pool.QueryRow(t.Context(), `SELECT current_setting('application_name') || ' ' || current_setting('statement_timeout')`).Scan(&got))
	require.Equal(t, "night 1234ms", got)
}

func sep(url string) string {
	if strings.Contains(url, "?") {
		return "&"
	}
	return "?"
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
