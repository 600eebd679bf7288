package archtest

import (
	"fmt"
	"go/ast"
	"strings"
	"testing"
)

// exception lets some places do what a rule forbids.
type exception struct {
	in  []string // rooms ("internal/clock", "internal/postgres/...") or files
	why string
}

func excepted(s source, list []exception) bool {
	for _, e := range list {
		if within(s.room, e.in) || within(s.path, e.in) {
			return true
		}
	}
	return false
}

// The machine's clock. The domain's time is an argument (internal/clock), so
// that the demo can be moved and a test can stand still.
var (
	machineTime    = []string{"Now", "Since", "Until"}
	mayReadMachine = []exception{
		{[]string{"internal/clock"}, "the home of the clocks"},
	}

	// Waiting is measured by the machine, also in the demo: it is about programs
	// and connections, never about the trade.
	waits   = []string{"After", "AfterFunc", "Tick", "NewTimer", "NewTicker"}
	mayWait = []exception{
		{[]string{"internal/postgres/private"}, "another program starts and stops"},
		{[]string{"internal/postgres"}, "a transaction that lost a race begins again a little later; the sequencer looks after commits"},
		{[]string{"internal/events"}, "the log can't be read for a moment"},
		{[]string{"internal/jobs"}, "work of a killed server is looked for"},
		{[]string{"internal/pgtest"}, "test binaries wait for each other"},
		{[]string{"api"}, "a silent stream is kept alive"},
		{[]string{"cmd/roundsman/..."}, "a drain has a deadline"},
		{[]string{"internal/bench"}, "requests are sent at a pace"},
		{[]string{"internal/story", "internal/importer", "examples/day"}, "they wait for a plan run, or an import, as any client would"},
	}
)

// clocks finds code that reads the machine's clock or waits outside the homes of
// that, and sleeping anywhere: a product that sleeps can't be stopped, a test
// that sleeps is slow or wrong.
func clocks(tr tree) []string {
	var found []string
	for _, s := range tr.sources {
		if s.generated {
			continue
		}
		s.uses("time", func(n ast.Node, name string) {
			switch {
			case name == "Sleep":
				found = append(found, s.at(n)+": time.Sleep; wait for what you wait for")
			case s.test:
			case has(machineTime, name) && !excepted(s, mayReadMachine):
				found = append(found, fmt.Sprintf("%s: time.%s; take the time from internal/clock or as an argument", s.at(n), name))
			case has(waits, name) && !excepted(s, mayWait):
				found = append(found, fmt.Sprintf("%s: time.%s; waiting has no place here", s.at(n), name))
			}
		})
	}
	return found
}

func has(list []string, name string) bool {
	for _, l := range list {
		if l == name {
			return true
		}
	}
	return false
}

func TestTimeIsAnArgument(t *testing.T) {
	t.Parallel()
	holds(t, clocks)
}

func TestClocksCatches(t *testing.T) {
	t.Parallel()
	catches(t, clocks, []twin{
		{"as it should be", map[string]string{
			"internal/clock/a.go":       "package clock\nimport \"time\"\nvar now = time.Now",
			"dispatch/a.go":             "package dispatch\nimport \"time\"\ntype W struct{ At time.Time }\nfunc f(w W, d time.Duration) time.Time { return w.At.Add(d) }",
			"dispatch/a_test.go":        "package dispatch\nimport \"time\"\nvar limit = time.After",
			"internal/postgres/back.go": "package postgres\nimport \"time\"\nvar t = time.NewTimer",
		}, nil},
		{"called", map[string]string{"dispatch/a.go": "package dispatch\nimport \"time\"\nfunc f() { _ = time.Now() }"}, []string{"dispatch/a.go:3: time.Now"}},
		{"passed on", map[string]string{"dispatch/a.go": "package dispatch\nimport \"time\"\nvar now = time.Now"}, []string{"time.Now"}},
		{"under another name", map[string]string{"dispatch/a.go": "package dispatch\nimport t \"time\"\nfunc f(x t.Time) t.Duration { return t.Since(x) }"}, []string{"time.Since"}},
		{"reading where waiting is allowed", map[string]string{"internal/jobs/a.go": "package jobs\nimport \"time\"\nvar x = time.Now()"}, []string{"time.Now"}},
		{"waiting in the domain", map[string]string{"dispatch/day/a.go": "package day\nimport \"time\"\nvar x = time.NewTicker"}, []string{"time.NewTicker"}},
		{"a product that sleeps", map[string]string{"internal/clock/a.go": "package clock\nimport \"time\"\nfunc f() { time.Sleep(1) }"}, []string{"time.Sleep"}},
		{"a test that sleeps", map[string]string{"dispatch/a_test.go": "package dispatch\nimport \"time\"\nfunc f() { time.Sleep(1) }"}, []string{"time.Sleep"}},
	})
}

// seeded are the names of math/rand/v2 that bring a seed of their own; all
// other functions draw from the generator of the process, whose seed nobody knows.
var seeded = []string{"New", "NewPCG", "NewChaCha8", "NewZipf", "Rand", "Source", "PCG", "ChaCha8", "Zipf"}

// chance finds draws whose seed is not an argument.
func chance(tr tree) []string {
	var found []string
	for _, s := range tr.sources {
		for _, generator := range []string{"math/rand", "math/rand/v2"} {
			s.uses(generator, func(n ast.Node, name string) {
				if !has(seeded, name) {
					found = append(found, fmt.Sprintf("%s: rand.%s; draw from rand.New(rand.NewPCG(seed, …)), the seed being an argument", s.at(n), name))
				}
			})
		}
	}
	return found
}

func TestChanceHasASeed(t *testing.T) {
	t.Parallel()
	holds(t, chance)
}

func TestChanceCatches(t *testing.T) {
	t.Parallel()
	catches(t, chance, []twin{
		{"with a seed", map[string]string{"routing/a.go": "package routing\nimport \"math/rand/v2\"\nfunc f(seed uint64) int { var r *rand.Rand = rand.New(rand.NewPCG(seed, 0)); return r.IntN(3) }"}, nil},
		{"of the process", map[string]string{"routing/a.go": "package routing\nimport \"math/rand/v2\"\nvar x = rand.IntN(3)"}, []string{"routing/a.go:3: rand.IntN"}},
		{"in a test", map[string]string{"routing/a_test.go": "package routing\nimport \"math/rand/v2\"\nvar x = rand.Perm(3)"}, []string{"rand.Perm"}},
		{"of the old package", map[string]string{"routing/a.go": "package routing\nimport \"math/rand\"\nvar x = rand.Intn(3)"}, []string{"rand.Intn"}},
	})
}

// The program ends where it began, and errors are returned.
var (
	mayPanic = []exception{
		{[]string{"internal/postgres/migrate.go"}, "a folder of the embedded files, by a constant name"},
	}
	mayExit = []exception{
		{[]string{"cmd/roundsman/...", "internal/bench", "internal/benchplanner", "examples/day"}, "a program's own end"},
		{[]string{"internal/pgtest"}, "the keeper of the test cluster is a test binary that must run no tests"},
	}
)

// abrupt finds product code that panics or ends the process.
func abrupt(tr tree) []string {
	var found []string
	for _, s := range tr.sources {
		if s.generated || s.test {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				if f, ok := call.Fun.(*ast.Ident); ok && f.Name == "panic" && !excepted(s, mayPanic) {
					found = append(found, s.at(n)+": panic; return an error")
				}
			}
			return true
		})
		s.uses("os", func(n ast.Node, name string) {
			if name == "Exit" && !excepted(s, mayExit) {
				found = append(found, s.at(n)+": os.Exit; return an error")
			}
		})
	}
	return found
}

func TestErrorsAreReturned(t *testing.T) {
	t.Parallel()
	holds(t, abrupt)
}

func TestAbruptCatches(t *testing.T) {
	t.Parallel()
	catches(t, abrupt, []twin{
		{"as it should be", map[string]string{
			"routing/a_test.go":       "package routing\nfunc f() { panic(1) }",
			"api/contract/gen.go":     "package contract\n\n// Code generated by x DO NOT EDIT.\n\nfunc f() { panic(1) }",
			"cmd/roundsman/main.go":   "package main\nimport \"os\"\nfunc main() { os.Exit(1) }",
			"routing/a.go":            "package routing\n// panic(1)\nfunc f() { recover() }",
			"internal/fault/fault.go": "package fault\nimport \"os\"\nvar _ = os.Args",
		}, nil},
		{"panic", map[string]string{"routing/a.go": "package routing\nfunc f() { panic(1) }"}, []string{"routing/a.go:2: panic"}},
		{"exit", map[string]string{"dispatch/a.go": "package dispatch\nimport \"os\"\nfunc f() { os.Exit(1) }"}, []string{"os.Exit"}},
	})
}

// wordless finds tests that are skipped without a word.
func wordless(tr tree) []string {
	var found []string
	for _, s := range tr.sources {
		ast.Inspect(s.file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			sel, ok := call.Fun.(*ast.SelectorExpr)
			if !ok || !strings.HasPrefix(sel.Sel.Name, "Skip") {
				return true
			}
			if x, ok := sel.X.(*ast.Ident); !ok || !has([]string{"t", "b", "f", "tb"}, x.Name) {
				return true
			}
			if sel.Sel.Name == "SkipNow" || len(call.Args) == 0 {
				found = append(found, s.at(n)+": skipped without a word; say what is missing and how to get it")
			}
			return true
		})
	}
	return found
}

func TestSkippedTestsSayWhy(t *testing.T) {
	t.Parallel()
	holds(t, wordless)
}

func TestWordlessCatches(t *testing.T) {
	t.Parallel()
	catches(t, wordless, []twin{
		{"with a word", map[string]string{"routing/a_test.go": "package routing\nimport \"testing\"\nfunc TestX(t *testing.T) { t.Skip(\"no map\"); t.Skipf(\"no %s\", \"map\") }"}, nil},
		{"without", map[string]string{"routing/a_test.go": "package routing\nimport \"testing\"\nfunc TestX(t *testing.T) { t.Skip() }\nfunc TestY(t *testing.T) { t.SkipNow() }"}, []string{"routing/a_test.go:3", "routing/a_test.go:4"}},
	})
}
