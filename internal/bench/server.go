package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// server is the program under measurement, a process of its own.
type server struct {
	url string
	cmd *exec.Cmd
	log *bytes.Buffer
}

var listens = regexp.MustCompile(`listens on (http://\S+)`)

// start runs the program and waits until it says where it listens.
func start(ctx context.Context, program string, args ...string) (*server, error) {
	s := &server{cmd: exec.CommandContext(ctx, program, args...), log: &bytes.Buffer{}}
	s.cmd.Cancel = func() error { return s.cmd.Process.Signal(os.Interrupt) }
	s.cmd.WaitDelay = time.Minute
	s.cmd.Stderr = s.log
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting %s: %w", program, err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if m := listens.FindStringSubmatch(lines.Text()); m != nil {
			s.url = m[1]
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return s, nil
		}
	}
	return nil, fmt.Errorf("%s ended before it listened (%w):\n%s", program, s.cmd.Wait(), s.log)
}

// stop ends it as Ctrl-C does.
func (s *server) stop() error {
	if err := s.cmd.Process.Signal(os.Interrupt); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	if err := s.cmd.Wait(); err != nil {
		return fmt.Errorf("the server did not end well: %w\n%s", err, s.log)
	}
	return nil
}

// memory gives what the program and its children hold, in bytes: the program's
// resident memory, and the children's proportional share, since PostgreSQL's
// processes share most of theirs. 0 where there is no /proc.
func (s *server) memory() (program, children int64) {
	for pid := range s.family() {
		if pid == s.cmd.Process.Pid {
			program = field(fmt.Sprintf("/proc/%d/status", pid), "VmRSS:")
		} else {
			children += field(fmt.Sprintf("/proc/%d/smaps_rollup", pid), "Pss:")
		}
	}
	return program, children
}

// tick is how finely Linux counts a process's time.
const tick = 10 * time.Millisecond

// worked is how long processors have worked for the program and its children so
// far. Unlike the time an answer takes it hardly depends on what else runs here.
func (s *server) worked() time.Duration {
	var ticks int64
	for _, stat := range s.family() {
		for _, part := range stat[11:13] { // in the program, and for it in the kernel
			n, _ := strconv.ParseInt(part, 10, 64)
			ticks += n
		}
	}
	return time.Duration(ticks) * tick
}

// family gives the program's process and those below it, each with what
// /proc/pid/stat says from the state on.
func (s *server) family() map[int][]string {
	all := map[int][]string{}
	names, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			continue // it has ended
		}
		pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(name)))
		// pid (name) state parent …
		if rest := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:])); len(rest) > 13 {
			all[pid] = rest
		}
	}
	parent := func(pid int) int {
		if all[pid] == nil {
			return 0
		}
		up, _ := strconv.Atoi(all[pid][1])
		return up
	}
	ours := map[int][]string{}
	for pid := range all {
		for up := pid; up > 1; up = parent(up) {
			if up == s.cmd.Process.Pid {
				ours[pid] = all[pid]
				break
			}
		}
	}
	return ours
}

// field reads a line such as "VmRSS:   1234 kB", in bytes.
func field(file, name string) int64 {
	text, err := os.ReadFile(file)
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		if f := strings.Fields(line); len(f) >= 2 && f[0] == name {
			kilobytes, _ := strconv.ParseInt(f[1], 10, 64)
			return kilobytes << 10
		}
	}
	return 0
}
