package pgtest

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"

	"roundsman/internal/postgres"

	"github.com/jackc/pgx/v5"
)

const templatePrefix = prefix + "template_"

// ensureTemplate gives the name of a database that has the schema and takes no
// connections, so that it can be cloned at any time. It is made once for each
// schema that there ever was; of several test binaries one makes it.
func ensureTemplate(ctx context.Context, server string) (name string, err error) {
	fingerprint, err := postgres.Fingerprint()
	if err != nil {
		return "", err
	}
	name = templatePrefix + fingerprint
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		return "", fmt.Errorf("connecting to the test server: %w", err)
	}
	defer func() { err = errors.Join(err, conn.Close(context.WithoutCancel(ctx))) }()
	there := func() (done bool, err error) {
		err = conn.QueryRow(ctx, `SELECT coalesce((SELECT datistemplate FROM pg_database WHERE datname = $1), false)`, name).Scan(&done)
		return done, err
	}
	if done, err := there(); done || err != nil {
		return name, err
	}
	key := fnv.New64a()
	_, _ = key.Write([]byte(name))
	if _, err := conn.Exec(ctx, `SELECT pg_advisory_lock($1)`, int64(key.Sum64())); err != nil {
		return "", err
	}
	if done, err := there(); done || err != nil {
		return name, err
	}
	// One that is no template yet was left half made by a killed run.
	for _, statement := range []string{
		`DROP DATABASE IF EXISTS ` + name + ` WITH (FORCE)`,
		`CREATE DATABASE ` + name + ` TEMPLATE template0`,
	} {
		if _, err := conn.Exec(ctx, statement); err != nil {
			return "", fmt.Errorf("making the template: %w", err)
		}
	}
	at, err := onDatabase(server, name)
	if err != nil {
		return "", err
	}
	if err := postgres.Migrate(ctx, at); err != nil {
		return "", fmt.Errorf("making the template: %w", err)
	}
	_, err = conn.Exec(ctx, `ALTER DATABASE `+name+` WITH IS_TEMPLATE true ALLOW_CONNECTIONS false`)
	return name, err
}

// sweep drops what killed runs left on our own cluster. Nobody uses it yet.
func sweep(ctx context.Context, server string) error {
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	rows, err := conn.Query(ctx, `SELECT datname FROM pg_database WHERE starts_with(datname, $1) AND NOT datistemplate`, prefix)
	if err != nil {
		return err
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	for _, name := range names {
		if _, err := conn.Exec(ctx, `DROP DATABASE `+pgx.Identifier{name}.Sanitize()+` WITH (FORCE)`); err != nil {
			return err
		}
	}
	return nil
}

// templates counts the schemas that have a template.
func templates(ctx context.Context, server string) (n int, err error) {
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		return 0, err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	err = conn.QueryRow(ctx, `SELECT count(*) FROM pg_database WHERE starts_with(datname, $1)`, templatePrefix).Scan(&n)
	return n, err
}
