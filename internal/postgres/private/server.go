package private

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"syscall"
	"time"

	"roundsman/internal/fault"

	"github.com/jackc/pgx/v5"
)

// Config says what to run. The zero value is the default set-up.
type Config struct {
	Dir            string // the data directory; DefaultDir() when empty
	BinDir         string // the folder of initdb and postgres; searched for when empty
	Role           string // who owns the database: "roundsman" when empty
	Database       string // "roundsman" when empty
	MaxConnections int    // 100 when 0
	Fast           bool   // for tests: nothing is flushed to disk, a crash of the machine ruins all
}

func (c Config) filled() (Config, error) {
	if c.Dir == "" {
		dir, err := DefaultDir()
		if err != nil {
			return c, err
		}
		c.Dir = dir
	}
	dir, err := filepath.Abs(c.Dir)
	if err != nil {
		return c, closedTo(c.Dir, err)
	}
	c.Dir = dir
	if c.Role == "" {
		c.Role = "roundsman"
	}
	if c.Database == "" {
		c.Database = "roundsman"
	}
	if c.MaxConnections == 0 {
		c.MaxConnections = 100
	}
	return c, nil
}

// Server is a running PostgreSQL of our own.
type Server struct {
	cfg     Config
	layout  layout
	lock    *os.File
	journal *journal
	child   *child
	first   bool

	stop    sync.Once
	mu      sync.Mutex
	stopped bool  // it was asked to end
	died    error // it ended by itself
}

// Start starts PostgreSQL on the data directory and returns when it takes
// connections: after 2-3 seconds the first time, 0.2 later. Cancelling ctx gives
// up starting; it has no say over the server that was started.
//
// Codes: postgres_missing, postgres_too_old, data_dir_in_use, data_dir_closed,
// postgres_failed.
func Start(ctx context.Context, cfg Config) (*Server, error) {
	cfg, err := cfg.filled()
	if err != nil {
		return nil, err
	}
	l := layoutOf(cfg.Dir)
	runAs, err := pickAccount(l.data)
	if err != nil {
		return nil, err
	}
	major, err := clusterMajor(l.data)
	if err != nil {
		return nil, err
	}
	programs, err := findBinaries(ctx, cfg.BinDir, major, runAs)
	if err != nil {
		return nil, err
	}
	if err := l.lay(runAs); err != nil {
		return nil, err
	}
	s := &Server{cfg: cfg, layout: l, first: major == 0}
	if s.lock, err = lockFolder(cfg.Dir); err != nil {
		return nil, err
	}
	if err := s.start(ctx, programs, runAs); err != nil {
		s.release()
		return nil, err
	}
	return s, nil
}

// start does what needs the lock.
func (s *Server) start(ctx context.Context, programs binaries, runAs *account) error {
	if err := s.layout.layRun(runAs); err != nil {
		return err
	}
	if s.first {
		if err := makeCluster(ctx, programs, s.layout, runAs, s.cfg); err != nil {
			return err
		}
	} else if err := clearLeftover(ctx, programs, s.layout, s.layout.data, runAs); err != nil {
		return err
	}
	var err error
	if s.journal, err = openJournal(s.layout.log); err != nil {
		return err
	}
	cmd := exec.Command(programs.program("postgres"), s.arguments()...)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = "/", environment(s.layout.run), s.journal.file, s.journal.file
	cmd.SysProcAttr = childAttributes(runAs, syscall.SIGINT) // a fast shutdown
	if s.child, err = spawn(cmd); err != nil {
		return fault.New(fault.Unavailable, "postgres_failed", "%s does not run (%v): reinstall it, or name another with --postgres-bin", cmd.Path, err).Because(err)
	}
	err = s.awaitReady(ctx)
	if err == nil {
		err = s.ensureDatabase(ctx)
	}
	if err != nil {
		_ = s.end(context.WithoutCancel(ctx)) // err says more
	}
	return err
}

func (s *Server) arguments() []string {
	settings := []string{
		"listen_addresses=", // no network
		"unix_socket_permissions=0700",
		"max_connections=" + strconv.Itoa(s.cfg.MaxConnections),
		"timezone=UTC", "log_timezone=UTC",
	}
	if runtime.GOOS == "linux" { // others have no such call, and refuse to start
		settings = append(settings, "recovery_init_sync_method=syncfs") // recovery in 0.3 s instead of 3 s
	}
	if s.cfg.Fast {
		settings = append(settings, "fsync=off", "full_page_writes=off", "max_wal_size=4GB", "shared_buffers=64MB")
	}
	args := []string{"-D", s.layout.data, "-k", s.layout.run, "-p", "5432"}
	for _, setting := range settings {
		args = append(args, "-c", setting)
	}
	return args
}

// awaitReady waits until PostgreSQL takes connections.
func (s *Server) awaitReady(ctx context.Context) error {
	for !s.ready() {
		select {
		case <-s.child.done:
			return fault.New(fault.Unavailable, "postgres_failed",
				"PostgreSQL does not start on %s; it says (all of it is in %s):\n%s", s.layout.data, s.layout.log, s.journal.tail()).Because(s.child.err)
		case <-ctx.Done():
			return fmt.Errorf("waiting for PostgreSQL to start: %w", ctx.Err())
		case <-time.After(10 * time.Millisecond):
		}
	}
	return nil
}

// ready says whether the postmaster.pid is our child's and says so, and the
// socket answers.
func (s *Server) ready() bool {
	text, err := os.ReadFile(filepath.Join(s.layout.data, "postmaster.pid"))
	if err != nil {
		return false
	}
	lines := bytes.Split(text, []byte("\n"))
	const pid, status = 0, 7
	if len(lines) <= status || string(bytes.TrimSpace(lines[status])) != "ready" ||
		string(bytes.TrimSpace(lines[pid])) != strconv.Itoa(s.child.pid()) {
		return false
	}
	conn, err := net.Dial("unix", s.layout.socket())
	if err != nil {
		return false
	}
	return conn.Close() == nil
}

// ensureDatabase makes the database. Every start looks, so that a kill after the
// cluster and before the database does no harm.
func (s *Server) ensureDatabase(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, s.urlOf("postgres"))
	if err != nil {
		return fmt.Errorf("connecting to the private PostgreSQL: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	var there bool
	if err := conn.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)`, s.cfg.Database).Scan(&there); err != nil {
		return fmt.Errorf("looking for database %s: %w", s.cfg.Database, err)
	}
	if there {
		return nil
	}
	if _, err := conn.Exec(ctx, `CREATE DATABASE `+pgx.Identifier{s.cfg.Database}.Sanitize()); err != nil {
		return fmt.Errorf("making database %s: %w", s.cfg.Database, err)
	}
	return nil
}

func (s *Server) urlOf(database string) string {
	return (&url.URL{
		Scheme: "postgres", User: url.User(s.cfg.Role), Path: "/" + database,
		RawQuery: url.Values{"host": {s.layout.run}, "port": {"5432"}}.Encode(),
	}).String()
}

// URL is where the database is: a connection string for pgx. It holds no
// password; the socket's folder is closed to other accounts.
func (s *Server) URL() string { return s.urlOf(s.cfg.Database) }

// First says whether this start made the cluster.
func (s *Server) First() bool { return s.first }

// PID is the process number of PostgreSQL.
func (s *Server) PID() int { return s.child.pid() }

// Done is closed when PostgreSQL has ended, asked to or not.
func (s *Server) Done() <-chan struct{} { return s.child.done }

// Err tells why PostgreSQL ended without being asked to, with the last it said;
// nil while it runs and after Stop. Code: postgres_died.
func (s *Server) Err() error {
	select {
	case <-s.child.done:
	default:
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.died == nil && !s.stopped {
		s.died = fault.New(fault.Unavailable, "postgres_died",
			"the private PostgreSQL ended by itself (%v): start the server again, it recovers all that was committed; the last it said (all of it is in %s):\n%s",
			s.child.cmd.ProcessState, s.layout.log, s.journal.tail()).Because(s.child.err)
	}
	return s.died
}

const stopPatience = 20 * time.Second

// Stop ends PostgreSQL and gives the data directory free. It asks for a fast
// shutdown first (open transactions are rolled back, 0.1 s), and after 20
// seconds or the end of ctx for an immediate one, which costs the next start a
// recovery and gives code postgres_forced. Further calls do nothing.
func (s *Server) Stop(ctx context.Context) (err error) {
	s.stop.Do(func() {
		s.mu.Lock()
		select {
		case <-s.child.done: // by itself: Err goes on saying so
			s.mu.Unlock()
			_ = s.Err() // reads the log, while it is open
		default:
			s.stopped = true
			s.mu.Unlock()
		}
		err = s.end(ctx)
		s.release()
	})
	return err
}

// end makes PostgreSQL end.
func (s *Server) end(ctx context.Context) error {
	s.child.signal(syscall.SIGINT)
	ctx, cancel := context.WithTimeout(ctx, stopPatience)
	defer cancel()
	select {
	case <-s.child.done:
		return nil
	case <-ctx.Done():
		s.child.signal(syscall.SIGQUIT)
	}
	select {
	case <-s.child.done:
	case <-time.After(5 * time.Second):
		s.child.killGroup()
	}
	return fault.New(fault.Unavailable, "postgres_forced",
		"PostgreSQL did not end in time and was made to: nothing that was committed is lost, the next start recovers (see %s)", s.layout.log)
}

// release gives up what start took. PostgreSQL does not run any more.
func (s *Server) release() {
	s.layout.removeRun()
	if s.journal != nil {
		_ = s.journal.file.Close()
	}
	if s.lock != nil {
		_ = s.lock.Close()
	}
}
