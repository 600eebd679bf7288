package large

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"roundsman/internal/pgtest"
	"roundsman/internal/postgres"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// ticketsVariable says how many tickets the statements of a run of tests are
// explained on; none are without it.
const ticketsVariable = "ROUNDSMAN_EXPLAIN_TICKETS"

// short are the tables that don't grow with the work: standing data that people
// enter by hand, one or a few rows a region, team or setting.
var short = []string{
	"agent_absences", "calendars", "event_subscriptions", "inbound_sources", "labels", "leaders", "learned_hours", "learned_times",
	"person_merges",
	"plan_nights", "plan_schedules", "preferences", "priority_matrix", "service_calendars", "service_hours",
	"service_levels", "settings", "team_members", "template_uses", "template_versions", "visit_policies",
}

// purpose is a statement that may read a long table from end to end.
type purpose struct{ part, why string }

var onPurpose = []purpose{
	{part: "where c.custodian_kind = 'person' and c.until is null order by i.id",
		why: "an incident's predicate is tried on every device that somebody has, once an incident"},
	{part: "from region_days where (region_id, date) in (select",
		why: "a row a region and day: nine pages after a year of four regions, read once when a technician's days are locked"},
	{part: "from region_days d where (d.region_id, d.date) in (select",
		why: "as before, when the stock room changes a technician's kit"},
}

// elsewhere are files of internal/postgres whose statements have no path of a
// request or a job: they are sent once, when the program begins.
var elsewhere = []string{"migrate.go"}

// sample is how many tickets the statements are explained on where nobody asks for
// more.
const sample = 10_000

// Main runs the tests of a package and gives the exit code. When all of them were
// run and passed, it looks that they sent every statement in the folder, and
// explains what they sent: on a sample, as if it were large, or on as many tickets
// as the variable says; then also what some of the tests sent. setUp enters the
// standing data.
func Main(m interface{ Run() int }, folder string, now time.Time, setUp func(context.Context, *pgxpool.Pool) error) int {
	code, asked := m.Run(), os.Getenv(ticketsVariable)
	if asked == "" && (code != 0 || !whole()) {
		return code
	}
	tickets, err := strconv.Atoi(cmp.Or(asked, strconv.Itoa(sample)))
	if err == nil && code == 0 && whole() {
		err = complete(folder)
	}
	if err == nil {
		err = look(context.Background(), Size{Tickets: tickets, Now: now, Seed: 1}, setUp)
	}
	if err != nil {
		fmt.Println("explaining:", err)
		return 1
	}
	return code
}

// whole tells whether the tests of a package are all run.
func whole() bool {
	for _, name := range []string{"test.run", "test.skip", "test.list", "test.bench"} {
		if f := flag.Lookup(name); f != nil && f.Value.String() != "" {
			return false
		}
	}
	f := flag.Lookup("test.short")
	return f == nil || f.Value.String() != "true"
}

// complete fails unless every statement in the folder was sent.
func complete(folder string) error {
	texts, err := Texts(folder)
	if err != nil {
		return err
	}
	texts = slices.DeleteFunc(texts, func(t Text) bool {
		return slices.ContainsFunc(elsewhere, func(file string) bool { return strings.HasPrefix(t.Where, file+":") })
	})
	unseen := Unseen(texts, pgtest.Recorded())
	for _, t := range unseen {
		fmt.Println(t)
	}
	if len(unseen) > 0 {
		return fmt.Errorf("no test here sends these %d: without it nobody knows how they are answered on a large database", len(unseen))
	}
	return nil
}

func look(ctx context.Context, size Size, setUp func(context.Context, *pgxpool.Pool) error) error {
	scans, tried, err := check(ctx, pgtest.Recorded(), size, setUp)
	if err != nil {
		return err
	}
	for _, s := range scans {
		fmt.Println(s)
	}
	fmt.Printf("explained %d statements on %d tickets\n", tried, size.Tickets)
	if len(scans) > 0 {
		return fmt.Errorf("%d would read a long table from end to end", len(scans))
	}
	return nil
}

func check(ctx context.Context, sent []pgtest.Statement, size Size, setUp func(context.Context, *pgxpool.Pool) error) (scans []Scan, tried int, err error) {
	url, drop, err := pgtest.Make(ctx)
	if err != nil {
		return nil, 0, err
	}
	defer func() {
		if dropped := drop(); err == nil {
			err = dropped
		}
	}()
	pool, err := postgres.Open(ctx, url, 2)
	if err != nil {
		return nil, 0, err
	}
	defer pool.Close()
	if err := setUp(ctx, pool); err != nil {
		return nil, 0, err
	}
	one, err := pool.Acquire(ctx) // which knows our types
	if err != nil {
		return nil, 0, err
	}
	defer one.Release()
	conn := one.Conn()
	tables, err := Filled(ctx, conn, size)
	if err != nil {
		return nil, 0, err
	}
	if missing := tables.empty(); len(missing) > 0 {
		return nil, 0, fmt.Errorf("no rows in %s: add them to internal/large/fill.sql, or to the short tables", strings.Join(missing, ", "))
	}
	if size.Tickets < Full {
		if err := AsIfFull(ctx, conn, size); err != nil {
			return nil, 0, err
		}
	}
	return Explain(ctx, conn, tables, sent)
}

// AsIfFull has PostgreSQL plan on a sample as it would on Full tickets: a row costs
// as many times more as there would be more of them, so that reading all of a table
// is dear and finding a few by an index is not; and without an index for a path
// nothing is left but to read all.
func AsIfFull(ctx context.Context, conn *pgx.Conn, size Size) error {
	times := float64(Full) / float64(size.Tickets)
	for name, value := range map[string]string{
		"enable_seqscan":       "off",
		"cpu_tuple_cost":       fmt.Sprint(0.01 * times),
		"cpu_index_tuple_cost": fmt.Sprint(0.005 * times),
		"random_page_cost":     "1.1",
	} {
		if _, err := conn.Exec(ctx, `select set_config($1, $2, false)`, name, value); err != nil {
			return err
		}
	}
	return nil
}
