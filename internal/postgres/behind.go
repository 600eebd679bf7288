package postgres

import (
	"context"
	"time"

	"roundsman/internal/ids"
)

// RoundsBehind lists rounds of which somebody has an open promise and in which a visit
// should have ended, or been set out for, between two instants.
func (t *tx) RoundsBehind(ctx context.Context, from, until time.Time, limit int) ([]ids.ID, error) {
	type row struct{ RoundID ids.ID }
	rows, err := list[row](ctx, t, "looking for rounds that are behind",
		`select late.round_id from (
		     select round_id, planned_end as due from visits
		     where state in ('en_route', 'arrived', 'in_progress') and planned_end > $1 and planned_end <= $2
		     union all
		     select round_id, planned_leave from visits
		     where state = 'scheduled' and planned_leave > $1 and planned_leave <= $2) late
		 where exists (
		     select from visits v join promises p on p.visit_id = v.id and p.state = 'open'
		     where v.round_id = late.round_id and v.arrived_at is null)
		 group by late.round_id order by min(late.due), late.round_id limit $3`, from, until, limit)
	out := make([]ids.ID, len(rows))
	for i, r := range rows {
		out[i] = r.RoundID
	}
	return out, err
}
