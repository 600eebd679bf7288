package postgres

import (
	"context"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"strconv"
	"time"

	"roundsman/internal/fault"
	"roundsman/internal/postgres/private"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"
)

// The settings of every connection, unless the connection string has its own.
// They end what hangs: no request waits that long for an answer.
var settings = map[string]string{
	"application_name":                    "roundsman",
	"timezone":                            "UTC",
	"statement_timeout":                   "15s",
	"lock_timeout":                        "4s",
	"idle_in_transaction_session_timeout": "30s",
	"jit":                                 "off", // compiling takes longer than any query of ours
}

// Open gives a pool of at most maxConns connections to the database at url, and
// has tried one of them. Every server has a pool, and three connections beside it
// (sequencer, event log, jobs): the sum must stay below max_connections.
// Each of more may change how its connections are made.
//
// Codes: database_url_invalid, database_unreachable, postgres_too_old.
func Open(ctx context.Context, url string, maxConns int, more ...func(*pgx.ConnConfig)) (*pgxpool.Pool, error) {
	return open(ctx, url, maxConns, settings, more...)
}

func open(ctx context.Context, url string, maxConns int, settings map[string]string, more ...func(*pgx.ConnConfig)) (*pgxpool.Pool, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		// The cause is left out: it may quote the password.
		return nil, fault.New(fault.Unavailable, "database_url_invalid",
			"the database's connection string can't be read: write it as postgres://user:password@host:5432/database (DATABASE_URL)")
	}
	config.MaxConns = int32(max(1, maxConns))
	config.MaxConnLifetime, config.MaxConnLifetimeJitter = time.Hour, 5*time.Minute
	config.MaxConnIdleTime = 10 * time.Minute
	for name, value := range settings {
		if _, own := config.ConnConfig.RuntimeParams[name]; !own {
			config.ConnConfig.RuntimeParams[name] = value
		}
	}
	if config.ConnConfig.ConnectTimeout == 0 {
		config.ConnConfig.ConnectTimeout = 10 * time.Second
	}
	for _, change := range more {
		change(config.ConnConfig)
	}
	config.AfterConnect = func(ctx context.Context, conn *pgx.Conn) error {
		carryIDs(conn)
		return scanUTC(ctx, conn)
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, unreachable(config.ConnConfig, err)
	}
	if err := requireMajor(ctx, pool); err != nil {
		pool.Close()
		return nil, err
	}
	return pool, nil
}

// requireMajor refuses servers that are too old, and tells when there is none.
func requireMajor(ctx context.Context, pool *pgxpool.Pool) error {
	var text string // 150018 is 15.18
	if err := pool.QueryRow(ctx, `SELECT current_setting('server_version_num')`).Scan(&text); err != nil {
		return unreachable(pool.Config().ConnConfig, err)
	}
	number, err := strconv.Atoi(text)
	if err != nil {
		return fmt.Errorf("the database server's version: %w", err)
	}
	return checkMajor(number / 10000)
}

func checkMajor(major int) error {
	if major < private.OldestMajor {
		return fault.New(fault.Unavailable, "postgres_too_old",
			"the database server is PostgreSQL %d, and %d or newer is needed: name a newer one with --database-url (DATABASE_URL), or none to have a private one started", major, private.OldestMajor)
	}
	return nil
}

// unreachable tells which database could not be had, why, and what to do. The
// password is in none of it.
func unreachable(config *pgx.ConnConfig, err error) error {
	where := fmt.Sprintf("database %q at %s", config.Database, net.JoinHostPort(config.Host, strconv.Itoa(int(config.Port))))
	if filepath.IsAbs(config.Host) {
		where = fmt.Sprintf("database %q at the socket in %s", config.Database, config.Host)
	}
	advice := "see that the server runs and is reachable from here, and that the connection string is right (--database-url, DATABASE_URL)"
	var refusal *pgconn.PgError
	if errors.As(err, &refusal) {
		switch refusal.Code {
		case "28P01", "28000":
			advice = fmt.Sprintf("the server refuses to sign in user %q: see to the user and password in the connection string", config.User)
		case "3D000":
			advice = fmt.Sprintf("the server has no such database: make it (createdb %s), or name another", config.Database)
		case "53300":
			advice = "the server has no connection left: give it a larger max_connections, or the servers smaller pools"
		default:
			advice = "the server says: " + refusal.Message
		}
	}
	return fault.New(fault.Unavailable, "database_unreachable", "%s can't be used: %s", where, advice).Because(err)
}

// scanUTC makes instants come out in UTC, not in the zone of the machine.
func scanUTC(_ context.Context, conn *pgx.Conn) error {
	types := conn.TypeMap()
	instant := &pgtype.Type{Name: "timestamptz", OID: pgtype.TimestamptzOID, Codec: &pgtype.TimestamptzCodec{ScanLocation: time.UTC}}
	span := &pgtype.Type{Name: "tstzrange", OID: pgtype.TstzrangeOID, Codec: &pgtype.RangeCodec{ElementType: instant}}
	types.RegisterType(instant)
	types.RegisterType(span)
	types.RegisterType(&pgtype.Type{Name: "_timestamptz", OID: pgtype.TimestamptzArrayOID, Codec: &pgtype.ArrayCodec{ElementType: instant}})
	types.RegisterType(&pgtype.Type{Name: "_tstzrange", OID: pgtype.TstzrangeArrayOID, Codec: &pgtype.ArrayCodec{ElementType: span}})
	return nil
}
