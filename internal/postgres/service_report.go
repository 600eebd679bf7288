package postgres

import (
	"context"
	"fmt"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/ids"
)

// ResolvedBetween gives tickets resolved in a while, by when and then id.
func (t *tx) ResolvedBetween(ctx context.Context, from, until time.Time, last *dispatch.Ticket, limit int) ([]dispatch.Ticket, error) {
	var w filter
	w.and("resolved_at >= $", from)
	w.and("resolved_at < $", until)
	w.and("merged_into is null")
	if last != nil {
		w.and("(resolved_at, id) > ($, $)", *last.ResolvedAt, last.ID)
	}
	return list[dispatch.Ticket](ctx, t, "reading resolved tickets",
		fmt.Sprintf(`select %s from tickets%s order by resolved_at, id limit %d`, ticketColumns, w.where(), limit), w.args...)
}

// PausesOfTickets gives the pauses of tickets in their order.
func (t *tx) PausesOfTickets(ctx context.Context, tickets []ids.ID) ([]dispatch.TicketPause, error) {
	return list[dispatch.TicketPause](ctx, t, "reading pauses of tickets",
		`select `+ticketPauseColumns+` from ticket_pauses where ticket_id = any($1) order by began_at`, tickets)
}

// ExceptionsOfAny gives the approved exceptions that may cover one of the tickets.
func (t *tx) ExceptionsOfAny(ctx context.Context, of []dispatch.Ticket) ([]dispatch.Exception, error) {
	var tickets, people, sites, templates []ids.ID
	for _, k := range of {
		tickets, people, sites, templates = append(tickets, k.ID), append(people, k.PersonID), append(sites, k.SiteID), append(templates, k.TemplateID)
	}
	return list[dispatch.Exception](ctx, t, "reading exceptions of tickets",
		`select `+exceptionColumns+` from service_exceptions where state = 'approved'
		     and (ticket_id = any($1) or person_id = any($2) or site_id = any($3) or template_id = any($4)) order by decided_at`,
		tickets, people, sites, templates)
}
