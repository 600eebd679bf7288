package story

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"roundsman/api/client"

	"github.com/google/uuid"
)

// SignIn is a line of the demo's sign-ins.
type SignIn struct {
	Login    string `json:"login"`
	Password string `json:"password"`
	Role     string `json:"role"`
	Name     string `json:"name"`
}

// Logins that the story needs.
const (
	monitoring = "monitoring"
	anna       = "anna"
	ben        = "ben"
	dora       = "dora"
)

// actor is somebody who is signed in. It is used by one goroutine at a time.
type actor struct {
	login string
	name  string
	me    client.Me
	api   client.ClientWithResponsesInterface
	raw   *client.Client // for what is streamed
	tape  *tape
	token string
}

// cast signs people in when they are first needed.
type cast struct {
	server  string
	signIns []SignIn
	actors  map[string]*actor
	web     *http.Client
}

func newCast(server string, list []SignIn) *cast {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.ResponseHeaderTimeout = time.Minute
	return &cast{server: strings.TrimRight(server, "/"), signIns: list, actors: map[string]*actor{}, web: &http.Client{Transport: transport}}
}

// as gives somebody who is signed in.
func (c *cast) as(ctx context.Context, login string) (*actor, error) {
	if a := c.actors[login]; a != nil {
		return a, nil
	}
	for _, s := range c.signIns {
		if s.Login == login {
			return c.enter(ctx, s)
		}
	}
	return nil, fmt.Errorf("there is no sign-in for %q; give the demo's own file with --sign-ins", login)
}

func (c *cast) enter(ctx context.Context, s SignIn) (*actor, error) {
	a := &actor{login: s.Login, name: s.Name, tape: &tape{web: c.web}}
	raw, err := client.NewClient(c.server, client.WithHTTPClient(a.tape), client.WithRequestEditorFn(func(_ context.Context, r *http.Request) error {
		if a.token != "" {
			r.Header.Set("Authorization", "Bearer "+a.token)
		}
		return nil
	}))
	if err != nil {
		return nil, fmt.Errorf("the server's address %q: %w", c.server, err)
	}
	a.raw, a.api = raw, &client.ClientWithResponses{ClientInterface: raw}
	r, err := a.api.SignInWithResponse(ctx, client.SignIn{Login: s.Login, Password: s.Password})
	if err := a.answered(err, http.StatusCreated); err != nil {
		return nil, fmt.Errorf("signing in as %s: %w", s.Login, err)
	}
	a.token, a.me = r.JSON201.AccessToken, r.JSON201.Me
	c.actors[s.Login] = a
	return a, nil
}

// ofRole lists the sign-ins of a role.
func (c *cast) ofRole(role string) []SignIn {
	var out []SignIn
	for _, s := range c.signIns {
		if s.Role == role {
			out = append(out, s)
		}
	}
	return out
}

// answered is nil when the last request got one of the wanted answers, and
// otherwise says what was asked and what came back.
func (a *actor) answered(err error, want ...int) error {
	last := a.tape.last
	if last.request == nil || last.status == 0 {
		return fmt.Errorf("as %s: %w", a.login, err)
	}
	for _, w := range want {
		if last.status == w && err == nil {
			return nil
		}
	}
	return &unexpected{who: a.login, last: last, want: want, err: err}
}

// unexpected is an answer that the story can't go on from.
type unexpected struct {
	who  string
	last exchange
	want []int
	err  error
}

func (u *unexpected) Error() string {
	s := fmt.Sprintf("%s %s as %s: got %d, want %v", u.last.request.Method, u.last.request.URL.Path, u.who, u.last.status, u.want)
	if u.err != nil {
		s += " (" + u.err.Error() + ")"
	}
	return s + "\n  " + string(u.last.answer)
}

func (u *unexpected) Unwrap() error { return u.err }

// key makes a new idempotency key.
func key() *client.IdempotencyKey { return new(uuid.NewString()) }
