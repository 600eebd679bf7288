package archtest

import (
	"bytes"
	"fmt"
	"path"
	"slices"
	"strings"
	"testing"
)

// strange are words about something else than field support: who or what wrote
// a line, a folder of somebody's machine, the host that a package came from. They
// are compared in lower case. A word is not found where one of the characters in
// apart stands before it or, if it ends in a letter, a letter or digit behind it.
// Here they are written so that this file does not have them.
var strange = []struct {
	words []string
	apart string
	why   string
}{
	{[]string{"cla" + "ude", "anth" + "ropic", "chat" + "gpt", "gpt" + "-4", "gpt" + "-5", "open" + "ai", "copi" + "lot", "gem" + "ini",
		"l" + "lm", "l" + "lms", "language " + "model", "language " + "models", "ai-gen" + "erated", "ai gen" + "erated", "as an " + "ai"},
		alphanumeric, "a text speaks for itself, whoever wrote it"},
	{[]string{"session " + "handoff", "session " + "hand-off", "sub" + "agent", "sub" + "agents", "sub-" + "agent", "sub-" + "agents", "other " + "sessions"},
		alphanumeric, "how the work was shared out is nobody's concern"},
	{[]string{"/wo" + "rk/", "/tmp/bri" + "ef", "/ro" + "ot/"}, alphanumeric + "./~-", "a folder of one machine"},
	{[]string{"proxy.gol" + "ang.org", "sum.gol" + "ang.org", "registry.npm" + "js.org"}, "", "packages come by the reader's own settings"},
}

const alphanumeric = "abcdefghijklmnopqrstuvwxyz0123456789_"

// words finds strange words in any text of the tree that is written by hand.
func words(tr tree) []string {
	var found []string
	for name, text := range tr.texts {
		if path.Base(name) == "go.sum" || generatedMark.Match(text) {
			continue
		}
		lower := bytes.ToLower(text)
		for _, s := range strange {
			for _, word := range s.words {
				for _, at := range mentions(lower, word, s.apart) {
					found = append(found, fmt.Sprintf("%s:%d: %q: %s", name, 1+bytes.Count(lower[:at], []byte("\n")), word, s.why))
				}
			}
		}
	}
	slices.Sort(found)
	return found
}

// mentions gives where a word stands in a text.
func mentions(text []byte, word, apart string) []int {
	var found []int
	for from := 0; ; {
		i := bytes.Index(text[from:], []byte(word))
		if i < 0 {
			return found
		}
		at := from + i
		end := at + len(word)
		before := at > 0 && strings.IndexByte(apart, text[at-1]) >= 0
		behind := end < len(text) && strings.IndexByte(alphanumeric, word[len(word)-1]) >= 0 && strings.IndexByte(alphanumeric, text[end]) >= 0
		if !before && !behind {
			found = append(found, at)
		}
		from = end
	}
}

func TestNoStrangeWords(t *testing.T) {
	t.Parallel()
	holds(t, words)
}

func TestWordsCatches(t *testing.T) {
	t.Parallel()
	catches(t, words, []twin{
		{"words of the trade", map[string]string{
			"a.md":   "an agent's session; openapi.yaml; ./work/x, site/work/, /worker, our homework/; hand over a laptop; three models; hallmark",
			"go.sum": "example.org v1 h1:abc/L" + "LM+def=",
		}, nil},
		{"who wrote it", map[string]string{"docs/a.md": "one\nwritten by Cla" + "ude, an L" + "LM"}, []string{"docs/a.md:2", "docs/a.md:2"}},
		{"somebody's folder", map[string]string{"a.go": "package a\n// see /wo" + "rk/shared\nconst x = \"/wo" + "rk/main\""}, []string{"a.go:2", "a.go:3"}},
		{"a host", map[string]string{"Makefile": "GOPROXY=https://proxy.gol" + "ang.org"}, []string{"Makefile:1"}},
	})
}
