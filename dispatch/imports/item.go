package imports

import (
	"context"
	"strings"

	"roundsman/assets"
	"roundsman/dispatch"
	"roundsman/dispatch/decide"
	"roundsman/dispatch/setup"
	"roundsman/internal/access"
	"roundsman/internal/ids"
)

// Items are only brought in: once they are here, they move by the acts of the
// stock room, each with its proof.
var itemKind = kind{
	columns: []string{"tag", "model", "serial", "os_name", "os_version", "loaner", "holder_kind", "holder", "state"},
	must:    []string{"tag", "model", "holder_kind", "holder"},
	needs:   []access.Scope{access.AssetsWrite},
	key:     func(r *row) string { return strings.ToUpper(r.name("tag")) },
	put:     putItems,
}

// stands says in which state an item is with a holder from the start.
var stands = map[assets.CustodianKind]assets.State{assets.Depot: assets.InStock, assets.Technician: assets.InKit, assets.Person: assets.InUse}

func putItems(ctx context.Context, tx dispatch.Tx, b *batch) error {
	models, err := look(ctx, tx, b.good(), "model", "model")
	if err != nil {
		return err
	}
	holders, err := holdersOf(ctx, tx, b)
	if err != nil {
		return err
	}
	var tags []string
	for _, r := range b.good() {
		tags = append(tags, r.name("tag"))
	}
	held, err := tx.ItemsByTag(ctx, tags)
	if err != nil {
		return err
	}
	there := map[string]assets.Held{}
	for _, h := range held {
		there[strings.ToUpper(h.Item.Tag)] = h
	}
	var items []assets.Item
	var custodies []assets.Custody
	for _, r := range b.good() {
		it, holder := r.item(models, holders)
		if !r.fine() {
			continue
		}
		if h, known := there[strings.ToUpper(it.Tag)]; known {
			r.sameItem(h, it, holder)
			continue
		}
		if state := stands[holder.Kind]; it.State != "" && it.State != state {
			r.bad("state", "bad_value", "an item that comes to a "+string(holder.Kind)+" is "+string(state)+"; the stock room moves it on")
			continue
		}
		it.ID, it.State, it.Wipe, it.Version = ids.New(), stands[holder.Kind], assets.Clean, 1
		items = append(items, it)
		custodies = append(custodies, assets.Custody{ID: ids.New(), ItemID: it.ID, CustodianKind: holder.Kind, CustodianID: holder.ID, Since: b.now,
			Reason: "stocked", ActorID: &b.who.AccountID})
		r.did = setup.Added
	}
	if err := tx.ReceiveItems(ctx, items, custodies); err != nil {
		return err
	}
	for i, it := range items {
		if err := decide.Emit(ctx, tx, b.now, b.who, decide.Event{Name: "item.imported", Kind: "item", Subject: it.ID, Data: map[string]any{
			"state": it.State, "model_id": it.ModelID, "to_kind": custodies[i].CustodianKind, "to_id": custodies[i].CustodianID}}); err != nil {
			return err
		}
	}
	return nil
}

// holdersOf looks up who the rows say has the items, by kind of holder.
func holdersOf(ctx context.Context, tx dispatch.Tx, b *batch) (map[assets.CustodianKind]map[string]ids.ID, error) {
	of := map[assets.CustodianKind][]*row{}
	for _, r := range b.good() {
		k := assets.CustodianKind(strings.ToLower(r.name("holder_kind")))
		if stands[k] == "" {
			r.bad("holder_kind", "bad_value", "must be depot, technician or person")
			continue
		}
		of[k] = append(of[k], r)
	}
	out := map[assets.CustodianKind]map[string]ids.ID{}
	for k, rows := range of {
		found, err := look(ctx, tx, rows, string(k), "holder")
		if err != nil {
			return nil, err
		}
		out[k] = found
	}
	return out, nil
}

func (r *row) item(models map[string]ids.ID, holders map[assets.CustodianKind]map[string]ids.ID) (assets.Item, assets.Custodian) {
	kind := assets.CustodianKind(strings.ToLower(r.name("holder_kind")))
	it := assets.Item{Tag: r.must("tag"), ModelID: models[r.must("model")], Serial: r.name("serial"), OSName: r.given("os_name"), OSVersion: r.given("os_version"),
		Loaner: value(r.yes("loaner")), State: assets.State(r.name("state"))}
	if it.OSVersion != nil {
		if _, err := assets.ParseVersion(*it.OSVersion); err != nil {
			r.bad("os_version", "bad_version", "must be dotted numbers such as 10.0.19045")
		}
	}
	return it, assets.Custodian{Kind: kind, ID: holders[kind][r.must("holder")]}
}

// sameItem says of an item that is here already what differs.
func (r *row) sameItem(h assets.Held, it assets.Item, holder assets.Custodian) {
	const advice = "is another here; items that are here are changed in the stock room"
	differs := func(column string, is bool) {
		if is && r.cell(column) != nil {
			r.bad(column, "item_differs", advice)
		}
	}
	differs("model", h.Item.ModelID != it.ModelID)
	differs("serial", h.Item.Serial != it.Serial)
	differs("os_name", value(h.Item.OSName) != value(it.OSName))
	differs("os_version", value(h.Item.OSVersion) != value(it.OSVersion))
	differs("loaner", h.Item.Loaner != it.Loaner)
	differs("holder", h.Holder != holder)
	differs("state", it.State != "" && h.Item.State != it.State)
	r.did = setup.Unchanged
}
