package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"text/tabwriter"
	"time"

	"roundsman/api/client"
	"roundsman/internal/clock"
)

// settings are what is measured, and how hard.
type settings struct {
	server, mapFile string
	every           time.Duration // from one request to the next
	count           int           // requests of a kind
}

func main() {
	var s settings
	var rate float64
	flag.StringVar(&s.server, "server", "bin/roundsman", "the program")
	flag.StringVar(&s.mapFile, "map", "", "the map of the demo")
	flag.Float64Var(&rate, "rate", 20, "requests a second")
	flag.IntVar(&s.count, "count", 100, "requests of a kind")
	flag.Parse()
	s.every = time.Duration(float64(time.Second) / rate)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, s, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// run starts a server, measures, prints, and stops the server.
func run(ctx context.Context, s settings, out io.Writer) (err error) {
	dir, err := os.MkdirTemp("", "roundsman-bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := os.Chmod(dir, 0o711); err != nil { // root's PostgreSQL runs as another account
		return err
	}
	began := clock.System{}.Now()
	server, err := start(ctx, s.server, "serve", "--demo", "--map", s.mapFile, "--listen", "127.0.0.1:0", "--data-dir", dir)
	if err != nil {
		return err
	}
	defer func() {
		if stopped := server.stop(); err == nil {
			err = stopped
		}
	}()
	ready := clock.System{}.Now().Sub(began)
	t := &table{w: tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)}
	t.text("first start, empty database", fmt.Sprintf("%.1f s", ready.Seconds()))
	program, database := server.memory()
	t.text("memory then: the program", fmt.Sprintf("%d MB", program>>20))
	t.text("memory then: its PostgreSQL", fmt.Sprintf("%d MB", database>>20))
	if err := measure(ctx, s, server.url, filepath.Join(dir, "sign-ins.json"), t); err != nil {
		return err
	}
	program, _ = server.memory()
	t.text("memory after all that: the program", fmt.Sprintf("%d MB", program>>20))
	return t.print()
}

// measure asks the server what the table is about.
func measure(ctx context.Context, s settings, url, signIns string, t *table) error {
	agent, err := signIn(ctx, url, signIns, "anna")
	if err != nil {
		return err
	}
	dispatcher, err := signIn(ctx, url, signIns, "dora")
	if err != nil {
		return err
	}
	var tickets client.Tickets
	if err := agent.get(ctx, "/v1/tickets?state=open&state=planned&limit=200", &tickets); err != nil {
		return err
	}
	if len(tickets.Items) == 0 {
		return fmt.Errorf("the demo has no tickets")
	}
	if err := plan(ctx, dispatcher, t); err != nil {
		return err
	}
	pick := func(i int) client.Ticket { return tickets.Items[i%len(tickets.Items)] }
	t.times("caller card", s.pace(ctx, func(i int) (answer, error) {
		return agent.timed(ctx, "GET", "/v1/people/"+pick(i).PersonID.String()+"/card", nil, nil)
	}))
	t.times("quote", s.pace(ctx, func(i int) (answer, error) {
		return agent.timed(ctx, "POST", "/v1/quotes", client.NewQuote{TicketID: pick(i).ID}, nil)
	}))
	// Each promise is for another ticket; its quote is asked for first, untimed.
	few := s
	few.count = min(s.count, len(tickets.Items))
	t.times("promise", few.pace(ctx, func(i int) (answer, error) {
		var q client.Quote
		if a, err := agent.timed(ctx, "POST", "/v1/quotes", client.NewQuote{TicketID: pick(i).ID}, &q); err != nil || a.refused != "" {
			return a, err
		}
		if len(q.Offers) == 0 {
			return answer{refused: "without an offer"}, nil
		}
		return agent.timed(ctx, "POST", "/v1/promises", client.NewPromise{OutcomeID: q.Offers[0].OutcomeID}, nil)
	}))
	var templates client.Templates
	if err := agent.get(ctx, "/v1/templates", &templates); err != nil {
		return err
	}
	what := "measured"
	t.times("ticket registration", s.pace(ctx, func(i int) (answer, error) {
		n := client.NewTicket{PersonID: pick(i).PersonID, Template: templates.Items[i%len(templates.Items)].Code, Summary: &what}
		return agent.timed(ctx, "POST", "/v1/tickets", n, nil)
	}))
	return ctx.Err()
}

// plan runs the planner on the day that the demo's clock is at.
func plan(ctx context.Context, dispatcher *asker, t *table) error {
	var now client.DemoClock
	var regions client.Regions
	if err := dispatcher.get(ctx, "/v1/demo/clock", &now); err != nil {
		return err
	}
	if err := dispatcher.get(ctx, "/v1/regions", &regions); err != nil {
		return err
	}
	zone, err := time.LoadLocation(regions.Items[0].Zone)
	if err != nil {
		return err
	}
	given := "PT5S"
	var r client.PlanRun
	n := client.NewPlanRun{RegionID: regions.Items[0].ID, Date: now.Now.In(zone).Format(time.DateOnly), Duration: &given}
	if err := dispatcher.ask(ctx, "POST", "/v1/plan-runs", n, &r); err != nil {
		return err
	}
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for r.EndedAt == nil && r.OutcomeID == nil {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
		if err := dispatcher.get(ctx, "/v1/plan-runs/"+r.ID.String(), &r); err != nil {
			return err
		}
	}
	t.text("a plan run of 5 s", fmt.Sprintf("%d visits planned, %d left out, %d iterations", r.Assigned, r.Unassigned, r.Iterations))
	return nil
}
