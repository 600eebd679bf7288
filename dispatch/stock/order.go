package stock

import (
	"cmp"
	"context"
	"slices"
	"time"

	"roundsman/assets"
	"roundsman/dispatch"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// Order is one act on an item, with what it needs to be done.
type Order struct {
	Act assets.Act
	// To is who gets it; of a transfer the depot that it is sent to. Left out where
	// the act leaves the item where it is.
	To      *assets.Custodian
	VisitID *ids.ID // at which it changes hands, if any
	Reason  string  // in the keeper's words
	// What both sides leave as proof. Where our own side is a depot, nil means that
	// whoever is signed in stands for it.
	Giver, Taker *assets.Evidence
	Repair       *assets.Repair // of SentOff: vendor, RMA, due
	Outcome      string         // of CameBack
	Tag, Serial  *string        // of Corrected, and of what came back replaced
	OSVersion    *string        // of Corrected
}

// Do carries an order out on an item that is at the given version.
//
// Codes: "item_not_found", "version_stale", "item_state", "item_on_loan",
// "item_reserved", "loaner_booked", "loaner_pooled", "wipe_due", "item_not_in_depot", "same_depot",
// "custody_moved", "tag_taken", "proof_incomplete", "nothing_to_correct",
// "reference_missing" when the taker does not exist, "depot_state" for a depot that is
// retired.
func (r *Room) Do(ctx context.Context, who access.Principal, item ids.ID, version int64, o Order) (assets.Held, error) {
	now := r.Clock.Now()
	var h assets.Held
	err := r.write(ctx, who, access.AssetsWrite, func(tx dispatch.Tx) error {
		seen, err := tx.Item(ctx, item)
		if err != nil {
			return err
		}
		if err := mayLieThere(ctx, tx, o); err != nil {
			return err
		}
		// Days and loans are locked before items, as everywhere.
		if err := raiseKits(ctx, tx, seen.Holder, o.To, now); err != nil {
			return err
		}
		booked, err := lockBooked(ctx, tx, item, o.Act)
		if err != nil {
			return err
		}
		lent, err := lockLent(ctx, tx, seen)
		if err != nil {
			return err
		}
		if h, err = tx.LockItem(ctx, item); err != nil {
			return err
		}
		if h.Item.Version != version || seen.Item.Version != version {
			return stale("item", h.Item.Version)
		}
		if other, err := overtaken(ctx, tx, item, o.Act, booked); err != nil || other {
			return cmp.Or(err, error(stale("item", h.Item.Version)))
		}
		if h.Item.State == assets.OnLoan && o.Act != assets.Missed {
			return fault.New(fault.Conflict, "item_on_loan", "item %s is out on loan; check the loan in", h.Item.Tag)
		}
		if h, err = carryOut(ctx, tx, who, now, h, o); err != nil {
			return err
		}
		if lent != nil {
			if err := loseLoan(ctx, tx, who, *lent, now); err != nil {
				return err
			}
		}
		if err := rebook(ctx, tx, who, now, h, booked, o); err != nil {
			return err
		}
		return tx.Answer(ctx, h)
	})
	return h, err
}

// raiseKits raises the days of the technicians whose kits an order changes, in
// the order of their ids.
func raiseKits(ctx context.Context, tx dispatch.Tx, from assets.Custodian, to *assets.Custodian, now time.Time) error {
	var list []ids.ID
	if from.Kind == assets.Technician {
		list = append(list, from.ID)
	}
	if to != nil && to.Kind == assets.Technician && !slices.Contains(list, to.ID) {
		list = append(list, to.ID)
	}
	slices.SortFunc(list, func(a, b ids.ID) int { return slices.Compare(a[:], b[:]) })
	for _, t := range list {
		if err := raiseKit(ctx, tx, t, now); err != nil {
			return err
		}
	}
	return nil
}

// lockLent locks the loan of an item that is out.
func lockLent(ctx context.Context, tx dispatch.Tx, seen assets.Held) (*assets.Loan, error) {
	if seen.Item.State != assets.OnLoan {
		return nil, nil
	}
	live, err := tx.LiveLoans(ctx, []ids.ID{seen.Item.ID})
	if err != nil {
		return nil, err
	}
	for _, l := range live {
		if l.State == assets.LoanOut {
			l, err = tx.LockLoan(ctx, l.ID)
			return &l, err
		}
	}
	return nil, nil
}

// mayLieThere refuses to bring anything to a depot that is retired. What is found, or
// wrong in the record, lies where it lies. Code: "depot_state".
func mayLieThere(ctx context.Context, tx dispatch.Tx, o Order) error {
	if o.To == nil || o.To.Kind != assets.Depot || o.Act == assets.Found || o.Act == assets.Corrected {
		return nil
	}
	_, err := inUse(ctx, tx, o.To.ID)
	if fault.Is(err, "depot_not_found") {
		return nil // the custody's own reference says so
	}
	return err
}

// inUse gives a depot to which things may come. Codes: "depot_not_found", "depot_state".
func inUse(ctx context.Context, tx dispatch.Tx, id ids.ID) (dispatch.Depot, error) {
	d, err := tx.Depot(ctx, id)
	if err != nil {
		return d, err
	}
	return d, d.InUse()
}
