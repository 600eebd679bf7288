package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"roundsman/api/client"
	"roundsman/internal/access"
	"roundsman/internal/clock"
	"roundsman/internal/demo"
	"roundsman/internal/fault"
	"roundsman/internal/pgtest"
	"roundsman/internal/postgres"
	"roundsman/internal/testdata"

	"github.com/stretchr/testify/require"
)

// screen is what a command writes, readable while it writes.
type screen struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// anyAddress is one that nobody else has: the system chooses the port.
const anyAddress = "127.0.0.1:0"

// openDir is a directory that the account of PostgreSQL can reach.
func openDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "roundsman-serve-")
	require.NoError(t, err)
	require.NoError(t, os.Chmod(dir, 0o755))
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// serving starts roundsman serve and waits until it is ready. stop ends it and
// gives its exit status.
func serving(t *testing.T, args ...string) (url string, out *screen, stop func() int) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	out = &screen{}
	status := make(chan int, 1)
	go func() { status <- run(ctx, append([]string{"serve", "--listen", anyAddress}, args...), out, out) }()
	listens := regexp.MustCompile(`listens on (http://\S+)`)
	require.Eventually(t, func() bool {
		select {
		case s := <-status:
			status <- s
			return true
		default:
		}
		if m := listens.FindStringSubmatch(out.String()); m != nil {
			url = m[1]
		}
		return url != ""
	}, 3*time.Minute, 50*time.Millisecond)
	require.NotEmpty(t, url, out.String())
	ended := sync.OnceValue(func() int {
		cancel()
		return <-status
	})
	t.Cleanup(func() { ended() })
	return url, out, ended
}

// From an empty folder to a planned day, and again from what was left; and what
// stands in the way of a second server says so.
func TestServeTheDemo(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("imports a map and plans a day")
	}
	dir, small := openDir(t), testdata.File(t, "osm", "monaco.osm.pbf")
	args := []string{"--demo", "--map", small, "--data-dir", dir, "--planning-seconds", "1"}
	url, out, stop := serving(t, args...)
	require.Contains(t, out.String(), "Roundsman listens on "+url, out.String())
	require.Contains(t, out.String(), "Map data © OpenStreetMap contributors")

	file := filepath.Join(dir, signInFile)
	info, err := os.Stat(file)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	day := plannedDay(t, url, file)
	visits := 0
	for _, r := range day.Rounds {
		require.NotNil(t, r.PublishedAt, "every round is published")
		visits += len(r.Stops)
	}
	require.Greater(t, visits, 50)

	t.Run("a second server on the same data", func(t *testing.T) {
		second := &screen{}
		require.Equal(t, 1, run(t.Context(), append([]string{"serve", "--listen", anyAddress}, args...), second, second))
		require.Contains(t, second.String(), "in use")
	})
	t.Run("a second server on the same address", func(t *testing.T) {
		second := &screen{}
		require.Equal(t, 1, run(t.Context(), []string{"serve", "--listen", strings.TrimPrefix(url, "http://"), "--map", small, "--data-dir", openDir(t)}, second, second))
		require.Contains(t, second.String(), "--listen")
	})
	require.Zero(t, stop(), out.String())

	// Whoever lost the sign-ins was locked out of the demo for good.
	require.NoError(t, os.Remove(file))
	url, out, stop = serving(t, args...)
	again := plannedDay(t, url, file)
	require.Len(t, again.Rounds, len(day.Rounds), "the sign-ins still hold and the day is there: %s", out.String())
	require.NotContains(t, out.String(), "planning", "what is planned is not planned again")
	require.Zero(t, stop(), out.String())
}

// A demo on a real installation's database signed in as its "dora", gave her crew
// shifts and published her day.
func TestNoDemoOnARealDatabase(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	store := postgres.NewStore(pool)
	service, err := access.NewService(store, clock.System{}, access.Options{})
	require.NoError(t, err)
	_, err = service.Create(t.Context(), access.NewAccount{Login: demo.DispatcherLogin, Name: "Dora", Roles: []access.Role{access.Dispatcher}, Password: "correct horse battery"})
	require.NoError(t, err)
	c, dir := &serveCmd{}, t.TempDir()
	err = c.prepare(t.Context(), &server{store: store}, &database{pool: pool}, dir, newProgress(output{out: io.Discard, err: io.Discard}, slog.New(slog.DiscardHandler)))
	require.True(t, fault.Is(err, "not_the_demos"), "%v", err)
	require.NoFileExists(t, filepath.Join(dir, signInFile))
}

// plannedDay signs in as the dispatcher and reads the day on which the clock
// stands.
func plannedDay(t *testing.T, url, file string) client.Day {
	t.Helper()
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	var rows []struct{ Login, Password string }
	require.NoError(t, json.Unmarshal(data, &rows))
	c, err := client.NewClientWithResponses(url)
	require.NoError(t, err)
	ctx := t.Context()
	token := ""
	for _, r := range rows {
		if r.Login != "dora" {
			continue
		}
		s, err := c.SignInWithResponse(ctx, client.SignInJSONRequestBody{Login: r.Login, Password: r.Password})
		require.NoError(t, err)
		require.NotNil(t, s.JSON201, string(s.Body))
		token = s.JSON201.AccessToken
	}
	auth := func(_ context.Context, r *http.Request) error {
		r.Header.Set("Authorization", "Bearer "+token)
		return nil
	}
	regions, err := c.ListRegionsWithResponse(ctx, nil, auth)
	require.NoError(t, err)
	require.NotNil(t, regions.JSON200, string(regions.Body))
	region := regions.JSON200.Items[0]
	now, err := c.GetDemoClockWithResponse(ctx, auth)
	require.NoError(t, err)
	require.NotNil(t, now.JSON200, string(now.Body))
	loc, err := time.LoadLocation(region.Zone)
	require.NoError(t, err)
	date := now.JSON200.Now.In(loc)
	require.Equal(t, 7, date.Hour(), "the demo begins in the morning")
	d, err := c.GetDayWithResponse(ctx, region.ID, date.Format(time.DateOnly), auth)
	require.NoError(t, err)
	require.NotNil(t, d.JSON200, string(d.Body))
	return *d.JSON200
}

// What can't be served says what to do, and leaves nothing behind.
func TestServeRefuses(t *testing.T) {
	t.Parallel()
	dir := openDir(t)
	text := filepath.Join(dir, "text.osm.pbf")
	require.NoError(t, os.WriteFile(text, []byte("this is no map"), 0o644))
	for name, c := range map[string]struct {
		args   []string
		status int
		says   string
	}{
		"no map named":       {nil, 2, "--map"},
		"a map that is none": {[]string{"--map", text}, 1, "OpenStreetMap extract"},
		"a map that is gone": {[]string{"--map", filepath.Join(dir, "gone.osm.pbf")}, 1, "gone.osm.pbf"},
		"an unknown flag":    {[]string{"--mapp", text}, 2, "--mapp"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out := &screen{}
			args := append([]string{"serve", "--listen", anyAddress, "--data-dir", openDir(t)}, c.args...)
			require.Equal(t, c.status, run(t.Context(), args, out, out), out.String())
			require.Contains(t, out.String(), c.says)
		})
	}
}

func TestServeWithoutPostgreSQL(t *testing.T) {
	t.Parallel()
	small := testdata.File(t, "osm", "monaco.osm.pbf")
	for name, c := range map[string]struct{ args, says []string }{
		"no programs":      {[]string{"--postgres-bin", openDir(t)}, []string{"PostgreSQL"}},
		"nobody listening": {[]string{"--database-url", "postgres://somebody:secret@127.0.0.1:1/nothing"}, []string{"nothing", "127.0.0.1"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out, dir := &screen{}, openDir(t)
			args := append([]string{"serve", "--listen", anyAddress, "--data-dir", dir, "--map", small}, c.args...)
			require.Equal(t, 1, run(t.Context(), args, out, out))
			for _, word := range c.says {
				require.Contains(t, out.String(), word)
			}
			require.NotContains(t, out.String(), "secret")
			require.NoDirExists(t, filepath.Join(dir, "postgres", "data"))
		})
	}
}
