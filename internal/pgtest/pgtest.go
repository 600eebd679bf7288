package pgtest

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"roundsman/internal/ids"
	"roundsman/internal/postgres"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
)

const (
	serverVariable = "ROUNDSMAN_TEST_DATABASE_URL"
	binVariable    = "ROUNDSMAN_TEST_POSTGRES_BIN"
	prefix         = "roundsman_test_"
	patience       = 2 * time.Minute // for the cluster and the template
	poolSize       = 8
)

// waits are longer than a server's: a busy machine, on which everything takes its
// time, is no reason to fail. What hangs is still ended.
var waits = map[string]string{"lock_timeout": "60s", "statement_timeout": "120s", "idle_in_transaction_session_timeout": "120s"}

// New gives a pool on a database that is this test's alone and has the schema.
// Both are gone when the test ends.
func New(t testing.TB) *pgxpool.Pool {
	t.Helper()
	pool, err := postgres.Open(t.Context(), URL(t), poolSize, func(c *pgx.ConnConfig) { c.Tracer = recorder{} })
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	return pool
}

// URL makes a database that is this test's alone and has the schema, and gives
// its connection string. It is dropped when the test ends.
func URL(t testing.TB) string {
	t.Helper()
	server, template := theTemplate(t)
	return create(t, server, cloneOf(template))
}

// Make is URL for TestMain, which has no test: the caller drops the database.
func Make(ctx context.Context) (url string, drop func() error, err error) {
	p, err := prepare()
	if err != nil {
		return "", nil, err
	}
	return createWith(ctx, p.server, cloneOf(p.template))
}

func cloneOf(template string) string {
	if os.Getenv(serverVariable) != "" {
		return "TEMPLATE " + template
	}
	// Copying the files takes two checkpoints, which cost nothing on a cluster
	// that never flushes, and half the time of writing it all to the log.
	return "TEMPLATE " + template + " STRATEGY FILE_COPY"
}

// Empty makes a database without the schema, for tests of migrations.
func Empty(t testing.TB) string {
	t.Helper()
	server, _ := theTemplate(t)
	return create(t, server, "TEMPLATE template0")
}

// theTemplate is found or made once a process.
func theTemplate(t testing.TB) (server, template string) {
	t.Helper()
	p, err := prepare()
	require.NoError(t, err, "a database for tests")
	return p.server, p.template
}

type prepared struct{ server, template string }

var prepare = sync.OnceValues(func() (p prepared, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if p.server = os.Getenv(serverVariable); p.server == "" {
		if p.server, err = joinCluster(ctx); err != nil {
			return p, err
		}
	}
	p.template, err = ensureTemplate(ctx, p.server)
	return p, err
})

// create makes a database and gives its connection string.
func create(t testing.TB, server, options string) string {
	t.Helper()
	at, drop, err := createWith(t.Context(), server, options)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, drop()) })
	return at
}

func createWith(ctx context.Context, server, options string) (at string, drop func() error, err error) {
	name := prefix + strings.ReplaceAll(ids.New().String(), "-", "")
	if err := execute(ctx, server, `CREATE DATABASE `+name+` `+options); err != nil {
		return "", nil, err
	}
	at, err = onDatabase(server, name)
	return at, func() error {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		return execute(ctx, server, `DROP DATABASE IF EXISTS `+name+` WITH (FORCE)`)
	}, err
}

// execute runs one statement on a connection of its own.
func execute(ctx context.Context, server, statement string) error {
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	_, err = conn.Exec(ctx, statement)
	return err
}

func onDatabase(server, name string) (string, error) {
	u, err := url.Parse(server)
	if err != nil || u.Scheme == "" {
		return "", fmt.Errorf("%s must be of the form postgres://user:password@host:5432/database", serverVariable)
	}
	u.Path = "/" + name
	q := u.Query()
	for name, wait := range waits {
		q.Set(name, wait)
	}
	u.RawQuery = q.Encode()
	return u.String(), nil
}
