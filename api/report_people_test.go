package api_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"roundsman/dispatch/desk"
	"roundsman/internal/access"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

// Who is measured by what they closed closes tickets. So no report that an agent may
// read says anything of a single person, and those that do say what they leave out.
func TestReportsSayNothingOfSinglePeople(t *testing.T) {
	t.Parallel()
	s := play(t, stage.Small, nil)
	ctx := t.Context()
	person, word := stage.Name("person 0"), "set a new password"
	c, err := s.Desk.StartContact(ctx, s.Agent, desk.NewContact{PersonID: &person, Channel: "phone", Direction: "in", Reason: "new"})
	require.NoError(t, err)
	_, err = s.Desk.OpenTicket(ctx, s.Agent, desk.NewTicket{Template: "password_reset", PersonID: person, ContactID: &c.Contact.ID, Resolution: &word, HandledSeconds: 60})
	require.NoError(t, err)
	lead, err := s.access.SignIn(ctx, "lena", password)
	require.NoError(t, err)

	ask := map[string]string{"from": "2026-03-09T00:00:00Z", "until": "2026-03-10T00:00:00Z", "month": "2026-03", "region_id": stage.Name("region").String()}
	open, ofPeople := 0, 0
	for _, x := range samples(t) {
		if !strings.HasPrefix(x.route, "GET /v1/reports/") {
			continue
		}
		q := url.Values{}
		for _, p := range x.op.Parameters {
			if p.Value.Required {
				require.Contains(t, ask, p.Value.Name, x.route)
				q.Set(p.Value.Name, ask[p.Value.Name])
			}
		}
		path, _, _ := strings.Cut(x.path, "?")
		path += "?" + q.Encode()
		agent := s.do(s.anna, "GET", path, nil)
		if slices.Contains(x.scopes, access.TeamRead) {
			ofPeople++
			require.Equal(t, http.StatusForbidden, agent.Code, x.route)
			v := ok[map[string]any](s, http.StatusOK, lead.Access, "GET", path, nil)
			require.NotEmpty(t, v["caveat"], x.route)
			continue
		}
		open++
		require.Equal(t, http.StatusOK, agent.Code, "%s: %s", x.route, agent.Body)
		for _, a := range s.Accounts {
			require.NotContains(t, agent.Body.String(), a.Principal().AccountID.String(), x.route)
		}
	}
	require.Positive(t, open)
	require.Equal(t, 2, ofPeople, "answer times and registration, and never what somebody closed")

	// The look for people can find one.
	found := s.do(lead.Access, "GET", "/v1/reports/answer-times/handlers?from=2026-03-09T00:00:00Z&until=2026-03-10T00:00:00Z", nil)
	require.Contains(t, found.Body.String(), s.Agent.AccountID.String())
}
