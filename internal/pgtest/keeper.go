package pgtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"roundsman/internal/postgres/private"
)

const (
	// keeperVariable makes a test binary the keeper of the cluster in that
	// folder, instead of running tests.
	keeperVariable = "ROUNDSMAN_PGTEST_KEEPER"

	grace         = time.Second // without users, until the keeper goes
	look          = 100 * time.Millisecond
	mostTemplates = 12 // schemas; more, and the cluster is made anew
	maxConns      = 400
)

// alone is held by a keeper that goes until its process has ended: who comes
// then waits for that.
var alone *os.File

func init() {
	dir := os.Getenv(keeperVariable)
	if dir == "" {
		return
	}
	if err := keep(context.Background(), dir); err != nil {
		fmt.Fprintln(os.Stderr, err)
		_ = writeWhole(filepath.Join(dir, failedFile), err.Error())
		os.Exit(1)
	}
	os.Exit(0)
}

// keep runs the cluster as long as somebody uses it.
func keep(ctx context.Context, dir string) error {
	self, err := tryLock(filepath.Join(dir, keeperFile), syscall.LOCK_EX)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil // another one is
	}
	if err != nil {
		return err
	}
	defer self.Close()
	server, err := startCluster(ctx, filepath.Join(dir, "cluster"))
	if err != nil {
		return err
	}
	defer server.Stop(ctx)
	if err := writeWhole(filepath.Join(dir, readyFile), server.URL()); err != nil {
		return err
	}
	defer os.Remove(filepath.Join(dir, readyFile))
	for idle := time.Duration(0); ; idle += look {
		select {
		case <-server.Done():
			return server.Err()
		case <-time.After(look):
		}
		alone, err = tryLock(filepath.Join(dir, usersFile), syscall.LOCK_EX)
		switch {
		case errors.Is(err, syscall.EWOULDBLOCK):
			idle = 0
		case err != nil:
			return err
		case idle < grace:
			alone.Close()
		default:
			return nil
		}
	}
}

// startCluster starts the cluster that the last run left, cleaned up, or a new
// one: where there is none, where it is full of templates, where the machine was
// started anew (what was never flushed may be torn), and where it fails.
func startCluster(ctx context.Context, dir string) (*private.Server, error) {
	config := private.Config{Dir: dir, BinDir: os.Getenv(binVariable), Fast: true, MaxConnections: maxConns}
	mark := filepath.Join(dir, "boot")
	boot := bootID()
	if text, err := os.ReadFile(mark); err == nil && bytes.Equal(text, boot) {
		if server, err := reuse(ctx, config); err == nil {
			return server, nil
		}
	}
	if err := os.RemoveAll(dir); err != nil {
		return nil, err
	}
	server, err := private.Start(ctx, config)
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(mark, boot, 0o600); err != nil {
		return nil, errors.Join(err, server.Stop(ctx))
	}
	return server, nil
}

func reuse(ctx context.Context, config private.Config) (*private.Server, error) {
	server, err := private.Start(ctx, config)
	if err != nil {
		return nil, err
	}
	err = sweep(ctx, server.URL())
	if err == nil {
		var n int
		if n, err = templates(ctx, server.URL()); err == nil && n > mostTemplates {
			err = fmt.Errorf("%d templates are too many", n)
		}
	}
	if err != nil {
		return nil, errors.Join(err, server.Stop(ctx))
	}
	return server, nil
}

// bootID differs after every start of the machine, where the system tells.
func bootID() []byte {
	id, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return []byte("unknown")
	}
	return id
}

// writeWhole writes a file that is never seen half.
func writeWhole(path, text string) error {
	if err := os.WriteFile(path+".new", []byte(text), 0o600); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}
