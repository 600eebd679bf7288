package postgres

import (
	"context"

	"roundsman/dispatch"
	"roundsman/internal/ids"
)

const visitPolicyColumns = `id, region_id, template_id, wait_minutes, call_tries, radius_metres, callback_minutes, steps, version`

// AddVisitPolicy stores one; code "visit_policy_taken" when there is one for the same
// region and template.
func (t *tx) AddVisitPolicy(ctx context.Context, p dispatch.VisitPolicy) error {
	return run(ctx, t, "adding a visit policy",
		`insert into visit_policies (id, region_id, template_id, wait_minutes, call_tries, radius_metres, callback_minutes, steps)
		 values ($1, $2, $3, $4, $5, $6, $7, $8)`,
		p.ID, p.RegionID, p.TemplateID, p.WaitMinutes, p.CallTries, p.RadiusMetres, p.CallbackMinutes, p.Steps)
}

// VisitPolicy gives one.
func (t *tx) VisitPolicy(ctx context.Context, id ids.ID) (dispatch.VisitPolicy, error) {
	return one[dispatch.VisitPolicy](ctx, t, "visit_policy", `select `+visitPolicyColumns+` from visit_policies where id = $1`, id)
}

// ListVisitPolicies gives all, in the order in which they were made.
func (t *tx) ListVisitPolicies(ctx context.Context) ([]dispatch.VisitPolicy, error) {
	return list[dispatch.VisitPolicy](ctx, t, "reading visit policies", `select `+visitPolicyColumns+` from visit_policies order by id`)
}

// SaveVisitPolicy writes every mutable field and raises the version.
func (t *tx) SaveVisitPolicy(ctx context.Context, p dispatch.VisitPolicy) (dispatch.VisitPolicy, error) {
	return saved[dispatch.VisitPolicy](ctx, t, "visit_policy",
		`update visit_policies set wait_minutes = $3, call_tries = $4, radius_metres = $5, callback_minutes = $6, steps = $7,
		     version = version + 1
		 where id = $1 and version = $2 returning `+visitPolicyColumns,
		p.ID, p.Version, p.WaitMinutes, p.CallTries, p.RadiusMetres, p.CallbackMinutes, p.Steps)
}
