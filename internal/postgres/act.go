package postgres

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/fault"
	"roundsman/internal/ids"

	"github.com/jackc/pgx/v5"
)

// actRow is an act that was answered.
type actRow struct {
	Request []byte
	Status  int
	Header  map[string]string
	Body    []byte
}

func (r actRow) answer() dispatch.Answer {
	return dispatch.Answer{Status: r.Status, Header: r.Header, Body: r.Body}
}

const selectAct = `select request, status, header, body from acts where principal = $1 and key = $2`

// claim makes the act this transaction's alone until it ends. The lock and the
// look are two statements, for the look must see what the holder before committed.
func (t *tx) claim(ctx context.Context, a *dispatch.Act) error {
	batch := &pgx.Batch{}
	var free bool
	batch.Queue(`select pg_try_advisory_xact_lock($1)`, actLock(a.Principal, a.Key)).
		QueryRow(func(row pgx.Row) error { return row.Scan(&free) })
	var before []actRow
	batch.Queue(selectAct, a.Principal, a.Key).Query(func(rows pgx.Rows) (err error) {
		before, err = pgx.CollectRows(rows, pgx.RowToStructByName[actRow])
		return err
	})
	if err := t.SendBatch(ctx, batch).Close(); err != nil {
		return failed(err, "claiming an act")
	}
	switch {
	case !free:
		return fault.New(fault.Conflict, "key_in_flight", "a request with this Idempotency-Key is being done; repeat it in a moment")
	case len(before) == 0:
		return nil
	case string(before[0].Request) != string(a.Request[:]):
		return fault.New(fault.Invalid, "key_reused", "this Idempotency-Key was used for another request; make a new key for a new request").
			At("header/Idempotency-Key", "was used for another request")
	default:
		return &dispatch.Replay{Answer: before[0].answer()}
	}
}

// actLock is the number under which an act is locked.
func actLock(principal ids.ID, key string) int64 {
	sum := sha256.Sum256(append(principal[:], key...))
	return int64(binary.BigEndian.Uint64(sum[:8]))
}

// Answer keeps what the act of the context will answer.
func (t *tx) Answer(ctx context.Context, result any) error {
	a := dispatch.ActOf(ctx)
	if a == nil {
		return nil
	}
	answer, err := a.Render(result)
	if err != nil {
		return err
	}
	if answer.Header == nil {
		answer.Header = map[string]string{}
	}
	return run(ctx, t, "keeping an answer",
		`insert into acts (principal, key, request, status, header, body, at)
		 values ($1, $2, $3, $4, $5, coalesce($6, ''::bytea), $7)`,
		a.Principal, a.Key, a.Request[:], answer.Status, answer.Header, answer.Body, t.store.machine.Now())
}

// FindAct gives the answer of an act that was done and the hash of its request.
// It takes no lock: that none is found does not say that it is not being done.
func (s *Store) FindAct(ctx context.Context, principal ids.ID, key string) (a dispatch.Answer, request [32]byte, found bool, err error) {
	row, found, err := maybe[actRow](ctx, s.pool, "act", selectAct, principal, key)
	copy(request[:], row.Request)
	return row.answer(), request, found, err
}

// DropActs forgets answers given before then, some thousands at a time, so that
// those who are answered meanwhile never wait for it.
func (s *Store) DropActs(ctx context.Context, before time.Time) (dropped int64, err error) {
	const atOnce = 2000
	for {
		some, err := exec(ctx, s.pool, "dropping old acts",
			`delete from acts where ctid = any(array(select ctid from acts where at < $1 order by at limit $2))`, before, atOnce)
		dropped += some
		if err != nil || some < atOnce {
			return dropped, err
		}
	}
}
