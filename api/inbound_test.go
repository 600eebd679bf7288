package api_test

import (
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"roundsman/api/contract"
	"roundsman/internal/stage"
	"roundsman/internal/webhook"

	"github.com/stretchr/testify/require"
)

// letter signs a body the way a source does.
func (s *scene) letter(secret, id, body string) ask {
	s.t.Helper()
	m := webhook.Message{ID: id, Timestamp: s.Machine.Now(), Body: []byte(body)}
	signature, err := webhook.Sign(m, webhook.Secret(secret))
	require.NoError(s.t, err)
	return ask{method: "POST", path: "/v1/inbound/prometheus", body: body, header: map[string]string{
		"webhook-id": id, "webhook-timestamp": strconv.FormatInt(m.Timestamp.Unix(), 10), "webhook-signature": signature}}
}

func (s *scene) source() contract.InboundSecret {
	s.t.Helper()
	ada, err := s.access.SignIn(s.t.Context(), "ada", password)
	require.NoError(s.t, err)
	return ok[contract.InboundSecret](s, http.StatusCreated, ada.Access, "POST", "/v1/inbound-sources",
		object{"code": "prometheus", "name": "Prometheus", "account_id": s.Monitor.AccountID})
}

// The page's example, to the byte.
func TestTheWebhooksPageSaysWhatWorks(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../docs/webhooks.md")
	require.NoError(t, err)
	secret := regexp.MustCompile("With the secret `(whsec_[^`]+)`").FindSubmatch(page)
	example := regexp.MustCompile("(?s)```http\nPOST (\\S+)\n(.*?)\n\n(.*?)\n```").FindSubmatch(page)
	require.NotNil(t, secret)
	require.NotNil(t, example)
	a := ask{method: "POST", path: string(example[1]), body: string(example[3]), header: map[string]string{}}
	for _, line := range strings.Split(string(example[2]), "\n") {
		name, v, _ := strings.Cut(line, ": ")
		a.header[name] = v
	}
	s := play(t, stage.Small, nil)
	s.source()
	_, err = s.Pool.Exec(t.Context(), `update inbound_sources set secret = $1`, string(secret[1]))
	require.NoError(t, err)
	seconds, err := strconv.ParseInt(a.header["webhook-timestamp"], 10, 64)
	require.NoError(t, err)
	s.Machine.Set(time.Unix(seconds, 0).UTC())

	var first, second contract.InboundReceipt
	send(t, s.handler, a).into(http.StatusOK, &first)
	require.Equal(t, contract.InboundReceiptDispositionApplied, first.Disposition)
	i := ok[contract.IncidentDetail](s, http.StatusOK, s.dora, "GET", "/v1/incidents/"+first.SubjectID.String(), nil)
	require.Equal(t, "Worm on desktops", i.Incident.Title)
	send(t, s.handler, a).into(http.StatusOK, &second)
	require.Equal(t, contract.InboundReceiptDispositionDuplicate, second.Disposition)
	require.Equal(t, first.SubjectID, second.SubjectID)
	s.Machine.Set(s.Machine.Now().Add(5*time.Minute + time.Second))
	send(t, s.handler, a).problem(http.StatusUnauthorized, "signature_refused")

	// Every answer that the page tells of is one that the contract has.
	for _, word := range []string{"applied", "unchanged", "outdated", "duplicate"} {
		require.Contains(t, string(page), "200 `"+word+"`")
	}
}

// Who has not signed is told nothing: neither what is wrong nor what would fit, nor
// whether there is such a source.
func TestUnsignedMessagesAreToldNothing(t *testing.T) {
	t.Parallel()
	s := play(t, stage.Small, nil)
	x := s.source()
	good := s.letter(x.Secret, "m1", `{"type":"incident.resolved","timestamp":"2026-03-09T08:00:00Z","resolved":{"external_id":"a"}}`)
	details := map[any]bool{}
	for name, change := range map[string]func(*ask){
		"no such source":  func(a *ask) { a.path = "/v1/inbound/nobody" },
		"another body":    func(a *ask) { a.body = `{"type":1}` },
		"no id":           func(a *ask) { delete(a.header, "webhook-id") },
		"no signature":    func(a *ask) { delete(a.header, "webhook-signature") },
		"old":             func(a *ask) { a.header["webhook-timestamp"] = "1000000000" },
		"signed in":       func(a *ask) { a.token = s.dora; delete(a.header, "webhook-signature") },
		"foreign secret":  func(a *ask) { *a = s.letter(string(webhook.NewSecret()), "m1", a.body.(string)) },
		"not JSON at all": func(a *ask) { a.body = "x" },
	} {
		a := good
		a.header = map[string]string{}
		for k, v := range good.header {
			a.header[k] = v
		}
		change(&a)
		g := send(t, s.handler, a)
		details[g.problem(http.StatusUnauthorized, "signature_refused")["detail"]] = true
		require.Equal(t, "Signature", g.Header().Get("WWW-Authenticate"), name)
	}
	require.Len(t, details, 1, "one answer for everything")

	// A signed message is held against the contract as any other.
	send(t, s.handler, s.letter(x.Secret, "m2", `{"type":"incident.resolved"}`)).problem(http.StatusBadRequest, "bad_request")
	send(t, s.handler, s.letter(x.Secret, "m3", `{"type":"incident.resolved","timestamp":"2026-03-09T08:00:00Z"}`)).problem(http.StatusUnprocessableEntity, "inbound_incomplete")
	large := send(t, s.handler, s.letter(x.Secret, "m4", strings.Repeat("x", 1<<20+1)))
	large.problem(http.StatusRequestEntityTooLarge, "body_too_large")
	var r contract.InboundReceipt
	send(t, s.handler, good).into(http.StatusOK, &r)
	require.Equal(t, contract.InboundReceiptDispositionUnchanged, r.Disposition)
}

// A secret is shown once, and never in a list.
func TestSecretsOfSourcesAreShownOnce(t *testing.T) {
	t.Parallel()
	s := play(t, stage.Small, nil)
	x := s.source()
	require.NoError(t, webhook.Secret(x.Secret).Check())
	ada, err := s.access.SignIn(t.Context(), "ada", password)
	require.NoError(t, err)
	at := "/v1/inbound-sources/" + x.Source.ID.String()
	list := s.do(ada.Access, "GET", "/v1/inbound-sources", nil)
	require.Contains(t, list.Body.String(), `"prometheus"`)
	require.NotContains(t, list.Body.String(), "whsec_")
	s.do(ada.Access, "POST", at+"/rotation", nil).problem(http.StatusPreconditionRequired, "if_match_missing")
	fresh := ok[contract.InboundSecret](s, http.StatusOK, ada.Access, "POST", at+"/rotation", nil, "If-Match", `"1"`)
	require.NotEqual(t, x.Secret, fresh.Secret)
	require.NotNil(t, fresh.Source.OldSecretUntil)
	g := s.do(ada.Access, "POST", at+"/retirement", nil, "If-Match", `"2"`)
	require.Equal(t, http.StatusOK, g.Code, g.Body)
	require.NotContains(t, g.Body.String(), "whsec_")
	s.do(ada.Access, "POST", at+"/rotation", nil, "If-Match", `"3"`).problem(http.StatusConflict, "inbound_source_state")
}

func TestTheCalendarOfChanges(t *testing.T) {
	t.Parallel()
	s := play(t, stage.Small, nil)
	x := s.source()
	body := `{"type":"change.reported","timestamp":"2026-03-09T11:00:00Z","change":{"external_id":"CHG-1","planned":true,"state":"planned","title":"New switches",` +
		`"starts_at":"2026-03-10T12:00:00Z","ends_at":"2026-03-10T13:00:00Z","services":["network"]}}`
	var r contract.InboundReceipt
	send(t, s.handler, s.letter(x.Secret, "m1", body)).into(http.StatusOK, &r)
	list := ok[contract.Changes](s, http.StatusOK, s.anna, "GET", "/v1/changes", nil)
	require.Len(t, list.Items, 1)
	require.Equal(t, "C-1", list.Items[0].Number)
	require.Equal(t, contract.ChangeApproval("none"), list.Items[0].Approval)
	one := ok[contract.Change](s, http.StatusOK, s.anna, "GET", "/v1/changes/"+r.SubjectID.String(), nil)
	require.Equal(t, "New switches", one.Title)
	require.Empty(t, ok[contract.Changes](s, http.StatusOK, s.anna, "GET", "/v1/changes?from=2026-03-10T13:00:00Z", nil).Items)
	s.do(s.anna, "GET", "/v1/changes?from=2026-03-10T13:00:00Z&until=2026-03-09T13:00:00Z", nil).problem(http.StatusUnprocessableEntity, "bad_instants")
	s.do(s.anna, "GET", "/v1/changes/"+stage.Name("nothing").String(), nil).problem(http.StatusNotFound, "change_not_found")
}
