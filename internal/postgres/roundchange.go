package postgres

import (
	"context"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/ids"
)

const roundChangeColumns = `id, round_id, technician_id, visit_id, kind, state, from_start, to_start, outcome_id, made_by, made_at,
	due_at, flagged_at, answered_at, reason, version`

// AddRoundChanges stores changes and supersedes what was open of the same visits in
// the same rounds.
func (t *tx) AddRoundChanges(ctx context.Context, list []dispatch.RoundChange) error {
	for _, c := range list { // a handful: what begins within the hour
		if err := run(ctx, t, "superseding round changes",
			`update round_changes set state = 'superseded', version = version + 1
			 where round_id = $1 and visit_id = $2 and state in ('pending', 'objected')`, c.RoundID, c.VisitID); err != nil {
			return err
		}
		if err := run(ctx, t, "adding a round change",
			`insert into round_changes (id, round_id, technician_id, visit_id, kind, state, from_start, to_start, outcome_id, made_by, made_at, due_at)
			 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
			c.ID, c.RoundID, c.TechnicianID, c.VisitID, c.Kind, c.State, c.FromStart, c.ToStart, c.OutcomeID, c.MadeBy, c.MadeAt, c.DueAt); err != nil {
			return err
		}
	}
	return nil
}

// LockRoundChange reads one for change.
func (t *tx) LockRoundChange(ctx context.Context, id ids.ID) (dispatch.RoundChange, error) {
	return one[dispatch.RoundChange](ctx, t, "round_change", `select `+roundChangeColumns+` from round_changes where id = $1 for no key update`, id)
}

// SaveRoundChange writes state, answer and flag.
func (t *tx) SaveRoundChange(ctx context.Context, c dispatch.RoundChange) (dispatch.RoundChange, error) {
	return saved[dispatch.RoundChange](ctx, t, "round_change",
		`update round_changes set state = $3, flagged_at = $4, answered_at = $5, reason = $6, version = version + 1
		 where id = $1 and version = $2 returning `+roundChangeColumns, c.ID, c.Version, c.State, c.FlaggedAt, c.AnsweredAt, c.Reason)
}

// UnansweredChanges lists pending ones that are late, the longest first.
func (t *tx) UnansweredChanges(ctx context.Context, now time.Time, limit int) ([]dispatch.RoundChange, error) {
	return list[dispatch.RoundChange](ctx, t, "reading unanswered changes",
		`select `+roundChangeColumns+` from round_changes where state = 'pending' and flagged_at is null and due_at <= $1
		 order by due_at, id limit $2`, now, limit)
}
