package postgres_test

import (
	"testing"
	"testing/fstest"
	"time"

	"roundsman/internal/fault"
	"roundsman/internal/pgtest"
	"roundsman/internal/postgres"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
)

// twoSteps would fail if two servers did them at once, or one did them twice.
var twoSteps = fstest.MapFS{
	"0001_first.sql":  {Data: []byte("-- +goose Up\nCREATE TABLE steps (n int);\nSELECT pg_sleep(0.1);\nINSERT INTO steps VALUES (1);\n")},
	"0002_second.sql": {Data: []byte("-- +goose Up\nINSERT INTO steps VALUES (2);\n")},
}

func openPool(t *testing.T, url string) *pgxpool.Pool {
	t.Helper()
	pool, err := postgres.Open(t.Context(), url, 2)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	return pool
}

func number(t *testing.T, pool *pgxpool.Pool, sql string) (n int) {
	t.Helper()
	require.NoError(t, pool.QueryRow(t.Context(), sql).Scan(&n))
	return n
}

func TestOfSeveralServersStartingAtOnceOneMigrates(t *testing.T) {
	t.Parallel()
	url := pgtest.Empty(t)
	var servers errgroup.Group
	for range 4 {
		servers.Go(func() error { return postgres.MigrateFrom(t.Context(), url, twoSteps) })
	}
	require.NoError(t, servers.Wait())

	pool := openPool(t, url)
	require.Equal(t, 3, number(t, pool, `SELECT sum(n) FROM steps`), "1 + 2, each once")
	require.Zero(t, number(t, pool, `SELECT count(*) FROM river_job`), "the job queue is there")
	require.Eventually(t, func() bool {
		return number(t, pool, `SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`) == 0
	}, 10*time.Second, 5*time.Millisecond, "the turn is given back")
}

func TestADatabaseThatIsThereIsLeftAlone(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)

	require.NoError(t, postgres.Migrate(t.Context(), url))
}

func TestAFailingMigrationIsRolledBack(t *testing.T) {
	t.Parallel()
	url := pgtest.Empty(t)
	broken := fstest.MapFS{
		"0001_first.sql": twoSteps["0001_first.sql"],
		"0002_wrong.sql": {Data: []byte("-- +goose Up\nINSERT INTO steps VALUES (2);\nINSERT INTO nowhere VALUES (2);\n")},
	}

	require.ErrorContains(t, postgres.MigrateFrom(t.Context(), url, broken), "nowhere")
	pool := openPool(t, url)
	require.Equal(t, 1, number(t, pool, `SELECT sum(n) FROM steps`))

	require.NoError(t, postgres.MigrateFrom(t.Context(), url, twoSteps), "mended, it goes on from there")
	require.Equal(t, 3, number(t, pool, `SELECT sum(n) FROM steps`))
}

func TestADatabaseOfANewerProgramIsRefused(t *testing.T) {
	t.Parallel()
	url := pgtest.Empty(t)
	require.NoError(t, postgres.MigrateFrom(t.Context(), url, twoSteps))
	older := fstest.MapFS{"0001_first.sql": twoSteps["0001_first.sql"]}

	err := postgres.MigrateFrom(t.Context(), url, older)
	require.Equal(t, "database_newer", fault.CodeOf(err))
	require.ErrorContains(t, err, "schema is at version 2, and this program knows it up to 1")

	pool := openPool(t, url)
	_, err = pool.Exec(t.Context(), `INSERT INTO river_migration (line, version) VALUES ('main', 1000)`)
	require.NoError(t, err)
	err = postgres.MigrateFrom(t.Context(), url, twoSteps)
	require.Equal(t, "database_newer", fault.CodeOf(err))
	require.ErrorContains(t, err, "job queue is at version 1000")
}

func TestTheFingerprintIsStable(t *testing.T) {
	t.Parallel()
	one, err := postgres.Fingerprint()
	require.NoError(t, err)
	two, err := postgres.Fingerprint()
	require.NoError(t, err)
	require.Equal(t, one, two)
	require.Len(t, one, 16)
}
