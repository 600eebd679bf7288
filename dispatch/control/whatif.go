package control

import (
	"context"

	"roundsman/dispatch"
	"roundsman/dispatch/day"
	"roundsman/dispatch/decide"
	"roundsman/internal/access"
	"roundsman/internal/ids"
)

// try asks a question that prepare fills in from one snapshot.
func (c *Control) try(ctx context.Context, who access.Principal, subject ids.ID, prepare func(tx dispatch.Tx, q *decide.Question) error) (day.Outcome, error) {
	q := decide.Question{Who: who, Subject: &subject}
	if err := c.read(ctx, who, access.PlansWrite, func(tx dispatch.Tx) error { return prepare(tx, &q) }); err != nil {
		return day.Outcome{}, err
	}
	return c.Decide.Ask(ctx, q)
}

// commit does what a what-if about the subject showed; also, where it is given,
// runs before the visits are locked, and after behind everything. The outcome is
// the answer.
func (c *Control) commit(ctx context.Context, d decide.Commit, subject ids.ID) (day.Outcome, error) {
	if err := d.Who.Require(access.PlansWrite); err != nil {
		return day.Outcome{}, err
	}
	before, after := d.Before, d.After
	d.Before = func(ctx context.Context, tx dispatch.Tx, dec decide.Decision) error {
		if err := sameSubject(dec, subject); err != nil || before == nil {
			return err
		}
		return before(ctx, tx, dec)
	}
	d.After = func(ctx context.Context, tx dispatch.Tx, dec decide.Decision) error {
		if after != nil {
			if err := after(ctx, tx, dec); err != nil {
				return err
			}
		}
		return tx.Answer(ctx, dec.Outcome)
	}
	dec, err := c.Decide.Commit(ctx, d)
	return dec.Outcome, err
}

// dayOfRound names the day of a round.
func dayOfRound(ctx context.Context, tx dispatch.Tx, id ids.ID) (dispatch.DayKey, error) {
	r, err := tx.Round(ctx, id)
	return dispatch.DayKey{RegionID: r.RegionID, Date: r.Date}, err
}

// handled reads a visit that a dispatcher wants to work on, and the day of its
// round; the zero day when it is in none.
func handled(ctx context.Context, tx dispatch.Tx, id ids.ID, a dispatch.VisitAct) (dispatch.Visit, dispatch.DayKey, error) {
	v, err := tx.Visit(ctx, id)
	if err != nil {
		return v, dispatch.DayKey{}, err
	}
	if err := v.State.Allows(a); err != nil || v.RoundID == nil {
		return v, dispatch.DayKey{}, err
	}
	k, err := dayOfRound(ctx, tx, *v.RoundID)
	return v, k, err
}
