package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"roundsman/api"
	"roundsman/dispatch"
	"roundsman/dispatch/control"
	"roundsman/dispatch/customer"
	"roundsman/dispatch/decide"
	"roundsman/dispatch/desk"
	"roundsman/dispatch/field"
	"roundsman/dispatch/hooks"
	"roundsman/dispatch/imports"
	"roundsman/dispatch/incidents"
	"roundsman/dispatch/reports"
	"roundsman/dispatch/setup"
	"roundsman/dispatch/stock"
	"roundsman/internal/access"
	"roundsman/internal/clock"
	"roundsman/internal/events"
	"roundsman/internal/jobs"
	"roundsman/internal/notify"
	"roundsman/internal/outbound"
	"roundsman/internal/postgres"
	"roundsman/routing/roads"

	"golang.org/x/sync/errgroup"
)

// server is everything that runs in one process.
type server struct {
	log       *slog.Logger
	store     *postgres.Store
	clock     clock.Clock
	demo      *demoClock // nil when this is no demo
	control   *control.Control
	jobs      *jobs.Client
	sequencer *postgres.Sequencer
	hub       *events.Hub
	network   *roads.Network
	roads     *drivable // the network with its closures
	handler   http.Handler
	hooks     *hooks.Hooks
	due       []func(context.Context) error // what a sweep does
	closing   func()                        // ends the event streams, so that a stop need not wait for them
}

// assemble makes the parts and hands them to one another. Nothing runs yet. What
// was made before an error is given with it, to be let go of.
func (c *serveCmd) assemble(ctx context.Context, db *database, network *roads.Network, at net.Addr, log *slog.Logger) (*server, error) {
	s := &server{log: log, store: postgres.NewStore(db.pool), clock: clock.System{}, network: network}
	if c.Demo {
		demo, err := newDemoClock(ctx, s.store)
		if err != nil {
			return nil, err
		}
		s.demo, s.clock = demo, demo
	}
	s.roads = &drivable{Network: network}
	travel, err := c.travel(s.roads, log)
	if err != nil {
		return s, err
	}
	decider := &decide.Decider{Store: s.store, Ways: decide.NewWays(travel), Clock: s.clock, Floors: dispatch.DefaultFloors()}
	theDesk := &desk.Desk{Store: s.store, Decide: decider, Clock: s.clock}
	name, err := c.roadsName(network)
	if err != nil {
		return s, err
	}
	s.control = &control.Control{Store: s.store, Decide: decider, Roads: travel, RoadsName: name, Clock: s.clock}

	couriers, err := c.couriers()
	if err != nil {
		return s, err
	}
	post := &desk.Post{Store: s.store, Clock: s.clock, Machine: clock.System{}, Couriers: couriers, Page: c.customerPage(at)}
	files := &imports.Imports{Store: s.store, Clock: s.clock, Accounts: s.store}
	room := &stock.Room{Store: s.store, Clock: s.clock}
	guard, err := c.guard()
	if err != nil {
		return s, err
	}
	s.hooks = &hooks.Hooks{Store: s.store, Clock: s.clock, Machine: clock.System{},
		Poster: notify.Hooks{Client: outbound.New(guard), Plain: len(c.OutboundAllow) > 0}}
	inbound := &incidents.Inbound{Store: s.store, Clock: s.clock, Machine: clock.System{}, Accounts: s.store}
	outreach := &incidents.Incidents{Store: s.store, Clock: s.clock}
	entering := &setup.Setup{Store: s.store, Clock: s.clock}
	s.due = []func(context.Context) error{s.control.Sweep, post.Sweep, room.Sweep, inbound.Sweep, outreach.Sweep, entering.Sweep, s.heed}

	work, err := jobs.New(db.pool, jobs.Config{Log: log, Work: jobs.Work{
		PlanRun: s.control.Execute, Notice: post.Deliver, Retime: decider.Retime, Import: files.Execute, Sweep: s.sweep,
	}})
	if err != nil {
		return s, fmt.Errorf("making the job client: %w", err)
	}
	s.jobs = work
	s.sequencer = postgres.NewSequencer(db.pool, log)
	s.hub = events.NewHub(postgres.NewEventLog(db.pool), log)
	s.store.EnqueueFunc, s.store.WakeFunc = work.Enqueue, s.sequencer.Wake

	accounts, err := access.NewService(s.store, clock.System{}, access.Options{RefuseDemo: !loopback(at)})
	if err != nil {
		return s, fmt.Errorf("making the sign-in service: %w", err)
	}
	deps := api.Deps{
		Access: accounts, Desk: theDesk, Control: s.control, Acts: s.store, Events: s.hub, Log: log,
		Field:     &field.Field{Store: s.store, Decide: decider, Clock: s.clock},
		Incidents: outreach,
		Setup:     entering,
		Stock:     room,
		Reports:   &reports.Reports{Store: s.store, Clock: s.clock},
		Files:     files,
		Inbound:   inbound,
		Hooks:     s.hooks,
		Customers: &customer.Room{Store: s.store, Clock: s.clock, Linking: post.Page != ""},
		Map:       network,
		Ready:     db.pool.Ping,
	}
	if s.demo != nil {
		s.demo.sweep = s.sweep
		deps.Demo = s.demo
	}
	s.handler, err = api.New(deps)
	return s, err
}

// heed lets the closures that stand hold, whichever replica they were entered on.
func (s *server) heed(ctx context.Context) error {
	now := s.clock.Now()
	var closures []dispatch.Closure
	err := s.store.Read(ctx, func(tx dispatch.Tx) (err error) {
		closures, err = tx.ClosuresAfter(ctx, now)
		return err
	})
	if err != nil {
		return err
	}
	return s.roads.Heed(ctx, now, closures)
}

// sweep does what has fallen due, each part whatever becomes of the others.
func (s *server) sweep(ctx context.Context) error {
	var failed error
	for _, do := range s.due {
		failed = errors.Join(failed, do(ctx))
	}
	return failed
}

// background runs what has no request: stamping and handing out events, and
// forgetting answers that nobody may repeat any more.
func (s *server) background(ctx context.Context) *errgroup.Group {
	var g errgroup.Group
	g.Go(func() error { return s.sequencer.Run(ctx) })
	streams, closing := context.WithCancel(ctx)
	s.closing = closing
	g.Go(func() error { return s.hub.Run(streams) })
	g.Go(func() error {
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for {
			did, err := s.hooks.Send(ctx)
			if err != nil && ctx.Err() == nil {
				s.log.Error("sending events to subscribers", "error", err)
			}
			if did && err == nil && ctx.Err() == nil {
				continue // there may be more
			}
			select {
			case <-ctx.Done():
				return nil
			case <-tick.C:
			}
		}
	})
	g.Go(func() error {
		tick := time.NewTicker(time.Hour)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return nil
			case <-tick.C:
				if _, err := s.store.DropActs(ctx, clock.System{}.Now().Add(-24*time.Hour)); err != nil {
					s.log.Error("forgetting old answers", "error", err)
				}
			}
		}
	})
	return &g
}
