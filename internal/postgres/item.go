package postgres

import (
	"context"
	"fmt"
	"time"

	"roundsman/assets"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

const (
	itemColumns    = `id, model_id, tag, serial, state, os_name, os_version, loaner, wipe, version`
	modelColumns   = `id, code, name, kind, class, retired_at, version`
	custodyColumns = `id, item_id, custodian_kind, custodian_id, since, until, reason, visit_id, actor_id`

	selectHeld = `select i.id, i.model_id, i.tag, i.serial, i.state, i.os_name, i.os_version, i.loaner, i.wipe, i.version,
		m.code as model_code, m.name as model_name, m.kind as model_kind, m.class as model_class, m.retired_at as model_retired_at, m.version as model_version,
		c.custodian_kind, c.custodian_id, c.since, r.visit_id as reserved
		from items i join models m on m.id = i.model_id
		join custodies c on c.item_id = i.id and c.until is null
		left join reservations r on r.item_id = i.id and r.released_at is null`
)

// heldRow is an item with its model and holder, flat.
type heldRow struct {
	assets.Item
	ModelCode      string
	ModelName      string
	ModelKind      assets.Kind
	ModelClass     int
	ModelRetiredAt *time.Time
	ModelVersion   int64
	CustodianKind  assets.CustodianKind
	CustodianID    ids.ID
	Since          time.Time
	Reserved       *ids.ID
}

func (r heldRow) held() assets.Held {
	return assets.Held{
		Item: r.Item,
		Model: assets.Model{ID: r.ModelID, Code: r.ModelCode, Name: r.ModelName, Kind: r.ModelKind, Class: r.ModelClass,
			RetiredAt: r.ModelRetiredAt, Version: r.ModelVersion},
		Holder:   assets.Custodian{Kind: r.CustodianKind, ID: r.CustodianID},
		Since:    r.Since,
		Reserved: r.Reserved,
	}
}

// ListModels gives the models in use by code.
func (t *tx) ListModels(ctx context.Context) ([]assets.Model, error) {
	return list[assets.Model](ctx, t, "listing models", `select `+modelColumns+` from models where retired_at is null order by code`)
}

// Item gives an item with who holds it.
func (t *tx) Item(ctx context.Context, id ids.ID) (assets.Held, error) {
	row, err := one[heldRow](ctx, t, "item", selectHeld+` where i.id = $1`, id)
	return row.held(), err
}

// LockItem reads an item and its open custody for change. Whoever moves or
// reserves an item holds its row, so the rest is read after it is had.
func (t *tx) LockItem(ctx context.Context, id ids.ID) (assets.Held, error) {
	if err := run(ctx, t, "locking an item", `select from items where id = $1 for no key update`, id); err != nil {
		return assets.Held{}, err
	}
	return t.Item(ctx, id)
}

// ListItems gives items by tag.
func (t *tx) ListItems(ctx context.Context, f assets.Filter, limit int, after string) ([]assets.Held, string, error) {
	c, err := parseCursor(after, cursor{})
	if err != nil {
		return nil, "", err
	}
	limit = limitOf(limit)
	var w filter
	if f.Holder != nil {
		w.and("c.custodian_kind = $ and c.custodian_id = $", f.Holder.Kind, f.Holder.ID)
	}
	if len(f.States) > 0 {
		w.and("i.state = any($)", f.States)
	}
	if f.ModelID != nil {
		w.and("i.model_id = $", *f.ModelID)
	}
	if f.Loaner != nil {
		w.and("i.loaner = $", *f.Loaner)
	}
	if f.Free {
		w.and("r.id is null and not exists (select from loans l where l.item_id = i.id and l.state in ('booked', 'out'))")
	}
	if f.Depots != nil {
		w.and("c.custodian_kind = 'depot' and c.custodian_id = any($)", f.Depots)
	}
	w.and("(i.tag, i.id) > ($, $)", c.Text, c.ID)
	rows, err := list[heldRow](ctx, t, "listing items",
		fmt.Sprintf(`%s%s order by i.tag, i.id limit %d`, selectHeld, w.where(), limit+1), w.args...)
	rows, next := cut(rows, limit, func(r heldRow) cursor { return cursor{Text: r.Tag, ID: r.ID} })
	out := make([]assets.Held, len(rows))
	for i, r := range rows {
		out[i] = r.held()
	}
	return out, next, err
}

// Chain gives an item's custody from the first holder to the present one.
func (t *tx) Chain(ctx context.Context, item ids.ID) ([]assets.Custody, error) {
	return list[assets.Custody](ctx, t, "reading a chain of custody",
		`select `+custodyColumns+` from custodies where item_id = $1 order by since, until nulls last, id`, item)
}

// Move closes the open custody and opens the next, and writes the item's new
// state and facts. A device's clock may lie before the present holder's
// beginning: then the handover counts from that beginning.
func (t *tx) Move(ctx context.Context, it assets.Item, from assets.Custodian, to assets.Custody) (assets.Item, error) {
	type end struct{ Until time.Time }
	closed, found, err := maybe[end](ctx, t, "custody",
		`update custodies set until = greatest(since, $4)
		 where item_id = $1 and until is null and custodian_kind = $2 and custodian_id = $3 returning until`,
		it.ID, from.Kind, from.ID, to.Since)
	if err != nil {
		return it, err
	}
	if !found {
		return it, fault.New(fault.Conflict, "custody_moved", "somebody else holds item %s by now; read it again", it.Tag)
	}
	err = run(ctx, t, "opening a custody",
		`insert into custodies (id, item_id, custodian_kind, custodian_id, since, until, reason, visit_id, actor_id)
		 values ($1, $2, $3, $4, $5, null, $6, $7, $8)`,
		to.ID, it.ID, to.CustodianKind, to.CustodianID, closed.Until, to.Reason, to.VisitID, to.ActorID)
	if err != nil {
		return it, err
	}
	return t.SaveItem(ctx, it)
}

// Reserve keeps an item for a visit; code "asset_gone" when another has it.
func (t *tx) Reserve(ctx context.Context, r assets.Reservation) error {
	return run(ctx, t, "reserving an item",
		`insert into reservations (id, item_id, visit_id, created_at, released_at) values ($1, $2, $3, $4, $5)`,
		r.ID, r.ItemID, r.VisitID, r.CreatedAt, r.ReleasedAt)
}

// KeptFor lists the items that are reserved for a visit, by id.
func (t *tx) KeptFor(ctx context.Context, visit ids.ID) ([]ids.ID, error) {
	rows, err := list[struct{ ItemID ids.ID }](ctx, t, "reading a visit's reservations",
		`select item_id from reservations where visit_id = $1 and released_at is null order by item_id`, visit)
	out := make([]ids.ID, len(rows))
	for i, r := range rows {
		out[i] = r.ItemID
	}
	return out, err
}

// Release lets go of a visit's reservations.
func (t *tx) Release(ctx context.Context, visit ids.ID, at time.Time) error {
	return run(ctx, t, "releasing reservations",
		`update reservations set released_at = $2 where visit_id = $1 and released_at is null`, visit, at)
}

// SaveItem writes everything of an item but its model and custody, and raises
// its version.
func (t *tx) SaveItem(ctx context.Context, it assets.Item) (assets.Item, error) {
	return saved[assets.Item](ctx, t, "item",
		`update items set state = $3, os_name = $4, os_version = $5, loaner = $6, wipe = $7, tag = $8, serial = $9,
		     version = version + 1
		 where id = $1 and version = $2 returning `+itemColumns,
		it.ID, it.Version, it.State, it.OSName, it.OSVersion, it.Loaner, it.Wipe, it.Tag, it.Serial)
}
