package stage_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"testing"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/control"
	"roundsman/dispatch/desk"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
	"roundsman/internal/large"
	"roundsman/internal/postgres"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

// A server process of the crowd is this test binary, started again with these.
const (
	crowdURL  = "ROUNDSMAN_CROWD_DATABASE_URL"
	crowdPart = "ROUNDSMAN_CROWD_PART"
)

const (
	crowdAgents    = 64
	crowdProcesses = 2
)

// crowdSize is eight technicians with two hours each: room for fewer visits than
// there are agents.
var crowdSize = stage.Size{Technicians: 8, People: crowdAgents, Days: 1, ShiftMinutes: 120}

func TestMain(m *testing.M) {
	if url := os.Getenv(crowdURL); url != "" {
		os.Exit(crowdServer(url))
	}
	os.Exit(large.Main(m, "../postgres", stage.At(7, 30), stage.SetUp))
}

func crowdTicket(i int) ids.ID { return stage.Name("crowd ticket %d", i) }

// crowdServer is one server process: its agents promise until nothing is left,
// and it prints what was acknowledged.
func crowdServer(url string) int {
	part, err := strconv.Atoi(os.Getenv(crowdPart))
	if err != nil {
		return 2
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	pool, err := postgres.Open(ctx, url, 8)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer pool.Close()
	setup, accounts := stage.Region(crowdSize)
	s := stage.Over(pool, setup, accounts)
	var mu sync.Mutex
	acknowledged := map[string]string{}
	var wg sync.WaitGroup
	for i := part; i < crowdAgents; i += crowdProcesses {
		wg.Go(func() {
			promise, err := promiseSomething(ctx, s, crowdTicket(i))
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err != nil:
				acknowledged[crowdTicket(i).String()] = "failed: " + err.Error()
			case promise != nil:
				acknowledged[crowdTicket(i).String()] = promise.String()
			}
		})
	}
	wg.Wait()
	if err := json.NewEncoder(os.Stdout).Encode(acknowledged); err != nil {
		return 1
	}
	return 0
}

// promiseSomething goes the agent's way: a quote, the best window of it, and when
// that is gone the fresh windows that the refusal brings. Nil means that nothing
// is left.
func promiseSomething(ctx context.Context, s *stage.Stage, ticket ids.ID) (*ids.ID, error) {
	q, err := s.Desk.Quote(ctx, s.Agent, desk.NewQuote{TicketID: ticket, Days: 1})
	offers := q.Offers
	for range 200 {
		if err != nil || len(offers) == 0 {
			return nil, err
		}
		p, err := s.Desk.Promise(ctx, s.Agent, desk.NewPromise{OutcomeID: offers[0].OutcomeID})
		if err == nil {
			return &p.Promise.ID, nil
		}
		f := fault.Of(err)
		if f == nil || f.Kind != fault.Conflict {
			return nil, err
		}
		fresh, ok := f.Members["feasible_windows"].([]dispatch.Offer)
		if !ok {
			return nil, err
		}
		offers = fresh
	}
	return nil, fmt.Errorf("no end of refusals for ticket %s", ticket)
}

// Sixty-four agents on two server processes promise over the last places of eight
// technicians: nobody is double-booked, no acknowledged promise is lost, nothing
// deadlocks, and no place is left that somebody was refused.
func TestTheLastPlaces(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("two server processes and sixty-four agents take a while")
	}
	s := stage.New(t, crowdSize)
	for i := range crowdAgents {
		id := crowdTicket(i)
		_, err := s.Desk.OpenTicket(t.Context(), s.Agent, desk.NewTicket{ID: &id, Template: "printer_fault", KeyField: "it", PersonID: stage.Name("person %d", i)})
		require.NoError(t, err)
	}
	acknowledged := map[string]string{}
	var mu sync.Mutex
	var wg sync.WaitGroup
	for part := range crowdProcesses {
		wg.Go(func() {
			cmd := exec.CommandContext(t.Context(), os.Args[0])
			cmd.Env = append(os.Environ(), crowdURL+"="+s.Pool.Config().ConnString(), crowdPart+"="+strconv.Itoa(part))
			cmd.Stderr = os.Stderr
			out, err := cmd.Output()
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				acknowledged["process"] = "failed: " + err.Error()
				return
			}
			var mine map[string]string
			if err := json.Unmarshal(out, &mine); err != nil {
				acknowledged["process"] = "failed: " + err.Error()
			}
			for k, v := range mine {
				acknowledged[k] = v
			}
		})
	}
	wg.Wait()

	require.Zero(t, doubleBooked(t, s))
	var deadlocks int
	require.NoError(t, s.Pool.QueryRow(t.Context(), `select deadlocks from pg_stat_database where datname = current_database()`).Scan(&deadlocks))
	require.Zero(t, deadlocks)
	promises, _, err := s.Desk.Promises(t.Context(), s.Agent, dispatch.PromiseFilter{States: []dispatch.PromiseState{dispatch.PromiseOpen}}, dispatch.Page{Limit: 100})
	require.NoError(t, err)
	kept := map[string]string{}
	for _, p := range promises {
		kept[p.Promise.TicketID.String()] = p.Promise.ID.String()
		v, err := s.Desk.PromiseByID(t.Context(), s.Agent, p.Promise.ID)
		require.NoError(t, err)
		require.NoError(t, dispatch.VerifyChain(v.Entries))
		require.NotNil(t, v.ETA)
		require.True(t, v.ETA.Before(p.Promise.WindowEnd), "planned inside what was promised")
	}
	require.Equal(t, acknowledged, kept, "what was acknowledged is what is there")
	require.Greater(t, len(kept), 8)
	require.Less(t, len(kept), crowdAgents, "the places were scarce")
	for i := range crowdAgents {
		if _, ok := kept[crowdTicket(i).String()]; ok {
			continue
		}
		q, err := s.Desk.Quote(t.Context(), s.Agent, desk.NewQuote{TicketID: crowdTicket(i), Days: 1})
		require.NoError(t, err)
		require.Empty(t, q.Offers, "who was sent away would be sent away now")
	}
	t.Logf("%d of %d agents could promise a window", len(kept), crowdAgents)
}

// An absence is entered while a crowd promises: whatever the order, nothing is
// left inside it but what had begun.
func TestAnAbsenceAmongACrowd(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Size{Technicians: 3, People: 24, Days: 1, ShiftMinutes: 240})
	var wg sync.WaitGroup
	failed := make([]error, 24)
	for i := range failed {
		id := crowdTicket(i)
		_, err := s.Desk.OpenTicket(t.Context(), s.Agent, desk.NewTicket{ID: &id, Template: "printer_fault", KeyField: "it", PersonID: stage.Name("person %d", i)})
		require.NoError(t, err)
		wg.Go(func() { _, failed[i] = promiseSomething(t.Context(), s, id) })
	}
	wg.Go(func() { enterAbsence(t, s) })
	wg.Wait()
	for _, err := range failed {
		require.NoError(t, err)
	}
	require.Zero(t, doubleBooked(t, s))
	var inside int
	require.NoError(t, s.Pool.QueryRow(t.Context(), `
		select count(*) from visits v join absences a on a.technician_id = v.technician_id
		where tstzrange(v.planned_start, v.planned_end) && tstzrange(a.absent_from, a.absent_until)`).Scan(&inside))
	require.Zero(t, inside)
}

// enterAbsence takes the first technician off for the day, asking again as long as
// the day moves under it.
func enterAbsence(t *testing.T, s *stage.Stage) {
	for range 200 {
		o, err := s.Control.TryAbsence(t.Context(), s.Dispatcher, control.NewAbsence{TechnicianID: *s.Crew[0].TechnicianID,
			From: stage.At(8, 0), Until: stage.At(18, 0)})
		if err == nil {
			_, err = s.Control.CommitAbsence(t.Context(), s.Dispatcher, "sick", o.ID)
		}
		if err == nil {
			return
		}
		if f := fault.Of(err); f == nil || f.Kind != fault.Conflict {
			t.Errorf("entering an absence: %v", err)
			return
		}
	}
	t.Error("the day never held still for an absence")
}
