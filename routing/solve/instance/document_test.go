package instance

import (
	"bytes"
	"context"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"roundsman/routing/solve"
)

// described is the page that describes the documents.
func described(t *testing.T) string {
	t.Helper()
	page, err := os.ReadFile("../../../docs/planner.md")
	require.NoError(t, err)
	return string(page)
}

// blocks are the examples of the page: a problem, and a plan for it.
func blocks(t *testing.T) []string {
	var out []string
	for _, part := range strings.Split(described(t), "```json\n")[1:] {
		block, _, ok := strings.Cut(part, "```")
		require.True(t, ok)
		out = append(out, block)
	}
	require.Len(t, out, 2)
	return out
}

func TestDescribedExamplesAreTrue(t *testing.T) {
	t.Parallel()
	example := blocks(t)
	in, err := Read("json", strings.NewReader(example[0]))
	require.NoError(t, err)
	plan, err := ReadPlan("json", strings.NewReader(example[1]), in)
	require.NoError(t, err)
	judged := Judge(in, plan)
	require.Empty(t, judged.Violations)
	var out bytes.Buffer
	line, err := Run(context.Background(), "json", in, nil, solve.Options{Iterations: 20}, &out)
	require.NoError(t, err)
	require.Equal(t, judged.Cost, line.Cost)
	written, err := ReadPlan("json", &out, in)
	require.NoError(t, err)
	require.Equal(t, plan.Rounds, written.Rounds)
}

// Every member that a document may have is on the page.
func TestEveryMemberIsDescribed(t *testing.T) {
	t.Parallel()
	page := described(t)
	var walk func(x reflect.Type)
	walk = func(x reflect.Type) {
		for x.Kind() == reflect.Slice || x.Kind() == reflect.Pointer || x.Kind() == reflect.Array {
			x = x.Elem()
		}
		if x.Kind() != reflect.Struct {
			return
		}
		for i := range x.NumField() {
			name, _, _ := strings.Cut(x.Field(i).Tag.Get("json"), ",")
			if name == "" {
				name = x.Field(i).Name
			}
			require.Contains(t, page, "`"+name+"`", "%s.%s", x.Name(), x.Field(i).Name)
			walk(x.Field(i).Type)
		}
	}
	walk(reflect.TypeFor[document]())
}
