package stock

import (
	"context"

	"roundsman/assets"
	"roundsman/dispatch"
	"roundsman/dispatch/decide"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// Reserve keeps an item for a visit, by hand. It lies in stock, or in the kit of
// the visit's technician.
//
// Codes: "item_not_found", "visit_not_found", "version_stale", "visit_state" when
// the visit is over, "item_state", "asset_gone" when it is kept for another visit,
// "loaner_booked", "loaner_pooled".
func (r *Room) Reserve(ctx context.Context, who access.Principal, item ids.ID, version int64, visit ids.ID) (assets.Held, error) {
	return r.keep(ctx, who, item, version, func(tx dispatch.Tx) (dispatch.Visit, error) {
		v, err := tx.LockVisit(ctx, visit)
		if err == nil {
			err = v.State.Allows(dispatch.ActReserve)
		}
		return v, err
	}, func(tx dispatch.Tx, h assets.Held, v dispatch.Visit) error {
		now := r.Clock.Now()
		mine := h.Item.State == assets.InKit && v.TechnicianID != nil && *v.TechnicianID == h.Holder.ID
		if h.Item.State != assets.InStock && !mine {
			return fault.New(fault.Conflict, "item_state", "only what is in stock, or in the kit of the visit's technician, is kept for a visit; item %s is not", h.Item.Tag).
				With("state", h.Item.State).With("allowed", []assets.State{assets.InKit, assets.InStock})
		}
		if h.Reserved != nil {
			return fault.New(fault.Conflict, "asset_gone", "item %s is kept for a visit already; choose another", h.Item.Tag).With("visit_id", *h.Reserved)
		}
		if err := free(ctx, tx, who, now, h, Order{}); err != nil {
			return err
		}
		if err := lentOnly(h); err != nil {
			return err
		}
		if err := tx.Reserve(ctx, assets.Reservation{ID: ids.New(), ItemID: item, VisitID: visit, CreatedAt: now}); err != nil {
			return err
		}
		return decide.Emit(ctx, tx, now, who, decide.Event{Name: "item.reserved", Kind: "item", Subject: item, Technician: v.TechnicianID,
			Data: map[string]any{"visit_id": visit}})
	})
}

// Release lets go of a reservation, with the reason in a word. Codes:
// "item_not_found", "version_stale", "not_reserved".
func (r *Room) Release(ctx context.Context, who access.Principal, item ids.ID, version int64, reason string) (assets.Held, error) {
	return r.keep(ctx, who, item, version, nil, func(tx dispatch.Tx, h assets.Held, _ dispatch.Visit) error {
		if h.Reserved == nil {
			return fault.New(fault.Conflict, "not_reserved", "item %s is kept for nobody", h.Item.Tag)
		}
		now := r.Clock.Now()
		e := assets.Entry{ID: ids.New(), ItemID: item, Act: "released", State: h.Item.State, At: now, ActorID: &who.AccountID, Reason: reason}
		if err := tx.AddEntry(ctx, e); err != nil {
			return err
		}
		return letGo(ctx, tx, who, now, h, "by_hand")
	})
}

// keep changes the reservation of an item that is at a version, behind its visit.
func (r *Room) keep(ctx context.Context, who access.Principal, item ids.ID, version int64,
	first func(dispatch.Tx) (dispatch.Visit, error), alter func(dispatch.Tx, assets.Held, dispatch.Visit) error) (assets.Held, error) {
	var h assets.Held
	err := r.write(ctx, who, access.AssetsWrite, func(tx dispatch.Tx) error {
		seen, err := tx.Item(ctx, item)
		if err != nil {
			return err
		}
		// What is kept for one visit is in no other's kit.
		if err := raiseKits(ctx, tx, seen.Holder, nil, r.Clock.Now()); err != nil {
			return err
		}
		var v dispatch.Visit
		if first != nil {
			if v, err = first(tx); err != nil {
				return err
			}
		}
		if h, err = tx.LockItem(ctx, item); err != nil {
			return err
		}
		if h.Item.Version != version || seen.Item.Version != version {
			return stale("item", h.Item.Version)
		}
		if err := alter(tx, h, v); err != nil {
			return err
		}
		if _, err := tx.SaveItem(ctx, h.Item); err != nil {
			return err
		}
		if h, err = tx.Item(ctx, item); err != nil {
			return err
		}
		return tx.Answer(ctx, h)
	})
	return h, err
}
