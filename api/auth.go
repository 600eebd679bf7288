package api

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"roundsman/internal/access"
	"roundsman/internal/fault"

	"github.com/gin-gonic/gin"
)

type (
	verifiedKey struct{}
	tokenKey    struct{}
)

// principalOf gives who is asking, false before it is known.
func principalOf(ctx context.Context) (access.Principal, bool) {
	v, ok := ctx.Value(verifiedKey{}).(access.Verified)
	return v.Principal, ok
}

// who gives who is asking. Operations that want no token have nobody.
func who(ctx context.Context) access.Principal {
	p, _ := principalOf(ctx)
	return p
}

// session gives the session that is asking, with the token it asks with.
func session(ctx context.Context) (v access.Verified, token string) {
	v, _ = ctx.Value(verifiedKey{}).(access.Verified)
	token, _ = ctx.Value(tokenKey{}).(string)
	return v, token
}

// authenticate wants a good token with the rights that the contract names.
func (s *server) authenticate(c *gin.Context) {
	op := s.doc.of(c)
	if op == nil {
		s.noRoute(c)
		return
	}
	if op.open {
		return
	}
	if op.signed {
		s.authenticateSigned(c, op)
		return
	}
	if op.linked {
		s.authenticateLink(c)
		return
	}
	token, ok := bearer(c.Request)
	if !ok {
		s.refuse(c, fault.New(fault.Unauthenticated, "token_missing", "send Authorization: Bearer with the access token of POST /v1/sessions"))
		return
	}
	v, err := s.access.Verify(c.Request.Context(), token)
	if err != nil {
		if f := fault.Of(err); f != nil && f.Kind == fault.Unauthenticated {
			c.Header("WWW-Authenticate", `Bearer error="invalid_token"`)
		}
		s.refuse(c, err)
		return
	}
	ctx := context.WithValue(c.Request.Context(), verifiedKey{}, v)
	c.Request = c.Request.WithContext(context.WithValue(ctx, tokenKey{}, token))
	for _, scope := range op.scopes {
		if err := v.Principal.Require(access.Scope(scope)); err != nil {
			c.Header("WWW-Authenticate", fmt.Sprintf(`Bearer error="insufficient_scope", scope="%s"`, strings.Join(op.scopes, " ")))
			s.refuse(c, err)
			return
		}
	}
}

// bearer reads the access token. It never stands in the address.
func bearer(r *http.Request) (string, bool) {
	scheme, token, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	token = strings.TrimSpace(token)
	return token, ok && strings.EqualFold(scheme, "Bearer") && token != ""
}
