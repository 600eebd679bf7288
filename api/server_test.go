package api_test

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"roundsman"
	"roundsman/api"
	"roundsman/api/contract"
	"roundsman/dispatch"
	"roundsman/internal/access"
	"roundsman/internal/clock"
	"roundsman/web"

	"github.com/stretchr/testify/require"
)

// broken is a store that fails in ways that nobody foresaw.
type broken struct{ fail func() error }

func (b broken) Read(context.Context, func(dispatch.Tx) error) error { return b.fail() }

func (b broken) Write(context.Context, func(dispatch.Tx) error) error { return b.fail() }

func with(fail func() error) func(*api.Deps) {
	return func(d *api.Deps) {
		o := over(broken{fail}, clock.At(morning))
		d.Desk = o.Desk
	}
}

// What went wrong with us is nobody's business but the log's.
func TestInternalShowsNothing(t *testing.T) {
	t.Parallel()
	for name, fail := range map[string]func() error{
		"an error": func() error { return errors.New(`relation "secret_table" does not exist`) },
		"a panic":  func() error { panic("secret_table") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := open(t, with(fail))
			g := r.do(ask{method: "GET", path: "/v1/tickets", token: r.as(access.Agent)})
			g.problem(http.StatusInternalServerError, "internal")
			require.NotContains(t, g.Body.String(), "secret_table")
			require.Contains(t, r.log.String(), "secret_table")
			require.Contains(t, r.log.String(), g.Header().Get("X-Request-Id"))
		})
	}
}

func TestTooSlow(t *testing.T) {
	t.Parallel()
	r := open(t, with(func() error { return context.DeadlineExceeded }))
	g := r.do(ask{method: "GET", path: "/v1/tickets", token: r.as(access.Agent)})
	g.problem(http.StatusServiceUnavailable, "too_slow")
	require.NotEmpty(t, g.Header().Get("Retry-After"))
}

// The log has a line for each request, with the pattern of its address and
// nothing that is about a person.
func TestLog(t *testing.T) {
	t.Parallel()
	r := open(t, nil)
	r.do(ask{method: "POST", path: "/v1/callers/search", token: r.as(access.Agent), body: object{"name": "Robert Miles"}})
	r.do(ask{method: "GET", path: "/v1/people/" + anID + "/card?who=robert", token: r.as(access.Agent)})
	r.do(ask{method: "GET", path: "/v1/robert.miles"})
	require.NotContains(t, strings.ToLower(r.log.String()), "miles")
	require.NotContains(t, r.log.String(), "robert")
	var routes []string
	for line := range strings.Lines(r.log.String()) {
		var l map[string]any
		require.NoError(t, json.Unmarshal([]byte(line), &l))
		if l["msg"] == "request" {
			routes = append(routes, l["route"].(string))
			require.NotEmpty(t, l["request_id"])
			require.NotZero(t, l["status"])
		}
	}
	require.Equal(t, []string{"/v1/callers/search", "/v1/people/:id/card", ""}, routes)
}

func TestHealth(t *testing.T) {
	t.Parallel()
	down := open(t, func(d *api.Deps) { d.Ready = func(context.Context) error { return errors.New("no database") } })
	require.Equal(t, http.StatusOK, down.do(ask{method: "GET", path: "/healthz"}).Code)
	down.do(ask{method: "GET", path: "/readyz"}).problem(http.StatusServiceUnavailable, "not_ready")
	require.Equal(t, http.StatusOK, open(t, nil).do(ask{method: "GET", path: "/readyz"}).Code)
}

// moved is a demo clock that remembers.
type moved struct{ *clock.Fixed }

func (m moved) Move(_ context.Context, to time.Time) error { m.Set(to); return nil }

func TestDemoClock(t *testing.T) {
	t.Parallel()
	r := open(t, func(d *api.Deps) { d.Demo = moved{clock.At(morning)} })
	token := r.as(access.Dispatcher)
	var c contract.DemoClock
	r.do(ask{method: "PUT", path: "/v1/demo/clock", token: token, body: object{"now": "2026-03-09T10:00:00-04:00"}}).into(http.StatusOK, &c)
	require.Equal(t, morning.Add(2*time.Hour), c.Now.UTC())
	r.do(ask{method: "PUT", path: "/v1/demo/clock", token: token, body: object{"now": "2026-03-09T09:00:00-04:00"}}).problem(http.StatusConflict, "clock_backwards")
	r.do(ask{method: "GET", path: "/v1/demo/clock", token: token}).into(http.StatusOK, &c)
	require.Equal(t, morning.Add(2*time.Hour), c.Now.UTC())
}

// Every page is served, needs nothing from elsewhere, and keeps the policy that
// is sent with it.
func TestPagesAreServed(t *testing.T) {
	t.Parallel()
	r := open(t, nil)
	for _, path := range []string{"/", "/docs", "/docs/errors", "/docs.js", "/origin.js", "/style.css", "/docs/ui/swagger-ui.css", "/docs/ui/swagger-ui-bundle.js", "/openapi.yaml",
		"/map", "/map.js", "/map.css", "/session.js", "/address.js"} {
		g := r.do(ask{method: "GET", path: path})
		require.Equal(t, http.StatusOK, g.Code, path)
		require.NotEmpty(t, g.Header().Get("Content-Type"), path)
		require.Equal(t, "nosniff", g.Header().Get("X-Content-Type-Options"))
		policy := g.Header().Get("Content-Security-Policy")
		require.Contains(t, policy, "default-src 'self'")
		require.NotContains(t, policy, "script-src 'self' 'unsafe-inline'")
	}
	// What the map's page names is served, the library of that version too.
	library := regexp.MustCompile(`/map/maplibre-gl-[^"/]+/[^"]+`)
	named := library.FindAllString(r.do(ask{method: "GET", path: "/map"}).Body.String()+r.do(ask{method: "GET", path: "/map.js"}).Body.String(), -1)
	require.Len(t, named, 3)
	for _, path := range named {
		g := r.do(ask{method: "GET", path: path})
		require.Equal(t, http.StatusOK, g.Code, path)
		require.Contains(t, g.Header().Get("Cache-Control"), "immutable")
	}
	require.Equal(t, string(roundsman.OpenAPI), r.do(ask{method: "GET", path: "/openapi.yaml"}).Body.String())
	require.Contains(t, r.do(ask{method: "GET", path: "/docs/errors"}).Body.String(), `id="outcome_changed"`)
	err := fs.WalkDir(web.Pages, ".", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := fs.ReadFile(web.Pages, path)
		require.NoError(t, err)
		require.NotContains(t, string(b), "https://", path)
		require.NotContains(t, string(b), "<script>", "%s: the policy allows no inline script", path)
		require.NotContains(t, string(b), " onclick", path)
		return nil
	})
	require.NoError(t, err)
}
