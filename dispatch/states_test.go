package dispatch

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"roundsman/assets"

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
	for _, line := range strings.Split(string(text), "\n") {
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
	// Of the visits the moves are data, so they are compared too.
	moves := map[string][]string{}
	for from, list := range visitMoves {
		for _, to := range list {
			moves[string(from)] = append(moves[string(from)], string(to))
		}
	}
	require.Equal(t, moves, next["dispatch.VisitState"])
	answers := map[string][]string{}
	for from, list := range roundChangeMoves {
		for _, to := range list {
			answers[string(from)] = append(answers[string(from)], string(to))
		}
	}
	require.Equal(t, answers, next["dispatch.RoundChangeState"])
	// So are they of items and loans.
	moves = map[string][]string{}
	for from := range page["assets.State"] {
		for _, to := range assets.State(from).Next() {
			moves[from] = append(moves[from], string(to))
		}
	}
	require.Equal(t, moves, next["assets.State"])
	moves = map[string][]string{}
	for from := range page["assets.LoanState"] {
		for _, to := range assets.LoanState(from).Next() {
			moves[from] = append(moves[from], string(to))
		}
	}
	require.Equal(t, moves, next["assets.LoanState"])
	moves = map[string][]string{}
	for from, list := range changeMoves {
		for _, to := range list {
			moves[string(from)] = append(moves[string(from)], string(to))
		}
	}
	require.Equal(t, moves, next["dispatch.ChangeState"])
	moves = map[string][]string{}
	for from, list := range importMoves {
		for _, to := range list {
			moves[string(from)] = append(moves[string(from)], string(to))
		}
	}
	require.Equal(t, moves, next["dispatch.ImportState"])
}
