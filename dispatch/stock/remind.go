package stock

import (
	"context"
	"errors"
	"fmt"
	"time"

	"roundsman/assets"
	"roundsman/dispatch"
	"roundsman/dispatch/decide"
	"roundsman/internal/access"
	"roundsman/internal/ids"
)

// batch is how many of a kind one sweep looks at.
const batch = 200

// Sweep reminds people of their loans: the day before they are due, and when they
// are. Each is told once. It may run twice, and on several replicas at once.
func (r *Room) Sweep(ctx context.Context) error {
	now := r.Clock.Now()
	var soon, due []ids.ID
	err := r.Store.Read(ctx, func(tx dispatch.Tx) (err error) {
		if soon, err = tx.RemindSoon(ctx, now.Add(assets.ReminderLead), batch); err != nil {
			return err
		}
		due, err = tx.RemindDue(ctx, now, batch)
		return err
	})
	if err != nil {
		return err
	}
	// What can't be told must not stand in the way of what can.
	var failed error
	for _, id := range soon {
		failed = errors.Join(failed, r.remind(ctx, id, now, false))
	}
	for _, id := range due {
		failed = errors.Join(failed, r.remind(ctx, id, now, true))
	}
	return failed
}

// remind tells the person of one loan. The mark comes first: whoever loses it does
// not tell again.
func (r *Room) remind(ctx context.Context, id ids.ID, now time.Time, due bool) error {
	err := r.Store.Write(ctx, func(tx dispatch.Tx) error {
		mark := tx.MarkSoon
		if due {
			mark = tx.MarkDue
		}
		if first, err := mark(ctx, id, now); err != nil || !first {
			return err
		}
		l, err := tx.Loan(ctx, id)
		if err != nil {
			return err
		}
		if !due && !now.Before(l.DueAt) {
			return nil // told that it is due instead
		}
		return r.tell(ctx, tx, l, now, due)
	})
	if err != nil {
		return fmt.Errorf("reminding of loan %s: %w", id, err)
	}
	return nil
}

func (r *Room) tell(ctx context.Context, tx dispatch.Tx, l assets.Loan, now time.Time, due bool) error {
	person, err := tx.Person(ctx, l.PersonID)
	if err != nil {
		return err
	}
	site, err := tx.Site(ctx, person.SiteID)
	if err != nil {
		return err
	}
	loc, err := time.LoadLocation(site.Zone)
	if err != nil {
		return fmt.Errorf("time zone of site %s: %w", site.Code, err)
	}
	h, err := tx.Item(ctx, l.ItemID)
	if err != nil {
		return err
	}
	depot, err := tx.Depot(ctx, l.DepotID)
	if err != nil {
		return err
	}
	var ticket *dispatch.Ticket
	if l.TicketID != nil {
		t, err := tx.Ticket(ctx, *l.TicketID)
		if err != nil {
			return err
		}
		ticket = &t
	}
	kind, event := "loan_due_soon", "loan.reminded"
	if due {
		kind, event = "loan_due", "loan.fell_due"
	}
	n := dispatch.Tell(person, ticket, l.PromiseID, kind, dispatch.Told{Item: h.Item.Tag, Place: depot.Name, Start: l.StartsAt, End: l.DueAt, Zone: loc}, now)
	if err := decide.Send(ctx, tx, n); err != nil {
		return err
	}
	return decide.Emit(ctx, tx, now, access.Principal{}, decide.Event{Name: event, Kind: "loan", Subject: l.ID,
		Data: map[string]any{"item_id": l.ItemID, "person_id": l.PersonID, "notice_id": n.ID, "due_at": l.DueAt}})
}
