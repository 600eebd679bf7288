package desk

import (
	"context"

	"roundsman/dispatch"
	"roundsman/dispatch/decide"
	"roundsman/internal/access"
	"roundsman/internal/ids"
)

// Deliver is the notice worker's part: the notice is in the private notices
// table, and from now on counts as delivered. It may run twice; the event is
// written once.
func (d *Desk) Deliver(ctx context.Context, id ids.ID) error {
	now := d.Clock.Now()
	return d.Store.Write(ctx, func(tx dispatch.Tx) error {
		first, err := tx.DeliverNotice(ctx, id, now)
		if err != nil || !first {
			return err
		}
		n, err := tx.Notice(ctx, id)
		if err != nil {
			return err
		}
		return decide.Emit(ctx, tx, now, access.Principal{}, decide.Event{Name: "notice.delivered", Kind: "notice", Subject: id,
			Data: map[string]any{"person_id": n.PersonID, "kind": n.Kind, "channel": n.Channel, "ticket_id": n.TicketID, "promise_id": n.PromiseID}})
	})
}
