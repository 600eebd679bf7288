package postgres

import (
	"context"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

const outcomeColumns = `id, kind, coalesce(asked_by, ` + noID + `) as asked_by, subject_id, at, expires_at, seed, days, change, document, committed_at`

// AddOutcome keeps a what-if.
func (t *tx) AddOutcome(ctx context.Context, o dispatch.OutcomeRecord) error {
	return run(ctx, t, "keeping an outcome",
		`insert into outcomes (id, kind, asked_by, subject_id, at, expires_at, seed, days, change, document, committed_at)
		 values ($1, $2, $3, $4, $5, $6, $7, coalesce($8, '[]'::jsonb), $9, $10, $11)`,
		o.ID, o.Kind, optional(o.AskedBy), o.SubjectID, o.At, o.ExpiresAt, o.Seed, o.Days, o.Change, o.Document, o.CommittedAt)
}

// Outcome gives a what-if that was kept.
func (t *tx) Outcome(ctx context.Context, id ids.ID) (dispatch.OutcomeRecord, error) {
	return one[dispatch.OutcomeRecord](ctx, t, "outcome", `select `+outcomeColumns+` from outcomes where id = $1`, id)
}

// CommitOutcome marks an outcome as committed; code "outcome_used" when it was already.
func (t *tx) CommitOutcome(ctx context.Context, id ids.ID, at time.Time) error {
	n, err := exec(ctx, t, "committing an outcome",
		`update outcomes set committed_at = $2 where id = $1 and committed_at is null`, id, at)
	if err != nil || n == 1 {
		return err
	}
	if _, err := t.Outcome(ctx, id); err != nil {
		return err
	}
	return fault.New(fault.Conflict, "outcome_used", "this outcome was committed before; ask again for a fresh one")
}
