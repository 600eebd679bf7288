package stock

import (
	"bytes"
	"context"
	"slices"
	"strings"

	"roundsman/assets"
	"roundsman/dispatch"
	"roundsman/dispatch/decide"
	"roundsman/internal/access"
	"roundsman/internal/ids"
)

// Count is what somebody found lying in a depot.
type Count struct {
	DepotID ids.ID
	Tags    []string
	Reason  string // why it was counted, or what is known of a difference
	DryRun  bool   // only compare
}

// Difference is one item that the count and the record do not agree on.
type Difference struct {
	Item assets.Held
	// Kind is "missing" (recorded here, not counted), "found" (counted, was lost),
	// "arrived" (counted, was on its way here) or "elsewhere" (counted, recorded
	// with somebody else: to be corrected by hand, with a reason).
	Kind    string
	Settled bool // the record follows the count now
}

// CountView is a count with its differences.
type CountView struct {
	Take        assets.StockTake
	Differences []Difference
}

// Count takes stock of a depot. What is missing is lost, what was lost is found
// and waits in quarantine, what was on its way has arrived; what is recorded with
// somebody else is only named. With DryRun nothing of it is written.
//
// Codes: "depot_not_found".
func (r *Room) Count(ctx context.Context, who access.Principal, c Count) (CountView, error) {
	if c.DryRun {
		var v CountView
		err := r.read(ctx, who, access.AssetsWrite, func(tx dispatch.Tx) (err error) {
			v, err = r.compare(ctx, tx, who, c)
			return err
		})
		return v, err
	}
	var v CountView
	err := r.write(ctx, who, access.AssetsWrite, func(tx dispatch.Tx) (err error) {
		if v, err = r.compare(ctx, tx, who, c); err != nil {
			return err
		}
		v.Take.Settled = true
		for i := range v.Differences {
			if err := settleCount(ctx, tx, who, v.Take, &v.Differences[i]); err != nil {
				return err
			}
		}
		if err := tx.AddStockTake(ctx, v.Take); err != nil {
			return err
		}
		if err := decide.Emit(ctx, tx, v.Take.At, who, decide.Event{Name: "depot.counted", Kind: "depot", Subject: c.DepotID,
			Data: map[string]any{"stock_take_id": v.Take.ID, "counted": v.Take.Counted, "missing": len(v.Take.Missing), "elsewhere": len(v.Take.Elsewhere)}}); err != nil {
			return err
		}
		return tx.Answer(ctx, v)
	})
	return v, err
}

// compare finds the differences, by item.
func (r *Room) compare(ctx context.Context, tx dispatch.Tx, who access.Principal, c Count) (CountView, error) {
	v := CountView{Take: assets.StockTake{ID: ids.New(), DepotID: c.DepotID, TakenBy: who.AccountID, At: r.Clock.Now(), Reason: c.Reason,
		Missing: []ids.ID{}, Elsewhere: []ids.ID{}, Unknown: []string{}}, Differences: []Difference{}}
	if _, err := tx.Depot(ctx, c.DepotID); err != nil {
		return v, err
	}
	known, err := tx.ItemsByTag(ctx, c.Tags)
	if err != nil {
		return v, err
	}
	counted, here := map[string]bool{}, assets.Custodian{Kind: assets.Depot, ID: c.DepotID}
	for _, tag := range c.Tags {
		counted[strings.ToUpper(tag)] = true
	}
	v.Take.Counted = len(counted)
	for _, h := range known {
		delete(counted, strings.ToUpper(h.Item.Tag))
		if kind := differs(h, here); kind != "" {
			v.Differences = append(v.Differences, Difference{Item: h, Kind: kind})
			v.Take.Elsewhere = append(v.Take.Elsewhere, h.Item.ID)
		}
	}
	for tag := range counted {
		v.Take.Unknown = append(v.Take.Unknown, tag)
	}
	slices.Sort(v.Take.Unknown)
	if err := missing(ctx, tx, here, known, &v); err != nil {
		return v, err
	}
	slices.SortFunc(v.Differences, func(a, b Difference) int { return bytes.Compare(a.Item.Item.ID[:], b.Item.Item.ID[:]) })
	return v, nil
}

// differs says in what a counted item's record differs from its lying here.
func differs(h assets.Held, here assets.Custodian) string {
	switch {
	case h.Item.State == assets.Lost:
		return "found"
	case h.Item.State == assets.InTransit:
		return "arrived"
	case h.Holder == here && shelved(h.Item.State):
		return ""
	}
	return "elsewhere"
}

// shelved says whether an item in a depot's custody lies there.
func shelved(s assets.State) bool { return s == assets.InStock || s == assets.Quarantined }

// missing finds what should lie here and was not counted.
func missing(ctx context.Context, tx dispatch.Tx, here assets.Custodian, counted []assets.Held, v *CountView) error {
	after := ""
	for {
		list, next, err := tx.ListItems(ctx, assets.Filter{Holder: &here, States: []assets.State{assets.InStock, assets.Quarantined}}, 500, after)
		if err != nil {
			return err
		}
		for _, h := range list {
			if !slices.ContainsFunc(counted, func(c assets.Held) bool { return c.Item.ID == h.Item.ID }) {
				v.Differences = append(v.Differences, Difference{Item: h, Kind: "missing"})
				v.Take.Missing = append(v.Take.Missing, h.Item.ID)
			}
		}
		if after = next; next == "" {
			return nil
		}
	}
}

// settleCount makes the record of one item follow the count. What moved since it
// was compared is left as it is.
func settleCount(ctx context.Context, tx dispatch.Tx, who access.Principal, take assets.StockTake, d *Difference) error {
	act, ok := map[string]assets.Act{"missing": assets.Missed, "found": assets.Found, "arrived": assets.Arrived}[d.Kind]
	if !ok {
		return nil
	}
	booked, err := lockBooked(ctx, tx, d.Item.Item.ID, act)
	if err != nil {
		return err
	}
	h, err := tx.LockItem(ctx, d.Item.Item.ID)
	if err != nil || h.Item.Version != d.Item.Item.Version {
		return err
	}
	if other, err := overtaken(ctx, tx, h.Item.ID, act, booked); err != nil || other {
		return err
	}
	o := Order{Act: act, Reason: take.Reason}
	if act != assets.Missed {
		o.To = &assets.Custodian{Kind: assets.Depot, ID: take.DepotID}
	}
	if d.Item, err = carryOut(ctx, tx, who, take.At, h, o); err != nil {
		return err
	}
	d.Settled = true
	return rebook(ctx, tx, who, take.At, d.Item, booked, o)
}
