package postgres_test

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
)

// small are tables of standing data with few rows, which may be read whole.
var small = map[string]bool{"regions": true, "templates": true, "models": true, "skills": true}

var (
	wholeTable = regexp.MustCompile(`Seq Scan on (\w+)`)
	explained  sync.Map // statements, by text: each is looked at once
)

// explainAll looks at every statement that a test's connections have prepared,
// and fails when one of them can't do without reading a whole table. Sequential
// scans are made so dear that one is left only where no index would serve.
func explainAll(t *testing.T, pool *pgxpool.Pool) {
	t.Helper()
	ctx := context.Background() // the test's own is over
	for _, conn := range pool.AcquireAllIdle(ctx) {
		for _, whole := range wholeReads(ctx, t, conn.Conn()) {
			t.Error(whole)
		}
		conn.Release()
	}
}

func wholeReads(ctx context.Context, t *testing.T, conn *pgx.Conn) (found []string) {
	t.Helper()
	type prepared struct {
		Statement string
		Types     string // of its parameters
	}
	rows, err := conn.Query(ctx, `select statement, array_to_string(parameter_types, ', ') as types from pg_prepared_statements`,
		pgx.QueryExecModeSimpleProtocol)
	require.NoError(t, err)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[prepared])
	require.NoError(t, err)
	_, err = conn.Exec(ctx, `set enable_seqscan = off; set plan_cache_mode = force_generic_plan`)
	require.NoError(t, err)
	for _, p := range list {
		verb, columns, _ := strings.Cut(strings.TrimSpace(p.Statement), " ")
		if !strings.Contains("select update delete with", verb) || strings.HasPrefix(columns, `"`) { // what COPY asks of its columns
			continue
		}
		if _, seen := explained.LoadOrStore(p.Statement, true); seen {
			continue
		}
		prepare, execute := `prepare looked as `, `explain execute looked`
		if p.Types != "" {
			nulls := strings.Repeat(", null", strings.Count(p.Types, ",")+1)
			prepare, execute = `prepare looked (`+p.Types+`) as `, execute+`(`+nulls[2:]+`)`
		}
		// Prepared anew: a plan made before would be kept.
		_, err := conn.Exec(ctx, prepare+p.Statement)
		require.NoError(t, err)
		rows, err := conn.Query(ctx, execute, pgx.QueryExecModeSimpleProtocol)
		require.NoError(t, err)
		plan, err := pgx.CollectRows(rows, pgx.RowTo[string])
		require.NoError(t, err)
		_, err = conn.Exec(ctx, `deallocate looked`)
		require.NoError(t, err)
		for _, m := range wholeTable.FindAllStringSubmatch(strings.Join(plan, "\n"), -1) {
			if !small[m[1]] {
				found = append(found, fmt.Sprintf("reads all of %s: %s", m[1], p.Statement))
			}
		}
	}
	_, err = conn.Exec(ctx, `reset enable_seqscan; reset plan_cache_mode`)
	require.NoError(t, err)
	return found
}

// The look can fail: a column without an index is seen.
func TestAWholeReadIsSeen(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	conn, err := w.pool.Acquire(t.Context())
	require.NoError(t, err)
	defer conn.Release()
	_, err = conn.Conn().Prepare(t.Context(), "whole", `select id from tickets where summary = $1`)
	require.NoError(t, err)
	require.Contains(t, wholeReads(t.Context(), t, conn.Conn()), "reads all of tickets: select id from tickets where summary = $1")
	_, err = conn.Exec(t.Context(), `deallocate whole`)
	require.NoError(t, err)
}
