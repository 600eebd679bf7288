package postgres

import (
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
)

// What tests outside the package need of its inside.
var (
	MigrateFrom = migrate
	CheckMajor  = checkMajor
)

// StampNow stamps what is committed, as the elected sequencer does.
func StampNow(t testing.TB, pool *pgxpool.Pool) int64 {
	t.Helper()
	conn, err := pool.Acquire(t.Context())
	require.NoError(t, err)
	defer conn.Release()
	n, err := stamp(t.Context(), conn.Conn())
	require.NoError(t, err)
	return n
}
