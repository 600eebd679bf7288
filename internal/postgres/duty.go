package postgres

import (
	"context"

	"roundsman/dispatch"
	"roundsman/internal/ids"
)

const dutyColumns = `visit_id, duty, outcome, at, recorded_by, why, statement`

// PutDuty records how a duty went; the customer's statement stays.
func (t *tx) PutDuty(ctx context.Context, d dispatch.Duty) error {
	return run(ctx, t, "recording a duty",
		`insert into duties (visit_id, duty, outcome, at, recorded_by, why) values ($1, $2, $3, $4, $5, $6)
		 on conflict (visit_id, duty) do update set outcome = excluded.outcome, at = excluded.at,
		     recorded_by = excluded.recorded_by, why = excluded.why`,
		d.VisitID, d.Duty, d.Outcome, d.At, d.RecordedBy, d.Why)
}

// StateDuty keeps what the customer says about a duty.
func (t *tx) StateDuty(ctx context.Context, visit ids.ID, duty dispatch.DutyKind, statement string) (dispatch.Duty, error) {
	return one[dispatch.Duty](ctx, t, "duty",
		`update duties set statement = $3 where visit_id = $1 and duty = $2 returning `+dutyColumns, visit, duty, statement)
}

// DutiesOf gives the customer's part in a visit.
func (t *tx) DutiesOf(ctx context.Context, visit ids.ID) ([]dispatch.Duty, error) {
	return list[dispatch.Duty](ctx, t, "reading duties", `select `+dutyColumns+` from duties where visit_id = $1 order by duty`, visit)
}
