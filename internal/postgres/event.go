package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/ids"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Channels of LISTEN and NOTIFY. Both only save waiting: who misses a word finds
// the events a second later.
const (
	eventsWritten = "events_written" // to the sequencer: some were committed
	eventsStamped = "events_stamped" // to the readers: some have a position
)

// listenPatience is how long a listener waits for a word before it looks.
const listenPatience = time.Second

// Emit writes events in the transaction of what they tell of; they get their
// positions after the commit (see Sequencer). Each subject's row in
// event_subjects is held from here to the commit, which makes the order of a
// subject's events that of its commits. So emit last, and all of a transaction
// at once: the rows are taken in the order of their ids, and nobody waits long.
//
// It does not NOTIFY: that would let one transaction commit at a time, in the
// whole database. Call Sequencer.Wake after the commit instead.
func Emit(ctx context.Context, tx pgx.Tx, events ...dispatch.Event) error {
	if len(events) == 0 {
		return nil
	}
	n := len(events)
	var (
		id, subject               = make([]ids.ID, n), make([]ids.ID, n)
		name, kind, data          = make([]string, n), make([]string, n), make([]string, n)
		at                        = make([]time.Time, n)
		actor, technician, region = make([]*ids.ID, n), make([]*ids.ID, n), make([]*ids.ID, n)
	)
	for i, e := range events {
		if e.ID == ids.Nil {
			e.ID = ids.New()
		}
		if len(e.Data) == 0 {
			e.Data = json.RawMessage("{}")
		}
		id[i], name[i], kind[i], subject[i], at[i] = e.ID, e.Name, e.SubjectKind, e.SubjectID, e.At
		actor[i], technician[i], region[i], data[i] = e.ActorID, e.TechnicianID, e.RegionID, string(e.Data)
	}
	_, err := tx.Exec(ctx, `
		with given as (
		    select * from unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::timestamptz[],
		                         $6::uuid[], $7::uuid[], $8::uuid[], $9::text[])
		    with ordinality as g (id, name, subject_kind, subject_id, at, actor_id, technician_id, region_id, data, n)
		), counted as (
		    select subject_id, count(*) as count from given group by subject_id
		), drawn as (
		    insert into event_subjects as s (subject_id, last_seq)
		    select subject_id, count from counted order by subject_id
		    on conflict (subject_id) do update set last_seq = s.last_seq + excluded.last_seq
		    returning subject_id, last_seq
		)
		insert into events (id, name, subject_kind, subject_id, subject_seq, at, actor_id, technician_id, region_id, data)
		select id, name, subject_kind, subject_id,
		       last_seq - count + row_number() over (partition by subject_id order by n),
		       at, actor_id, technician_id, region_id, data::jsonb
		  from given join counted using (subject_id) join drawn using (subject_id)`,
		id, name, kind, subject, at, actor, technician, region, data)
	if err != nil {
		return failed(err, "emitting %d events, the first %s", n, events[0].Name)
	}
	return nil
}

// EventLog reads the events that have a position. It may be used by many
// goroutines, Wait by one.
type EventLog struct {
	pool *pgxpool.Pool
	ear  *pgx.Conn // listens; of the goroutine that calls Wait
}

// NewEventLog makes one.
func NewEventLog(pool *pgxpool.Pool) *EventLog { return &EventLog{pool: pool} }

// After gives up to limit events after a position, in order. There is no gap
// between them, nor before the first.
func (l *EventLog) After(ctx context.Context, position int64, limit int) ([]dispatch.Event, error) {
	rows, err := l.pool.Query(ctx, `
		select id, position, name, subject_kind, subject_id, at, actor_id, technician_id, region_id, data
		  from events where position > $1 order by position limit $2`, position, limit)
	if err != nil {
		return nil, fmt.Errorf("reading events after %d: %w", position, err)
	}
	list, err := pgx.CollectRows(rows, scanEvent)
	if err != nil {
		return nil, fmt.Errorf("reading events after %d: %w", position, err)
	}
	return list, nil
}

func scanEvent(row pgx.CollectableRow) (e dispatch.Event, err error) {
	err = row.Scan(&e.ID, &e.Position, &e.Name, &e.SubjectKind, &e.SubjectID, &e.At,
		&e.ActorID, &e.TechnicianID, &e.RegionID, &e.Data)
	return e, err
}

// Latest gives the position of the newest event, 0 when there is none.
func (l *EventLog) Latest(ctx context.Context) (position int64, err error) {
	if err := l.pool.QueryRow(ctx, `select coalesce(max(position), 0) from events`).Scan(&position); err != nil {
		return 0, failed(err, "reading the newest event's position")
	}
	return position, nil
}

// Wait returns when there may be new events, after a second at the latest. The
// connection that it listens on is closed when ctx ends.
func (l *EventLog) Wait(ctx context.Context) error {
	if l.ear == nil {
		ear, err := listen(ctx, l.pool, "roundsman-events", eventsStamped)
		if err != nil {
			return err
		}
		l.ear = ear
		return nil // what was stamped before we listened
	}
	err := hear(ctx, l.ear)
	if err != nil {
		hangUp(l.ear)
		l.ear = nil
	}
	return err
}

// listen makes a connection aside of the pool that hears a channel.
func listen(ctx context.Context, pool *pgxpool.Pool, name, channel string) (*pgx.Conn, error) {
	config := pool.Config().ConnConfig.Copy()
	config.RuntimeParams["application_name"] = name
	// A session whose machine is gone must not keep its lock for hours.
	for setting, value := range map[string]string{"tcp_keepalives_idle": "5", "tcp_keepalives_interval": "5", "tcp_keepalives_count": "3"} {
		config.RuntimeParams[setting] = value
	}
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return nil, unreachable(config, err)
	}
	if _, err := conn.Exec(ctx, `listen `+channel); err != nil {
		hangUp(conn)
		return nil, fmt.Errorf("listening for %s: %w", channel, err)
	}
	return conn, nil
}

// hear waits for a word, a second at the most.
func hear(ctx context.Context, conn *pgx.Conn) error {
	brief, cancel := context.WithTimeout(ctx, listenPatience)
	defer cancel()
	_, err := conn.WaitForNotification(brief)
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, context.DeadlineExceeded) && !conn.IsClosed():
		return nil
	}
	return fmt.Errorf("listening: %w", err)
}

// hangUp closes a connection whose context may have ended.
func hangUp(conn *pgx.Conn) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = conn.Close(ctx)
}
