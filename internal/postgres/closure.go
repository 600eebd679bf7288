package postgres

import (
	"context"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/ids"
)

const closureColumns = `id, state, closed_from, closed_until, area, streets, speed, reason, entered_by, entered_at, ended_by, ended_at, version`

// AddClosure stores one.
func (t *tx) AddClosure(ctx context.Context, c dispatch.Closure) error {
	return run(ctx, t, "entering a closure",
		`insert into closures (`+closureColumns+`) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		c.ID, c.State, c.From, c.Until, c.Area, c.Streets, c.Speed, c.Reason, c.EnteredBy, c.EnteredAt, c.EndedBy, c.EndedAt, c.Version)
}

// Closure gives one.
func (t *tx) Closure(ctx context.Context, id ids.ID) (dispatch.Closure, error) {
	return one[dispatch.Closure](ctx, t, "closure", `select `+closureColumns+` from closures where id = $1`, id)
}

// LockClosure reads one for change.
func (t *tx) LockClosure(ctx context.Context, id ids.ID) (dispatch.Closure, error) {
	return one[dispatch.Closure](ctx, t, "closure", `select `+closureColumns+` from closures where id = $1 for no key update`, id)
}

// EndClosure writes who ended it and raises the version.
func (t *tx) EndClosure(ctx context.Context, c dispatch.Closure) (dispatch.Closure, error) {
	return saved[dispatch.Closure](ctx, t, "closure",
		`update closures set state = $3, ended_by = $4, ended_at = $5, version = version + 1
		 where id = $1 and version = $2 and state = 'standing' returning `+closureColumns,
		c.ID, c.Version, c.State, c.EndedBy, c.EndedAt)
}

// ListClosures gives them latest first.
func (t *tx) ListClosures(ctx context.Context, state dispatch.ClosureState, p dispatch.Page) ([]dispatch.Closure, string, error) {
	var w filter
	if state != "" {
		w.and("state = $", state)
	}
	tail, limit, err := w.page(p, "entered_at")
	if err != nil {
		return nil, "", err
	}
	rows, err := list[dispatch.Closure](ctx, t, "listing closures", `select `+closureColumns+` from closures`+tail, w.args...)
	rows, next := cut(rows, limit, func(c dispatch.Closure) cursor { return cursor{At: c.EnteredAt, ID: c.ID} })
	return rows, next, err
}

// ClosuresAfter gives those that may matter from an instant on.
func (t *tx) ClosuresAfter(ctx context.Context, at time.Time) ([]dispatch.Closure, error) {
	return list[dispatch.Closure](ctx, t, "reading the closures of a day",
		`select `+closureColumns+` from closures where state = 'standing' and coalesce(closed_until, 'infinity') > $1 order by id`, at)
}
