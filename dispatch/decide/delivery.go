package decide

import (
	"context"
	"time"

	"roundsman/assets"
	"roundsman/dispatch"
	"roundsman/internal/access"
	"roundsman/internal/ids"
)

// Delivered keeps the promise to a person that an item is with them, by whichever
// way it got there; in the hands of somebody else it keeps nothing. The item is
// locked.
func Delivered(ctx context.Context, tx dispatch.Tx, who access.Principal, item, person ids.ID, at, now time.Time) error {
	p, err := tx.OpenPromiseFor(ctx, dispatch.DeliveryPromise, item)
	if err != nil || p == nil || p.PersonID != person {
		return err
	}
	_, err = settleDone(ctx, tx, who, p.ID, at, "handed_over", now)
	return err
}

// HandOver gives the person what a technician has brought for a visit that is
// done: items kept for it and in the technician's own kit. Those that lie elsewhere
// are left to be let go of, and where an option was chosen so is what could have
// replaced their device: the choice itself gave it, or they did not want it. The visit
// is locked.
func HandOver(ctx context.Context, tx dispatch.Tx, who access.Principal, v dispatch.Visit, at, now time.Time) error {
	if v.TechnicianID == nil {
		return nil
	}
	from := assets.Custodian{Kind: assets.Technician, ID: *v.TechnicianID}
	kept, err := tx.KeptFor(ctx, v.ID)
	if err != nil || len(kept) == 0 {
		return err
	}
	refused, err := declined(ctx, tx, v)
	if err != nil {
		return err
	}
	for _, id := range kept {
		h, err := tx.LockItem(ctx, id)
		if err != nil {
			return err
		}
		if h.Holder != from || h.Item.State != assets.InKit || h.Reserved == nil || *h.Reserved != v.ID {
			continue
		}
		if refused != nil && *refused == h.Item.ModelID {
			continue
		}
		if err := handOver(ctx, tx, who, v, h, at, now); err != nil {
			return err
		}
	}
	return nil
}

// declined gives the model of the replacements that a visit's options were about, once
// one was chosen.
func declined(ctx context.Context, tx dispatch.Tx, v dispatch.Visit) (*ids.ID, error) {
	chosen, err := tx.OptionChosen(ctx, v.ID)
	if err != nil || !chosen {
		return nil, err
	}
	t, err := tx.Ticket(ctx, v.TicketID)
	if err != nil {
		return nil, err
	}
	template, err := tx.Template(ctx, t.TemplateID)
	return template.KitModel, err
}

func handOver(ctx context.Context, tx dispatch.Tx, who access.Principal, v dispatch.Visit, h assets.Held, at, now time.Time) error {
	it := h.Item
	var err error
	if it.State, err = assets.Issued.From(it.State); err != nil {
		return err
	}
	c := assets.Custody{ID: ids.New(), ItemID: it.ID, CustodianKind: assets.Person, CustodianID: v.PersonID, Since: at,
		Reason: string(assets.Issued), VisitID: &v.ID, ActorID: actor(who)}
	if it, err = tx.Move(ctx, it, h.Holder, c); err != nil {
		return err
	}
	e := assets.Entry{ID: ids.New(), ItemID: it.ID, Act: assets.Issued, State: it.State, At: at, ActorID: actor(who), CustodyID: &c.ID}
	if err := tx.AddEntry(ctx, e); err != nil {
		return err
	}
	if err := Delivered(ctx, tx, who, it.ID, v.PersonID, at, now); err != nil {
		return err
	}
	return Emit(ctx, tx, now, who, Event{Name: "item." + string(assets.Issued), Kind: "item", Subject: it.ID, Technician: v.TechnicianID,
		Data: map[string]any{"state": it.State, "from_kind": h.Holder.Kind, "from_id": h.Holder.ID, "to_kind": assets.Person, "to_id": v.PersonID,
			"custody_id": c.ID, "visit_id": v.ID}})
}
