package story_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"roundsman/api"
	"roundsman/internal/access"
	"roundsman/internal/clock"
	"roundsman/internal/events"
	"roundsman/internal/postgres"
	"roundsman/internal/stage"
	"roundsman/internal/story"

	"github.com/alexedwards/argon2id"
	"github.com/stretchr/testify/require"
	"golang.org/x/time/rate"
)

const password = "correct horse battery"

// theatre is the whole interface over a small region in a real database: straight
// roads, three technicians, twelve people with old desktops.
type theatre struct {
	*stage.Stage
	url     string
	signIns []story.SignIn
}

// stageClock lets the story move the stage's clock.
type stageClock struct{ *stage.Stage }

func (c stageClock) Now() time.Time { return c.Clock.Now() }

func (c stageClock) Move(ctx context.Context, to time.Time) error {
	c.Clock.Set(to.UTC())
	return c.Control.Sweep(ctx)
}

// open opens the theatre. lie changes what is answered; nil leaves it true.
func open(t *testing.T, size stage.Size, lie func(r *http.Request, body []byte) []byte) *theatre {
	t.Helper()
	s := stage.New(t, size)
	hash, err := argon2id.CreateHash(password, &argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 16})
	require.NoError(t, err)
	_, err = s.Pool.Exec(t.Context(), `update accounts set password_hash = $1`, hash)
	require.NoError(t, err)
	accounts, err := access.NewService(s.Store, clock.System{}, access.Options{})
	require.NoError(t, err)
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	hub := events.NewHub(postgres.NewEventLog(s.Pool), log)
	sequencer := postgres.NewSequencer(s.Pool, log)
	s.Store.WakeFunc = sequencer.Wake
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	go func() { _ = hub.Run(ctx) }()
	go func() { _ = sequencer.Run(ctx) }()
	handler, err := api.New(api.Deps{
		Access: accounts, Desk: s.Desk, Control: s.Control, Field: s.Field, Incidents: s.Incidents, Inbound: s.Inbound, Stock: s.Room, Acts: s.Store, Events: hub, Log: log,
		Demo: stageClock{s}, Ready: s.Pool.Ping,
		SignIn: api.SignInLimits{PerLogin: rate.Inf, LoginBurst: 1, PerAddress: rate.Inf, AddrBurst: 1},
		Misfit: func(operation string, err error) { t.Errorf("%s does not keep the contract: %v", operation, err) },
	})
	require.NoError(t, err)
	// What a request leaves to be done is done before it is answered, so that
	// nothing has to be waited for.
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/v1/events") {
			handler.ServeHTTP(w, r)
			return
		}
		rec := httptest.NewRecorder()
		handler.ServeHTTP(rec, r)
		if err := s.Work(r.Context()); err != nil {
			t.Errorf("%s %s left work that failed: %v", r.Method, r.URL.Path, err)
		}
		for k, v := range rec.Header() {
			w.Header()[k] = v
		}
		body := rec.Body.Bytes()
		if lie != nil {
			body = lie(r, body)
		}
		w.WriteHeader(rec.Code)
		_, _ = w.Write(body)
	}))
	t.Cleanup(func() { cancel(); server.CloseClientConnections(); server.Close() })
	th := &theatre{Stage: s, url: server.URL}
	for _, a := range s.Accounts {
		th.signIns = append(th.signIns, story.SignIn{Login: a.Login, Password: password, Role: string(a.Roles[0]), Name: a.Name})
	}
	return th
}

// play plays the story. The minute is never used up: iterations end the search before, so
// that any machine finds the same plan, however busy it is.
func (th *theatre) play(t *testing.T) (string, error) {
	t.Helper()
	var out bytes.Buffer
	err := story.Play(t.Context(), story.Options{Server: th.url, SignIns: th.signIns, Out: &out, Model: "OLD-1", Search: time.Minute})
	return out.String(), err
}

// The whole story, twice on one server: the second play moves on to the next
// morning by itself.
func TestTheStoryIsPlayedAndPlayedAgain(t *testing.T) {
	t.Parallel()
	th := open(t, stage.Size{Technicians: 3, People: 12, Days: 10}, nil)
	for _, day := range []string{"Monday, 9 March", "Tuesday, 10 March"} {
		text, err := th.play(t)
		require.NoError(t, err, text)
		require.Contains(t, text, day)
		require.Contains(t, text, "PASS: what was said came true")
		require.NotContains(t, text, "NOT TRUE")
		require.NotContains(t, text, password, "no secret is shown")
	}
}

// The checks can fail: a server that counts a promise too many and that keeps the
// infected machine out of quarantine is found out, and the play ends with an error.
func TestALieIsFoundOut(t *testing.T) {
	t.Parallel()
	th := open(t, stage.Size{Technicians: 3, People: 12, Days: 10}, func(r *http.Request, body []byte) []byte {
		switch {
		case r.URL.Path == "/v1/reports/promises":
			return bytes.ReplaceAll(body, []byte(`"made":`), []byte(`"made":1`))
		case strings.HasPrefix(r.URL.Path, "/v1/items/"):
			return bytes.ReplaceAll(body, []byte(`"quarantined"`), []byte(`"in_use"`))
		}
		return body
	})
	text, err := th.play(t)
	require.ErrorContains(t, err, "checks do not hold")
	require.Contains(t, text, "NOT TRUE: the report counts what the promises say")
	require.Contains(t, text, "is still in quarantine\n")
	require.Contains(t, text, "FAIL: ")
	require.NotContains(t, text, "PASS")
}

// A play that is killed leaves calls, promises and visits under way behind. The next
// mornings are played to their end all the same.
func TestAKilledStoryDoesNotSpoilTheNext(t *testing.T) {
	t.Parallel()
	for _, at := range []string{"before they call", "call down the list", "what can I offer"} {
		t.Run(at, func(t *testing.T) {
			t.Parallel()
			th := open(t, stage.Size{Technicians: 3, People: 12, Days: 10}, nil)
			ctx, kill := context.WithCancel(t.Context())
			defer kill()
			half := &killer{word: at, kill: kill}
			err := story.Play(ctx, story.Options{Server: th.url, SignIns: th.signIns, Out: half, Model: "OLD-1", Search: time.Minute})
			require.Error(t, err)
			require.Contains(t, half.String(), at)
			require.NotContains(t, half.String(), "PASS")
			for range 2 {
				text, err := th.play(t)
				require.NoError(t, err, text)
				require.Contains(t, text, "PASS: what was said came true")
			}
			require.NoError(t, th.Control.Sweep(t.Context()))
		})
	}
}

// killer ends a play once it has said a word.
type killer struct {
	bytes.Buffer
	word string
	kill context.CancelFunc
}

func (k *killer) Write(p []byte) (int, error) {
	n, err := k.Buffer.Write(p)
	if strings.Contains(k.Buffer.String(), k.word) {
		k.kill()
	}
	return n, err
}
