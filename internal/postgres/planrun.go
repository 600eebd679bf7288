package postgres

import (
	"context"

	"roundsman/dispatch"
	"roundsman/internal/ids"
)

const planRunColumns = `id, region_id, date::text as date, state, seed, seconds, iterations, progress, score_before,
	score_after, assigned, unassigned, outcome_id, asked_by, created_at, started_at, ended_at, cancel, error, version, most_moved`

// AddPlanRun stores a run that was asked for.
func (t *tx) AddPlanRun(ctx context.Context, r dispatch.PlanRun) error {
	return run(ctx, t, "adding a plan run",
		`insert into plan_runs (id, region_id, date, state, seed, seconds, iterations, progress, score_before, score_after,
		     assigned, unassigned, outcome_id, asked_by, created_at, started_at, ended_at, cancel, error, most_moved)
		 values ($1, $2, $3::text::date, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)`,
		r.ID, r.RegionID, r.Date, r.State, r.Seed, r.Seconds, r.Iterations, r.Progress, r.ScoreBefore, r.ScoreAfter,
		r.Assigned, r.Unassigned, r.OutcomeID, r.AskedBy, r.CreatedAt, r.StartedAt, r.EndedAt, r.Cancel, r.Error, r.MostMoved)
}

// PlanRun gives a run.
func (t *tx) PlanRun(ctx context.Context, id ids.ID) (dispatch.PlanRun, error) {
	return one[dispatch.PlanRun](ctx, t, "plan_run", `select `+planRunColumns+` from plan_runs where id = $1`, id)
}

// LockPlanRun reads a run for change.
func (t *tx) LockPlanRun(ctx context.Context, id ids.ID) (dispatch.PlanRun, error) {
	return one[dispatch.PlanRun](ctx, t, "plan_run",
		`select `+planRunColumns+` from plan_runs where id = $1 for no key update`, id)
}

// SavePlanRun writes every mutable field and raises the version.
func (t *tx) SavePlanRun(ctx context.Context, r dispatch.PlanRun) (dispatch.PlanRun, error) {
	return saved[dispatch.PlanRun](ctx, t, "plan_run",
		`update plan_runs set state = $3, seconds = $4, iterations = $5, progress = $6, score_before = $7, score_after = $8,
		     assigned = $9, unassigned = $10, outcome_id = $11, started_at = $12, ended_at = $13, cancel = $14, error = $15,
		     version = version + 1
		 where id = $1 and version = $2 returning `+planRunColumns,
		r.ID, r.Version, r.State, r.Seconds, r.Iterations, r.Progress, r.ScoreBefore, r.ScoreAfter,
		r.Assigned, r.Unassigned, r.OutcomeID, r.StartedAt, r.EndedAt, r.Cancel, r.Error)
}

// ListPlanRuns gives a day's runs, newest first.
func (t *tx) ListPlanRuns(ctx context.Context, k dispatch.DayKey, states []dispatch.PlanRunState, p dispatch.Page) ([]dispatch.PlanRun, string, error) {
	var w filter
	w.and("region_id = $", k.RegionID)
	w.and("date = $::text::date", k.Date)
	if len(states) > 0 {
		w.and("state = any($)", states)
	}
	tail, limit, err := w.page(p, "created_at")
	if err != nil {
		return nil, "", err
	}
	rows, err := list[dispatch.PlanRun](ctx, t, "listing plan runs", `select `+planRunColumns+` from plan_runs`+tail, w.args...)
	rows, next := cut(rows, limit, func(r dispatch.PlanRun) cursor { return cursor{At: r.CreatedAt, ID: r.ID} })
	return rows, next, err
}
