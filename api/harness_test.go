package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"roundsman/api"
	"roundsman/dispatch"
	"roundsman/dispatch/control"
	"roundsman/dispatch/customer"
	"roundsman/dispatch/decide"
	"roundsman/dispatch/desk"
	"roundsman/dispatch/field"
	"roundsman/dispatch/hooks"
	"roundsman/dispatch/imports"
	"roundsman/dispatch/incidents"
	"roundsman/dispatch/reports"
	"roundsman/dispatch/setup"
	"roundsman/dispatch/stock"
	"roundsman/internal/access"
	"roundsman/internal/access/accesstest"
	"roundsman/internal/clock"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
	"roundsman/internal/webhook"

	"github.com/alexedwards/argon2id"
	"github.com/stretchr/testify/require"
	"golang.org/x/time/rate"
)

var morning = time.Date(2026, 3, 9, 12, 0, 0, 0, time.UTC)

const password = "correct horse battery"

// rig is the interface over use cases whose store is down, unless a test gives
// another: enough for all that happens before a use case.
type rig struct {
	t       *testing.T
	handler http.Handler
	access  *access.Service
	store   *accesstest.Memory
	machine *clock.Fixed
	log     *lines
}

// lines collects what is logged.
type lines struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// nowhere takes every message.
type nowhere struct{}

func (nowhere) Check(string) error { return nil }

func (nowhere) Post(context.Context, string, webhook.Message, ...webhook.Secret) (taken, gone bool, code string) {
	return true, false, "http_200"
}

// accounts knows service accounts, whatever their id.
type accounts struct{}

func (accounts) Account(_ context.Context, id ids.ID) (access.Account, error) {
	return access.Account{ID: id, Service: true, Roles: []access.Role{access.Monitor}}, nil
}

// down is a store that does not answer.
type down struct{}

func (down) Read(context.Context, func(dispatch.Tx) error) error { return noStore }

func (down) Write(context.Context, func(dispatch.Tx) error) error { return noStore }

func (down) FindAct(context.Context, ids.ID, string) (a dispatch.Answer, r [32]byte, found bool, err error) {
	return a, r, false, nil
}

func (down) Latest(context.Context) (int64, error) { return 0, nil }

func (down) Subscribe(ctx context.Context, _ int64, _ func(dispatch.Event) bool) <-chan dispatch.Event {
	c := make(chan dispatch.Event)
	close(c)
	return c
}

var noStore = fault.New(fault.Unavailable, "database_unavailable", "the database does not answer; repeat in a moment")

// over makes the dependencies of an interface over a store.
func over(store dispatch.Store, domain clock.Clock) api.Deps {
	d := &decide.Decider{Store: store, Clock: domain, Floors: dispatch.DefaultFloors()}
	return api.Deps{
		Desk:      &desk.Desk{Store: store, Decide: d, Clock: domain},
		Control:   &control.Control{Store: store, Decide: d, Clock: domain},
		Field:     &field.Field{Store: store, Decide: d, Clock: domain},
		Incidents: &incidents.Incidents{Store: store, Clock: domain},
		Setup:     &setup.Setup{Store: store, Clock: domain},
		Stock:     &stock.Room{Store: store, Clock: domain},
		Reports:   &reports.Reports{Store: store, Clock: domain},
		Hooks:     &hooks.Hooks{Store: store, Clock: domain, Machine: domain, Poster: nowhere{}},
		Customers: &customer.Room{Store: store, Clock: domain, Linking: true},
		Files:     &imports.Imports{Store: store, Clock: domain, Accounts: accounts{}},
		Inbound:   &incidents.Inbound{Store: store, Clock: domain, Machine: domain, Accounts: accounts{}},
		Map:       lane{},
	}
}

func open(t *testing.T, change func(*api.Deps)) *rig {
	t.Helper()
	r := &rig{t: t, store: accesstest.NewMemory('k'), machine: clock.At(morning), log: &lines{}}
	var err error
	r.access, err = access.NewService(r.store, r.machine, access.Options{})
	require.NoError(t, err)
	d := over(down{}, r.machine)
	d.Acts, d.Events = down{}, down{}
	d.Ready = func(context.Context) error { return nil }
	d.SignIn = api.SignInLimits{PerLogin: rate.Inf, LoginBurst: 1, PerAddress: rate.Inf, AddrBurst: 1}
	if change != nil {
		change(&d)
	}
	d.Access, d.Machine, d.Log = r.access, r.machine, slog.New(slog.NewJSONHandler(r.log, nil))
	d.Misfit = func(operation string, err error) { t.Errorf("%s does not keep the contract: %v", operation, err) }
	r.handler, err = api.New(d)
	require.NoError(t, err)
	return r
}

// cheapHash is of the tests' password, at a cost that lets them run: what a hash
// costs stands in the hash.
var cheapHash = sync.OnceValue(func() string {
	h, err := argon2id.CreateHash(password, &argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32})
	if err != nil {
		panic(err)
	}
	return h
})

// signIn makes an account with the roles and signs it in.
func signIn(t *testing.T, accounts access.Accounts, s *access.Service, a access.Account) string {
	t.Helper()
	a.ID, a.Login, a.Name, a.SpokenName = ids.New(), ids.New().String(), "Ann Carter", "Ann"
	a.PasswordHash, a.SessionVersion, a.CreatedAt = cheapHash(), 1, morning
	require.NoError(t, accounts.AddAccount(t.Context(), a))
	tokens, err := s.SignIn(t.Context(), a.Login, password)
	require.NoError(t, err)
	return tokens.Access
}

// as signs somebody in who has the roles.
func (r *rig) as(roles ...access.Role) string {
	r.t.Helper()
	a := access.Account{Roles: roles}
	if slices.Contains(roles, access.Technician) {
		id := ids.New()
		a.TechnicianID = &id
	}
	return signIn(r.t, r.store, r.access, a)
}

// ask is a request to be sent.
type ask struct {
	method, path string
	token        string
	body         any // a string or bytes as they are, anything else as JSON
	header       map[string]string
}

// got is an answer.
type got struct {
	t *testing.T
	*httptest.ResponseRecorder
}

func (r *rig) do(a ask) got {
	r.t.Helper()
	return send(r.t, r.handler, a)
}

func send(t *testing.T, h http.Handler, a ask) got {
	t.Helper()
	var in io.Reader = http.NoBody
	switch b := a.body.(type) {
	case nil:
	case string:
		in = strings.NewReader(b)
	case []byte:
		in = bytes.NewReader(b)
	default:
		raw, err := json.Marshal(b)
		require.NoError(t, err)
		in = bytes.NewReader(raw)
	}
	q := httptest.NewRequestWithContext(t.Context(), a.method, a.path, in)
	if a.body != nil {
		q.Header.Set("Content-Type", "application/json")
	}
	if a.token != "" {
		q.Header.Set("Authorization", "Bearer "+a.token)
	}
	for k, v := range a.header {
		q.Header.Set(k, v)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, q)
	return got{t, w}
}

// problem reads a problem document and checks what every one has.
func (g got) problem(status int, code string) map[string]any {
	g.t.Helper()
	require.Equal(g.t, status, g.Code, g.Body.String())
	require.Equal(g.t, "application/problem+json", g.Header().Get("Content-Type"))
	var p map[string]any
	require.NoError(g.t, json.Unmarshal(g.Body.Bytes(), &p))
	require.Equal(g.t, code, p["code"], g.Body.String())
	require.Equal(g.t, "/docs/errors#"+code, p["type"])
	require.EqualValues(g.t, status, p["status"])
	require.NotEmpty(g.t, p["title"])
	require.NotEmpty(g.t, p["detail"])
	require.Equal(g.t, "urn:uuid:"+g.Header().Get("X-Request-Id"), p["instance"])
	return p
}

// wrong reads the fields of a problem document as "pointer message".
func (g got) wrong() []string {
	g.t.Helper()
	p := g.problem(http.StatusBadRequest, "bad_request")
	var out []string
	list, _ := p["errors"].([]any)
	for _, e := range list {
		m, _ := e.(map[string]any)
		out = append(out, m["pointer"].(string)+" "+m["message"].(string))
	}
	return out
}

// into reads an answer.
func (g got) into(status int, v any) {
	g.t.Helper()
	require.Equal(g.t, status, g.Code, g.Body.String())
	require.NoError(g.t, json.Unmarshal(g.Body.Bytes(), v))
}
