package stock

import (
	"context"
	"maps"
	"time"

	"roundsman/assets"
	"roundsman/dispatch"
	"roundsman/dispatch/decide"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// Loans lists loans, newest first; those due by an instant, the longest overdue
// first.
func (r *Room) Loans(ctx context.Context, who access.Principal, f assets.LoanFilter, p dispatch.Page) (list []dispatch.LoanView, next string, err error) {
	now := r.Clock.Now()
	err = r.read(ctx, who, access.AssetsRead, func(tx dispatch.Tx) error {
		var loans []assets.Loan
		if loans, next, err = tx.ListLoans(ctx, f, p.Limit, p.After); err != nil {
			return err
		}
		list, err = dispatch.ViewLoans(ctx, tx, loans, now)
		return err
	})
	return list, next, err
}

// Overdue lists loans that should be back by now, the longest overdue first.
func (r *Room) Overdue(ctx context.Context, who access.Principal, f assets.LoanFilter, p dispatch.Page) ([]dispatch.LoanView, string, error) {
	now := r.Clock.Now()
	f.DueBy, f.States = &now, nil
	return r.Loans(ctx, who, f, p)
}

// Loan gives one. Code: "loan_not_found".
func (r *Room) Loan(ctx context.Context, who access.Principal, id ids.ID) (dispatch.LoanView, error) {
	var v dispatch.LoanView
	err := r.read(ctx, who, access.AssetsRead, func(tx dispatch.Tx) (err error) {
		if v.Loan, err = tx.Loan(ctx, id); err != nil {
			return err
		}
		v, err = viewLoan(ctx, tx, v.Loan, r.Clock.Now())
		return err
	})
	return v, err
}

func viewLoan(ctx context.Context, tx dispatch.Tx, l assets.Loan, now time.Time) (dispatch.LoanView, error) {
	h, err := tx.Item(ctx, l.ItemID)
	return dispatch.LoanView{Loan: l, Item: h, Overdue: l.Overdue(now)}, err
}

// Handover is what both sides say when a loaner changes hands.
type Handover struct {
	DepotID     *ids.ID // of a check-in: where it comes back; the one it was lent from when nil
	Condition   string
	Accessories []string
	Note        string
	Giver       *assets.Evidence
	Taker       *assets.Evidence
}

// CheckOut hands a booked loaner out. Of any number at once, one is done.
//
// Codes: "loan_not_found", "version_stale", "loan_state", "loan_over",
// "item_state" when the loaner is not in stock, "item_reserved", "loaner_taken"
// when an early start runs into another's loan, "proof_incomplete".
func (r *Room) CheckOut(ctx context.Context, who access.Principal, id ids.ID, version int64, n Handover) (dispatch.LoanView, error) {
	return r.alter(ctx, who, id, version, "loan.checked_out", func(tx dispatch.Tx, l assets.Loan, now time.Time) (assets.Loan, error) {
		l, err := l.CheckOut(n.Condition, n.Accessories, now)
		if err != nil {
			return l, err
		}
		if l.DueAt.Sub(now) <= assets.ReminderLead {
			l.SoonToldAt = &now // they hear the day right now
		}
		if l.PromiseID, err = promiseReturn(ctx, tx, who, l, now); err != nil {
			return l, err
		}
		h, err := tx.LockItem(ctx, l.ItemID)
		if err != nil {
			return l, err
		}
		l.Note = or(n.Note, l.Note)
		_, err = carryOut(ctx, tx, who, now, h, Order{Act: assets.Lent, To: &assets.Custodian{Kind: assets.Person, ID: l.PersonID},
			Reason: n.Note, Giver: n.Giver, Taker: n.Taker})
		return l, err
	})
}

// CheckIn takes a loaner back into a depot, where it waits to be wiped.
//
// Codes: "loan_not_found", "version_stale", "loan_state", "depot_not_found",
// "depot_state", "proof_incomplete".
func (r *Room) CheckIn(ctx context.Context, who access.Principal, id ids.ID, version int64, n Handover) (dispatch.LoanView, error) {
	return r.alter(ctx, who, id, version, "loan.checked_in", func(tx dispatch.Tx, l assets.Loan, now time.Time) (assets.Loan, error) {
		l, err := l.CheckIn(n.Condition, n.Accessories, now)
		if err != nil {
			return l, err
		}
		depot := l.DepotID
		if n.DepotID != nil {
			depot = *n.DepotID
		}
		if _, err := inUse(ctx, tx, depot); err != nil {
			return l, err
		}
		if err := settleReturn(ctx, tx, who, l, now); err != nil {
			return l, err
		}
		h, err := tx.LockItem(ctx, l.ItemID)
		if err != nil {
			return l, err
		}
		l.Note = or(n.Note, l.Note)
		_, err = carryOut(ctx, tx, who, now, h, Order{Act: assets.Returned, To: &assets.Custodian{Kind: assets.Depot, ID: depot},
			Reason: n.Note, Giver: n.Giver, Taker: n.Taker})
		return l, err
	})
}

// Extend changes the day on which a loan is due. Codes: "loan_not_found",
// "version_stale", "loan_state", "bad_window", "loaner_taken" when somebody else
// has it by then.
func (r *Room) Extend(ctx context.Context, who access.Principal, id ids.ID, version int64, due time.Time, reason string) (dispatch.LoanView, error) {
	return r.alter(ctx, who, id, version, "loan.extended", func(tx dispatch.Tx, l assets.Loan, now time.Time) (assets.Loan, error) {
		l, err := l.Extend(due, now)
		if err != nil {
			return l, err
		}
		l.Note = or(reason, l.Note)
		if l.PromiseID, err = reviseReturn(ctx, tx, who, l, now); err != nil {
			return l, err
		}
		// Whoever is given this loaner meanwhile in place of a lost one has looked first.
		_, err = tx.LockItem(ctx, l.ItemID)
		return l, err
	})
}

// Cancel gives a booking up. Codes: "loan_not_found", "version_stale", "loan_state".
func (r *Room) Cancel(ctx context.Context, who access.Principal, id ids.ID, version int64, reason string) (dispatch.LoanView, error) {
	return r.alter(ctx, who, id, version, "loan.cancelled", func(_ dispatch.Tx, l assets.Loan, now time.Time) (assets.Loan, error) {
		to, err := l.State.After(assets.LoanCancel)
		if err != nil {
			return l, err
		}
		l.State, l.EndedAt, l.Note = to, &now, or(reason, l.Note)
		return l, nil
	})
}

// alter changes a loan that is at a version, and tells of it.
func (r *Room) alter(ctx context.Context, who access.Principal, id ids.ID, version int64, event string,
	change func(dispatch.Tx, assets.Loan, time.Time) (assets.Loan, error)) (dispatch.LoanView, error) {
	now := r.Clock.Now()
	var v dispatch.LoanView
	err := r.write(ctx, who, access.LoansWrite, func(tx dispatch.Tx) error {
		l, err := tx.LockLoan(ctx, id)
		if err != nil {
			return err
		}
		if l.Version != version {
			return stale("loan", l.Version)
		}
		if l, err = change(tx, l, now); err != nil {
			return err
		}
		if l, err = tx.SaveLoan(ctx, l); err != nil {
			return err
		}
		if err := tellOfLoan(ctx, tx, who, l, event, now, nil); err != nil {
			return err
		}
		if v, err = viewLoan(ctx, tx, l, now); err != nil {
			return err
		}
		return tx.Answer(ctx, v)
	})
	return v, err
}

// loseLoan ends the loan of an item that nobody can find.
func loseLoan(ctx context.Context, tx dispatch.Tx, who access.Principal, l assets.Loan, now time.Time) error {
	to, err := l.State.After(assets.LoanLose)
	if err != nil {
		return err
	}
	l.State, l.EndedAt = to, &now
	if err := settleReturn(ctx, tx, who, l, now); err != nil {
		return err
	}
	if l, err = tx.SaveLoan(ctx, l); err != nil {
		return err
	}
	return tellOfLoan(ctx, tx, who, l, "loan.lost", now, nil)
}

func tellOfLoan(ctx context.Context, tx dispatch.Tx, who access.Principal, l assets.Loan, event string, now time.Time, more map[string]any) error {
	data := map[string]any{"item_id": l.ItemID, "person_id": l.PersonID, "depot_id": l.DepotID, "state": l.State, "due_at": l.DueAt}
	maps.Copy(data, more)
	return decide.Emit(ctx, tx, now, who, decide.Event{Name: event, Kind: "loan", Subject: l.ID, Data: data})
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// notFree says that a loaner is not to be had in a time.
func notFree(h assets.Held) *fault.Error {
	return fault.New(fault.Conflict, "loaner_taken", "loaner %s is not to be had in that time; GET /v1/loaners/availability shows what is", h.Item.Tag)
}
