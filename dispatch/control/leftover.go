package control

import (
	"context"
	"time"

	"roundsman/dispatch"
)

// sweptAtOnce is how many of a kind of leftover one sweep drops: few enough to be
// short, and more than are made meanwhile.
const sweptAtOnce = 2000

// leftovers forgets what nobody needs any more.
func (c *Control) leftovers(ctx context.Context, now time.Time) error {
	return c.Store.Write(ctx, func(tx dispatch.Tx) error {
		if _, err := tx.DropOutcomes(ctx, now.Add(-dispatch.OutcomeKept), now.Add(-dispatch.DecisionKept), sweptAtOnce); err != nil {
			return err
		}
		if _, err := tx.DropQuotes(ctx, now.Add(-dispatch.QuoteKept), sweptAtOnce); err != nil {
			return err
		}
		_, err := tx.DropLinkKeys(ctx, now.Add(-dispatch.LinkKeyKept), sweptAtOnce)
		return err
	})
}
