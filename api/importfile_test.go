package api_test

import (
	"net/http"
	"strings"
	"testing"

	"roundsman/api/contract"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

func TestATableThroughTheInterface(t *testing.T) {
	t.Parallel()
	s := play(t, stage.Small, nil)
	table := "code,name,region,address,city,lon,lat,unplaced\n" +
		"NEW-01,Bank,ST,1 Market Street,Newark,0.04,0,\n" +
		"NEW-02,=1+1,ST,2 Market Street,Newark,,,true\n" +
		"NEW-03,Bank,XX,3 Market Street,Newark,0.04,0,\n"
	csv := []string{"Content-Type", "text/csv", "Idempotency-Key", "sites-1"}
	s.do(s.anna, "POST", "/v1/imports?kind=sites", table, csv[:2]...).problem(http.StatusForbidden, "scope_missing")
	s.do(s.ada, "POST", "/v1/imports?kind=sites", "name\nx\n", csv[:2]...).problem(http.StatusUnprocessableEntity, "column_missing")
	s.do(s.ada, "POST", "/v1/imports?kind=servicenow&region=XX&template=printer_fault",
		"number,incident_state,caller_id,opened_at,sys_updated_at,location\n", csv[:2]...).problem(http.StatusUnprocessableEntity, "reference_missing")

	sent := s.do(s.ada, "POST", "/v1/imports?kind=sites", table, csv...)
	require.Equal(t, http.StatusAccepted, sent.Code, sent.Body)
	again := s.do(s.ada, "POST", "/v1/imports?kind=sites", table, csv...)
	require.Equal(t, sent.Body.String(), again.Body.String())
	require.Equal(t, "true", again.Header().Get("Idempotent-Replay"))
	at := sent.Header().Get("Location")
	require.EqualValues(t, "queued", ok[contract.Import](s, http.StatusOK, s.ada, "GET", at, nil).State)
	require.NoError(t, s.Work(t.Context()))
	r := ok[contract.Import](s, http.StatusOK, s.ada, "GET", at, nil)
	require.EqualValues(t, "done", r.State)
	require.Equal(t, []int64{3, 2, 0, 0, 1}, []int64{r.Rows, r.Added, r.Changed, r.Unchanged, r.Rejected}, "sent twice with one key, read once")
	require.Equal(t, 1.0, r.Progress)
	require.Len(t, ok[contract.Imports](s, http.StatusOK, s.ada, "GET", "/v1/imports", nil).Items, 1)

	wrong := ok[contract.RowErrors](s, http.StatusOK, s.ada, "GET", at+"/errors", nil).Items
	require.Len(t, wrong, 1)
	require.Equal(t, []any{4, "region", "reference_missing"}, []any{wrong[0].Line, *wrong[0].Column, wrong[0].Code})
	lines := strings.Split(s.do(s.ada, "GET", at+"/errors.csv", nil).Body.String(), "\r\n")
	require.Len(t, lines, 1+1+1)
	require.Regexp(t, `^4,region,reference_missing,.*XX.*bring it in first`, lines[1])
	p := s.do(s.ada, "POST", at+"/cancellation", nil).problem(http.StatusConflict, "import_state")
	require.Equal(t, []any{"queued", "running"}, p["allowed"])

	out := s.do(s.ada, "GET", "/v1/exports/sites", nil)
	require.Equal(t, http.StatusOK, out.Code)
	require.Contains(t, out.Header().Get("Content-Disposition"), "sites.csv")
	require.Contains(t, out.Body.String(), "NEW-02,'=1+1,ST,", "no spreadsheet computes it")
	s.do(s.anna, "GET", "/v1/exports/sites", nil).problem(http.StatusForbidden, "scope_missing")

	unplaced := map[string]bool{}
	for _, site := range ok[contract.Sites](s, http.StatusOK, s.anna, "GET", "/v1/sites", nil).Items {
		unplaced[site.Code] = site.Unplaced != nil && *site.Unplaced
	}
	require.Equal(t, map[string]bool{"NEW-01": false, "NEW-02": true, "S0": false, "S1": false, "S2": false}, unplaced)
}
