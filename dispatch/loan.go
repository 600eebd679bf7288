package dispatch

import (
	"context"
	"time"

	"roundsman/assets"
	"roundsman/internal/ids"
)

// LoanView is a loan with its loaner.
type LoanView struct {
	Loan    assets.Loan
	Item    assets.Held
	Overdue bool
}

// ViewLoans reads the loaners of loans, in one look and in their order.
func ViewLoans(ctx context.Context, tx Tx, loans []assets.Loan, now time.Time) ([]LoanView, error) {
	items := make([]ids.ID, len(loans))
	for i, l := range loans {
		items[i] = l.ItemID
	}
	held, err := tx.ItemsByID(ctx, items)
	if err != nil {
		return nil, err
	}
	by := make(map[ids.ID]assets.Held, len(held))
	for _, h := range held {
		by[h.Item.ID] = h
	}
	list := make([]LoanView, len(loans))
	for i, l := range loans {
		list[i] = LoanView{l, by[l.ItemID], l.Overdue(now)}
	}
	return list, nil
}
