package accesstest

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// Memory is an access.Accounts without a database.
type Memory struct {
	mu       sync.Mutex
	accounts []access.Account
	sessions []access.Session
	key      []byte
	// Broken, when set, is what every question is answered with.
	Broken error
}

// NewMemory makes one whose signing key is made of the byte.
func NewMemory(key byte) *Memory { return &Memory{key: bytes.Repeat([]byte{key}, 32)} }

// AddAccount stores an account; code "login_taken".
func (m *Memory) AddAccount(_ context.Context, a access.Account) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, b := range m.accounts {
		if strings.EqualFold(a.Login, b.Login) {
			return fault.New(fault.Conflict, "login_taken", "the login %q is taken; choose another", a.Login)
		}
	}
	m.accounts = append(m.accounts, a)
	return nil
}

// Change changes a stored account.
func (m *Memory) Change(id ids.ID, change func(*access.Account)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for i := range m.accounts {
		if m.accounts[i].ID == id {
			change(&m.accounts[i])
		}
	}
}

// AccountByLogin finds an account; code "account_not_found".
func (m *Memory) AccountByLogin(_ context.Context, login string) (access.Account, error) {
	return m.find(func(a access.Account) bool { return strings.EqualFold(a.Login, login) })
}

// Account finds an account; code "account_not_found".
func (m *Memory) Account(_ context.Context, id ids.ID) (access.Account, error) {
	return m.find(func(a access.Account) bool { return a.ID == id })
}

func (m *Memory) find(is func(access.Account) bool) (access.Account, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.Broken != nil {
		return access.Account{}, m.Broken
	}
	if i := slices.IndexFunc(m.accounts, is); i >= 0 {
		return m.accounts[i], nil
	}
	return access.Account{}, fault.New(fault.NotFound, "account_not_found", "there is no such account")
}

// ListAccounts gives all accounts.
func (m *Memory) ListAccounts(context.Context) ([]access.Account, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.accounts), nil
}

// PageAccounts gives accounts by login, those behind a login.
func (m *Memory) PageAccounts(_ context.Context, after string, limit int) ([]access.Account, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	list := slices.DeleteFunc(slices.Clone(m.accounts), func(a access.Account) bool { return strings.ToLower(a.Login) <= after })
	slices.SortFunc(list, func(a, b access.Account) int {
		return strings.Compare(strings.ToLower(a.Login), strings.ToLower(b.Login))
	})
	return list[:min(limit, len(list))], nil
}

// SaveAccount writes what may change; codes as access.Accounts says.
func (m *Memory) SaveAccount(ctx context.Context, a access.Account, end bool) (access.Account, error) {
	m.mu.Lock()
	at := slices.IndexFunc(m.accounts, func(b access.Account) bool { return b.ID == a.ID })
	switch {
	case at < 0:
		m.mu.Unlock()
		return a, fault.New(fault.NotFound, "account_not_found", "there is no such account")
	case m.accounts[at].Version != a.Version:
		m.mu.Unlock()
		return a, fault.New(fault.Stale, "version_stale", "somebody has changed this account meanwhile; read it again")
	}
	after := slices.Clone(m.accounts)
	a.Version++
	after[at] = a
	if hasAdmin(m.accounts) && !hasAdmin(after) {
		m.mu.Unlock()
		return a, fault.New(fault.Conflict, "admin_wanted", "nobody could make accounts any more")
	}
	m.accounts = after
	m.mu.Unlock()
	if end {
		return a, m.RaiseSessionVersion(ctx, a.ID)
	}
	return a, nil
}

// hasAdmin says whether anybody can make accounts.
func hasAdmin(list []access.Account) bool {
	return slices.ContainsFunc(list, func(a access.Account) bool { return !a.Disabled && slices.Contains(a.Roles, access.Admin) })
}

// RaiseSessionVersion ends every session of an account.
func (m *Memory) RaiseSessionVersion(_ context.Context, id ids.ID) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for i := range m.accounts {
		if m.accounts[i].ID == id {
			m.accounts[i].SessionVersion++
			now := time.Unix(0, 0)
			for k := range m.sessions {
				if m.sessions[k].AccountID == id {
					m.sessions[k].EndedAt = &now
				}
			}
			return nil
		}
	}
	return fault.New(fault.NotFound, "account_not_found", "there is no such account")
}

// AddSession stores a session.
func (m *Memory) AddSession(_ context.Context, s access.Session) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sessions = append(m.sessions, s)
	return nil
}

// Session gives a session with its account; code "session_not_found".
func (m *Memory) Session(_ context.Context, id ids.ID) (access.Session, access.Account, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.Broken != nil {
		return access.Session{}, access.Account{}, m.Broken
	}
	for _, s := range m.sessions {
		for _, a := range m.accounts {
			if s.ID == id && a.ID == s.AccountID {
				return s, a, nil
			}
		}
	}
	return access.Session{}, access.Account{}, fault.New(fault.NotFound, "session_not_found", "there is no such session")
}

// RotateSession exchanges a token.
func (m *Memory) RotateSession(_ context.Context, old, fresh []byte, now time.Time) (access.Session, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for i := range m.sessions {
		s := &m.sessions[i]
		switch {
		case s.EndedAt != nil || !now.Before(s.ExpiresAt):
		case bytes.Equal(s.TokenHash, old):
			s.TokenHash, s.UsedHash = fresh, old
			return *s, false, nil
		case bytes.Equal(s.UsedHash, old):
			s.EndedAt = &now
			return *s, true, nil
		}
	}
	return access.Session{}, false, fault.New(fault.NotFound, "session_not_found", "there is no such session")
}

// EndSession ends a session.
func (m *Memory) EndSession(_ context.Context, id ids.ID, now time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for i := range m.sessions {
		if m.sessions[i].ID == id {
			m.sessions[i].EndedAt = &now
		}
	}
	return nil
}

// SigningKey gives the key.
func (m *Memory) SigningKey(context.Context) ([]byte, error) { return m.key, nil }
