package private

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"syscall"

	"roundsman/internal/fault"
)

// lockFolder takes the data directory for this process. The kernel drops the
// lock when we end, however we end. Code: data_dir_in_use.
func lockFolder(dir string) (*os.File, error) {
	file, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, closedTo(dir, err)
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		defer file.Close()
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, closedTo(dir, fmt.Errorf("locking %s: %w", file.Name(), err))
		}
		holder := "another process"
		if text, err := io.ReadAll(io.LimitReader(file, 32)); err == nil && len(bytes.TrimSpace(text)) > 0 {
			holder = "process " + string(bytes.TrimSpace(text))
		}
		return nil, fault.New(fault.Conflict, "data_dir_in_use",
			"%s is in use by %s: stop that server first, or start this one with another --data-dir (several servers share one database by --database-url)", dir, holder)
	}
	// The number only makes the refusal above more helpful.
	if err := file.Truncate(0); err == nil {
		_, _ = file.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	}
	return file, nil
}
