package desk

import (
	"context"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/access"
	"roundsman/internal/fault"
)

// span refuses a period that ends before it begins. Code: "bad_window".
func span(from, until time.Time) error {
	if until.Before(from) {
		return fault.New(fault.Invalid, "bad_window", "the period ends before it begins").At("/until", "is before from")
	}
	return nil
}

// AnswerTimes tells how long inbound contacts answered in [from, until) waited:
// everything first, then by channel, or by handler, which are figures of single
// people and want the right to them. Code: "bad_window".
func (d *Desk) AnswerTimes(ctx context.Context, who access.Principal, from, until time.Time, by dispatch.AnswerGroup) (list []dispatch.AnswerTimes, err error) {
	if err := span(from, until); err != nil {
		return nil, err
	}
	if by == dispatch.AnswerByHandler {
		if err := who.Require(access.TeamRead); err != nil {
			return nil, err
		}
	}
	err = d.read(ctx, who, access.ReportsRead, func(tx dispatch.Tx) (err error) {
		list, err = tx.AnswerTimes(ctx, from, until, by)
		return err
	})
	return list, err
}

// RegistrationReport says what became of the inbound calls queued in [from, until):
// everything, and with byHandler each taker's, which are figures of single people.
// Code: "bad_window".
func (d *Desk) RegistrationReport(ctx context.Context, who access.Principal, from, until time.Time, byHandler bool) (all dispatch.CallCount, of []dispatch.CallCount, err error) {
	if err := span(from, until); err != nil {
		return all, nil, err
	}
	if byHandler {
		if err := who.Require(access.TeamRead); err != nil {
			return all, nil, err
		}
	}
	err = d.read(ctx, who, access.ReportsRead, func(tx dispatch.Tx) error {
		rows, err := tx.CountCalls(ctx, from, until, byHandler)
		if err != nil {
			return err
		}
		all = rows[0]
		for _, r := range rows[1:] {
			if r.HandlerID != nil { // calls that nobody took are in the first row alone
				of = append(of, r)
			}
		}
		return nil
	})
	return all, of, err
}

// ResolveReport is how long tickets took, and how much of what happened it is
// about: a desk that does not register its short calls looks slow, and one that
// registers nothing looks good.
type ResolveReport struct {
	Times []dispatch.ResolveTimes
	Calls dispatch.CallCount
}

// ResolveReport tells how long the tickets resolved in [from, until) took, those
// registered and resolved in one step included, with the coverage of the same
// time. Code: "bad_window".
func (d *Desk) ResolveReport(ctx context.Context, who access.Principal, from, until time.Time) (r ResolveReport, err error) {
	if err := span(from, until); err != nil {
		return r, err
	}
	err = d.read(ctx, who, access.ReportsRead, func(tx dispatch.Tx) (err error) {
		if r.Times, err = tx.ResolveTimes(ctx, from, until); err != nil {
			return err
		}
		rows, err := tx.CountCalls(ctx, from, until, false)
		if err != nil {
			return err
		}
		r.Calls = rows[0]
		return nil
	})
	return r, err
}
