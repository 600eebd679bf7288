package api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"roundsman/api"
	"roundsman/api/contract"
	"roundsman/internal/access"

	"github.com/stretchr/testify/require"
	"golang.org/x/time/rate"
)

func TestSession(t *testing.T) {
	t.Parallel()
	r := open(t, nil)
	_, err := r.access.Create(t.Context(), access.NewAccount{Login: "ann", Name: "Ann Carter", Roles: []access.Role{access.Agent}, Password: password})
	require.NoError(t, err)

	var s contract.Session
	r.do(ask{method: "POST", path: "/v1/sessions", body: contract.SignIn{Login: "ann", Password: password}}).into(http.StatusCreated, &s)
	require.Equal(t, "Ann Carter", s.Me.Name)
	require.Contains(t, s.Me.Scopes, "promises:write")
	var me contract.Me
	r.do(ask{method: "GET", path: "/v1/me", token: s.AccessToken}).into(http.StatusOK, &me)
	require.Equal(t, s.Me, me)

	r.machine.Set(morning.Add(16 * time.Minute))
	g := r.do(ask{method: "GET", path: "/v1/me", token: s.AccessToken})
	g.problem(http.StatusUnauthorized, "token_expired")
	require.Equal(t, `Bearer error="invalid_token"`, g.Header().Get("WWW-Authenticate"))

	var fresh contract.Session
	r.do(ask{method: "POST", path: "/v1/sessions/refresh", body: contract.Refresh{RefreshToken: s.RefreshToken}}).into(http.StatusOK, &fresh)
	r.do(ask{method: "GET", path: "/v1/me", token: fresh.AccessToken}).into(http.StatusOK, &me)
	r.do(ask{method: "POST", path: "/v1/sessions/refresh", body: contract.Refresh{RefreshToken: s.RefreshToken}}).problem(http.StatusUnauthorized, "refresh_reused")
	r.do(ask{method: "GET", path: "/v1/me", token: fresh.AccessToken}).problem(http.StatusUnauthorized, "session_ended")
}

func TestSignOutEndsTheAccessTokenToo(t *testing.T) {
	t.Parallel()
	r := open(t, nil)
	token := r.as(access.Agent)
	require.Equal(t, http.StatusNoContent, r.do(ask{method: "DELETE", path: "/v1/sessions/current", token: token}).Code)
	r.do(ask{method: "GET", path: "/v1/me", token: token}).problem(http.StatusUnauthorized, "session_ended")
}

func TestRevocationByAnAdministrator(t *testing.T) {
	t.Parallel()
	r := open(t, nil)
	admin := r.as(access.Admin)
	var a contract.Account
	body := map[string]any{"login": "bob", "name": "Bob Stone", "roles": []string{"dispatcher"}, "password": password}
	r.do(ask{method: "POST", path: "/v1/accounts", token: admin, body: body}).into(http.StatusCreated, &a)
	require.Equal(t, "Bob", a.SpokenName)
	r.do(ask{method: "POST", path: "/v1/accounts", token: admin, body: body}).problem(http.StatusConflict, "login_taken")
	var s contract.Session
	r.do(ask{method: "POST", path: "/v1/sessions", body: contract.SignIn{Login: "bob", Password: password}}).into(http.StatusCreated, &s)
	require.Equal(t, http.StatusNoContent, r.do(ask{method: "POST", path: "/v1/accounts/" + a.ID.String() + "/revocation", token: admin}).Code)
	r.do(ask{method: "GET", path: "/v1/me", token: s.AccessToken}).problem(http.StatusUnauthorized, "session_ended")
	var all contract.Accounts
	r.do(ask{method: "GET", path: "/v1/accounts", token: admin}).into(http.StatusOK, &all)
	require.Len(t, all.Items, 2)
}

// Rights change at once: who loses a role signs in anew and is asked for less.
func TestRolesChangeAtOnce(t *testing.T) {
	t.Parallel()
	r := open(t, nil)
	admin := r.as(access.Admin)
	var bob, changed contract.Account
	body := map[string]any{"login": "bob", "name": "Bob Stone", "roles": []string{"dispatcher"}, "password": password}
	r.do(ask{method: "POST", path: "/v1/accounts", token: admin, body: body}).into(http.StatusCreated, &bob)
	path := "/v1/accounts/" + bob.ID.String()
	signIn := func(status int) (s contract.Session) {
		g := r.do(ask{method: "POST", path: "/v1/sessions", body: contract.SignIn{Login: "bob", Password: password}})
		if status == http.StatusCreated {
			g.into(status, &s)
		}
		require.Equal(t, status, g.Code)
		return s
	}
	change := func(tag string, patch map[string]any) got {
		return r.do(ask{method: "PATCH", path: path, token: admin, body: patch,
			header: map[string]string{"If-Match": tag, "Content-Type": "application/merge-patch+json"}})
	}
	first := signIn(http.StatusCreated)
	g := r.do(ask{method: "GET", path: path, token: admin})
	tag := g.Header().Get("ETag")
	change(tag, map[string]any{"roles": []string{"agent"}, "spoken_name": "Bobby"}).into(http.StatusOK, &changed)
	require.Equal(t, []contract.Role{contract.RoleAgent}, changed.Roles)
	require.Equal(t, "Bobby", changed.SpokenName)
	r.do(ask{method: "GET", path: "/v1/me", token: first.AccessToken}).problem(http.StatusUnauthorized, "session_ended")
	change(tag, map[string]any{"name": "Rob"}).problem(http.StatusPreconditionFailed, "version_stale")
	second := signIn(http.StatusCreated)
	tag = r.do(ask{method: "GET", path: path, token: admin}).Header().Get("ETag")
	change(tag, map[string]any{"name": "Robert Stone"}).into(http.StatusOK, &changed)
	require.Equal(t, http.StatusOK, r.do(ask{method: "GET", path: "/v1/me", token: second.AccessToken}).Code, "a name ends no session")
	tag = r.do(ask{method: "GET", path: path, token: admin}).Header().Get("ETag")
	change(tag, map[string]any{"roles": []string{"technician"}}).problem(http.StatusUnprocessableEntity, "technician_wanted")
	change(tag, map[string]any{"disabled": true}).into(http.StatusOK, &changed)
	r.do(ask{method: "GET", path: "/v1/me", token: second.AccessToken}).problem(http.StatusUnauthorized, "session_ended")
	signIn(http.StatusUnauthorized)
}

func TestSignInLimits(t *testing.T) {
	t.Parallel()
	r := open(t, func(d *api.Deps) {
		d.SignIn = api.SignInLimits{PerLogin: rate.Every(10 * time.Second), LoginBurst: 2, PerAddress: rate.Every(time.Second), AddrBurst: 5}
	})
	try := func(login string) got {
		return r.do(ask{method: "POST", path: "/v1/sessions", body: contract.SignIn{Login: login, Password: "wrong"}})
	}
	try("ann").problem(http.StatusUnauthorized, "sign_in_refused")
	try("ANN").problem(http.StatusUnauthorized, "sign_in_refused")
	g := try("ann")
	g.problem(http.StatusTooManyRequests, "too_many_tries")
	require.Equal(t, "10", g.Header().Get("Retry-After"))
	// Another login is another bucket, until the address has used up its own.
	try("bob").problem(http.StatusUnauthorized, "sign_in_refused")
	try("carl").problem(http.StatusUnauthorized, "sign_in_refused")
	g = try("dora")
	g.problem(http.StatusTooManyRequests, "too_many_tries")
	require.Equal(t, "1", g.Header().Get("Retry-After"))
	r.machine.Set(morning.Add(10 * time.Second))
	try("ann").problem(http.StatusUnauthorized, "sign_in_refused")
}

func TestNoToken(t *testing.T) {
	t.Parallel()
	r := open(t, nil)
	for _, h := range []string{"", "Bearer", "Bearer ", "Basic YTpi", "Bearer  "} {
		g := r.do(ask{method: "GET", path: "/v1/me", header: map[string]string{"Authorization": h}})
		g.problem(http.StatusUnauthorized, "token_missing")
		require.Equal(t, "Bearer", g.Header().Get("WWW-Authenticate"))
	}
	// The token never stands in the address.
	token := r.as(access.Agent)
	r.do(ask{method: "GET", path: "/v1/me?access_token=" + token}).problem(http.StatusUnauthorized, "token_missing")
	require.NotContains(t, r.log.String(), token)
	require.False(t, strings.Contains(r.log.String(), "Carter"))
}
