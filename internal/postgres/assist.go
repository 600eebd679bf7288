package postgres

import (
	"context"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/ids"
)

const assistColumns = `id, visit_id, technician_id, region_id, skill_code, skill_level, minutes, state, asked_at, settled_at,
	settled_by, helper_id, note, version`

// AddAssist stores a request; code "assist_wanted" when the visit waits for one.
func (t *tx) AddAssist(ctx context.Context, a dispatch.Assist) error {
	return run(ctx, t, "adding a request for a second technician",
		`insert into assists (id, visit_id, technician_id, region_id, skill_code, skill_level, minutes, state, asked_at, note)
		 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		a.ID, a.VisitID, a.TechnicianID, a.RegionID, a.SkillCode, a.SkillLevel, a.Minutes, a.State, a.AskedAt, a.Note)
}

// LockAssist reads a request for change.
func (t *tx) LockAssist(ctx context.Context, id ids.ID) (dispatch.Assist, error) {
	return one[dispatch.Assist](ctx, t, "assist", `select `+assistColumns+` from assists where id = $1 for no key update`, id)
}

// SaveAssist writes how a request was settled and raises the version.
func (t *tx) SaveAssist(ctx context.Context, a dispatch.Assist) (dispatch.Assist, error) {
	return saved[dispatch.Assist](ctx, t, "assist",
		`update assists set state = $3, settled_at = $4, settled_by = $5, helper_id = $6, note = $7, version = version + 1
		 where id = $1 and version = $2 returning `+assistColumns,
		a.ID, a.Version, a.State, a.SettledAt, a.SettledBy, a.HelperID, a.Note)
}

// ListAssists gives requests, newest first.
func (t *tx) ListAssists(ctx context.Context, f dispatch.AssistFilter, p dispatch.Page) ([]dispatch.Assist, string, error) {
	var w filter
	if f.State == dispatch.AssistWanted {
		w.and("state = 'wanted'") // as the index of what is wanted says it
	} else if f.State != "" {
		w.and("state = $", f.State)
	}
	if f.RegionID != nil {
		w.and("region_id = $", *f.RegionID)
	}
	tail, limit, err := w.page(p, "asked_at")
	if err != nil {
		return nil, "", err
	}
	rows, err := list[dispatch.Assist](ctx, t, "listing requests for a second technician", `select `+assistColumns+` from assists`+tail, w.args...)
	rows, next := cut(rows, limit, func(a dispatch.Assist) cursor { return cursor{At: a.AskedAt, ID: a.ID} })
	return rows, next, err
}

// AssistsOf gives the requests of a visit, first asked first.
func (t *tx) AssistsOf(ctx context.Context, visit ids.ID) ([]dispatch.Assist, error) {
	return list[dispatch.Assist](ctx, t, "reading a visit's requests for a second technician",
		`select `+assistColumns+` from assists where visit_id = $1 order by asked_at, id`, visit)
}

// LapseAssists ends what a visit still waits for.
func (t *tx) LapseAssists(ctx context.Context, visit ids.ID, at time.Time) error {
	return run(ctx, t, "ending requests for a second technician",
		`update assists set state = 'lapsed', settled_at = $2, version = version + 1 where visit_id = $1 and state = 'wanted'`, visit, at)
}
