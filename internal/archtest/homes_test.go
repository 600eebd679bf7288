package archtest

import (
	"fmt"
	"strings"
	"testing"
)

// home says which product code may import something that is not ours. Tests
// may import what they like.
type home struct {
	of  []string // import paths; "x/..." is x and all below it
	in  []string // rooms, in the same notation
	why string
}

var homes = []home{
	{[]string{"github.com/gin-gonic/gin/..."}, []string{"api", "api/contract"}, "only the edge knows gin"},
	{[]string{"net/http/...", "github.com/oapi-codegen/...", "github.com/getkin/kin-openapi/...", "github.com/swaggo/files/..."},
		[]string{"api", "api/contract", "api/client", "cmd/roundsman/...", "internal/outbound", "internal/story", "internal/importer", "internal/bench", "examples/day", "routing/osrm"}, "HTTP stays at the edge; the story, the importer and what asks an OSRM server are clients"},
	{[]string{"github.com/jackc/pgx/...", "github.com/jackc/pgx/v5/...", "database/sql/..."},
		[]string{"internal/postgres/...", "internal/jobs", "internal/pgtest", "internal/stage", "internal/large", "cmd/roundsman/..."}, "all SQL is in internal/postgres; jobs are enqueued in its transactions; a large history is written by SQL, for measuring"},
	{[]string{"github.com/pressly/goose/..."}, []string{"internal/postgres"}, "migrations"},
	{[]string{"github.com/riverqueue/river", "github.com/riverqueue/river/rivertype", "github.com/riverqueue/river/rivertest"},
		[]string{"internal/jobs"}, "jobs"},
	{[]string{"github.com/riverqueue/river/riverdriver/...", "github.com/riverqueue/river/rivermigrate"},
		[]string{"internal/jobs", "internal/postgres"}, "the tables of the jobs come before ours"},
	{[]string{"github.com/golang-jwt/jwt/...", "github.com/alexedwards/argon2id"}, []string{"internal/access"}, "sign-in"},
	{[]string{"github.com/wneessen/go-mail/..."}, []string{"internal/notify"}, "mail"},
	{[]string{"github.com/paulmach/osm/..."}, []string{"routing/roads"}, "the map's format"},
	{[]string{"github.com/alecthomas/kong"}, []string{"cmd/roundsman/..."}, "the command line"},
	{[]string{"os/exec"}, []string{"internal/postgres/private", "internal/pgtest", "internal/testdata", "internal/bench", "cmd/roundsman/..."},
		"programs are started for the private server and in tests"},
	{[]string{"testing/...", "github.com/stretchr/testify/...", "pgregory.net/rapid", "go.uber.org/goleak"},
		[]string{"internal/pgtest", "internal/stage", "internal/testdata", "routing/routingtest", "internal/access/accesstest"},
		"what is for tests stays out of the program"},
	{[]string{"math/rand"}, nil, "math/rand/v2 has generators with a seed of their own"},
	{[]string{"unsafe"}, []string{"routing/roads"}, "a graph is read from the disk as the arrays it is made of"},
	{[]string{"log"}, nil, "log/slog, given to whoever logs"},
}

// technologyAtHome finds product code that imports what has its home elsewhere.
func technologyAtHome(tr tree) []string {
	var found []string
	for _, s := range tr.sources {
		if s.test {
			continue
		}
		for _, i := range s.imports() {
			for _, h := range homes {
				if within(i, h.of) && !within(s.room, h.in) {
					found = append(found, fmt.Sprintf("%s: %s has its home in %s (%s)", s.path, i, strings.Join(h.in, ", "), h.why))
				}
			}
		}
	}
	return found
}

func TestTechnologyStaysAtHome(t *testing.T) {
	t.Parallel()
	holds(t, technologyAtHome)
}

func TestTechnologyAtHomeCatches(t *testing.T) {
	t.Parallel()
	catches(t, technologyAtHome, []twin{
		{"at home", map[string]string{
			"api/a.go":                "package api\nimport _ \"github.com/gin-gonic/gin\"",
			"dispatch/desk/a.go":      "package desk\nimport _ \"math/rand/v2\"",
			"dispatch/desk/a_test.go": "package desk\nimport _ \"testing\"",
			"internal/jobs/a.go":      "package jobs\nimport _ \"log/slog\"",
		}, nil},
		{"SQL in a use case", map[string]string{"dispatch/desk/a.go": "package desk\nimport _ \"github.com/jackc/pgx/v5/pgxpool\""}, []string{"dispatch/desk/a.go: github.com/jackc/pgx/v5/pgxpool"}},
		{"HTTP in the middle", map[string]string{"dispatch/a.go": "package dispatch\nimport _ \"net/http\""}, []string{"net/http has its home in api"}},
		{"a test tool in the program", map[string]string{"dispatch/a.go": "package dispatch\nimport _ \"testing\""}, []string{"testing has its home"}},
		{"the old generator", map[string]string{"dispatch/a.go": "package dispatch\nimport _ \"math/rand\""}, []string{"math/rand has its home"}},
	})
}

func TestHomesNameRoomsOfTheTable(t *testing.T) {
	t.Parallel()
	for _, h := range homes {
		for _, in := range h.in {
			if _, known := table[strings.TrimSuffix(in, "/...")]; !known {
				t.Errorf("%v has its home in %s, which is not in the import table", h.of, in)
			}
		}
	}
}
