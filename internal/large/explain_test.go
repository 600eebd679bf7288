package large_test

import (
	"os"
	"path/filepath"
	"testing"

	"roundsman/internal/large"
	"roundsman/internal/pgtest"
	"roundsman/internal/stage"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// A statement with an index for its path passes; the same without the index is
// found, as is one that never had any.
func TestExplainFindsWhatReadsEverything(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	pool := pgtest.New(t)
	require.NoError(t, stage.SetUp(ctx, pool))
	one, err := pool.Acquire(ctx)
	require.NoError(t, err)
	defer one.Release()
	conn := one.Conn()
	tables, err := large.Filled(ctx, conn, large.Size{Tickets: 5000, Now: stage.At(7, 30), Seed: 1})
	require.NoError(t, err)
	require.EqualValues(t, 500_000, tables["tickets"].Full)
	require.EqualValues(t, 20_000+6, tables["people"].Full, "six are on the stage already")
	require.NoError(t, large.AsIfFull(ctx, conn, large.Size{Tickets: 5000}))
	var tickets, people, open int
	require.NoError(t, pool.QueryRow(ctx, `select count(*), count(*) filter (where state <> 'resolved') from tickets where number > 10000000`).Scan(&tickets, &open))
	require.NoError(t, pool.QueryRow(ctx, `select count(*) from people where employee_number like 'L0%'`).Scan(&people))
	require.Equal(t, 5000, tickets)
	require.Equal(t, 200, people, "one for 25 tickets")
	require.Equal(t, 100, open, "the last fiftieth is not over")

	ofPerson := pgtest.Statement{SQL: `select id from tickets where person_id = $1 order by opened_at desc, id desc limit 20`, Args: []any{uuid.New()}}
	bySummary := pgtest.Statement{SQL: `select id from tickets where summary = $1`, Args: []any{"no"}}
	few := pgtest.Statement{SQL: `select id from people where room = $1`, Args: []any{"4"}}
	walk := pgtest.Statement{SQL: `select id from tickets where key_field = $1 order by id limit 5`, Args: []any{"no"}}
	found := func() (list []string) {
		scans, tried, err := large.Explain(ctx, conn, tables, []pgtest.Statement{ofPerson, bySummary, few, walk, {SQL: "commit"}})
		require.NoError(t, err)
		require.Equal(t, 4, tried, "commit has no plan")
		for _, s := range scans {
			list = append(list, s.SQL)
		}
		return list
	}
	require.Equal(t, []string{bySummary.SQL, few.SQL, walk.SQL}, found(), "people are only two hundred here, and twenty thousand later")
	_, err = pool.Exec(ctx, `drop index tickets_by_person; analyze tickets`)
	require.NoError(t, err)
	require.Equal(t, []string{ofPerson.SQL, bySummary.SQL, few.SQL, walk.SQL}, found())
}

// A piece of SQL that no statement holds is named, also one that the program writes
// something into, and the conditions of a filter.
func TestUnseenFindsWhatNobodySends(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	source := "package x\n\ntype row struct{ Update string `db:\"select_one\"` }\n\nconst a = `select id from tickets where id = $1`\n" +
		"const b = `update %s set x = 1 where %s = $%d returning id`\n" +
		"func f(w filter) { w.and(\"state = $\", 1); w.and(\"owner_id = $\", 2) }\nconst text = \"where shall we meet\"\n"
	require.NoError(t, os.WriteFile(filepath.Join(dir, "x.go"), []byte(source), 0o600))
	texts, err := large.Texts(dir)
	require.NoError(t, err)
	unseen := func(sent ...string) (list []string) {
		var statements []pgtest.Statement
		for _, s := range sent {
			statements = append(statements, pgtest.Statement{SQL: s})
		}
		for _, u := range large.Unseen(texts, statements) {
			list = append(list, u.Where)
		}
		return list
	}
	require.Equal(t, []string{"x.go:5", "x.go:6", "x.go:7", "x.go:7"}, unseen())
	require.Equal(t, []string{"x.go:7"}, unseen("select id from tickets where id = $1", "update visits set x = 1 where id = $9 returning id",
		"select id from tickets where state = $1"), "nobody asked by owner")
	require.Empty(t, unseen("select id from tickets where id = $1 or owner_id = $2", "update visits set x = 1 where id = $9 returning id",
		"select id from tickets where state = $1"))
}
