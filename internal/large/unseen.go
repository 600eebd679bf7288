package large

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"roundsman/internal/pgtest"
)

// Text is a piece of SQL in the source of a package.
type Text struct {
	Where  string // file and line
	pieces []string
}

func (t Text) String() string {
	return t.Where + ": " + strings.Join(strings.Fields(strings.Join(t.pieces, " … ")), " ")
}

var (
	// begins is how pieces of SQL begin that stand in a constant of their own.
	begins = regexp.MustCompile(`(?i)^\s*(select|insert into|update|delete from|with|merge|from|where|join|left join|order by|and|union)\b`)
	// placeholder is a value's place, which a piece of a condition has at least.
	placeholder = regexp.MustCompile(`\$(\d|\s|\)|$)`)
	// filled is what the program writes into a piece before it is sent.
	filled = regexp.MustCompile(`\$?%(\[\d\])?[a-z]|\$(\D|$)`)
)

// Texts gives the pieces of SQL in the Go and SQL files of a folder, without its
// tests: constants in back quotes that begin like SQL, and conditions with a
// value's place.
func Texts(dir string) (list []Text, err error) {
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		files := token.NewFileSet()
		tree, err := parser.ParseFile(files, name, nil, 0)
		if err != nil {
			return nil, err
		}
		ast.Inspect(tree, func(n ast.Node) bool {
			if f, ok := n.(*ast.Field); ok && f.Tag != nil {
				f.Tag = nil // names of columns
			}
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return true
			}
			text, _ := strconv.Unquote(lit.Value)
			if lit.Value[0] == '`' && begins.MatchString(text) || placeholder.MatchString(text) {
				at := files.Position(lit.Pos())
				list = append(list, Text{Where: fmt.Sprintf("%s:%d", filepath.Base(name), at.Line), pieces: filled.Split(text, -1)})
			}
			return true
		})
	}
	names, err = filepath.Glob(filepath.Join(dir, "*", "*.sql"))
	for _, name := range names {
		if filepath.Base(filepath.Dir(name)) == "migrations" {
			continue // sent once, when the program is put in place
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		list = append(list, Text{Where: filepath.Base(name), pieces: []string{strings.TrimSpace(string(text))}})
	}
	return list, err
}

// Unseen gives the texts that are part of no statement that was sent.
func Unseen(texts []Text, sent []pgtest.Statement) (list []Text) {
	for _, t := range texts {
		if !slices.ContainsFunc(sent, func(s pgtest.Statement) bool { return t.in(s.SQL) }) {
			list = append(list, t)
		}
	}
	return list
}

// in tells whether the pieces stand in a statement, one after another.
func (t Text) in(sql string) bool {
	for _, p := range t.pieces {
		i := strings.Index(sql, p)
		if i < 0 {
			return false
		}
		sql = sql[i+len(p):]
	}
	return true
}
