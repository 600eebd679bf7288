package webhook_test

import (
	"net/http"
	"strconv"
	"testing"
	"time"

	"roundsman/internal/clock"
	"roundsman/internal/webhook"

	standard "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"github.com/stretchr/testify/require"
)

var noon = time.Date(2026, 3, 9, 12, 0, 0, 0, time.UTC)

func headers(m webhook.Message, signature string) webhook.Headers {
	return webhook.Headers{ID: m.ID, Timestamp: strconv.FormatInt(m.Timestamp.Unix(), 10), Signature: signature}
}

// The published library is the oracle, both ways.
func TestSignaturesAreThoseOfTheStandard(t *testing.T) {
	t.Parallel()
	secret := webhook.NewSecret()
	theirs, err := standard.NewWebhook(string(secret))
	require.NoError(t, err)
	now := clock.System{}.Now()
	m := webhook.Message{ID: "msg-1", Timestamp: now, Body: []byte(`{"type":"x"}`)}

	ours, err := webhook.Sign(m, secret)
	require.NoError(t, err)
	h := http.Header{}
	h.Set(standard.HeaderWebhookID, m.ID)
	h.Set(standard.HeaderWebhookTimestamp, strconv.FormatInt(now.Unix(), 10))
	h.Set(standard.HeaderWebhookSignature, ours)
	require.NoError(t, theirs.Verify(m.Body, h))

	signed, err := theirs.Sign(m.ID, now, m.Body)
	require.NoError(t, err)
	require.Equal(t, signed, ours)
	got, err := webhook.Verify(headers(m, signed), m.Body, now, secret)
	require.NoError(t, err)
	require.Equal(t, "msg-1", got.ID)
}

func TestVerify(t *testing.T) {
	t.Parallel()
	old, fresh, foreign := webhook.NewSecret(), webhook.NewSecret(), webhook.NewSecret()
	m := webhook.Message{ID: "msg-1", Timestamp: noon, Body: []byte(`{"a":1}`)}
	sign := func(s ...webhook.Secret) string {
		out, err := webhook.Sign(m, s...)
		require.NoError(t, err)
		return out
	}
	good := headers(m, sign(fresh))
	for name, c := range map[string]struct {
		h    webhook.Headers
		body string
		at   time.Time
		ok   bool
	}{
		"the new secret":               {good, `{"a":1}`, noon, true},
		"the old secret":               {headers(m, sign(old)), `{"a":1}`, noon, true},
		"both, as while rotating":      {headers(m, sign(foreign, old)), `{"a":1}`, noon, true},
		"a foreign secret":             {headers(m, sign(foreign)), `{"a":1}`, noon, false},
		"another body":                 {good, `{"a":2}`, noon, false},
		"another id":                   {webhook.Headers{ID: "msg-2", Timestamp: good.Timestamp, Signature: good.Signature}, `{"a":1}`, noon, false},
		"another time":                 {webhook.Headers{ID: "msg-1", Timestamp: strconv.FormatInt(noon.Unix()+1, 10), Signature: good.Signature}, `{"a":1}`, noon, false},
		"five minutes old":             {good, `{"a":1}`, noon.Add(5 * time.Minute), true},
		"older":                        {good, `{"a":1}`, noon.Add(5*time.Minute + time.Second), false},
		"from the future":              {good, `{"a":1}`, noon.Add(-5*time.Minute - time.Second), false},
		"no signature":                 {headers(m, ""), `{"a":1}`, noon, false},
		"another version of signature": {headers(m, "v2"+sign(fresh)[2:]), `{"a":1}`, noon, false},
		"nothing":                      {webhook.Headers{}, `{"a":1}`, noon, false},
	} {
		_, err := webhook.Verify(c.h, []byte(c.body), c.at, old, fresh)
		require.Equal(t, c.ok, err == nil, name)
		if !c.ok {
			require.Equal(t, webhook.ErrRefused, err, "nothing tells which part was wrong")
		}
	}
	// The id and the time are joined by dots: an id with dots could be cut elsewhere.
	dotted := webhook.Message{ID: "a.b", Timestamp: noon, Body: []byte("x")}
	signature, err := webhook.Sign(dotted, fresh)
	require.NoError(t, err)
	_, err = webhook.Verify(headers(dotted, signature), dotted.Body, noon, fresh)
	require.ErrorIs(t, err, webhook.ErrRefused)
	_, err = webhook.Verify(good, m.Body, noon)
	require.ErrorIs(t, err, webhook.ErrRefused, "without a secret nothing is good")
}

func TestSecrets(t *testing.T) {
	t.Parallel()
	s := webhook.NewSecret()
	require.NoError(t, s.Check())
	require.NotEqual(t, s, webhook.NewSecret())
	require.Equal(t, "whsec_…", s.String())
	require.Error(t, webhook.Secret("whsec_c2hvcnQ=").Check())
	require.Error(t, webhook.Secret("not base64!").Check())
}
