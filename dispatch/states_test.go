package dispatch

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"roundsman/assets"
	"roundsman/internal/states"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// chart is the states of one noun: who acts next, by state.
type chart map[string]string

// chartsIn reads the state constants of a folder's files, by type.
func chartsIn(t *testing.T, dir, pkg string) map[string]chart {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	require.NoError(t, err)
	charts := map[string]chart{}
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		require.NoError(t, err)
		ast.Inspect(file, func(n ast.Node) bool {
			v, ok := n.(*ast.ValueSpec)
			if !ok || len(v.Values) != 1 {
				return true
			}
			typ, ok := v.Type.(*ast.Ident)
			lit, isText := v.Values[0].(*ast.BasicLit)
			if !ok || !isText || !strings.HasSuffix(typ.Name, "State") {
				return true
			}
			state, err := strconv.Unquote(lit.Value)
			require.NoError(t, err)
			of := pkg + "." + typ.Name
			if charts[of] == nil {
				charts[of] = chart{}
			}
			charts[of][state] = strings.TrimSpace(v.Comment.Text())
			return true
		})
	}
	return charts
}

var (
	chartType = regexp.MustCompile("^`([a-z]+\\.[A-Za-z]*State)`")
	chartRow  = regexp.MustCompile("^\\| `([a-z_]+)` \\| (.*?) \\| (.*?) ?\\|$")
	chartWord = regexp.MustCompile("`([a-z_]+)`")
)

// docs/states.md has a table for every noun with states. It names each state,
// and no other, and says who acts next in the words of the constant's comment.
func TestStatesAreDocumented(t *testing.T) {
	t.Parallel()
	code := chartsIn(t, ".", "dispatch")
	for of, c := range chartsIn(t, "../assets", "assets") {
		code[of] = c
	}
	require.GreaterOrEqual(t, len(code), 10)
	require.Equal(t, "the owner: quote, plan or resolve", code["dispatch.TicketState"]["open"])

	text, err := os.ReadFile("../docs/states.md")
	require.NoError(t, err)
	page, next := map[string]chart{}, map[string]map[string][]string{}
	of := ""
	for _, line := range strings.Split(chartActs.ReplaceAllString(string(text), ""), "\n") {
		if m := chartType.FindStringSubmatch(line); m != nil {
			of = m[1]
			page[of], next[of] = chart{}, map[string][]string{}
		}
		if m := chartRow.FindStringSubmatch(line); m != nil {
			page[of][m[1]] = m[2]
			for _, w := range chartWord.FindAllStringSubmatch(m[3], -1) {
				next[of][m[1]] = append(next[of][m[1]], w[1])
			}
		}
	}
	require.Equal(t, code, page)
	for of, moves := range next {
		for from, list := range moves {
			for _, to := range list {
				require.Contains(t, code[of], to, "%s: %s may become", of, from)
			}
		}
	}
	sheets := map[string]states.Sheet{}
	for _, c := range slices.Concat(Charts(), assets.Charts()) {
		sheets[c.Type] = c
	}
	for of, c := range code {
		sheet, ok := sheets[of]
		require.True(t, ok, "%s has no table of acts; declare one and list it in Charts", of)
		require.ElementsMatch(t, slices.Collect(maps.Keys(c)), sheet.States, "%s", of)
		for from, list := range sheet.Next {
			// Whether it also stays what it was is for the chart to say.
			self := func(s string) bool { return s == from }
			assert.ElementsMatch(t, slices.DeleteFunc(list, self), slices.DeleteFunc(next[of][from], self), "%s may become, by its acts, while %s", of, from)
			delete(next[of], from)
		}
		assert.Empty(t, next[of], "%s: no act leads from there", of)
	}
	require.Len(t, sheets, len(code))
}

var chartActs = regexp.MustCompile("(?s)<!-- acts: ([a-z]+\\.[A-Za-z]+) -->\n(.*?)<!-- /acts -->")

// The tables of acts on docs/states.md are those that the use cases ask. Written
// anew with UPDATE=1.
func TestStatesShowEveryAct(t *testing.T) {
	t.Parallel()
	const file = "../docs/states.md"
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	want := map[string]string{}
	for _, c := range slices.Concat(Charts(), assets.Charts()) {
		want[c.Type] = c.Markdown()
	}
	seen := map[string]string{}
	written := chartActs.ReplaceAllStringFunc(string(text), func(block string) string {
		m := chartActs.FindStringSubmatch(block)
		seen[m[1]] = m[2]
		return "<!-- acts: " + m[1] + " -->\n" + want[m[1]] + "<!-- /acts -->"
	})
	if os.Getenv("UPDATE") != "" {
		require.NoError(t, os.WriteFile(file, []byte(written), 0o600))
		return
	}
	require.Equal(t, want, seen, "an act or a state has changed; run the test with UPDATE=1")
}
