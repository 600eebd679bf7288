package importer

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"roundsman/api/client"
	"roundsman/internal/fault"
)

// A server that restarts or is busy is asked again for about a minute.
const (
	tries = 30
	pause = 2 * time.Second
)

// Server is a running server with somebody signed in. It is used by one goroutine
// at a time.
type Server struct {
	api *client.Client
}

// SignIn signs in at the address of a server. Codes: "server_away" when nobody
// answers there, and those of the contract.
func SignIn(ctx context.Context, address, login, password string) (*Server, error) {
	address = strings.TrimRight(address, "/")
	door, err := client.NewClient(address)
	if err != nil {
		return nil, fault.New(fault.Invalid, "server_away", "%q is no address of a server", address).Because(err)
	}
	l := &line{web: &http.Client{}, tries: tries, pause: pause}
	l.enter = func(ctx context.Context) error {
		res, err := door.SignIn(ctx, client.SignIn{Login: login, Password: password})
		if err != nil {
			return fault.New(fault.Unavailable, "server_away", "nobody answers at %s; is the server running there?", address).Because(err)
		}
		session, err := answer[client.Session]("signing in as "+login, http.StatusCreated)(res, nil)
		l.token = session.AccessToken
		return err
	}
	if err := l.enter(ctx); err != nil {
		return nil, err
	}
	api, err := client.NewClient(address, client.WithHTTPClient(l))
	return &Server{api: api}, err
}

// line sends requests as somebody who is signed in. It asks again while the server
// is away or busy, and signs in again when the token has ended: each request that
// changes something carries a key that makes a repeat safe.
type line struct {
	web   *http.Client
	enter func(context.Context) error // sets the token
	token string
	tries int
	pause time.Duration
}

// Do sends a request.
func (l *line) Do(r *http.Request) (*http.Response, error) {
	entered := false
	for n := 1; ; n++ {
		r.Header.Set("Authorization", "Bearer "+l.token)
		res, err := l.web.Do(r)
		switch {
		case err == nil && res.StatusCode == http.StatusUnauthorized && !entered:
			entered = true
			_ = res.Body.Close()
			if err := l.enter(r.Context()); err != nil {
				return nil, err
			}
		case n < l.tries && r.Context().Err() == nil && passing(res, err):
			wait := l.pause
			if err == nil {
				wait = retryAfter(res, wait)
				_ = res.Body.Close()
			}
			if err := rest(r.Context(), wait); err != nil {
				return nil, err
			}
		default:
			return res, err
		}
		if r.Body != nil && r.GetBody != nil {
			if r.Body, err = r.GetBody(); err != nil {
				return nil, err
			}
		}
	}
}

// passing says whether a failure is one that passes.
func passing(res *http.Response, err error) bool {
	if err != nil {
		return true
	}
	switch res.StatusCode {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// retryAfter reads when the server wants to be asked again.
func retryAfter(res *http.Response, otherwise time.Duration) time.Duration {
	if s, err := strconv.Atoi(res.Header.Get("Retry-After")); err == nil && s >= 0 {
		return time.Duration(s) * time.Second
	}
	return otherwise
}

func rest(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// answer reads what came back: a value of the contract, or why there is none.
func answer[T any](doing string, want int) func(*http.Response, error) (T, error) {
	return func(res *http.Response, err error) (v T, _ error) {
		if err != nil {
			if fault.Of(err) != nil {
				return v, err
			}
			return v, fmt.Errorf("%s: %w", doing, err)
		}
		defer res.Body.Close()
		if res.StatusCode != want {
			return v, refused(doing, res)
		}
		if err := json.NewDecoder(res.Body).Decode(&v); err != nil {
			return v, fmt.Errorf("%s: reading the answer: %w", doing, err)
		}
		return v, nil
	}
}

// refused makes a fault of an answer that is a problem, with its code.
func refused(doing string, res *http.Response) error {
	var p client.Problem
	if err := json.NewDecoder(res.Body).Decode(&p); err != nil || p.Code == "" {
		return fault.New(fault.Unavailable, "answer_unexpected", "%s: the server answered %s", doing, res.Status)
	}
	f := fault.New(fault.Invalid, p.Code, "%s: %s", doing, p.Detail)
	for _, e := range p.Errors {
		f = f.At(e.Pointer, e.Message)
	}
	return f
}
