package story_test

import (
	"net/http"
	"os/exec"
	"strings"
	"testing"

	"roundsman/internal/story"

	"github.com/stretchr/testify/require"
)

// The shell is the judge: what it hands to curl must be what was sent.
func TestCurlIsReadByAShellAsItWasSent(t *testing.T) {
	t.Parallel()
	body := `{"note":"it's \"fine\" & costs $5 \\ now","name":"O'Leary"}`
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPatch, "http://127.0.0.1:8080/v1/callbacks?ticket_id=1&state=due", http.NoBody)
	require.NoError(t, err)
	r.Header.Set("Authorization", "Bearer secret")
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Idempotency-Key", "k-1")
	r.Header.Set("If-Match", `"3"`)
	lines := story.Curl(r, body, "t05")
	require.NotContains(t, strings.Join(lines, " "), "secret", "a token never stands in what is shown")

	script := "curl() { printf '%s\\n' \"$@\"; }\nTOKEN_T05=mine\n" + strings.Join(lines, " \\\n    ")
	out, err := exec.CommandContext(t.Context(), "sh", "-c", script).Output()
	require.NoError(t, err)
	require.Equal(t, []string{
		"-s", "-X", "PATCH", "http://127.0.0.1:8080/v1/callbacks?ticket_id=1&state=due",
		"-H", "Authorization: Bearer mine",
		"-H", "Content-Type: application/json", "-H", "Idempotency-Key: k-1", "-H", `If-Match: "3"`,
		"-d", body,
	}, strings.Split(strings.TrimSuffix(string(out), "\n"), "\n"))
}

func TestCurlNamesTheMethodOnlyWhereItMust(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ method, body, want string }{
		{http.MethodGet, "", "curl -s http://x/v1/me"},
		{http.MethodPost, `{}`, "curl -s http://x/v1/me"},
		{http.MethodPost, "", "curl -s -X POST http://x/v1/me"},
		{http.MethodPut, `{}`, "curl -s -X PUT http://x/v1/me"},
	} {
		r, err := http.NewRequestWithContext(t.Context(), c.method, "http://x/v1/me", http.NoBody)
		require.NoError(t, err)
		require.Equal(t, c.want, story.Curl(r, c.body, "anna")[0])
	}
}
