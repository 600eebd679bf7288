package importer

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRejectedRowsStandAsTheyWereWithTheReason(t *testing.T) {
	t.Parallel()
	file := "\ufeffcode;name;note\n" + // 1
		"A;good;\n" + // 2
		"B;\"two\nlines\";=cmd\n" + // 3 and 4
		"\n" + // 5: no row
		"C;bro\"ken;x\n" + // 6
		"D;short\n" + // 7
		"E;good;\n" // 8
	wrong := "line,column,code,message\r\n" +
		"3,name,bad_entry,is too long\r\n" +
		"3,note,bad_entry,can't be kept\r\n" +
		"6,,broken_quotes,the quotes of this row are broken\r\n" +
		"7,,row_shape,the row has another number of cells\r\n"
	why, err := newReasons(strings.NewReader(wrong))
	require.NoError(t, err)
	var out bytes.Buffer
	n, err := rejects([]byte(file), why, &out)
	require.NoError(t, err)
	require.Equal(t, 3, n)
	require.Equal(t, "code;name;note;rejected_because\r\n"+
		"B;\"two\r\nlines\";'=cmd;name is too long, note can't be kept\r\n"+ // no formula, and read back as =cmd
		"\"C;bro\"\"ken;x\";;;the quotes of this row are broken\r\n"+
		"\"D;short\";;;the row has another number of cells\r\n", out.String())
}

// A server that restarts is asked again with the same body and key; a token that
// has ended is made anew.
func TestRequestsOutlastARestart(t *testing.T) {
	t.Parallel()
	var at sync.Mutex // of got: a broken connection's handler may still be at it
	var got []string
	entered := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		at.Lock()
		defer at.Unlock()
		got = append(got, r.Header.Get("Authorization")+" "+r.Header.Get("Idempotency-Key")+" "+string(body))
		switch len(got) {
		case 1:
			w.Header().Set("Retry-After", "0")
			w.WriteHeader(http.StatusServiceUnavailable)
		case 2:
			w.WriteHeader(http.StatusUnauthorized)
		case 3:
			panic(http.ErrAbortHandler) // the connection breaks
		}
	}))
	t.Cleanup(server.Close)
	l := &line{web: server.Client(), tries: 4, token: "old"}
	l.enter = func(context.Context) error {
		entered++
		l.token = "new"
		return nil
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL, strings.NewReader("rows"))
	require.NoError(t, err)
	r.Header.Set("Idempotency-Key", "k")
	res, err := l.Do(r)
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	require.Equal(t, http.StatusOK, res.StatusCode)
	at.Lock()
	require.Equal(t, []string{"Bearer old k rows", "Bearer old k rows", "Bearer new k rows", "Bearer new k rows"}, got)
	got = nil
	at.Unlock()
	require.Equal(t, 1, entered)

	l.tries = 1 // not patient: the twin that gives up
	r, err = http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL, strings.NewReader("rows"))
	require.NoError(t, err)
	res, err = l.Do(r)
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	require.Equal(t, http.StatusServiceUnavailable, res.StatusCode)
}
