package desk

import (
	"context"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/decide"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// NewEscalation is a customer's wish for somebody in charge.
type NewEscalation struct {
	ID        *ids.ID
	ContactID *ids.ID
	Reason    string // code
	Context   string // what happened, so that the leader need not ask
}

// Escalate calls the first leader of the chain who is there, and is not whoever
// asks. Where nobody is, it says so at once and the record shows the gap.
//
// Codes: "ticket_not_found", "ticket_resolved", "escalation_called" when a leader
// is being called already, "reference_missing".
func (d *Desk) Escalate(ctx context.Context, who access.Principal, ticket ids.ID, n NewEscalation) (e dispatch.Escalation, err error) {
	id := newID(n.ID)
	err = d.handle(ctx, who, handling{ID: ticket, Act: dispatch.DeskEscalate}, func(tx dispatch.Tx, k *handled) (map[string]any, error) {
		chain, err := tx.Leaders(ctx)
		if err != nil {
			return nil, err
		}
		e = dispatch.Escalation{ID: id, TicketID: ticket, ContactID: n.ContactID, State: dispatch.EscalationUnanswered, Reason: n.Reason,
			Context: n.Context, Passed: []ids.ID{}, AskedBy: who.AccountID, AskedAt: k.Now, CalledAt: k.Now, Version: 1}
		if l := dispatch.NextLeader(chain, []ids.ID{who.AccountID}, k.Now); l != nil {
			e.State, e.LeaderID = dispatch.EscalationCalled, &l.AccountID
		}
		if err := tx.AddEscalation(ctx, e); err != nil {
			return nil, err
		}
		return nil, emitEscalation(ctx, tx, who, e, k.Now)
	}, func(handled) any { return e })
	return e, err
}

func emitEscalation(ctx context.Context, tx dispatch.Tx, who access.Principal, e dispatch.Escalation, now time.Time) error {
	return decide.Emit(ctx, tx, now, who, decide.Event{Name: "escalation." + string(e.State), Kind: "escalation", Subject: e.ID,
		Data: map[string]any{"ticket_id": e.TicketID, "leader_id": e.LeaderID, "reason": e.Reason, "seconds": int(now.Sub(e.AskedAt).Seconds())}})
}

// TakeEscalation makes the leader who is called the one who has it; the time to a
// leader is recorded. Codes: "escalation_not_found", "escalation_state",
// "version_stale", "escalation_not_yours".
func (d *Desk) TakeEscalation(ctx context.Context, who access.Principal, id ids.ID, version int64) (dispatch.Escalation, error) {
	return d.moveEscalation(ctx, who, id, version, dispatch.EscalationTake, func(_ dispatch.Tx, e *dispatch.Escalation, now time.Time) error {
		if e.LeaderID == nil || *e.LeaderID != who.AccountID {
			return fault.New(fault.Forbidden, "escalation_not_yours", "another leader is being called; pass it on to yourself when their turn is over")
		}
		e.TakenAt = &now
		return nil
	})
}

// PassEscalation calls the next leader: the one who is called does not answer, or
// can't. Codes: "escalation_not_found", "escalation_state", "version_stale".
func (d *Desk) PassEscalation(ctx context.Context, who access.Principal, id ids.ID, version int64) (dispatch.Escalation, error) {
	return d.moveEscalation(ctx, who, id, version, dispatch.EscalationPass, func(tx dispatch.Tx, e *dispatch.Escalation, now time.Time) error {
		chain, err := tx.Leaders(ctx)
		if err != nil {
			return err
		}
		e.Passed, e.CalledAt = append(e.Passed, *e.LeaderID), now
		l := dispatch.NextLeader(chain, append([]ids.ID{e.AskedBy}, e.Passed...), now)
		if l == nil {
			e.State, e.LeaderID = dispatch.EscalationUnanswered, nil
			return nil
		}
		e.LeaderID = &l.AccountID
		return nil
	})
}

func (d *Desk) moveEscalation(ctx context.Context, who access.Principal, id ids.ID, version int64, act dispatch.EscalationAct, alter func(dispatch.Tx, *dispatch.Escalation, time.Time) error) (e dispatch.Escalation, err error) {
	now := d.Clock.Now()
	err = d.write(ctx, who, access.TicketsWrite, func(tx dispatch.Tx) error {
		if e, err = tx.LockEscalation(ctx, id); err != nil {
			return err
		}
		to, err := e.State.After(act)
		if err != nil {
			return err
		}
		if e.Version != version {
			return Stale("escalation", e.Version)
		}
		e.State = to
		if err = alter(tx, &e, now); err != nil {
			return err
		}
		if e, err = tx.SaveEscalation(ctx, e); err != nil {
			return err
		}
		if err = emitEscalation(ctx, tx, who, e, now); err != nil {
			return err
		}
		return tx.Answer(ctx, e)
	})
	return e, err
}

// Escalations lists those that call a leader, or all, newest first.
func (d *Desk) Escalations(ctx context.Context, who access.Principal, leader *ids.ID, p dispatch.Page) (list []dispatch.Escalation, next string, err error) {
	err = d.read(ctx, who, access.TicketsRead, func(tx dispatch.Tx) (err error) {
		list, next, err = tx.ListEscalations(ctx, leader, p)
		return err
	})
	return list, next, err
}

// Leaders gives the chain in its order.
func (d *Desk) Leaders(ctx context.Context, who access.Principal) (chain []dispatch.Leader, err error) {
	err = d.read(ctx, who, access.TicketsRead, func(tx dispatch.Tx) (err error) {
		chain, err = tx.Leaders(ctx)
		return err
	})
	return chain, err
}

// ChangeLeaders replaces the chain. Codes: "bad_zone", "bad_hours",
// "reference_missing", "leader_twice".
func (d *Desk) ChangeLeaders(ctx context.Context, who access.Principal, chain []dispatch.Leader) ([]dispatch.Leader, error) {
	now := d.Clock.Now()
	for i := range chain {
		chain[i].Position = i + 1
		if _, err := time.LoadLocation(chain[i].Zone); err != nil || chain[i].Zone == "" {
			return nil, fault.New(fault.Invalid, "bad_zone", "%q is no time zone; zones look like America/New_York", chain[i].Zone)
		}
		if chain[i].FromMin >= chain[i].UntilMin {
			return nil, fault.New(fault.Invalid, "bad_hours", "a leader's hours end after they begin, on one day")
		}
	}
	err := d.write(ctx, who, access.SetupWrite, func(tx dispatch.Tx) error {
		if err := tx.SaveLeaders(ctx, chain); err != nil {
			return err
		}
		if err := decide.Emit(ctx, tx, now, who, decide.Event{Name: "escalation_chain.changed", Kind: "escalation_chain", Subject: dispatch.ChainID}); err != nil {
			return err
		}
		return tx.Answer(ctx, chain)
	})
	return chain, err
}
