package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"roundsman"
	"roundsman/api"
	"roundsman/api/contract"
	"roundsman/internal/access"
	"roundsman/internal/ids"
	"roundsman/internal/stage"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"
)

// What marks somebody's data on a marked stage. Nothing else there reads like it.
const (
	markedWord   = "Zyxmark"
	markedMail   = "zyxmail"
	markedNumber = "5557731"
)

// overheard is everything that leaves a server besides its answers.
type overheard struct {
	*scene
	log  *lines
	mu   sync.Mutex
	urls []string
	keys []string // beside those of the accounts
}

// marked opens a stage on which the first person's name, addresses and numbers are
// marked. front may stand before the server.
func marked(t *testing.T, front func(http.Handler, *slog.Logger) http.Handler) *overheard {
	t.Helper()
	o := &overheard{log: &lines{}}
	log := slog.New(slog.NewJSONHandler(o.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	o.scene = play(t, stage.Small, func(d *api.Deps) { d.Log, d.Misfit = log, nil })
	_, err := o.Pool.Exec(t.Context(), `update people set name = 'Ann Zyxmark', spoken_name = 'Zyxmark', employee_number = 'Zyxmark-7',
		mail = 'zyxmail@road.example', mobile = '+13025557731', desk_phone = '+13025557731', phone_raw = '302/5557731', room = 'Zyxmark 7' where id = $1`, stage.Name("person 0"))
	require.NoError(t, err)
	server := o.handler
	if front != nil {
		server = front(server, log)
	}
	o.listen(server)
	return o
}

// listen stands before a server and writes down the addresses that are asked, and
// where clients are sent on to: what stands in a proxy's log.
func (o *overheard) listen(server http.Handler) {
	o.handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		o.mu.Lock()
		o.urls = append(o.urls, r.URL.String())
		o.mu.Unlock()
		server.ServeHTTP(w, r)
		o.mu.Lock()
		defer o.mu.Unlock()
		o.urls = append(o.urls, w.Header().Get("Location"), w.Header().Get("Link"))
	})
}

// leaks lists where a mark, a password or a token stands in a log, an address, an
// event or a metric.
func (o *overheard) leaks(t *testing.T) []string {
	t.Helper()
	secrets := append([]string{markedWord, markedMail, markedNumber, password, o.anna, o.ben, o.dora, o.mon, o.tess, o.tom, o.ada}, o.keys...)
	places := map[string]string{"log": o.log.String(), "address": strings.Join(o.urls, "\n"),
		"metric": o.do("", "GET", "/metrics", nil).Body.String()}
	var told string
	require.NoError(t, o.Pool.QueryRow(t.Context(), `select coalesce(string_agg(name || ' ' || subject_kind || ' ' || data::text, E'\n'), '') from events`).Scan(&told))
	places["event"] = told
	var out []string
	for place, text := range places {
		for _, secret := range secrets {
			for line := range strings.Lines(text) {
				if strings.Contains(strings.ToLower(line), strings.ToLower(secret)) {
					out = append(out, fmt.Sprintf("%s: %.300s", place, line))
				}
			}
		}
	}
	return out
}

// A day with a customer whose every word is marked: they call, are looked up, get a
// window and a technician, are told, and leave words in every field for words. None
// of it stands in a log, an address, an event or a metric.
func TestWhoIsServedStaysPrivate(t *testing.T) {
	t.Parallel()
	o := marked(t, nil)
	aMarkedDay(t, o.scene)
	require.Empty(t, o.leaks(t))

	o.everyOperation(t)
	require.Empty(t, o.leaks(t))
}

// aMarkedDay plays from the call to the technician at the door.
func aMarkedDay(t *testing.T, s *scene) {
	t.Helper()
	person := stage.Name("person 0").String()
	words := func(n int) string { return fmt.Sprintf("Zyxmark said %d, call 302-5557731 or zyxmail@road.example", n) }

	found := ok[contract.CallerMatches](s, http.StatusOK, s.anna, "POST", "/v1/callers/search", object{"phone": "302/555-7731"})
	require.Equal(t, "Ann Zyxmark", found.Items[0].Person.Name, "the marks are what people read")
	ok[contract.CallerMatches](s, http.StatusOK, s.anna, "POST", "/v1/callers/search", object{"name": "Zyxmark"})
	ok[contract.CallerMatches](s, http.StatusOK, s.anna, "POST", "/v1/callers/search", object{"mail": "zyxmail@road.example"})
	ok[contract.Card](s, http.StatusOK, s.anna, "GET", "/v1/people/"+person+"/card", nil)
	contact := ok[contract.ContactStarted](s, http.StatusCreated, s.anna, "POST", "/v1/contacts", object{"person_id": person, "channel": "phone", "direction": "in", "reason": "new"})
	ticket := ok[contract.TicketDetail](s, http.StatusCreated, s.anna, "POST", "/v1/tickets",
		object{"template": "virus_cleanup", "person_id": person, "key_field": words(1), "summary": words(2), "contact_id": contact.Contact.ID})
	at := "/v1/tickets/" + ticket.Ticket.ID.String()
	for i, audience := range []string{"internal", "customer"} {
		require.Equal(t, http.StatusCreated, s.do(s.anna, "POST", at+"/notes", object{"audience": audience, "body": words(10 + i)}).Code)
	}
	quote := ok[contract.Quote](s, http.StatusCreated, s.anna, "POST", "/v1/quotes", object{"ticket_id": ticket.Ticket.ID, "days": 1})
	made := s.do(s.anna, "POST", "/v1/promises", object{"outcome_id": quote.Offers[0].OutcomeID, "wording": words(3), "contact_id": contact.Contact.ID})
	var promise contract.Promise
	made.into(http.StatusCreated, &promise)
	g := s.do(s.dora, "POST", "/v1/plan-runs", object{"region_id": stage.Name("region"), "date": stage.Monday, "duration": "PT1S", "seed": 7})
	require.Equal(t, http.StatusAccepted, g.Code, g.Body)
	require.NoError(t, s.Work(t.Context()))
	require.Equal(t, http.StatusOK, s.do(s.dora, "POST", g.Header().Get("Location")+"/publication", nil).Code)
	mine := s.tess
	if *promise.TechnicianID != stage.Name("technician 0") {
		mine = s.tom
	}
	visit := "/v1/visits/" + promise.VisitID.String()
	ok[contract.VisitProgress](s, http.StatusOK, mine, "POST", visit+"/departure", object{"note": words(4)})
	s.Clock.Set(promise.Window.Start.Add(10 * time.Minute))
	ok[contract.VisitProgress](s, http.StatusOK, mine, "POST", visit+"/arrival", object{"note": words(5)})
	require.NoError(t, s.Work(t.Context()))
	require.NotEmpty(t, ok[contract.Notices](s, http.StatusOK, s.anna, "GET", "/v1/notices?person_id="+person, nil).Items)
}

// everyOperation sends the example of each operation of the contract with its words
// marked, as everybody; what comes of it is not asked.
func (o *overheard) everyOperation(t *testing.T) {
	t.Helper()
	sent := 0
	for _, x := range samples(t) {
		if x.open || x.signed || x.method == http.MethodGet || x.path == "/v1/sessions/current" {
			continue
		}
		// What is entered as standing data names things, which events may name too.
		if x.allows(access.Admin) && !x.allows(access.Agent) && !x.allows(access.Dispatcher) {
			continue
		}
		a := x.ask
		raw, err := json.Marshal(a.body)
		require.NoError(t, err)
		var body any
		require.NoError(t, json.Unmarshal(raw, &body))
		if a.body != nil {
			a.body = markWords(body)
		}
		for _, token := range []string{o.anna, o.dora, o.tess} {
			a.token = token
			send(t, o.handler, a)
			sent++
		}
	}
	require.Greater(t, sent, 200)
}

// markWords puts marks into the free text of a request.
func markWords(v any) any {
	switch x := v.(type) {
	case map[string]any:
		for k := range x {
			x[k] = markWords(x[k])
		}
	case []any:
		for i := range x {
			x[i] = markWords(x[i])
		}
	case string:
		if strings.Contains(x, " ") {
			return "Zyxmark zyxmail@road.example"
		}
		if strings.HasPrefix(x, "+") {
			return "+13025557731"
		}
	}
	return v
}

// Every operation of the contract, administrators' too, played to its success with
// every text marked: no name, address, number, password, token, customer's key or
// webhook's secret stands in a log, an address, an event or a metric.
func TestNoWordOfARequestIsOverheard(t *testing.T) {
	t.Parallel()
	doc, err := openapi3.NewLoader().LoadFromData(roundsman.OpenAPI)
	require.NoError(t, err)
	var mu sync.Mutex
	ears := map[*walk]*overheard{}
	var said, keys int
	tourOf(t, doc, uint64(setting(t, "ROUNDSMAN_SEED", 1)), func(w *walk) {
		o := &overheard{scene: w.scene, log: &lines{}}
		d := behind(w.Stage, w.access, w.machine)
		w.change(&d)
		d.Log = slog.New(slog.NewJSONHandler(o.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
		server, err := api.New(d)
		require.NoError(w.t, err)
		o.listen(server)
		w.g.marked = true
		mu.Lock()
		defer mu.Unlock()
		ears[w] = o
	}, func(w *walk) {
		mu.Lock()
		defer mu.Unlock()
		o := ears[w]
		o.keys = slices.Concat(w.letters.keys, w.g.known.words["secret"], w.g.known.words["refresh_token"])
		var here int
		require.NoError(w.t, o.Pool.QueryRow(w.t.Context(), `select count(*) from ticket_notes where body like '%Zyxmark%'`).Scan(&here))
		said, keys = said+here, keys+len(o.keys)
		require.Contains(w.t, o.log.String(), `"route"`)
		require.Empty(w.t, o.leaks(w.t))
	})
	require.NotZero(t, said, "the marks are kept where they belong")
	require.NotZero(t, keys)
}

// A server that writes down what it is asked, one that is asked by name in the
// address, and an event that says who: each is found.
func TestLeaksAreFound(t *testing.T) {
	t.Parallel()
	o := marked(t, func(next http.Handler, log *slog.Logger) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			b, _ := io.ReadAll(r.Body)
			log.Debug("asked", "body", string(b))
			r.Body = io.NopCloser(bytes.NewReader(b))
			next.ServeHTTP(w, r)
		})
	})
	require.Empty(t, o.leaks(t))
	o.do(o.anna, "POST", "/v1/callers/search", object{"phone": "302/5557731"})
	require.Len(t, o.leaks(t), 1)
	o.do(o.anna, "GET", "/v1/people?name=Zyxmark", nil)
	require.Len(t, o.leaks(t), 2)
	_, err := o.Pool.Exec(t.Context(), `insert into events (id, name, subject_kind, subject_id, subject_seq, at, data)
		values ($1, 'person.changed', 'person', $1, 1, $2, '{"mail": "zyxmail@road.example"}')`, ids.New(), o.Clock.Now())
	require.NoError(t, err)
	require.Len(t, o.leaks(t), 3)
}
