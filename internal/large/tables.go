package large

import (
	"context"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"
)

// Table is how many rows a table has here, and how many it has in a company with
// Full tickets.
type Table struct{ Rows, Full int64 }

// Tables are the program's, by name.
type Tables map[string]Table

// Filled fills the database and gives its tables. What the history adds grows with
// its tickets; what stood there before does not.
func Filled(ctx context.Context, conn *pgx.Conn, size Size) (Tables, error) {
	if _, err := conn.Exec(ctx, `analyze`); err != nil {
		return nil, err
	}
	before, err := counted(ctx, conn)
	if err != nil {
		return nil, err
	}
	if err := Fill(ctx, conn, size); err != nil {
		return nil, err
	}
	after, err := counted(ctx, conn)
	out := Tables{}
	for table, rows := range after {
		out[table] = Table{Rows: rows, Full: before[table] + (rows-before[table])*Full/int64(size.Tickets)}
	}
	return out, err
}

// counted gives the rows of each table as the planner knows them. The queue's own
// tables are not ours to explain.
func counted(ctx context.Context, conn *pgx.Conn) (map[string]int64, error) {
	rows, err := conn.Query(ctx, `select relname::text, greatest(reltuples, 0)::bigint from pg_class
		where relkind = 'r' and relnamespace = 'public'::regnamespace and relname !~ '^(river_|goose_)'`)
	if err != nil {
		return nil, err
	}
	out := map[string]int64{}
	var table string
	var n int64
	_, err = pgx.ForEachRow(rows, []any{&table, &n}, func() error { out[table] = n; return nil })
	return out, err
}

// empty gives the tables without rows that nobody said stay short.
func (t Tables) empty() (list []string) {
	for _, name := range slices.Sorted(maps.Keys(t)) {
		if t[name].Rows == 0 && !slices.Contains(short, name) {
			list = append(list, name)
		}
	}
	return list
}
