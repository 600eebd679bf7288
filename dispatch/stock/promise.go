package stock

import (
	"context"
	"fmt"
	"time"

	"roundsman/assets"
	"roundsman/dispatch"
	"roundsman/dispatch/decide"
	"roundsman/internal/access"
	"roundsman/internal/ids"
)

// promiseReturn records the promise that a loaner comes back until it is due, and
// gives its id.
func promiseReturn(ctx context.Context, tx dispatch.Tx, who access.Principal, l assets.Loan, now time.Time) (*ids.ID, error) {
	person, err := tx.Person(ctx, l.PersonID)
	if err != nil {
		return nil, err
	}
	site, err := tx.Site(ctx, person.SiteID)
	if err != nil {
		return nil, err
	}
	loc, err := time.LoadLocation(site.Zone)
	if err != nil {
		return nil, fmt.Errorf("time zone of site %s: %w", site.Code, err)
	}
	d := dispatch.DuePromise{Kind: dispatch.LoanReturnPromise, PersonID: l.PersonID, SubjectID: l.ID, Due: l.DueAt,
		Wording: "The loaner comes back until " + l.DueAt.In(loc).Format("Monday, 2 January, ") + dispatch.ClockWords(l.DueAt, loc) + "."}
	if l.TicketID != nil {
		d.TicketID = *l.TicketID
	}
	p, err := decide.MakeDue(ctx, tx, who, d, now)
	if err != nil {
		return nil, err
	}
	return &p.ID, nil
}

// settleReturn ends that promise: kept or late when the loaner is back, broken when
// it was lost. One that was settled before stays as it is.
func settleReturn(ctx context.Context, tx dispatch.Tx, who access.Principal, l assets.Loan, now time.Time) error {
	var err error
	if l.State == assets.LoanLost {
		_, err = decide.WithdrawDue(ctx, tx, who, dispatch.LoanReturnPromise, l.ID, dispatch.OurChoice, "lost", now)
	} else {
		_, err = decide.SettleDue(ctx, tx, who, dispatch.LoanReturnPromise, l.ID, now, "returned", now)
	}
	return err
}

// reviseReturn takes that promise back, as the customer wished, and makes the one
// of the new day. A loan that is only booked has none yet.
func reviseReturn(ctx context.Context, tx dispatch.Tx, who access.Principal, l assets.Loan, now time.Time) (*ids.ID, error) {
	if l.State != assets.LoanOut {
		return l.PromiseID, nil
	}
	if _, err := decide.WithdrawDue(ctx, tx, who, dispatch.LoanReturnPromise, l.ID, dispatch.CustomerChoice, "extended", now); err != nil {
		return nil, err
	}
	return promiseReturn(ctx, tx, who, l, now)
}
