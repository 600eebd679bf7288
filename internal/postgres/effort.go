package postgres

import (
	"context"
	"time"

	"roundsman/dispatch"
)

// AddEffort keeps what it took to enter a ticket.
func (t *tx) AddEffort(ctx context.Context, e dispatch.Effort) error {
	return run(ctx, t, "keeping what a ticket took to enter",
		`insert into ticket_entries (ticket_id, template_id, at, fields, key_strokes) values ($1, $2, $3, $4, $5)`,
		e.TicketID, e.TemplateID, e.At, e.Fields, e.KeyStrokes)
}

// EffortsBetween gives what tickets took to enter, by template.
func (t *tx) EffortsBetween(ctx context.Context, from, until time.Time) ([]dispatch.EffortSpread, error) {
	return list[dispatch.EffortSpread](ctx, t, "reading what tickets took to enter",
		`select e.template_id, k.code as template_code, count(*) as tickets,
		     percentile_disc(0.5) within group (order by e.fields) as fields_p50, max(e.fields) as fields_most,
		     count(e.key_strokes) as counted,
		     percentile_disc(0.5) within group (order by e.key_strokes) as strokes_p50,
		     percentile_disc(0.9) within group (order by e.key_strokes) as strokes_p90
		 from ticket_entries e join templates k on k.id = e.template_id
		 where e.at >= $1 and e.at < $2 group by e.template_id, k.code order by k.code`, from, until)
}
