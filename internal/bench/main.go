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
	flag.IntVar(&s.count, "count", 200, "requests of a kind")
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
	t := &table{w: tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)}
	up := func(what string) (*server, error) {
		began := clock.System{}.Now()
		server, err := start(ctx, s.server, "serve", "--demo", "--map", s.mapFile, "--listen", "127.0.0.1:0", "--data-dir", dir)
		if err == nil {
			t.text(what, fmt.Sprintf("%.1f s", clock.System{}.Now().Sub(began).Seconds()))
		}
		return server, err
	}
	server, err := up("first start, empty database")
	if err != nil {
		return err
	}
	if err := server.stop(); err != nil {
		return err
	}
	if server, err = up("second start"); err != nil {
		return err
	}
	defer func() {
		if stopped := server.stop(); err == nil {
			err = stopped
		}
	}()
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
	today, err := plan(ctx, dispatcher, t)
	if err != nil {
		return err
	}
	days := workingDays(today, 10)
	pick := func(i int) client.Ticket { return tickets.Items[i%len(tickets.Items)] }
	t.times("caller card", s.pace(ctx, func(i int) (answer, error) {
		return agent.timed(ctx, "GET", "/v1/people/"+pick(i).PersonID.String()+"/card", nil, nil)
	}))
	t.times("quote", s.pace(ctx, func(i int) (answer, error) {
		return agent.timed(ctx, "POST", "/v1/quotes", client.NewQuote{TicketID: pick(i).ID}, nil)
	}))
	// Each promise is for another ticket, on one of the ten days to come, since
	// nobody promises twenty windows a second on the rounds of a single day. Its
	// quote is asked for first, untimed.
	few := s
	few.count = min(s.count, len(tickets.Items))
	one := 1
	t.times("promise", few.pace(ctx, func(i int) (answer, error) {
		var q client.Quote
		n := client.NewQuote{TicketID: pick(i).ID, From: &days[i%len(days)], Days: &one}
		if a, err := agent.timed(ctx, "POST", "/v1/quotes", n, &q); err != nil || a.refused != "" {
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
	what, key := "measured", "as said"
	t.times("ticket registration", s.pace(ctx, func(i int) (answer, error) {
		n := client.NewTicket{PersonID: pick(i).PersonID, Template: templates.Items[i%len(templates.Items)].Code, Summary: &what, KeyField: &key}
		return agent.timed(ctx, "POST", "/v1/tickets", n, nil)
	}))
	return ctx.Err()
}

// workingDays gives the next n days from Monday to Friday after a day.
func workingDays(day time.Time, n int) (list []string) {
	for len(list) < n {
		day = day.AddDate(0, 0, 1)
		if d := day.Weekday(); d != time.Saturday && d != time.Sunday {
			list = append(list, day.Format(time.DateOnly))
		}
	}
	return list
}

// plan runs the planner on the day that the demo's clock is at, and gives it.
func plan(ctx context.Context, dispatcher *asker, t *table) (today time.Time, err error) {
	var now client.DemoClock
	var regions client.Regions
	if err := dispatcher.get(ctx, "/v1/demo/clock", &now); err != nil {
		return today, err
	}
	if err := dispatcher.get(ctx, "/v1/regions", &regions); err != nil {
		return today, err
	}
	region := regions.Items[0]
	zone, err := time.LoadLocation(region.Zone)
	if err != nil {
		return today, err
	}
	today = now.Now.In(zone)
	date := today.Format(time.DateOnly)
	var day client.Day
	if err := dispatcher.get(ctx, "/v1/regions/"+region.ID.String()+"/days/"+date, &day); err != nil {
		return today, err
	}
	visits := len(day.Waiting)
	for _, r := range day.Rounds {
		visits += len(r.Stops)
	}
	t.text("the day", fmt.Sprintf("%d visits, %d technicians", visits, len(day.Rounds)))
	var before client.PlanRuns
	if err := dispatcher.get(ctx, "/v1/plan-runs?region_id="+region.ID.String()+"&date="+date, &before); err != nil {
		return today, err
	}
	for _, r := range before.Items {
		t.run("planned at the first start", r)
	}
	given := "PT5S"
	var r client.PlanRun
	if err := dispatcher.ask(ctx, "POST", "/v1/plan-runs", client.NewPlanRun{RegionID: region.ID, Date: date, Duration: &given}, &r); err != nil {
		return today, err
	}
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for r.EndedAt == nil && r.OutcomeID == nil {
		select {
		case <-ctx.Done():
			return today, ctx.Err()
		case <-tick.C:
		}
		if err := dispatcher.get(ctx, "/v1/plan-runs/"+r.ID.String(), &r); err != nil {
			return today, err
		}
	}
	t.run("planned anew", r)
	return today, nil
}
