package decide

import (
	"context"
	"fmt"
	"slices"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/access"
	"roundsman/internal/ids"
)

// Ending is how a visit ends without being completed.
type Ending struct {
	Reason dispatch.GiveUpReason
	At     time.Time // when it was given up
	Now    time.Time
	// CallIn is how long the owner has until the person is called.
	CallIn time.Duration
}

// GaveUp is what came of it.
type GaveUp struct {
	Visit    dispatch.Visit
	Promise  *dispatch.Promise // the last one made for the visit
	Callback dispatch.Callback
}

// GiveUp ends a visit that can't be completed: its promise is settled as it was
// kept or not, what was kept for it is free, the customer's part is recorded, and
// the ticket goes back to its owner, who has a call to make. The visit is locked
// behind its round. Code: "visit_state".
func GiveUp(ctx context.Context, tx dispatch.Tx, who access.Principal, v dispatch.Visit, e Ending) (GaveUp, error) {
	var out GaveUp
	var err error
	v.CompletedAt, v.Reason = &e.At, string(e.Reason)
	if out.Visit, err = tx.SetVisitState(ctx, v, dispatch.VisitCannotComplete); err != nil {
		return out, err
	}
	if err = LetGo(ctx, tx, out.Visit, e.At); err != nil {
		return out, err
	}
	if err = tx.WithdrawOptions(ctx, v.ID); err != nil {
		return out, err
	}
	if out.Callback, err = backToOwner(ctx, tx, who, v, e); err != nil {
		return out, err
	}
	if out.Promise, err = settleGivenUp(ctx, tx, who, v, e); err != nil {
		return out, err
	}
	var stands *dispatch.PromiseState
	if out.Promise != nil {
		stands = &out.Promise.State
	}
	return out, RecordDuties(ctx, tx, who, v.ID, e.Reason, stands, e.Now)
}

// LetGo ends what a visit holds while it is under way: its pause, its reservations,
// its wait for a second technician, and what is on offer and was not chosen.
func LetGo(ctx context.Context, tx dispatch.Tx, v dispatch.Visit, at time.Time) error {
	if _, err := tx.EndPause(ctx, v.ID, at); err != nil {
		return err
	}
	if err := tx.LapseAssists(ctx, v.ID, at); err != nil {
		return err
	}
	if err := tx.LapseOptions(ctx, v.ID); err != nil {
		return err
	}
	return tx.Release(ctx, v.ID, at)
}

// RecordDuties writes what a visit's end says about the customer's part; "" is that
// the work was done.
func RecordDuties(ctx context.Context, tx dispatch.Tx, who access.Principal, visit ids.ID, end dispatch.GiveUpReason, promise *dispatch.PromiseState, now time.Time) error {
	said := dispatch.DutiesAfter(end, promise)
	for _, kind := range []dispatch.DutyKind{dispatch.DutyBeThere, dispatch.DutyGiveAccess} {
		outcome, ok := said[kind]
		if !ok {
			continue
		}
		d := dispatch.Duty{VisitID: visit, Duty: kind, Outcome: outcome, At: now, Why: string(end)}
		if who.AccountID != ids.Nil {
			d.RecordedBy = &who.AccountID
		}
		if err := tx.PutDuty(ctx, d); err != nil {
			return err
		}
	}
	return nil
}

// backToOwner opens the ticket again, unless the person can work already or another
// visit is to come, and gives its owner a call to make.
func backToOwner(ctx context.Context, tx dispatch.Tx, who access.Principal, v dispatch.Visit, e Ending) (dispatch.Callback, error) {
	t, err := tx.LockTicket(ctx, v.TicketID)
	if err != nil {
		return dispatch.Callback{}, err
	}
	c := dispatch.Callback{ID: ids.New(), TicketID: t.ID, VisitID: v.ID, PersonID: t.PersonID, OwnerID: t.OwnerID,
		DueAt: e.Now.Add(e.CallIn), State: dispatch.CallbackDue, CreatedAt: e.Now, Version: 1}
	if c, err = OweCallback(ctx, tx, who, c, e.Now); err != nil {
		return c, err
	}
	if t.May(dispatch.TicketRestore) == nil {
		visits, err := tx.VisitsOfTicket(ctx, t.ID)
		if err != nil {
			return c, err
		}
		planned := slices.ContainsFunc(visits, func(o dispatch.Visit) bool { return o.ID != v.ID && o.RoundID != nil && !o.State.Over() })
		switch {
		case t.RestoredAt != nil:
			t.State = dispatch.TicketRestored
		case planned:
			t.State = dispatch.TicketPlanned
		default:
			t.State = dispatch.TicketOpen
		}
		t.NextUpdate = c.DueAt
		if _, err := tx.SaveTicket(ctx, t); err != nil {
			return c, err
		}
	}
	return c, nil
}

// settleGivenUp ends a promise that is still open, tells the person, and gives the
// promise that was last made for the visit.
func settleGivenUp(ctx context.Context, tx dispatch.Tx, who access.Principal, v dispatch.Visit, e Ending) (*dispatch.Promise, error) {
	open, err := tx.OpenPromiseOf(ctx, v.ID)
	if err != nil {
		return nil, err
	}
	if open == nil {
		return LastPromise(ctx, tx, v)
	}
	p, err := tx.LockPromise(ctx, open.ID)
	if err != nil {
		return nil, err
	}
	end := End{To: e.Reason.Verdict(), Reason: string(e.Reason)}
	if end.To == dispatch.PromiseBroken {
		person, err := tx.Person(ctx, p.PersonID)
		if err != nil {
			return nil, err
		}
		ticket, err := tx.Ticket(ctx, p.TicketID)
		if err != nil {
			return nil, err
		}
		n := dispatch.Tell(person, &ticket, &p.ID, "broken", dispatch.Told{}, e.Now)
		if err := Send(ctx, tx, n); err != nil {
			return nil, err
		}
		end.Notice = &n.ID
	} else {
		end.Choice = dispatch.CustomerChoice
	}
	p, err = SettleAs(ctx, tx, who, p, end, e.Now)
	return &p, err
}

// LastPromise is the newest arrival promise of a visit, nil when none was made.
func LastPromise(ctx context.Context, tx dispatch.Tx, v dispatch.Visit) (*dispatch.Promise, error) {
	list, _, err := tx.ListPromises(ctx, dispatch.PromiseFilter{TicketID: &v.TicketID}, dispatch.Page{Limit: 100})
	if err != nil {
		return nil, fmt.Errorf("promises of ticket %s: %w", v.TicketID, err)
	}
	for i := range list {
		if list[i].Kind == dispatch.ArrivalPromise && list[i].VisitID == v.ID {
			return &list[i], nil
		}
	}
	return nil, nil
}
