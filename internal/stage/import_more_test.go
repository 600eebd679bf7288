package stage_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/desk"
	"roundsman/dispatch/imports"
	"roundsman/internal/access"
	"roundsman/internal/pgtest"
	"roundsman/internal/stage"
	"roundsman/internal/testdata"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

// Shifts are kept together, so one that overlaps refuses its whole batch; it alone
// is to be lost.
func TestOneBadRowLosesOnlyItself(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	lines := []string{"technician,date,starts,ends"}
	day := dispatch.Date("2026-06-01") // no shift is there yet
	for i := range 40 {
		lines = append(lines, fmt.Sprintf("T%02d,%s,08:00,16:00", i%2, day.Add(i/2)))
	}
	lines[1+17] = "T01,2026-06-09,08:00,26:00" // 18 hours
	lines[1+23] = "T01,2027-03-14,02:30,10:00" // clocks skip half past two on this day
	r := takenIn(t, s, csvOf(dispatch.ImportShifts, lines...))
	require.Equal(t, []int64{40, 38, 0, 0, 2}, tally(r), said(t, s, r))
	wrong := said(t, s, r)
	require.Len(t, wrong, 2)
	require.Equal(t, "19 ends bad_entry", wrong[0])
	require.Equal(t, "25 starts no_such_time", wrong[1])
	require.Equal(t, r.Size, r.Offset)

	r = takenIn(t, s, csvOf(dispatch.ImportShifts, lines...))
	require.Equal(t, []int64{40, 0, 0, 38, 2}, tally(r), "sent again it changes nothing")
}

// A site that nobody can place is taken when the file says so: people are there,
// and nobody is sent.
func TestASiteThatNobodyCanPlaceIsNotVisited(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	r := takenIn(t, s, csvOf(dispatch.ImportSites, "code,name,region,address,city,lon,lat,unplaced",
		"U1,Unknown,ST,Nowhere Lane 5,Nowhere,,,", // 2: does not say where it is
		"U2,Unknown,ST,Nowhere Lane 6,Nowhere,,,yes",
		"U3,Unknown,ST,Nowhere Lane 7,Nowhere,0.02,0,yes", // 4: says both
		"U4,Unknown,ST,Nowhere Lane 8,Nowhere,0.02,,"))    // 5: says half
	require.Equal(t, []int64{4, 1, 0, 0, 3}, tally(r))
	require.Equal(t, []string{"2 lon bad_entry", "4 unplaced bad_value", "5 lat value_missing"}, said(t, s, r))
	r = takenIn(t, s, csvOf(dispatch.ImportPeople, "employee_number,name,site", "U,Una,U2"))
	require.EqualValues(t, 1, r.Added)
	ticketOf := func(template string) string {
		return "R-" + template + ",U," + template + ",2026-03-09T08:00:00-04:00"
	}
	r = takenIn(t, s, csvOf(dispatch.ImportTickets, "reference,person,template,opened_at", ticketOf("printer_fault"), ticketOf("password_reset")))
	require.Equal(t, []int64{2, 1, 0, 0, 1}, tally(r))
	require.Equal(t, []string{"2  ticket_refused"}, said(t, s, r))
	found, err := s.Desk.FindCallers(ctx, s.Agent, dispatch.CallerQuery{EmployeeNumber: "U"})
	require.NoError(t, err)
	visit := desk.NewTicket{Template: "printer_fault", KeyField: "it", PersonID: found[0].Person.ID}
	_, err = s.Desk.OpenTicket(ctx, s.Agent, visit)
	require.Equal(t, found[0].Person.SiteID, refused(t, "site_unplaced", err).Members["site_id"])

	r = takenIn(t, s, csvOf(dispatch.ImportSites, "code,lon,lat", "U2,0.02,0"))
	require.EqualValues(t, 1, r.Changed, said(t, s, r))
	_, err = s.Desk.OpenTicket(ctx, s.Agent, visit)
	require.NoError(t, err, "now somebody knows where it is")
}

func TestAFileOfTooManyRowsIsRefusedWhole(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	s.Files.Most = 3
	three := []string{"employee_number,name,site", `P1,"Two`, `lines",S0`, "P2,b,S0", "", "P3,c,S0"} // six lines, three rows
	r := takenIn(t, s, csvOf(dispatch.ImportPeople, three...))
	require.EqualValues(t, 3, r.Added)
	_, err := s.Files.Start(t.Context(), s.Admin, csvOf(dispatch.ImportPeople, append(three, "P4,d,S0")...))
	refused(t, "too_many_rows", err)
	require.Equal(t, 1, events(t, s, "import.asked"))
	require.Equal(t, 1_000_000, imports.MostRows)
}

// What fails each time does not run for ever, and says so.
func TestAnImportThatGetsNowhereFails(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	r, err := s.Files.Start(ctx, s.Admin, manyPeople(1200))
	require.NoError(t, err)
	worker := func(writes int) error {
		return (&imports.Imports{Store: &dying{s.Store, writes}, Clock: s.Clock, Accounts: s.Store}).Execute(ctx, r.ID)
	}
	for range 19 {
		require.ErrorIs(t, worker(1), errKilled) // it begins
	}
	require.ErrorIs(t, worker(2), errKilled) // and once keeps a batch: that is getting further
	for range 20 {
		require.ErrorIs(t, worker(1), errKilled)
	}
	require.NoError(t, worker(2))
	r, err = s.Files.Import(ctx, s.Admin, r.ID)
	require.NoError(t, err)
	require.Equal(t, dispatch.ImportFailed, r.State)
	require.Equal(t, "import_stuck", r.ErrorCode)
	require.Contains(t, r.Error, "behind row 500")
	require.Equal(t, []int64{500, 500, 0, 0, 0}, tally(r))
	require.Equal(t, 1, events(t, s, "import.failed"))

	again := takenIn(t, s, manyPeople(1200))
	require.Equal(t, []int64{1200, 700, 0, 500, 0}, tally(again), "sent again it goes on")
}

// A cancel does not wait for a worker that is dead.
func TestACancelDoesNotWaitForTheDead(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	keep := s.Store.EnqueueFunc
	s.Store.EnqueueFunc = func(context.Context, pgx.Tx, dispatch.Job) error { return nil } // the job is lost with its worker
	r, err := s.Files.Start(ctx, s.Admin, manyPeople(10))
	require.NoError(t, err)
	s.Store.EnqueueFunc = keep
	dies := &imports.Imports{Store: &dying{s.Store, 1}, Clock: s.Clock, Accounts: s.Store}
	require.ErrorIs(t, dies.Execute(ctx, r.ID), errKilled)
	require.NoError(t, s.Work(ctx))
	r, err = s.Files.Import(ctx, s.Admin, r.ID)
	require.NoError(t, err)
	require.Equal(t, dispatch.ImportRunning, r.State, "nobody reads it")
	_, err = s.Files.Cancel(ctx, s.Admin, r.ID)
	require.NoError(t, err)
	require.NoError(t, s.Work(ctx))
	r, err = s.Files.Import(ctx, s.Admin, r.ID)
	require.NoError(t, err)
	require.Equal(t, dispatch.ImportCancelled, r.State)
	require.Zero(t, r.Rows)
}

// The lines of a ticket of a log may be in two batches of one file; what it came to
// is what the last one says. A later file tells of the past only.
func TestALogIsReadAcrossItsBatches(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	line := func(number string, change int, priority, resolved string) string {
		return fmt.Sprintf("%s,Active,%d,Caller 1,29-02-2016 01:16,29-02-2016 %02d:30,Location 1,2 - Medium,2 - Medium,%s,%s,code", number, change, change%24, priority, resolved)
	}
	lines := []string{"number,incident_state,sys_mod_count,caller_id,opened_at,sys_updated_at,location,impact,urgency,priority,resolved_at,closed_code"}
	for i := range 499 {
		lines = append(lines, line(fmt.Sprintf("INC%04d", i), 1, "4 - Low", "?"))
	}
	lines = append(lines, line("INC9999", 1, "3 - Moderate", "?")) // the last of the first batch
	lines = append(lines, line("INC9999", 2, "1 - Critical", "?")) // the first of the second
	lines = append(lines, line("INC9999", 3, "2 - High", "01-03-2016 08:00"))
	log := csvOf(dispatch.ImportServiceNow, lines...)
	log.RegionCode, log.TemplateCode = "ST", "password_reset"
	r := takenIn(t, s, log)
	require.Equal(t, []int64{502, 502, 0, 0, 0}, tally(r), said(t, s, r))
	came := func() (priority int, state string, resolved *time.Time) {
		require.NoError(t, s.Pool.QueryRow(ctx, `select priority, state, resolved_at from tickets where key_field = 'INC9999'`).Scan(&priority, &state, &resolved))
		return priority, state, resolved
	}
	priority, state, resolved := came()
	require.Equal(t, []any{2, "resolved"}, []any{priority, state})
	require.Equal(t, "2016-03-01T13:00:00Z", resolved.UTC().Format(time.RFC3339), "five hours behind in winter")

	log.Content = append(log.Content, "\n"+line("INC9999", 4, "4 - Low", "02-03-2016 08:00")...)
	r = takenIn(t, s, log)
	require.Equal(t, []int64{503, 1, 0, 502, 0}, tally(r))
	again, _, _ := came()
	require.Equal(t, 2, again, "the desk works on it by now")

	log.TemplateCode = "no_such"
	_, err := s.Files.Start(ctx, s.Admin, log)
	require.Error(t, err)
	log.TemplateCode, log.RegionCode = "password_reset", "XX"
	_, err = s.Files.Start(ctx, s.Admin, log)
	refused(t, "reference_missing", err)
}

// Counted from the file with another program.
func TestTheTicketsOfTheLogAreWhatTheyCameTo(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile(testdata.File(t, "servicenow", "incident_event_log.csv"))
	require.NoError(t, err)
	s := stage.New(t, stage.Small)
	r := takenIn(t, s, imports.NewImport{Kind: dispatch.ImportServiceNow, RegionCode: "ST", TemplateCode: "printer_fault", Content: content})
	require.Equal(t, dispatch.ImportDone, r.State)
	require.Empty(t, said(t, s, r), "nothing of it is rejected")
	counted := func(sql string) string {
		rows, err := s.Pool.Query(t.Context(), sql)
		require.NoError(t, err)
		defer rows.Close()
		var out []string
		for rows.Next() {
			var what string
			var n int
			require.NoError(t, rows.Scan(&what, &n))
			out = append(out, fmt.Sprintf("%s: %d", what, n))
		}
		require.NoError(t, rows.Err())
		return strings.Join(out, ", ")
	}
	require.Equal(t, "1: 15, 2: 33, 3: 757, 4: 85", counted(`select priority::text, count(*) from tickets group by 1 order by 1`), "as the last row of each says")
	require.Equal(t, "0: 880, 1: 9, 2: 1", counted(`select reopenings::text, count(*) from tickets group by 1 order by 1`))
	require.Equal(t, "1/1: 15, 1/2: 16, 2/1: 17, 2/2: 756, 2/3: 13, 3/1: 1, 3/2: 12, 3/3: 60",
		counted(`select impact || '/' || urgency, count(*) from tickets group by 1 order by 1`))
	// 29 were closed and never resolved: thirteen on the 7th, nine on the 5th, seven on the 6th.
	never := []string{"INC0000093", "INC0000160", "INC0000199", "INC0000269", "INC0000290", "INC0000323", "INC0000352", "INC0000353", "INC0000399",
		"INC0000587", "INC0000604", "INC0000660", "INC0000682", "INC0000686", "INC0000730", "INC0000753", "INC0000941", "INC0001097", "INC0001114",
		"INC0001119", "INC0001137", "INC0001151", "INC0001176", "INC0001275", "INC0001294", "INC0001298", "INC0001308", "INC0001335", "INC0001344"}
	require.Equal(t, "2016-03-05: 9, 2016-03-06: 7, 2016-03-07: 13", counted(`select (resolved_at at time zone 'America/New_York')::date::text, count(*)
		from tickets where key_field in ('`+strings.Join(never, "','")+`') group by 1 order by 1`))
	// INC0000161: moderate, then high, then low. Eleven rows, all of them its history.
	require.Equal(t, "2: 3, 3: 2, 4: 6", counted(`select p.data->>'priority', count(*) from past_events p join tickets t on t.id = p.ticket_id
		where t.key_field = 'INC0000161' group by 1 order by 1`))
	require.Equal(t, "4: 1", counted(`select priority::text, count(*) from tickets where key_field = 'INC0000161' group by 1`))
}

// Everything of one installation goes into a fresh one and comes out as it was.
func TestAnInstallationMovesByItsTables(t *testing.T) {
	t.Parallel()
	old := stage.New(t, stage.Small)
	ctx := t.Context()
	r := takenIn(t, old, csvOf(dispatch.ImportPeople, "employee_number,name,site,accessibility,desk_phone,mail",
		"F1,=1+1,S0,\"two\r\nlines\",302 555 0123 x77,f@road.example", "F2,Fay,S1,,,"))
	require.EqualValues(t, 2, r.Added, said(t, old, r))
	r = takenIn(t, old, csvOf(dispatch.ImportSites, "code,name,region,address,city,lon,lat,hours,closed_on,unplaced",
		"H1,Hall,ST,Road 1,Town,0.03,0,mon 08:00-17:00; fri 08:00-12:00,2026-12-24 2026-12-31,", "H2,Heath,ST,Road 2,Town,,,,,true"))
	require.EqualValues(t, 2, r.Added, said(t, old, r))
	r = takenIn(t, old, csvOf(dispatch.ImportTechnicians, "code,home_lon,home_lat", "T00,0.01,0", "T01,0.01,0"))
	require.EqualValues(t, 2, r.Changed, said(t, old, r))
	opened(t, old, 0, "printer_fault")
	remote := opened(t, old, 1, "password_reset").Ticket
	_, err := old.Desk.ResolveTicket(ctx, old.Agent, remote.ID, remote.Version, "new\r\npassword")
	require.NoError(t, err)
	opened(t, old, 2, "printer_fault")

	fresh := blank(t)
	for _, kind := range []dispatch.ImportKind{dispatch.ImportSites, dispatch.ImportPeople, dispatch.ImportTechnicians, dispatch.ImportShifts,
		dispatch.ImportItems, dispatch.ImportTickets} {
		var out, moved bytes.Buffer
		require.NoError(t, old.Files.Export(ctx, old.Lead, kind, &out))
		table := imports.NewImport{Kind: kind, Content: out.Bytes()}
		rows := int64(bytes.Count(bytes.ReplaceAll(out.Bytes(), []byte("two\r\nlines"), nil), []byte("\r\n")) - 1)
		if kind == dispatch.ImportTickets {
			rows = 3 // one has a line of its own in a cell
		}
		require.Greater(t, rows, int64(1), kind)

		dry := table
		dry.DryRun = true
		r := takenIn(t, fresh, dry)
		require.Equal(t, []int64{rows, rows, 0, 0, 0}, tally(r), "%s: %v", kind, said(t, fresh, r))
		r = takenIn(t, fresh, table)
		require.Equal(t, []int64{rows, rows, 0, 0, 0}, tally(r), "%s: %v", kind, said(t, fresh, r))
		require.NoError(t, fresh.Files.Export(ctx, fresh.Lead, kind, &moved))
		require.Equal(t, out.String(), moved.String(), kind)

		r = takenIn(t, old, table)
		require.Equal(t, []int64{rows, 0, 0, rows, 0}, tally(r), "%s: it is what is there: %v", kind, said(t, old, r))
	}
	// The next ticket is numbered behind those that came, and no dry run used a
	// number up.
	for _, s := range []*stage.Stage{old, fresh} {
		r := takenIn(t, s, csvOf(dispatch.ImportTickets, "reference,person,template,opened_at", "NEW-1,F2,password_reset,2026-03-09T08:00:00-04:00"))
		require.EqualValues(t, 1, r.Added, said(t, s, r))
		var last int64
		require.NoError(t, s.Pool.QueryRow(ctx, `select max(number) from tickets`).Scan(&last))
		require.EqualValues(t, 2004, last, "three were there from 2001 on")
	}
}

// blank is an installation with the same region, models and templates, and nobody
// in it yet.
func blank(t *testing.T) *stage.Stage {
	t.Helper()
	setup, accounts := stage.Region(stage.Small)
	setup.Sites, setup.People, setup.Technicians, setup.Shifts, setup.Items, setup.Custodies, setup.Holds = nil, nil, nil, nil, nil, nil, nil
	var staff []access.Account
	for _, a := range accounts {
		if a.TechnicianID == nil {
			staff = append(staff, a)
		}
	}
	s := stage.Over(pgtest.New(t), setup, staff)
	require.NoError(t, s.Store.SetUp(t.Context(), setup, staff))
	t.Cleanup(func() { s.Verify(t) })
	return s
}
