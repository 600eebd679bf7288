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

// NewLoan books a loaner: one by name, or any of a depot that will do.
type NewLoan struct {
	ID       *ids.ID
	PersonID ids.ID
	ItemID   *ids.ID
	DepotID  *ids.ID // whose pool; of a named loaner that of where it lies
	TicketID *ids.ID
	StartsAt *time.Time // now when nil
	DueAt    time.Time
	Need     *assets.Need // what their own device says when nil
	Waiver   string       // what the customer says to a loaner that is less than that
	Note     string
}

// Book books a loaner for a time.
//
// Codes: "bad_window", "person_not_found", "item_not_found", "depot_not_found",
// "ticket_not_found", "pool_missing", "not_a_loaner", "item_reserved",
// "loaner_taken", "loaner_none", "loaner_unsuitable" with failed_clauses.
func (r *Room) Book(ctx context.Context, who access.Principal, n NewLoan) (dispatch.LoanView, error) {
	now := r.Clock.Now()
	starts := now
	if n.StartsAt != nil && n.StartsAt.After(now) {
		starts = *n.StartsAt
	}
	if err := assets.Book(starts, n.DueAt, now); err != nil {
		return dispatch.LoanView{}, err
	}
	if n.ItemID == nil && n.DepotID == nil {
		return dispatch.LoanView{}, fault.New(fault.Invalid, "pool_missing", "name a loaner (item_id), or the depot whose pool it comes from (depot_id)").At("/depot_id", "is missing")
	}
	var v dispatch.LoanView
	err := r.write(ctx, who, access.LoansWrite, func(tx dispatch.Tx) error {
		need, err := needOf(ctx, tx, n)
		if err != nil {
			return err
		}
		if n.TicketID != nil {
			if _, err := tx.Ticket(ctx, *n.TicketID); err != nil {
				return err
			}
		}
		h, depot, err := choose(ctx, tx, n, need, starts, now)
		if err != nil {
			return err
		}
		failed, err := need.Suits(h, n.Waiver)
		if err != nil {
			return err
		}
		l := assets.Loan{ID: newID(n.ID), ItemID: h.Item.ID, PersonID: n.PersonID, DepotID: depot, TicketID: n.TicketID, State: assets.LoanBooked,
			StartsAt: starts, DueAt: n.DueAt, FirstDueAt: n.DueAt, BookedBy: who.AccountID, BookedAt: now, FailedClauses: failed, Note: n.Note, Version: 1}
		if len(failed) > 0 {
			l.Waiver = n.Waiver
		}
		if err := tx.AddLoan(ctx, l); err != nil {
			return err
		}
		if err := tellOfLoan(ctx, tx, who, l, "loan.booked", now, nil); err != nil {
			return err
		}
		if l, err = tx.Loan(ctx, l.ID); err != nil {
			return err
		}
		if v, err = viewLoan(ctx, tx, l, now); err != nil {
			return err
		}
		return tx.Answer(ctx, v)
	})
	return v, err
}

// needOf gives what the person has to work with.
func needOf(ctx context.Context, tx dispatch.Tx, n NewLoan) (assets.Need, error) {
	if _, err := tx.Person(ctx, n.PersonID); err != nil {
		return assets.Need{}, err
	}
	if n.Need != nil {
		return *n.Need, nil
	}
	own, _, err := tx.ListItems(ctx, assets.Filter{Holder: &assets.Custodian{Kind: assets.Person, ID: n.PersonID}, States: []assets.State{assets.InUse}}, 50, "")
	return assets.NeedOf(own), err
}

// choose locks the loaner that is booked, and says whose pool it is in.
func choose(ctx context.Context, tx dispatch.Tx, n NewLoan, need assets.Need, starts, now time.Time) (assets.Held, ids.ID, error) {
	if n.ItemID != nil {
		return named(ctx, tx, n, starts, now)
	}
	depot, err := inUse(ctx, tx, *n.DepotID)
	if err != nil {
		return assets.Held{}, ids.Nil, err
	}
	pool, err := tx.Pool(ctx, []ids.ID{depot.ID})
	if err != nil {
		return assets.Held{}, ids.Nil, err
	}
	// The least that will do comes first; of what won't, what lacks the least.
	slices.SortStableFunc(pool, func(a, b assets.Pooled) int {
		x, y := len(need.Unmet(a.Held)), len(need.Unmet(b.Held))
		if x == 0 && y == 0 {
			return cmp.Compare(a.Model.Class, b.Model.Class)
		}
		return cmp.Or(cmp.Compare(x, y), cmp.Compare(b.Model.Class, a.Model.Class))
	})
	for _, p := range pool {
		h, err := lockFree(ctx, tx, p.Item.ID, starts, n.DueAt, now)
		if fault.Is(err, "loaner_taken") || fault.Is(err, "item_reserved") {
			continue
		}
		return h, depot.ID, err
	}
	return assets.Held{}, ids.Nil, fault.New(fault.Conflict, "loaner_none", "depot %s has no loaner in that time; choose another time or another depot", depot.Code)
}

// named locks the loaner that was asked for.
func named(ctx context.Context, tx dispatch.Tx, n NewLoan, starts, now time.Time) (assets.Held, ids.ID, error) {
	h, err := lockFree(ctx, tx, *n.ItemID, starts, n.DueAt, now)
	if err != nil {
		return h, ids.Nil, err
	}
	depot := h.Holder.ID
	if h.Holder.Kind != assets.Depot { // out; it comes back to where it was lent
		live, err := tx.LiveLoans(ctx, []ids.ID{h.Item.ID})
		if err != nil || len(live) == 0 {
			return h, ids.Nil, cmp.Or(err, error(notFree(h)))
		}
		depot = live[0].DepotID
	}
	if n.DepotID != nil && *n.DepotID != depot {
		return h, ids.Nil, notFree(h).At("/depot_id", "is not the depot of this loaner")
	}
	return h, depot, nil
}

// lockFree locks a loaner and looks whether it is to be had in a time. Codes:
// "not_a_loaner", "item_reserved", "loaner_taken".
func lockFree(ctx context.Context, tx dispatch.Tx, id ids.ID, starts, due, now time.Time) (assets.Held, error) {
	h, err := tx.LockItem(ctx, id)
	if err != nil {
		return h, err
	}
	if !h.Item.Loaner {
		return h, fault.New(fault.Conflict, "not_a_loaner", "item %s is not in the loaner pool; issue it, or choose a loaner", h.Item.Tag)
	}
	if h.Reserved != nil {
		return h, fault.New(fault.Conflict, "item_reserved", "item %s is kept for a visit; release it first, or take another item", h.Item.Tag).With("visit_id", *h.Reserved)
	}
	live, err := tx.LiveLoans(ctx, []ids.ID{id})
	if err != nil {
		return h, err
	}
	if !assets.FreeIn(assets.Busy(h, live, now), starts, due) {
		return h, notFree(h)
	}
	return h, nil
}
