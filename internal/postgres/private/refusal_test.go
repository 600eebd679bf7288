package private_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"roundsman/internal/fault"
	"roundsman/internal/postgres/private"

	"github.com/stretchr/testify/require"
)

// programs makes a folder of scripts that pass for PostgreSQL.
func programs(t *testing.T, version, initdb string) string {
	t.Helper()
	dir := dataDir(t)
	for name, script := range map[string]string{
		"postgres": "echo 'postgres (PostgreSQL) " + version + "'",
		"initdb":   initdb,
	} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+script+"\n"), 0o755))
	}
	return dir
}

func requireEmpty(t *testing.T, dir string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, entries, "a refused start writes nothing")
}

func TestMissingProgramsAreNamedWithTheWaysToGetThem(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)

	_, err := private.Start(t.Context(), private.Config{Dir: dir, BinDir: "/no/such/folder"})

	require.Equal(t, "postgres_missing", fault.CodeOf(err))
	for _, way := range []string{"apt-get install postgresql", "dnf install", "brew install", "--postgres-bin", "DATABASE_URL", "/no/such/folder"} {
		require.ErrorContains(t, err, way)
	}
	requireEmpty(t, dir)
}

func TestTooOldProgramsAreRefused(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"13.4", "14.11 (Debian 14.11-1)", "9.6.24", "14beta2"} {
		dir := dataDir(t)

		_, err := private.Start(t.Context(), private.Config{Dir: dir, BinDir: programs(t, version, "exit 9")})

		require.Equal(t, "postgres_too_old", fault.CodeOf(err), version)
		require.ErrorContains(t, err, "PostgreSQL 15 or newer")
		requireEmpty(t, dir)
	}
}

func TestProgramsThatDidNotMakeTheClusterAreRefused(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	data := filepath.Join(dir, "postgres", "data")
	require.NoError(t, os.MkdirAll(data, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(data, "PG_VERSION"), []byte("17\n"), 0o600))

	_, err := private.Start(t.Context(), private.Config{Dir: dir, BinDir: programs(t, "18.1", "exit 9")})

	require.Equal(t, "postgres_missing", fault.CodeOf(err))
	require.ErrorContains(t, err, "made by PostgreSQL 17")
	require.ErrorContains(t, err, "only PostgreSQL 18 in")
}

func TestAFailingInitdbIsShownAndLeavesNothing(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)

	_, err := private.Start(t.Context(), private.Config{Dir: dir, BinDir: programs(t, "15.4", "echo 'the disk is full' >&2; exit 1")})

	require.Equal(t, "postgres_failed", fault.CodeOf(err))
	require.ErrorContains(t, err, "the disk is full")
	require.NoDirExists(t, filepath.Join(dir, "postgres", "data"))
	require.NoDirExists(t, filepath.Join(dir, "postgres", "data.new"))
}

func TestAHalfMadeClusterIsNeverTakenForOne(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	draft := filepath.Join(dir, "postgres", "data.new")
	half := programs(t, "15.4", fmt.Sprintf("echo 15 > %s/PG_VERSION; sleep 600", draft))
	ctx, cancel := context.WithCancel(t.Context())
	failed := make(chan error, 1)
	go func() {
		_, err := private.Start(ctx, private.Config{Dir: dir, BinDir: half})
		failed <- err
	}()
	require.Eventually(t, func() bool {
		_, err := os.Stat(filepath.Join(draft, "PG_VERSION"))
		return err == nil
	}, 30*time.Second, time.Millisecond)

	cancel()

	require.ErrorIs(t, <-failed, context.Canceled)
	require.NoDirExists(t, draft)
	// A kill leaves the draft there; what counts is that it is not taken.
	require.NoError(t, os.Mkdir(draft, 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(draft, "PG_VERSION"), []byte("15\n"), 0o600))
	server := start(t, dir)
	require.True(t, server.First())
	require.NoDirExists(t, draft)
}

func TestAFolderClosedToPostgresIsNamed(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("only as root does PostgreSQL run as another account")
	}
	closed := filepath.Join(dataDir(t), "home")
	require.NoError(t, os.Mkdir(closed, 0o700))

	_, err := private.Start(t.Context(), private.Config{Dir: filepath.Join(closed, "data")})

	require.Equal(t, "data_dir_closed", fault.CodeOf(err))
	require.ErrorContains(t, err, closed+" is closed to the account")
	require.ErrorContains(t, err, "--data-dir")
}

func TestADirectoryThatCannotBeIsRefused(t *testing.T) {
	t.Parallel()
	file := filepath.Join(dataDir(t), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))

	_, err := private.Start(t.Context(), private.Config{Dir: filepath.Join(file, "data")})

	require.Equal(t, "data_dir_closed", fault.CodeOf(err))
}

func TestTheDefaultDirectory(t *testing.T) {
	t.Setenv("XDG_DATA_HOME", "/xdg")
	dir, err := private.DefaultDir()
	require.NoError(t, err)
	if os.Geteuid() == 0 {
		require.Equal(t, "/var/lib/roundsman", dir)
		return
	}
	require.Equal(t, "/xdg/roundsman", dir)
	require.True(t, strings.HasPrefix(dir, "/"))
}
