package access_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"roundsman/internal/access"
	"roundsman/internal/access/accesstest"
	"roundsman/internal/clock"
	"roundsman/internal/fault"
	"roundsman/internal/ids"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"
)

var start = time.Date(2026, 3, 9, 12, 0, 0, 0, time.UTC)

const password = "correct horse battery"

type desk struct {
	*access.Service
	store *accesstest.Memory
	clock *clock.Fixed
	ann   access.Account
}

func open(t *testing.T, o access.Options) desk {
	t.Helper()
	store, c := accesstest.NewMemory('k'), clock.At(start)
	s, err := access.NewService(store, c, o)
	require.NoError(t, err)
	ann, err := s.Create(t.Context(), access.NewAccount{Login: "Ann", Name: "Ann Carter", Roles: []access.Role{access.Agent}, Password: password})
	require.NoError(t, err)
	return desk{s, store, c, ann}
}

func code(t *testing.T, want string, err error) {
	t.Helper()
	require.Error(t, err)
	require.Equal(t, want, fault.CodeOf(err), err.Error())
}

func TestSignInAndVerify(t *testing.T) {
	t.Parallel()
	d := open(t, access.Options{})
	tokens, err := d.SignIn(t.Context(), "aNN", password)
	require.NoError(t, err)
	require.Equal(t, start.Add(15*time.Minute), tokens.AccessUntil)
	v, err := d.Verify(t.Context(), tokens.Access)
	require.NoError(t, err)
	require.Equal(t, d.ann.ID, v.Principal.AccountID)
	require.Equal(t, tokens.SessionID, v.SessionID)
	require.True(t, v.Principal.Can(access.PromisesWrite))

	d.clock.Set(start.Add(15 * time.Minute))
	_, err = d.Verify(t.Context(), tokens.Access)
	code(t, "token_expired", err)
}

// The three ways of failing can't be told apart.
func TestSignInRefused(t *testing.T) {
	t.Parallel()
	d := open(t, access.Options{})
	_, unknown := d.SignIn(t.Context(), "nobody", password)
	_, wrong := d.SignIn(t.Context(), "ann", "wrong horse battery")
	d.store.Change(d.ann.ID, func(a *access.Account) { a.Disabled = true })
	_, disabled := d.SignIn(t.Context(), "ann", password)
	code(t, "sign_in_refused", unknown)
	require.Equal(t, unknown, wrong)
	require.Equal(t, unknown, disabled)
	// Not even somebody who guesses the decoy's password gets in.
	_, decoy := d.SignIn(t.Context(), "nobody", "nobody has this password")
	require.Equal(t, unknown, decoy)
}

func TestRevocationHoldsAtOnce(t *testing.T) {
	t.Parallel()
	admin := access.Principal{AccountID: ids.New(), Roles: []access.Role{access.Admin}}
	ways := map[string]func(d desk, s access.Tokens) error{
		"sign-out":   func(d desk, s access.Tokens) error { return d.SignOut(context.Background(), s.SessionID) },
		"revocation": func(d desk, _ access.Tokens) error { return d.Revoke(context.Background(), admin, d.ann.ID) },
		"disabled account": func(d desk, _ access.Tokens) error {
			d.store.Change(d.ann.ID, func(a *access.Account) { a.Disabled = true })
			return nil
		},
	}
	for name, end := range ways {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := open(t, access.Options{})
			s, err := d.SignIn(t.Context(), "ann", password)
			require.NoError(t, err)
			_, err = d.Verify(t.Context(), s.Access)
			require.NoError(t, err)
			require.NoError(t, end(d, s))
			_, err = d.Verify(t.Context(), s.Access)
			code(t, "session_ended", err)
			_, err = d.Refresh(t.Context(), s.Refresh)
			require.Error(t, err)
		})
	}
}

func TestRefreshReuseEndsTheSession(t *testing.T) {
	t.Parallel()
	d := open(t, access.Options{})
	first, err := d.SignIn(t.Context(), "ann", password)
	require.NoError(t, err)
	d.clock.Set(start.Add(time.Minute))
	second, err := d.Refresh(t.Context(), first.Refresh)
	require.NoError(t, err)
	require.NotEqual(t, first.Refresh, second.Refresh)
	require.Equal(t, first.SessionID, second.SessionID)
	require.Equal(t, first.RefreshUntil, second.RefreshUntil, "a session does not live for ever")

	_, err = d.Refresh(t.Context(), first.Refresh)
	code(t, "refresh_reused", err)
	_, err = d.Refresh(t.Context(), second.Refresh)
	code(t, "refresh_invalid", err)
	_, err = d.Verify(t.Context(), second.Access)
	code(t, "session_ended", err)
}

func TestRefreshEnds(t *testing.T) {
	t.Parallel()
	d := open(t, access.Options{})
	s, err := d.SignIn(t.Context(), "ann", password)
	require.NoError(t, err)
	d.clock.Set(start.Add(access.RefreshLife))
	_, err = d.Refresh(t.Context(), s.Refresh)
	code(t, "refresh_invalid", err)
	_, err = d.Refresh(t.Context(), "made up")
	code(t, "refresh_invalid", err)
}

// Every token here is wrong in one thing only; the first twin is right.
func TestForgedTokens(t *testing.T) {
	t.Parallel()
	d := open(t, access.Options{})
	s, err := d.SignIn(t.Context(), "ann", password)
	require.NoError(t, err)
	key, err := d.store.SigningKey(t.Context())
	require.NoError(t, err)
	good := func() jwt.MapClaims {
		return jwt.MapClaims{
			"iss": "roundsman", "aud": "roundsman-api", "sub": d.ann.ID.String(), "sid": s.SessionID.String(), "sv": 1,
			"iat": start.Unix(), "exp": start.Add(time.Minute).Unix(),
		}
	}
	with := func(name string, value any) jwt.MapClaims {
		c := good()
		if value == nil {
			delete(c, name)
		} else {
			c[name] = value
		}
		return c
	}
	cases := []struct {
		name   string
		claims jwt.MapClaims
		method jwt.SigningMethod
		key    any
		want   string
	}{
		{"as we make them", good(), jwt.SigningMethodHS256, key, ""},
		{"no algorithm", good(), jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, "token_invalid"},
		{"another algorithm with our key", good(), jwt.SigningMethodHS512, key, "token_invalid"},
		{"another key", good(), jwt.SigningMethodHS256, []byte(strings.Repeat("x", 32)), "token_invalid"},
		{"another issuer", with("iss", "somebody"), jwt.SigningMethodHS256, key, "token_invalid"},
		{"another audience", with("aud", "somebody"), jwt.SigningMethodHS256, key, "token_invalid"},
		{"no audience", with("aud", nil), jwt.SigningMethodHS256, key, "token_invalid"},
		{"no end", with("exp", nil), jwt.SigningMethodHS256, key, "token_invalid"},
		{"over", with("exp", start.Unix()), jwt.SigningMethodHS256, key, "token_expired"},
		{"from the future", with("iat", start.Add(time.Hour).Unix()), jwt.SigningMethodHS256, key, "token_invalid"},
		{"a session that is not there", with("sid", ids.New().String()), jwt.SigningMethodHS256, key, "session_ended"},
		{"an older version", with("sv", 0), jwt.SigningMethodHS256, key, "session_ended"},
		{"another subject", with("sub", ids.New().String()), jwt.SigningMethodHS256, key, "session_ended"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			token, err := jwt.NewWithClaims(c.method, c.claims).SignedString(c.key)
			require.NoError(t, err)
			_, err = d.Verify(t.Context(), token)
			if c.want == "" {
				require.NoError(t, err)
				return
			}
			code(t, c.want, err)
		})
	}
	_, err = d.Verify(t.Context(), "not a token")
	code(t, "token_invalid", err)
}

func TestDemoAccounts(t *testing.T) {
	t.Parallel()
	for _, refuse := range []bool{false, true} {
		d := open(t, access.Options{RefuseDemo: refuse})
		d.store.Change(d.ann.ID, func(a *access.Account) { a.Demo = true })
		_, err := d.SignIn(t.Context(), "ann", password)
		if refuse {
			code(t, "demo_account_refused", err)
		} else {
			require.NoError(t, err)
		}
	}
}

func TestCreateRefused(t *testing.T) {
	t.Parallel()
	d := open(t, access.Options{})
	technician := ids.New()
	for want, n := range map[string]access.NewAccount{
		"password_short":    {Login: "bob", Password: "too short", Roles: []access.Role{access.Agent}},
		"role_unknown":      {Login: "bob", Password: password, Roles: []access.Role{"king"}},
		"technician_wanted": {Login: "bob", Password: password, Roles: []access.Role{access.Agent}, TechnicianID: &technician},
		"login_taken":       {Login: "ANN", Password: password, Roles: []access.Role{access.Agent}},
	} {
		_, err := d.Create(t.Context(), n)
		code(t, want, err)
	}
	_, err := d.AddAccount(t.Context(), d.ann.Principal(), access.NewAccount{Login: "bob", Password: password})
	code(t, "scope_missing", err)
	code(t, "scope_missing", d.Revoke(t.Context(), d.ann.Principal(), d.ann.ID))
	_, _, err = d.Accounts(t.Context(), d.ann.Principal(), "", 10)
	code(t, "scope_missing", err)
}

// A store that can't be asked is not an answer: nobody gets in, and nobody is
// told that their session ended.
func TestStoreDown(t *testing.T) {
	t.Parallel()
	d := open(t, access.Options{})
	s, err := d.SignIn(t.Context(), "ann", password)
	require.NoError(t, err)
	d.store.Broken = fault.New(fault.Unavailable, "database_down", "try again")
	_, err = d.Verify(t.Context(), s.Access)
	code(t, "database_down", err)
	_, err = d.SignIn(t.Context(), "ann", password)
	code(t, "database_down", err)
}
