package main

import (
	"context"
	"path/filepath"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/control"
	"roundsman/internal/access"
	"roundsman/internal/clock"
	"roundsman/internal/demo"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
	"roundsman/internal/postgres"
	"roundsman/routing/roads"
)

// demoClock is the domain's clock of a demo: it runs with the machine's, from
// 07:30 on a working day, and can be moved forward.
type demoClock struct {
	*clock.Shifted
	store *postgres.Store
	sweep func(context.Context) error
	// release lets another server run the demo.
	release func()
}

// newDemoClock goes on where the demo's clock was left. Code: "demo_running".
func newDemoClock(ctx context.Context, store *postgres.Store) (*demoClock, error) {
	release, ok, err := store.HoldDemo(ctx)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, fault.New(fault.Conflict, "demo_running", "another server runs the demo on this database, and a demo has one clock; use that one, or another database")
	}
	offset, _, err := store.DemoClockOffset(ctx)
	if err != nil {
		release()
		return nil, err
	}
	return &demoClock{Shifted: clock.NewShifted(offset), store: store, release: release}, nil
}

// Move sets the clock forward and does what has fallen due by then. Code:
// "clock_backwards".
func (c *demoClock) Move(ctx context.Context, to time.Time) error {
	if to.Before(c.Now()) {
		return fault.New(fault.Conflict, "clock_backwards", "it is %s already; the demo's clock is only moved forward", c.Now().Format(time.RFC3339))
	}
	if err := c.set(ctx, to); err != nil {
		return err
	}
	if err := rollShifts(ctx, c.store, to); err != nil {
		return err
	}
	return c.sweep(ctx)
}

func (c *demoClock) set(ctx context.Context, to time.Time) error {
	offset := to.Sub(clock.System{}.Now())
	if err := c.store.SetDemoClockOffset(ctx, offset); err != nil {
		return err
	}
	c.SetOffset(offset)
	return nil
}

// prepare fills an empty database with the demo region and plans its first day.
func (c *serveCmd) prepare(ctx context.Context, s *server, db *database, dir string, bar *progress) error {
	defer bar.done()
	empty, err := s.store.IsEmpty(ctx)
	if err != nil {
		return err
	}
	file := filepath.Join(dir, signInFile)
	if empty {
		bar.show("demo region", 0, 1)
		err = c.setUp(ctx, s, file)
	} else {
		err = keepSignIns(ctx, s.store, db.server != nil, file)
	}
	if err != nil {
		return err
	}
	if err := rollShifts(ctx, s.store, s.clock.Now()); err != nil {
		return err
	}
	return c.firstPlan(ctx, s, bar)
}

func (c *serveCmd) setUp(ctx context.Context, s *server, file string) error {
	// The zone is known only once the region is built, so that it is built on a
	// guess first and again on the right morning.
	machine := clock.System{}.Now()
	places := placesOf(s.network)
	day := workingDay(dispatch.DateOf(machine, time.UTC))
	guess, err := demo.Build(c.Seed, places, day, machine, newSecret)
	if err != nil {
		return err
	}
	loc, err := guess.Setup.Regions[0].Location()
	if err != nil {
		return err
	}
	day = workingDay(dispatch.DateOf(machine, loc).Add(1))
	begin := day.At(loc, 7, 30)
	world, err := demo.Build(c.Seed, places, day, begin, newSecret)
	if err != nil {
		return err
	}
	for i := range world.Accounts {
		if world.Accounts[i].PasswordHash, err = access.HashPassword(world.SignIns[i].Password); err != nil {
			return err
		}
	}
	if err := s.demo.set(ctx, begin); err != nil {
		return err
	}
	return writeSignIns(file, world.SignIns, func() error { return s.store.SetUp(ctx, world.Setup, world.Accounts) })
}

// workingDay is the day or the next Monday to Friday after it.
func workingDay(d dispatch.Date) dispatch.Date {
	for !d.Working() {
		d = d.Add(1)
	}
	return d
}

// nearRoad is how far from a road a place of work may be.
const nearRoad = 150

func placesOf(n *roads.Network) []demo.Place {
	var out []demo.Place
	for _, p := range n.Places() {
		address := n.Street(p.Point)
		if p.Street != "" {
			address = p.Number + " " + p.Street
		}
		if at, err := n.Snap(p.Point, 0); err != nil || at.Metres > nearRoad {
			continue
		}
		out = append(out, demo.Place{Name: p.Name, Kind: p.Kind, Address: address, City: p.City, Point: p.Point})
	}
	return out
}

// firstPlan plans and publishes the demo's day if nothing is published on it yet.
// It goes the way that a dispatcher goes: a run, its draft, the publication.
func (c *serveCmd) firstPlan(ctx context.Context, s *server, bar *progress) error {
	who, k, err := c.dispatcher(ctx, s)
	if err != nil {
		return err
	}
	view, err := s.control.Day(ctx, who, k)
	if fault.Is(err, "day_missing") {
		return nil // the clock stands on a day off
	}
	if err != nil {
		return err
	}
	for _, r := range view.Rounds {
		if r.Round.PublishedAt != nil {
			return nil
		}
	}
	run, err := s.control.StartRun(ctx, who, control.NewRun{RegionID: k.RegionID, Date: k.Date, Seconds: c.PlanningSeconds})
	if err != nil {
		return err
	}
	for !run.State.Over() {
		bar.show("planning "+string(k.Date), int64(run.Progress*100), 100)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
		if run, err = s.control.Run(ctx, who, run.ID); err != nil {
			return err
		}
	}
	if run.State != dispatch.RunDrafted {
		return fault.New(fault.Internal, "first_plan", "planning the demo's first day ended %s: %s", run.State, run.Error)
	}
	if run, err = s.control.PublishRun(ctx, who, run.ID); fault.Of(err) != nil && fault.Of(err).Kind == fault.Conflict {
		// Somebody was quicker, through the interface or with another clock. The draft
		// lies there for whoever plans next; the server is of use without it.
		s.log.Warn("the demo's first plan was not published, the day had moved", "date", k.Date, "code", fault.CodeOf(err))
		return nil
	}
	if err != nil {
		return err
	}
	s.log.Info("the day is planned", "date", k.Date, "visits", run.Assigned, "left_out", run.Unassigned)
	return nil
}

// dispatcher gives the demo's dispatcher and the day on which its clock stands in
// the region of the demo's crew; others may have been entered since.
func (c *serveCmd) dispatcher(ctx context.Context, s *server) (who access.Principal, k dispatch.DayKey, err error) {
	accounts, err := s.store.ListAccounts(ctx)
	if err != nil {
		return who, k, err
	}
	var region dispatch.Region
	err = s.store.Read(ctx, func(tx dispatch.Tx) error {
		for _, a := range accounts {
			switch {
			case a.Login == demo.DispatcherLogin:
				who = a.Principal()
			case a.Demo && a.TechnicianID != nil && region.ID == ids.Nil:
				t, err := tx.Technician(ctx, *a.TechnicianID)
				if err != nil {
					return err
				}
				if region, err = tx.Region(ctx, t.RegionID); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return who, k, err
	}
	loc, err := region.Location()
	if err != nil {
		return who, k, err
	}
	return who, dispatch.DayKey{RegionID: region.ID, Date: dispatch.DateOf(s.clock.Now(), loc)}, nil
}
