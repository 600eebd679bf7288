package postgres_test

import (
	"testing"

	"roundsman/internal/ids"
	"roundsman/internal/pgtest"

	"github.com/stretchr/testify/require"
)

func TestIDsGoInAndComeOut(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	a, b := ids.New(), name("b")
	var one ids.ID
	var there, absent *ids.ID
	var many []ids.ID
	var written string
	var maybe []*ids.ID
	err := pool.QueryRow(t.Context(), `select $1::uuid, $2::uuid, $3::uuid, $4::uuid[], $1::text, $5::uuid[]`, a, &b, nil, []ids.ID{a, b}, []*ids.ID{&a, nil}).
		Scan(&one, &there, &absent, &many, &written, &maybe)
	require.NoError(t, err)
	require.Equal(t, a, one)
	require.Equal(t, b, *there)
	require.Nil(t, absent)
	require.Equal(t, []ids.ID{a, b}, many)
	require.Equal(t, a.String(), written)
	require.Equal(t, []*ids.ID{&a, nil}, maybe)
	require.ErrorContains(t, pool.QueryRow(t.Context(), `select null::uuid`).Scan(&one), "an id is null")
}
