package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/access"
	"roundsman/internal/clock"
	"roundsman/internal/fault"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Store keeps everything of the domain in PostgreSQL.
type Store struct {
	pool *pgxpool.Pool
	// machine tells when an act was answered. Acts live in machine time, as
	// tokens and leases do, not in the domain's.
	machine clock.Clock
	// EnqueueFunc puts follow-up work into the queue, in the transaction. Without
	// it Enqueue is an error.
	EnqueueFunc func(ctx context.Context, tx pgx.Tx, j dispatch.Job) error
	// WakeFunc is called after a commit that emitted events, to have them numbered
	// at once (Sequencer.Wake). It must not wait.
	WakeFunc func()
	// commit ends a transaction; tests put a torn connection here.
	commit func(ctx context.Context, tx pgx.Tx) error
}

var (
	_ dispatch.Store  = (*Store)(nil)
	_ dispatch.Tx     = (*tx)(nil)
	_ access.Accounts = (*Store)(nil)
)

// NewStore keeps everything behind the pool.
func NewStore(pool *pgxpool.Pool) *Store {
	return &Store{
		pool:    pool,
		machine: clock.System{},
		commit:  func(ctx context.Context, tx pgx.Tx) error { return tx.Commit(ctx) },
	}
}

// tx is one transaction; its methods stand in the files of their nouns.
type tx struct {
	pgx.Tx
	store   *Store
	emitted []dispatch.Event // to be written before the commit
}

const (
	beginRead  = `begin isolation level repeatable read read only`
	beginWrite = `begin isolation level read committed`

	// commitTime is how long a commit may take. It is not cut short when the
	// caller goes away: half of an answer is worse than one that nobody reads.
	commitTime = 10 * time.Second
	// attempts is how often a Write is tried when it got in another's way.
	attempts = 6
)

// Read gives fn one snapshot of everything.
func (s *Store) Read(ctx context.Context, fn func(dispatch.Tx) error) error {
	t, err := s.begin(ctx, beginRead)
	if err != nil {
		return err
	}
	defer rollback(ctx, t)
	return fn(t)
}

// Write runs fn in a transaction. When the database ends the transaction because
// it got in another's way, fn runs again from the start: it has no effects but
// those through its Tx.
//
// Codes: "commit_unclear" when the connection broke while committing;
// "database_busy", "database_unavailable"; those of constraints; "key_in_flight",
// "key_reused" and *dispatch.Replay where the context carries an act.
func (s *Store) Write(ctx context.Context, fn func(dispatch.Tx) error) error {
	var err error
	for try := range attempts {
		if try > 0 {
			pause := time.NewTimer(time.Duration(try*try) * 3 * time.Millisecond)
			select {
			case <-ctx.Done():
				pause.Stop()
				return err
			case <-pause.C:
			}
		}
		if err = s.writeOnce(ctx, fn); err == nil || !mayRetry(err) {
			return err
		}
	}
	return fault.New(fault.Unavailable, "database_busy", "others changed the same things again and again; repeat in a moment").Because(err)
}

func (s *Store) writeOnce(ctx context.Context, fn func(dispatch.Tx) error) error {
	t, err := s.begin(ctx, beginWrite)
	if err != nil {
		return err
	}
	defer rollback(ctx, t)
	if act := dispatch.ActOf(ctx); act != nil {
		if err := t.claim(ctx, act); err != nil {
			return err
		}
	}
	if err := fn(t); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err // nobody waits for it; nothing was changed
	}
	if err := Emit(ctx, t.Tx, t.emitted...); err != nil {
		return err
	}
	commitCtx, cancel := context.WithTimeout(context.WithoutCancel(ctx), commitTime)
	defer cancel()
	err = s.commit(commitCtx, t.Tx)
	var refusal *pgconn.PgError
	switch {
	case err == nil:
		if len(t.emitted) > 0 && s.WakeFunc != nil {
			s.WakeFunc()
		}
		return nil
	case errors.As(err, &refusal) && !gone(refusal):
		return failed(err, "committing")
	case errors.Is(err, pgx.ErrTxCommitRollback):
		return fmt.Errorf("committing after a failed statement: %w", err)
	default:
		return fault.New(fault.Unavailable, "commit_unclear",
			"the connection to the database broke while this was being saved, so it may or may not be done; repeat it with the same Idempotency-Key to know").Because(err)
	}
}

func (s *Store) begin(ctx context.Context, query string) (*tx, error) {
	t, err := s.pool.BeginTx(ctx, pgx.TxOptions{BeginQuery: query})
	if err != nil {
		return nil, failed(err, "beginning a transaction")
	}
	return &tx{Tx: t, store: s}, nil
}

// rollback after a commit does nothing.
func rollback(ctx context.Context, t *tx) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), commitTime)
	defer cancel()
	_ = t.Tx.Rollback(ctx)
}

// Enqueue asks for follow-up work after the commit.
func (t *tx) Enqueue(ctx context.Context, j dispatch.Job) error {
	if t.store.EnqueueFunc == nil {
		return fault.New(fault.Internal, "no_queue", "there is no queue for a job of kind %s", j.Kind)
	}
	return failed(t.store.EnqueueFunc(ctx, t.Tx, j), "enqueueing a %s", j.Kind)
}

// querier is a pool or a transaction.
type querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
}

// list reads rows into structs by the names of their columns.
func list[T any](ctx context.Context, q querier, doing, sql string, args ...any) ([]T, error) {
	rows, err := q.Query(ctx, sql, args...)
	if err != nil {
		return nil, failed(err, doing)
	}
	out, err := pgx.CollectRows(rows, pgx.RowToStructByName[T])
	return out, failed(err, doing)
}

// one reads exactly one row; without one the fault says that the noun is not
// there.
func one[T any](ctx context.Context, q querier, noun, sql string, args ...any) (T, error) {
	out, found, err := maybe[T](ctx, q, noun, sql, args...)
	if err == nil && !found {
		err = notFound(noun)
	}
	return out, err
}

// maybe reads one row or none.
func maybe[T any](ctx context.Context, q querier, noun, sql string, args ...any) (out T, found bool, err error) {
	rows, err := q.Query(ctx, sql, args...)
	if err != nil {
		return out, false, failed(err, "reading one %s", noun)
	}
	out, err = pgx.CollectOneRow(rows, pgx.RowToStructByName[T])
	if errors.Is(err, pgx.ErrNoRows) {
		return out, false, nil
	}
	return out, err == nil, failed(err, "reading one %s", noun)
}

// saved reads what an update with an expected version gives back.
func saved[T any](ctx context.Context, q querier, noun, sql string, args ...any) (T, error) {
	out, found, err := maybe[T](ctx, q, noun, sql, args...)
	if err == nil && !found {
		err = fault.New(fault.Stale, "version_stale", "this %s was changed meanwhile; read it again and repeat", words(noun))
	}
	return out, err
}

// exec runs a statement and tells how many rows it touched.
func exec(ctx context.Context, q querier, doing, sql string, args ...any) (int64, error) {
	tag, err := q.Exec(ctx, sql, args...)
	return tag.RowsAffected(), failed(err, doing)
}

// run is exec where the number does not matter.
func run(ctx context.Context, q querier, doing, sql string, args ...any) error {
	_, err := exec(ctx, q, doing, sql, args...)
	return err
}
