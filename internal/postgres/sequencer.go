package postgres

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/sync/errgroup"
)

const (
	sequencerLock  = 0x726f756e_6473_6571 // "roundseq"
	stampAtOnce    = 5000                 // events
	candidateEvery = time.Second          // to ask whether the sequencer's place is free
	stampPatience  = 20 * time.Second     // for one statement
)

// Sequencer gives committed events their positions: 1, 2, 3, ... without a gap,
// each subject's in the order of its commits. Every server runs one; the
// database elects which of them works.
//
// Why not use the ids as the cursor: an event may be committed long after one
// with a larger id was read. And why not wait for all older transactions: one
// long transaction would hold up everybody's events.
//
// The work is done on the session that holds the election's lock. If that
// session is lost, so is the statement it ran, before anybody else is elected.
type Sequencer struct {
	pool *pgxpool.Pool
	log  *slog.Logger
	wake chan struct{}
}

// NewSequencer makes one. It works while Run does.
func NewSequencer(pool *pgxpool.Pool, log *slog.Logger) *Sequencer {
	return &Sequencer{pool: pool, log: log, wake: make(chan struct{}, 1)}
}

// Wake says that events were committed. It does not wait; many calls in a row
// become one word to whoever is elected. Forgetting it costs a second.
func (s *Sequencer) Wake() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Run stamps events, or stands by to, until ctx ends. It survives the loss of
// its connection.
func (s *Sequencer) Run(ctx context.Context) error {
	var parts errgroup.Group
	parts.Go(func() error { s.passOn(ctx); return nil })
	parts.Go(func() error {
		for down := false; ctx.Err() == nil; rest(ctx, candidateEvery) {
			connected, err := s.serve(ctx)
			if down = down && !connected; err != nil && ctx.Err() == nil && !down {
				s.log.WarnContext(ctx, "the event sequencer has no database, it tries again every second", "error", err)
				down = true // said once
			}
		}
		return nil
	})
	return parts.Wait()
}

// passOn tells the elected sequencer what Wake was told.
func (s *Sequencer) passOn(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.wake:
		}
		if _, err := s.pool.Exec(ctx, `select pg_notify($1, '')`, eventsWritten); err != nil && ctx.Err() == nil {
			s.log.WarnContext(ctx, "waking the event sequencer", "error", err)
		}
	}
}

// serve stands for election, and works once elected, on one session.
func (s *Sequencer) serve(ctx context.Context) (connected bool, err error) {
	conn, err := listen(ctx, s.pool, "roundsman-sequencer", eventsWritten)
	if err != nil {
		return false, err
	}
	defer hangUp(conn)
	for elected := false; !elected; {
		if err := conn.QueryRow(ctx, `select pg_try_advisory_lock($1)`, int64(sequencerLock)).Scan(&elected); err != nil {
			return true, fmt.Errorf("standing for election: %w", err)
		}
		if !elected && !rest(ctx, candidateEvery) {
			return true, nil
		}
	}
	for {
		n, err := stamp(ctx, conn)
		if err != nil {
			return true, err
		}
		if n == stampAtOnce {
			continue
		}
		if err := hear(ctx, conn); err != nil {
			return true, err
		}
	}
}

// stamp gives positions to what is committed and has none, and says to how many
// it did.
//
// Ids sort by the clocks of the servers that made them, and those differ: an
// event goes after all earlier ones of its subject, whatever their ids. The
// limit cuts the list in its final order, so that it never parts a later event
// of a subject from an earlier one.
func stamp(ctx context.Context, conn *pgx.Conn) (int64, error) {
	ctx, cancel := context.WithTimeout(ctx, stampPatience)
	defer cancel()
	tag, err := conn.Exec(ctx, `
		with waiting as (
		    select id, subject_seq,
		           max(id::text) over (partition by subject_id order by subject_seq) as turn
		      from events where position is null
		), queued as (
		    select id, row_number() over (order by turn, subject_seq) as n
		      from waiting order by turn, subject_seq limit $1
		), told as (
		    select pg_notify($2, '') where exists (select from queued)
		)
		update events set position = (select coalesce(max(position), 0) from events) + queued.n
		  from queued, told where events.id = queued.id`, stampAtOnce, eventsStamped)
	if err != nil {
		return 0, fmt.Errorf("stamping events: %w", err)
	}
	return tag.RowsAffected(), nil
}

// rest waits a while; false when ctx ended meanwhile.
func rest(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
