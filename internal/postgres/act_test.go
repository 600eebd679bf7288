package postgres_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/fault"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"
)

func act(key string, request byte) *dispatch.Act {
	return &dispatch.Act{Principal: name("anna"), Key: key, Request: [32]byte{request}, Render: func(result any) (dispatch.Answer, error) {
		body, err := json.Marshal(result)
		return dispatch.Answer{Status: 201, Header: map[string]string{"Location": "/v1/x"}, Body: body}, err
	}}
}

// promiseOnce is a use case that may be repeated.
func (w *world) promiseOnce(ctx context.Context) error {
	return w.Write(ctx, func(tx dispatch.Tx) error {
		p := promise("gil")
		if err := tx.AddPromise(ctx, p); err != nil {
			return err
		}
		return tx.Answer(ctx, map[string]any{"b": 1, "a": p.ID})
	})
}

func TestAnActIsDoneOnceAndAnsweredAlike(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := dispatch.WithAct(t.Context(), act("k1", 1))
	require.NoError(t, w.promiseOnce(ctx))
	kept, request, found, err := w.FindAct(ctx, name("anna"), "k1")
	require.NoError(t, err)
	require.True(t, found)
	require.Equal(t, [32]byte{1}, request)

	var again *dispatch.Replay
	require.ErrorAs(t, w.promiseOnce(ctx), &again)
	require.Equal(t, kept, again.Answer)
	require.Equal(t, 201, again.Answer.Status)
	require.Equal(t, map[string]string{"Location": "/v1/x"}, again.Answer.Header)
	require.Contains(t, string(again.Answer.Body), `"b":1`)
	require.Equal(t, 1, w.count(t, `select count(*) from promises`))

	err = w.promiseOnce(dispatch.WithAct(t.Context(), act("k1", 2)))
	require.Equal(t, "key_reused", fault.CodeOf(err))
	require.Equal(t, fault.Invalid, fault.Of(err).Kind)
	// Without an act nothing stands between, and the guard behind says so.
	require.Equal(t, "promise_taken", fault.CodeOf(w.promiseOnce(dispatch.WithAct(t.Context(), nil))))
	other := act("k1", 1)
	other.Principal = name("dora")
	require.Equal(t, "promise_taken", fault.CodeOf(w.promiseOnce(dispatch.WithAct(t.Context(), other))), "keys are each principal's own")
	_, _, found, err = w.FindAct(ctx, name("dora"), "k1")
	require.NoError(t, err)
	require.False(t, found, "what failed was not done")
}

func TestAnActInFlightIsNotDoneTwice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := dispatch.WithAct(t.Context(), act("k", 1))
	begun, finish, done := make(chan struct{}), make(chan struct{}), make(chan error)
	go func() {
		done <- w.Write(ctx, func(tx dispatch.Tx) error {
			close(begun)
			<-finish
			return tx.Answer(ctx, "first")
		})
	}()
	<-begun
	require.Equal(t, "key_in_flight", fault.CodeOf(w.promiseOnce(ctx)))
	close(finish)
	require.NoError(t, <-done)
	var again *dispatch.Replay
	require.ErrorAs(t, w.promiseOnce(ctx), &again)
	require.Equal(t, `"first"`, string(again.Answer.Body))
}

func TestOldActsAreForgotten(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := dispatch.WithAct(t.Context(), act("k", 1))
	require.NoError(t, w.promiseOnce(ctx))
	w.exec(t, `update acts set at = $1`, now)
	n, err := w.DropActs(ctx, now)
	require.NoError(t, err)
	require.Zero(t, n)
	n, err = w.DropActs(ctx, now.Add(time.Second))
	require.NoError(t, err)
	require.Equal(t, int64(1), n)
}

// A connection that breaks at the commit leaves it open what happened. It is
// never called a success, and repeating with the same key gives the truth.
func TestACommitThatIsUnclearIsNeverASuccess(t *testing.T) {
	t.Parallel()
	for _, happened := range []bool{true, false} {
		w := newWorld(t)
		ctx := dispatch.WithAct(t.Context(), act("k", 1))
		w.BreakCommit(func(ctx context.Context, tx pgx.Tx) error {
			if happened {
				require.NoError(t, tx.Commit(ctx))
			}
			return errors.New("unexpected EOF")
		})
		err := w.promiseOnce(ctx)
		require.Equal(t, "commit_unclear", fault.CodeOf(err))
		require.Equal(t, fault.Unavailable, fault.Of(err).Kind)
		w.BreakCommit(func(ctx context.Context, tx pgx.Tx) error { return tx.Commit(ctx) })
		err = w.promiseOnce(ctx)
		var again *dispatch.Replay
		require.Equal(t, happened, errors.As(err, &again))
		require.Equal(t, 1, w.count(t, `select count(*) from promises`))
	}
}

// The same with a real connection that is torn from outside.
func TestASessionKilledMidwayIsNoSuccess(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.BreakCommit(func(ctx context.Context, tx pgx.Tx) error {
		_, err := w.pool.Exec(ctx, `select pg_terminate_backend($1)`, tx.Conn().PgConn().PID())
		require.NoError(t, err)
		return tx.Commit(ctx)
	})
	err := w.promiseOnce(t.Context())
	require.Equal(t, "commit_unclear", fault.CodeOf(err))
	require.Zero(t, w.count(t, `select count(*) from promises`))
}

func TestWriteIsRepeatedWhenItGotInAnothersWay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tries := 0
	run := func(visit string) error {
		return w.Write(t.Context(), func(tx dispatch.Tx) error {
			tries++
			if err := tx.AddPromise(t.Context(), promise(visit)); err != nil {
				return err
			}
			if tries < 3 {
				return &pgconn.PgError{Code: "40P01", Message: "deadlock detected"}
			}
			return nil
		})
	}
	require.NoError(t, run("gil"))
	require.Equal(t, 3, tries)
	require.Equal(t, 1, w.count(t, `select count(*) from promises`), "what was tried before left nothing")

	tries = -1000
	require.Equal(t, "database_busy", fault.CodeOf(run("mia")))
	require.Equal(t, -1000+6, tries)
}

// Two who lock the same two visits in different orders: PostgreSQL ends one of
// them, Write runs it again, and both are done.
func TestARealDeadlockIsResolved(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	done := make(chan error, 2)
	firstLocks := make(chan struct{}, 2)
	go1, go2 := make(chan struct{}), make(chan struct{})
	cross := func(first, second string, wait chan struct{}) {
		tried := false
		done <- w.Write(t.Context(), func(tx dispatch.Tx) error {
			if _, err := tx.LockVisit(t.Context(), name(first)); err != nil {
				return err
			}
			if !tried {
				tried = true
				firstLocks <- struct{}{}
				<-wait
			}
			_, err := tx.LockVisit(t.Context(), name(second))
			return err
		})
	}
	go cross("gil visit", "mia visit", go1)
	go cross("mia visit", "gil visit", go2)
	<-firstLocks
	<-firstLocks
	close(go1)
	close(go2)
	require.NoError(t, <-done)
	require.NoError(t, <-done)
}

func TestAReadSeesOneSnapshotAndWritesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.read(t, func(ctx context.Context, tx dispatch.Tx) {
		before, err := tx.Visit(ctx, name("gil visit"))
		require.NoError(t, err)
		w.write(t, func(ctx context.Context, tx dispatch.Tx) { require.NoError(t, tx.Place(ctx, place("tess", 1, "gil"))) })
		after, err := tx.Visit(ctx, name("gil visit"))
		require.NoError(t, err)
		require.Equal(t, before, after)
	})
	require.ErrorContains(t, w.Read(t.Context(), func(tx dispatch.Tx) error { return tx.AddPromise(t.Context(), promise("gil")) }), "read-only")
}

func TestWhatIsNotThereIsSaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := promise("gil")
	p.PersonID = name("nobody")
	err := w.Write(t.Context(), func(tx dispatch.Tx) error { return tx.AddPromise(t.Context(), p) })
	require.Equal(t, "reference_missing", fault.CodeOf(err))
	w.read(t, func(ctx context.Context, tx dispatch.Tx) {
		for code, err := range map[string]error{
			"visit_not_found":    second(tx.Visit(ctx, name("x"))),
			"plan_run_not_found": second(tx.PlanRun(ctx, name("x"))),
			"item_not_found":     second(tx.Item(ctx, name("x"))),
			"shift_not_found":    second(tx.ShiftOn(ctx, name("tess"), "2026-03-14")),
		} {
			require.Equal(t, code, fault.CodeOf(err))
			require.Equal(t, fault.NotFound, fault.Of(err).Kind)
		}
	})
}

func second[T any](_ T, err error) error { return err }
