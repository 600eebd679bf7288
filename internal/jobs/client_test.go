package jobs_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
	"roundsman/internal/jobs"
	"roundsman/internal/pgtest"
	"roundsman/internal/postgres"
	"roundsman/internal/postgres/private"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

// doomedURL makes this test binary a server that takes a plan run in hand and
// never finishes it.
const doomedURL = "ROUNDSMAN_JOBS_TEST_DOOMED"

func TestMain(m *testing.M) {
	if url := os.Getenv(doomedURL); url != "" {
		fmt.Println(doomed(context.Background(), url))
		os.Exit(1)
	}
	goleak.VerifyTestMain(m)
}

func doomed(ctx context.Context, url string) error {
	pool, err := postgres.Open(ctx, url, 8)
	if err != nil {
		return err
	}
	client, err := jobs.New(pool, jobs.Config{SweepEvery: time.Hour, Work: jobs.Work{
		PlanRun: func(_ context.Context, run ids.ID) error { fmt.Println("began", run); select {} },
		Notice:  func(context.Context, ids.ID) error { return nil },
		Retime:  func(context.Context, ids.ID) error { return nil },
		Import:  func(context.Context, ids.ID) error { return nil },
		Sweep:   func(context.Context) error { return nil },
	}})
	if err != nil {
		return err
	}
	if err := client.Start(ctx); err != nil {
		return err
	}
	select {}
}

const soon = 30 * time.Second

// idle does nothing well.
func idle() jobs.Work {
	return jobs.Work{
		PlanRun: func(context.Context, ids.ID) error { return nil },
		Notice:  func(context.Context, ids.ID) error { return nil },
		Retime:  func(context.Context, ids.ID) error { return nil },
		Import:  func(context.Context, ids.ID) error { return nil },
		Sweep:   func(context.Context) error { return nil },
	}
}

func start(t *testing.T, pool *pgxpool.Pool, c jobs.Config) *jobs.Client {
	t.Helper()
	client, err := jobs.New(pool, c)
	require.NoError(t, err)
	require.NoError(t, client.Start(t.Context()))
	t.Cleanup(func() { require.NoError(t, client.Stop(context.Background())) })
	return client
}

func enqueue(t *testing.T, pool *pgxpool.Pool, client *jobs.Client, kind string, id ids.ID) {
	t.Helper()
	require.NoError(t, pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) error {
		return client.Enqueue(t.Context(), tx, dispatch.Job{Kind: kind, ID: id})
	}))
}

func receive[T any](t *testing.T, from <-chan T) (v T) {
	t.Helper()
	select {
	case v = <-from:
	case <-time.After(soon):
		require.FailNow(t, "nothing came")
	}
	return v
}

func states(t *testing.T, pool *pgxpool.Pool, kind string) (list []string) {
	t.Helper()
	rows, err := pool.Query(t.Context(), `select state || ' ' || attempt from river_job where kind = $1 order by id`, kind)
	require.NoError(t, err)
	list, err = pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	return list
}

func TestWorkIsDoneIfItsTransactionCommits(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	done := make(chan ids.ID, 10)
	work := idle()
	work.Notice = func(_ context.Context, id ids.ID) error { done <- id; return nil }
	client := start(t, pool, jobs.Config{Work: work})
	never, first := ids.New(), ids.New()

	tx, err := pool.Begin(t.Context())
	require.NoError(t, err)
	require.NoError(t, client.Enqueue(t.Context(), tx, dispatch.Job{Kind: "notice", ID: never}))
	require.NoError(t, tx.Rollback(t.Context()))
	enqueue(t, pool, client, "notice", first)

	require.Equal(t, first, receive(t, done))
	require.Len(t, states(t, pool, "notice"), 1)
}

func TestAClientWithoutWorkEnqueuesForOthers(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	front, err := jobs.New(pool, jobs.Config{})
	require.NoError(t, err)
	run := ids.New()
	enqueue(t, pool, front, "plan_run", run)
	require.Equal(t, "work_incomplete", fault.CodeOf(front.Start(t.Context())))
	require.NoError(t, front.Stop(t.Context()))

	done := make(chan ids.ID, 1)
	work := idle()
	work.PlanRun = func(_ context.Context, id ids.ID) error { done <- id; return nil }
	start(t, pool, jobs.Config{Work: work})

	require.Equal(t, run, receive(t, done))
}

func TestAFailureIsTriedAgainAndARefusalIsNot(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	flaky, refused := ids.New(), ids.New()
	var tries, refusals atomic.Int32
	done := make(chan int32, 1)
	work := idle()
	work.Notice = func(_ context.Context, id ids.ID) error {
		if id == refused {
			refusals.Add(1)
			return fault.New(fault.NotFound, "notice_not_found", "there is no such notice")
		}
		n := tries.Add(1)
		if n == 1 {
			return errors.New("the mail server is away")
		}
		done <- n
		return nil
	}
	client := start(t, pool, jobs.Config{Work: work})

	enqueue(t, pool, client, "notice", refused)
	enqueue(t, pool, client, "notice", flaky)

	require.EqualValues(t, 2, receive(t, done))
	require.Eventually(t, func() bool {
		list := states(t, pool, "notice")
		return list[0] == "cancelled 1" && list[1] == "completed 2"
	}, soon, 5*time.Millisecond)
	require.EqualValues(t, 1, refusals.Load())
}

func TestStopLetsRunningWorkFinish(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	began, goOn := make(chan struct{}), make(chan struct{})
	work := idle()
	work.PlanRun = func(context.Context, ids.ID) error { close(began); <-goOn; return nil }
	client := start(t, pool, jobs.Config{Work: work})
	enqueue(t, pool, client, "plan_run", ids.New())
	receive(t, began)

	stopped := make(chan error, 1)
	go func() { stopped <- client.Stop(context.Background()) }()
	select {
	case <-stopped:
		require.FailNow(t, "it did not wait")
	case <-time.After(100 * time.Millisecond):
	}
	close(goOn)

	require.NoError(t, receive(t, stopped))
	require.Equal(t, []string{"completed 1"}, states(t, pool, "plan_run"))
}

func TestWorkThatDoesNotFinishInTimeIsDoneAgainElsewhere(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	began, run := make(chan struct{}), ids.New()
	work := idle()
	work.PlanRun = func(ctx context.Context, _ ids.ID) error { close(began); <-ctx.Done(); return ctx.Err() }
	first := start(t, pool, jobs.Config{Work: work, Patience: 50 * time.Millisecond})
	enqueue(t, pool, first, "plan_run", run)
	receive(t, began)

	require.NoError(t, first.Stop(t.Context()))
	done := make(chan ids.ID, 1)
	work.PlanRun = func(_ context.Context, id ids.ID) error { done <- id; return nil }
	start(t, pool, jobs.Config{Work: work})

	require.Equal(t, run, receive(t, done))
}

func TestTheWorkOfAKilledServerIsTakenOver(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	pool, err := postgres.Open(t.Context(), url, 8)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	front, err := jobs.New(pool, jobs.Config{})
	require.NoError(t, err)
	run := ids.New()
	enqueue(t, pool, front, "plan_run", run)
	exe, err := os.Executable()
	require.NoError(t, err)
	server := exec.Command(exe)
	server.Env = append(os.Environ(), doomedURL+"="+url)
	out, err := server.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, server.Start())
	t.Cleanup(func() { _ = server.Process.Kill(); _ = server.Wait() })
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, fmt.Sprintf("began %v\n", run), line)
	done, swept := make(chan ids.ID, 1), make(chan struct{}, 100)
	work := idle()
	work.PlanRun = func(_ context.Context, id ids.ID) error { done <- id; return nil }
	work.Sweep = func(context.Context) error { swept <- struct{}{}; return nil }
	start(t, pool, jobs.Config{Work: work, SweepEvery: 100 * time.Millisecond})
	require.Equal(t, []string{"running 1"}, states(t, pool, "plan_run"), "nobody takes work from the living")

	require.NoError(t, server.Process.Kill())

	require.Equal(t, run, receive(t, done))
	receive(t, swept)
	require.Eventually(t, func() bool { return states(t, pool, "plan_run")[0] == "completed 2" }, soon, 5*time.Millisecond)
}

func TestSweepsComeByThemselves(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	swept := make(chan struct{}, 1000)
	work := idle()
	work.Sweep = func(context.Context) error {
		swept <- struct{}{}
		return errors.New("a failed sweep is made good by the next")
	}
	start(t, pool, jobs.Config{Work: work, SweepEvery: 50 * time.Millisecond})

	for range 3 {
		receive(t, swept)
	}
}

func TestASweepComesWhenAsked(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	swept := make(chan struct{}, 10)
	work := idle()
	work.Sweep = func(context.Context) error { swept <- struct{}{}; return nil }
	client := start(t, pool, jobs.Config{Work: work, SweepEvery: time.Hour})
	receive(t, swept) // the one at the start
	require.Eventually(t, func() bool { return states(t, pool, "sweep")[0] == "completed 1" }, soon, 5*time.Millisecond)

	require.NoError(t, client.SweepSoon(t.Context()))

	receive(t, swept)
}

func TestUnknownWorkIsRefused(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	client, err := jobs.New(pool, jobs.Config{})
	require.NoError(t, err)
	tx, err := pool.Begin(t.Context())
	require.NoError(t, err)
	defer tx.Rollback(context.Background())

	require.Equal(t, "job_kind_unknown", fault.CodeOf(client.Enqueue(t.Context(), tx, dispatch.Job{Kind: "dance", ID: ids.New()})))

	work := idle()
	work.Notice = nil
	_, err = jobs.New(pool, jobs.Config{Work: work})
	require.Equal(t, "work_incomplete", fault.CodeOf(err))
}

func TestWithoutADatabaseStopDoesNotWait(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	dir, err := os.MkdirTemp("", "roundsman-jobs")
	require.NoError(t, err)
	require.NoError(t, os.Chmod(dir, 0o755))
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	server, err := private.Start(ctx, private.Config{Dir: dir, Fast: true, BinDir: os.Getenv("ROUNDSMAN_TEST_POSTGRES_BIN")})
	require.NoError(t, err)
	t.Cleanup(func() { _ = server.Stop(context.Background()) })
	require.NoError(t, postgres.Migrate(ctx, server.URL()))
	pool, err := postgres.Open(ctx, server.URL(), 8)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	began, ended := make(chan struct{}), make(chan error, 1)
	work := idle()
	work.PlanRun = func(ctx context.Context, _ ids.ID) error {
		close(began)
		<-ctx.Done()
		ended <- ctx.Err()
		return ctx.Err()
	}
	client, err := jobs.New(pool, jobs.Config{Work: work, Patience: time.Hour})
	require.NoError(t, err)
	require.NoError(t, client.Start(ctx))
	t.Cleanup(func() { <-client.Ended() })
	enqueue(t, pool, client, "plan_run", ids.New())
	receive(t, began)

	require.NoError(t, syscall.Kill(server.PID(), syscall.SIGKILL))
	<-server.Done()

	require.ErrorIs(t, client.Stop(ctx), context.Canceled, "it says that it did not wait")
	require.ErrorIs(t, receive(t, ended), context.Canceled, "and what runs was told")
}

// Somebody looks on while a file is read: what failed is tried again in seconds, a
// minute at most, where the queue itself would wait for hours.
func TestAFailedImportIsTriedAgainSoon(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	work, tries := idle(), make(chan struct{}, 10)
	work.Import = func(context.Context, ids.ID) error {
		tries <- struct{}{}
		return errors.New("the database is away")
	}
	client := start(t, pool, jobs.Config{Work: work})
	enqueue(t, pool, client, "import", ids.New())
	receive(t, tries)
	receive(t, tries)
	for attempt, wait := range map[int]time.Duration{1: time.Second, 3: 9 * time.Second, 7: 49 * time.Second, 8: time.Minute, 200: time.Minute} {
		require.Equal(t, wait, jobs.Soon(attempt))
	}
}
