package api

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"roundsman/internal/fault"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var kinds = map[string]fault.Kind{
	"Internal": fault.Internal, "Invalid": fault.Invalid, "Unauthenticated": fault.Unauthenticated, "Forbidden": fault.Forbidden,
	"NotFound": fault.NotFound, "Conflict": fault.Conflict, "Stale": fault.Stale, "MustMatch": fault.MustMatch,
	"TooLarge": fault.TooLarge, "Limited": fault.Limited, "Unavailable": fault.Unavailable,
}

// How faults are written in this code base: fault.New(fault.Kind, "code", a row
// {fault.Kind, "code", of a table of constraints, and missing nouns by name.
var (
	written = regexp.MustCompile(`(?:fault\.New\(|\{)fault\.(\w+), *"([a-z_]+)"`)
	// A table of states refuses with a conflict.
	tabled = regexp.MustCompile(`Noun: +"[^"]+",\s+Code: +"([a-z_]+)"`)
)

// Every code in the source is explained, and every explanation is of a code that
// is in the source.
func TestEveryCodeIsExplained(t *testing.T) {
	t.Parallel()
	found := map[string][]fault.Kind{}
	nouns := map[string]bool{}
	stated := map[string]bool{} // words in files with a table of states
	err := filepath.WalkDir("..", func(path string, e fs.DirEntry, err error) error {
		if e != nil && e.IsDir() && path == filepath.Join("..", "routing", "solve") {
			return fs.SkipDir // for developers: what it refuses is a mistake of ours and never an answer
		}
		if err != nil || e.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") ||
			strings.HasSuffix(path, ".gen.go") || strings.HasSuffix(path, "problem_codes.go") {
			return err
		}
		src, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, m := range written.FindAllStringSubmatch(string(src), -1) {
			found[m[2]] = append(found[m[2]], kinds[m[1]])
		}
		for _, m := range tabled.FindAllStringSubmatch(string(src), -1) {
			found[m[1]] = append(found[m[1]], fault.Conflict)
		}
		for _, m := range regexp.MustCompile(`"([a-z_]+)"`).FindAllStringSubmatch(string(src), -1) {
			nouns[m[1]] = true
			stated[m[1]] = stated[m[1]] || bytes.Contains(src, []byte(`"roundsman/internal/states"`))
		}
		return nil
	})
	require.NoError(t, err)
	require.Greater(t, len(found), 50, "the source was not found")
	for code, of := range found {
		if !slices.ContainsFunc(of, func(k fault.Kind) bool { return k != fault.Internal }) {
			continue // shown as "internal"
		}
		page, ok := problemCodes[code]
		require.True(t, ok, "code %q is not explained in problem_codes.go", code)
		require.Contains(t, of, page.Kind, "the kind of %q in problem_codes.go", code)
	}
	require.Len(t, problemCodes, len(commonProblems)+len(ticketProblems)+len(importProblems), "a code stands in two tables")
	for code, page := range problemCodes {
		require.NotEmpty(t, page.Title, code)
		require.NotEmpty(t, page.Text, code)
		noun, is := strings.CutSuffix(code, "_not_found")
		assert.True(t, len(found[code]) > 0 || is && nouns[noun] || page.Kind == fault.Conflict && stated[code], "problem_codes.go explains %q, which nothing gives", code)
	}
}

// docs/errors.md is the same table for readers of the repository.
func TestErrorsPage(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("# Errors\n\nWritten from `api/problem_codes.go` by its test (`UPDATE=1 go test ./api -run TestErrorsPage`); the server shows the same at `/docs/errors`.\n\n")
	b.WriteString("| code | status | what it means, and what to do |\n|---|---|---|\n")
	for _, p := range listProblems() {
		fmt.Fprintf(&b, "| `%s` | %d | **%s.** %s |\n", p.Code, p.Status, p.Title, p.Text)
	}
	const file = "../docs/errors.md"
	if os.Getenv("UPDATE") != "" {
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))        //nolint:gosec // a folder of the repository
		require.NoError(t, os.WriteFile(file, []byte(b.String()), 0o644)) //nolint:gosec // a file of the repository
	}
	have, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(have), b.String())
}
