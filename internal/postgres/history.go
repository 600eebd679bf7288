package postgres

import (
	"context"

	"roundsman/dispatch"
	"roundsman/internal/ids"
)

// subjects are everything that a ticket's history tells of, by index from the
// ticket and those merged into it.
const subjects = `with own as (
	    select $1::uuid as id union all select id from tickets where merged_into = $1
	), subjects as (
	    select id from own
	    union all select v.id from visits v join own on v.ticket_id = own.id
	    union all select p.id from promises p join own on p.ticket_id = own.id
	    union all select c.id from contacts c join own on c.ticket_id = own.id
	    union all select c.id from callbacks c join own on c.ticket_id = own.id
	    union all select x.id from transfers x join own on x.ticket_id = own.id
	    union all select x.id from tasks x join own on x.ticket_id = own.id
	    union all select x.id from escalations x join own on x.ticket_id = own.id
	)`

// TicketHistory gives the events of a ticket and of all that hangs on it, newest
// first, and what it went through elsewhere before it was imported.
func (t *tx) TicketHistory(ctx context.Context, ticket ids.ID, p dispatch.Page) ([]dispatch.Event, string, error) {
	w := filter{args: []any{ticket}}
	tail, limit, err := w.page(p, "at")
	if err != nil {
		return nil, "", err
	}
	rows, err := list[dispatch.Event](ctx, t, "reading a ticket's history",
		subjects+` select id, position, name, subject_kind, subject_id, at, actor_id, technician_id, region_id, data
		 from (select e.id, e.position, e.name, e.subject_kind, e.subject_id, e.at, e.actor_id, e.technician_id, e.region_id, e.data
		       from subjects s join events e on e.subject_id = s.id
		       union all
		       select p.id, null, p.name, 'ticket', p.ticket_id, p.at, null, null, null, p.data
		       from own join past_events p on p.ticket_id = own.id) e`+tail, w.args...)
	rows, next := cut(rows, limit, func(e dispatch.Event) cursor { return cursor{At: e.At, ID: e.ID} })
	return rows, next, err
}

// ListUpdatesDue gives unresolved tickets by their next update, the longest overdue first.
func (t *tx) ListUpdatesDue(ctx context.Context, f dispatch.UpdateFilter, p dispatch.Page) ([]dispatch.Ticket, string, error) {
	var w filter
	if f.OwnerID != nil {
		w.and("owner_id = $", *f.OwnerID)
	}
	w.and("state <> 'resolved'")
	w.and("next_update < $", f.Before)
	tail, limit, err := w.pageUp(p, "next_update")
	if err != nil {
		return nil, "", err
	}
	rows, err := list[dispatch.Ticket](ctx, t, "listing updates due", `select `+ticketColumns+` from tickets`+tail, w.args...)
	rows, next := cut(rows, limit, func(k dispatch.Ticket) cursor { return cursor{At: k.NextUpdate, ID: k.ID} })
	return rows, next, err
}
