package api_test

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"roundsman"
	"roundsman/internal/access"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/gin-gonic/gin"
	"github.com/stretchr/testify/require"
)

var roles = []access.Role{access.Agent, access.Dispatcher, access.Technician, access.StockKeeper, access.Lead, access.Security, access.Auditor,
	access.Monitor, access.Gateway, access.Admin}

// sample is a well-formed request of an operation, made from the contract.
type sample struct {
	ask
	route  string // "POST /v1/tickets"
	op     *openapi3.Operation
	scopes []access.Scope
	open   bool
	signed bool // by a secret of its source, whoever has signed in
	linked bool // by a customer's link, whoever has signed in
}

// samples makes a request of every operation.
func samples(t *testing.T) []sample {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(roundsman.OpenAPI)
	require.NoError(t, err)
	var out []sample
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			s := sample{route: method + " " + path, op: op, open: len(*op.Security) == 0}
			for _, requirement := range *op.Security {
				_, s.signed = requirement["signature"]
				_, s.linked = requirement["customerLink"]
				for _, scope := range requirement["session"] {
					s.scopes = append(s.scopes, access.Scope(scope))
				}
			}
			s.method, s.path = method, path
			query := url.Values{}
			for _, p := range op.Parameters {
				v := map[string]string{"uuid": "0190f7a4-5c1e-7b32-9d5f-000000000001", "date": "2026-03-09", "date-time": "2026-03-09T12:00:00Z"}[p.Value.Schema.Value.Format]
				if words := p.Value.Schema.Value.Enum; len(words) > 0 {
					v = fmt.Sprint(words[0])
				}
				if p.Value.Example != nil {
					v = fmt.Sprint(p.Value.Example)
				}
				if v == "" {
					v = "word"
				}
				switch {
				case p.Value.In == "path":
					s.path = strings.ReplaceAll(s.path, "{"+p.Value.Name+"}", v)
				case p.Value.In == "query" && p.Value.Required:
					query.Set(p.Value.Name, v)
				case p.Value.Name == "If-Match":
					s.header = map[string]string{"If-Match": `"1"`}
				}
			}
			if len(query) > 0 {
				s.path += "?" + query.Encode()
			}
			if op.RequestBody != nil {
				for media, c := range op.RequestBody.Value.Content {
					if c.Example != nil {
						s.body = c.Example
					}
					for _, e := range c.Examples {
						s.body = e.Value.Value
					}
					if s.header == nil {
						s.header = map[string]string{}
					}
					s.header["Content-Type"] = media
				}
			}
			out = append(out, s)
		}
	}
	slices.SortFunc(out, func(a, b sample) int { return strings.Compare(a.route, b.route) })
	return out
}

func (s sample) allows(r access.Role) bool {
	p := access.Principal{Roles: []access.Role{r}}
	return !slices.ContainsFunc(s.scopes, func(x access.Scope) bool { return !p.Can(x) })
}

// The table of rights is written down, so that a change of it is seen by whoever
// reads the commit. It is compared with the contract, and the contract with what
// the server does.
func TestRights(t *testing.T) {
	t.Parallel()
	var table strings.Builder
	all := samples(t)
	for _, s := range all {
		var may []string
		for _, r := range roles {
			if s.allows(r) {
				may = append(may, string(r))
			}
		}
		if s.signed {
			may = []string{"(who signs)"}
		}
		if s.linked {
			may = []string{"(who holds the link)"}
		}
		if s.open {
			may = []string{"(everybody)"}
		}
		fmt.Fprintf(&table, "%-42s %s\n", s.route, strings.Join(may, " "))
	}
	const file = "testdata/rights.txt"
	if os.Getenv("UPDATE") != "" {
		require.NoError(t, os.WriteFile(file, []byte(table.String()), 0o600))
	}
	written, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(written), table.String(), "the rights have changed; if they should, run the test with UPDATE=1 and look at the difference")

	r := open(t, nil)
	tokens := map[access.Role]string{"": ""}
	for _, role := range roles {
		tokens[role] = r.as(role)
	}
	for _, s := range all {
		if s.route == "DELETE /v1/sessions/current" {
			continue // it would end the sessions of this test; TestSignOut has it
		}
		for role, token := range tokens {
			a := s.ask
			a.token = token
			g := r.do(a)
			at := fmt.Sprintf("%s as %q: %s", s.route, role, g.Body)
			switch {
			case s.open && s.path != "/v1/sessions" && s.path != "/v1/sessions/refresh":
				require.Equal(t, http.StatusOK, g.Code, at)
			case s.open: // the body decides, nothing else
				require.Contains(t, []int{http.StatusCreated, http.StatusUnauthorized}, g.Code, at)
			case s.signed:
				g.problem(http.StatusUnauthorized, "signature_refused")
			case s.linked:
				g.problem(http.StatusUnauthorized, "link_missing")
				require.Equal(t, "Link", g.Header().Get("WWW-Authenticate"))
			case role == "":
				require.Equal(t, http.StatusUnauthorized, g.Code, at)
				require.NotEmpty(t, g.Header().Get("WWW-Authenticate"), at)
			case !s.allows(role):
				g.problem(http.StatusForbidden, "scope_missing")
				require.Contains(t, g.Header().Get("WWW-Authenticate"), `error="insufficient_scope"`, at)
			default:
				require.NotContains(t, []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusBadRequest, http.StatusInternalServerError}, g.Code, at)
			}
		}
	}
}

// The server knows no address that the contract does not, and the other way round.
func TestRoutesAreThoseOfTheContract(t *testing.T) {
	t.Parallel()
	r := open(t, nil)
	var known []string
	for _, s := range samples(t) {
		known = append(known, s.route)
	}
	pages := []string{"/", "/c", "/customer.js", "/origin.js", "/style.css", "/docs", "/docs.js", "/docs/errors", "/docs/ui/swagger-ui.css", "/docs/ui/swagger-ui-bundle.js", "/openapi.yaml",
		"/map", "/map.js", "/map.css", "/session.js", "/address.js"}
	for _, f := range []string{"maplibre-gl.mjs", "maplibre-gl-worker.mjs", "maplibre-gl.css", "LICENSE.txt"} {
		pages = append(pages, "/map/maplibre-gl-6.17.0/"+f)
	}
	for _, p := range pages {
		known = append(known, "GET "+p, "HEAD "+p)
	}
	var served []string
	engine, ok := r.handler.(*gin.Engine)
	require.True(t, ok)
	for _, x := range engine.Routes() {
		served = append(served, x.Method+" "+regexp.MustCompile(`:(\w+)`).ReplaceAllString(x.Path, "{$1}"))
	}
	require.ElementsMatch(t, known, served)

	r.do(ask{method: "GET", path: "/v1/nothing"}).problem(http.StatusNotFound, "no_such_operation")
	r.do(ask{method: "GET", path: "/v1/tickets/"}).problem(http.StatusNotFound, "no_such_operation")
	g := r.do(ask{method: "DELETE", path: "/v1/tickets"})
	g.problem(http.StatusMethodNotAllowed, "method_not_allowed")
	require.ElementsMatch(t, []string{"GET", "POST"}, strings.Split(g.Header().Get("Allow"), ", "))
}

// Whatever comes in the query may be unknown, the database may be away, and a fault
// may be ours: each operation says how it answers then, and to strangers.
func TestEveryOperationNamesTheRefusalsOfAll(t *testing.T) {
	t.Parallel()
	for _, s := range samples(t) {
		wanted := []int{http.StatusBadRequest, http.StatusInternalServerError, http.StatusServiceUnavailable}
		if !s.open {
			wanted = append(wanted, http.StatusUnauthorized)
		}
		for _, status := range wanted {
			require.NotNil(t, s.op.Responses.Status(status), "%s has no %d", s.route, status)
		}
	}
}
