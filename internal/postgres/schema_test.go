package postgres_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"roundsman/internal/pgtest"
	"roundsman/internal/postgres"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write schema.sql as the migrations make it")

// schema.sql is for readers: it says what all migrations together lead to.
func TestSchemaFileSaysWhatTheMigrationsMake(t *testing.T) {
	t.Parallel()
	made := describe(t, pgtest.New(t))
	if *update {
		require.NoError(t, os.WriteFile("schema.sql", []byte(made), 0o644))
	}
	kept, err := os.ReadFile("schema.sql")
	require.NoError(t, err)
	require.Equal(t, strings.Split(string(kept), "\n"), strings.Split(made, "\n"),
		"run: go test ./internal/postgres -run TestSchemaFile -update")
}

// The check can fail: a constraint that is lost is seen.
func TestSchemaDescriptionSeesALostGuard(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	before := describe(t, pool)
	for _, sql := range []string{
		`alter table visits drop constraint visits_no_overlap`,
		`drop index promises_one_open`,
		`drop trigger ledger_append_only on promise_entries`,
		`alter table tickets alter owner_id drop not null`,
	} {
		_, err := pool.Exec(t.Context(), sql)
		require.NoError(t, err)
		after := describe(t, pool)
		require.NotEqual(t, before, after, sql)
		before = after
	}
}

// ours are the tables of this program, without the queue's and the migrations' own.
const ours = `n.nspname = 'public' and c.relkind = 'r' and c.relname not like 'river\_%' and c.relname <> 'schema_version'`

// describe writes the schema as SQL, from the catalog.
func describe(t *testing.T, pool *pgxpool.Pool) string {
	t.Helper()
	ctx := t.Context()
	var b strings.Builder
	b.WriteString("-- What all migrations together make, for readers. Written by a test from a migrated\n" +
		"-- database; the migrations in migrations/ are what counts.\n")
	for _, e := range lines(ctx, t, pool, `select extname from pg_extension where extname <> 'plpgsql' order by 1`) {
		fmt.Fprintf(&b, "\ncreate extension %s;", e)
	}
	b.WriteString("\n")
	for _, s := range lines(ctx, t, pool, `select format('create sequence %s start %s;', sequencename, start_value) from pg_sequences
		where schemaname = 'public' and sequencename not like 'river\_%' and sequencename not like 'schema\_version%' order by 1`) {
		fmt.Fprintf(&b, "\n%s", s)
	}
	b.WriteString("\n")
	for _, table := range lines(ctx, t, pool, `select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace where `+ours+` order by 1`) {
		fmt.Fprintf(&b, "\ncreate table %s (\n    %s\n);\n", table, strings.Join(parts(ctx, t, pool, table), ",\n    "))
		for _, index := range lines(ctx, t, pool, `select pg_get_indexdef(i.indexrelid) from pg_index i
			where i.indrelid = $1::text::regclass and not exists (select from pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x'))
			order by i.indexrelid::regclass::text`, table) {
			fmt.Fprintf(&b, "%s;\n", strings.NewReplacer("CREATE UNIQUE INDEX", "create unique index", "CREATE INDEX", "create index", "public.", "").Replace(index))
		}
		for _, trigger := range lines(ctx, t, pool, `select pg_get_triggerdef(oid) from pg_trigger where tgrelid = $1::text::regclass and not tgisinternal order by tgname`, table) {
			fmt.Fprintf(&b, "%s;\n", strings.ReplaceAll(trigger, "public.", ""))
		}
	}
	for _, f := range lines(ctx, t, pool, `select pg_get_functiondef(p.oid) from pg_proc p join pg_namespace n on n.oid = p.pronamespace
		where n.nspname = 'public' and p.proname not like 'river\_%' and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
		order by p.proname`) {
		fmt.Fprintf(&b, "\n%s;\n", strings.TrimSpace(strings.ReplaceAll(f, "public.", "")))
	}
	return b.String()
}

// parts are the columns and constraints of a table, as they stand in its definition.
func parts(ctx context.Context, t *testing.T, pool *pgxpool.Pool, table string) []string {
	t.Helper()
	columns := lines(ctx, t, pool, `select a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
		|| case when a.attnotnull then ' not null' else '' end
		|| case when a.attgenerated = 's' then ' generated always as (' || pg_get_expr(d.adbin, d.adrelid) || ') stored'
		        when d.adbin is not null then ' default ' || pg_get_expr(d.adbin, d.adrelid) else '' end
		from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
		where a.attrelid = $1::text::regclass and a.attnum > 0 and not a.attisdropped order by a.attnum`, table)
	return append(columns, lines(ctx, t, pool, `select 'constraint ' || conname || ' ' || pg_get_constraintdef(oid)
		from pg_constraint where conrelid = $1::text::regclass and contype <> 't' and contype <> 'n'
		order by array_position('{p,u,x,c,f}', contype::text), conname`, table)...)
}

func lines(ctx context.Context, t *testing.T, pool *pgxpool.Pool, sql string, args ...any) []string {
	t.Helper()
	rows, err := pool.Query(ctx, sql, args...)
	require.NoError(t, err)
	out, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	return out
}

// A constraint that is renamed in a migration would turn a clear refusal into an
// internal error, so the names that are translated are looked for.
func TestEveryTranslatedConstraintExists(t *testing.T) {
	t.Parallel()
	schema := describe(t, pgtest.New(t))
	names := postgres.RefusalNames()
	require.NotEmpty(t, names)
	slices.Sort(names)
	require.Equal(t, slices.Compact(slices.Clone(names)), names, "a constraint has two meanings")
	for _, name := range names {
		require.Regexp(t, `(constraint|index|TRIGGER) `+name+` |'`+name+`'`, schema)
	}
}
