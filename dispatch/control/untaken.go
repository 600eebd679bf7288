package control

import (
	"context"
	"errors"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/decide"
	"roundsman/internal/access"
	"roundsman/internal/ids"
)

// untaken tells the owners of tickets of what they have handed over and nobody has
// taken in time, once each. They answer for it as before.
func (c *Control) untaken(ctx context.Context, now time.Time) error {
	transfers := c.Store.Write(ctx, func(tx dispatch.Tx) error {
		list, err := tx.FlagTransfers(ctx, now, batch)
		for _, x := range list {
			err = errors.Join(err, tellUntaken(ctx, tx, "transfer", x.ID, x.TicketID, x.DueAt, now))
		}
		return err
	})
	tasks := c.Store.Write(ctx, func(tx dispatch.Tx) error {
		list, err := tx.FlagTasks(ctx, now, batch)
		for _, x := range list {
			err = errors.Join(err, tellUntaken(ctx, tx, "task", x.ID, x.TicketID, x.AcceptBy, now))
		}
		return err
	})
	return errors.Join(transfers, tasks)
}

func tellUntaken(ctx context.Context, tx dispatch.Tx, noun string, subject, ticket ids.ID, due, now time.Time) error {
	return decide.Emit(ctx, tx, now, access.Principal{}, decide.Event{Name: noun + ".unanswered", Kind: noun, Subject: subject,
		Data: map[string]any{"ticket_id": ticket, "due_at": due}})
}
