package stock

import (
	"context"
	"fmt"
	"strings"

	"roundsman/assets"
	"roundsman/dispatch"
	"roundsman/dispatch/decide"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// Delivery is new hardware that came into a depot.
type Delivery struct {
	DepotID   ids.ID
	Reference string // of the delivery note
	Items     []NewItem
}

// NewItem is one piece of it.
type NewItem struct {
	ID        *ids.ID
	ModelID   ids.ID
	Tag       string
	Serial    string
	OSName    *string
	OSVersion *string
	Loaner    bool
}

// Receive takes a delivery into a depot: all of it, or nothing.
//
// Codes: "depot_not_found", "depot_state", "model_not_found", "tag_taken", "bad_version",
// "id_taken".
func (r *Room) Receive(ctx context.Context, who access.Principal, d Delivery) ([]assets.Held, error) {
	now := r.Clock.Now()
	var out []assets.Held
	err := r.write(ctx, who, access.AssetsWrite, func(tx dispatch.Tx) error {
		if err := acceptable(ctx, tx, d); err != nil {
			return err
		}
		items := make([]assets.Item, len(d.Items))
		custodies := make([]assets.Custody, len(d.Items))
		for i, n := range d.Items {
			items[i] = assets.Item{ID: newID(n.ID), ModelID: n.ModelID, Tag: n.Tag, Serial: n.Serial, State: assets.InStock,
				OSName: n.OSName, OSVersion: n.OSVersion, Loaner: n.Loaner, Wipe: assets.Clean, Version: 1}
			custodies[i] = assets.Custody{ID: ids.New(), ItemID: items[i].ID, CustodianKind: assets.Depot, CustodianID: d.DepotID,
				Since: now, Reason: string(assets.Received), ActorID: &who.AccountID}
		}
		if err := tx.ReceiveItems(ctx, items, custodies); err != nil {
			return err
		}
		out = make([]assets.Held, len(items))
		for i, it := range items {
			if err := received(ctx, tx, who, it, custodies[i], d.Reference); err != nil {
				return err
			}
			h, err := tx.Item(ctx, it.ID)
			if err != nil {
				return err
			}
			out[i] = h
		}
		return tx.Answer(ctx, out)
	})
	return out, err
}

// acceptable looks a delivery over before anything of it is written.
func acceptable(ctx context.Context, tx dispatch.Tx, d Delivery) error {
	if _, err := inUse(ctx, tx, d.DepotID); err != nil {
		return err
	}
	models, err := tx.ListModels(ctx)
	if err != nil {
		return err
	}
	known := map[ids.ID]bool{}
	for _, m := range models {
		known[m.ID] = true
	}
	tags, first := make([]string, len(d.Items)), map[string]int{}
	for i, n := range d.Items {
		at := fmt.Sprintf("/items/%d", i)
		if !known[n.ModelID] {
			return fault.New(fault.NotFound, "model_not_found", "there is no such model; GET /v1/models lists them").At(at+"/model_id", "names no model")
		}
		if n.OSVersion != nil {
			if _, err := assets.ParseVersion(*n.OSVersion); err != nil {
				return fault.New(fault.Invalid, "bad_version", "versions are dotted numbers such as 10.0.19045").At(at+"/os_version", "is no version")
			}
		}
		tags[i] = n.Tag
		if j, twice := first[strings.ToUpper(n.Tag)]; twice {
			return fault.New(fault.Conflict, "tag_taken", "tag %s stands on two of these; read the labels again", n.Tag).At(at+"/tag", fmt.Sprintf("is that of item %d too", j))
		}
		first[strings.ToUpper(n.Tag)] = i
	}
	there, err := tx.ItemsByTag(ctx, tags)
	if err != nil || len(there) == 0 {
		return err
	}
	f := fault.New(fault.Conflict, "tag_taken", "%d of these tags are taken; read the labels again", len(there))
	for _, h := range there {
		f = f.At(fmt.Sprintf("/items/%d/tag", first[strings.ToUpper(h.Item.Tag)]), "is taken")
	}
	return f
}

func received(ctx context.Context, tx dispatch.Tx, who access.Principal, it assets.Item, c assets.Custody, reference string) error {
	if err := prove(ctx, tx, who, c.Since, c.ID, assets.Taker, assets.Evidence{Method: assets.ByAccount}); err != nil {
		return err
	}
	e := assets.Entry{ID: ids.New(), ItemID: it.ID, Act: assets.Received, State: it.State, At: c.Since, ActorID: &who.AccountID, CustodyID: &c.ID, Reason: reference}
	if err := tx.AddEntry(ctx, e); err != nil {
		return err
	}
	return decide.Emit(ctx, tx, c.Since, who, decide.Event{Name: "item.received", Kind: "item", Subject: it.ID,
		Data: map[string]any{"state": it.State, "model_id": it.ModelID, "to_kind": assets.Depot, "to_id": c.CustodianID, "custody_id": c.ID}})
}
