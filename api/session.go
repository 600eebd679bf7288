package api

import (
	"context"
	"strings"

	"roundsman/api/contract"
	"roundsman/internal/access"

	"github.com/gin-gonic/gin"
)

// SignIn begins a session. The limits count before the password is looked at.
func (s *server) SignIn(ctx context.Context, r contract.SignInRequestObject) (contract.SignInResponseObject, error) {
	now := s.machine.Now()
	if c, ok := ctx.(*gin.Context); ok {
		if err := s.tryAddress.try(c.RemoteIP(), now); err != nil {
			return nil, err
		}
	}
	if err := s.tryLogin.try(strings.ToLower(r.Body.Login), now); err != nil {
		return nil, err
	}
	t, err := s.access.SignIn(ctx, r.Body.Login, r.Body.Password)
	if err != nil {
		return nil, err
	}
	return contract.SignIn201JSONResponse(tokens(t)), nil
}

// RefreshSession exchanges a refresh token.
func (s *server) RefreshSession(ctx context.Context, r contract.RefreshSessionRequestObject) (contract.RefreshSessionResponseObject, error) {
	if c, ok := ctx.(*gin.Context); ok {
		if err := s.tryAddress.try(c.RemoteIP(), s.machine.Now()); err != nil {
			return nil, err
		}
	}
	t, err := s.access.Refresh(ctx, r.Body.RefreshToken)
	if err != nil {
		return nil, err
	}
	return contract.RefreshSession200JSONResponse(tokens(t)), nil
}

// SignOut ends the session that asks.
func (s *server) SignOut(ctx context.Context, _ contract.SignOutRequestObject) (contract.SignOutResponseObject, error) {
	v, _ := session(ctx)
	if err := s.access.SignOut(ctx, v.SessionID); err != nil {
		return nil, err
	}
	return contract.SignOut204Response{}, nil
}

// GetMe says who is asking.
func (s *server) GetMe(ctx context.Context, _ contract.GetMeRequestObject) (contract.GetMeResponseObject, error) {
	return contract.GetMe200JSONResponse(me(who(ctx))), nil
}

func tokens(t access.Tokens) contract.Session {
	return contract.Session{
		ID: t.SessionID, AccessToken: t.Access, TokenType: contract.SessionTokenTypeBearer, ExpiresAt: t.AccessUntil,
		RefreshToken: t.Refresh, RefreshExpiresAt: t.RefreshUntil, Me: me(t.Principal),
	}
}

func me(p access.Principal) contract.Me {
	return contract.Me{
		AccountID: p.AccountID, Name: p.Name, Roles: each(p.Roles, role), TechnicianID: p.TechnicianID,
		Scopes: each(p.Scopes(), func(s access.Scope) string { return string(s) }),
	}
}

func role(r access.Role) contract.Role { return contract.Role(r) }
