package main

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/stretchr/testify/require"
)

var flagRow = regexp.MustCompile("(?m)^\\| `--([a-z-]+)` \\| (.*?) \\|")

// The README's table of flags is what `roundsman serve --help` says.
func TestReadmeHasEveryFlagOfServe(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	told := map[string]string{}
	for _, m := range flagRow.FindAllStringSubmatch(string(text), -1) {
		told[m[1]] = m[2]
	}
	parser, err := kong.New(&commands{}, kong.Vars{"version": "test"})
	require.NoError(t, err)
	i := slices.IndexFunc(parser.Model.Children, func(n *kong.Node) bool { return n.Name == "serve" })
	require.GreaterOrEqual(t, i, 0)
	for _, f := range parser.Model.Children[i].Flags {
		require.Contains(t, told, f.Name, "the README's table has no --%s", f.Name)
		require.Equal(t, "`"+strings.Join(f.Envs, "`, `")+"`", told[f.Name], "environment of --%s", f.Name)
		delete(told, f.Name)
	}
	require.Empty(t, told, "flags that serve does not have")
}
