package decide

import (
	"context"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/access"
	"roundsman/internal/ids"
)

// End is how a promise ends, for the ledger and the report.
type End struct {
	To     dispatch.PromiseState
	Reason string          // code
	Choice dispatch.Choice // whose choice it was; "" for what happened
	MetAt  *time.Time      // when it was done in fact, if it was
	Notice *ids.ID         // the notice that tells of it
	Note   string          // why, in words; not in the ledger
}

// Settle ends a promise: kept, late, broken or withdrawn, with its entry and event.
// Code: "promise_state".
func Settle(ctx context.Context, tx dispatch.Tx, who access.Principal, p dispatch.Promise, to dispatch.PromiseState, reason string, now time.Time) (dispatch.Promise, error) {
	return SettleAs(ctx, tx, who, p, End{To: to, Reason: reason}, now)
}

// SettleAs ends a promise with all that is known of its end. The promise is
// locked. Code: "promise_state".
func SettleAs(ctx context.Context, tx dispatch.Tx, who access.Principal, p dispatch.Promise, end End, now time.Time) (dispatch.Promise, error) {
	kind := dispatch.EntryKind(end.To)
	if err := p.State.Allows(dispatch.Ending(end.To)); err != nil {
		return p, err
	}
	p.State, p.SettledAt, p.MetAt = end.To, &now, end.MetAt
	if p.MetAt == nil && (end.To == dispatch.PromiseKept || end.To == dispatch.PromiseLate) {
		p.MetAt = &now
	}
	if end.Note != "" {
		p.Note = end.Note
	}
	p, err := tx.SavePromise(ctx, p)
	if err != nil {
		return p, err
	}
	e := dispatch.EntryOf(p, kind, now)
	e.ActorID, e.Reason, e.Choice, e.NoticeID = actor(who), end.Reason, end.Choice, end.Notice
	if _, err := tx.AppendEntry(ctx, e); err != nil {
		return p, err
	}
	return p, emitPromise(ctx, tx, who, p, e)
}

// emitPromise tells of a ledger entry.
func emitPromise(ctx context.Context, tx dispatch.Tx, who access.Principal, p dispatch.Promise, e dispatch.Entry) error {
	ev := Event{Name: "promise." + string(e.Kind), Kind: "promise", Subject: p.ID,
		Data: map[string]any{"kind": p.Kind, "ticket_id": given(p.TicketID), "reason": e.Reason}}
	if p.TechnicianID != ids.Nil {
		ev.Technician = &p.TechnicianID
	}
	if p.VisitID != ids.Nil {
		ev.Data["visit_id"] = p.VisitID
	}
	if e.Choice != "" {
		ev.Data["choice"] = e.Choice
	}
	if e.Kind == dispatch.EntryMade {
		ev.Data["window_start"], ev.Data["window_end"] = p.WindowStart, p.WindowEnd
	}
	return Emit(ctx, tx, e.At, who, ev)
}

// given is nil for an id that is not there.
func given(id ids.ID) *ids.ID {
	if id == ids.Nil {
		return nil
	}
	return &id
}
