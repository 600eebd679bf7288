package dispatch

import (
	"context"

	"roundsman/internal/ids"
)

// Histories read what happened to a ticket: its own events and those of its
// visits, promises, callbacks, transfers, tasks and escalations, and of the
// tickets merged into it.
type Histories interface {
	// TicketHistory gives the events, newest first.
	TicketHistory(ctx context.Context, ticket ids.ID, p Page) (list []Event, next string, err error)
	// ListUpdatesDue gives unresolved tickets by when their person hears from us
	// next, the longest overdue first.
	ListUpdatesDue(ctx context.Context, f UpdateFilter, p Page) (list []Ticket, next string, err error)
}
