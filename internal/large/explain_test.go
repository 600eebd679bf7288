package large_test

import (
	"testing"

	"roundsman/internal/large"
	"roundsman/internal/pgtest"
	"roundsman/internal/stage"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

// A statement with an index for its path passes; the same without the index is
// found, as is one that never had any.
func TestExplainFindsWhatReadsEverything(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	pool := pgtest.New(t)
	require.NoError(t, stage.SetUp(ctx, pool))
	conn, err := pgx.Connect(ctx, pool.Config().ConnString())
	require.NoError(t, err)
	defer conn.Close(ctx)
	require.NoError(t, large.Fill(ctx, conn, large.Size{Tickets: 5000, Now: stage.At(7, 30), Seed: 1}))
	var tickets, people, open int
	require.NoError(t, pool.QueryRow(ctx, `select count(*), count(*) filter (where state <> 'resolved') from tickets where number > 10000000`).Scan(&tickets, &open))
	require.NoError(t, pool.QueryRow(ctx, `select count(*) from people where employee_number like 'L0%'`).Scan(&people))
	require.Equal(t, 5000, tickets)
	require.Equal(t, 200, people, "one for 25 tickets")
	require.InDelta(t, 100, open, 40, "one in fifty is not over")

	ofPerson := pgtest.Statement{SQL: `select id from tickets where person_id = $1 order by opened_at desc, id desc limit 20`, Args: []any{uuid.New()}}
	bySummary := pgtest.Statement{SQL: `select id from tickets where summary = $1`, Args: []any{"no"}}
	walk := pgtest.Statement{SQL: `select id from tickets where key_field = $1 order by id limit 5`, Args: []any{"no"}}
	found := func() (list []string) {
		scans, tried, err := large.Explain(ctx, pool, []pgtest.Statement{ofPerson, bySummary, walk, {SQL: "commit"}})
		require.NoError(t, err)
		require.Equal(t, 3, tried, "commit has no plan")
		for _, s := range scans {
			require.Equal(t, "tickets", s.Table)
			list = append(list, s.SQL)
		}
		return list
	}
	require.Equal(t, []string{bySummary.SQL, walk.SQL}, found())
	_, err = pool.Exec(ctx, `drop index tickets_by_person; analyze tickets`)
	require.NoError(t, err)
	require.Equal(t, []string{ofPerson.SQL, bySummary.SQL, walk.SQL}, found())
}
