package stage_test

import (
	"fmt"
	"sort"
	"strings"
	"testing"

	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

// digest is one hash a table over everything that is kept, so that a test can say
// that nothing was written.
func digest(t *testing.T, s *stage.Stage, but ...string) map[string]string {
	t.Helper()
	rows, err := s.Pool.Query(t.Context(), `select tablename from pg_tables where schemaname = 'public' order by 1`)
	require.NoError(t, err)
	var tables []string
	for rows.Next() {
		var name string
		require.NoError(t, rows.Scan(&name))
		tables = append(tables, name)
	}
	require.NoError(t, rows.Err())
	sort.Strings(tables)
	var parts []string
	for _, name := range tables {
		parts = append(parts, fmt.Sprintf(`select '%[1]s', count(*) || ' rows ' || coalesce(md5(string_agg(md5(x::text), '' order by md5(x::text))), '') from %[1]q x`, name))
	}
	rows, err = s.Pool.Query(t.Context(), strings.Join(parts, " union all "))
	require.NoError(t, err)
	out := map[string]string{}
	for rows.Next() {
		var name, sum string
		require.NoError(t, rows.Scan(&name, &sum))
		out[name] = sum
	}
	require.NoError(t, rows.Err())
	for _, name := range but {
		require.Contains(t, out, name)
		delete(out, name)
	}
	require.Contains(t, out, "promises")
	return out
}
