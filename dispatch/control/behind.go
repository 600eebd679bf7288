package control

import (
	"context"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/ids"
)

// behind asks for the times of rounds in which nothing was heard of what should have
// happened by now: a technician who says nothing is late as well, and those who wait
// are to know before their window is over. Once computed, the times are the present
// ones, so that a round comes up again only after another dispatch.BehindBy.
func (c *Control) behind(ctx context.Context, now time.Time) error {
	var rounds []ids.ID
	err := c.Store.Read(ctx, func(tx dispatch.Tx) (err error) {
		rounds, err = tx.RoundsBehind(ctx, now.Add(-neverCame), now.Add(-dispatch.BehindBy), batch)
		return err
	})
	if err != nil || len(rounds) == 0 {
		return err
	}
	return c.Store.Write(ctx, func(tx dispatch.Tx) error {
		for _, id := range rounds {
			if err := tx.Enqueue(ctx, dispatch.Job{Kind: "retime", ID: id}); err != nil {
				return err
			}
		}
		return nil
	})
}
