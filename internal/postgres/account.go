package postgres

import (
	"context"
	"slices"
	"time"

	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"

	"github.com/jackc/pgx/v5"
)

const (
	accountColumns = `id, login, name, spoken_name, roles, technician_id, password_hash, service, disabled,
		session_version, created_at, demo, version`
	sessionColumns = `id, account_id, token_hash, used_hash, created_at, expires_at, ended_at`
)

// AddAccount stores an account; code "login_taken". Logins are compared without
// regard to case.
func (s *Store) AddAccount(ctx context.Context, a access.Account) error {
	return run(ctx, s.pool, "adding an account",
		`insert into accounts (id, login, name, spoken_name, roles, technician_id, password_hash, service, disabled,
		     session_version, created_at, demo)
		 values ($1, $2, $3, $4, coalesce($5, '{}'::text[]), $6, $7, $8, $9, $10, $11, $12)`,
		a.ID, a.Login, a.Name, a.SpokenName, a.Roles, a.TechnicianID, a.PasswordHash, a.Service, a.Disabled,
		max(1, a.SessionVersion), a.CreatedAt, a.Demo)
}

// AccountByLogin gives the account that signs in by this name.
func (s *Store) AccountByLogin(ctx context.Context, login string) (access.Account, error) {
	return one[access.Account](ctx, s.pool, "account",
		`select `+accountColumns+` from accounts where lower(login) = lower($1)`, login)
}

// Account gives an account.
func (s *Store) Account(ctx context.Context, id ids.ID) (access.Account, error) {
	return one[access.Account](ctx, s.pool, "account", `select `+accountColumns+` from accounts where id = $1`, id)
}

// ListAccounts gives all accounts by login.
func (s *Store) ListAccounts(ctx context.Context) ([]access.Account, error) {
	return list[access.Account](ctx, s.pool, "listing accounts",
		`select `+accountColumns+` from accounts order by lower(login)`)
}

// PageAccounts gives at most limit accounts by login, those behind a login.
func (s *Store) PageAccounts(ctx context.Context, after string, limit int) ([]access.Account, error) {
	return list[access.Account](ctx, s.pool, "listing accounts",
		`select `+accountColumns+` from accounts where lower(login) > $1 order by lower(login) limit $2`, after, limit)
}

// SaveAccount writes what an administrator may change. Whoever can make accounts is
// locked first, so that of two who send each other away one stays.
func (s *Store) SaveAccount(ctx context.Context, a access.Account, end bool) (access.Account, error) {
	err := pgx.BeginFunc(ctx, s.pool, func(t pgx.Tx) (err error) {
		type admin struct{ ID ids.ID }
		before, err := list[admin](ctx, t, "listing administrators",
			`select id from accounts where 'admin' = any (roles) and not disabled order by id for update`)
		if err != nil {
			return err
		}
		a, err = saved[access.Account](ctx, t, "account",
			`update accounts set name = $3, spoken_name = $4, roles = $5, technician_id = $6, disabled = $7, password_hash = $8,
			     version = version + 1 where id = $1 and version = $2 returning `+accountColumns,
			a.ID, a.Version, a.Name, a.SpokenName, a.Roles, a.TechnicianID, a.Disabled, a.PasswordHash)
		if err != nil {
			return err
		}
		left := slices.ContainsFunc(before, func(x admin) bool { return x.ID != a.ID }) || !a.Disabled && slices.Contains(a.Roles, access.Admin)
		if len(before) > 0 && !left {
			return fault.New(fault.Conflict, "admin_wanted", "nobody could make accounts any more; give somebody else the role admin first")
		}
		if !end {
			return nil
		}
		if err := run(ctx, t, "ending all sessions of an account", `update accounts set session_version = session_version + 1 where id = $1`, a.ID); err != nil {
			return err
		}
		return run(ctx, t, "ending sessions", `update sessions set ended_at = $2 where account_id = $1 and ended_at is null`, a.ID, s.machine.Now())
	})
	return a, failed(err, "saving an account")
}

// RaiseSessionVersion ends every session of an account at once, those that could
// be refreshed too.
func (s *Store) RaiseSessionVersion(ctx context.Context, account ids.ID) error {
	n, err := exec(ctx, s.pool, "ending all sessions of an account",
		`with raised as (
		     update accounts set session_version = session_version + 1 where id = $1 returning id
		 ), ended as (
		     update sessions set ended_at = $2 where account_id in (select id from raised) and ended_at is null
		 )
		 select id from raised`, account, s.machine.Now())
	if err == nil && n == 0 {
		return notFound("account")
	}
	return err
}

// SetPasswords gives accounts new password hashes, all or none, and ends their
// sessions.
func (s *Store) SetPasswords(ctx context.Context, hashes map[ids.ID]string) error {
	return pgx.BeginFunc(ctx, s.pool, func(t pgx.Tx) error {
		for id, hash := range hashes {
			err := run(ctx, t, "setting a password", `update accounts set password_hash = $2, session_version = session_version + 1 where id = $1`, id, hash)
			if err != nil {
				return err
			}
			if err := run(ctx, t, "ending sessions", `update sessions set ended_at = $2 where account_id = $1 and ended_at is null`, id, s.machine.Now()); err != nil {
				return err
			}
		}
		return nil
	})
}

// AddSession stores a session.
func (s *Store) AddSession(ctx context.Context, x access.Session) error {
	return run(ctx, s.pool, "adding a session",
		`insert into sessions (id, account_id, token_hash, used_hash, created_at, expires_at, ended_at)
		 values ($1, $2, $3, $4, $5, $6, $7)`,
		x.ID, x.AccountID, x.TokenHash, x.UsedHash, x.CreatedAt, x.ExpiresAt, x.EndedAt)
}

// RotateSession exchanges the token of a session that is alive. Of two who bring
// the same token one gets the next; the other has used it again, which ends the
// session (reused).
func (s *Store) RotateSession(ctx context.Context, oldHash, newHash []byte, now time.Time) (x access.Session, reused bool, err error) {
	err = pgx.BeginFunc(ctx, s.pool, func(t pgx.Tx) error {
		var found bool
		x, found, err = maybe[access.Session](ctx, t, "session",
			`update sessions set token_hash = $2, used_hash = $1
			 where token_hash = $1 and ended_at is null and expires_at > $3 returning `+sessionColumns, oldHash, newHash, now)
		if err != nil || found {
			return err
		}
		x, reused, err = maybe[access.Session](ctx, t, "session",
			`update sessions set ended_at = $2
			 where used_hash = $1 and ended_at is null and expires_at > $2 returning `+sessionColumns, oldHash, now)
		if err == nil && !reused {
			err = notFound("session")
		}
		return err
	})
	return x, reused, failed(err, "rotating a session")
}

// Session gives a session with its account in one query.
func (s *Store) Session(ctx context.Context, id ids.ID) (access.Session, access.Account, error) {
	row, err := one[sessionRow](ctx, s.pool, "session",
		`select a.id, a.login, a.name, a.spoken_name, a.roles, a.technician_id, a.password_hash, a.service, a.disabled,
		     a.session_version, a.created_at, a.demo, a.version, s.id as session_id, s.token_hash, s.used_hash,
		     s.created_at as session_created_at, s.expires_at, s.ended_at
		 from sessions s join accounts a on a.id = s.account_id where s.id = $1`, id)
	return access.Session{ID: row.SessionID, AccountID: row.ID, TokenHash: row.TokenHash, UsedHash: row.UsedHash,
		CreatedAt: row.SessionCreatedAt, ExpiresAt: row.ExpiresAt, EndedAt: row.EndedAt}, row.Account, err
}

// sessionRow is a session with its account, flat.
type sessionRow struct {
	access.Account
	SessionID           ids.ID
	TokenHash, UsedHash []byte
	SessionCreatedAt    time.Time
	ExpiresAt           time.Time
	EndedAt             *time.Time
}

// EndSession ends a session; one that is over stays over.
func (s *Store) EndSession(ctx context.Context, id ids.ID, now time.Time) error {
	return run(ctx, s.pool, "ending a session",
		`update sessions set ended_at = $2 where id = $1 and ended_at is null`, id, now)
}
