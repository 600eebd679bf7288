package archtest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// room says what a package may import of ours.
type room struct {
	may   []string // also its tests
	tests []string // its tests only
	why   string   // where it differs from the table in the design, or needs a word
}

// The small rooms that many may enter.
var (
	basics   = []string{"internal/fault", "internal/ids", "internal/clock"}
	trade    = []string{"dispatch", "dispatch/day", "dispatch/decide", "assets", "internal/access"}
	useCases = []string{"dispatch/desk", "dispatch/control", "dispatch/field", "dispatch/incidents", "dispatch/hooks", "dispatch/setup", "dispatch/stock", "dispatch/customer", "dispatch/reports", "dispatch/imports"}

	// Tests of a use case play others before it, on a whole installation.
	wholeStage = all(useCases, []string{"internal/stage", "internal/postgres", "internal/pgtest", "internal/demo", "routing"})
)

func all(lists ...[]string) []string { return slices.Concat(lists...) }

// table is the import table: what each package may import of ours. A package
// that is not in it fails, and so does a line for a package that is gone.
var table = map[string]room{
	// The middle: nouns and rules, knowing no technology.
	"assets":   {may: all(basics, []string{"internal/states"})},
	"dispatch": {may: all(basics, []string{"internal/states", "internal/webhook", "assets"})},
	"dispatch/day": {may: all(basics, []string{"dispatch", "assets", "routing", "routing/solve"}),
		tests: []string{"routing/routingtest"}},
	"dispatch/decide": {may: all(basics, []string{"dispatch", "dispatch/day", "assets", "routing", "internal/access"}),
		why: "asks and commits what-ifs; see docs/decisions/0001-decide.md"},
	"dispatch/desk":      {may: all(basics, trade), tests: wholeStage},
	"dispatch/field":     {may: all(basics, trade), tests: wholeStage},
	"dispatch/incidents": {may: all(basics, trade, []string{"internal/webhook"}), tests: wholeStage},
	"dispatch/hooks":     {may: all(basics, trade, []string{"internal/webhook"}), tests: wholeStage},
	"dispatch/customer":  {may: all(basics, trade), tests: wholeStage},
	"dispatch/setup":     {may: all(basics, trade), tests: wholeStage},
	"dispatch/stock":     {may: all(basics, trade), tests: wholeStage},
	"dispatch/reports":   {may: all(basics, trade), tests: wholeStage},
	"dispatch/imports": {may: all(basics, trade, []string{"dispatch/setup", "internal/csvfile"}), tests: all(wholeStage, []string{"internal/testdata"}),
		why: "a row of a file is kept by the rules of what is entered by hand; see docs/decisions/0019-imports.md"},
	"dispatch/control": {may: all(basics, trade, []string{"routing"}), tests: wholeStage,
		why: "a round's line on the map comes from the travel times' own network"},

	// Pure mathematics: places and seconds.
	"routing": {may: []string{"internal/fault"}, tests: []string{"routing/routingtest"},
		why: "a problem that can't be posed is refused in the form that everybody knows"},
	"routing/routingtest": {may: []string{"routing"}, why: "problems and plans for tests"},
	"routing/osrm":        {may: []string{"routing", "internal/fault"}},
	"routing/solve": {may: []string{"routing", "internal/fault", "internal/clock"}, tests: []string{"routing/routingtest", "internal/testdata"},
		why: "a search that may last so long needs a clock"},
	"routing/solve/instance": {may: []string{"routing", "routing/solve", "internal/fault", "internal/clock"}, tests: []string{"routing/routingtest", "internal/testdata"},
		why: "public instances and our own documents, as problems and plans"},
	"routing/roads": {may: []string{"routing", "internal/fault"}, tests: []string{"internal/testdata"}},

	// The edges. None imports another.
	".":            {why: "openapi.yaml, embedded"},
	"web":          {why: "pages, embedded"},
	"api/contract": {why: "generated"},
	"api/client":   {why: "generated"},
	"api": {may: all(basics, trade, useCases, []string{".", "api/contract", "internal/webhook", "web", "routing", "routing/roads"}),
		tests: []string{"api/client", "cmd/roundsman/...", "internal/access/accesstest", "internal/demo", "internal/events",
			"internal/jobs", "internal/pgtest", "internal/postgres", "internal/postgres/private", "internal/stage", "internal/testdata", "routing", "routing/..."},
		why: "its tests send requests to a whole server"},
	"internal/postgres": {may: all(basics, trade, useCases, []string{"internal/postgres/private", "internal/webhook"}), tests: []string{"internal/events", "internal/pgtest", "internal/demo", "routing", "internal/access/accesstest"},
		why: "asks the same PostgreSQL version as the private server; its tests follow the stream from a commit to a reader"},
	"internal/postgres/private": {may: []string{"internal/fault"}},
	"internal/events":           {may: []string{"dispatch"}, why: "hands committed events to readers; the log behind it is an interface"},
	"internal/jobs": {may: all(basics, trade, useCases), tests: []string{"internal/pgtest", "internal/postgres", "internal/postgres/private"},
		why: "its tests need a schema, and a server that may be killed"},

	"internal/notify": {may: all(basics, []string{"dispatch", "internal/outbound", "internal/webhook"}),
		tests: all(useCases, []string{"internal/stage"}), why: "carries letters; when and how often is decided at the desk"},
	"internal/outbound": {may: []string{"internal/webhook"}, tests: []string{"internal/clock"}, why: "requests to addresses that others chose"},

	// What everybody may know, and what knows nobody.
	"internal/webhook":           {tests: []string{"internal/clock"}},
	"internal/csvfile":           {may: []string{"internal/fault"}, why: "tables as people and spreadsheets make them"},
	"internal/fault":             {},
	"internal/states":            {may: []string{"internal/fault"}, why: "what may be done to a noun in which state"},
	"internal/ids":               {may: []string{"internal/fault"}},
	"internal/clock":             {},
	"internal/access":            {may: basics, tests: []string{"internal/access/accesstest"}},
	"internal/access/accesstest": {may: all(basics, []string{"internal/access"}), why: "accounts kept in memory, for tests"},

	// The only place that wires.
	"cmd/roundsman": {may: all(basics, trade, useCases, []string{"api", "api/client", "internal/demo", "internal/events", "internal/importer", "internal/jobs", "internal/notify", "internal/outbound", "internal/postgres",
		"internal/postgres/private", "internal/story", "internal/webhook", "routing", "routing/osrm", "routing/roads", "routing/solve", "routing/solve/instance"}),
		tests: []string{"internal/pgtest", "internal/stage", "internal/testdata"}},

	// The demo is input like any other: values, made from a map.
	"internal/demo": {may: all(basics, []string{"dispatch", "assets", "internal/access", "routing", "routing/roads"}),
		tests: []string{"internal/testdata"}, why: "reads the places of the map"},

	// A client like any other: it knows the contract and nothing behind it.
	"internal/story": {may: []string{"api/client", "internal/clock", "internal/fault"},
		tests: []string{"api", "internal/access", "internal/events", "internal/postgres", "internal/stage"},
		why:   "its tests open a server of their own"},

	"internal/importer": {may: []string{"api/client", "internal/csvfile", "internal/fault"}, why: "a client, too: sends a table as a customer's program would"},
	"examples/day":      {may: []string{"api/client"}, why: "a program that knows the contract only"},
	"internal/bench": {may: []string{"api/client", "internal/clock", "internal/large", "internal/postgres/private"},
		why: "a client, too: figures from outside; but the history behind them is put into the database directly"},

	"internal/benchplanner": {may: []string{"internal/clock", "internal/fault", "routing", "routing/roads", "routing/solve", "routing/solve/instance"},
		why: "the planner's figures beside their targets, on real roads too"},

	// For tests.
	"internal/archtest": {},
	"internal/testdata": {},
	"internal/stage": {may: all(basics, trade, useCases, []string{"internal/notify", "internal/webhook", "internal/pgtest", "internal/postgres", "routing"}), tests: []string{"internal/large", "internal/states", "internal/testdata"},
		why: "a region with every use case wired over a test's own database; days that cross use cases are played here"},
	"internal/large": {may: []string{"internal/ids", "internal/pgtest", "internal/postgres"}, tests: []string{"internal/stage"},
		why: "explains on a large database what the tests of others sent"},
	"internal/pgtest": {may: []string{"internal/ids", "internal/fault", "internal/postgres", "internal/postgres/private"},
		why: "a database has the program's schema and runs on the program's own server"},
}

// neverEachOther are rooms that meet only through what they are given.
var neverEachOther = [][]string{
	// Files come in by the rules of what is entered by hand: docs/decisions/0019-imports.md.
	slices.DeleteFunc(slices.Clone(useCases), func(room string) bool { return room == "dispatch/imports" }),
	{"routing/solve", "routing/roads", "routing/osrm"},
	{"api", "internal/postgres", "internal/jobs", "internal/events"},
}

// importTable finds imports among our packages that the table does not allow.
func importTable(tr tree) []string {
	found := map[string]bool{}
	for _, s := range tr.sources {
		r, known := table[s.room]
		if !known {
			found[fmt.Sprintf("%s: not in the import table; add it to internal/archtest/imports_test.go and say what it may import", s.room)] = true
			continue
		}
		may := append([]string{s.room}, r.may...)
		if s.test {
			may = append(may, r.tests...)
		}
		for _, i := range s.imports() {
			if to, ours := roomOf(i); ours && !within(to, may) {
				found[fmt.Sprintf("%s: %s may not import %s", s.path, s.room, to)] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// roomOf gives the room of one of our packages.
func roomOf(importPath string) (string, bool) {
	if importPath == module {
		return ".", true
	}
	return strings.CutPrefix(importPath, module+"/")
}

func TestPackagesImportWhatTheTableAllows(t *testing.T) {
	t.Parallel()
	holds(t, importTable)
}

func TestImportTableCatches(t *testing.T) {
	t.Parallel()
	catches(t, importTable, []twin{
		{"as drawn", map[string]string{
			"dispatch/desk/a.go":             "package desk\nimport _ \"roundsman/dispatch\"",
			"internal/postgres/x_test.go":    "package postgres_test\nimport _ \"roundsman/internal/postgres\"\nimport _ \"roundsman/internal/pgtest\"",
			"routing/roads/osm.go":           "package roads\nimport _ \"github.com/paulmach/osm\"\nimport _ \"net/http\"",
			"internal/postgres/private/a.go": "package private\nimport f \"roundsman/internal/fault\"\nvar _ f.Error",
		}, nil},
		{"use cases import each other", map[string]string{
			"dispatch/desk/a.go": "package desk\nimport _ \"roundsman/dispatch/field\"",
		}, []string{"dispatch/desk/a.go: dispatch/desk may not import dispatch/field"}},
		{"under another name", map[string]string{
			"dispatch/day/a.go": "package day\nimport pg \"roundsman/internal/postgres\"\nvar _ pg.Store",
		}, []string{"dispatch/day may not import internal/postgres"}},
		{"the root is a room", map[string]string{
			"dispatch/a.go": "package dispatch\nimport _ \"roundsman\"",
		}, []string{"dispatch may not import ."}},
		{"a room below is another room", map[string]string{
			"routing/a.go": "package routing\nimport _ \"roundsman/routing/solve\"",
		}, []string{"routing may not import routing/solve"}},
		{"product code imports what is for tests", map[string]string{
			"internal/postgres/a.go": "package postgres\nimport _ \"roundsman/internal/pgtest\"",
		}, []string{"internal/postgres may not import internal/pgtest"}},
		{"a new package", map[string]string{
			"dispatch/billing/a.go": "package billing",
			"dispatch/billing/b.go": "package billing",
		}, []string{"dispatch/billing: not in the import table"}},
	})
}

// stale finds lines of the table about packages that are gone, or that name
// packages it does not know.
func stale(tr tree) []string {
	var found []string
	for name, r := range table {
		if !slices.ContainsFunc(tr.sources, func(s source) bool { return s.room == name }) {
			found = append(found, name+": in the import table, but there is no such package")
		}
		for _, to := range all(r.may, r.tests) {
			if _, known := table[to]; !known && !strings.HasSuffix(to, "/...") {
				found = append(found, name+": may import "+to+", which is not in the table")
			}
		}
	}
	slices.Sort(found)
	return found
}

func TestTableHasNoStaleLine(t *testing.T) {
	t.Parallel()
	holds(t, stale)
	empty := stale(tree{})
	if len(empty) != len(table) {
		t.Errorf("of an empty tree every line of the table is stale, found %d of %d", len(empty), len(table))
	}
}

// TestTableKeepsRoomsApart looks at the table itself: an entry added in haste
// must not let rooms meet that are kept apart.
func TestTableKeepsRoomsApart(t *testing.T) {
	t.Parallel()
	for _, rooms := range neverEachOther {
		for _, a := range rooms {
			for _, b := range rooms {
				if a != b && within(b, table[a].may) {
					t.Errorf("the table lets %s import %s", a, b)
				}
			}
		}
	}
}
