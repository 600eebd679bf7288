package stage_test

import (
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

// What a company of 200 technicians and 20,000 people brings, in its order.
const (
	benchSites       = 2_000
	benchPeople      = 20_000
	benchTechnicians = 200
	benchDays        = 20
	benchItems       = 20_000
	benchTickets     = 20_000
)

// rowsOf makes a table of a header and so many rows.
func rowsOf(kind dispatch.ImportKind, header string, n int, row func(i int) string) imports.NewImport {
	var b strings.Builder
	b.WriteString(header)
	for i := range n {
		b.WriteString("\n" + row(i))
	}
	return imports.NewImport{Kind: kind, Content: []byte(b.String())}
}

func benchTables(b *testing.B) []imports.NewImport {
	tables := []imports.NewImport{
		rowsOf(dispatch.ImportSites, "code,name,region,address,city,lon,lat", benchSites, func(i int) string {
			return fmt.Sprintf("B%d,Site %d,ST,%d Road,Town,0.%05d,0", i, i, i, i+1)
		}),
		rowsOf(dispatch.ImportPeople, "employee_number,name,site,mobile,mail", benchPeople, func(i int) string {
			return fmt.Sprintf("P%d,Person %d,B%d,+1302666%04d,p%d@road.example", i, i, i%benchSites, i%10_000, i)
		}),
		rowsOf(dispatch.ImportTechnicians, "code,name,region,home_lon,home_lat,skills", benchTechnicians, func(i int) string {
			return fmt.Sprintf("K%d,Technician %d,ST,0.01,0,hardware:2", i, i)
		}),
		rowsOf(dispatch.ImportShifts, "technician,date,starts,ends,break_from,break_until,break_minutes", benchTechnicians*benchDays, func(i int) string {
			return fmt.Sprintf("K%d,%s,08:00,16:30,12:00,13:30,30", i%benchTechnicians, stage.Monday.Add(i/benchTechnicians))
		}),
		rowsOf(dispatch.ImportItems, "tag,model,serial,holder_kind,holder", benchItems, func(i int) string {
			return fmt.Sprintf("A-%d,NEW-5,SN%d,person,P%d", i, i, i%benchPeople)
		}),
		rowsOf(dispatch.ImportTickets, "reference,person,template,opened_at,state,resolved_at,resolution", benchTickets, func(i int) string {
			if i%10 == 0 { // one in ten is open, and waits for a visit
				return fmt.Sprintf("R-%d,P%d,printer_fault,2026-03-06T10:00:00-05:00,open,,", i, i%benchPeople)
			}
			return fmt.Sprintf("R-%d,P%d,printer_fault,2026-03-02T10:00:00-05:00,resolved,2026-03-04T10:00:00-05:00,done", i, i%benchPeople)
		}),
	}
	content, err := os.ReadFile(testdata.File(b, "servicenow", "incident_event_log.csv"))
	require.NoError(b, err)
	return append(tables, imports.NewImport{Kind: dispatch.ImportServiceNow, RegionCode: "ST", TemplateCode: "printer_fault", Content: content})
}

// BenchmarkImport tells how many rows a second are kept of each kind, and how many
// are found unchanged when the same table comes again:
//
//	go test ./internal/stage -run xxx -bench BenchmarkImport -benchtime 1x
func BenchmarkImport(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		s := stage.New(b, stage.Small)
		for _, table := range benchTables(b) {
			for _, what := range []string{"added", "again"} {
				r, err := s.Files.Start(b.Context(), s.Admin, table)
				require.NoError(b, err)
				before := b.Elapsed()
				b.StartTimer()
				require.NoError(b, s.Work(b.Context()))
				b.StopTimer()
				r, err = s.Files.Import(b.Context(), s.Admin, r.ID)
				require.NoError(b, err)
				require.Zero(b, r.Rejected, table.Kind)
				require.Equal(b, r.Rows, map[string]int64{"added": r.Added, "again": r.Unchanged}[what], "%s %s", table.Kind, what)
				b.ReportMetric(float64(r.Rows)/(b.Elapsed()-before).Seconds(), fmt.Sprintf("%s-%s-rows/s", table.Kind, what))
			}
		}
		b.StartTimer()
	}
}
