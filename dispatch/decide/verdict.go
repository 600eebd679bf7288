package decide

import (
	"context"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/access"
	"roundsman/internal/ids"
)

// Arrival settles a visit's promise by the evidence there is, or, where it is settled
// and evidence that is borne out says otherwise, corrects the verdict with an entry
// of its own. It gives the promise that the evidence bears on, nil when there is
// none. The visit is locked.
func Arrival(ctx context.Context, tx dispatch.Tx, who access.Principal, v dispatch.Visit, now time.Time) (*dispatch.Promise, error) {
	list, err := tx.ArrivalsOf(ctx, v.ID)
	if err != nil {
		return nil, err
	}
	a, _, ok := dispatch.ArrivalThatCounts(list)
	if !ok {
		return nil, nil
	}
	seen, err := LastPromise(ctx, tx, v)
	if err != nil || seen == nil {
		return nil, err
	}
	p, err := tx.LockPromise(ctx, seen.ID)
	if err != nil {
		return nil, err
	}
	if p.State == dispatch.PromiseOpen {
		p, err = SettleAs(ctx, tx, who, p, End{To: dispatch.JudgeArrival(p, a.HappenedAt), Reason: "arrival", MetAt: met(p, a)}, now)
		return &p, err
	}
	if to, turns := dispatch.Rejudge(p, list); turns {
		p, err = turn(ctx, tx, who, p, to, "arrival_borne_out", nil, met(p, a), now)
	}
	return &p, err
}

// met is when the work began: who is early waits for the window.
func met(p dispatch.Promise, a dispatch.Arrival) *time.Time {
	at := a.HappenedAt
	if at.Before(p.WindowStart) {
		at = p.WindowStart
	}
	return &at
}

// Reopen takes back the verdict of an arrival that was a mistake. The person was
// told, so a notice comes with it.
func Reopen(ctx context.Context, tx dispatch.Tx, who access.Principal, p dispatch.Promise, notice ids.ID, now time.Time) (dispatch.Promise, error) {
	return turn(ctx, tx, who, p, dispatch.PromiseOpen, "arrival_undone", &notice, nil, now)
}

// turn changes a verdict that stands; the ledger keeps both.
func turn(ctx context.Context, tx dispatch.Tx, who access.Principal, p dispatch.Promise, to dispatch.PromiseState, reason string, notice *ids.ID, met *time.Time, now time.Time) (dispatch.Promise, error) {
	kind, act := dispatch.EntryKind(to), dispatch.PromiseRejudge
	if to == dispatch.PromiseOpen {
		act = dispatch.PromiseReopen
	}
	if err := p.State.Allows(act); err != nil {
		return p, err
	}
	p.State, p.SettledAt, p.MetAt = to, &now, met
	if to == dispatch.PromiseOpen {
		kind, p.SettledAt = dispatch.EntryRevised, nil
	}
	p, err := tx.SavePromise(ctx, p)
	if err != nil {
		return p, err
	}
	e := dispatch.EntryOf(p, kind, now)
	e.ActorID, e.Reason, e.NoticeID = actor(who), reason, notice
	if _, err := tx.AppendEntry(ctx, e); err != nil {
		return p, err
	}
	return p, emitPromise(ctx, tx, who, p, e)
}
