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

// NewAgentAbsence says that an agent is away and who does their work.
type NewAgentAbsence struct {
	AccountID ids.ID
	StandInID ids.ID
	From      time.Time
	Until     time.Time
	Reason    string
}

// mayEnter lets agents enter their own absences, and who plans shifts anybody's.
func mayEnter(who access.Principal, account ids.ID) error {
	if who.AccountID == account {
		return who.Require(access.ContactsWrite)
	}
	return who.Require(access.ShiftsWrite)
}

// EnterAgentAbsence has a stand-in do an agent's work for a while: open promises,
// callbacks, tickets and unregistered calls show in the stand-in's worklist by
// themselves, and what comes in by itself goes to others. Owners stay owners.
//
// Codes: "bad_window", "stand_in_is_absent" when it is the same person,
// "absence_taken", "reference_missing".
func (d *Desk) EnterAgentAbsence(ctx context.Context, who access.Principal, n NewAgentAbsence) (a dispatch.AgentAbsence, err error) {
	now := d.Clock.Now()
	if err := mayEnter(who, n.AccountID); err != nil {
		return a, err
	}
	if !n.Until.After(n.From) {
		return a, fault.New(fault.Invalid, "bad_window", "an absence ends after it begins").At("/until", "is not after from")
	}
	if n.AccountID == n.StandInID {
		return a, fault.New(fault.Invalid, "stand_in_is_absent", "nobody stands in for themselves; name a colleague").At("/stand_in_id", "is the absent agent")
	}
	err = d.Store.Write(ctx, func(tx dispatch.Tx) error {
		a = dispatch.AgentAbsence{ID: ids.New(), AccountID: n.AccountID, StandInID: n.StandInID, AbsentFrom: n.From, AbsentUntil: n.Until, Reason: n.Reason,
			EnteredBy: who.AccountID, CreatedAt: now, Version: 1}
		if err := tx.AddAgentAbsence(ctx, a); err != nil {
			return err
		}
		if err := d.absenceEvent(ctx, tx, who, "agent.absent", a, now); err != nil {
			return err
		}
		return tx.Answer(ctx, a)
	})
	return a, err
}

// EndAgentAbsence says that an agent is back: what is over stays as it was, the
// rest is taken away. Codes: "agent_absence_not_found", "version_stale",
// "agent_absence_state" when it is over.
func (d *Desk) EndAgentAbsence(ctx context.Context, who access.Principal, id ids.ID, version int64) (a dispatch.AgentAbsence, err error) {
	now := d.Clock.Now()
	err = d.write(ctx, who, access.ContactsWrite, func(tx dispatch.Tx) error {
		var err error
		if a, err = tx.LockAgentAbsence(ctx, id); err != nil {
			return err
		}
		if err := mayEnter(who, a.AccountID); err != nil {
			return err
		}
		if a.Version != version {
			return Stale("absence", a.Version)
		}
		if err := a.State(now).Allows(dispatch.AbsenceEnd); err != nil {
			return err
		}
		a.AbsentUntil = now
		if a.AbsentFrom.After(now) {
			a.AbsentFrom = now // it never began
		}
		if a, err = tx.EndAgentAbsence(ctx, a); err != nil {
			return err
		}
		if err := d.absenceEvent(ctx, tx, who, "agent.back", a, now); err != nil {
			return err
		}
		return tx.Answer(ctx, a)
	})
	return a, err
}

func (d *Desk) absenceEvent(ctx context.Context, tx dispatch.Tx, who access.Principal, name string, a dispatch.AgentAbsence, now time.Time) error {
	return decide.Emit(ctx, tx, now, who, decide.Event{Name: name, Kind: "agent_absence", Subject: a.ID,
		Data: map[string]any{"account_id": a.AccountID, "stand_in_id": a.StandInID}})
}

// AgentAbsences lists an agent's absences, the latest first.
func (d *Desk) AgentAbsences(ctx context.Context, who access.Principal, account ids.ID, p dispatch.Page) (list []dispatch.AgentAbsence, next string, err error) {
	err = d.read(ctx, who, access.ContactsWrite, func(tx dispatch.Tx) (err error) {
		list, next, err = tx.ListAgentAbsences(ctx, account, p)
		return err
	})
	return list, next, err
}

// WorklistView is what an agent has to do now, with whose work it is.
type WorklistView struct {
	Covered  []dispatch.Covered
	Work     dispatch.Worklist
	Promises []PromiseView // those of the work, with names
}

// Worklist gives the agent's own work and that of the colleagues they stand in
// for, the most urgent first.
func (d *Desk) Worklist(ctx context.Context, who access.Principal) (v WorklistView, err error) {
	now := d.Clock.Now()
	err = d.read(ctx, who, access.ContactsWrite, func(tx dispatch.Tx) (err error) {
		if v.Covered, err = tx.CoveredBy(ctx, who.AccountID, now); err != nil {
			return err
		}
		accounts := make([]ids.ID, len(v.Covered))
		for i, c := range v.Covered {
			accounts[i] = c.AccountID
		}
		if v.Work, err = tx.Worklist(ctx, accounts, now); err != nil {
			return err
		}
		v.Promises, err = dress(ctx, tx, v.Work.Promises)
		return err
	})
	return v, err
}
