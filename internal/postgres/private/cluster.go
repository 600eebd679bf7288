package private

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"time"

	"roundsman/internal/fault"
)

// makeCluster makes the cluster. It is made beside its place and renamed into
// it, so that a kill half-way leaves no half cluster. Code: postgres_failed.
func makeCluster(ctx context.Context, programs binaries, l layout, runAs *account, cfg Config) error {
	draft := l.data + ".new"
	if err := clearLeftover(ctx, programs, l, draft, runAs); err != nil {
		return err
	}
	// The first locale is the right one; a libc that lacks it has the second.
	// Texts are UTF-8 and sorted by code point under both.
	var out []byte
	var err error
	for _, locale := range locales() {
		if err := errors.Join(os.RemoveAll(draft), runAs.give(draft)); err != nil {
			return closedTo(draft, err)
		}
		if out, err = initdb(ctx, programs, draft, locale, runAs, cfg); err == nil {
			break
		}
		if !bytes.Contains(out, []byte("invalid locale")) {
			break
		}
	}
	if err != nil {
		if removal := os.RemoveAll(draft); removal != nil {
			err = errors.Join(err, removal)
		}
		if ctx.Err() != nil {
			return fmt.Errorf("making the database cluster: %w", ctx.Err())
		}
		return fault.New(fault.Unavailable, "postgres_failed",
			"PostgreSQL could not make its cluster in %s; it says:\n%s\nmend that, or name a running server with --database-url (DATABASE_URL)", l.data, tail(out)).Because(err)
	}
	if err := os.Rename(draft, l.data); err != nil {
		return closedTo(l.data, err)
	}
	return syncFolder(l.home)
}

func locales() []string {
	if runtime.GOOS == "linux" {
		return []string{"C.UTF-8", "C"}
	}
	return []string{"C"}
}

func initdb(ctx context.Context, programs binaries, dir, locale string, runAs *account, cfg Config) ([]byte, error) {
	args := []string{"-D", dir, "-U", cfg.Role, "--auth=trust", "--encoding=UTF8", "--locale=" + locale, "--data-checksums", "--no-instructions"}
	if cfg.Fast {
		args = append(args, "--no-sync")
	}
	var out bytes.Buffer
	cmd := exec.Command(programs.program("initdb"), args...)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = "/", environment(dir), &out, &out
	cmd.SysProcAttr = childAttributes(runAs, syscall.SIGKILL)
	cmd.WaitDelay = 5 * time.Second // for the output, should a child of its outlive it
	c, err := spawn(cmd)
	if err != nil {
		return nil, err
	}
	select {
	case <-c.done:
		return out.Bytes(), c.err
	case <-ctx.Done():
		c.killGroup()
		return out.Bytes(), ctx.Err()
	}
}

// syncFolder makes a rename in dir last through a loss of power.
func syncFolder(dir string) error {
	folder, err := os.Open(dir)
	if err != nil {
		return closedTo(dir, err)
	}
	defer folder.Close()
	if err := folder.Sync(); err != nil {
		return closedTo(dir, err)
	}
	return nil
}
