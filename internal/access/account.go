package access

import (
	"context"
	"time"

	"roundsman/internal/ids"
)

// Account can sign in. A service account is a machine's.
type Account struct {
	ID           ids.ID
	Login        string
	Name         string // shown to others
	SpokenName   string
	Roles        []Role
	TechnicianID *ids.ID
	PasswordHash string // argon2id, encoded
	Service      bool
	Disabled     bool
	// SessionVersion is raised to end every session at once.
	SessionVersion int64
	CreatedAt      time.Time
	Demo           bool // made by the demo; refused on a listener that is not loopback
	Version        int64
}

// Session is one family of refresh tokens. Only hashes are kept.
type Session struct {
	ID        ids.ID
	AccountID ids.ID
	TokenHash []byte // of the one token that may be used next
	UsedHash  []byte // of the token before; its use ends the session
	CreatedAt time.Time
	ExpiresAt time.Time
	EndedAt   *time.Time
}

// Accounts is where accounts and sessions are kept.
type Accounts interface {
	AddAccount(ctx context.Context, a Account) error // code "login_taken"
	// AccountByLogin does not mind case; code "account_not_found".
	AccountByLogin(ctx context.Context, login string) (Account, error)
	Account(ctx context.Context, id ids.ID) (Account, error)
	ListAccounts(ctx context.Context) ([]Account, error)
	// PageAccounts gives at most limit accounts by login, those behind a login.
	PageAccounts(ctx context.Context, after string, limit int) ([]Account, error)
	// SaveAccount writes names, roles, technician, whether it is disabled, and the
	// password's hash, and raises the version. With end every session ends at once.
	// Codes: "account_not_found", "version_stale", "admin_wanted" when nobody who
	// can make accounts would be left.
	SaveAccount(ctx context.Context, a Account, end bool) (Account, error)
	// RaiseSessionVersion ends every session of an account at once, those that
	// could be refreshed too; code "account_not_found".
	RaiseSessionVersion(ctx context.Context, account ids.ID) error
	AddSession(ctx context.Context, s Session) error
	// RotateSession exchanges the token; the old one is remembered. reused is
	// true when the token had been used before: the session is then ended. Code
	// "session_not_found" when no session that lives has or had it.
	RotateSession(ctx context.Context, oldHash, newHash []byte, now time.Time) (s Session, reused bool, err error)
	EndSession(ctx context.Context, id ids.ID, now time.Time) error
	// Session gives a session with its account in one query; code
	// "session_not_found". It is asked at every request.
	Session(ctx context.Context, id ids.ID) (Session, Account, error)
	// SigningKey gives the key that signs access tokens, the same on all replicas.
	SigningKey(ctx context.Context) ([]byte, error)
}
