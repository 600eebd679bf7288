package desk

import (
	"context"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/decide"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// NewDue promises something by an instant, on a ticket.
type NewDue struct {
	Kind      dispatch.PromiseKind // StatusPromise or DeliveryPromise
	Due       time.Time
	ItemID    *ids.ID // what is delivered, where it is known
	ContactID *ids.ID
	Wording   string // as said
}

// PromiseDue promises the holder of a ticket that they hear from us, or that
// something is with them, by an instant. The ticket's next update is not later.
//
// Codes: "ticket_not_found", "ticket_resolved", "promise_kind" for a kind that is
// not made by hand, "promise_past", "promise_taken", "item_not_found".
func (d *Desk) PromiseDue(ctx context.Context, who access.Principal, ticket ids.ID, n NewDue) (PromiseView, error) {
	now := d.Clock.Now()
	if n.Kind != dispatch.StatusPromise && n.Kind != dispatch.DeliveryPromise {
		return PromiseView{}, fault.New(fault.Conflict, "promise_kind", "a %s is not promised by hand: quote an arrival, lend an item", n.Kind).With("kind", n.Kind)
	}
	var out PromiseView
	err := d.write(ctx, who, access.PromisesWrite, func(tx dispatch.Tx) error {
		t, err := tx.LockTicket(ctx, ticket)
		if err != nil {
			return err
		}
		if err := t.May(dispatch.DeskPromise); err != nil {
			return err
		}
		due := dispatch.DuePromise{Kind: n.Kind, PersonID: t.PersonID, TicketID: t.ID, Due: n.Due.UTC(), Wording: n.Wording}
		if n.ItemID != nil {
			if _, err := tx.Item(ctx, *n.ItemID); err != nil {
				return err
			}
			due.SubjectID = *n.ItemID
		}
		p, err := decide.MakeDue(ctx, tx, who, due, now)
		if err != nil {
			return err
		}
		if n.Due.Before(t.NextUpdate) {
			t.NextUpdate = n.Due
			if _, err := tx.SaveTicket(ctx, t); err != nil {
				return err
			}
		}
		if n.ContactID != nil {
			if err := tx.NoteContact(ctx, *n.ContactID, &t.ID, "promised"); err != nil {
				return err
			}
		}
		if out, err = one(ctx, tx, p.ID); err != nil {
			return err
		}
		return tx.Answer(ctx, out)
	})
	return out, err
}

// FulfilPromise records that what was promised by an instant is done: the person
// was told, the item is with them. It is kept when that was before it was due, late
// otherwise. What keeps the other kinds keeps them by itself.
//
// Codes: "promise_not_found", "version_stale", "promise_state", "promise_kind",
// "bad_instants" when it is said to be done in the future or before it was promised.
func (d *Desk) FulfilPromise(ctx context.Context, who access.Principal, id ids.ID, version int64, at *time.Time, note string) (PromiseView, error) {
	now := d.Clock.Now()
	done := orNow(at, now)
	var out PromiseView
	err := d.write(ctx, who, access.PromisesWrite, func(tx dispatch.Tx) error {
		p, err := tx.LockPromise(ctx, id)
		if err != nil {
			return err
		}
		if p.Kind != dispatch.StatusPromise && p.Kind != dispatch.DeliveryPromise {
			return fault.New(fault.Conflict, "promise_kind", "a %s is not settled by hand: an arrival, a callback or a return settles it", p.Kind).With("kind", p.Kind)
		}
		if p.Version != version {
			return Stale("promise", p.Version)
		}
		if done.After(now) || done.Before(p.MadeAt) {
			return fault.New(fault.Invalid, "bad_instants", "it was done after it was promised and not later than now; check at").At("/at", "is in the future, or before the promise")
		}
		end := decide.End{To: dispatch.Judge(p, done, false), Reason: "by_hand", MetAt: &done, Note: note}
		if _, err = decide.SettleAs(ctx, tx, who, p, end, now); err != nil {
			return err
		}
		if out, err = one(ctx, tx, id); err != nil {
			return err
		}
		return tx.Answer(ctx, out)
	})
	return out, err
}
