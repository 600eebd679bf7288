package jobs

import (
	"context"
	"fmt"
	"log/slog"
	"runtime"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/fault"
	"roundsman/internal/ids"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
)

// Config says what is done, and how much of it at once on this machine.
type Config struct {
	Work       Work          // empty: this client only enqueues
	SweepEvery time.Duration // 5 seconds when 0
	Planners   int           // searches at once; half the processors when 0
	// Patience is how long Stop lets running work finish before its context
	// ends; 5 seconds when 0.
	Patience time.Duration
	Log      *slog.Logger // only warnings and worse; none when nil
}

// Client enqueues work and does it.
type Client struct {
	pool   *pgxpool.Pool
	river  *river.Client[pgx.Tx]
	works  bool
	log    *slog.Logger
	rescue *rescuer
}

// New makes a client. It does nothing but enqueue before Start.
func New(pool *pgxpool.Pool, c Config) (*Client, error) {
	if !c.Work.empty() && !c.Work.complete() {
		return nil, fault.New(fault.Internal, "work_incomplete", "a client does all kinds of work or none: give every hook of jobs.Work")
	}
	if c.SweepEvery <= 0 {
		c.SweepEvery = 5 * time.Second
	}
	if c.Planners <= 0 {
		c.Planners = max(1, runtime.NumCPU()/2)
	}
	if c.Patience <= 0 {
		c.Patience = 5 * time.Second
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	id := ids.New().String()
	config := &river.Config{ID: id, Logger: slog.New(quiet{c.Log.Handler()}), SoftStopTimeout: c.Patience}
	if c.Work.complete() {
		config.Workers = c.Work.workers()
		config.Queues = map[string]river.QueueConfig{
			queueDefault:  {MaxWorkers: 4},
			queuePlanning: {MaxWorkers: c.Planners},
			queueNotices:  {MaxWorkers: 8, FetchCooldown: 20 * time.Millisecond}, // 400 a second
			queueBulk:     {MaxWorkers: 2},
		}
		config.PeriodicJobs = []*river.PeriodicJob{river.NewPeriodicJob(river.PeriodicInterval(c.SweepEvery),
			func() (river.JobArgs, *river.InsertOpts) { return sweep{}, nil }, &river.PeriodicJobOpts{ID: "sweep", RunOnStart: true})}
		// A sweep every few seconds leaves rows; none of them is looked at.
		config.CompletedJobRetentionPeriod = time.Hour
		// Work of killed servers is found by the rescuer, in seconds.
		config.JobTimeout, config.RescueStuckJobsAfter = time.Minute, time.Hour
	}
	client, err := river.NewClient(riverpgxv5.New(pool), config)
	if err != nil {
		return nil, fmt.Errorf("making the job client: %w", err)
	}
	return &Client{pool: pool, river: client, works: c.Work.complete(), log: c.Log, rescue: newRescuer(pool, id, c.Log)}, nil
}

// Enqueue asks for work in a transaction: it is done after the commit, or never
// asked for. Code: job_kind_unknown.
func (c *Client) Enqueue(ctx context.Context, tx pgx.Tx, j dispatch.Job) error {
	arguments, err := argumentsOf(j)
	if err != nil {
		return err
	}
	if _, err := c.river.InsertTx(ctx, tx, arguments, nil); err != nil {
		return fmt.Errorf("enqueueing a %s: %w", j.Kind, err)
	}
	return nil
}

// SweepSoon asks for a sweep now, as after the domain's clock was moved.
func (c *Client) SweepSoon(ctx context.Context) error {
	if _, err := c.river.Insert(ctx, sweep{}, nil); err != nil {
		return fmt.Errorf("asking for a sweep: %w", err)
	}
	return nil
}

// Start does work until Stop. The end of ctx only gives up starting.
func (c *Client) Start(ctx context.Context) error {
	if !c.works {
		return fault.New(fault.Internal, "work_incomplete", "this client only enqueues: give jobs.Config its Work")
	}
	if err := c.rescue.start(ctx); err != nil {
		return err
	}
	if err := c.river.Start(context.WithoutCancel(ctx)); err != nil {
		c.rescue.stop()
		return fmt.Errorf("starting the job client: %w", err)
	}
	return nil
}

// Stop takes no new work and lets running work finish; after Config.Patience its
// context ends, and when ctx ends Stop no longer waits. What did not finish is
// done again later, here or elsewhere. Without a database nothing can finish:
// then it is not waited for.
func (c *Client) Stop(ctx context.Context) error {
	if !c.works {
		return nil
	}
	defer c.rescue.stop()
	waiting, giveUp := context.WithCancel(ctx)
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		c.watch(waiting)
		giveUp()
	}()
	err := c.river.Stop(waiting)
	giveUp()
	<-watched
	if err != nil {
		_ = c.river.StopAndCancel(waiting) // tells what still runs; its wait has ended already
		return fmt.Errorf("stopping jobs: %w", err)
	}
	return nil
}

// watch returns when the database is gone, or ctx has ended.
func (c *Client) watch(ctx context.Context) {
	ticker := time.NewTicker(500 * time.Millisecond)
	defer ticker.Stop()
	for c.reachable(ctx) {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

func (c *Client) reachable(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	return c.pool.Ping(ctx) == nil
}

// quiet lets only warnings and worse through: the queue tells at length what it
// does.
type quiet struct{ slog.Handler }

// Enabled says what passes.
func (q quiet) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= slog.LevelWarn && q.Handler.Enabled(ctx, l)
}

// WithAttrs keeps quiet.
func (q quiet) WithAttrs(attrs []slog.Attr) slog.Handler { return quiet{q.Handler.WithAttrs(attrs)} }

// WithGroup keeps quiet.
func (q quiet) WithGroup(name string) slog.Handler { return quiet{q.Handler.WithGroup(name)} }
