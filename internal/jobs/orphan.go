package jobs

import (
	"context"
	"fmt"
	"hash/fnv"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

const lookForOrphansEvery = 3 * time.Second

// rescuer finds the work of servers that were killed. River can only tell by the
// time that a job has been running, which for a plan run is half an hour. We ask
// the database instead: every client holds a lock named after it, on a session of
// its own, and PostgreSQL drops that with the process. A client whose lock can be
// had is dead: its work is free again, and the election of River's leader is, too.
//
// If only the session was lost, work is done twice at worst.
type rescuer struct {
	pool *pgxpool.Pool
	id   string // of our client
	log  *slog.Logger

	cancel context.CancelFunc
	ended  chan struct{}
}

func newRescuer(pool *pgxpool.Pool, id string, log *slog.Logger) *rescuer {
	return &rescuer{pool: pool, id: id, log: log}
}

// start takes our lock before we take any work.
func (r *rescuer) start(ctx context.Context) error {
	conn, err := r.connect(ctx)
	if err != nil {
		return err
	}
	if err := rescueOrphans(ctx, conn, r.id); err != nil {
		hangUp(conn)
		return err
	}
	ctx, r.cancel = context.WithCancel(context.WithoutCancel(ctx)) // outlives the work
	r.ended = make(chan struct{})
	go func() {
		defer close(r.ended)
		r.run(ctx, conn)
	}()
	return nil
}

// stop gives our lock back; we do no more work.
func (r *rescuer) stop() {
	if r.cancel != nil {
		r.cancel()
		<-r.ended
	}
}

func (r *rescuer) run(ctx context.Context, conn *pgx.Conn) {
	ticker := time.NewTicker(lookForOrphansEvery)
	defer ticker.Stop()
	for down := false; ; {
		select {
		case <-ctx.Done():
			if conn != nil {
				hangUp(conn)
			}
			return
		case <-ticker.C:
		}
		var err error
		if conn == nil {
			conn, err = r.connect(ctx)
		}
		if err == nil {
			err = rescueOrphans(ctx, conn, r.id)
		}
		if err == nil {
			down = false
		} else if ctx.Err() == nil {
			if !down { // said once
				r.log.WarnContext(ctx, "looking for the work of killed servers, it is tried again", "error", err)
			}
			down = true
			if conn != nil {
				hangUp(conn)
				conn = nil
			}
		}
	}
}

func (r *rescuer) connect(ctx context.Context) (*pgx.Conn, error) {
	config := r.pool.Config().ConnConfig.Copy()
	config.RuntimeParams["application_name"] = "roundsman-jobs"
	for setting, value := range map[string]string{"tcp_keepalives_idle": "5", "tcp_keepalives_interval": "5", "tcp_keepalives_count": "3"} {
		config.RuntimeParams[setting] = value
	}
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("connecting for jobs: %w", err)
	}
	var ours bool
	err = conn.QueryRow(ctx, `select pg_try_advisory_lock($1)`, lockOf(r.id)).Scan(&ours)
	if err != nil {
		hangUp(conn)
		return nil, fmt.Errorf("saying that we live: %w", err)
	}
	// Not ours: somebody is just looking whether we live, and finds that we do
	// not. The lock is had at the next look.
	if !ours {
		hangUp(conn)
		return nil, fmt.Errorf("another session holds the lock of client %s", r.id)
	}
	return conn, nil
}

// rescueOrphans frees the work of clients that are dead.
func rescueOrphans(ctx context.Context, conn *pgx.Conn, us string) error {
	rows, err := conn.Query(ctx, `
		select attempted_by[array_upper(attempted_by, 1)] from river_job where state = 'running'
		union select leader_id from river_leader`)
	if err != nil {
		return fmt.Errorf("listing who works: %w", err)
	}
	clients, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return fmt.Errorf("listing who works: %w", err)
	}
	for _, client := range clients {
		if client == us {
			continue
		}
		if err := rescueFrom(ctx, conn, client); err != nil {
			return fmt.Errorf("taking over from client %s: %w", client, err)
		}
	}
	return nil
}

// rescueFrom frees a client's work if it is dead. The lock taken for that ends
// with the transaction.
func rescueFrom(ctx context.Context, conn *pgx.Conn, client string) error {
	return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		var dead bool
		if err := tx.QueryRow(ctx, `select pg_try_advisory_xact_lock($1)`, lockOf(client)).Scan(&dead); err != nil || !dead {
			return err
		}
		// What was tried as often as it may be is what kills servers.
		_, err := tx.Exec(ctx, `
			update river_job set
			    state = (case when attempt < max_attempts then 'available' else 'discarded' end)::river_job_state,
			    finalized_at = case when attempt < max_attempts then null else now() end,
			    scheduled_at = case when attempt < max_attempts then now() else scheduled_at end
			 where state = 'running' and attempted_by[array_upper(attempted_by, 1)] = $1`, client)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `delete from river_leader where leader_id = $1`, client)
		return err
	})
}

func lockOf(client string) int64 {
	hash := fnv.New64a()
	_, _ = hash.Write([]byte("jobs client " + client))
	return int64(hash.Sum64())
}

// hangUp closes a connection whose context may have ended.
func hangUp(conn *pgx.Conn) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = conn.Close(ctx)
}
