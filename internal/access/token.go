package access

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"roundsman/internal/fault"
	"roundsman/internal/ids"

	"github.com/golang-jwt/jwt/v5"
)

// How long tokens live, by the machine's clock.
const (
	AccessLife  = 15 * time.Minute
	RefreshLife = 7 * 24 * time.Hour
)

const (
	issuer   = "roundsman"
	audience = "roundsman-api"
)

// claims are what an access token says: whose it is, of which session, and at
// which version of the account's sessions it was made.
type claims struct {
	jwt.RegisteredClaims
	Session ids.ID `json:"sid"`
	Version int64  `json:"sv"`
}

// sign makes an access token.
func sign(key []byte, account Account, session ids.ID, now time.Time) (token string, until time.Time, err error) {
	until = now.Add(AccessLife).Truncate(time.Second)
	token, err = jwt.NewWithClaims(jwt.SigningMethodHS256, claims{
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer: issuer, Audience: jwt.ClaimStrings{audience}, Subject: account.ID.String(),
			IssuedAt: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(until),
		},
		Session: session, Version: account.SessionVersion,
	}).SignedString(key)
	if err != nil {
		return "", time.Time{}, fmt.Errorf("sign an access token: %w", err)
	}
	return token, until, nil
}

// parse reads an access token. Codes: "token_invalid", "token_expired".
func parse(key []byte, token string, now time.Time) (claims, error) {
	var c claims
	_, err := jwt.ParseWithClaims(token, &c, func(*jwt.Token) (any, error) { return key, nil },
		jwt.WithValidMethods([]string{jwt.SigningMethodHS256.Alg()}), // nothing else, whatever the token says
		jwt.WithIssuer(issuer), jwt.WithAudience(audience), jwt.WithIssuedAt(), jwt.WithExpirationRequired(),
		jwt.WithTimeFunc(func() time.Time { return now }),
	)
	switch {
	case errors.Is(err, jwt.ErrTokenExpired):
		return claims{}, fault.New(fault.Unauthenticated, "token_expired", "the access token has ended; exchange the refresh token at POST /v1/sessions/refresh")
	case err != nil:
		return claims{}, fault.New(fault.Unauthenticated, "token_invalid", "the access token is not one of ours; sign in with POST /v1/sessions").Because(err)
	}
	return c, nil
}

// newRefresh makes a refresh token of 256 bits and what is kept of it.
func newRefresh() (token string, hash []byte) {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand ends the program instead
	token = base64.RawURLEncoding.EncodeToString(b[:])
	return token, hashRefresh(token)
}

// hashRefresh is what is kept of a refresh token. The token is random, so a
// plain hash is enough.
func hashRefresh(token string) []byte {
	h := sha256.Sum256([]byte(token))
	return h[:]
}
