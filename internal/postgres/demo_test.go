package postgres_test

import (
	"testing"

	"roundsman/internal/postgres"

	"github.com/stretchr/testify/require"
)

// A demo has one server: the second is turned away until the first is gone.
func TestADemoHasOneServer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	other, err := postgres.Open(t.Context(), w.pool.Config().ConnString(), 2)
	require.NoError(t, err)
	t.Cleanup(other.Close)
	release, ok, err := w.HoldDemo(t.Context())
	require.NoError(t, err)
	require.True(t, ok)
	_, ok, err = postgres.NewStore(other).HoldDemo(t.Context())
	require.NoError(t, err)
	require.False(t, ok)
	release()
	release, ok, err = postgres.NewStore(other).HoldDemo(t.Context())
	require.NoError(t, err)
	require.True(t, ok)
	release()
}
