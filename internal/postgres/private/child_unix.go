//go:build unix && !linux

package private

import "syscall"

// childAttributes are those of a child of ours: in a process group of its own,
// so that Ctrl-C reaches us alone. No kernel but Linux tells it that we were
// killed; the next Start clears it away.
func childAttributes(runAs *account, _ syscall.Signal) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: runAs.credential(), Setpgid: true}
}
