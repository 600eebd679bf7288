package postgres

import (
	"context"

	"roundsman/dispatch"
	"roundsman/internal/ids"
)

// EarlierVisits gives the last completed visits of people, the latest first.
func (t *tx) EarlierVisits(ctx context.Context, people []ids.ID, each int) ([]dispatch.EarlierVisit, error) {
	return list[dispatch.EarlierVisit](ctx, t, "reading earlier visits",
		`select v.id as visit_id, v.person_id, v.ticket_id, k.number, k.summary, v.technician_id, m.name as technician_name,
		     v.completed_at as ended_at, coalesce(k.resolution, '') as resolution
		 from (select distinct unnest($1::uuid[]) as id) p
		 cross join lateral (select * from visits where person_id = p.id and state = 'completed' order by completed_at desc, id limit $2) v
		 join tickets k on k.id = v.ticket_id join technicians m on m.id = v.technician_id
		 order by v.completed_at desc, v.id`, people, each)
}
