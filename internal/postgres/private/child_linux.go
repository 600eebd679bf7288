package private

import "syscall"

// childAttributes are those of a child of ours: in a process group of its own,
// so that Ctrl-C reaches us alone and requests can be drained before the
// database goes; and told orphaned by the kernel when we are killed.
//
// The kernel sends that signal when the THREAD that forked ends: see spawn.
func childAttributes(runAs *account, orphaned syscall.Signal) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: runAs.credential(), Setpgid: true, Pdeathsig: orphaned}
}
