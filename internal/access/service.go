package access

import (
	"context"
	"strings"
	"sync"
	"time"

	"roundsman/internal/clock"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// Service signs accounts in and says whose an access token is.
type Service struct {
	accounts Accounts
	clock    clock.Clock // the machine's: tokens don't follow the demo's
	hasher   *hasher
	// refuseDemo keeps accounts of the demo out, whose passwords lie in a file.
	refuseDemo bool

	mu  sync.Mutex
	key []byte
}

// Options of a service.
type Options struct {
	// RefuseDemo is set where the listener can be reached from other machines.
	RefuseDemo bool
}

// NewService makes a service over accounts. The clock is the machine's.
func NewService(accounts Accounts, c clock.Clock, o Options) (*Service, error) {
	h, err := newHasher()
	if err != nil {
		return nil, err
	}
	return &Service{accounts: accounts, clock: c, hasher: h, refuseDemo: o.RefuseDemo}, nil
}

// signingKey is read once: it is the same on all replicas and for ever.
func (s *Service) signingKey(ctx context.Context) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.key == nil {
		key, err := s.accounts.SigningKey(ctx)
		if err != nil {
			return nil, err
		}
		if len(key) < 32 {
			return nil, fault.New(fault.Internal, "signing_key_short", "the signing key has %d bytes; 32 are wanted", len(key))
		}
		s.key = key
	}
	return s.key, nil
}

// Verified is who a good access token is of, and until when.
type Verified struct {
	Principal Principal
	SessionID ids.ID
	Until     time.Time
}

// Verify says whose an access token is. It asks the store at every request, so
// that a sign-out, a revocation or a disabled account holds at once. Codes:
// "token_invalid", "token_expired", "session_ended".
func (s *Service) Verify(ctx context.Context, token string) (Verified, error) {
	key, err := s.signingKey(ctx)
	if err != nil {
		return Verified{}, err
	}
	now := s.clock.Now()
	c, err := parse(key, token, now)
	if err != nil {
		return Verified{}, err
	}
	session, account, err := s.accounts.Session(ctx, c.Session)
	if fault.Is(err, "session_not_found") {
		return Verified{}, sessionEnded()
	}
	if err != nil {
		return Verified{}, err
	}
	if session.EndedAt != nil || account.Disabled || account.SessionVersion != c.Version || account.ID.String() != c.Subject {
		return Verified{}, sessionEnded()
	}
	if account.Demo && s.refuseDemo {
		return Verified{}, demoRefused()
	}
	return Verified{Principal: account.Principal(), SessionID: session.ID, Until: c.ExpiresAt.Time}, nil
}

func sessionEnded() error {
	return fault.New(fault.Unauthenticated, "session_ended", "this session has ended; sign in again with POST /v1/sessions")
}

func demoRefused() error {
	return fault.New(fault.Forbidden, "demo_account_refused", "demo accounts only work where the server listens on loopback; make an account of your own with: roundsman admin create")
}

// Principal is the account as somebody who has signed in.
func (a Account) Principal() Principal {
	return Principal{AccountID: a.ID, Name: a.Name, Roles: a.Roles, TechnicianID: a.TechnicianID}
}

// NewAccount is an account to be made.
type NewAccount struct {
	ID           *ids.ID
	Login        string
	Name         string
	SpokenName   string // the name's first word when empty
	Roles        []Role
	TechnicianID *ids.ID
	Service      bool
	Demo         bool
	Password     string
}

// AddAccount makes an account on behalf of somebody. Codes: "scope_missing",
// and those of Create.
func (s *Service) AddAccount(ctx context.Context, who Principal, n NewAccount) (Account, error) {
	if err := who.Require(AccountsWrite); err != nil {
		return Account{}, err
	}
	return s.Create(ctx, n)
}

// Create makes an account; the caller has the right to. Codes: "login_taken",
// "password_short", "role_unknown", "technician_wanted".
func (s *Service) Create(ctx context.Context, n NewAccount) (Account, error) {
	if err := n.validate(); err != nil {
		return Account{}, err
	}
	hash, err := s.hasher.hash(ctx, n.Password)
	if err != nil {
		return Account{}, err
	}
	a := Account{
		ID: ids.New(), Login: strings.ToLower(n.Login), Name: n.Name, SpokenName: n.SpokenName, Roles: n.Roles,
		TechnicianID: n.TechnicianID, PasswordHash: hash, Service: n.Service, SessionVersion: 1, Version: 1,
		CreatedAt: s.clock.Now().Truncate(time.Microsecond), Demo: n.Demo,
	}
	if n.ID != nil {
		a.ID = *n.ID
	}
	if a.SpokenName == "" {
		a.SpokenName, _, _ = strings.Cut(a.Name, " ")
	}
	return a, s.accounts.AddAccount(ctx, a)
}

// ShortestPassword counts characters.
const ShortestPassword = 12

func (n NewAccount) validate() error {
	if err := longEnough(n.Password); err != nil {
		return err
	}
	return fits(n.Roles, n.TechnicianID)
}

// Accounts lists accounts by login, limit at a time, those behind a login; next is
// empty when there are no more. Code: "scope_missing".
func (s *Service) Accounts(ctx context.Context, who Principal, after string, limit int) (list []Account, next string, err error) {
	if err := who.Require(AccountsWrite); err != nil {
		return nil, "", err
	}
	list, err = s.accounts.PageAccounts(ctx, strings.ToLower(after), limit+1)
	if len(list) > limit {
		list = list[:limit]
		next = strings.ToLower(list[limit-1].Login)
	}
	return list, next, err
}

// Revoke ends every session of an account at once. Codes: "scope_missing",
// "account_not_found".
func (s *Service) Revoke(ctx context.Context, who Principal, account ids.ID) error {
	if err := who.Require(AccountsWrite); err != nil {
		return err
	}
	return s.accounts.RaiseSessionVersion(ctx, account)
}
