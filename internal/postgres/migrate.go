package postgres

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"time"

	"roundsman/internal/fault"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
)

//go:embed migrations/*.sql
var embedded embed.FS

func migrations() fs.FS {
	dir, err := fs.Sub(embedded, "migrations")
	if err != nil {
		panic(err) // the name is a constant
	}
	return dir
}

// migrationLock is the advisory lock that one migrating server holds.
const migrationLock = 0x726f756e_64736d6e // "roundsmn"

// Migrate brings the database at url to the schema of this program: first the
// job queue's tables (River's own migrations), then ours. Of several servers
// starting at once one does it and the others wait; a database that is there
// already costs a few milliseconds. A migration that fails is rolled back.
//
// Codes: those of Open, and database_newer when a newer program has migrated it.
func Migrate(ctx context.Context, url string) error {
	return migrate(ctx, url, migrations())
}

func migrate(ctx context.Context, url string, ours fs.FS) error {
	// A migration may take its time: no timeouts but the wait for a lock, which
	// would hold up everybody else's queries.
	pool, err := open(ctx, url, 3, map[string]string{
		"application_name": "roundsman-migrate", "timezone": "UTC", "lock_timeout": "30s",
	})
	if err != nil {
		return err
	}
	defer pool.Close()
	unlock, err := lockMigration(ctx, pool)
	if err != nil {
		return err
	}
	defer unlock()
	if err := migrateRiver(ctx, pool); err != nil {
		return err
	}
	return migrateOurs(ctx, pool, ours)
}

// lockMigration waits for its turn by asking again and again. A statement that
// waits would hold a snapshot, for which CREATE INDEX CONCURRENTLY in the server
// whose turn it is would wait in vain. The lock is one of its own, not goose's,
// for it covers River's migrations too.
func lockMigration(ctx context.Context, pool *pgxpool.Pool) (unlock func(), err error) {
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return nil, fmt.Errorf("connecting to migrate: %w", err)
	}
	for {
		var ours bool
		if err := conn.QueryRow(ctx, `SELECT pg_try_advisory_lock($1)`, int64(migrationLock)).Scan(&ours); err != nil {
			conn.Release()
			return nil, fmt.Errorf("taking the turn to migrate: %w", err)
		}
		if ours {
			// The end of the session gives it back, whatever happens.
			return func() { _ = conn.Hijack().Close(context.WithoutCancel(ctx)) }, nil
		}
		select {
		case <-ctx.Done():
			conn.Release()
			return nil, fmt.Errorf("waiting for another server to migrate: %w", ctx.Err())
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func migrateRiver(ctx context.Context, pool *pgxpool.Pool) error {
	migrator, err := rivermigrate.New(riverpgxv5.New(pool), &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return fmt.Errorf("the job queue's migrations: %w", err)
	}
	current, err := riverVersion(ctx, pool)
	if err != nil {
		return err
	}
	all := migrator.AllVersions()
	if target := all[len(all)-1].Version; current > target {
		return newer("job queue", int64(current), int64(target))
	}
	if _, err := migrator.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return fmt.Errorf("migrating the job queue: %w", err)
	}
	return nil
}

// riverVersion reads it by hand: the library's own reading fails on a version
// that it does not know, with words that help nobody.
func riverVersion(ctx context.Context, pool *pgxpool.Pool) (int, error) {
	var there bool
	if err := pool.QueryRow(ctx, `SELECT to_regclass('river_migration') IS NOT NULL`).Scan(&there); err != nil || !there {
		return 0, err
	}
	var version int
	err := pool.QueryRow(ctx, `SELECT version FROM river_migration ORDER BY version DESC LIMIT 1`).Scan(&version)
	if errors.Is(err, pgx.ErrNoRows) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("reading the job queue's version: %w", err)
	}
	return version, nil
}

func migrateOurs(ctx context.Context, pool *pgxpool.Pool, ours fs.FS) error {
	db := stdlib.OpenDBFromPool(pool)
	defer db.Close()
	provider, err := goose.NewProvider(goose.DialectPostgres, db, ours, goose.WithTableName("schema_version"))
	if errors.Is(err, goose.ErrNoMigrations) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("the migrations of this program: %w", err)
	}
	current, target, err := provider.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("reading the schema's version: %w", err)
	}
	if current > target {
		return newer("schema", current, target)
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("migrating the schema: %w", err)
	}
	return nil
}

func newer(what string, current, target int64) error {
	return fault.New(fault.Unavailable, "database_newer",
		"the database's %s is at version %d, and this program knows it up to %d: run the newer program that migrated it, or restore a backup from before", what, current, target)
}

// Fingerprint names the schema that Migrate leads to, in 16 hexadecimal digits:
// the same digits, the same schema.
func Fingerprint() (string, error) {
	hash := sha256.New()
	err := fs.WalkDir(migrations(), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := fs.ReadFile(migrations(), path)
		fmt.Fprintf(hash, "%s %d\n%s", path, len(text), text)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("reading the migrations: %w", err)
	}
	river, err := rivermigrate.New(riverpgxv5.New(nil), nil)
	if err != nil {
		return "", fmt.Errorf("the job queue's migrations: %w", err)
	}
	for _, version := range river.AllVersions() {
		fmt.Fprintf(hash, "river %d\n%s", version.Version, version.SQLUp)
	}
	return hex.EncodeToString(hash.Sum(nil)[:8]), nil
}
