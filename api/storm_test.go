package api_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"roundsman"
	"roundsman/api"
	"roundsman/internal/access"
	"roundsman/internal/ids"
	"roundsman/internal/postgres"
	"roundsman/internal/stage"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
)

// strength says how hard a storm blows.
type strength struct {
	servers int
	copies  int // of a request at most
	enough  int // successes of an operation, after which it is sent once
}

var (
	hard   = strength{servers: 3, copies: 20, enough: 2}
	gentle = strength{servers: 2, copies: 5, enough: 1}
)

// storm stands before several servers on one database. An act that comes through it
// is sent several times at once under one key, to all of them, a tenth cut off
// midway; whoever sent it gets one answer.
type storm struct {
	strength
	t        *testing.T
	replicas []http.Handler
	pool     *pgxpool.Pool
	log      *lines
	acts     []stormAct
	keys     map[string]bool // that blew already

	mu      sync.Mutex
	chance  *rand.Rand
	done    map[string]int // by operation, acts that had their effect in a storm
	sent    int
	cut     int
	waiting int // answers that said: still being done
	wrong   []string
}

// stormAct is an operation that takes a key.
type stormAct struct {
	id   string
	path *regexp.Regexp
}

// keyed lists the operations of the contract that take a key.
func keyed(doc *openapi3.T) []stormAct {
	var out []stormAct
	for path, item := range doc.Paths.Map() {
		if item.Post == nil {
			continue
		}
		for _, p := range item.Post.Parameters {
			if p.Value.Name == "Idempotency-Key" {
				out = append(out, stormAct{item.Post.OperationID, regexp.MustCompile("^" + regexp.MustCompile(`\{\w+\}`).ReplaceAllString(path, "[^/]+") + "$")})
			}
		}
	}
	return out
}

// newStorm opens servers of their own on the database of a scene; change alters each.
func newStorm(t *testing.T, s *scene, doc *openapi3.T, seed uint64, how strength, change func(*api.Deps), front func(http.Handler) http.Handler) *storm {
	t.Helper()
	x := &storm{strength: how, t: t, pool: s.Pool, log: &lines{}, acts: keyed(doc), keys: map[string]bool{}, chance: rand.New(rand.NewPCG(seed, 7)), done: map[string]int{}}
	for range how.servers {
		pool, err := postgres.Open(t.Context(), s.Pool.Config().ConnString(), 6)
		require.NoError(t, err)
		t.Cleanup(pool.Close)
		r := stage.Over(pool, s.Setup, s.Accounts)
		r.Clock, r.Machine = s.Clock, s.Machine
		r.Store.EnqueueFunc = s.Store.EnqueueFunc
		r.Wire(r.Store)
		accounts, err := access.NewService(r.Store, s.machine, access.Options{})
		require.NoError(t, err)
		d := behind(r, accounts, s.machine)
		d.Log = slog.New(slog.NewTextHandler(x.log, &slog.HandlerOptions{Level: slog.LevelError}))
		if change != nil {
			change(&d)
		}
		server, err := api.New(d)
		require.NoError(t, err)
		if front == nil {
			x.replicas = append(x.replicas, server)
		} else {
			x.replicas = append(x.replicas, front(server))
		}
	}
	return x
}

func (x *storm) fault(format string, args ...any) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if len(x.wrong) < 50 {
		x.wrong = append(x.wrong, fmt.Sprintf(format, args...))
	}
}

func (x *storm) roll(n int) int {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.chance.IntN(n)
}

// of gives the operation of a request that is to be stormed, "" for all others.
func (x *storm) of(q *http.Request) string {
	if q.Method != http.MethodPost || strings.Contains(q.URL.RawQuery, "dry_run=true") {
		return ""
	}
	for _, a := range x.acts {
		if a.path.MatchString(q.URL.Path) {
			return a.id
		}
	}
	return ""
}

// one is a request as it is sent again and again.
type one struct {
	*http.Request
	body []byte
	key  string
}

// send sends a copy to one of the servers.
func (x *storm) send(ctx context.Context, q one) *httptest.ResponseRecorder {
	c := q.Clone(ctx)
	c.Body = io.NopCloser(bytes.NewReader(q.body))
	c.ContentLength = int64(len(q.body))
	if q.key != "" {
		c.Header.Set("Idempotency-Key", q.key)
	}
	w := httptest.NewRecorder()
	x.replicas[x.roll(len(x.replicas))].ServeHTTP(w, c)
	return w
}

func (x *storm) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		x.t.Errorf("reading a request: %v", err)
	}
	q := one{r, body, r.Header.Get("Idempotency-Key")}
	op := x.of(r)
	x.mu.Lock()
	enough := x.done[op] >= x.enough
	x.mu.Unlock()
	var last *httptest.ResponseRecorder
	if op == "" || enough || x.keys[q.key] {
		last = x.send(r.Context(), q)
	} else {
		if q.key == "" {
			q.key = ids.New().String()
		}
		x.keys[q.key] = true
		last = x.storm(op, q)
	}
	for name, v := range last.Header() {
		if name != "Idempotent-Replay" {
			w.Header()[name] = v
		}
	}
	w.WriteHeader(last.Code)
	_, _ = w.Write(last.Body.Bytes())
}

// storm sends the copies, holds them against one another and gives what was
// answered in the end.
func (x *storm) storm(op string, q one) *httptest.ResponseRecorder {
	n := 1 + x.roll(x.copies)
	answers, cut := make([]*httptest.ResponseRecorder, n), make([]bool, n)
	var all sync.WaitGroup
	for i := range n {
		cut[i] = x.roll(10) == 0
		after := time.Duration(x.roll(8000)) * time.Microsecond
		all.Go(func() {
			ctx, cancel := context.WithCancel(q.Context())
			defer cancel()
			if cut[i] {
				defer time.AfterFunc(after, cancel).Stop()
			}
			answers[i] = x.send(ctx, q)
		})
	}
	all.Wait()
	last := x.settled(q)
	x.judge(op, q, answers, cut, last)
	return last
}

// settled is the answer when nothing is under way any more: a copy that was cut off
// holds its key until the database has let go of it.
func (x *storm) settled(q one) (last *httptest.ResponseRecorder) {
	x.t.Helper()
	require.Eventually(x.t, func() bool {
		last = x.send(q.Context(), q)
		return !inFlight(last)
	}, 10*time.Second, 5*time.Millisecond, "%s is in flight for ever", q.URL.Path)
	return last
}

func good(w *httptest.ResponseRecorder) bool { return w.Code >= 200 && w.Code < 300 }

func inFlight(w *httptest.ResponseRecorder) bool {
	return w.Code == http.StatusConflict && strings.Contains(w.Body.String(), `"key_in_flight"`)
}

func replayed(w *httptest.ResponseRecorder) bool {
	return w.Header().Get("Idempotent-Replay") == "true"
}

// judge holds the copies of one act against one another: one effect, the same bytes
// for everybody, and nothing but "wait" besides.
func (x *storm) judge(op string, q one, answers []*httptest.ResponseRecorder, cut []bool, last *httptest.ResponseRecorder) {
	at := func(w *httptest.ResponseRecorder) string {
		return fmt.Sprintf("%s (%s): %d %.400s", op, q.URL.Path, w.Code, w.Body)
	}
	firsts, done := 0, good(last)
	for i, a := range answers {
		x.mu.Lock()
		x.sent++
		if cut[i] {
			x.cut++
		}
		if inFlight(a) {
			x.waiting++
		}
		x.mu.Unlock()
		switch {
		case good(a) && !replayed(a):
			firsts++
			fallthrough
		case good(a):
			if done && (a.Code != last.Code || !bytes.Equal(a.Body.Bytes(), last.Body.Bytes())) {
				x.fault("other bytes: %s; at last %s", at(a), at(last))
			} else if !done {
				x.fault("done, and refused at last: %s", at(last))
			}
		case cut[i] || inFlight(a):
		case a.Code >= http.StatusInternalServerError:
			x.fault("%s\n%s", at(a), x.log)
		case done:
			x.fault("refused although it was done: %s", at(a))
		}
	}
	if firsts > 1 {
		x.fault("done %d times: %s", firsts, at(last))
	}
	if !done {
		return
	}
	// Where all before were cut off or told to wait, the last is the one that did it.
	if firsts > 0 && !replayed(last) {
		x.fault("its answer is not kept: %s", at(last))
	}
	x.afterwards(op, q, last)
}

// afterwards repeats an act that is done, once a server, and sends another request
// under its key: nothing is written any more.
func (x *storm) afterwards(op string, q one, last *httptest.ResponseRecorder) {
	before := x.written()
	for range 2 {
		again := x.send(q.Context(), q)
		if again.Code != last.Code || !bytes.Equal(again.Body.Bytes(), last.Body.Bytes()) || !replayed(again) {
			x.fault("%s: a repeat is answered %d %.300s, not %d %.300s", op, again.Code, again.Body, last.Code, last.Body)
		}
	}
	other := q
	if path := aUUID.ReplaceAllString(q.URL.Path, ids.New().String()); path != q.URL.Path {
		other.Request = q.Clone(q.Context())
		other.URL.Path = path
	} else {
		other.body = append(append([]byte{}, q.body...), ' ')
	}
	if w := x.send(q.Context(), other); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), `"key_reused"`) {
		x.fault("%s: another request under its key is answered %d %.300s", op, w.Code, w.Body)
	}
	if after := x.written(); after != before {
		x.fault("%s: a repeat wrote something", op)
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.done[op]++
}

var aUUID = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)

// written is the newest transaction and the number of rows, over every table.
func (x *storm) written() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	var out string
	err := x.pool.QueryRow(x.t.Context(), `select string_agg(relname || ' ' || (xpath('/row/c/text()', query_to_xml(
		format('select count(*) || ''/'' || coalesce(max(xmin::text::bigint), 0) as c from %I', relname), false, true, '')))[1]::text, ', ' order by relname)
		from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'`).Scan(&out)
	if err != nil {
		x.t.Errorf("reading what was written: %v", err)
	}
	return out
}

// Servers that never see a key do an act as often as it comes: the storm can tell.
func TestAStormWithoutKeys(t *testing.T) {
	t.Parallel()
	doc, err := openapi3.NewLoader().LoadFromData(roundsman.OpenAPI)
	require.NoError(t, err)
	s := play(t, stage.Small, nil)
	body := object{"template": "virus_cleanup", "person_id": stage.Name("person 0")}
	keyless := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			r.Header.Del("Idempotency-Key")
			next.ServeHTTP(w, r)
		})
	}
	x := newStorm(t, s, doc, 1, hard, nil, keyless)
	s.handler = x
	s.do(s.anna, "POST", "/v1/tickets", body)
	require.NotEmpty(t, x.wrong)

	x = newStorm(t, s, doc, 1, hard, nil, nil)
	s.handler = x
	require.Equal(t, http.StatusCreated, s.do(s.anna, "POST", "/v1/tickets", body).Code)
	require.Empty(t, x.wrong)
	require.Equal(t, 1, x.done["openTicket"])
}

// A day, each act of which comes up to twenty times at once to three servers, a tenth
// of the copies cut off midway: one effect, the same bytes for all, another request
// under the key refused, and "wait" while it is being done and never else.
func TestADayInAStorm(t *testing.T) {
	t.Parallel()
	doc, err := openapi3.NewLoader().LoadFromData(roundsman.OpenAPI)
	require.NoError(t, err)
	seed := uint64(time.Now().UnixNano())
	s := play(t, stage.Small, nil)
	x := newStorm(t, s, doc, seed, hard, nil, nil)
	s.handler = x
	s.t = t
	_, err = s.Pool.Exec(t.Context(), `update people set name = 'Ann Zyxmark', mail = 'zyxmail@road.example', mobile = '+13025557731' where id = $1`, stage.Name("person 0"))
	require.NoError(t, err)
	aMarkedDay(t, s)
	t.Logf("seed %d: %d copies sent, %d cut off, %d told to wait", seed, x.sent, x.cut, x.waiting)
	require.Empty(t, x.wrong)
	for _, op := range []string{"startContact", "openTicket", "addNote", "makeQuote", "makePromise", "startPlanRun", "publishPlanRun", "leaveForVisit", "arriveAtVisit"} {
		require.NotZero(t, x.done[op], op)
	}
	require.NotZero(t, x.cut)
}
