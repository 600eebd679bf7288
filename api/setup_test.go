package api_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"roundsman/api/contract"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

// merge is how a patch is sent.
var merge = []string{"Content-Type", "application/merge-patch+json", "If-Match"}

func patched(etag string) []string { return append(append([]string{}, merge...), etag) }

func TestASiteThroughTheInterface(t *testing.T) {
	t.Parallel()
	s := play(t, stage.Small, nil)
	body := `{"code":"NEW-01","name":"First Bank","region_id":"` + stage.Name("region").String() + `","address":"1 Market Street","city":"Newark",
		"location":{"type":"Point","coordinates":[0.04,0]},"hours":[{"weekday":"monday","from":"08:00","until":"17:00"},{"weekday":"friday","from":"08:00","until":"24:00"}],
		"closed_on":["2026-03-16"],"access":"PT5M"}`
	g := s.do(s.ada, "POST", "/v1/sites", body, "Idempotency-Key", "site-1")
	require.Equal(t, http.StatusCreated, g.Code, g.Body)
	require.Equal(t, `"1"`, g.Header().Get("ETag"))
	var made contract.Site
	require.NoError(t, json.Unmarshal(g.Body.Bytes(), &made))
	require.Equal(t, "/v1/sites/"+made.ID.String(), g.Header().Get("Location"))
	require.Equal(t, []any{"08:00", "24:00", "PT5M", "America/New_York"}, []any{made.OpensAt, made.ClosesAt, made.Access, made.Zone})
	require.Equal(t, []contract.OpenSpan{{Weekday: "monday", From: "08:00", Until: "17:00"}, {Weekday: "friday", From: "08:00", Until: "24:00"}}, made.Hours)
	again := s.do(s.ada, "POST", "/v1/sites", body, "Idempotency-Key", "site-1")
	require.Equal(t, g.Body.String(), again.Body.String())
	require.Equal(t, "true", again.Header().Get("Idempotent-Replay"))
	s.do(s.ada, "POST", "/v1/sites", body).problem(http.StatusConflict, "code_taken")

	at := "/v1/sites/" + made.ID.String()
	s.do(s.ada, "PATCH", at, `{"name":"x"}`, merge[:2]...).problem(http.StatusPreconditionRequired, "if_match_missing")
	changed := ok[contract.Site](s, http.StatusOK, s.ada, "PATCH", at, `{"hours":[],"access_notes":"Ring."}`, patched(`"1"`)...)
	require.Nil(t, changed.Hours)
	require.Equal(t, "Ring.", changed.AccessNotes)
	p := s.do(s.ada, "PATCH", at, `{"opens_at":"18:00","closes_at":"17:00"}`, patched(`"2"`)...).problem(http.StatusUnprocessableEntity, "bad_entry")
	require.Equal(t, []any{map[string]any{"pointer": "/closes_at", "message": "must be after opens_at, 24:00 at the latest"}}, p["errors"])
	p = s.do(s.ada, "POST", "/v1/sites/"+stage.Name("site 0").String()+"/retirement", nil, "If-Match", `"1"`).problem(http.StatusConflict, "still_used")
	require.Equal(t, []any{map[string]any{"noun": "person", "count": 2.0}}, p["uses"])
	gone := ok[contract.Site](s, http.StatusOK, s.ada, "POST", at+"/retirement", nil, "If-Match", `"2"`)
	require.EqualValues(t, "retired", *gone.State)
	require.Equal(t, gone, ok[contract.Site](s, http.StatusOK, s.anna, "GET", at, nil), "it stays readable")
	p = s.do(s.ada, "PATCH", at, `{"name":"x"}`, patched(`"3"`)...).problem(http.StatusConflict, "site_state")
	require.Equal(t, []any{"in_use"}, p["allowed"])

	first := s.do(s.anna, "GET", "/v1/sites?limit=1", nil)
	var page contract.Sites
	first.into(http.StatusOK, &page)
	require.Len(t, page.Items, 1)
	require.Contains(t, first.Header().Get("Link"), "after=")
	require.Len(t, ok[contract.Sites](s, http.StatusOK, s.anna, "GET", "/v1/sites", nil).Items, 3, "two a person lives by, and no retired one")
	require.Len(t, ok[contract.Sites](s, http.StatusOK, s.anna, "GET", "/v1/sites?retired=true", nil).Items, 1)
}

func TestARegionThroughTheInterface(t *testing.T) {
	t.Parallel()
	s := play(t, stage.Small, nil)
	made := ok[contract.Region](s, http.StatusCreated, s.ada, "POST", "/v1/regions", `{"code":"BE","name":"Berlin","zone":"Europe/Berlin","country":"DE"}`)
	at := "/v1/regions/" + made.ID.String()
	require.Equal(t, "DE", *made.Country)
	s.do(s.ada, "POST", "/v1/regions", `{"code":"XX","name":"Nowhere","zone":"Nowhere/Land"}`).problem(http.StatusUnprocessableEntity, "bad_entry")
	s.do(s.anna, "POST", "/v1/regions", `{"code":"XX","name":"Nowhere","zone":"Europe/Berlin"}`).problem(http.StatusForbidden, "scope_missing")
	s.do(s.ada, "PATCH", at, `{"calendar":"nothing"}`, patched(`"1"`)...).problem(http.StatusUnprocessableEntity, "reference_missing")
	moved := ok[contract.Region](s, http.StatusOK, s.ada, "PATCH", at, `{"zone":"Europe/Vienna"}`, patched(`"1"`)...)
	require.Equal(t, "Europe/Vienna", moved.Zone, "nobody works there yet")
	s.do(s.ada, "PATCH", "/v1/regions/"+stage.Name("region").String(), `{"zone":"Europe/Vienna"}`, patched(`"1"`)...).problem(http.StatusConflict, "still_used")
	s.do(s.ada, "POST", "/v1/regions/"+stage.Name("region").String()+"/retirement", nil, "If-Match", `"1"`).problem(http.StatusConflict, "still_used")
	require.Len(t, ok[contract.Regions](s, http.StatusOK, s.dora, "GET", "/v1/regions", nil).Items, 2)
	ok[contract.Region](s, http.StatusOK, s.ada, "POST", at+"/retirement", nil, "If-Match", `"2"`)
	require.Len(t, ok[contract.Regions](s, http.StatusOK, s.dora, "GET", "/v1/regions", nil).Items, 1)
}
