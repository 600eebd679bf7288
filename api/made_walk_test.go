package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"roundsman/api"
	"roundsman/dispatch"
	"roundsman/dispatch/hooks"
	"roundsman/internal/access"
	"roundsman/internal/stage"
	"roundsman/internal/webhook"

	"github.com/getkin/kin-openapi/openapi3"
	"golang.org/x/time/rate"
)

// actor is somebody who has signed in on the stage.
type actor struct {
	login string
	who   access.Principal
	token string
}

// walk sends requests to one stage, each made from the contract and from what the
// answers before it said.
type walk struct {
	*scene
	g       *maker
	ops     []*madeOperation
	by      map[string]*madeOperation
	actors  []*actor
	log     *lines
	letters *letterbox
	hooks   *hooks.Hooks
	trail   []string
	sent    int
	of      int
	reached map[string]int
	refused map[string]string // the last refusal of a good request, by operation
	stuck   map[string]string // the last step that failed, by path
	mu      sync.Mutex
	misfits []error
	change  func(*api.Deps)    // of each server that the walk asks
	told    map[string]bool    // faults that were reported, each once
	before  func(made, *actor) // looks at each good request before it is sent
}

func newWalk(t *testing.T, doc *openapi3.T, seed uint64, requests int) *walk {
	t.Helper()
	w := &walk{ops: operations(doc), by: map[string]*madeOperation{}, log: &lines{}, letters: &letterbox{}, of: requests, reached: map[string]int{}, refused: map[string]string{}, stuck: map[string]string{}, told: map[string]bool{}}
	w.change = func(d *api.Deps) {
		d.Log = slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelError}))
		d.Misfit = w.misfit
		d.Demo = movedBy{w}
		d.Links = api.LinkLimits{PerLink: rate.Inf, LinkBurst: 1, PerQuote: rate.Inf, QuoteBurst: 1, PerAddress: rate.Inf, AddressBurst: 1}
		d.Hooks.Poster = receivers{}
		w.hooks = d.Hooks
	}
	w.scene = play(t, stage.Size{Technicians: 4, People: 12, Days: 10}, w.change)
	w.Post.Couriers, w.Post.Page = map[string]dispatch.Courier{"sms": w.letters, "mail": w.letters}, customerPage
	w.g = &maker{Rand: seeded(seed), known: newMemory(), hand: map[string]string{}, now: w.Clock.Now}
	for _, o := range w.ops {
		w.by[o.id] = o
	}
	for _, role := range []access.Role{access.Security, access.Auditor} {
		a := access.Account{Roles: []access.Role{role}}
		token := signIn(t, w.Store, w.access, a)
		w.actors = append(w.actors, &actor{login: "", token: token, who: access.Principal{Roles: a.Roles}})
	}
	for _, a := range w.Accounts {
		x := &actor{login: a.Login, who: a.Principal()}
		w.actors = append(w.actors, x)
		w.signIn(x)
	}
	for _, item := range w.Setup.Items {
		remember(w.g.known.words, "tag", item.Tag)
	}
	return w
}

func (w *walk) misfit(_ string, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.misfits = append(w.misfits, err)
}

// movedBy is the demo's clock over a walk.
type movedBy struct{ w *walk }

func (w *walk) signIn(a *actor) {
	w.t.Helper()
	if a.login == "" {
		return
	}
	v, err := w.access.SignIn(w.t.Context(), a.login, password)
	if err != nil { // the walk has locked them out, or given them another password
		w.actors = slices.DeleteFunc(w.actors, func(x *actor) bool { return x == a })
		return
	}
	a.token = v.Access
}

// fault tells of what must not be, once, with what is needed to see it again.
func (w *walk) fault(what, format string, args ...any) {
	w.t.Helper()
	if w.told[what] {
		return
	}
	w.told[what] = true
	w.t.Errorf("request %d: %s: %s\nafter:\n  %s", w.sent, what, fmt.Sprintf(format, args...), strings.Join(w.trail[max(0, len(w.trail)-4):], "\n  "))
}

// actorFor gives somebody who may do it, as far as their roles say; for what is in
// a technician's hand that technician.
func (w *walk) actorFor(o *madeOperation) *actor {
	may := slices.DeleteFunc(slices.Clone(w.actors), func(a *actor) bool {
		return slices.ContainsFunc(o.scopes, func(s string) bool { return !a.who.Can(access.Scope(s)) })
	})
	for _, a := range may {
		if id := a.who.TechnicianID; id != nil && slices.Contains(o.scopes, string(access.RoundsOwn)) && id.String() == w.g.hand["technician"] {
			return a
		}
	}
	for _, a := range may {
		id := a.who.TechnicianID
		own := id != nil && id.String() == w.g.hand["technician"]
		if (own || a.who.AccountID.String() == w.g.hand["actor"]) && w.g.usual(0.9) {
			return a
		}
	}
	if len(may) == 0 || !w.g.usual(0.97) {
		return pick(w.g, w.actors)
	}
	return pick(w.g, may)
}

// renewed are kinds of which a sequence goes on with the latest; of all others with
// the first, or with what it made itself.
var renewed = []string{"outcome", "quote", "option_set", "option", "round_change"}

var next = regexp.MustCompile(`after=([^&>]+)`)

// ask sends a request and learns from its answer.
func (w *walk) ask(m made) *httptest.ResponseRecorder {
	w.t.Helper()
	w.sent++
	a := ask{method: m.op.method, path: m.address(), token: m.token, body: m.text(), header: m.header}
	w.trail = append(w.trail, m.String())
	before := len(w.log.String())
	got := w.deliver(a)
	w.trail[len(w.trail)-1] += fmt.Sprintf(" -> %d", got.Code)
	if got.Code == http.StatusAccepted || got.Code == http.StatusConflict {
		w.trail[len(w.trail)-1] += " " + got.Body.String()
	}
	if got.Code >= http.StatusInternalServerError {
		w.fault(fmt.Sprintf("%s answers %d", m.op.id, got.Code), "%s\n%s", got.Body, w.log.String()[before:])
	}
	w.mu.Lock()
	misfits := w.misfits
	w.misfits = nil
	w.mu.Unlock()
	for _, err := range misfits {
		w.fault(fmt.Sprintf("%s answers %d, which does not keep the contract", m.op.id, got.Code), "%v\n%s", err, got.Body)
	}
	first := map[string]string{}
	if success(got.Code) {
		if m.wrong == "" && !(m.op.tried && m.query.Get("dry_run") == "true") {
			w.reached[m.op.id]++
		}
		if e := got.Header().Get("ETag"); e != "" {
			if m.op.method != http.MethodPost { // that of a list is none of what was added
				w.g.known.etags[strings.Split(m.address(), "?")[0]] = e
			}
			if id := m.path["id"]; id != "" && m.op.method != http.MethodGet {
				w.g.known.version[id] = e
			}
		}
		if cut := next.FindStringSubmatch(got.Header().Get("Link")); cut != nil {
			if v, err := url.QueryUnescape(cut[1]); err == nil {
				remember(w.g.known.words, "after", v)
			}
		}
		w.learn(m, got, first)
	}
	if !success(got.Code) && m.wrong == "" {
		w.refused[m.op.id] = m.String() + "\n      " + got.Body.String()
	}
	for kind, id := range first {
		if _, held := w.g.hand[kind]; !held || slices.Contains(renewed, kind) || got.Code == http.StatusCreated && kind == kindOf(lastWord(m.op.path)) {
			w.g.hand[kind] = id
		}
	}
	return got
}

func (w *walk) deliver(a ask) *httptest.ResponseRecorder {
	var body *bytes.Reader
	switch b := a.body.(type) {
	case string:
		body = bytes.NewReader([]byte(b))
	default:
		body = bytes.NewReader(nil)
	}
	u, err := url.Parse(a.path)
	if err != nil {
		w.t.Fatalf("%q is no address: %v", a.path, err)
	}
	q := httptest.NewRequestWithContext(w.t.Context(), a.method, "/", body)
	q.URL, q.RequestURI = u, a.path
	if a.token != "" {
		q.Header.Set("Authorization", "Bearer "+a.token)
	}
	for name, v := range a.header {
		if v != "" {
			q.Header[http.CanonicalHeaderKey(name)] = []string{v}
		}
	}
	r := httptest.NewRecorder()
	w.handler.ServeHTTP(r, q)
	return r
}

func (w *walk) learn(m made, got *httptest.ResponseRecorder, first map[string]string) {
	answer := m.op.op.Responses.Status(got.Code)
	if answer == nil || answer.Value.Content.Get("application/json") == nil {
		return
	}
	d := json.NewDecoder(bytes.NewReader(got.Body.Bytes()))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		w.fault("an answer that can't be read", "%v", err)
		return
	}
	if made, is := v.(map[string]any); is && got.Code == http.StatusCreated { // what was made says best what it is about
		for name, x := range made {
			if id, text := x.(string); text && strings.HasSuffix(name, "_id") && len(id) == 36 {
				w.g.hand[kindOf(name)] = id
			}
		}
	}
	w.g.known.learn(answer.Value.Content.Get("application/json").Schema, v, kindOf(lastWord(m.op.path)), first)
}

// lastWord of /v1/tickets/{id}/notes is notes.
func lastWord(path string) string {
	parts := slices.DeleteFunc(strings.Split(path, "/"), func(p string) bool { return strings.HasPrefix(p, "{") })
	return parts[len(parts)-1]
}

// prepare does what a request of an operation wants before it: reads what it
// changes, signs what is signed.
func (w *walk) prepare(o *madeOperation, who *actor) made {
	m := w.g.request(o)
	m.token = who.token
	if o.open {
		m.token = ""
	}
	if o.linked {
		key := w.g.hand["link"]
		if key == "" || !w.g.usual(0.9) {
			key = w.letters.some(w.g)
		}
		m.token, m.header["Authorization"] = "", "Link "+key
	}
	if o.has("If-Match") && o.read != "" && o.op.Parameters != nil && w.g.usual(0.95) {
		for _, x := range w.ops {
			if x.path == o.read && x.method == http.MethodGet {
				who := w.actorFor(x)
				read := made{op: x, path: m.path, token: who.token}
				if w.before != nil {
					w.before(read, who)
				}
				w.ask(read)
				m.header["If-Match"] = w.g.etag(m)
			}
		}
	}
	if o.signed {
		w.sign(&m)
	}
	return m
}

func (w *walk) sign(m *made) {
	text, _ := m.text().(string)
	letter := webhook.Message{ID: fmt.Sprint("m", w.g.next()), Timestamp: w.Machine.Now(), Body: []byte(text)}
	signature, err := webhook.Sign(letter, webhook.Secret(w.g.last(w.g.known.words["secret"])))
	if err != nil {
		return // no source yet
	}
	maps.Copy(m.header, map[string]string{"webhook-id": letter.ID, "webhook-timestamp": strconv.FormatInt(letter.Timestamp.Unix(), 10), "webhook-signature": signature})
}

// step plays one operation the way a caller would: what changes a plan is tried
// first and committed by its outcome. It tries again with more of a body when less
// does not do.
func (w *walk) step(id string) bool {
	w.t.Helper()
	o := w.by[id]
	if o == nil {
		w.t.Fatalf("the contract has no operation %q", id)
	}
	order := w.g.Perm(3)
	if w.g.careful {
		order = []int{0, 1, 2, 2}
	}
	for _, full := range order {
		w.g.full = full
		who := w.actorFor(o)
		m := w.prepare(o, who)
		if o.tried {
			m.query.Set("dry_run", "true")
			delete(m.header, headerKey)
			if body, is := m.body.(map[string]any); is {
				delete(body, "outcome_id")
			}
		}
		if w.before != nil {
			w.before(m, who)
		}
		got := w.ask(m)
		if got.Code == http.StatusUnauthorized && !o.open && !o.signed && !o.linked {
			w.signIn(who)
			continue
		}
		if !success(got.Code) {
			continue
		}
		if o.tried {
			if got = w.commit(m, got); !success(got.Code) {
				continue
			}
		}
		w.again(m, got)
		return true
	}
	return false
}

// commit decides what a dry run has shown.
func (w *walk) commit(m made, shown *httptest.ResponseRecorder) *httptest.ResponseRecorder {
	var outcome struct{ ID string }
	if err := json.Unmarshal(shown.Body.Bytes(), &outcome); err != nil || outcome.ID == "" {
		w.fault("a dry run without an outcome", "%s", shown.Body)
		return shown
	}
	x := m
	x.query = maps.Clone(m.query)
	x.query.Del("dry_run")
	x.body = map[string]any{"outcome_id": outcome.ID}
	if m.op.id == "enterAbsence" {
		x.body = map[string]any{"outcome_id": outcome.ID, "reason": "sick"}
	}
	return w.ask(x)
}

// again repeats what carried a key: the same to the byte, and nothing twice.
func (w *walk) again(m made, got *httptest.ResponseRecorder) {
	w.t.Helper()
	if m.header[headerKey] == "" || m.op.tried || !w.g.chance(0.3) {
		return
	}
	second := w.ask(m)
	if second.Code == http.StatusUnauthorized {
		return
	}
	if second.Code != got.Code || second.Body.String() != got.Body.String() {
		w.fault("a repeat of "+m.op.id+" is answered otherwise", "first %d %s\nthen %d %s", got.Code, got.Body, second.Code, second.Body)
	}
}

// run sends the requests: sequences, single good ones, and ones made wrong, while
// time goes on.
func (w *walk) run() {
	w.t.Helper()
	for _, id := range sights {
		w.step(id)
	}
	todo := slices.Clone(paths)
	w.g.Shuffle(len(todo), func(i, j int) { todo[i], todo[j] = todo[j], todo[i] })
	for early := w.g.chance(0.5); early && len(todo) > 0 && w.sent < w.of; todo = todo[1:] {
		w.follow(todo[0]) // while the stage is as it was built; else while all else goes on
	}
	swept := false
	for w.sent < w.of {
		switch {
		case len(todo) > 0 && w.g.chance(0.25):
			w.follow(todo[0])
			todo = todo[1:]
		case len(todo) == 0 && len(w.stuck) > 0 && w.g.chance(0.15):
			w.follow(pick(w.g, slices.Sorted(maps.Keys(w.stuck))))
		case w.g.chance(0.5):
			o := w.ops[w.g.IntN(len(w.ops))]
			w.g.full = w.g.IntN(3)
			m := w.prepare(o, w.actorFor(o))
			w.ask(w.g.mutate(m))
		default:
			w.step(w.fresh().id)
		}
		if w.g.chance(0.05) {
			w.Clock.Set(w.Clock.Now().Add(time.Duration(1+w.g.IntN(6)) * time.Minute))
		}
		if w.sent > w.of*9/10 && !swept {
			swept = true
			for _, o := range w.ops {
				if w.reached[o.id] == 0 {
					w.step(o.id)
				}
			}
		}
		if w.g.chance(0.2) {
			w.work()
		}
	}
}

// fresh prefers operations that have not succeeded yet.
func (w *walk) fresh() *madeOperation {
	var left []*madeOperation
	for _, o := range w.ops {
		if w.reached[o.id] == 0 && w.g.knows(o) {
			left = append(left, o)
		}
	}
	if len(left) > 0 && w.g.chance(0.6) {
		return pick(w.g, left)
	}
	return w.ops[w.g.IntN(len(w.ops))]
}
