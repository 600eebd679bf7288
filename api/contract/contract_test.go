package contract_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"
)

const document = "../../openapi.yaml"

// What is generated must be what the document says today.
func TestGeneratedCodeIsUpToDate(t *testing.T) {
	t.Parallel()
	for _, dir := range []string{".", "../client"} {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			t.Parallel()
			config, err := os.ReadFile(filepath.Join(dir, "oapi.yaml"))
			require.NoError(t, err)
			fresh := filepath.Join(t.TempDir(), "fresh.go")
			var lines []string
			var committed string
			for line := range strings.Lines(string(config)) {
				if name, ok := strings.CutPrefix(line, "output: "); ok {
					committed = filepath.Join(dir, strings.TrimSpace(name))
					line = "output: " + fresh + "\n"
				}
				lines = append(lines, line)
			}
			cfg := filepath.Join(t.TempDir(), "oapi.yaml")
			require.NoError(t, os.WriteFile(cfg, []byte(strings.Join(lines, "")), 0o600))
			generate := exec.CommandContext(t.Context(), "go", "tool", "-modfile=../../tools/go.mod", "oapi-codegen", "-config", cfg, document)
			generate.Dir = dir // the configuration names its overlay from there
			out, err := generate.CombinedOutput()
			if err != nil && strings.Contains(string(out), "dial tcp") {
				t.Skip("the generator can't be fetched: no network")
			}
			require.NoError(t, err, string(out))
			want, err := os.ReadFile(fresh)
			require.NoError(t, err)
			got, err := os.ReadFile(committed)
			require.NoError(t, err)
			require.True(t, string(want) == string(got), "%s is not what openapi.yaml says; run make generate", committed)
		})
	}
}

// Every operation tells all that a reader needs, and its examples are true.
func TestDocument(t *testing.T) {
	t.Parallel()
	doc, err := openapi3.NewLoader().LoadFromFile(document)
	require.NoError(t, err)
	openapi3.DefineStringFormatValidator("uuid", openapi3.NewRegexpFormatValidator(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`))
	require.NoError(t, doc.Validate(t.Context(), openapi3.EnableExamplesValidation()))
	seen := map[string]bool{}
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			at := method + " " + path
			require.NotEmpty(t, op.OperationID, at)
			require.False(t, seen[op.OperationID], "%s: the operation id is taken", at)
			seen[op.OperationID] = true
			require.NotEmpty(t, op.Summary, at)
			require.Len(t, op.Tags, 1, at)
			require.NotNil(t, op.Security, "%s must say what rights it wants, if none then []", at)
			for status, r := range op.Responses.Map() {
				require.NotNil(t, r.Value.Description, at)
				for _, media := range r.Value.Content {
					require.True(t, media.Example != nil || len(media.Examples) > 0, "%s %s has no example", at, status)
				}
			}
			if op.RequestBody != nil {
				for _, media := range op.RequestBody.Value.Content {
					require.True(t, media.Example != nil || len(media.Examples) > 0, "%s: the body has no example", at)
				}
			}
			require.NotNil(t, op.Responses.Status(500), at)
			if len(*op.Security) > 0 {
				require.NotNil(t, op.Responses.Status(401), at)
			}
		}
	}
	require.NotEmpty(t, seen)
}
