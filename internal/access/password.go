package access

import (
	"context"
	"fmt"

	"github.com/alexedwards/argon2id"
)

// passwordCost follows the OWASP recommendation for argon2id: 19 MiB, two passes.
var passwordCost = argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// hasher makes and compares password hashes, two at most at once: each takes
// memory and a core, and a flood of sign-ins must not take all of either.
type hasher struct {
	slots chan struct{}
	// decoy is compared with when there is no such login, so that the answer
	// takes as long as for a wrong password.
	decoy string
}

func newHasher() (*hasher, error) {
	decoy, err := argon2id.CreateHash("nobody has this password", &passwordCost)
	if err != nil {
		return nil, fmt.Errorf("hash a password: %w", err)
	}
	return &hasher{slots: make(chan struct{}, 2), decoy: decoy}, nil
}

func (h *hasher) enter(ctx context.Context) error {
	select {
	case h.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (h *hasher) leave() { <-h.slots }

// hash makes the hash of a password.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	if err := h.enter(ctx); err != nil {
		return "", err
	}
	defer h.leave()
	s, err := argon2id.CreateHash(password, &passwordCost)
	if err != nil {
		return "", fmt.Errorf("hash a password: %w", err)
	}
	return s, nil
}

// matches compares a password with a hash; an empty hash matches nothing.
func (h *hasher) matches(ctx context.Context, password, hash string) (bool, error) {
	if err := h.enter(ctx); err != nil {
		return false, err
	}
	defer h.leave()
	known := hash != ""
	if !known {
		hash = h.decoy
	}
	ok, err := argon2id.ComparePasswordAndHash(password, hash)
	if err != nil {
		return false, fmt.Errorf("compare a password: %w", err)
	}
	return ok && known, nil
}

// HashPassword makes the hash of a password for an account that is stored whole,
// as the demo's are.
func HashPassword(password string) (string, error) {
	s, err := argon2id.CreateHash(password, &passwordCost)
	if err != nil {
		return "", fmt.Errorf("hash a password: %w", err)
	}
	return s, nil
}
