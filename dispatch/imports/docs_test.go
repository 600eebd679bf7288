package imports

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"roundsman/dispatch"

	"github.com/stretchr/testify/require"
)

var (
	docColumn  = regexp.MustCompile("(?m)^\\| `([a-z_]+)` \\|(?: (needed))? \\|")
	docCodes   = regexp.MustCompile("`([a-z_]+)`")
	docComment = regexp.MustCompile(`(?m)^\s*//.*$`)
	rowCode    = regexp.MustCompile(`(?:\.bad\(.*?, |Code: )"([a-z_]+)"`)
)

// docs/imports.md names every kind with its columns, in their order, and says which
// are needed; and what to do about each code of a row.
func TestDocsHaveEveryColumn(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/imports.md")
	require.NoError(t, err)
	sections := map[string]string{}
	for _, s := range strings.Split(string(text), "\n## ")[1:] {
		title, body, _ := strings.Cut(s, "\n")
		sections[title] = body
	}
	for name, k := range kinds {
		var columns, must []string
		for _, m := range docColumn.FindAllStringSubmatch(sections[string(name)], -1) {
			if columns = append(columns, m[1]); m[2] != "" {
				must = append(must, m[1])
			}
		}
		require.Equal(t, k.columns, columns, name)
		require.ElementsMatch(t, k.must, must, name)
	}
	told := map[string]bool{}
	for line := range strings.Lines(sections["What is wrong with a row"]) {
		codes, _, _ := strings.Cut(strings.TrimPrefix(line, "| "), " | ")
		for _, m := range docCodes.FindAllStringSubmatch(codes, -1) {
			told[m[1]] = true
		}
	}
	said := 0
	for _, pattern := range []string{"*.go", "../../internal/csvfile/reader.go"} {
		files, err := filepath.Glob(pattern)
		require.NoError(t, err)
		for _, f := range files {
			if strings.HasSuffix(f, "_test.go") {
				continue
			}
			source, err := os.ReadFile(f)
			require.NoError(t, err)
			for _, m := range rowCode.FindAllStringSubmatch(docComment.ReplaceAllString(string(source), ""), -1) {
				require.True(t, told[m[1]], "%s: docs/imports.md does not say what to do about %s", f, m[1])
				said++
			}
		}
	}
	require.Greater(t, said, 20, "the codes are found at all")
}

// What can be exported has the columns of its import.
func TestEveryKindButTheLogCanBeExported(t *testing.T) {
	t.Parallel()
	for name := range kinds {
		_, ok := exports[name]
		require.Equal(t, name != dispatch.ImportServiceNow, ok, name)
	}
	require.Len(t, exports, len(kinds)-1)
}
