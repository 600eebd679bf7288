package archtest

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// module is the name in go.mod, which the import paths of our packages begin with.
const module = "roundsman"

// tree is the repository, or a made-up one: every text file by its path from
// the root, and the Go sources among them, parsed.
type tree struct {
	texts   map[string][]byte
	sources []source // by path
}

// source is one Go file.
type source struct {
	path      string // "dispatch/day/try.go"
	room      string // "dispatch/day"; "." for the root
	test      bool
	generated bool
	lines     int
	file      *ast.File
	positions *token.FileSet
}

// rule looks at a tree and tells what is wrong there, a line each.
type rule func(tree) []string

var generatedMark = regexp.MustCompile(`(?m)^// Code generated .* DO NOT EDIT\.$`)

// plant makes a tree of texts by path.
func plant(texts map[string][]byte) (tree, error) {
	tr := tree{texts: texts}
	for name, text := range texts {
		if path.Ext(name) != ".go" {
			continue
		}
		positions := token.NewFileSet()
		file, err := parser.ParseFile(positions, name, text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return tree{}, err
		}
		tr.sources = append(tr.sources, source{
			path: name, room: path.Dir(name), test: strings.HasSuffix(name, "_test.go"),
			generated: generatedMark.Match(text), lines: bytes.Count(text, []byte("\n")),
			file: file, positions: positions,
		})
	}
	slices.SortFunc(tr.sources, func(a, b source) int { return strings.Compare(a.path, b.path) })
	return tr, nil
}

// notOurs are folders that hold what was fetched, built or run.
var notOurs = []string{".git", "bin", ".data", ".cache", "node_modules", "dist", "rapid"}

// repository reads this tree once.
var repository = sync.OnceValues(func() (tree, error) {
	root := filepath.Join("..", "..")
	if _, err := os.Stat(filepath.Join(root, "go.mod")); err != nil {
		return tree{}, err
	}
	texts := map[string][]byte{}
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case slices.Contains(notOurs, entry.Name()): // .git is a file where the tree is a worktree
			if entry.IsDir() {
				return filepath.SkipDir
			}
			return nil
		case !entry.Type().IsRegular():
			return nil
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if bytes.IndexByte(text, 0) >= 0 {
			return nil // not a text
		}
		rel, err := filepath.Rel(root, name)
		texts[filepath.ToSlash(rel)] = text
		return err
	})
	if err != nil {
		return tree{}, err
	}
	return plant(texts)
})

// holds runs a rule on the repository.
func holds(t *testing.T, r rule) {
	t.Helper()
	tr, err := repository()
	require.NoError(t, err)
	require.NotEmpty(t, tr.sources)
	if found := r(tr); len(found) > 0 {
		t.Errorf("%d found:\n%s", len(found), strings.Join(found, "\n"))
	}
}

// twin is a small tree and what a rule must find in it, a part of each line;
// nothing where the tree is as it should be.
type twin struct {
	name  string
	files map[string]string
	found []string
}

// catches runs a rule on made-up trees. At least one of them must break it:
// a rule that finds nothing anywhere guards nothing.
func catches(t *testing.T, r rule, twins []twin) {
	t.Helper()
	require.True(t, slices.ContainsFunc(twins, func(w twin) bool { return len(w.found) > 0 }))
	for _, w := range twins {
		t.Run(w.name, func(t *testing.T) {
			texts := map[string][]byte{}
			for name, text := range w.files {
				texts[name] = []byte(text)
			}
			tr, err := plant(texts)
			require.NoError(t, err)
			found := r(tr)
			require.Len(t, found, len(w.found), "%v", found)
			for i, part := range w.found {
				require.Contains(t, found[i], part)
			}
		})
	}
}

// imports gives the paths that a file imports.
func (s source) imports() []string {
	var out []string
	for _, i := range s.file.Imports {
		p, _ := strconv.Unquote(i.Path.Value)
		out = append(out, p)
	}
	return out
}

// at names a place in the file.
func (s source) at(n ast.Node) string {
	return fmt.Sprintf("%s:%d", s.path, s.positions.Position(n.Pos()).Line)
}

// named gives the name under which the file has imported a package, "" if it has not.
func (s source) named(importPath string) string {
	for _, i := range s.file.Imports {
		if p, _ := strconv.Unquote(i.Path.Value); p != importPath {
			continue
		}
		if i.Name != nil {
			return i.Name.Name
		}
		name := path.Base(importPath)
		if regexp.MustCompile(`^v[0-9]+$`).MatchString(name) {
			name = path.Base(path.Dir(importPath))
		}
		return name
	}
	return ""
}

// uses calls see for every mention of a package's exported name, a call or not.
func (s source) uses(importPath string, see func(n ast.Node, name string)) {
	as := s.named(importPath)
	if as == "" {
		return
	}
	ast.Inspect(s.file, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if x, ok := sel.X.(*ast.Ident); ok && x.Name == as {
			see(n, sel.Sel.Name)
		}
		return true
	})
}

// within says whether a room is one of the patterns: "dispatch" is that room
// alone, "dispatch/..." that room and all below it.
func within(room string, patterns []string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		if above, all := strings.CutSuffix(p, "/..."); all {
			return room == above || strings.HasPrefix(room, above+"/")
		}
		return room == p
	})
}
