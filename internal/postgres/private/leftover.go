package private

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"roundsman/internal/fault"
)

const (
	leftoverPatience = 10 * time.Second // until one that is still there is told to quit
	leftoverLimit    = 30 * time.Second // until we give up on it
)

// clearLeftover ends what a killed server left behind in the folder of a
// cluster. We hold the lock, so a PostgreSQL in there has lost its owner. The
// kernel told it to stop: that is waited for, then it is told to quit. Once no
// process works in there, a postmaster.pid is stale even if its number is alive:
// a zombie that nobody reaps, as in a container without an init, or a number
// that is used again.
func clearLeftover(ctx context.Context, programs binaries, l layout, data string, runAs *account) error {
	pidFile := filepath.Join(data, "postmaster.pid")
	live, known := workersIn(data)
	if !known {
		return stopLeftover(ctx, programs, data, pidFile, runAs)
	}
	ctx, cancel := context.WithTimeout(ctx, leftoverLimit)
	defer cancel()
	patience := time.NewTimer(leftoverPatience)
	defer patience.Stop()
	for len(live) > 0 {
		select {
		case <-ctx.Done():
			return fault.New(fault.Unavailable, "data_dir_in_use",
				"processes %v of an earlier server still work in %s: end them (kill %v), then start again", live, data, live[0]).Because(ctx.Err())
		case <-patience.C:
			for _, pid := range live {
				_ = syscall.Kill(pid, syscall.SIGQUIT)
			}
		case <-time.After(20 * time.Millisecond):
		}
		live, _ = workersIn(data)
	}
	for _, stale := range []string{pidFile, l.socket() + ".lock"} {
		if err := os.Remove(stale); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return closedTo(stale, err)
		}
	}
	return nil
}

// workersIn lists the processes whose working directory is data: PostgreSQL and
// all its children go there. It is not known where there is no /proc.
func workersIn(data string) (pids []int, known bool) {
	if real, err := filepath.EvalSymlinks(data); err == nil {
		data = real
	}
	entries, err := os.ReadDir("/proc")
	for _, entry := range entries {
		pid, err := strconv.Atoi(entry.Name())
		if err != nil {
			continue
		}
		known = true
		if cwd, err := os.Readlink(filepath.Join("/proc", entry.Name(), "cwd")); err == nil && cwd == data {
			pids = append(pids, pid)
		}
	}
	return pids, known && err == nil
}

// stopLeftover does it by pg_ctl, for systems without /proc.
func stopLeftover(ctx context.Context, programs binaries, data, pidFile string, runAs *account) error {
	if _, err := os.Stat(pidFile); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	stop := exec.CommandContext(ctx, programs.program("pg_ctl"), "stop", "-D", data, "-m", "fast", "-w",
		"-t", fmt.Sprint(int(leftoverLimit.Seconds())))
	stop.Dir, stop.Env = "/", environment("/")
	stop.SysProcAttr = &syscall.SysProcAttr{Credential: runAs.credential()}
	// It also fails where the file is stale; what matters shows when we start.
	_ = stop.Run()
	return nil
}
