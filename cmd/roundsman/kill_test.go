package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"roundsman/internal/pgtest"
	"roundsman/internal/postgres"
	"roundsman/internal/testdata"
	"roundsman/internal/webhook"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
)

// asServer makes this test binary the program itself: a process that can be killed
// without killing the test.
const asServer = "ROUNDSMAN_TEST_AS_SERVER"

func TestMain(m *testing.M) {
	if os.Getenv(asServer) != "" {
		os.Exit(run(context.Background(), os.Args[1:], os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

// trustKills is how often the server is killed; set, times are judged too.
const trustKills = "ROUNDSMAN_TRUST_KILLS"

const (
	killsInCI   = 20
	killClients = 4
	readyWithin = 2 * time.Second
)

// process is a server in a process of its own.
type process struct {
	cmd   *exec.Cmd
	url   string
	ready time.Duration // from its start until it said that it is ready
	log   *screen
}

// launch starts the program and waits until it answers that it is ready.
func launch(t *testing.T, args ...string) *process {
	t.Helper()
	p := &process{cmd: exec.Command(os.Args[0], args...), log: &screen{}}
	p.cmd.Env = append(os.Environ(), asServer+"=1")
	p.cmd.Stderr = p.log
	out, err := p.cmd.StdoutPipe()
	require.NoError(t, err)
	began := time.Now()
	require.NoError(t, p.cmd.Start())
	listens := regexp.MustCompile(`listens on (http://\S+)`)
	lines := bufio.NewScanner(out)
	for p.url == "" && lines.Scan() {
		if m := listens.FindStringSubmatch(lines.Text()); m != nil {
			p.url = m[1]
		}
	}
	if p.url == "" {
		_ = p.cmd.Wait()
		require.FailNow(t, "the server did not start", p.log.String())
	}
	require.Eventually(t, func() bool {
		r, err := http.Get(p.url + "/readyz")
		if err != nil {
			return false
		}
		_ = r.Body.Close()
		return r.StatusCode == http.StatusOK
	}, time.Minute, 5*time.Millisecond, "%s", p.log)
	p.ready = time.Since(began)
	return p
}

// kill ends the process at once, and waits until it is gone.
func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait()
}

// The server is killed at random instants while clients work, again and again. What
// it acknowledged is there, nothing is half-done, and nobody is told twice.
func TestKilledServerLosesNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("kills a server many times")
	}
	kills, judged := killsInCI, false
	if n, err := strconv.Atoi(os.Getenv(trustKills)); err == nil {
		kills, judged = n, true
	}
	seed := uint64(time.Now().UnixNano())
	if s, err := strconv.ParseUint(os.Getenv("ROUNDSMAN_TRUST_SEED"), 10, 64); err == nil {
		seed = s
	}
	t.Logf("seed %d (ROUNDSMAN_TRUST_SEED)", seed)
	chance := rand.New(rand.NewPCG(seed, 1))

	url := pgtest.URL(t)
	pool, err := postgres.Open(t.Context(), url, 4)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	sink := openSinks(t, seed)
	secret := webhook.NewSecret()
	dir := openDir(t)
	args := []string{"serve", "--listen", anyAddress, "--database-url", url, "--demo", "--planning-seconds", "1",
		"--map", testdata.File(t, "osm", "monaco.osm.pbf"), "--data-dir", dir,
		"--sms-url", sink.texts.URL, "--sms-secrets", string(secret), "--outbound-allow", "127.0.0.0/8",
		"--smtp-host", "127.0.0.1", "--smtp-port", strconv.Itoa(sink.port), "--smtp-security", "none", "--mail-from", "support@example.com"}
	p := launch(t, args...)
	t.Cleanup(func() { p.kill() })
	l := newLoad(t, pool, seed, p.url, signInTo(t, p.url, filepath.Join(dir, signInFile), "anna"))

	var clients sync.WaitGroup
	for i := range killClients {
		clients.Go(func() { l.client(i) })
	}
	var ready []time.Duration
	for round := range kills {
		// From the first instant on: nothing is special about a server that is warm.
		<-time.After(time.Duration(100+chance.IntN(900)) * time.Millisecond)
		p.kill()
		l.gone()
		if round == kills-1 {
			l.stop()
			letTheDeadRest(t, pool)
		}
		p = launch(t, args...)
		ready = append(ready, p.ready)
		l.back(p.url)
	}
	clients.Wait()
	settled(t, pool)

	slices.Sort(ready)
	worst := ready[len(ready)-1]
	t.Logf("killed %d times under %d acts: %d acknowledged, %d answers lost on the way, %d of them given up; %d texts and %d letters out; ready again in %v at the median, %v at worst",
		kills, len(l.acts), l.acknowledged(), l.broken, l.unclear(), sink.distinct("sms"), sink.distinct("mail"), ready[len(ready)/2].Round(time.Millisecond), worst.Round(time.Millisecond))
	require.Greater(t, l.acknowledged(), kills, "clients got work done")
	require.NotZero(t, l.broken, "kills hit requests")
	require.NotZero(t, sink.distinct("sms"))
	require.NotZero(t, sink.distinct("mail"))
	require.Empty(t, judge(t, pool, l, sink))
	if judged {
		require.LessOrEqual(t, worst, readyWithin)
	}
	l.replayed(t)
	t.Run("the judge can tell", func(t *testing.T) { judgeCanTell(t, pool, l, sink) })
}

// letTheDeadRest passes the minute after which a try to send is given up for dead.
// No server runs: every open try is one of a dead server.
func letTheDeadRest(t *testing.T, pool *pgxpool.Pool) {
	t.Helper()
	_, err := pool.Exec(t.Context(), `update notice_attempts set lease_until = at - interval '1 year' where outcome = 'open'`)
	require.NoError(t, err)
	_, err = pool.Exec(t.Context(), `update notices set due_at = created_at where state = 'queued'`)
	require.NoError(t, err)
}

// settled waits until every notice is delivered or failed, and every event has its
// position.
func settled(t *testing.T, pool *pgxpool.Pool) {
	t.Helper()
	var left int
	require.Eventually(t, func() bool {
		err := pool.QueryRow(t.Context(), `select (select count(*) from notices where state = 'queued' and ticket_id in (select id from tickets where key_field like 'kill-%'))
			+ (select count(*) from events where position is null)`).Scan(&left)
		return err == nil && left == 0
	}, 90*time.Second, 50*time.Millisecond, "notices and events are left")
}

// signInTo gives somebody's access token.
func signInTo(t *testing.T, url, file, login string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	var rows []struct{ Login, Password string }
	require.NoError(t, json.Unmarshal(data, &rows))
	for _, r := range rows {
		if r.Login != login {
			continue
		}
		var session struct {
			AccessToken string `json:"access_token"`
		}
		raw, _, err := post(t.Context(), http.DefaultClient, url+"/v1/sessions", "", "", fmt.Sprintf(`{"login":%q,"password":%q}`, r.Login, r.Password))
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(raw.body, &session))
		require.NotEmpty(t, session.AccessToken)
		return session.AccessToken
	}
	t.Fatalf("%s has no sign-in", login)
	return ""
}
