package stock

import (
	"context"
	"time"

	"roundsman/assets"
	"roundsman/dispatch"
	"roundsman/dispatch/decide"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// carryOut does one act on a locked item: its state, custody, proof, journal and
// event. Every way that an item goes through the stock room ends here.
func carryOut(ctx context.Context, tx dispatch.Tx, who access.Principal, now time.Time, h assets.Held, o Order) (assets.Held, error) {
	next, err := after(h, o)
	if err != nil {
		return h, err
	}
	if err := free(ctx, tx, who, now, h, o); err != nil {
		return h, err
	}
	custody, err := settle(ctx, tx, who, now, h, next, o)
	if err != nil {
		return h, err
	}
	if o.Act == assets.Issued {
		if err := decide.Delivered(ctx, tx, who, next.ID, o.To.ID, now, now); err != nil {
			return h, err
		}
	}
	if err := note(ctx, tx, who, now, h, next, o, custody); err != nil {
		return h, err
	}
	return tx.Item(ctx, h.Item.ID)
}

// after gives the item as it is after the act. It is a rule: nothing is read or
// written. Codes: "item_state", "wipe_due", "item_not_in_depot", "same_depot",
// "nothing_to_correct".
func after(h assets.Held, o Order) (assets.Item, error) {
	it := h.Item
	var err error
	if o.Act == assets.Corrected {
		return corrected(h, o)
	}
	if it.State, err = o.Act.From(h.Item.State); err != nil {
		return it, err
	}
	switch o.Act {
	case assets.Transferred:
		if o.To != nil && *o.To == h.Holder {
			return it, fault.New(fault.Invalid, "same_depot", "item %s lies in that depot already; name another", it.Tag).At("/depot_id", "is where it lies")
		}
	case assets.Wiped:
		it.Wipe = assets.IsWiped
	case assets.Cleared:
		if h.Holder.Kind != assets.Depot {
			return it, fault.New(fault.Conflict, "item_not_in_depot", "item %s is with a technician; unload it into a depot first", it.Tag)
		}
		if it.Wipe == assets.WipeDue {
			return it, wipeDue(it)
		}
	case assets.WrittenOff:
		if it.Wipe == assets.WipeDue && h.Item.State == assets.Quarantined {
			return it, wipeDue(it)
		}
	case assets.CameBack:
		if o.Outcome == "replaced" {
			it.Wipe = assets.Clean
		}
		if o.Serial != nil {
			it.Serial = *o.Serial
		}
	}
	if used(h) && it.State != assets.InUse && it.State != assets.OnLoan {
		it.Wipe = assets.WipeDue
	}
	return it, nil
}

// corrected gives the item as its record should have said.
func corrected(h assets.Held, o Order) (assets.Item, error) {
	it := h.Item
	var err error
	if o.Tag == nil && o.Serial == nil && o.OSVersion == nil && o.To == nil {
		return it, fault.New(fault.Invalid, "nothing_to_correct", "say what is wrong in the record: tag, serial, os_version or holder")
	}
	if it.State == assets.Retired {
		_, err = it.State.Correct(assets.Depot)
		return it, err
	}
	if o.To != nil {
		if it.State, err = it.State.Correct(o.To.Kind); err != nil {
			return it, err
		}
		if used(h) && it.State == assets.Quarantined {
			it.Wipe = assets.WipeDue
		}
	}
	if o.Tag != nil {
		it.Tag = *o.Tag
	}
	if o.Serial != nil {
		it.Serial = *o.Serial
	}
	if o.OSVersion != nil {
		it.OSVersion = o.OSVersion
	}
	return it, nil
}

// used says whether somebody's data are on the item.
func used(h assets.Held) bool {
	return h.Model.Kind.Remembers() && (h.Item.State == assets.InUse || h.Item.State == assets.OnLoan)
}

func wipeDue(it assets.Item) *fault.Error {
	return fault.New(fault.Conflict, "wipe_due", "the data of whoever had %s are still on it; wipe it first", it.Tag)
}

// free sees to those for whom the item is kept or booked. An act that somebody
// decided on is refused; what simply happened lets go of it. Codes:
// "item_reserved", "loaner_booked", "loaner_pooled".
func free(ctx context.Context, tx dispatch.Tx, who access.Principal, now time.Time, h assets.Held, o Order) error {
	if h.Reserved != nil {
		if err := freeOfVisit(ctx, tx, who, now, h, o); err != nil {
			return err
		}
	}
	if h.Item.State != assets.InStock || o.Act == assets.Lent || o.Act.Leaves() {
		return nil
	}
	live, err := tx.LiveLoans(ctx, []ids.ID{h.Item.ID})
	if err != nil {
		return err
	}
	if len(live) > 0 {
		return fault.New(fault.Conflict, "loaner_booked", "item %s is booked as a loaner; cancel the booking first, or take another item", h.Item.Tag).
			With("loan_id", live[0].ID)
	}
	if o.Act == assets.Loaded {
		return lentOnly(h)
	}
	return nil
}

// lentOnly refuses to plan with a loaner as with a spare: a kit's items, and those that
// are kept for a visit, are handed over for good, and it would be missing in its pool.
// Code: "loaner_pooled".
func lentOnly(h assets.Held) error {
	if !h.Item.Loaner {
		return nil
	}
	return fault.New(fault.Conflict, "loaner_pooled", "item %s is of the loaner pool; lend it, or take another item", h.Item.Tag)
}

// freeOfVisit looks at a reservation: the item may go to that visit's technician
// and person, or nearer to them.
func freeOfVisit(ctx context.Context, tx dispatch.Tx, who access.Principal, now time.Time, h assets.Held, o Order) error {
	v, err := tx.Visit(ctx, *h.Reserved)
	if err != nil {
		return err
	}
	switch o.Act {
	case assets.Transferred, assets.Arrived, assets.Unloaded:
		return nil
	case assets.Loaded:
		if v.TechnicianID == nil || *v.TechnicianID == o.To.ID {
			return nil
		}
	case assets.Issued:
		if v.PersonID == o.To.ID {
			return letGo(ctx, tx, who, now, h, "handed_over")
		}
	case assets.Corrected:
		if o.To == nil {
			return nil
		}
	}
	if o.Act.Leaves() {
		return letGo(ctx, tx, who, now, h, string(o.Act))
	}
	return fault.New(fault.Conflict, "item_reserved", "item %s is kept for a visit; release it first, or take another item", h.Item.Tag).
		With("visit_id", v.ID)
}

// letGo ends a reservation.
func letGo(ctx context.Context, tx dispatch.Tx, who access.Principal, now time.Time, h assets.Held, why string) error {
	if _, err := tx.ReleaseItem(ctx, h.Item.ID, now); err != nil {
		return err
	}
	return decide.Emit(ctx, tx, now, who, decide.Event{Name: "item.released", Kind: "item", Subject: h.Item.ID,
		Data: map[string]any{"visit_id": h.Reserved, "reason": why}})
}

// settle writes the item and, where it changes hands, the next custody with its
// proof. It gives the custody, nil when the item stays where it is.
func settle(ctx context.Context, tx dispatch.Tx, who access.Principal, now time.Time, h assets.Held, next assets.Item, o Order) (*ids.ID, error) {
	if o.To == nil || *o.To == h.Holder || o.Act == assets.Transferred {
		_, err := tx.SaveItem(ctx, next)
		return nil, err
	}
	c := assets.Custody{ID: ids.New(), ItemID: next.ID, CustodianKind: o.To.Kind, CustodianID: o.To.ID, Since: now,
		Reason: string(o.Act), VisitID: o.VisitID, ActorID: &who.AccountID}
	if _, err := tx.Move(ctx, next, h.Holder, c); err != nil {
		return nil, err
	}
	handedOver := o.Act != assets.Found && o.Act != assets.Corrected
	for _, x := range []struct {
		side assets.Side
		kind assets.CustodianKind
		by   *assets.Evidence
	}{{assets.Giver, h.Holder.Kind, o.Giver}, {assets.Taker, o.To.Kind, o.Taker}} {
		if x.by == nil && handedOver && x.kind == assets.Depot {
			x.by = &assets.Evidence{Method: assets.ByAccount}
		}
		if x.by == nil {
			continue
		}
		if err := prove(ctx, tx, who, now, c.ID, x.side, *x.by); err != nil {
			return nil, err
		}
	}
	return &c.ID, nil
}

// prove keeps what one side of a handover leaves.
func prove(ctx context.Context, tx dispatch.Tx, who access.Principal, now time.Time, custody ids.ID, side assets.Side, e assets.Evidence) error {
	p, err := e.Proof(custody, side, who.AccountID, now)
	if err != nil {
		return err
	}
	return tx.AddProof(ctx, p, e.Content)
}

// note writes what goes along with an act: the way to another depot, the stay at
// a vendor's, the journal and the event.
func note(ctx context.Context, tx dispatch.Tx, who access.Principal, now time.Time, h assets.Held, next assets.Item, o Order, custody *ids.ID) error {
	if err := along(ctx, tx, now, h, o); err != nil {
		return err
	}
	e := assets.Entry{ID: ids.New(), ItemID: next.ID, Act: o.Act, State: next.State, At: now, ActorID: &who.AccountID, CustodyID: custody, Reason: o.Reason}
	if err := tx.AddEntry(ctx, e); err != nil {
		return err
	}
	data := map[string]any{"state": next.State, "from_kind": h.Holder.Kind, "from_id": h.Holder.ID}
	technician := h.Holder
	if o.To != nil {
		data["to_kind"], data["to_id"] = o.To.Kind, o.To.ID
		if o.To.Kind == assets.Technician {
			technician = *o.To
		}
	}
	if custody != nil {
		data["custody_id"] = *custody
	}
	if o.VisitID != nil {
		data["visit_id"] = *o.VisitID
	}
	ev := decide.Event{Name: "item." + string(o.Act), Kind: "item", Subject: next.ID, Data: data}
	if technician.Kind == assets.Technician {
		ev.Technician = &technician.ID
	}
	return decide.Emit(ctx, tx, now, who, ev)
}

// along begins and ends transfers and repairs.
func along(ctx context.Context, tx dispatch.Tx, now time.Time, h assets.Held, o Order) error {
	var err error
	switch {
	case o.Act == assets.Transferred:
		return tx.StartTransfer(ctx, assets.Transfer{ID: ids.New(), ItemID: h.Item.ID, FromDepot: h.Holder.ID, ToDepot: o.To.ID, SentAt: now})
	case o.Act == assets.Arrived:
		_, err = tx.EndTransfer(ctx, h.Item.ID, &o.To.ID, now)
	case o.Act == assets.SentOff:
		x := *o.Repair
		x.ID, x.ItemID, x.SentAt, x.Reason = ids.New(), h.Item.ID, now, o.Reason
		return tx.AddRepair(ctx, x)
	case o.Act == assets.CameBack:
		_, err = tx.EndRepair(ctx, h.Item.ID, o.Outcome, now)
	case h.Item.State == assets.InTransit: // lost on its way
		_, err = tx.EndTransfer(ctx, h.Item.ID, nil, now)
	case h.Item.State == assets.InRepair && o.Act == assets.Missed:
		_, err = tx.EndRepair(ctx, h.Item.ID, "lost", now)
	case h.Item.State == assets.InRepair && o.Act == assets.WrittenOff:
		_, err = tx.EndRepair(ctx, h.Item.ID, "not_repairable", now)
	}
	return err
}
