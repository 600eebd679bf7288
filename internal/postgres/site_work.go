package postgres

import (
	"context"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/ids"
)

// FactsOf gives what was reported of a visit, in the order in which it came.
func (t *tx) FactsOf(ctx context.Context, visit ids.ID) ([]dispatch.Fact, error) {
	return list[dispatch.Fact](ctx, t, "reading facts",
		`select id, kind, visit_id, technician_id, account_id, happened_at, said_at, received_at, data from facts
		 where visit_id = $1 order by received_at, id`, visit)
}

// SetVisitMinutes changes how long a visit that is under way lasts in all.
func (t *tx) SetVisitMinutes(ctx context.Context, v dispatch.Visit, minutes int) (dispatch.Visit, error) {
	now, found, err := maybe[dispatch.Visit](ctx, t, "visit",
		`update visits set minutes = $3, version = version + 1 where id = $1 and state = $2 returning `+visitColumns, v.ID, v.State, minutes)
	if err != nil || found {
		return now, err
	}
	return t.movedOn(ctx, v)
}

// OpenTicketsAbout gives the tickets of a template about items that are open or
// planned, first opened first.
func (t *tx) OpenTicketsAbout(ctx context.Context, template ids.ID, items []ids.ID) ([]dispatch.Ticket, error) {
	return list[dispatch.Ticket](ctx, t, "reading open tickets about items",
		`select `+ticketColumns+` from tickets where item_id = any($2) and template_id = $1 and state in ('open', 'planned')
		 order by opened_at, id`, template, items)
}

// Stuck lists visits under way that should have ended by then, the longest overdue
// first.
func (t *tx) Stuck(ctx context.Context, before time.Time, limit int) ([]dispatch.Visit, error) {
	return list[dispatch.Visit](ctx, t, "reading visits that were never reported as over",
		`select `+visitColumns+` from visits where state in ('en_route', 'arrived', 'in_progress') and planned_end <= $1
		 order by planned_end, id limit $2`, before, limit)
}
