package private

import (
	"os/exec"
	"runtime"
	"syscall"
)

// child is a program of PostgreSQL that we started.
type child struct {
	cmd  *exec.Cmd
	done chan struct{}
	err  error // how it ended; set before done is closed
}

// spawn starts cmd and waits for its end in the background, on one thread that
// lives exactly as long as the child does.
func spawn(cmd *exec.Cmd) (*child, error) {
	c := &child{cmd: cmd, done: make(chan struct{})}
	started := make(chan error)
	go func() {
		runtime.LockOSThread() // never unlocked: the thread ends with this goroutine
		defer close(c.done)
		err := cmd.Start()
		started <- err
		if err == nil {
			c.err = cmd.Wait()
		}
	}()
	if err := <-started; err != nil {
		<-c.done
		return nil, err
	}
	return c, nil
}

func (c *child) pid() int { return c.cmd.Process.Pid }

func (c *child) signal(s syscall.Signal) { _ = c.cmd.Process.Signal(s) }

// killGroup ends the child and what it started.
func (c *child) killGroup() {
	_ = syscall.Kill(-c.pid(), syscall.SIGKILL)
	<-c.done
}

// environment is all that PostgreSQL gets to see of ours.
func environment(home string) []string {
	return []string{"PATH=/usr/bin:/bin", "LC_ALL=C", "TZ=UTC", "HOME=" + home}
}
