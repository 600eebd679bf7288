package access

import (
	"context"
	"time"

	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// Tokens are what a client holds of a session.
type Tokens struct {
	SessionID    ids.ID
	Access       string
	AccessUntil  time.Time
	Refresh      string
	RefreshUntil time.Time
	Principal    Principal
}

// SignIn begins a session. An unknown login, a wrong password and a disabled
// account get the same answer after the same work. Codes: "sign_in_refused",
// "demo_account_refused".
func (s *Service) SignIn(ctx context.Context, login, password string) (Tokens, error) {
	account, err := s.accounts.AccountByLogin(ctx, login)
	if err != nil && !fault.Is(err, "account_not_found") {
		return Tokens{}, err
	}
	ok, err := s.hasher.matches(ctx, password, account.PasswordHash)
	if err != nil {
		return Tokens{}, err
	}
	if !ok || account.Disabled {
		return Tokens{}, fault.New(fault.Unauthenticated, "sign_in_refused", "login and password don't go together; check both")
	}
	if account.Demo && s.refuseDemo {
		return Tokens{}, demoRefused()
	}
	now := s.clock.Now().Truncate(time.Microsecond)
	refresh, hash := newRefresh()
	session := Session{ID: ids.New(), AccountID: account.ID, TokenHash: hash, CreatedAt: now, ExpiresAt: now.Add(RefreshLife)}
	if err := s.accounts.AddSession(ctx, session); err != nil {
		return Tokens{}, err
	}
	return s.tokens(ctx, account, session, refresh, now)
}

// Refresh exchanges a refresh token for new tokens. A token that was used
// before ends its session: either the client or a thief has lost track, and
// nobody can say which. Codes: "refresh_invalid", "refresh_reused",
// "session_ended".
func (s *Service) Refresh(ctx context.Context, token string) (Tokens, error) {
	now := s.clock.Now().Truncate(time.Microsecond)
	fresh, hash := newRefresh()
	session, reused, err := s.accounts.RotateSession(ctx, hashRefresh(token), hash, now)
	if reused {
		return Tokens{}, fault.New(fault.Unauthenticated, "refresh_reused", "this refresh token was used before, so its session has been ended; sign in again")
	}
	if fault.Is(err, "session_not_found") || err == nil && !now.Before(session.ExpiresAt) {
		return Tokens{}, fault.New(fault.Unauthenticated, "refresh_invalid", "this refresh token is not good any more; sign in again")
	}
	if err != nil {
		return Tokens{}, err
	}
	_, account, err := s.accounts.Session(ctx, session.ID)
	if err != nil {
		return Tokens{}, err
	}
	// A raised session version ends refreshing too, as the store ends the
	// sessions with it; a disabled account is caught here.
	if session.EndedAt != nil || account.Disabled || account.Demo && s.refuseDemo {
		return Tokens{}, sessionEnded()
	}
	return s.tokens(ctx, account, session, fresh, now)
}

// SignOut ends one session.
func (s *Service) SignOut(ctx context.Context, session ids.ID) error {
	return s.accounts.EndSession(ctx, session, s.clock.Now().Truncate(time.Microsecond))
}

func (s *Service) tokens(ctx context.Context, account Account, session Session, refresh string, now time.Time) (Tokens, error) {
	key, err := s.signingKey(ctx)
	if err != nil {
		return Tokens{}, err
	}
	access, until, err := sign(key, account, session.ID, now)
	if err != nil {
		return Tokens{}, err
	}
	return Tokens{
		SessionID: session.ID, Access: access, AccessUntil: until,
		Refresh: refresh, RefreshUntil: session.ExpiresAt, Principal: account.Principal(),
	}, nil
}
