package postgres

import (
	"context"
	"time"

	"roundsman/dispatch"
)

// CountResolutions counts the tickets resolved in a while by how much it took.
func (t *tx) CountResolutions(ctx context.Context, from, until time.Time) (dispatch.ResolutionCount, error) {
	return one[dispatch.ResolutionCount](ctx, t, "resolution_count",
		`with done as (
		     select id from tickets where state = 'resolved' and resolved_at >= $1 and resolved_at < $2
		 ), took as (
		     select (select count(*) from visits v where v.ticket_id = d.id and v.arrived_at is not null) as visits,
		            (select count(*) from visits v where v.ticket_id = d.id and v.state = 'completed') as completed,
		            (select count(*) from contacts c where c.ticket_id = d.id) as contacts
		       from done d
		 )
		 select count(*) as resolved,
		        count(*) filter (where visits = 0 and contacts <= 1) as first_contact,
		        count(*) filter (where visits = 1 and completed = 1) as first_visit,
		        count(*) filter (where visits > 0 and not (visits = 1 and completed = 1)) as more_visits,
		        count(*) filter (where visits > 0) as on_site
		   from took`, from, until)
}
