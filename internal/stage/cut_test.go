package stage_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"roundsman/dispatch/control"
	"roundsman/dispatch/desk"
	"roundsman/dispatch/field"
	"roundsman/internal/stage"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
)

// cutter lets statements through until one of them, which fails as if the process
// had ended before it was sent. It sees begin and commit too.
type cutter struct {
	mu   sync.Mutex
	left int // statements that pass; below 0 it cuts none
	cut  bool
}

func (c *cutter) arm(pass int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.left, c.cut = pass, false
}

func (c *cutter) next(ctx context.Context) context.Context {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.left--
	if c.left != -1 {
		return ctx
	}
	c.cut = true
	gone, cancel := context.WithCancel(ctx)
	cancel()
	return gone
}

// A rollback says nothing that the end of a process does not say.
func (c *cutter) TraceQueryStart(ctx context.Context, _ *pgx.Conn, q pgx.TraceQueryStartData) context.Context {
	if q.SQL == "rollback" {
		return ctx
	}
	return c.next(ctx)
}

func (c *cutter) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}
func (c *cutter) TraceBatchStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceBatchStartData) context.Context {
	return c.next(ctx)
}
func (c *cutter) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}
func (c *cutter) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData)     {}

// Whatever statement an act ends at, nothing of it is written: it is done whole or
// not at all. The last run, which nothing cuts, does it.
func TestAnActIsWholeOrNothing(t *testing.T) {
	t.Parallel()
	for name, prepare := range map[string]func(*testing.T, *stage.Stage) func(*stage.Stage) error{
		"promise": func(t *testing.T, s *stage.Stage) func(*stage.Stage) error {
			_, o := offerFor(t, s, 0)
			return func(c *stage.Stage) error { return take(t, c, o) }
		},
		"replace now": func(t *testing.T, s *stage.Stage) func(*stage.Stage) error {
			choose, _ := choosing(t, s, 0)
			return func(c *stage.Stage) error { return choose(t.Context(), c) }
		},
		"deliver later": func(t *testing.T, s *stage.Stage) func(*stage.Stage) error {
			choose, _ := choosing(t, s, 1)
			return func(c *stage.Stage) error { return choose(t.Context(), c) }
		},
		"absence": func(t *testing.T, s *stage.Stage) func(*stage.Stage) error {
			_, p := promised(t, s, 0, "printer_fault")
			o, err := s.Control.TryAbsence(t.Context(), s.Dispatcher, control.NewAbsence{TechnicianID: p.Promise.TechnicianID, From: stage.At(7, 0), Until: stage.At(18, 0)})
			require.NoError(t, err)
			return func(c *stage.Stage) error {
				return errOf(c.Control.CommitAbsence(t.Context(), c.Dispatcher, "sick", o.ID))
			}
		},
		"publish": func(t *testing.T, s *stage.Stage) func(*stage.Stage) error {
			promised(t, s, 0, "printer_fault")
			opened(t, s, 2, "printer_fault")
			r := startRun(t, s, 1)
			require.NoError(t, s.Work(t.Context()))
			return func(c *stage.Stage) error { return errOf(c.Control.PublishRun(t.Context(), c.Dispatcher, r.ID)) }
		},
		"inbound call": func(t *testing.T, s *stage.Stage) func(*stage.Stage) error {
			declared(t, s)
			person := stage.Name("person 0")
			return func(c *stage.Stage) error {
				return errOf(c.Desk.StartContact(t.Context(), c.Agent, desk.NewContact{PersonID: &person, Channel: "phone", Direction: "in", Reason: "incident"}))
			}
		},
		"done": func(t *testing.T, s *stage.Stage) func(*stage.Stage) error {
			_, p := promised(t, s, 0, "printer_fault")
			publish(t, s)
			k := arrived(t, s, promise(t, s, p.Promise.ID))
			return func(c *stage.Stage) error {
				return errOf(c.Field.Done(t.Context(), c.Crew[k], p.Promise.VisitID, field.NewFact{}))
			}
		},
	} {
		t.Run(name, func(t *testing.T) { wholeOrNothing(t, prepare) })
	}
	for name, prepare := range fieldActs {
		t.Run(name, func(t *testing.T) {
			wholeOrNothing(t, func(t *testing.T, s *stage.Stage) func(*stage.Stage) error {
				_, act := prepare(t, s)
				return func(c *stage.Stage) error { return act(t.Context(), c) }
			})
		})
	}
}

// wholeOrNothing cuts an act at each of its statements.
func wholeOrNothing(t *testing.T, prepare func(*testing.T, *stage.Stage) func(*stage.Stage) error) {
	t.Parallel()
	s := stage.New(t, stage.Size{Technicians: 2, People: 6, Days: 7})
	act := prepare(t, s)
	knife := &cutter{left: -1}
	dying := stage.Over(cuttable(t, s, knife), s.Setup, s.Accounts)
	dying.Clock.Set(s.Clock.Now())
	before := digest(t, s)
	statements := 0
	for ; ; statements++ {
		knife.arm(statements)
		err := act(dying)
		if !knife.cut {
			require.NoError(t, err)
			break
		}
		require.Error(t, err, "statement %d", statements)
		require.Equal(t, before, digest(t, s), "cut at statement %d", statements)
		require.Less(t, statements, 500)
	}
	require.Greater(t, statements, 8)
	require.NotEqual(t, before, digest(t, s))
	t.Logf("cut at each of %d statements", statements)
}

// cuttable is a pool of one connection on the stage's database, with a knife in it.
func cuttable(t *testing.T, s *stage.Stage, knife *cutter) *pgxpool.Pool {
	t.Helper()
	cfg := s.Pool.Config()
	cfg.MaxConns, cfg.ConnConfig.Tracer = 1, knife
	pool, err := pgxpool.NewWithConfig(t.Context(), cfg)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	return pool
}

// choosing plays up to the choice of an option and gives the choice, and
// whose it is.
func choosing(t *testing.T, s *stage.Stage, option int) (func(context.Context, *stage.Stage) error, int) {
	t.Helper()
	_, p := promised(t, s, 0, "virus_cleanup")
	promised(t, s, 3, "printer_fault")
	publish(t, s)
	k := arrived(t, s, promise(t, s, p.Promise.ID))
	offer, err := s.Field.Offer(t.Context(), s.Crew[k], p.Promise.VisitID)
	require.NoError(t, err)
	require.NotNil(t, offer.Options[option].Outcome)
	s.Clock.Set(s.Clock.Now().Add(time.Minute))
	return func(ctx context.Context, c *stage.Stage) error {
		return errOf(c.Field.Choose(ctx, c.Crew[k], offer.Set.ID, field.NewChoice{OptionID: offer.Options[option].Option.ID, ChosenBy: "customer"}))
	}, k
}
