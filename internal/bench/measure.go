package main

import (
	"context"
	"time"

	"roundsman/api/client"
	"roundsman/internal/large"

	"github.com/google/uuid"
)

// What the product promises of its answers: the time that 95 of 100 don't exceed.
const (
	cardTarget     = 100 * time.Millisecond
	registerTarget = 200 * time.Millisecond
	boardTarget    = 250 * time.Millisecond
)

// stride leads through the tickets of a day from round to round. It divides no
// number of visits that we make.
const stride = 37

// slower is a lower pace for as long.
func (s settings) slower(times int) settings {
	s.every, s.count = s.every*time.Duration(times), max(1, s.count/times)
	return s
}

// measure asks the server what the table is about.
func (s settings) measure(ctx context.Context, server *server, signIns string, c *column) (err error) {
	var who crew
	for login, a := range map[string]**asker{"anna": &who.agent, "dora": &who.dispatcher, "ada": &who.admin} {
		if *a, err = signIn(ctx, server.url, signIns, login); err != nil {
			return err
		}
	}
	d, err := who.enter(ctx)
	if err != nil {
		return err
	}
	c.one("import of people", "rows/s", d.rows)
	c.one("visits that found a place", "", float64(d.plan.Assigned))
	c.one("iterations of 10 s of planning", "", float64(d.plan.Iterations))

	// One after another they would be of one round, and wait for each other.
	pick := func(i int) ticket { return d.tickets[i*stride%len(d.tickets)] }
	one := 1
	quote := func(i int, date string, into any) (answer, error) {
		return who.agent.timed(ctx, "POST", "/v1/quotes", client.NewQuote{TicketID: pick(i).id, From: &date, Days: &one}, into)
	}
	template, what, key := "printer_fault", "measured", "as said"
	register := func(id uuid.UUID, i int) (answer, error) {
		n := client.NewTicket{ID: &id, PersonID: pick(i).person, Template: &template, Summary: &what, KeyField: &key}
		return who.agent.timed(ctx, "POST", "/v1/tickets", n, nil)
	}
	// asked has something asked at a pace, and sees what the server works for it.
	asked := func(what string, target time.Duration, s settings, ask func(i int) (answer, error)) {
		before := server.worked()
		found := s.pace(ctx, ask)
		c.times(what, target, s, found, (server.worked()-before)/time.Duration(s.count))
	}
	asked("caller card", cardTarget, s, func(i int) (answer, error) {
		return who.agent.timed(ctx, "GET", "/v1/people/"+large.Person(1+i).String()+"/card", nil, nil)
	})
	asked("ticket registered", registerTarget, s, func(i int) (answer, error) {
		return register(uuid.Must(uuid.NewV7()), i)
	})
	calm := s.slower(4) // a board or a quote stands for minutes of somebody's work
	asked("board", boardTarget, calm, func(int) (answer, error) {
		return who.dispatcher.timed(ctx, "GET", "/v1/regions/"+d.region.ID.String()+"/board?date="+d.dates[0], nil, nil)
	})
	asked("quote on the full day", 0, calm, func(i int) (answer, error) {
		return quote(i, d.dates[0], nil)
	})
	// Each promise is for another ticket, on one of the days to come, since nobody
	// promises five windows a second on the rounds of a single day. Its quote is
	// asked for first, untimed.
	asked("promise", 0, calm, func(i int) (answer, error) {
		var q client.Quote
		if a, err := quote(i, d.dates[1+i%(len(d.dates)-1)], &q); err != nil || a.refused != "" {
			return a, err
		}
		if len(q.Offers) == 0 {
			return answer{refused: "without an offer"}, nil
		}
		return who.agent.timed(ctx, "POST", "/v1/promises", client.NewPromise{OutcomeID: q.Offers[0].OutcomeID}, nil)
	})
	slow := s.slower(10)
	before := server.worked()
	heard, err := slow.delivered(ctx, who.agent, register)
	if err != nil {
		return err
	}
	c.times("event at 300 readers", 0, slow, heard, (server.worked()-before)/time.Duration(slow.count))
	return ctx.Err()
}
