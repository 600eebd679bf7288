package postgres

import (
	"context"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/ids"
)

const pauseColumns = `id, visit_id, reason, started_at, ended_at`

// AddPause stores a pause that has begun; code "visit_paused" when one goes on.
func (t *tx) AddPause(ctx context.Context, p dispatch.Pause) error {
	return run(ctx, t, "adding a pause",
		`insert into pauses (id, visit_id, reason, started_at, ended_at) values ($1, $2, $3, $4, $5)`,
		p.ID, p.VisitID, p.Reason, p.StartedAt, p.EndedAt)
}

// EndPause ends the pause that goes on, not before it began; nil when there is none.
func (t *tx) EndPause(ctx context.Context, visit ids.ID, at time.Time) (*dispatch.Pause, error) {
	p, found, err := maybe[dispatch.Pause](ctx, t, "pause",
		`update pauses set ended_at = greatest(started_at, $2) where visit_id = $1 and ended_at is null returning `+pauseColumns, visit, at)
	if err != nil || !found {
		return nil, err
	}
	return &p, nil
}

// PausesOf gives a visit's pauses in their order.
func (t *tx) PausesOf(ctx context.Context, visit ids.ID) ([]dispatch.Pause, error) {
	return list[dispatch.Pause](ctx, t, "reading pauses",
		`select `+pauseColumns+` from pauses where visit_id = $1 order by started_at`, visit)
}
