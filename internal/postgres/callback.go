package postgres

import (
	"context"
	"fmt"

	"roundsman/dispatch"
	"roundsman/internal/ids"
)

const callbackColumns = `id, ticket_id, visit_id, person_id, owner_id, instead_of, due_at, state, attempts, outcome, note,
	settled_at, created_at, version`

// AddCallback stores one; a visit has one callback at most (false when it has).
func (t *tx) AddCallback(ctx context.Context, c dispatch.Callback) (bool, error) {
	n, err := exec(ctx, t, "adding a callback",
		`insert into callbacks (id, ticket_id, visit_id, person_id, owner_id, due_at, state, attempts, outcome, note,
		     settled_at, created_at, instead_of)
		 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) on conflict (visit_id) do nothing`,
		c.ID, c.TicketID, c.VisitID, c.PersonID, c.OwnerID, c.DueAt, c.State, c.Attempts, c.Outcome, c.Note,
		c.SettledAt, c.CreatedAt, c.InsteadOf)
	return n == 1, err
}

// LockCallback reads a callback for change.
func (t *tx) LockCallback(ctx context.Context, id ids.ID) (dispatch.Callback, error) {
	return one[dispatch.Callback](ctx, t, "callback",
		`select `+callbackColumns+` from callbacks where id = $1 for no key update`, id)
}

// SaveCallback writes every mutable field and raises the version.
func (t *tx) SaveCallback(ctx context.Context, c dispatch.Callback) (dispatch.Callback, error) {
	return saved[dispatch.Callback](ctx, t, "callback",
		`update callbacks set owner_id = $3, due_at = $4, state = $5, attempts = $6, outcome = $7, note = $8,
		     settled_at = $9, version = version + 1
		 where id = $1 and version = $2 returning `+callbackColumns,
		c.ID, c.Version, c.OwnerID, c.DueAt, c.State, c.Attempts, c.Outcome, c.Note, c.SettledAt)
}

// ListCallbacks gives callbacks, the earliest due first.
func (t *tx) ListCallbacks(ctx context.Context, f dispatch.CallbackFilter, p dispatch.Page) ([]dispatch.Callback, string, error) {
	c, err := parseCursor(p.After, oldest)
	if err != nil {
		return nil, "", err
	}
	limit := limitOf(p.Limit)
	var w filter
	if f.OwnerID != nil {
		w.and("owner_id = $", *f.OwnerID)
	}
	if f.TicketID != nil {
		w.and("ticket_id = $", *f.TicketID)
	}
	if f.State != "" {
		w.and("state = $", f.State)
	}
	w.and("(due_at, id) > ($, $)", c.At, c.ID)
	rows, err := list[dispatch.Callback](ctx, t, "listing callbacks",
		fmt.Sprintf(`select %s from callbacks%s order by due_at, id limit %d`, callbackColumns, w.where(), limit+1), w.args...)
	rows, next := cut(rows, limit, func(c dispatch.Callback) cursor { return cursor{At: c.DueAt, ID: c.ID} })
	return rows, next, err
}
