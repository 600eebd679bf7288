package decide

import (
	"context"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/access"
)

// OweCallback stores a callback and the promise of it. A visit that has its
// callback already gets no second one.
func OweCallback(ctx context.Context, tx dispatch.Tx, who access.Principal, c dispatch.Callback, now time.Time) error {
	fresh, err := tx.AddCallback(ctx, c)
	if err != nil || !fresh {
		return err
	}
	_, err = MakeDue(ctx, tx, who, dispatch.DuePromise{Kind: dispatch.CallbackPromise, PersonID: c.PersonID, TicketID: c.TicketID,
		SubjectID: c.ID, Due: c.DueAt, Wording: "We call you back to hear whether all is well."}, now)
	return err
}
