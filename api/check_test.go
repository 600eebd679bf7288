package api_test

import (
	"bufio"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"roundsman/api"
	"roundsman/api/contract"
	"roundsman/internal/access"
	"roundsman/internal/ids"

	"github.com/stretchr/testify/require"
)

const anID = "0190f7a4-5c1e-7b32-9d5f-000000000001"

func TestWrongFields(t *testing.T) {
	t.Parallel()
	r := open(t, nil)
	agent, dispatcher, admin := r.as(access.Agent), r.as(access.Dispatcher), r.as(access.Admin)
	cases := []struct {
		name, token, method, path, body string
		want                            []string
	}{
		{"unknown field", agent, "POST", "/v1/quotes", `{"ticket_id":"` + anID + `","day":1}`, []string{"/day is not known here; did you mean days?"}},
		{"letters left out", agent, "POST", "/v1/tickets", `{"person_id":"` + anID + `","template":"t","sumary":"x"}`, []string{"/sumary is not known here; did you mean summary?"}},
		{"nothing is like it", agent, "POST", "/v1/quotes", `{"ticket_id":"` + anID + `","colour":1}`, []string{"/colour is not known here"}},
		{"written otherwise", agent, "POST", "/v1/quotes", `{"ticketId":"` + anID + `"}`, []string{"/ticketId is not known here; did you mean ticket_id?", "/ticket_id is missing"}},
		{"missing fields, all at once", agent, "POST", "/v1/contacts", `{}`, []string{"/channel is missing", "/direction is missing", "/reason is missing"}},
		{"wrong types", agent, "POST", "/v1/quotes", `{"ticket_id":7,"days":"two"}`, []string{"/days must be a whole number", "/ticket_id must be an id such as 0190f7a4-5c1e-7b32-9d5f-0123456789ab"}},
		{"not an id", agent, "POST", "/v1/quotes", `{"ticket_id":"x"}`, []string{"/ticket_id must be an id such as 0190f7a4-5c1e-7b32-9d5f-0123456789ab"}},
		{"an id in braces", agent, "POST", "/v1/quotes", `{"ticket_id":"{` + anID + `}"}`, []string{"/ticket_id must be an id such as 0190f7a4-5c1e-7b32-9d5f-0123456789ab"}},
		{"null", agent, "POST", "/v1/quotes", `{"ticket_id":"` + anID + `","days":null}`, []string{"/days must not be null; leave it out instead"}},
		{"not an object", agent, "POST", "/v1/quotes", `[1]`, []string{" must be an object"}},
		{"too many days", agent, "POST", "/v1/quotes", `{"ticket_id":"` + anID + `","days":6}`, []string{"/days must be at most 5"}},
		{"half a day", agent, "POST", "/v1/quotes", `{"ticket_id":"` + anID + `","days":1.5}`, []string{"/days must be a whole number"}},
		{"a number that fits no integer", agent, "POST", "/v1/quotes", `{"ticket_id":"` + anID + `","days":1e40}`, []string{"/days must be at most 5"}},
		{"no such day", agent, "POST", "/v1/quotes", `{"ticket_id":"` + anID + `","from":"2026-02-30"}`, []string{"/from must be a date such as 2026-03-09"}},
		{"no criterion", agent, "POST", "/v1/callers/search", `{}`, []string{" must say at least one of: asset_tag, employee_number, limit, mail, name, phone"}},
		{"no such word", agent, "POST", "/v1/contacts", `{"channel":"smoke","direction":"in","reason":"new"}`, []string{"/channel must be one of: phone, mail, chat, portal, walk_in"}},
		{"no such time", agent, "POST", "/v1/contacts", `{"channel":"phone","direction":"in","reason":"new","queued_at":"8:00"}`, []string{"/queued_at must be a time with offset such as 2026-03-09T08:00:00-04:00"}},
		{"nested", dispatcher, "POST", "/v1/incidents", `{"external_id":"m","title":"t","cause":"c","state":"confirmed","impairs":[1],"template":"v","predicate":{"modells":["A/B~C"]}}`,
			[]string{"/impairs/0 must be text", "/predicate/modells is not known here; did you mean models?"}},
		{"length of time", dispatcher, "POST", "/v1/plan-runs", `{"region_id":"` + anID + `","date":"2026-03-09","duration":"20s"}`, []string{"/duration must be a length of time such as PT30M"}},
		{"shown pattern", admin, "POST", "/v1/accounts", `{"login":"Ann Carter","name":"x","roles":["agent"],"password":"123456789012"}`, []string{"/login has characters that are not allowed here"}},
		{"short, twice", admin, "POST", "/v1/accounts", `{"login":"ann","name":"","roles":["agent","agent"],"password":"12345"}`,
			[]string{"/name must have at least 1 characters", "/password must have at least 12 characters", "/roles must not say anything twice"}},
		{"a date before there were any", dispatcher, "GET", "/v1/regions/" + anID + "/days/0000-01-01", "", []string{"path/date must be a date such as 2026-03-09"}},
		{"NUL", admin, "POST", "/v1/accounts", `{"login":"ann","name":"a\u0000b","roles":["agent"],"password":"123456789012"}`, []string{"/name must not hold a NUL character"}},
		{"path", agent, "GET", "/v1/tickets/2041", "", []string{"path/id must be an id such as 0190f7a4-5c1e-7b32-9d5f-0123456789ab"}},
		{"query", agent, "GET", "/v1/tickets?limit=0&state=lost&person_id=x", "", []string{"query/limit must be at least 1",
			"query/person_id must be an id such as 0190f7a4-5c1e-7b32-9d5f-0123456789ab", "query/state must be one of: open, planned, restored, resolved"}},
		{"query of the wrong type", agent, "GET", "/v1/tickets?limit=many", "", []string{"query/limit must be a whole number"}},
		{"unknown in the query", dispatcher, "POST", "/v1/visits/" + anID + "/move?dryrun=true", `{"round_id":"` + anID + `","position":1}`, []string{"query/dryrun is not known here; did you mean dry_run?"}},
		{"missing in the query", agent, "GET", "/v1/reports/promises?from=2026-03-09T00:00:00Z", "", []string{"query/until is missing"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			a := ask{method: c.method, path: c.path, token: c.token}
			if c.body != "" {
				a.body = c.body
			}
			g := send(t, r.handler, a)
			require.Equal(t, c.want, g.wrong())
			require.NotContains(t, g.Body.String(), "a-z0-9", "patterns are nobody's business")
		})
	}
	g := r.do(ask{method: "POST", path: "/v1/quotes", token: agent, body: "{}", header: map[string]string{"Idempotency-Key": strings.Repeat("k", 129)}})
	require.Equal(t, []string{"/ticket_id is missing", "header/Idempotency-Key must have at most 128 characters"}, g.wrong())
}

func TestBrokenBodies(t *testing.T) {
	t.Parallel()
	r := open(t, nil)
	agent := r.as(access.Agent)
	post := func(body any, header ...string) got {
		a := ask{method: "POST", path: "/v1/quotes", token: agent, body: body, header: map[string]string{}}
		if len(header) > 0 {
			a.header["Content-Type"] = header[0]
		}
		return r.do(a)
	}
	whole := `{"ticket_id":"` + anID + `"}`
	post(whole).problem(http.StatusServiceUnavailable, "database_unavailable") // so far as a request can get here
	post(nil).problem(http.StatusBadRequest, "body_missing")
	post(whole[:10]).problem(http.StatusBadRequest, "bad_json")
	post(whole+"{}").problem(http.StatusBadRequest, "bad_json")
	post("\xff\xfe").problem(http.StatusBadRequest, "bad_json")
	post(strings.Repeat("[", 200_000)).problem(http.StatusBadRequest, "bad_json")
	post(whole, "text/plain").problem(http.StatusUnsupportedMediaType, "wrong_media_type")
	post(whole, "application/merge-patch+json").problem(http.StatusUnsupportedMediaType, "wrong_media_type")
	post(whole, "").problem(http.StatusUnsupportedMediaType, "wrong_media_type")
	post(whole, "application/json; charset=utf-8").problem(http.StatusServiceUnavailable, "database_unavailable")
	post(`{"ticket_id":"`+strings.Repeat("x", 1<<20)+`"}`).problem(http.StatusRequestEntityTooLarge, "body_too_large")
}

// A body that trickled in held its goroutine for as long as its sender liked.
func TestABodyThatDoesNotCome(t *testing.T) {
	t.Parallel()
	r := open(t, func(d *api.Deps) { d.Timeout = 200 * time.Millisecond })
	web := httptest.NewServer(r.handler)
	t.Cleanup(web.Close)
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", web.Listener.Addr().String())
	require.NoError(t, err)
	defer conn.Close()
	_, err = conn.Write([]byte("POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"))
	require.NoError(t, err)
	require.NoError(t, conn.SetReadDeadline(time.Now().Add(20*time.Second)))
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	require.NoError(t, err)
	defer answer.Body.Close()
	require.Equal(t, http.StatusBadRequest, answer.StatusCode)
}

// What nobody has signed in for is not even read.
func TestStrangersAreNotToldTheShape(t *testing.T) {
	t.Parallel()
	r := open(t, nil)
	r.do(ask{method: "POST", path: "/v1/quotes", body: "{"}).problem(http.StatusUnauthorized, "token_missing")
	r.do(ask{method: "POST", path: "/v1/quotes", body: "{", token: r.as(access.Technician)}).problem(http.StatusForbidden, "scope_missing")
}

func TestIfMatch(t *testing.T) {
	t.Parallel()
	r := open(t, nil)
	agent := r.as(access.Agent)
	path := "/v1/tickets/" + ids.New().String()
	patch := func(match string) got {
		a := ask{method: "PATCH", path: path, token: agent, body: contract.TicketChange{Summary: new(string)}, header: map[string]string{"Content-Type": "application/merge-patch+json"}}
		*a.body.(contract.TicketChange).Summary = "x"
		if match != "" {
			a.header["If-Match"] = match
		}
		return r.do(a)
	}
	patch("").problem(http.StatusPreconditionRequired, "if_match_missing")
	for _, odd := range []string{"7", `W/"7"`, "*", `"seven"`, `"-7"`, `"07"`, `"7`} {
		patch(odd).problem(http.StatusPreconditionFailed, "version_stale")
	}
	patch(`"7"`).problem(http.StatusServiceUnavailable, "database_unavailable")
}

func TestMoveWantsAnOutcomeOrADryRun(t *testing.T) {
	t.Parallel()
	r := open(t, nil)
	dispatcher := r.as(access.Dispatcher)
	move := "/v1/visits/" + anID + "/move"
	place := `{"round_id":"` + anID + `","position":1}`
	r.do(ask{method: "POST", path: move, token: dispatcher, body: place}).problem(http.StatusUnprocessableEntity, "outcome_missing")
	r.do(ask{method: "POST", path: move + "?dry_run=true", token: dispatcher, body: `{"outcome_id":"` + anID + `"}`}).problem(http.StatusUnprocessableEntity, "place_missing")
	r.do(ask{method: "POST", path: move + "?dry_run=true", token: dispatcher, body: place}).problem(http.StatusServiceUnavailable, "database_unavailable")
	r.do(ask{method: "POST", path: "/v1/absences", token: dispatcher, body: `{"reason":"sick"}`}).problem(http.StatusUnprocessableEntity, "outcome_missing")
	r.do(ask{method: "POST", path: "/v1/absences?dry_run=true", token: dispatcher, body: `{"reason":"sick"}`}).problem(http.StatusUnprocessableEntity, "absence_incomplete")
}
