package main

import (
	"context"
	"log/slog"
	"path/filepath"
	"time"

	"roundsman/internal/postgres"
	"roundsman/internal/postgres/private"

	"github.com/jackc/pgx/v5/pgxpool"
)

// databaseFlags say where everything is kept.
type databaseFlags struct {
	DatabaseURL string `help:"PostgreSQL 15 or later to use. Without it a private one is started in the data directory." env:"ROUNDSMAN_DATABASE_URL,DATABASE_URL" placeholder:"URL"`
	DataDir     string `help:"Where the private PostgreSQL, the road cache and the demo's sign-ins are kept." env:"ROUNDSMAN_DATA_DIR" placeholder:"DIR"`
	PostgresBin string `help:"Folder of PostgreSQL's programs (initdb, postgres), if they are not found by themselves." env:"ROUNDSMAN_POSTGRES_BIN" placeholder:"DIR"`
	MaxConns    int    `help:"Connections to the database at most." env:"ROUNDSMAN_MAX_CONNS" default:"24"`
}

// dir is the data directory. The demo has one of its own, so that it never mixes
// with a real installation.
func (f databaseFlags) dir(demo bool) (string, error) {
	if f.DataDir != "" {
		return filepath.Abs(f.DataDir)
	}
	dir, err := private.DefaultDir()
	if demo {
		dir = filepath.Join(dir, "demo")
	}
	return dir, err
}

// database is an open database, with its server when that is ours.
type database struct {
	pool   *pgxpool.Pool
	server *private.Server // nil when somebody else's
}

// open starts the private PostgreSQL if none is named, brings the schema up to
// date, and connects.
func (f databaseFlags) open(ctx context.Context, dir string, log *slog.Logger) (*database, error) {
	db := &database{}
	url := f.DatabaseURL
	if url == "" {
		server, err := private.Start(ctx, private.Config{Dir: dir, BinDir: f.PostgresBin})
		if err != nil {
			return nil, err
		}
		db.server, url = server, server.URL()
		log.Info("private PostgreSQL is running", "dir", dir, "first_start", server.First())
	}
	if err := postgres.Migrate(ctx, url); err != nil {
		db.close(log)
		return nil, err
	}
	pool, err := postgres.Open(ctx, url, f.MaxConns)
	if err != nil {
		db.close(log)
		return nil, err
	}
	db.pool = pool
	return db, nil
}

// died is closed when the private PostgreSQL ends; it never is when there is none.
func (d *database) died() <-chan struct{} {
	if d.server == nil {
		return nil
	}
	return d.server.Done()
}

// close disconnects and stops the private PostgreSQL.
func (d *database) close(log *slog.Logger) {
	if d.pool != nil {
		d.pool.Close()
	}
	if d.server == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	if err := d.server.Stop(ctx); err != nil {
		log.Error("stopping PostgreSQL", "error", err)
	}
}

// migrateCmd is roundsman migrate.
type migrateCmd struct {
	databaseFlags
}

// Run migrates and says so.
func (c *migrateCmd) Run(ctx context.Context, o output) error {
	log := newLog(o)
	dir, err := c.dir(false)
	if err != nil {
		return err
	}
	db, err := c.open(ctx, dir, log)
	if err != nil {
		return err
	}
	defer db.close(log)
	log.Info("the schema is up to date")
	return nil
}
