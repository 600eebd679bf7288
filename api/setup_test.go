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

// Everything that a company enters before its first day, from nothing, in the
// order in which one thing needs another.
func TestACompanyIsSetUpThroughTheInterface(t *testing.T) {
	t.Parallel()
	s := play(t, stage.Small, nil)
	post := func(path string, body string) map[string]any {
		t.Helper()
		return ok[map[string]any](s, http.StatusCreated, s.ada, "POST", path, body)
	}
	post("/v1/calendars", `{"code":"de-be","name":"Berlin","days":[{"date":"2026-04-06","name":"Ostermontag"}]}`)
	region := post("/v1/regions", `{"code":"BE","name":"Berlin","zone":"Europe/Berlin","country":"DE","calendar":"de-be"}`)["id"].(string)
	site := post("/v1/sites", `{"code":"B-01","name":"Bank","region_id":"`+region+`","address":"Ring 1","city":"Berlin","location":{"type":"Point","coordinates":[13.4,52.5]},"keeps_holidays":true}`)["id"].(string)
	post("/v1/depots", `{"code":"LAGER","name":"Lager","region_id":"`+region+`","location":{"type":"Point","coordinates":[13.4,52.5]}}`)
	post("/v1/skills", `{"code":"tokens","name":"Tokens and badges"}`)
	tech := post("/v1/technicians", `{"code":"B1","name":"Uta Ulm","region_id":"`+region+`","home":{"type":"Point","coordinates":[13.3,52.5]},"mode":"bike","phone":"030/901820","skills":[{"code":"tokens","level":4}]}`)
	require.Equal(t, "+4930901820", tech["phone"])
	require.Equal(t, "Uta", tech["spoken_name"])
	gil := post("/v1/people", `{"employee_number":"B100","name":"Gil Guidry","site_id":"`+site+`","desk_phone":"030 / 90182-17","language":"de","name_form":"formal","quiet":true,"accessibility":"Bitte schreiben."}`)
	require.Equal(t, []any{"+49309018217", "030 / 90182-17", true}, []any{gil["desk_phone"], gil["phone_raw"], gil["quiet"]})
	model := post("/v1/models", `{"code":"TOKEN-2","name":"Token","kind":"part","class":2}`)["id"].(string)
	post("/v1/option-templates", `{"code":"new_token","name":"A new token","duration":"PT15M","end_state":"working"}`)
	template := post("/v1/templates", `{"code":"token_lost","name":"Token lost","category":"security","on_site":true,"duration":"PT20M","skill_code":"tokens","skill_level":3,"kit_model_id":"`+model+`","option_codes":["new_token"]}`)["id"].(string)
	post("/v1/labels", `{"code":"team.field","texts":{"en":"Field support","de":"Vor-Ort-Dienst"}}`)
	post("/v1/service-hours", `{"region_id":"`+region+`","channel":"phone","address":"+4930901820","hours":[{"weekday":"tuesday","from":"08:00","until":"12:00"},{"weekday":"tuesday","from":"13:00","until":"17:00"}]}`)
	pattern := post("/v1/shift-patterns", `{"technician_id":"`+tech["id"].(string)+`","from":"2026-03-09","turns":[{"weekday":"monday","starts":"22:00","ends":"06:00","break":"PT30M"}]}`)["id"].(string)

	// Night shifts on Mondays, but for Easter Monday, at Berlin's times: 22:00 is
	// 21:00 UTC before the change of the 29th of March, 20:00 after it.
	shifts := ok[contract.Shifts](s, http.StatusOK, s.dora, "GET", "/v1/shifts?technician_id="+tech["id"].(string)+"&from=2026-03-23&until=2026-04-14", nil)
	var starts []string
	for _, v := range shifts.Items {
		starts = append(starts, v.StartsAt.UTC().Format("01-02T15:04"))
	}
	require.Equal(t, []string{"03-23T21:00", "03-30T20:00", "04-13T20:00"}, starts)
	read := ok[contract.ShiftPattern](s, http.StatusOK, s.anna, "GET", "/v1/shift-patterns/"+pattern, nil)
	require.Equal(t, []any{"22:00", "06:00"}, []any{read.Turns[0].Starts, read.Turns[0].Ends})
	single := ok[contract.Shift](s, http.StatusCreated, s.dora, "POST", "/v1/shifts", `{"technician_id":"`+tech["id"].(string)+`","date":"2026-03-28","starts":"23:00","ends":"03:00"}`)
	require.Equal(t, "2026-03-29T01:00", single.EndsAt.UTC().Format("2006-01-02T15:04"), "three hours by the clock on the wall, for one of the four is skipped")
	p := s.do(s.dora, "PUT", "/v1/shifts/"+single.ID.String()+"/times", `{"starts":"22:00","ends":"02:30"}`, "If-Match", `"1"`).problem(http.StatusUnprocessableEntity, "no_such_time")
	require.Equal(t, "2026-03-29T03:00:00+02:00", p["next"])
	ok[contract.Shift](s, http.StatusOK, s.dora, "PUT", "/v1/shifts/"+single.ID.String()+"/times", `{"starts":"20:00","ends":"23:30"}`, "If-Match", `"1"`)
	ok[contract.Shift](s, http.StatusOK, s.dora, "POST", "/v1/shifts/"+single.ID.String()+"/cancellation", `{"reason":"leave"}`, "If-Match", `"2"`)
	s.do(s.dora, "GET", "/v1/shifts/"+single.ID.String(), nil).problem(http.StatusNotFound, "shift_not_found")

	// It is Monday 13:00 in Berlin: the telephone is answered on Tuesday at eight.
	open := ok[contract.Openings](s, http.StatusOK, s.anna, "GET", "/v1/service-hours/openings?site_id="+site, nil)
	require.Len(t, open.Items, 1)
	require.False(t, open.Items[0].Open)
	require.Equal(t, "2026-03-10T07:00:00Z", open.Items[0].NextAt.UTC().Format("2006-01-02T15:04:05Z"))
	call := ok[contract.ContactStarted](s, http.StatusCreated, s.anna, "POST", "/v1/contacts", `{"person_id":"`+gil["id"].(string)+`","channel":"phone","direction":"in","reason":"new"}`)
	require.Equal(t, open.Items[0].NextAt, call.Opening.NextAt, "told with the contact")

	ticket := `{"template":"token_lost","person_id":"` + gil["id"].(string) + `"}`
	require.Equal(t, http.StatusCreated, s.do(s.anna, "POST", "/v1/tickets", ticket).Code)
	ok[contract.Template](s, http.StatusOK, s.ada, "PATCH", "/v1/templates/"+template, `{"duration":"PT25M"}`, patched(`"1"`)...)
	for range 2 {
		require.Equal(t, http.StatusCreated, s.do(s.anna, "POST", "/v1/tickets", ticket).Code)
	}
	versions := ok[contract.TemplateVersions](s, http.StatusOK, s.ada, "GET", "/v1/templates/"+template+"/versions", nil).Items
	require.Len(t, versions, 2)
	require.Equal(t, []any{"PT25M", int64(2), "PT20M", int64(1)}, []any{versions[0].Template.Duration, versions[0].Uses, versions[1].Template.Duration, versions[1].Uses})

	for path, body := range map[string]string{"/v1/skills/tokens": "still_used", "/v1/option-templates/new_token": "still_used",
		"/v1/calendars/de-be": "still_used", "/v1/people/" + gil["id"].(string): "work_open", "/v1/models/" + model: "still_used"} {
		s.do(s.ada, "POST", path+"/retirement", nil, "If-Match", `"1"`).problem(http.StatusConflict, body)
	}
	ok[contract.Template](s, http.StatusOK, s.ada, "POST", "/v1/templates/"+template+"/retirement", nil, "If-Match", `"2"`)
	s.do(s.anna, "POST", "/v1/tickets", ticket).problem(http.StatusConflict, "template_state")
	ok[contract.Model](s, http.StatusOK, s.ada, "POST", "/v1/models/"+model+"/retirement", nil, "If-Match", `"1"`)
	ok[contract.SkillName](s, http.StatusOK, s.ada, "POST", "/v1/skills/tokens/retirement", nil, "If-Match", `"1"`)
	require.Len(t, ok[contract.Models](s, http.StatusOK, s.anna, "GET", "/v1/models?retired=true", nil).Items, 1)
	for _, path := range []string{"/v1/depots", "/v1/skills?retired=true", "/v1/technicians", "/v1/people?site_id=" + site, "/v1/option-templates", "/v1/labels",
		"/v1/service-hours?region_id=" + region, "/v1/shift-patterns", "/v1/calendars"} {
		list := ok[map[string][]any](s, http.StatusOK, s.ada, "GET", path, nil)
		require.NotEmpty(t, list["items"], path)
	}
}
