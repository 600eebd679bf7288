package postgres_test

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"testing"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/events"
	"roundsman/internal/ids"
	"roundsman/internal/pgtest"
	"roundsman/internal/postgres"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func event(subject ids.ID, name string) dispatch.Event {
	return dispatch.Event{ID: ids.New(), Name: name, SubjectKind: "visit", SubjectID: subject, At: noon}
}

func emit(t testing.TB, pool *pgxpool.Pool, list ...dispatch.Event) {
	t.Helper()
	require.NoError(t, pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) error {
		return postgres.Emit(t.Context(), tx, list...)
	}))
}

// background runs something until the test ends.
func background(t *testing.T, run func(context.Context) error) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- run(ctx) }()
	t.Cleanup(func() { cancel(); require.NoError(t, <-ended) })
}

func sequencer(t *testing.T, pool *pgxpool.Pool) *postgres.Sequencer {
	t.Helper()
	s := postgres.NewSequencer(pool, slog.New(slog.DiscardHandler))
	background(t, s.Run)
	return s
}

// follow collects n events from a hub.
func follow(t *testing.T, from <-chan dispatch.Event, n int) (list []dispatch.Event) {
	t.Helper()
	for len(list) < n {
		select {
		case e, open := <-from:
			require.True(t, open)
			list = append(list, e)
		case <-time.After(30 * time.Second):
			require.FailNow(t, "only part of the events came", "%d of %d", len(list), n)
		}
	}
	return list
}

func TestAnEventComesOutAsItWentIn(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	actor, technician, region := ids.New(), ids.New(), ids.New()
	in := event(ids.New(), "visit.moved")
	in.ActorID, in.TechnicianID, in.RegionID, in.Data = &actor, &technician, &region, []byte(`{"to": "10:30"}`)
	bare := event(in.SubjectID, "visit.cancelled")
	emit(t, pool, in, bare)
	sequencer(t, pool).Wake()
	log := postgres.NewEventLog(pool)
	hub := events.NewHub(log, slog.New(slog.DiscardHandler))
	background(t, hub.Run)

	out := follow(t, hub.Subscribe(t.Context(), 0, func(dispatch.Event) bool { return true }), 2)

	one, two := int64(1), int64(2)
	in.Position, bare.Position, bare.Data = &one, &two, []byte(`{}`)
	require.Equal(t, []dispatch.Event{in, bare}, out)
	latest, err := log.Latest(t.Context())
	require.NoError(t, err)
	require.Equal(t, int64(2), latest)
}

func TestARolledBackEventNeverWas(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	subject := ids.New()
	tx, err := pool.Begin(t.Context())
	require.NoError(t, err)
	require.NoError(t, postgres.Emit(t.Context(), tx, event(subject, "visit.moved")))
	require.NoError(t, tx.Rollback(t.Context()))
	emit(t, pool, event(subject, "visit.cancelled"))

	require.Equal(t, int64(1), postgres.StampNow(t, pool))

	require.Equal(t, 1, number(t, pool, `select max(subject_seq) from events`), "no gap in the subject's order either")
}

// TestClocksThatDiffer has the second of two events made by a server whose clock
// is behind: its id sorts before the first one's.
func TestClocksThatDifferDoNotTurnASubjectsOrder(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	subject, other := ids.New(), ids.New()
	early, middle, late := ids.New(), ids.New(), ids.New()
	first, between, second := event(subject, "first"), event(other, "between"), event(subject, "second")
	first.ID, between.ID, second.ID = late, middle, early
	emit(t, pool, first)
	emit(t, pool, between)
	emit(t, pool, second)

	require.Equal(t, int64(3), postgres.StampNow(t, pool))

	list, err := postgres.NewEventLog(pool).After(t.Context(), 0, 10)
	require.NoError(t, err)
	require.Len(t, list, 3)
	require.Equal(t, []string{"between", "first", "second"}, []string{list[0].Name, list[1].Name, list[2].Name})
	// The guard's twin: in the order of the ids, the subject's would be turned.
	require.Equal(t, "second", text(t, pool, `select name from events order by id limit 1`))
}

func text(t *testing.T, pool *pgxpool.Pool, sql string) (s string) {
	t.Helper()
	require.NoError(t, pool.QueryRow(t.Context(), sql).Scan(&s))
	return s
}

func TestALongTransactionHoldsUpOnlyItself(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	long, err := pool.Begin(t.Context())
	require.NoError(t, err)
	require.NoError(t, postgres.Emit(t.Context(), long, event(ids.New(), "long")))
	emit(t, pool, event(ids.New(), "short"))

	require.Equal(t, int64(1), postgres.StampNow(t, pool), "the short one does not wait")
	require.NoError(t, long.Commit(t.Context()))
	require.Equal(t, int64(1), postgres.StampNow(t, pool), "and the long one is not lost behind it")
	require.Zero(t, postgres.StampNow(t, pool))

	list, err := postgres.NewEventLog(pool).After(t.Context(), 0, 10)
	require.NoError(t, err)
	require.Equal(t, "short", list[0].Name)
	require.Equal(t, "long", list[1].Name)
}

// TestNothingIsLostUnderFire has writers of few subjects commit in all orders and
// roll back, three servers' sequencers, and a killer of whichever is elected. A
// reader from the start and one that is cut again and again see every committed
// event once, densely, each subject's in its order.
func TestNothingIsLostUnderFire(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	const writers, rounds, subjects = 5, 60, 4
	servers := []*postgres.Sequencer{sequencer(t, pool), sequencer(t, pool), sequencer(t, pool)}
	hub := events.NewHub(postgres.NewEventLog(pool), slog.New(slog.DiscardHandler))
	background(t, hub.Run)
	all := func(dispatch.Event) bool { return true }
	whole := hub.Subscribe(t.Context(), 0, all)

	subject := make([]ids.ID, subjects)
	for i := range subject {
		subject[i] = ids.New()
	}
	var work errgroup.Group
	committed := make([]int, writers)
	for w := range writers {
		work.Go(func() error {
			rng := rand.New(rand.NewPCG(7, uint64(w)))
			for r := range rounds {
				tx, err := pool.Begin(t.Context())
				if err != nil {
					return err
				}
				list := []dispatch.Event{
					event(subject[rng.IntN(subjects)], fmt.Sprintf("%d.%d", w, r)),
					event(subject[rng.IntN(subjects)], fmt.Sprintf("%d.%d", w, r)),
					event(ids.New(), fmt.Sprintf("%d.%d", w, r)),
				}
				if err := postgres.Emit(t.Context(), tx, list...); err != nil {
					return fmt.Errorf("round %d of writer %d: %w", r, w, err)
				}
				if r%10 == w { // a long one, holding two subjects
					if _, err := tx.Exec(t.Context(), `select pg_sleep(0.05)`); err != nil {
						return err
					}
				}
				if rng.IntN(5) == 0 {
					err = tx.Rollback(t.Context())
				} else {
					err = tx.Commit(t.Context())
					committed[w] += len(list)
				}
				if err != nil {
					return err
				}
				servers[rng.IntN(len(servers))].Wake()
			}
			return nil
		})
	}
	for range 8 {
		require.Eventually(t, func() bool { // somebody is elected, and is killed
			var n int
			err := pool.QueryRow(t.Context(), `
				select count(pg_terminate_backend(l.pid)) from pg_locks l join pg_database d on d.oid = l.database
				 where d.datname = current_database() and l.locktype = 'advisory' and l.granted`).Scan(&n)
			return err == nil && n == 1
		}, 20*time.Second, 5*time.Millisecond)
	}
	require.NoError(t, work.Wait())
	total := 0
	for _, n := range committed {
		total += n
	}

	list := follow(t, whole, total)
	var resumed []dispatch.Event
	for last := int64(0); len(resumed) < total; {
		ctx, cut := context.WithCancel(t.Context())
		part := follow(t, hub.Subscribe(ctx, last, all), min(37, total-len(resumed)))
		cut()
		resumed = append(resumed, part...)
		last = *part[len(part)-1].Position
	}

	require.Equal(t, list, resumed)
	require.Equal(t, total, number(t, pool, `select count(*) from events`), "every committed event, and no other")
	for i, e := range list {
		require.EqualValues(t, i+1, *e.Position)
	}
	require.Zero(t, number(t, pool, `
		select count(*) from events e join events later on later.subject_id = e.subject_id and later.subject_seq > e.subject_seq
		 where later.position < e.position`), "a subject's order turned")
}

func TestOnlyOneSequencerIsElected(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	for range 3 {
		sequencer(t, pool)
	}
	elected := func() int {
		return number(t, pool, `
			select count(*) from pg_locks l join pg_database d on d.oid = l.database
			 where d.datname = current_database() and l.locktype = 'advisory' and l.granted`)
	}
	require.Eventually(t, func() bool {
		return elected() == 1 && number(t, pool, `select count(*) from pg_stat_activity where datname = current_database() and application_name = 'roundsman-sequencer'`) == 3
	}, 10*time.Second, 5*time.Millisecond)
	require.Equal(t, 1, elected())
}

func TestTheStoreEmitsAtTheEndAndWakes(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	store := postgres.NewStore(pool)
	woken := 0
	store.WakeFunc = func() { woken++ }
	subject := ids.New()

	require.NoError(t, store.Write(t.Context(), func(tx dispatch.Tx) error {
		require.NoError(t, tx.Emit(t.Context(), event(subject, "visit.moved")))
		return tx.Emit(t.Context(), event(subject, "visit.cancelled"))
	}))
	require.Equal(t, 1, woken)
	require.Equal(t, "visit.moved visit.cancelled", text(t, pool, `select string_agg(name, ' ' order by subject_seq) from events`))

	require.ErrorContains(t, store.Write(t.Context(), func(tx dispatch.Tx) error {
		require.NoError(t, tx.Emit(t.Context(), event(subject, "visit.lost")))
		return fmt.Errorf("refused")
	}), "refused")
	require.NoError(t, store.Write(t.Context(), func(dispatch.Tx) error { return nil }))
	require.Equal(t, 1, woken, "nothing happened, nobody is woken")
	require.Equal(t, 2, number(t, pool, `select count(*) from events`))
}
