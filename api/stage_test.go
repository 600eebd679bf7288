package api_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"testing"

	"roundsman/api"
	"roundsman/dispatch/hooks"
	"roundsman/internal/access"
	"roundsman/internal/clock"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
	"golang.org/x/time/rate"
)

// scene is the interface over a small region in a real database, with everybody
// signed in.
type scene struct {
	*stage.Stage
	t                          *testing.T
	handler                    http.Handler
	access                     *access.Service
	machine                    *clock.Fixed
	anna, ben, dora, mon, tess string // access tokens
	tom                        string // the other technician
	ada                        string // the administrator
}

func play(t *testing.T, size stage.Size, change func(*api.Deps)) *scene {
	t.Helper()
	s := &scene{Stage: stage.New(t, size), t: t, machine: clock.At(morning)}
	s.Control.MostTries = 500 // a search is bounded by that, not by a second of its own
	_, err := s.Pool.Exec(t.Context(), `update accounts set password_hash = $1`, cheapHash())
	require.NoError(t, err)
	s.access, err = access.NewService(s.Store, s.machine, access.Options{})
	require.NoError(t, err)
	d := behind(s.Stage, s.access, s.machine)
	d.Log = slog.New(slog.NewTextHandler(t.Output(), nil))
	d.Misfit = func(operation string, err error) { t.Errorf("%s does not keep the contract: %v", operation, err) }
	if change != nil {
		change(&d)
	}
	s.handler, err = api.New(d)
	require.NoError(t, err)
	for login, token := range map[string]*string{"anna": &s.anna, "ben": &s.ben, "dora": &s.dora, "monitoring": &s.mon, "t00": &s.tess, "t01": &s.tom, "ada": &s.ada} {
		v, err := s.access.SignIn(t.Context(), login, password)
		require.NoError(t, err)
		*token = v.Access
	}
	return s
}

// behind gives the interface what stands on a stage.
func behind(s *stage.Stage, accounts *access.Service, machine *clock.Fixed) api.Deps {
	return api.Deps{
		Access: accounts, Desk: s.Desk, Control: s.Control, Field: s.Field, Incidents: s.Incidents, Inbound: s.Inbound, Setup: s.Entering, Stock: s.Room,
		Hooks:   &hooks.Hooks{Store: s.Store, Clock: s.Clock, Machine: s.Machine, Poster: nowhere{}},
		Reports: s.Reports, Customers: s.Customers, Files: s.Files, Map: lane{},
		Acts: s.Store, Events: down{}, Ready: func(context.Context) error { return nil }, Machine: machine,
		SignIn: api.SignInLimits{PerLogin: rate.Inf, LoginBurst: 1, PerAddress: rate.Inf, AddrBurst: 1},
	}
}

func (s *scene) do(token, method, path string, body any, header ...string) got {
	s.t.Helper()
	a := ask{method: method, path: path, token: token, body: body, header: map[string]string{}}
	for i := 0; i+1 < len(header); i += 2 {
		a.header[header[i]] = header[i+1]
	}
	return send(s.t, s.handler, a)
}

// ok asks for what must work and reads the answer.
func ok[T any](s *scene, status int, token, method, path string, body any, header ...string) T {
	s.t.Helper()
	var v T
	g := s.do(token, method, path, body, header...)
	require.Equal(s.t, status, g.Code, "%s %s: %s", method, path, g.Body)
	require.NoError(s.t, json.Unmarshal(g.Body.Bytes(), &v))
	return v
}
