package private

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"roundsman/internal/fault"
)

// DefaultDir is the data directory where none is named: /var/lib/roundsman for
// root, since PostgreSQL's account can't get into root's home; else the XDG data
// directory of the account.
func DefaultDir() (string, error) {
	if os.Geteuid() == 0 {
		return "/var/lib/roundsman", nil
	}
	if dir := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "roundsman"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fault.New(fault.Unavailable, "data_dir_closed",
			"there is no home to keep the data in: name a folder with --data-dir").Because(err)
	}
	return filepath.Join(home, ".local", "share", "roundsman"), nil
}

// longestSocket is how long the path of a unix socket may be (macOS; Linux has
// four more).
const longestSocket = 103

const socketName = ".s.PGSQL.5432"

// layout is where the parts of the data directory are.
type layout struct {
	dir  string // the data directory
	home string // PostgreSQL's part of it
	data string // the cluster
	run  string // the folder of the socket
	log  string
}

func layoutOf(dir string) layout {
	home := filepath.Join(dir, "postgres")
	return layout{
		dir: dir, home: home,
		data: filepath.Join(home, "data"),
		run:  filepath.Join(home, "run"),
		log:  filepath.Join(home, "postgres.log"),
	}
}

func (l layout) socket() string { return filepath.Join(l.run, socketName) }

// lay makes the folders, and sees to it that runAs gets through.
func (l layout) lay(runAs *account) error {
	mode := fs.FileMode(0o700)
	if runAs != nil {
		mode = 0o711 // passed by another account, listed by nobody
	}
	if err := makeFolders(l.home, mode); err != nil {
		return closedTo(l.home, err)
	}
	if folder, ok := runAs.mayPass(l.data); !ok {
		return fault.New(fault.Unavailable, "data_dir_closed",
			"%s is closed to %s: choose another folder with --data-dir, or open that one (chmod o+x)", folder, runAs)
	}
	return nil
}

// layRun makes the socket's folder: beside the cluster, or in a new one of the
// temporary folder where that path would be too long for a socket.
func (l *layout) layRun(runAs *account) (err error) {
	if len(l.socket()) > longestSocket {
		if l.run, err = os.MkdirTemp("", "roundsman"); err != nil {
			return fmt.Errorf("making a folder for the socket: %w", err)
		}
	}
	if err := runAs.give(l.run); err != nil {
		return closedTo(l.run, err)
	}
	return nil
}

// removeRun removes the socket's folder if it is one of the temporary ones.
func (l layout) removeRun() {
	if filepath.Dir(l.run) != l.home {
		_ = os.RemoveAll(l.run)
	}
}

// makeFolders is os.MkdirAll whose folders have exactly mode, whatever the umask.
func makeFolders(path string, mode fs.FileMode) error {
	err := os.Mkdir(path, mode)
	switch {
	case err == nil:
		return os.Chmod(path, mode)
	case errors.Is(err, fs.ErrExist):
		info, err := os.Stat(path)
		if err == nil && !info.IsDir() {
			err = fmt.Errorf("%s is no folder", path)
		}
		return err
	case errors.Is(err, fs.ErrNotExist) && path != filepath.Dir(path):
		if err := makeFolders(filepath.Dir(path), mode); err != nil {
			return err
		}
		return makeFolders(path, mode)
	}
	return err
}

func closedTo(path string, err error) error {
	return fault.New(fault.Unavailable, "data_dir_closed",
		"the data directory can't be used (%v): make %s writable for this account, or choose another folder with --data-dir", err, path).Because(err)
}
