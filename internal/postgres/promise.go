package postgres

import (
	"context"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/ids"
)

// An id that a kind of promise does not have is null in its row and ids.Nil in Go.
const (
	promiseColumns = `id, kind, person_id, coalesce(ticket_id, ` + noID + `) as ticket_id, coalesce(visit_id, ` + noID + `) as visit_id,
		subject_id, follows_id, state, window_start, window_end, first_start, first_end,
		confidence, coalesce(technician_id, ` + noID + `) as technician_id, forced, wording, note, salt,
		coalesce(made_by, ` + noID + `) as made_by, made_at, chance, at_risk_since, met_at, settled_at, version`
	entryColumns = `promise_id, promise_kind, seq, kind, at, actor_id, choice, window_start, window_end,
		coalesce(technician_id, ` + noID + `) as technician_id, confidence, reason, notice_id, wording_hash, previous, hash`
	noID = `'00000000-0000-0000-0000-000000000000'::uuid`
)

// optional is null for an id that is not there.
func optional(id ids.ID) *ids.ID {
	if id == ids.Nil {
		return nil
	}
	return &id
}

// AddPromise stores a promise; code "promise_taken" when the visit, or what keeps
// it, has an open one.
func (t *tx) AddPromise(ctx context.Context, p dispatch.Promise) error {
	return run(ctx, t, "adding a promise",
		`insert into promises (id, kind, person_id, ticket_id, visit_id, subject_id, follows_id, state, window_start, window_end,
		     first_start, first_end, confidence, technician_id, forced, wording, note, made_by, made_at, chance, at_risk_since,
		     met_at, settled_at, salt)
		 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23,
		     coalesce($24, ''::bytea))`,
		p.ID, p.Kind, p.PersonID, optional(p.TicketID), optional(p.VisitID), p.SubjectID, p.FollowsID, p.State, p.WindowStart, p.WindowEnd,
		p.FirstStart, p.FirstEnd, p.Confidence, optional(p.TechnicianID), p.Forced, p.Wording, p.Note, optional(p.MadeBy), p.MadeAt, p.Chance,
		p.AtRiskSince, p.MetAt, p.SettledAt, p.Salt)
}

// Promise gives a promise.
func (t *tx) Promise(ctx context.Context, id ids.ID) (dispatch.Promise, error) {
	return one[dispatch.Promise](ctx, t, "promise", `select `+promiseColumns+` from promises where id = $1`, id)
}

// LockPromise reads a promise for change.
func (t *tx) LockPromise(ctx context.Context, id ids.ID) (dispatch.Promise, error) {
	return one[dispatch.Promise](ctx, t, "promise",
		`select `+promiseColumns+` from promises where id = $1 for no key update`, id)
}

// OpenPromiseOf gives a visit's open promise, nil when there is none.
func (t *tx) OpenPromiseOf(ctx context.Context, visit ids.ID) (*dispatch.Promise, error) {
	p, found, err := maybe[dispatch.Promise](ctx, t, "promise",
		`select `+promiseColumns+` from promises where visit_id = $1 and state = 'open'`, visit)
	if err != nil || !found {
		return nil, err
	}
	return &p, nil
}

// OpenPromiseFor gives the open promise that a callback, loan or item keeps, nil
// when there is none.
func (t *tx) OpenPromiseFor(ctx context.Context, kind dispatch.PromiseKind, subject ids.ID) (*dispatch.Promise, error) {
	p, found, err := maybe[dispatch.Promise](ctx, t, "promise",
		`select `+promiseColumns+` from promises where kind = $1 and subject_id = $2 and state = 'open'`, kind, subject)
	if err != nil || !found {
		return nil, err
	}
	return &p, nil
}

// ListPromises gives promises, last made first.
func (t *tx) ListPromises(ctx context.Context, f dispatch.PromiseFilter, p dispatch.Page) ([]dispatch.Promise, string, error) {
	var w filter
	if len(f.Kinds) > 0 {
		w.and("kind = any($)", f.Kinds)
	}
	if f.PersonID != nil {
		w.and("person_id = $", *f.PersonID)
	}
	if f.TicketID != nil {
		w.and("ticket_id = $", *f.TicketID)
	}
	if f.TechnicianID != nil {
		w.and("technician_id = $", *f.TechnicianID)
	}
	if len(f.States) > 0 {
		w.and("state = any($)", f.States)
	}
	if f.From != nil {
		w.and("window_start >= $", *f.From)
	}
	if f.Until != nil {
		w.and("window_start < $", *f.Until)
	}
	tail, limit, err := w.page(p, "made_at")
	if err != nil {
		return nil, "", err
	}
	rows, err := list[dispatch.Promise](ctx, t, "listing promises", `select `+promiseColumns+` from promises`+tail, w.args...)
	rows, next := cut(rows, limit, func(p dispatch.Promise) cursor { return cursor{At: p.MadeAt, ID: p.ID} })
	return rows, next, err
}

// SavePromise writes every mutable field and raises the version.
func (t *tx) SavePromise(ctx context.Context, p dispatch.Promise) (dispatch.Promise, error) {
	return saved[dispatch.Promise](ctx, t, "promise",
		`update promises set state = $3, window_start = $4, window_end = $5, confidence = $6, technician_id = $7,
		     wording = $8, chance = $9, at_risk_since = $10, settled_at = $11,
		     salt = coalesce($12, ''::bytea), note = $13, met_at = $14, version = version + 1
		 where id = $1 and version = $2 returning `+promiseColumns,
		p.ID, p.Version, p.State, p.WindowStart, p.WindowEnd, p.Confidence, optional(p.TechnicianID),
		p.Wording, p.Chance, p.AtRiskSince, p.SettledAt, p.Salt, p.Note, p.MetAt)
}

// SetChance writes the chance of an open promise being kept; the version stays.
func (t *tx) SetChance(ctx context.Context, promise ids.ID, chance float64) error {
	_, err := exec(ctx, t, "writing a promise's chance",
		`update promises set chance = $2 where id = $1 and state = 'open'`, promise, chance)
	return err
}

// AppendEntry seals an entry onto its promise's chain, under the promise's lock.
// Instants are cut to what the database keeps before they are sealed, so that
// what is read back verifies.
func (t *tx) AppendEntry(ctx context.Context, e dispatch.Entry) (dispatch.Entry, error) {
	p, err := t.LockPromise(ctx, e.PromiseID)
	if err != nil {
		return e, err
	}
	e.PromiseKind = p.Kind
	type link struct {
		Seq  int64
		Hash []byte
	}
	last, _, err := maybe[link](ctx, t, "entry",
		`select seq, hash from promise_entries where promise_id = $1 order by seq desc limit 1`, e.PromiseID)
	if err != nil {
		return e, err
	}
	e.Seq, e.Previous = last.Seq+1, last.Hash
	e.At = e.At.UTC().Truncate(time.Microsecond)
	e.WindowStart, e.WindowEnd = e.WindowStart.UTC().Truncate(time.Microsecond), e.WindowEnd.UTC().Truncate(time.Microsecond)
	e.Hash = e.Seal()
	err = run(ctx, t, "appending to the ledger",
		`insert into promise_entries (promise_id, promise_kind, seq, kind, at, actor_id, choice, window_start, window_end,
		     technician_id, confidence, reason, notice_id, wording_hash, previous, hash)
		 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, coalesce($14, ''::bytea), coalesce($15, ''::bytea), $16)`,
		e.PromiseID, e.PromiseKind, e.Seq, e.Kind, e.At, e.ActorID, e.Choice, e.WindowStart, e.WindowEnd, optional(e.TechnicianID),
		e.Confidence, e.Reason, e.NoticeID, e.WordingHash, e.Previous, e.Hash)
	return e, err
}

// Entries gives a promise's chain in order.
func (t *tx) Entries(ctx context.Context, promise ids.ID) ([]dispatch.Entry, error) {
	return list[dispatch.Entry](ctx, t, "reading the ledger",
		`select `+entryColumns+` from promise_entries where promise_id = $1 order by seq`, promise)
}

// Overdue lists open promises of arrival whose window ended before then, the
// oldest first.
func (t *tx) Overdue(ctx context.Context, before time.Time, limit int) ([]dispatch.Promise, error) {
	return list[dispatch.Promise](ctx, t, "reading overdue promises",
		`select `+promiseColumns+` from promises where state = 'open' and kind = 'arrival' and window_end <= $1
		 order by at_risk_since is not null, window_end, id limit $2`, before, limit)
}

// OverdueOf lists open promises of a kind that were due by then and are not marked
// yet, or were due before the second instant.
func (t *tx) OverdueOf(ctx context.Context, k dispatch.PromiseKind, due, broken time.Time, limit int) ([]dispatch.Promise, error) {
	return list[dispatch.Promise](ctx, t, "reading overdue promises",
		`select `+promiseColumns+` from promises
		 where state = 'open' and kind = $1 and window_end <= $2 and (at_risk_since is null or window_end <= $3)
		 order by window_end, id limit $4`, k, due, broken, limit)
}
