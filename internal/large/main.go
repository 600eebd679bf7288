package large

import (
	"cmp"
	"context"
	"fmt"
	"os"
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
	"agent_absences", "calendars", "event_subscriptions", "inbound_sources", "labels", "leaders", "person_merges",
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

// Main runs the tests of a package, then, if the variable asks for it, explains the statements that they sent on
// a large database, prints those that read a long table from end to end, and gives
// the exit code of both. setUp enters the standing data.
func Main(m interface{ Run() int }, now time.Time, setUp func(context.Context, *pgxpool.Pool) error) int {
	code := m.Run()
	sent := pgtest.Recorded()
	tickets, err := strconv.Atoi(cmp.Or(os.Getenv(ticketsVariable), "0"))
	if err != nil {
		fmt.Println(ticketsVariable+":", err)
		return 1
	}
	if code != 0 || len(sent) == 0 || tickets == 0 {
		return code
	}
	scans, err := check(context.Background(), sent, Size{Tickets: tickets, Now: now, Seed: 1}, setUp)
	for _, s := range scans {
		fmt.Println(s)
	}
	if err != nil {
		fmt.Println("explaining:", err)
	}
	if err != nil || len(scans) > 0 {
		return 1
	}
	return 0
}

func check(ctx context.Context, sent []pgtest.Statement, size Size, setUp func(context.Context, *pgxpool.Pool) error) (scans []Scan, err error) {
	url, drop, err := pgtest.Make(ctx)
	if err != nil {
		return nil, err
	}
	defer func() {
		if dropped := drop(); err == nil {
			err = dropped
		}
	}()
	pool, err := postgres.Open(ctx, url, 2)
	if err != nil {
		return nil, err
	}
	defer pool.Close()
	if err := setUp(ctx, pool); err != nil {
		return nil, err
	}
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return nil, err
	}
	err = Fill(ctx, conn, size)
	_ = conn.Close(ctx)
	if err != nil {
		return nil, err
	}
	if missing, err := uncovered(ctx, pool); err != nil {
		return nil, err
	} else if len(missing) > 0 {
		return nil, fmt.Errorf("no rows in %s: add them to internal/large/fill.sql, or to the short tables", strings.Join(missing, ", "))
	}
	scans, tried, err := Explain(ctx, pool, sent)
	if err == nil {
		fmt.Printf("explained %d statements on %d tickets\n", tried, size.Tickets)
	}
	return scans, err
}
