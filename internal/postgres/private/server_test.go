package private_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"roundsman/internal/fault"
	"roundsman/internal/postgres/private"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

// ownerDir makes the test binary a server's process: it owns a PostgreSQL on
// that directory until it is killed.
const ownerDir = "ROUNDSMAN_PRIVATE_TEST_OWNER"

func TestMain(m *testing.M) {
	if dir := os.Getenv(ownerDir); dir != "" {
		server, err := private.Start(context.Background(), private.Config{Dir: dir, Fast: true})
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Println("owns", server.PID(), server.URL())
		<-server.Done()
		os.Exit(0)
	}
	goleak.VerifyTestMain(m)
}

// dataDir makes a folder that PostgreSQL's account can get to, unlike t.TempDir.
func dataDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "roundsman-private")
	require.NoError(t, err)
	require.NoError(t, os.Chmod(dir, 0o755))
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(dir)) })
	return dir
}

func start(t *testing.T, dir string) *private.Server {
	t.Helper()
	server, err := private.Start(t.Context(), private.Config{Dir: dir, Fast: true})
	require.NoError(t, err)
	t.Cleanup(func() { _ = server.Stop(context.Background()) })
	return server
}

func query(t *testing.T, url, sql string) string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	defer conn.Close(context.Background())
	rows, err := conn.Query(t.Context(), sql, pgx.QueryExecModeSimpleProtocol)
	require.NoError(t, err)
	texts, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	return strings.Join(texts, " ")
}

func gone(pid int) func() bool {
	return func() bool { // a zombie is gone, too
		stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
		return err != nil || strings.Contains(string(stat), ") Z ")
	}
}

func TestStartMakesAClusterAndARestartKeepsIt(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)

	server := start(t, dir)
	require.True(t, server.First())
	require.Equal(t, "roundsman UTF8 UTC on", query(t, server.URL(),
		`SELECT current_database() || ' ' || current_setting('server_encoding') || ' ' || current_setting('timezone') || ' ' || current_setting('data_checksums')`))
	require.Equal(t, "none", query(t, server.URL(), `SELECT coalesce(nullif(current_setting('listen_addresses'), ''), 'none')`))
	query(t, server.URL(), `CREATE TABLE kept (word text); INSERT INTO kept VALUES ('word')`)
	require.NoError(t, server.Err())
	require.NoError(t, server.Stop(t.Context()))
	require.NoError(t, server.Stop(t.Context()), "stopping twice does no harm")
	<-server.Done()
	require.NoError(t, server.Err(), "what was asked to end did not die")
	require.Eventually(t, gone(server.PID()), 5*time.Second, time.Millisecond)

	server = start(t, dir)
	require.False(t, server.First())
	require.Equal(t, "word", query(t, server.URL(), `SELECT word FROM kept`))
}

func TestASecondServerOnTheSameDirectoryIsRefused(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	first := start(t, dir)

	_, err := private.Start(t.Context(), private.Config{Dir: dir})
	require.Equal(t, "data_dir_in_use", fault.CodeOf(err))
	require.ErrorContains(t, err, strconv.Itoa(os.Getpid()), "it names who has it")
	require.Equal(t, "1", query(t, first.URL(), `SELECT '1'`), "and the first one is unharmed")
}

// TestAnOldRunsProcessNumber is for containers: after a kill of everything, the
// stale pid file names a number that something else has now. PostgreSQL itself
// refuses to start then.
func TestAStalePidFileThatNamesALiveProcessDoesNotHinder(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	server := start(t, dir)
	data := filepath.Join(dir, "postgres", "data")
	pidFile := filepath.Join(data, "postmaster.pid")
	text, err := os.ReadFile(pidFile)
	require.NoError(t, err)
	info, err := os.Stat(data)
	require.NoError(t, err)
	require.NoError(t, server.Stop(t.Context()))

	// PostgreSQL only minds processes of its own account.
	owner := info.Sys().(*syscall.Stat_t)
	other := exec.Command("sleep", "600")
	other.Dir = "/"
	if os.Geteuid() == 0 {
		other.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: owner.Uid, Gid: owner.Gid}}
	}
	require.NoError(t, other.Start())
	t.Cleanup(func() { _ = other.Process.Kill(); _ = other.Wait() })
	_, rest, _ := strings.Cut(string(text), "\n")
	require.NoError(t, os.WriteFile(pidFile, []byte(strconv.Itoa(other.Process.Pid)+"\n"+rest), 0o600))
	require.NoError(t, os.Chown(pidFile, int(owner.Uid), int(owner.Gid)))

	server = start(t, dir)
	require.Equal(t, "1", query(t, server.URL(), `SELECT '1'`))
}

// own starts a process of its own that owns a PostgreSQL on dir.
func own(t *testing.T, dir string) (owner *exec.Cmd, postgres int, url string) {
	t.Helper()
	exe, err := os.Executable()
	require.NoError(t, err)
	owner = exec.Command(exe)
	owner.Env = append(os.Environ(), ownerDir+"="+dir)
	out, err := owner.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, owner.Start())
	t.Cleanup(func() { _ = owner.Process.Kill(); _ = owner.Wait() })
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	_, err = fmt.Sscanf(line, "owns %d %s", &postgres, &url)
	require.NoError(t, err, line)
	return owner, postgres, url
}

func TestKillingTheOwnerLosesNothingAndTheNextStartRecovers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		database bool // killed as well
	}{{"owner alone", false}, {"owner and database", true}} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := dataDir(t)
			owner, postgres, url := own(t, dir)
			query(t, url, `CREATE TABLE kept (word text); INSERT INTO kept VALUES ('committed')`)

			require.NoError(t, owner.Process.Kill())
			if c.database {
				_ = syscall.Kill(postgres, syscall.SIGKILL) // unless it was quicker to obey the kernel
			}
			_ = owner.Wait() // its lock goes with it
			server := start(t, dir)

			require.Eventually(t, gone(postgres), time.Second, time.Millisecond, "the old one is away before the new one starts")
			require.Equal(t, "committed", query(t, server.URL(), `SELECT word FROM kept`))
		})
	}
}

func TestADeathOfPostgresIsNoticedAndRecovered(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	server := start(t, dir)
	query(t, server.URL(), `CREATE TABLE kept (word text); INSERT INTO kept VALUES ('committed')`)

	require.NoError(t, syscall.Kill(server.PID(), syscall.SIGKILL))
	<-server.Done()
	require.Equal(t, "postgres_died", fault.CodeOf(server.Err()))
	require.ErrorContains(t, server.Err(), "ready to accept connections", "the tail of its log")
	require.NoError(t, server.Stop(t.Context()), "there is nothing left to stop")
	require.Equal(t, "postgres_died", fault.CodeOf(server.Err()))
	require.ErrorContains(t, server.Err(), "ready to accept connections")

	server = start(t, dir)
	require.Equal(t, "committed", query(t, server.URL(), `SELECT word FROM kept`))
}

func TestAStopWithoutTimeIsHardAndLosesNothing(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	server := start(t, dir)
	query(t, server.URL(), `CREATE TABLE kept (word text); INSERT INTO kept VALUES ('committed')`)
	// A fast shutdown can't end before one who will not hear of it: the postmaster
	// itself is held.
	require.NoError(t, syscall.Kill(server.PID(), syscall.SIGSTOP))
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	stopped := make(chan error, 1)
	go func() { stopped <- server.Stop(ended) }()

	require.Equal(t, "postgres_forced", fault.CodeOf(<-stopped))
	<-server.Done()
	require.NoError(t, server.Err())
	server = start(t, dir)
	require.Equal(t, "committed", query(t, server.URL(), `SELECT word FROM kept`))
}

func TestALongDataDirectoryHasAShortSocket(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(dataDir(t), strings.Repeat("long", 30))

	server := start(t, dir)

	require.Equal(t, "1", query(t, server.URL(), `SELECT '1'`))
	require.NoDirExists(t, filepath.Join(dir, "postgres", "run"))
}
