package private

import (
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"

	"roundsman/internal/fault"
)

// account is whom PostgreSQL runs as. The nil account is ourselves.
type account struct {
	uid, gid uint32
	name     string
}

func (a *account) String() string {
	if a == nil {
		return "this account"
	}
	return fmt.Sprintf("the account %s (uid %d), which PostgreSQL runs as because it refuses root", a.name, a.uid)
}

// pickAccount chooses the account. PostgreSQL refuses to run as root: as root we
// take the owner of the cluster that is there, else postgres, else nobody.
func pickAccount(data string) (*account, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	if uid, _, err := owner(data); err == nil && uid != 0 {
		if found, err := user.LookupId(strconv.FormatUint(uint64(uid), 10)); err == nil {
			return accountOf(found)
		}
	}
	for _, name := range []string{"postgres", "nobody"} {
		if found, err := user.Lookup(name); err == nil {
			return accountOf(found)
		}
	}
	return nil, fault.New(fault.Unavailable, "postgres_failed",
		"PostgreSQL refuses to run as root, and there is neither an account postgres nor nobody to run it as: start the server as another account, or name a running PostgreSQL with --database-url (DATABASE_URL)")
}

func accountOf(u *user.User) (*account, error) {
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return nil, fmt.Errorf("uid of %s: %w", u.Username, err)
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		return nil, fmt.Errorf("gid of %s: %w", u.Username, err)
	}
	return &account{uid: uint32(uid), gid: uint32(gid), name: u.Username}, nil
}

func (a *account) credential() *syscall.Credential {
	if a == nil {
		return nil
	}
	return &syscall.Credential{Uid: a.uid, Gid: a.gid}
}

// mayPass says whether the account gets to path, and which folder above it is
// closed if not.
func (a *account) mayPass(path string) (closed string, ok bool) {
	if a == nil {
		return "", true
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	for dir := filepath.Dir(path); ; dir = filepath.Dir(dir) {
		info, err := os.Stat(dir)
		if err != nil {
			return dir, false
		}
		mode := info.Mode().Perm()
		uid, gid, err := owner(dir)
		if err != nil {
			return dir, false
		}
		switch { // the first class that fits decides, as in the kernel
		case uid == a.uid:
			ok = mode&0o100 != 0
		case gid == a.gid:
			ok = mode&0o010 != 0
		default:
			ok = mode&0o001 != 0
		}
		if !ok {
			return dir, false
		}
		if dir == filepath.Dir(dir) {
			return "", true
		}
	}
}

// give makes path a folder that is the account's alone.
func (a *account) give(path string) error {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return err
	}
	if err := os.Chmod(path, 0o700); err != nil {
		return err
	}
	if a == nil {
		return nil
	}
	return os.Chown(path, int(a.uid), int(a.gid))
}

func owner(path string) (uid, gid uint32, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, 0, err
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, 0, fmt.Errorf("no owner known of %s", path)
	}
	return stat.Uid, stat.Gid, nil
}
