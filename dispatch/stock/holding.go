package stock

import (
	"context"
	"slices"

	"roundsman/assets"
	"roundsman/dispatch"
	"roundsman/dispatch/decide"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// Holding is an item with the custody of whoever has it now, and its proof.
type Holding struct {
	assets.Held
	Custody assets.Custody
	Proofs  []assets.Proof
}

// Confirmed says whether the holder has shown that they have it.
func (h Holding) Confirmed() bool {
	return slices.ContainsFunc(h.Proofs, func(p assets.Proof) bool { return p.Side == assets.Taker })
}

// Holdings lists what a custodian answers for, by tag.
func (r *Room) Holdings(ctx context.Context, who access.Principal, c assets.Custodian, p dispatch.Page) (list []Holding, next string, err error) {
	err = r.read(ctx, who, access.AssetsRead, func(tx dispatch.Tx) (err error) {
		list, next, err = holdings(ctx, tx, c, p)
		return err
	})
	return list, next, err
}

func holdings(ctx context.Context, tx dispatch.Tx, c assets.Custodian, p dispatch.Page) ([]Holding, string, error) {
	items, next, err := tx.ListItems(ctx, assets.Filter{Holder: &c}, p.Limit, p.After)
	if err != nil {
		return nil, "", err
	}
	list := make([]ids.ID, len(items))
	for i, h := range items {
		list[i] = h.Item.ID
	}
	custodies, err := tx.OpenCustodies(ctx, list)
	if err != nil {
		return nil, "", err
	}
	open, of := map[ids.ID]assets.Custody{}, make([]ids.ID, len(custodies))
	for i, x := range custodies {
		open[x.ItemID], of[i] = x, x.ID
	}
	proofs, err := tx.Proofs(ctx, of)
	if err != nil {
		return nil, "", err
	}
	by := map[ids.ID][]assets.Proof{}
	for _, x := range proofs {
		by[x.CustodyID] = append(by[x.CustodyID], x)
	}
	out := make([]Holding, len(items))
	for i, h := range items {
		out[i] = Holding{h, open[h.Item.ID], by[open[h.Item.ID].ID]}
	}
	return out, next, nil
}

// Record is everything that is known of an item.
type Record struct {
	Held      assets.Held
	Chain     []assets.Custody
	Proofs    []assets.Proof
	Journal   []assets.Entry
	Transfers []assets.Transfer
	Repairs   []assets.Repair
	Loans     []assets.Loan // booked or out
}

// Item gives one item with its chain of custody, proofs and journal. Code:
// "item_not_found".
func (r *Room) Item(ctx context.Context, who access.Principal, id ids.ID) (Record, error) {
	var x Record
	err := r.read(ctx, who, access.AssetsRead, func(tx dispatch.Tx) (err error) {
		if x.Held, err = tx.Item(ctx, id); err != nil {
			return err
		}
		if x.Chain, err = tx.Chain(ctx, id); err != nil {
			return err
		}
		of := make([]ids.ID, len(x.Chain))
		for i, c := range x.Chain {
			of[i] = c.ID
		}
		if x.Proofs, err = tx.Proofs(ctx, of); err != nil {
			return err
		}
		if x.Journal, err = tx.Journal(ctx, id); err != nil {
			return err
		}
		if x.Transfers, err = tx.TransfersOf(ctx, id); err != nil {
			return err
		}
		if x.Repairs, err = tx.RepairsOf(ctx, id); err != nil {
			return err
		}
		x.Loans, err = tx.LiveLoans(ctx, []ids.ID{id})
		return err
	})
	return x, err
}

// Proof gives the bytes that a side left. Code: "proof_not_found".
func (r *Room) Proof(ctx context.Context, who access.Principal, id ids.ID) (p assets.Proof, content []byte, err error) {
	err = r.read(ctx, who, access.AssetsRead, func(tx dispatch.Tx) (err error) {
		p, content, err = tx.ProofContent(ctx, id)
		return err
	})
	return p, content, err
}

// OwnKit lists what the technician answers for: the kit, and what they took from
// people and have to bring in.
func (r *Room) OwnKit(ctx context.Context, who access.Principal) ([]Holding, error) {
	if err := who.Require(access.RoundsOwn); err != nil {
		return nil, err
	}
	me, err := who.OwnTechnician()
	if err != nil {
		return nil, err
	}
	var list []Holding
	err = r.Store.Read(ctx, func(tx dispatch.Tx) error {
		after := ""
		for {
			part, next, err := holdings(ctx, tx, assets.Custodian{Kind: assets.Technician, ID: me}, dispatch.Page{Limit: 500, After: after})
			if err != nil {
				return err
			}
			list = append(list, part...)
			if after = next; next == "" {
				return nil
			}
		}
	})
	return list, err
}

// Confirm keeps the technician's own word, or signature, that an item of their kit
// was handed to them. Codes: "item_not_found" also for what somebody else has,
// "proof_taken", "proof_incomplete".
func (r *Room) Confirm(ctx context.Context, who access.Principal, item ids.ID, e assets.Evidence) (Holding, error) {
	var out Holding
	if err := who.Require(access.RoundsOwn); err != nil {
		return out, err
	}
	me, err := who.OwnTechnician()
	if err != nil {
		return out, err
	}
	now := r.Clock.Now()
	err = r.Store.Write(ctx, func(tx dispatch.Tx) error {
		h, err := tx.LockItem(ctx, item)
		if fault.Is(err, "item_not_found") || err == nil && h.Holder != (assets.Custodian{Kind: assets.Technician, ID: me}) {
			return fault.New(fault.NotFound, "item_not_found", "there is no such item in your kit")
		}
		if err != nil {
			return err
		}
		open, err := tx.OpenCustodies(ctx, []ids.ID{item})
		if err != nil {
			return err
		}
		out = Holding{Held: h, Custody: open[0]}
		if err := prove(ctx, tx, who, now, open[0].ID, assets.Taker, e); err != nil {
			return err
		}
		if out.Proofs, err = tx.Proofs(ctx, []ids.ID{open[0].ID}); err != nil {
			return err
		}
		if err := decide.Emit(ctx, tx, now, who, decide.Event{Name: "item.confirmed", Kind: "item", Subject: item, Technician: &me,
			Data: map[string]any{"custody_id": open[0].ID}}); err != nil {
			return err
		}
		return tx.Answer(ctx, out)
	})
	return out, err
}

// Expected lists what is on its way to a depot, longest under way first. Code:
// "depot_not_found".
func (r *Room) Expected(ctx context.Context, who access.Principal, depot ids.ID) (list []assets.Transfer, err error) {
	err = r.read(ctx, who, access.AssetsRead, func(tx dispatch.Tx) (err error) {
		if _, err = tx.Depot(ctx, depot); err != nil {
			return err
		}
		list, err = tx.ExpectedAt(ctx, depot, 500)
		return err
	})
	return list, err
}
