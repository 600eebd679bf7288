package postgres

import (
	"context"
	"strings"
	"time"

	"roundsman/assets"
	"roundsman/dispatch"
	"roundsman/internal/ids"

	"github.com/jackc/pgx/v5"
)

const (
	entryOfItemColumns = `id, item_id, act, state, at, actor_id, custody_id, reason`
	proofColumns       = `id, custody_id, side, account_id, method, at, media_type, hash`
	wayColumns         = `id, item_id, from_depot, to_depot, sent_at, ended_at, ended_in`
	repairColumns      = `id, item_id, vendor, rma, reason, sent_at, due_on::text as due_on, ended_at, outcome`
)

// ReceiveItems stores new items with their first custody; codes "tag_taken",
// "id_taken".
func (t *tx) ReceiveItems(ctx context.Context, items []assets.Item, custodies []assets.Custody) error {
	_, err := t.CopyFrom(ctx, pgx.Identifier{"items"}, []string{"id", "model_id", "tag", "serial", "state", "os_name", "os_version", "loaner", "wipe", "version"},
		pgx.CopyFromSlice(len(items), func(n int) ([]any, error) {
			i := items[n]
			return []any{i.ID, i.ModelID, i.Tag, i.Serial, string(i.State), i.OSName, i.OSVersion, i.Loaner, string(i.Wipe), i.Version}, nil
		}))
	if err != nil {
		return failed(err, "adding items")
	}
	_, err = t.CopyFrom(ctx, pgx.Identifier{"custodies"}, []string{"id", "item_id", "custodian_kind", "custodian_id", "since", "reason", "visit_id", "actor_id"},
		pgx.CopyFromSlice(len(custodies), func(n int) ([]any, error) {
			c := custodies[n]
			return []any{c.ID, c.ItemID, string(c.CustodianKind), c.CustodianID, c.Since, c.Reason, c.VisitID, c.ActorID}, nil
		}))
	return failed(err, "opening custodies")
}

// ItemsByTag gives those of the tags that exist, whatever their case.
func (t *tx) ItemsByTag(ctx context.Context, tags []string) ([]assets.Held, error) {
	upper := make([]string, len(tags))
	for i, tag := range tags {
		upper[i] = strings.ToUpper(tag)
	}
	return t.heldRows(ctx, "reading items by tag", selectHeld+` where upper(i.tag) = any($1) order by i.tag, i.id`, upper)
}

func (t *tx) heldRows(ctx context.Context, doing, sql string, args ...any) ([]assets.Held, error) {
	rows, err := list[heldRow](ctx, t, doing, sql, args...)
	out := make([]assets.Held, len(rows))
	for i, r := range rows {
		out[i] = r.held()
	}
	return out, err
}

// OpenCustodies gives the entries of who answers for items now, by item.
func (t *tx) OpenCustodies(ctx context.Context, items []ids.ID) ([]assets.Custody, error) {
	return list[assets.Custody](ctx, t, "reading custodies",
		`select `+custodyColumns+` from custodies where item_id = any($1) and until is null order by item_id`, items)
}

// ItemsByID gives those of the ids that exist, by id.
func (t *tx) ItemsByID(ctx context.Context, wanted []ids.ID) ([]assets.Held, error) {
	return t.heldRows(ctx, "reading items", selectHeld+` where i.id = any($1) order by i.id`, wanted)
}

// ReservedFor gives what is kept for visits, by tag.
func (t *tx) ReservedFor(ctx context.Context, visits []ids.ID) ([]assets.Held, error) {
	return t.heldRows(ctx, "reading what is kept for visits", selectHeld+` where r.visit_id = any($1) order by i.tag, i.id`, visits)
}

// AddEntry writes a line of an item's journal.
func (t *tx) AddEntry(ctx context.Context, e assets.Entry) error {
	return run(ctx, t, "writing an item's journal",
		`insert into item_acts (id, item_id, act, state, at, actor_id, custody_id, reason) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
		e.ID, e.ItemID, e.Act, e.State, e.At, e.ActorID, e.CustodyID, e.Reason)
}

// Journal gives an item's acts, oldest first.
func (t *tx) Journal(ctx context.Context, item ids.ID) ([]assets.Entry, error) {
	return list[assets.Entry](ctx, t, "reading an item's journal",
		`select `+entryOfItemColumns+` from item_acts where item_id = $1 order by at, id`, item)
}

// AddProof stores one with its bytes, nil when there are none.
func (t *tx) AddProof(ctx context.Context, p assets.Proof, content []byte) error {
	return run(ctx, t, "adding a proof",
		`insert into proofs (id, custody_id, side, account_id, method, at, media_type, hash, content)
		 values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		p.ID, p.CustodyID, p.Side, p.AccountID, p.Method, p.At, p.MediaType, p.Hash, content)
}

// Proofs gives those of custodies, without their bytes.
func (t *tx) Proofs(ctx context.Context, custodies []ids.ID) ([]assets.Proof, error) {
	return list[assets.Proof](ctx, t, "reading proofs",
		`select `+proofColumns+` from proofs where custody_id = any($1) order by custody_id, side`, custodies)
}

// ProofContent gives one with its bytes.
func (t *tx) ProofContent(ctx context.Context, id ids.ID) (assets.Proof, []byte, error) {
	type row struct {
		assets.Proof
		Content []byte
	}
	r, err := one[row](ctx, t, "proof", `select `+proofColumns+`, content from proofs where id = $1 and content is not null`, id)
	return r.Proof, r.Content, err
}

// ReleaseItem lets go of an item's reservation; false when it has none.
func (t *tx) ReleaseItem(ctx context.Context, item ids.ID, at time.Time) (bool, error) {
	n, err := exec(ctx, t, "releasing an item",
		`update reservations set released_at = $2 where item_id = $1 and released_at is null`, item, at)
	return n == 1, err
}

// StartTransfer stores one that begins.
func (t *tx) StartTransfer(ctx context.Context, k assets.Transfer) error {
	return run(ctx, t, "adding a transfer",
		`insert into item_transfers (id, item_id, from_depot, to_depot, sent_at) values ($1, $2, $3, $4, $5)`,
		k.ID, k.ItemID, k.FromDepot, k.ToDepot, k.SentAt)
}

// EndTransfer ends the open one of an item; false when it has none.
func (t *tx) EndTransfer(ctx context.Context, item ids.ID, in *ids.ID, at time.Time) (bool, error) {
	n, err := exec(ctx, t, "ending a transfer",
		`update item_transfers set ended_at = $2, ended_in = $3 where item_id = $1 and ended_at is null`, item, at, in)
	return n == 1, err
}

// TransfersOf gives an item's, oldest first.
func (t *tx) TransfersOf(ctx context.Context, item ids.ID) ([]assets.Transfer, error) {
	return list[assets.Transfer](ctx, t, "reading transfers",
		`select `+wayColumns+` from item_transfers where item_id = $1 order by sent_at, id`, item)
}

// ExpectedAt gives what is on its way to a depot, longest under way first.
func (t *tx) ExpectedAt(ctx context.Context, depot ids.ID, limit int) ([]assets.Transfer, error) {
	return list[assets.Transfer](ctx, t, "reading what is expected",
		`select `+wayColumns+` from item_transfers where to_depot = $1 and ended_at is null order by sent_at, id limit $2`, depot, limit)
}

// AddRepair stores one that begins.
func (t *tx) AddRepair(ctx context.Context, r assets.Repair) error {
	return run(ctx, t, "adding a repair",
		`insert into repairs (id, item_id, vendor, rma, reason, sent_at, due_on) values ($1, $2, $3, $4, $5, $6, $7::text::date)`,
		r.ID, r.ItemID, r.Vendor, r.RMA, r.Reason, r.SentAt, r.DueOn)
}

// EndRepair ends the open one of an item; false when it has none.
func (t *tx) EndRepair(ctx context.Context, item ids.ID, outcome string, at time.Time) (bool, error) {
	n, err := exec(ctx, t, "ending a repair",
		`update repairs set ended_at = $2, outcome = $3 where item_id = $1 and ended_at is null`, item, at, outcome)
	return n == 1, err
}

// RepairsOf gives an item's, oldest first.
func (t *tx) RepairsOf(ctx context.Context, item ids.ID) ([]assets.Repair, error) {
	return list[assets.Repair](ctx, t, "reading repairs",
		`select `+repairColumns+` from repairs where item_id = $1 order by sent_at, id`, item)
}

// AddStockTake stores a count.
func (t *tx) AddStockTake(ctx context.Context, s assets.StockTake) error {
	return run(ctx, t, "adding a stock take",
		`insert into stock_takes (id, depot_id, taken_by, at, reason, counted, missing, elsewhere, unknown, settled)
		 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		s.ID, s.DepotID, s.TakenBy, s.At, s.Reason, s.Counted, s.Missing, s.Elsewhere, s.Unknown, s.Settled)
}

// RaiseKitDays locks the region-days from a date on on which the technician works,
// by date, and raises their versions.
func (t *tx) RaiseKitDays(ctx context.Context, technician ids.ID, from dispatch.Date) error {
	return run(ctx, t, "raising the days of a kit",
		`with held as materialized (
		     select d.region_id, d.date from region_days d
		     where (d.region_id, d.date) in (select region_id, date from shifts where technician_id = $1 and date >= $2::text::date)
		     order by d.date, d.region_id for update)
		 update region_days d set version = d.version + 1 from held where d.region_id = held.region_id and d.date = held.date`,
		technician, from)
}

// Depot gives a depot.
func (t *tx) Depot(ctx context.Context, id ids.ID) (dispatch.Depot, error) {
	return one[dispatch.Depot](ctx, t, "depot", `select `+depotColumns+` from depots where id = $1`, id)
}
