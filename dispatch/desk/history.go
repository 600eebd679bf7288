package desk

import (
	"context"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/access"
	"roundsman/internal/ids"
)

// History gives what happened to a ticket and to all that hangs on it, newest
// first: the same for every agent. Code: "ticket_not_found".
func (d *Desk) History(ctx context.Context, who access.Principal, ticket ids.ID, p dispatch.Page) (list []dispatch.Event, next string, err error) {
	err = d.read(ctx, who, access.TicketsRead, func(tx dispatch.Tx) (err error) {
		if _, err = tx.Ticket(ctx, ticket); err != nil {
			return err
		}
		list, next, err = tx.TicketHistory(ctx, ticket, p)
		return err
	})
	return list, next, err
}

// UpdatesDue lists the tickets whose person should have heard from us by then, or
// by now when nothing is given, the longest overdue first.
func (d *Desk) UpdatesDue(ctx context.Context, who access.Principal, owner *ids.ID, before *time.Time, p dispatch.Page) (list []dispatch.Ticket, next string, err error) {
	f := dispatch.UpdateFilter{OwnerID: owner, Before: orNow(before, d.Clock.Now())}
	err = d.read(ctx, who, access.TicketsRead, func(tx dispatch.Tx) (err error) {
		list, next, err = tx.ListUpdatesDue(ctx, f, p)
		return err
	})
	return list, next, err
}
