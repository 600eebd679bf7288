package archtest

import (
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// quoted is what stands in backquotes and looks like a path of this tree: it has
// a slash or an ending, and nothing that a path has not. linked is where a link
// leads that is no address.
var (
	quoted = regexp.MustCompile("`([a-zA-Z0-9_.-]+(?:/[a-zA-Z0-9_.-]+)*/?)`")
	linked = regexp.MustCompile(`\]\(([^):#]+)\)`)
	inTree = regexp.MustCompile(`^(\.ci|api|assets|cmd|dispatch|docs|internal|routing|tools|web)/`)
)

// paths finds pages that name files or folders which are not there.
func paths(tr tree) []string {
	there := map[string]bool{}
	for name := range tr.texts {
		for ; name != "."; name = path.Dir(name) {
			there[name] = true
		}
	}
	found := map[string]bool{}
	for name, text := range tr.texts {
		if path.Ext(name) != ".md" {
			continue
		}
		for _, m := range quoted.FindAllSubmatch(text, -1) {
			p := strings.TrimSuffix(string(m[1]), "/")
			if !strings.Contains(p, "/") || !inTree.MatchString(p+"/") {
				continue // a word, or a file named within its own folder
			}
			if !there[p] {
				found[fmt.Sprintf("%s: names `%s`, which is not there", name, p)] = true
			}
		}
		for _, m := range linked.FindAllSubmatch(text, -1) {
			if p := path.Join(path.Dir(name), string(m[1])); !there[p] {
				found[fmt.Sprintf("%s: links to %s, which is not there", name, m[1])] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

func TestPagesNameWhatIsThere(t *testing.T) {
	t.Parallel()
	holds(t, paths)
}

func TestPathsCatches(t *testing.T) {
	t.Parallel()
	catches(t, paths, []twin{
		{"as it should be", map[string]string{
			"dispatch/day/offer.go": "package day",
			"docs/states.md":        "see [the words](glossary.md), `Tx.Place`, `offer.go`, `dispatch.Promise`, `net/http`, `POST /v1/quotes`",
			"docs/glossary.md":      "`dispatch/day/`, `dispatch/day/offer.go`, [states](states.md#visit), [OSM](https://www.openstreetmap.org)",
		}, nil},
		{"a file that moved", map[string]string{"README.md": "see `dispatch/day/offer.go` and `internal/gone/`"}, []string{"`dispatch/day/offer.go`", "`internal/gone`"}},
		{"a link to nowhere", map[string]string{"docs/a.md": "[b](b.md)"}, []string{"links to b.md"}},
	})
}
