package postgres

import (
	"context"
	"crypto/rand"
	"fmt"
	"strconv"
	"time"
)

// The keys of settings.
const (
	settingSigningKey = "signing_key"
	settingDemoClock  = "demo_clock_offset"
)

type settingRow struct{ Value []byte }

// SigningKey gives the key that signs access tokens: 32 random bytes, made by
// whichever replica asks first and the same on all.
func (s *Store) SigningKey(ctx context.Context) ([]byte, error) {
	fresh := make([]byte, 32)
	if _, err := rand.Read(fresh); err != nil {
		return nil, fmt.Errorf("making a signing key: %w", err)
	}
	err := run(ctx, s.pool, "keeping the signing key",
		`insert into settings (key, value) values ($1, $2) on conflict (key) do nothing`, settingSigningKey, fresh)
	if err != nil {
		return nil, err
	}
	row, err := one[settingRow](ctx, s.pool, "setting", `select value from settings where key = $1`, settingSigningKey)
	return row.Value, err
}

// DemoClockOffset tells how far the demo clock is from the machine's, and false
// when this installation has none.
func (s *Store) DemoClockOffset(ctx context.Context) (time.Duration, bool, error) {
	row, found, err := maybe[settingRow](ctx, s.pool, "setting", `select value from settings where key = $1`, settingDemoClock)
	if err != nil || !found {
		return 0, false, err
	}
	n, err := strconv.ParseInt(string(row.Value), 10, 64)
	if err != nil {
		return 0, false, fmt.Errorf("reading the demo clock: %w", err)
	}
	return time.Duration(n), true, nil
}

// SetDemoClockOffset keeps how far the demo clock is from the machine's.
func (s *Store) SetDemoClockOffset(ctx context.Context, d time.Duration) error {
	return run(ctx, s.pool, "setting the demo clock",
		`insert into settings (key, value) values ($1, $2) on conflict (key) do update set value = excluded.value`,
		settingDemoClock, strconv.AppendInt(nil, int64(d), 10))
}

// IsEmpty says whether nothing has been set up yet: there is no region, and
// nobody who could make one.
func (s *Store) IsEmpty(ctx context.Context) (bool, error) {
	type row struct{ Empty bool }
	r, err := one[row](ctx, s.pool, "region", `select not exists (select from regions) and not exists (select from accounts) as empty`)
	return r.Empty, err
}

// demoLock is the advisory lock that the one server of a demo holds.
const demoLock = 0x726f756e64_01

// HoldDemo makes this server the only one that runs a demo on the database: a
// demo's clock is kept in one process. ok is false when another holds it.
// release lets go of it, and of the connection that it takes.
func (s *Store) HoldDemo(ctx context.Context) (release func(), ok bool, err error) {
	c, err := s.pool.Acquire(ctx)
	if err != nil {
		return nil, false, failed(err, "holding the demo")
	}
	if err := c.QueryRow(ctx, `select pg_try_advisory_lock($1)`, int64(demoLock)).Scan(&ok); err != nil || !ok {
		c.Release()
		return nil, false, failed(err, "holding the demo")
	}
	return func() {
		ctx := context.WithoutCancel(ctx)
		if _, err := c.Exec(ctx, `select pg_advisory_unlock($1)`, int64(demoLock)); err != nil {
			_ = c.Conn().Close(ctx) // the lock ends with its connection
		}
		c.Release()
	}, true, nil
}
