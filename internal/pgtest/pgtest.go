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

// New gives a pool on a database that is this test's alone and has the schema.
// Both are gone when the test ends.
func New(t testing.TB) *pgxpool.Pool {
	t.Helper()
	pool, err := postgres.Open(t.Context(), URL(t), poolSize)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	return pool
}

// URL makes a database that is this test's alone and has the schema, and gives
// its connection string. It is dropped when the test ends.
func URL(t testing.TB) string {
	t.Helper()
	server, template := theTemplate(t)
	how := "TEMPLATE " + template
	if os.Getenv(serverVariable) == "" {
		// Copying the files takes two checkpoints, which cost nothing on a cluster
		// that never flushes, and half the time of writing it all to the log.
		how += " STRATEGY FILE_COPY"
	}
	return create(t, server, how)
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
	name := prefix + strings.ReplaceAll(ids.New().String(), "-", "")
	require.NoError(t, execute(t.Context(), server, `CREATE DATABASE `+name+` `+options))
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		require.NoError(t, execute(ctx, server, `DROP DATABASE IF EXISTS `+name+` WITH (FORCE)`))
	})
	at, err := onDatabase(server, name)
	require.NoError(t, err)
	return at
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
	return u.String(), nil
}
