package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
)

// act is one request of a client, with its key. It is sent until it is answered, or
// given up when its answer was lost on the way.
type act struct {
	kind, key, path, body string
	match                 string // If-Match
	status                int    // 0: nothing was acknowledged
	answer                []byte
}

// load is what the clients do and what they were told.
type load struct {
	t     *testing.T
	seed  uint64
	token string
	web   *http.Client

	mu      sync.Mutex
	changed *sync.Cond
	url     string // "": no server runs
	lives   int    // how many servers there were
	over    bool   // nothing new is begun
	acts    []*act
	broken  int // answers that never came
	people  []string
}

func newLoad(t *testing.T, pool *pgxpool.Pool, seed uint64, url, token string) *load {
	t.Helper()
	l := &load{t: t, seed: seed, token: token, url: url, web: &http.Client{Timeout: 20 * time.Second}}
	l.changed = sync.NewCond(&l.mu)
	// Every other one is told by mail.
	rows, err := pool.Query(t.Context(), `select id::text from people where mobile is not null and mail is not null order by id`)
	require.NoError(t, err)
	l.people, err = pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	require.Greater(t, len(l.people), 50)
	for i, id := range l.people {
		if i%2 == 0 {
			_, err := pool.Exec(t.Context(), `update people set mobile = null, mail_on_device_only = false where id = $1`, id)
			require.NoError(t, err)
		}
	}
	return l
}

func (l *load) gone() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.url = ""
}

func (l *load) back(url string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.url = url
	l.lives++
	l.changed.Broadcast()
}

// stop lets clients finish what they began, on the servers to come.
func (l *load) stop() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.over = true
}

func (l *load) ended() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.over
}

// server waits for one that lives; after is the life that a request was lost with,
// -1 when none was.
func (l *load) server(after int) (string, int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for l.url == "" || l.lives == after {
		l.changed.Wait()
	}
	return l.url, l.lives
}

// client registers tickets and promises windows, one after the other, and takes
// every other promise back.
func (l *load) client(n int) {
	chance := rand.New(rand.NewPCG(l.seed, uint64(n)+2))
	for i := 0; !l.ended(); i++ {
		key := func(kind string) string { return fmt.Sprintf("kill-%s-%d-%d", kind, n, i) }
		person := l.people[(i*killClients+n)%len(l.people)]
		opened, ok := l.do(chance, act{kind: "ticket", key: key("ticket"), path: "/v1/tickets",
			body: fmt.Sprintf(`{"template":"monitor_replacement","person_id":%q,"key_field":%q}`, person, key("ticket"))})
		if !ok {
			continue
		}
		ticket := read(opened, "ticket", "id")
		l.do(chance, act{kind: "note", key: key("note"), path: "/v1/tickets/" + ticket + "/notes", body: fmt.Sprintf(`{"audience":"internal","body":%q}`, key("note"))})
		quoted, ok := l.do(chance, act{kind: "quote", key: key("quote"), path: "/v1/quotes", body: fmt.Sprintf(`{"ticket_id":%q,"days":5}`, ticket)})
		if !ok {
			continue
		}
		outcome := read(quoted, "offers", "outcome_id")
		if outcome == "" {
			continue // nothing fits; others may still be served
		}
		made, ok := l.do(chance, act{kind: "promise", key: key("promise"), path: "/v1/promises", body: fmt.Sprintf(`{"outcome_id":%q}`, outcome)})
		if !ok || i%2 == 0 {
			continue
		}
		l.do(chance, act{kind: "withdrawal", key: key("withdrawal"), path: "/v1/promises/" + read(made, "id") + "/withdrawal", match: `"1"`,
			body: `{"reason":"away","choice":"customer","wish":"cancelled"}`})
	}
}

// do sends an act until it is answered. A lost answer is asked for again under the
// same key, or, one time in four, left as it is.
func (l *load) do(chance *rand.Rand, a act) ([]byte, bool) {
	l.mu.Lock()
	mine := &a
	l.acts = append(l.acts, mine)
	l.mu.Unlock()
	lost := -1
	for tries := 0; ; tries++ {
		url, life := l.server(lost)
		got, busy, err := post(l.t.Context(), l.web, url+a.path, l.token, a.key, a.body, a.match)
		if l.t.Context().Err() != nil {
			return nil, false
		}
		if err != nil {
			l.mu.Lock()
			l.broken++
			l.mu.Unlock()
			if chance.IntN(4) == 0 {
				return nil, false
			}
			lost = life
			continue
		}
		if busy && tries < 500 {
			// The transaction of the killed server is let go when PostgreSQL notices.
			<-time.After(20 * time.Millisecond)
			continue
		}
		l.mu.Lock()
		defer l.mu.Unlock()
		mine.status, mine.answer = got.status, got.body
		return got.body, got.status < 300
	}
}

// reply is what a server answered.
type reply struct {
	status int
	body   []byte
	header http.Header
}

// post sends a request. It is busy when the same is to be sent again in a moment.
func post(ctx context.Context, web *http.Client, url, token, key, body string, match ...string) (reply, bool, error) {
	q, err := http.NewRequestWithContext(ctx, http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		return reply{}, false, err
	}
	q.Header.Set("Content-Type", "application/json")
	if token != "" {
		q.Header.Set("Authorization", "Bearer "+token)
	}
	if key != "" {
		q.Header.Set("Idempotency-Key", key)
	}
	if len(match) > 0 && match[0] != "" {
		q.Header.Set("If-Match", match[0])
	}
	r, err := web.Do(q)
	if err != nil {
		return reply{}, false, err
	}
	defer r.Body.Close()
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		return reply{}, false, err
	}
	busy := r.StatusCode == http.StatusServiceUnavailable || r.StatusCode == http.StatusConflict && strings.Contains(string(raw), `"key_in_flight"`)
	return reply{r.StatusCode, raw, r.Header}, busy, nil
}

// read gives a text of an answer; of a list its first.
func read(raw []byte, path ...string) string {
	var v any
	if json.Unmarshal(raw, &v) != nil {
		return ""
	}
	for _, name := range path {
		m, ok := v.(map[string]any)
		if !ok {
			return ""
		}
		if v = m[name]; v == nil {
			return ""
		}
		if list, is := v.([]any); is {
			if len(list) == 0 {
				return ""
			}
			v = list[0]
		}
	}
	s, _ := v.(string)
	return s
}

func (l *load) acknowledged() (n int) {
	for _, a := range l.acts {
		if a.status > 0 && a.status < 300 {
			n++
		}
	}
	return n
}

func (l *load) unclear() (n int) {
	for _, a := range l.acts {
		if a.status == 0 {
			n++
		}
	}
	return n
}

// replayed asks for every acknowledged answer once more: it is the same to the byte.
func (l *load) replayed(t *testing.T) {
	t.Helper()
	url, _ := l.server(-1)
	for _, a := range l.acts {
		if a.status == 0 || a.status >= 300 {
			continue
		}
		got, _, err := post(t.Context(), l.web, url+a.path, l.token, a.key, a.body, a.match)
		require.NoError(t, err)
		require.Equal(t, a.status, got.status, "%s: %s", a.key, got.body)
		require.Equal(t, string(a.answer), string(got.body), a.key)
		require.Equal(t, "true", got.header.Get("Idempotent-Replay"), a.key)
	}
}
