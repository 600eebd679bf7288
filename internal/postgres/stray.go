package postgres

import (
	"context"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/ids"
)

const strayColumns = `id, kind, visit_id, technician_id, account_id, happened_at, said_at, received_at, why, code, data, reviewed_at, reviewed_by`

// AddStray keeps a fact without effect. Code: "id_taken".
func (t *tx) AddStray(ctx context.Context, f dispatch.StrayFact) (dispatch.StrayFact, error) {
	return one[dispatch.StrayFact](ctx, t, "stray_fact",
		`insert into stray_facts (id, kind, visit_id, technician_id, account_id, happened_at, said_at, received_at, why, code, data)
		 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) returning `+strayColumns,
		f.ID, f.Kind, f.VisitID, f.TechnicianID, f.AccountID, f.HappenedAt, f.SaidAt, f.ReceivedAt, f.Why, f.Code, saying(f.Data))
}

// StraysOf gives facts without effect about a visit, in the order in which they came.
func (t *tx) StraysOf(ctx context.Context, visit ids.ID) ([]dispatch.StrayFact, error) {
	return list[dispatch.StrayFact](ctx, t, "reading stray facts of a visit",
		`select `+strayColumns+` from stray_facts where visit_id = $1 order by received_at, id`, visit)
}

// ListStrays gives facts without effect, newest first.
func (t *tx) ListStrays(ctx context.Context, open bool, p dispatch.Page) ([]dispatch.StrayFact, string, error) {
	var w filter
	if open {
		w.and("reviewed_at is null")
	}
	tail, limit, err := w.page(p, "received_at")
	if err != nil {
		return nil, "", err
	}
	rows, err := list[dispatch.StrayFact](ctx, t, "listing stray facts", `select `+strayColumns+` from stray_facts`+tail, w.args...)
	rows, next := cut(rows, limit, func(f dispatch.StrayFact) cursor { return cursor{At: f.ReceivedAt, ID: f.ID} })
	return rows, next, err
}

// ReviewStray marks one as looked at, once.
func (t *tx) ReviewStray(ctx context.Context, id, by ids.ID, at time.Time) (dispatch.StrayFact, error) {
	return one[dispatch.StrayFact](ctx, t, "stray_fact",
		`update stray_facts set reviewed_at = coalesce(reviewed_at, $2), reviewed_by = coalesce(reviewed_by, $3)
		 where id = $1 returning `+strayColumns, id, at, by)
}
