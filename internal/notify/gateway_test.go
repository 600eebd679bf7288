package notify_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/clock"
	"roundsman/internal/ids"
	"roundsman/internal/notify"
	"roundsman/internal/outbound"
	"roundsman/internal/webhook"

	"github.com/stretchr/testify/require"
)

var noon = time.Date(2026, 3, 9, 12, 0, 0, 0, time.UTC)

func letter(to string) dispatch.Letter {
	return dispatch.Letter{NoticeID: ids.From(ids.Nil, "notice"), To: to, ToName: "Zoë Łącka", Language: "de",
		Subject: "Neues zu Ihrem Besuch", Body: "Zoë, Tess ist auf dem Weg zu Ihnen. (T-2041)"}
}

func here() *outbound.Client {
	return outbound.New(outbound.NewGuard([]netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}))
}

// The gateway gets number and text signed by both secrets of a rotation, under an
// id that is the same at every try.
func TestGatewayGetsASignedText(t *testing.T) {
	t.Parallel()
	old, fresh := webhook.NewSecret(), webhook.NewSecret()
	var seen []webhook.Headers
	var bodies []string
	gateway := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		seen = append(seen, webhook.Headers{ID: r.Header.Get(webhook.HeaderID), Timestamp: r.Header.Get(webhook.HeaderTimestamp),
			Signature: r.Header.Get(webhook.HeaderSignature)})
		bodies = append(bodies, string(b))
		w.WriteHeader(http.StatusAccepted)
	}))
	defer gateway.Close()
	machine := clock.At(noon)
	g := &notify.Gateway{URL: gateway.URL, Secrets: []webhook.Secret{fresh, old}, Client: here(), Machine: machine}
	require.Equal(t, dispatch.Receipt{Outcome: dispatch.AttemptDelivered, Code: "http_202"}, g.Carry(t.Context(), letter("+13025550100")))
	machine.Set(noon.Add(time.Hour))
	require.Equal(t, dispatch.AttemptDelivered, g.Carry(t.Context(), letter("+13025550100")).Outcome)
	require.True(t, g.Dedupes())

	require.Equal(t, seen[0].ID, seen[1].ID, "a repeat can be told")
	require.Equal(t, letter("").NoticeID.String(), seen[0].ID)
	for _, s := range []webhook.Secret{old, fresh} {
		_, err := webhook.Verify(seen[0], []byte(bodies[0]), noon, s)
		require.NoError(t, err)
	}
	var got struct {
		Type string
		Data map[string]string
	}
	require.NoError(t, json.Unmarshal([]byte(bodies[0]), &got))
	require.Equal(t, "notice.text", got.Type)
	require.Equal(t, map[string]string{"notice_id": seen[0].ID, "to": "+13025550100", "language": "de",
		"text": "Zoë, Tess ist auf dem Weg zu Ihnen. (T-2041)"}, got.Data)
}

func TestWhatAGatewaySays(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]dispatch.AttemptOutcome{
		200: dispatch.AttemptDelivered, 204: dispatch.AttemptDelivered, 302: dispatch.AttemptRefused, 400: dispatch.AttemptRefused,
		410: dispatch.AttemptRefused, 408: dispatch.AttemptDeferred, 429: dispatch.AttemptDeferred, 500: dispatch.AttemptDeferred, 503: dispatch.AttemptDeferred,
	} {
		gateway := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }))
		g := &notify.Gateway{URL: gateway.URL, Secrets: []webhook.Secret{webhook.NewSecret()}, Client: here(), Machine: clock.At(noon)}
		require.Equal(t, want, g.Carry(t.Context(), letter("+13025550100")).Outcome, status)
		gateway.Close()
		require.Equal(t, dispatch.Receipt{Outcome: dispatch.AttemptDeferred, Code: "connection_failed"}, g.Carry(t.Context(), letter("+1")), "nobody is there")
	}
	// It took the request and went away: it may have sent the text.
	gateway := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	defer gateway.Close()
	g := &notify.Gateway{URL: gateway.URL, Secrets: []webhook.Secret{webhook.NewSecret()}, Client: here(), Machine: clock.At(noon)}
	require.Equal(t, dispatch.AttemptUnclear, g.Carry(t.Context(), letter("+13025550100")).Outcome)
	// Nothing of ours is dialled without leave.
	g.Client = outbound.New(outbound.NewGuard(nil))
	require.Equal(t, dispatch.Receipt{Outcome: dispatch.AttemptDeferred, Code: "refused_address"}, g.Carry(t.Context(), letter("+1")))
}
