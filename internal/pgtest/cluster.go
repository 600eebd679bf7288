package pgtest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// The files of the shared cluster's folder. The locks are those of flock(2): the
// kernel drops them with the process that holds them.
const (
	doorFile   = "door"   // locked by the test binary that is looking whether there is a keeper
	usersFile  = "users"  // share-locked by every test binary for its life; locked whole by a keeper that goes
	keeperFile = "keeper" // locked by the keeper for its life
	readyFile  = "ready"  // the connection string, once there is a server
	failedFile = "failed" // why there is none
	keeperLog  = "keeper.log"
)

// clusterFolder is where the shared cluster lives. Not the cache directory of
// the account: root's is closed to the account that PostgreSQL runs as.
func clusterFolder() (string, error) {
	dir := filepath.Join(os.TempDir(), fmt.Sprintf("roundsman-pgtest-%d", os.Getuid()))
	if err := os.Mkdir(dir, 0o711); err == nil {
		return dir, os.Chmod(dir, 0o711)
	} else if !errors.Is(err, fs.ErrExist) {
		return "", err
	}
	// Anybody can make a folder of that name there: it must be our own.
	info, err := os.Lstat(dir)
	if err != nil {
		return "", err
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !info.IsDir() || !ok || int(stat.Uid) != os.Getuid() {
		return "", fmt.Errorf("%s is not a folder of this account: remove it, or set TMPDIR", dir)
	}
	return dir, nil
}

// held keeps our share of the cluster until the process ends.
//
//lint:ignore U1000 nobody reads it: it keeps the file from being closed
var held *os.File

// joinCluster gives the connection string of the shared cluster, which runs at
// least until this process ends.
func joinCluster(ctx context.Context) (string, error) {
	dir, err := clusterFolder()
	if err != nil {
		return "", err
	}
	door, err := lockFile(ctx, filepath.Join(dir, doorFile), syscall.LOCK_EX)
	if err != nil {
		return "", err
	}
	defer door.Close()
	// While a keeper goes it holds the users' lock: here we wait for its end.
	if held, err = lockFile(ctx, filepath.Join(dir, usersFile), syscall.LOCK_SH); err != nil {
		return "", err
	}
	// A keeper that we find may be dying with its PostgreSQL; the next try comes
	// after its end.
	var failure error
	for range 3 {
		server, err := askKeeper(ctx, dir)
		if err == nil {
			return server, nil
		}
		failure = err
	}
	return "", failure
}

// askKeeper gives the server of the keeper that is there, or of a new one.
func askKeeper(ctx context.Context, dir string) (string, error) {
	if keeper, err := tryLock(filepath.Join(dir, keeperFile), syscall.LOCK_EX); err == nil {
		err := clearWords(dir)
		keeper.Close()
		if err != nil {
			return "", err
		}
		if err := startKeeper(dir); err != nil {
			return "", err
		}
	}
	for {
		if text, err := os.ReadFile(filepath.Join(dir, readyFile)); err == nil {
			server := string(text)
			conn, err := pgx.Connect(ctx, server)
			if err == nil {
				return server, conn.Close(ctx)
			}
		}
		if text, err := os.ReadFile(filepath.Join(dir, failedFile)); err == nil {
			return "", errors.New(strings.TrimSpace(string(text)))
		}
		select {
		case <-ctx.Done():
			return "", fmt.Errorf("waiting for the test cluster (see %s): %w", filepath.Join(dir, keeperLog), ctx.Err())
		case <-time.After(10 * time.Millisecond):
		}
	}
}

func clearWords(dir string) error {
	for _, name := range []string{readyFile, failedFile} {
		if err := os.Remove(filepath.Join(dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// startKeeper starts this test binary once more, as the keeper.
func startKeeper(dir string) error {
	exe, err := os.Executable()
	if err != nil {
		return err
	}
	log, err := os.OpenFile(filepath.Join(dir, keeperLog), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), keeperVariable+"="+dir)
	cmd.Dir = "/"
	// Not our own output: `go test` waits until everybody has closed that.
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // Ctrl-C is for the tests
	if err := cmd.Start(); err != nil {
		return err
	}
	return cmd.Process.Release() // it outlives us
}

// lockFile waits for a lock.
func lockFile(ctx context.Context, path string, how int) (*os.File, error) {
	for {
		file, err := tryLock(path, how)
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return file, err
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("waiting for the lock %s: %w", path, ctx.Err())
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// tryLock takes a lock or fails with EWOULDBLOCK.
func tryLock(path string, how int) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(file.Fd()), how|syscall.LOCK_NB); err != nil {
		file.Close()
		return nil, err
	}
	return file, nil
}
