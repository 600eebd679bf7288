package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"time"

	"roundsman/internal/clock"
	"roundsman/internal/fault"
	"roundsman/routing/roads"

	"golang.org/x/sync/errgroup"
)

// serveCmd is roundsman serve.
type serveCmd struct {
	databaseFlags
	noticeFlags
	paceFlags
	Listen          string `help:"Address to listen on." env:"ROUNDSMAN_LISTEN" default:"127.0.0.1:8080"`
	Map             string `help:"OpenStreetMap extract (.osm.pbf) to drive on." env:"ROUNDSMAN_MAP" placeholder:"FILE" required:""`
	OSRM            string `name:"osrm" help:"OSRM server to take travel times by car from, instead of the map's own; closures and profiles don't reach it." env:"ROUNDSMAN_OSRM" placeholder:"URL"`
	Demo            bool   `help:"Fill an empty database with the demo region, plan its first day, and run on a clock that begins at 07:30 of a working day." env:"ROUNDSMAN_DEMO"`
	Seed            uint64 `help:"Seed of the demo region." env:"ROUNDSMAN_SEED" default:"1"`
	PlanningSeconds int    `help:"Time for planning the demo's first day." env:"ROUNDSMAN_PLANNING_SECONDS" default:"4"`
}

// How long a stop waits for requests and jobs that are under way.
const (
	drainRequests = 8 * time.Second
	drainJobs     = 10 * time.Second
)

// Run serves until it is told to stop.
func (c *serveCmd) Run(ctx context.Context, o output) (err error) {
	began := clock.System{}.Now()
	log := newLog(o)
	dir, err := c.dir(c.Demo)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return fault.New(fault.Unavailable, "listen_failed", "can't listen on %s; is another server running there? Choose another with --listen", c.Listen).Because(err)
	}
	defer listener.Close()

	var db *database
	var network *roads.Network
	bar := newProgress(o, log)
	g, gctx := errgroup.WithContext(ctx)
	g.Go(func() (err error) {
		db, err = c.open(gctx, dir, log)
		return err
	})
	g.Go(func() (err error) {
		network, err = roads.Load(gctx, c.Map, filepath.Join(dir, "roads"), func(p roads.Progress) { bar.show("map: "+p.Stage, p.Done, p.Total) })
		return err
	})
	err = g.Wait()
	bar.done()
	if db != nil {
		defer db.close(log)
	}
	if err == nil {
		err = c.paceFlags.set(network)
	}
	if err != nil {
		return err
	}
	s, err := c.assemble(ctx, db, network, listener.Addr(), log)
	if s != nil && s.demo != nil {
		defer s.demo.release()
	}
	if err != nil {
		return err
	}
	return c.serve(ctx, o, s, db, listener, dir, began)
}

// serve starts everything, says so, and stops it in order: requests, jobs,
// events, database.
func (c *serveCmd) serve(ctx context.Context, o output, s *server, db *database, listener net.Listener, dir string, began time.Time) error {
	background, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	running := s.background(background)
	defer func() {
		stop()
		_ = running.Wait() // ends with the context
	}()
	if err := s.jobs.Start(ctx); err != nil {
		return fmt.Errorf("starting the work behind: %w", err)
	}
	defer func() {
		ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainJobs)
		defer cancel()
		if err := s.jobs.Stop(ending); err != nil {
			s.log.Error("stopping the work behind", "error", err)
		}
	}()
	if c.Demo {
		if err := c.prepare(ctx, s, db, dir, newProgress(o, s.log)); err != nil {
			return fmt.Errorf("preparing the demo: %w", err)
		}
	}
	running.Go(func() error {
		// So that the first closure holds at once.
		if err := s.network.PrepareChanges(background); err != nil && background.Err() == nil {
			s.log.Error("preparing the roads for closures", "error", err)
		}
		return nil
	})
	web := &http.Server{Handler: s.handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute,
		BaseContext: func(net.Listener) context.Context { return background }, ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelWarn)}
	failed := make(chan error, 1)
	go func() { failed <- web.Serve(listener) }()
	c.welcome(o, listener, dir, clock.System{}.Now().Sub(began))

	var err error
	select {
	case <-ctx.Done():
		s.log.Info("stopping")
	case err = <-failed:
	case <-db.died():
		err = db.server.Err()
		if err == nil {
			err = errors.New("the private PostgreSQL has ended")
		}
	}
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainRequests)
	defer cancel()
	s.closing()
	if down := web.Shutdown(ending); down != nil {
		_ = web.Close()
	}
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// welcome says where it listens and what to do next.
func (c *serveCmd) welcome(o output, l net.Listener, dir string, took time.Duration) {
	url := "http://" + l.Addr().String()
	fmt.Fprintf(o.out, "\nRoundsman listens on %s (ready in %.1f s)\n", url, took.Seconds())
	if !c.Demo {
		fmt.Fprintf(o.out, "  The contract to read: %s/docs\n  Map data © OpenStreetMap contributors\n", url)
		return
	}
	file := filepath.Join(dir, signInFile)
	if loopback(l.Addr()) {
		fmt.Fprintf(o.out, "  Sign-ins of the demo: %s\n", file)
	} else {
		fmt.Fprintf(o.out, "  The demo's sign-ins are refused: %s can be reached from other machines\n", l.Addr())
	}
	fmt.Fprintf(o.out, `
Three things to try next, in another terminal:
  1. make story                   the morning of the virus, played through the API
  2. %s/docs   the contract, as a page
  3. sign in and ask for the day's rounds:
     curl -s %s/v1/sessions -H 'Content-Type: application/json' -d "$(jq -c '.[]|select(.login=="dora")|{login,password}' %s)"

Map data © OpenStreetMap contributors. Ctrl-C stops everything.
`, url, url, file)
}

func loopback(a net.Addr) bool {
	t, ok := a.(*net.TCPAddr)
	return ok && t.IP.IsLoopback()
}
