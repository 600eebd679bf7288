package stage_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"roundsman/dispatch"
	"roundsman/dispatch/imports"
	"roundsman/internal/stage"
	"roundsman/internal/testdata"

	"github.com/stretchr/testify/require"
)

// takenIn lets a file in and has it read.
func takenIn(t *testing.T, s *stage.Stage, n imports.NewImport) dispatch.Import {
	t.Helper()
	r, err := s.Files.Start(t.Context(), s.Admin, n)
	require.NoError(t, err)
	require.NoError(t, s.Work(t.Context()))
	r, err = s.Files.Import(t.Context(), s.Admin, r.ID)
	require.NoError(t, err)
	require.True(t, r.State.Over())
	return r
}

func csvOf(kind dispatch.ImportKind, lines ...string) imports.NewImport {
	return imports.NewImport{Kind: kind, Content: []byte(strings.Join(lines, "\n"))}
}

// said are line, column and code of what is wrong with rows.
func said(t *testing.T, s *stage.Stage, r dispatch.Import) []string {
	t.Helper()
	list, next, err := s.Files.RowErrors(t.Context(), s.Admin, r.ID, dispatch.Page{Limit: 500})
	require.NoError(t, err)
	require.Empty(t, next)
	var out []string
	for _, e := range list {
		out = append(out, fmt.Sprintf("%d %s %s", e.Line, e.Column, e.Code))
	}
	return out
}

// tally is what became of the rows: read, added, changed, unchanged, rejected.
func tally(r dispatch.Import) []int64 {
	return []int64{r.Rows, r.Added, r.Changed, r.Unchanged, r.Rejected}
}

func TestAFileOfPeopleIsReadRowByRow(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	file := csvOf(dispatch.ImportPeople,
		"Employee number;Name;Site;Mobile;Floor;VIP;Shoe size", // 1
		"N1;Nora One;S0;(302) 555-0199;3;yes;41",               // 2: added
		"N2;\"Noor; Two\";S0;;;;",                              // 3: added
		"N2;Noor Twice;S0;;;;",                                 // 4: the second of its number
		"N3;Ned Three;S77;;up;maybe;",                          // 5: three things are wrong
		"N4;;S0;12;;;",                                         // 6: no name
		"N5;Nina Five;S0;12;;;",                                // 7: no number to dial
		"N6;bro\"ken;S0;;;;",                                   // 8
		"E0000;Pat A;S0;+13025550000;0;false;",                 // 9: as it is here
		"E0001;Pat Bee;S0;+13025550001;0;false;",               // 10: another name
		";Nobody;S0;;;;")                                       // 11: no number
	dry := file
	dry.DryRun = true
	r := takenIn(t, s, dry)
	require.Equal(t, dispatch.ImportDone, r.State)
	want := []int64{10, 2, 1, 1, 6}
	require.Equal(t, want, tally(r))
	wrong := []string{"4 employee_number duplicate_row", "5 floor bad_number", "5 site reference_missing", "5 vip bad_value", "6 name bad_entry",
		"6 spoken_name bad_entry", "7 mobile bad_entry", "8  broken_quotes", "11 employee_number value_missing"}
	require.ElementsMatch(t, wrong, said(t, s, r))
	require.Zero(t, events(t, s, "person.added"), "a dry run keeps nothing")
	require.Equal(t, []string{"shoe size"}, r.ExtraColumns)

	r = takenIn(t, s, file)
	require.Equal(t, want, tally(r))
	require.ElementsMatch(t, wrong, said(t, s, r))
	require.Equal(t, 2, events(t, s, "person.added"))
	require.Equal(t, 1, events(t, s, "person.changed"))
	found, err := s.Desk.FindCallers(t.Context(), s.Agent, dispatch.CallerQuery{EmployeeNumber: "N1"})
	require.NoError(t, err)
	require.Equal(t, "+13025550199", *found[0].Person.Mobile)
	require.Equal(t, []any{3, true, "Nora"}, []any{found[0].Person.Floor, found[0].Person.VIP, found[0].Person.SpokenName})

	r = takenIn(t, s, file)
	require.Equal(t, []int64{10, 0, 0, 4, 6}, tally(r), "sent again it changes nothing")
	require.Equal(t, 1, events(t, s, "person.changed"))
	require.Equal(t, 3, events(t, s, "import.finished"))
	var left int
	require.NoError(t, s.Pool.QueryRow(t.Context(), `select count(*) from import_parts`).Scan(&left))
	require.Zero(t, left, "the file itself is not kept")

	var table bytes.Buffer
	require.NoError(t, s.Files.WriteRowErrors(t.Context(), s.Admin, r.ID, &table))
	rows, err := csv.NewReader(&table).ReadAll()
	require.NoError(t, err)
	require.Len(t, rows, 1+len(wrong))
}

func TestAFileThatCannotBeReadIsRefusedAtOnce(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	for code, n := range map[string]imports.NewImport{
		"column_missing":    csvOf(dispatch.ImportPeople, "name", "x"),
		"file_empty":        csvOf(dispatch.ImportPeople, ""),
		"kind_unknown":      csvOf("cars", "code", "x"),
		"import_incomplete": csvOf(dispatch.ImportServiceNow, "number", "x"),
	} {
		_, err := s.Files.Start(ctx, s.Admin, n)
		refused(t, code, err)
	}
	_, err := s.Files.Start(ctx, s.Agent, csvOf(dispatch.ImportPeople, "employee_number", "x"))
	refused(t, "scope_missing", err)
	require.ErrorContains(t, imports.MayExport(s.Agent, dispatch.ImportPeople), "exports:read")
	require.ErrorContains(t, imports.MayExport(s.Admin, dispatch.ImportTickets), "tickets:read")
}

// What is exported and imported again changes nothing, whatever stands in it.
func TestWhatIsExportedIsImportedAgainUnchanged(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	r := takenIn(t, s, csvOf(dispatch.ImportPeople, "employee_number,name,site,accessibility,mail,desk_phone",
		`F1,"=HYPERLINK(""http://evil.example"")",S0,"+1 me, ""please"";",f1@road.example,302 555 0123 x77`,
		"F2,@cmd,S0,-2+3,,", "F3,'quoted',S1,\"two\nlines\",,"))
	require.EqualValues(t, 3, r.Added, said(t, s, r))
	opened(t, s, 0, "printer_fault")
	remote := opened(t, s, 1, "password_reset").Ticket
	_, err := s.Desk.ResolveTicket(ctx, s.Agent, remote.ID, remote.Version, "new password")
	require.NoError(t, err)
	for kind, rows := range map[dispatch.ImportKind]int64{dispatch.ImportSites: 3, dispatch.ImportPeople: 9, dispatch.ImportTechnicians: 2,
		dispatch.ImportShifts: 20, dispatch.ImportItems: 14, dispatch.ImportTickets: 2} {
		who := s.Lead
		var table bytes.Buffer
		require.NoError(t, s.Files.Export(ctx, who, kind, &table), kind)
		if kind == dispatch.ImportPeople {
			require.Contains(t, table.String(), `"'=HYPERLINK(""http://evil.example"")"`)
			require.Contains(t, table.String(), "'@cmd")
		}
		before := events(t, s, "person.changed") + events(t, s, "site.changed")
		r := takenIn(t, s, imports.NewImport{Kind: kind, Content: table.Bytes()})
		require.Equal(t, []int64{rows, 0, 0, rows, 0}, tally(r), "%s: %v", kind, said(t, s, r))
		require.Equal(t, before, events(t, s, "person.changed")+events(t, s, "site.changed"))
		var again bytes.Buffer
		require.NoError(t, s.Files.Export(ctx, who, kind, &again))
		require.Equal(t, table.String(), again.String())
	}
}

// A store whose server is killed after so many batches.
type dying struct {
	dispatch.Store
	left int
}

var errKilled = errors.New("killed")

func (d *dying) Write(ctx context.Context, fn func(dispatch.Tx) error) error {
	if d.left--; d.left < 0 {
		return errKilled
	}
	return d.Store.Write(ctx, fn)
}

func manyPeople(n int) imports.NewImport {
	var b strings.Builder
	b.WriteString("employee_number,name,site,mobile\n")
	for i := range n {
		fmt.Fprintf(&b, "M%05d,Many %d,S%d,+1302666%04d\n", i, i, i%3, i%10000)
	}
	return imports.NewImport{Kind: dispatch.ImportPeople, Content: []byte(b.String())}
}

func TestAnImportThatWasKilledGoesOnWhereItEnded(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	file := manyPeople(1700)
	file.Content = append(file.Content, "M00001,twice,S0,\n"...)
	r, err := s.Files.Start(ctx, s.Admin, file)
	require.NoError(t, err)
	dies := &imports.Imports{Store: &dying{s.Store, 3}, Clock: s.Clock, Accounts: s.Store} // it begins, and keeps two batches
	require.ErrorIs(t, dies.Execute(ctx, r.ID), errKilled)
	r, err = s.Files.Import(ctx, s.Admin, r.ID)
	require.NoError(t, err)
	require.Equal(t, dispatch.ImportRunning, r.State)
	require.Equal(t, []int64{1000, 1000, 0, 0, 0}, tally(r), "it says where it is")
	require.NoError(t, s.Work(ctx))
	r, err = s.Files.Import(ctx, s.Admin, r.ID)
	require.NoError(t, err)
	require.Equal(t, dispatch.ImportDone, r.State)
	require.Equal(t, []int64{1701, 1700, 0, 0, 1}, tally(r), "each row once")
	require.Equal(t, []string{"1702 employee_number duplicate_row"}, said(t, s, r), "also of a row that was kept before the end")
	require.Equal(t, 1700, events(t, s, "person.added"))
	require.Equal(t, r.Size, r.Offset)
	require.NoError(t, s.Files.Execute(ctx, r.ID), "a job done twice finds it over")
}

func TestAnImportIsCancelled(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	queued, err := s.Files.Start(ctx, s.Admin, manyPeople(10))
	require.NoError(t, err)
	_, err = s.Files.Cancel(ctx, s.Agent, queued.ID)
	refused(t, "scope_missing", err)
	r, err := s.Files.Cancel(ctx, s.Admin, queued.ID)
	require.NoError(t, err)
	require.Equal(t, dispatch.ImportCancelled, r.State)
	_, err = s.Files.Cancel(ctx, s.Admin, queued.ID)
	require.Equal(t, []dispatch.ImportState{dispatch.ImportQueued, dispatch.ImportRunning}, refused(t, "import_state", err).Members["allowed"])
	require.NoError(t, s.Work(ctx))
	require.Zero(t, events(t, s, "person.added"))

	running, err := s.Files.Start(ctx, s.Admin, manyPeople(1200))
	require.NoError(t, err)
	dies := &imports.Imports{Store: &dying{s.Store, 2}, Clock: s.Clock, Accounts: s.Store}
	require.ErrorIs(t, dies.Execute(ctx, running.ID), errKilled)
	r, err = s.Files.Cancel(ctx, s.Admin, running.ID)
	require.NoError(t, err)
	require.Equal(t, dispatch.ImportRunning, r.State)
	require.NoError(t, s.Work(ctx))
	r, err = s.Files.Import(ctx, s.Admin, running.ID)
	require.NoError(t, err)
	require.Equal(t, dispatch.ImportCancelled, r.State)
	require.Equal(t, []int64{500, 500, 0, 0, 0}, tally(r), "what was kept stays, and is told")
}

// The counts are those of the file, counted by hand: see the README beside it.
func TestTheLogOfAnotherDeskComesInWhole(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile(testdata.File(t, "servicenow", "incident_event_log.csv"))
	require.NoError(t, err)
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	log := imports.NewImport{Kind: dispatch.ImportServiceNow, RegionCode: "ST", TemplateCode: "printer_fault", Content: content}
	r := takenIn(t, s, log)
	require.Equal(t, dispatch.ImportDone, r.State, r.Error)
	require.Equal(t, []int64{5998, 5998, 0, 0, 0}, tally(r), said(t, s, r))
	count := func(sql string, args ...any) (n int) {
		require.NoError(t, s.Pool.QueryRow(ctx, sql, args...).Scan(&n))
		return n
	}
	require.Equal(t, 890, count(`select count(*) from tickets`))
	require.Equal(t, 890, count(`select count(*) from tickets where state = 'resolved'`))
	require.Equal(t, 5998, count(`select count(*) from past_events`))
	require.Equal(t, 639, count(`select count(*) from brought where noun = 'person'`))
	require.Equal(t, 85, count(`select count(*) from brought where noun = 'site'`), "84 places, and one for the unknown")
	require.Equal(t, 85, count(`select count(*) from sites where unplaced`))
	require.Equal(t, 890, events(t, s, "ticket.imported"))

	// INC0000045: opened on 29 February at 01:16 by the desk's clock, resolved at 11:29.
	var id, opened, resolved string
	require.NoError(t, s.Pool.QueryRow(ctx, `select id::text, (opened_at at time zone 'America/New_York')::text, (resolved_at at time zone 'America/New_York')::text
		from tickets where key_field = 'INC0000045'`).Scan(&id, &opened, &resolved))
	require.Equal(t, []string{"2016-02-29 01:16:00", "2016-02-29 11:29:00"}, []string{opened, resolved})
	r = takenIn(t, s, log)
	require.Equal(t, []int64{5998, 0, 0, 5998, 0}, tally(r), "sent again it changes nothing")
	require.Equal(t, 890, count(`select count(*) from tickets`))
	require.Equal(t, 5998, count(`select count(*) from past_events`))
}
