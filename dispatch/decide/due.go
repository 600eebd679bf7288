package decide

import (
	"context"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// MakeDue writes a promise that is due by an instant, with its first entry and its
// event, in the transaction of what it is about. Nobody is sent a notice: it is
// said to the person who is there.
//
// Codes: "promise_past" when it would be due already; "promise_taken" when what
// keeps it is promised already.
func MakeDue(ctx context.Context, tx dispatch.Tx, who access.Principal, d dispatch.DuePromise, now time.Time) (dispatch.Promise, error) {
	if !d.Due.After(now) {
		return dispatch.Promise{}, fault.New(fault.Invalid, "promise_past", "this would be due already; name a later instant").At("/due_at", "is in the past")
	}
	p := dispatch.Promise{
		ID: ids.New(), Kind: d.Kind, PersonID: d.PersonID, TicketID: d.TicketID, SubjectID: given(d.SubjectID), State: dispatch.PromiseOpen,
		WindowStart: now, WindowEnd: d.Due, FirstStart: now, FirstEnd: d.Due, Wording: d.Wording, Salt: salt(),
		MadeBy: who.AccountID, MadeAt: now, Version: 1,
	}
	if err := tx.AddPromise(ctx, p); err != nil {
		return p, err
	}
	e := dispatch.EntryOf(p, dispatch.EntryMade, now)
	e.ActorID, e.WordingHash = actor(who), WordingHash(p.Salt, p.Wording)
	if _, err := tx.AppendEntry(ctx, e); err != nil {
		return p, err
	}
	return p, emitPromise(ctx, tx, who, p, e)
}

// SettleDue ends the open promise that a callback, loan or item keeps, as done at
// an instant: kept when that is before it was due, late otherwise. Without an open
// promise nothing happens and nil comes back, so that whoever gives the thing back
// need not know whether anybody was promised it.
func SettleDue(ctx context.Context, tx dispatch.Tx, who access.Principal, kind dispatch.PromiseKind, subject ids.ID, at time.Time, reason string, now time.Time) (*dispatch.Promise, error) {
	seen, err := tx.OpenPromiseFor(ctx, kind, subject)
	if err != nil || seen == nil {
		return nil, err
	}
	return settleDone(ctx, tx, who, seen.ID, at, reason, now)
}

// WithdrawDue takes back the open promise that a callback, loan or item keeps, by
// the customer's choice or ours. What we take back ourselves is broken. Without an
// open promise nothing happens.
func WithdrawDue(ctx context.Context, tx dispatch.Tx, who access.Principal, kind dispatch.PromiseKind, subject ids.ID, choice dispatch.Choice, reason string, now time.Time) (*dispatch.Promise, error) {
	seen, err := tx.OpenPromiseFor(ctx, kind, subject)
	if err != nil || seen == nil {
		return nil, err
	}
	p, err := tx.LockPromise(ctx, seen.ID)
	if err != nil || p.State != dispatch.PromiseOpen {
		return nil, err
	}
	to := dispatch.PromiseWithdrawn
	if choice != dispatch.CustomerChoice {
		to = dispatch.PromiseBroken
	}
	p, err = SettleAs(ctx, tx, who, p, End{To: to, Reason: reason, Choice: choice}, now)
	return &p, err
}

// Told settles every status update that was promised on a ticket before what they
// were told was said: the person has heard how it stands.
func Told(ctx context.Context, tx dispatch.Tx, who access.Principal, ticket ids.ID, said time.Time, reason string, now time.Time) error {
	list, _, err := tx.ListPromises(ctx, dispatch.PromiseFilter{TicketID: &ticket, Kinds: []dispatch.PromiseKind{dispatch.StatusPromise},
		States: []dispatch.PromiseState{dispatch.PromiseOpen}}, dispatch.Page{Limit: 50})
	if err != nil {
		return err
	}
	for _, p := range list {
		if p.MadeAt.After(said) {
			continue // they want to hear more than that
		}
		if _, err := settleDone(ctx, tx, who, p.ID, now, reason, now); err != nil {
			return err
		}
	}
	return nil
}

// Overdue marks an open promise whose time is over and that nobody has kept yet,
// with the notice that told of it, if one did. The promise is locked; it stays open
// and may still be kept late.
func Overdue(ctx context.Context, tx dispatch.Tx, p dispatch.Promise, notice *ids.ID, now time.Time) error {
	nothing := 0.0
	p.AtRiskSince, p.Chance = &now, &nothing
	p, err := tx.SavePromise(ctx, p)
	if err != nil {
		return err
	}
	e := dispatch.EntryOf(p, dispatch.EntryAtRisk, now)
	e.Confidence, e.Reason, e.NoticeID = 0, "window_over", notice
	if _, err := tx.AppendEntry(ctx, e); err != nil {
		return err
	}
	return emitPromise(ctx, tx, access.Principal{}, p, e)
}

// settleDone ends one promise as done at an instant, if it is still open.
func settleDone(ctx context.Context, tx dispatch.Tx, who access.Principal, id ids.ID, at time.Time, reason string, now time.Time) (*dispatch.Promise, error) {
	p, err := tx.LockPromise(ctx, id)
	if err != nil || p.State != dispatch.PromiseOpen {
		return nil, err
	}
	p, err = SettleAs(ctx, tx, who, p, End{To: dispatch.Judge(p, at, false), Reason: reason, MetAt: &at}, now)
	return &p, err
}
