package api

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/stretchr/testify/require"
)

// The guard of every other test of this package: it sees an answer that does not
// keep the contract, and lets one through that does.
func TestWatch(t *testing.T) {
	t.Parallel()
	doc, err := loadDocument()
	require.NoError(t, err)
	s := &server{doc: doc}
	for name, c := range map[string]struct {
		status int
		body   string
		seen   bool
	}{
		"as it should be":     {200, `{"now":"2026-03-09T07:30:00-04:00"}`, false},
		"a field too many":    {200, `{"now":"2026-03-09T07:30:00-04:00","then":1}`, true},
		"a field too few":     {200, `{}`, true},
		"not a time":          {200, `{"now":"half past seven"}`, true},
		"not JSON":            {200, `now`, true},
		"a status not listed": {418, `{"now":"2026-03-09T07:30:00-04:00"}`, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var told []string
			e := gin.New()
			e.Use(s.watch(func(operation string, _ error) { told = append(told, operation) }))
			e.GET("/v1/demo/clock", func(x *gin.Context) { x.Data(c.status, "application/json", []byte(c.body)) })
			w := httptest.NewRecorder()
			e.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/v1/demo/clock", http.NoBody))
			require.Equal(t, c.body, w.Body.String())
			require.Equal(t, c.seen, len(told) > 0)
		})
	}
}

func TestDuration(t *testing.T) {
	t.Parallel()
	for d, text := range map[time.Duration]string{
		0: "PT0S", -time.Hour: "PT0S", 30 * time.Minute: "PT30M", 90 * time.Minute: "PT1H30M", 45 * time.Second: "PT45S",
		25*time.Hour + time.Second: "PT25H1S",
	} {
		require.Equal(t, text, duration(d))
		if d >= 0 {
			back, err := parseDuration(text)
			require.NoError(t, err)
			require.Equal(t, d, back)
		}
	}
	for _, odd := range []string{"", "PT", "P1D", "30", "PT1.5H", "PT-1M", "pt1m", "PT1M1H", "PT999999999999999999H", "PT10000H"} {
		_, err := parseDuration(odd)
		require.Error(t, err, odd)
	}
}
