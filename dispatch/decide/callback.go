package decide

import (
	"context"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/access"
)

// OweCallback stores the callback of a visit, and the promise of it, and tells whose
// it is: whom the customer would rather be called by, else the ticket's owner, or who
// stands in for them when it is due. A visit that has
// its callback already gets no second one.
func OweCallback(ctx context.Context, tx dispatch.Tx, who access.Principal, c dispatch.Callback, now time.Time) (dispatch.Callback, error) {
	preferred, err := tx.PreferredAgent(ctx, c.DueAt, c.TicketID, c.PersonID)
	if err != nil {
		return c, err
	}
	if preferred != nil {
		c.OwnerID = preferred.AgentID
	}
	there, err := tx.StandInOf(ctx, c.OwnerID, c.DueAt)
	if err != nil {
		return c, err
	}
	if there != nil {
		away := c.OwnerID
		c.OwnerID, c.InsteadOf = *there, &away
	}
	fresh, err := tx.AddCallback(ctx, c)
	if err != nil || !fresh {
		return c, err
	}
	if _, err = MakeDue(ctx, tx, who, dispatch.DuePromise{Kind: dispatch.CallbackPromise, PersonID: c.PersonID, TicketID: c.TicketID,
		SubjectID: c.ID, Due: c.DueAt, Wording: "We call you back to hear whether all is well."}, now); err != nil {
		return c, err
	}
	return c, Emit(ctx, tx, now, who, Event{Name: "callback.due", Kind: "callback", Subject: c.ID,
		Data: map[string]any{"ticket_id": c.TicketID, "owner_id": c.OwnerID, "instead_of": c.InsteadOf, "due_at": c.DueAt}})
}
