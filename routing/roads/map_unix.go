//go:build unix

package roads

import (
	"os"
	"syscall"
)

// mapped gives the bytes of a file without copying them: they are in memory once
// for all processes that map it, outside of what the garbage collector looks
// after. They can't be written to. The arrays of a network lie in them, and so
// they stay for as long as the process lasts, unless let go. The file may be
// replaced by another one meanwhile; written over in place it must not be, which
// nothing here does.
func mapped(f *os.File, size int) (b []byte, letGo func(), err error) {
	b, err = syscall.Mmap(int(f.Fd()), 0, size, syscall.PROT_READ, syscall.MAP_SHARED)
	return b, func() { _ = syscall.Munmap(b) }, err
}
