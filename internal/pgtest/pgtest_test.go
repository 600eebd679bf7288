package pgtest_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"roundsman/internal/pgtest"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

// userVariable makes this test binary one that only uses the cluster, until its
// input is closed or it is killed.
const userVariable = "ROUNDSMAN_PGTEST_TEST_USER"

func TestEveryTestHasADatabaseOfItsOwnWithTheSchema(t *testing.T) {
	t.Parallel()
	one, two := pgtest.New(t), pgtest.New(t)

	_, err := one.Exec(t.Context(), `CREATE TABLE mine (n int)`)
	require.NoError(t, err)
	var there bool
	require.NoError(t, two.QueryRow(t.Context(), `SELECT to_regclass('mine') IS NOT NULL`).Scan(&there))
	require.False(t, there)
	require.NoError(t, two.QueryRow(t.Context(), `SELECT to_regclass('river_job') IS NOT NULL`).Scan(&there))
	require.True(t, there, "the job queue is part of the schema")
}

func TestTheDatabaseIsDroppedAtTheEnd(t *testing.T) {
	t.Parallel()
	var url string
	t.Run("user", func(t *testing.T) { url = pgtest.URL(t) })

	_, err := pgx.Connect(t.Context(), url)

	require.ErrorContains(t, err, "does not exist")
}

func TestUser(t *testing.T) {
	if os.Getenv(userVariable) == "" {
		t.Skip("run by TestManyProcessesShareOneClusterThatEndsWithThem")
	}
	pgtest.New(t)
	fmt.Println("ready")
	_, _ = bufio.NewReader(os.Stdin).ReadString('\n')
}

// user is a test binary of its own, whose temporary directory is dir.
func user(t *testing.T, dir string) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.Command(exe, "-test.run=^TestUser$", "-test.count=1")
	cmd.Env = append(os.Environ(), userVariable+"=1", "TMPDIR="+dir)
	_, err = cmd.StdinPipe()
	require.NoError(t, err)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "ready\n", line)
	return cmd
}

func alive(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err == nil && !strings.Contains(string(stat), ") Z ")
}

func TestManyProcessesShareOneClusterThatEndsWithThem(t *testing.T) {
	t.Parallel()
	if os.Getenv("ROUNDSMAN_TEST_DATABASE_URL") != "" {
		t.Skip("there is no cluster of our own")
	}
	dir, err := os.MkdirTemp("", "roundsman-shared")
	require.NoError(t, err)
	require.NoError(t, os.Chmod(dir, 0o755))
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	folder := filepath.Join(dir, fmt.Sprintf("roundsman-pgtest-%d", os.Getuid()))
	server := func() int {
		text, err := os.ReadFile(filepath.Join(folder, "cluster/postgres/data/postmaster.pid"))
		require.NoError(t, err)
		first, _, _ := strings.Cut(string(text), "\n")
		pid, err := strconv.Atoi(first)
		require.NoError(t, err)
		return pid
	}

	first := user(t, dir)
	pid := server()
	second := user(t, dir)
	require.Equal(t, pid, server(), "the second found the first one's")
	require.NoError(t, first.Process.Kill())
	_ = first.Wait()
	third := user(t, dir)
	require.Equal(t, pid, server(), "it outlives the one that started it")

	// The database is killed under its users: the next one starts it again.
	require.NoError(t, syscall.Kill(pid, syscall.SIGKILL))
	fourth := user(t, dir)
	require.NotEqual(t, pid, server())
	pid = server()
	require.True(t, alive(pid))

	for _, u := range []*exec.Cmd{second, third, fourth} {
		require.NoError(t, u.Process.Kill())
		_ = u.Wait()
	}
	require.Eventually(t, func() bool { return !alive(pid) }, 30*time.Second, 10*time.Millisecond, "nothing goes on running")
	// Nor is anything in its way back.
	last := user(t, dir)
	pid = server()
	require.NoError(t, last.Process.Kill())
	require.Eventually(t, func() bool { return !alive(pid) }, 30*time.Second, 10*time.Millisecond)
}

// BenchmarkURL is what a test pays for its database; dropping it comes on top.
func BenchmarkURL(b *testing.B) {
	pgtest.URL(b)
	for b.Loop() {
		pgtest.URL(b)
	}
}
