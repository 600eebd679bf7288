package assets

import (
	"bytes"
	"context"
	"slices"
	"time"

	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// Exchange carries a swap out inside a transaction: the given item goes from the
// technician's kit to the person, the taken one from the person to the
// technician and into quarantine. Items are locked in the order of their ids.
//
// Codes: "asset_gone", "asset_not_theirs", "custody_moved", "item_not_found".
func Exchange(ctx context.Context, tx Tx, s Swap, given, taken ids.ID) (Item, Item, error) {
	first, second := given, taken
	if bytes.Compare(taken[:], given[:]) < 0 {
		first, second = taken, given
	}
	a, err := tx.LockItem(ctx, first)
	if err != nil {
		return Item{}, Item{}, err
	}
	b, err := tx.LockItem(ctx, second)
	if err != nil {
		return Item{}, Item{}, err
	}
	next, old := a, b
	if first == taken {
		next, old = b, a
	}
	if next.Reserved != nil && *next.Reserved != s.VisitID {
		return Item{}, Item{}, fault.New(fault.Conflict, "asset_gone", "item %s is kept for another visit; load another or offer the other option", next.Item.Tag)
	}
	if next.Item.Loaner {
		return Item{}, Item{}, fault.New(fault.Conflict, "asset_gone", "item %s is of the loaner pool and given to nobody for good; load another or offer the other option", next.Item.Tag)
	}
	s.New, s.Old = next.Item, old.Item
	if err := s.Check(next.Holder, old.Holder); err != nil {
		return Item{}, Item{}, err
	}
	s.New.State, s.Old.State = InUse, Quarantined
	if old.Model.Kind.Remembers() {
		s.Old.Wipe = WipeDue
	}
	in, err := tx.Move(ctx, s.New, next.Holder, s.custody(s.New.ID, Custodian{Person, s.PersonID}, "swapped_in"))
	if err != nil {
		return Item{}, Item{}, err
	}
	out, err := tx.Move(ctx, s.Old, old.Holder, s.custody(s.Old.ID, Custodian{Technician, s.Technician}, "swapped_out"))
	return in, out, err
}

func (s Swap) custody(item ids.ID, to Custodian, reason string) Custody {
	visit, actor := s.VisitID, s.ActorID
	return Custody{ID: ids.New(), ItemID: item, CustodianKind: to.Kind, CustodianID: to.ID, Since: s.At, Reason: reason, VisitID: &visit, ActorID: &actor}
}

// choices is how many items of a model Keep looks at for one that is still free.
const choices = 5

// Keep reserves an item for a visit. When another visit has it by now, or it does not
// lie in one of the depots that the visit is served from, a free item of the same model
// that does is taken in its place.
//
// Code: "asset_gone" when there is none.
func Keep(ctx context.Context, tx Tx, item, visit ids.ID, depots []ids.ID, at time.Time) (Held, error) {
	h, err := tx.LockItem(ctx, item)
	if err != nil {
		return h, err
	}
	if h.Reserved != nil && *h.Reserved == visit {
		return h, nil // kept already
	}
	if !h.toHand(depots) {
		if h, err = substitute(ctx, tx, h.Item.ModelID, depots); err != nil {
			return h, err
		}
	}
	return h, tx.Reserve(ctx, Reservation{ID: ids.New(), ItemID: h.Item.ID, VisitID: visit, CreatedAt: at})
}

// substitute locks a free item of a model. What the list calls free may have been
// taken or moved before it is locked, so it is looked at again.
func substitute(ctx context.Context, tx Tx, model ids.ID, depots []ids.ID) (Held, error) {
	pool := false
	list, _, err := tx.ListItems(ctx, Filter{States: []State{InStock}, ModelID: &model, Loaner: &pool, Free: true, Depots: depots}, choices, "")
	if err != nil {
		return Held{}, err
	}
	for _, seen := range list {
		h, err := tx.LockItem(ctx, seen.Item.ID)
		if err != nil || h.toHand(depots) {
			return h, err
		}
	}
	return Held{}, fault.New(fault.Conflict, "asset_gone", "no item of this model is left in stock; offer the other option")
}

// toHand says whether the item lies in stock in one of the depots, is not of the loaner
// pool, and nobody has it reserved.
func (h Held) toHand(depots []ids.ID) bool {
	return h.Reserved == nil && h.Item.State == InStock && !h.Item.Loaner &&
		h.Holder.Kind == Depot && slices.Contains(depots, h.Holder.ID)
}
