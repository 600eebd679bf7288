package field

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/decide"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// NewFact is what the technician's device says.
type NewFact struct {
	ID         *ids.ID    // the device's own, so that it may be sent twice
	HappenedAt *time.Time // absent: now
	Note       string
}

// VisitView is a visit after a fact, with the promise and callback it bears on.
type VisitView struct {
	Visit    dispatch.Visit
	Promise  *dispatch.Promise
	Callback *dispatch.Callback
}

// callbackAfter is how long after a visit the owner calls to check.
const callbackAfter = 2 * time.Hour

// Leave records that the technician is on the way to a visit. Codes:
// "visit_not_found", "visit_state".
func (f *Field) Leave(ctx context.Context, who access.Principal, visit ids.ID, n NewFact) (VisitView, error) {
	return f.record(ctx, who, visit, n, dispatch.FactLeft, func(ctx context.Context, tx dispatch.Tx, a *act) error {
		a.visit.DepartedAt = &a.at
		if err := a.become(ctx, tx, dispatch.VisitEnRoute); err != nil {
			return err
		}
		return f.onTheWay(ctx, tx, a)
	})
}

// onTheWay tells the person who comes, if they were promised a window.
func (f *Field) onTheWay(ctx context.Context, tx dispatch.Tx, a *act) error {
	p, err := tx.OpenPromiseOf(ctx, a.visit.ID)
	if err != nil || p == nil {
		return err
	}
	a.out.Promise = p
	person, err := tx.Person(ctx, p.PersonID)
	if err != nil {
		return err
	}
	ticket, err := tx.Ticket(ctx, p.TicketID)
	if err != nil {
		return err
	}
	t, err := tx.Technician(ctx, *a.visit.TechnicianID)
	if err != nil {
		return err
	}
	return decide.Send(ctx, tx, dispatch.Tell(person, &ticket, &p.ID, "on_the_way", dispatch.Told{Technician: t.SpokenName}, a.now))
}

// Arrive records that the technician is with the person, and settles the promise:
// kept inside its window, late after it. Codes: "visit_not_found", "visit_state".
func (f *Field) Arrive(ctx context.Context, who access.Principal, visit ids.ID, n NewFact) (VisitView, error) {
	return f.record(ctx, who, visit, n, dispatch.FactArrived, func(ctx context.Context, tx dispatch.Tx, a *act) error {
		a.visit.ArrivedAt = &a.at
		if a.visit.DepartedAt == nil {
			a.visit.DepartedAt = &a.at
		}
		if err := a.become(ctx, tx, dispatch.VisitArrived); err != nil {
			return err
		}
		open, err := tx.OpenPromiseOf(ctx, a.visit.ID)
		if err != nil || open == nil {
			return err
		}
		p, err := tx.LockPromise(ctx, open.ID)
		if err != nil {
			return err
		}
		// Who is early waits at the door: the work starts with the window.
		starts := a.at
		if starts.Before(p.WindowStart) {
			starts = p.WindowStart
		}
		end := decide.End{To: dispatch.Judge(p, starts, false), Reason: "arrival", MetAt: &starts}
		if p, err = decide.SettleAs(ctx, tx, a.who, p, end, a.now); err != nil {
			return err
		}
		a.out.Promise = &p
		return nil
	})
}

// Done records that the work is finished: the person can work, and the ticket's
// owner has a callback to make. Codes: "visit_not_found", "visit_state".
func (f *Field) Done(ctx context.Context, who access.Principal, visit ids.ID, n NewFact) (VisitView, error) {
	return f.record(ctx, who, visit, n, dispatch.FactDone, func(ctx context.Context, tx dispatch.Tx, a *act) error {
		a.visit.CompletedAt = &a.at
		if err := a.become(ctx, tx, dispatch.VisitCompleted); err != nil {
			return err
		}
		if err := tx.Release(ctx, a.visit.ID, a.now); err != nil {
			return err
		}
		t, err := tx.LockTicket(ctx, a.visit.TicketID)
		if err != nil {
			return err
		}
		c := dispatch.Callback{ID: ids.New(), TicketID: t.ID, VisitID: a.visit.ID, PersonID: t.PersonID, OwnerID: t.OwnerID,
			DueAt: a.now.Add(callbackAfter), State: dispatch.CallbackDue, CreatedAt: a.now, Version: 1}
		if err := decide.OweCallback(ctx, tx, a.who, c, a.now); err != nil {
			return err
		}
		a.out.Callback = &c
		if t.State != dispatch.TicketResolved {
			t.State, t.NextUpdate = dispatch.TicketRestored, c.DueAt
			if t.RestoredAt == nil {
				t.RestoredAt = &a.at
			}
			if _, err := tx.SaveTicket(ctx, t); err != nil {
				return err
			}
		}
		return decide.Emit(ctx, tx, a.now, a.who, decide.Event{Name: "callback.due", Kind: "callback", Subject: c.ID,
			Data: map[string]any{"ticket_id": c.TicketID, "owner_id": c.OwnerID, "due_at": c.DueAt}})
	})
}

// How long before and after a shift something may happen in it.
const (
	earlyBird = 4 * time.Hour
	nightOwl  = 12 * time.Hour
)

// onShift refuses what can't have happened in the visit's shift, such as an
// arrival days ahead.
func onShift(ctx context.Context, tx dispatch.Tx, v dispatch.Visit, at time.Time) error {
	s, err := tx.Shift(ctx, *v.ShiftID)
	if err != nil {
		return err
	}
	if at.Before(s.StartsAt.Add(-earlyBird)) || at.After(s.EndsAt.Add(nightOwl)) {
		return fault.New(fault.Conflict, "visit_not_today", "this visit is in the round of %s; ask the dispatcher to move it if it is done on another day", s.Date).
			With("date", s.Date)
	}
	return nil
}

// act is one fact being recorded.
type act struct {
	who   access.Principal
	now   time.Time
	at    time.Time
	visit dispatch.Visit
	out   VisitView
}

func (a *act) become(ctx context.Context, tx dispatch.Tx, to dispatch.VisitState) (err error) {
	if err = a.visit.State.MayBecome(to); err != nil {
		return err
	}
	a.visit, err = tx.SetVisitState(ctx, a.visit, to)
	return err
}

// record appends a fact, does what it means, raises the round, and has its times
// computed anew. The same fact again changes nothing.
func (f *Field) record(ctx context.Context, who access.Principal, visit ids.ID, n NewFact, kind dispatch.FactKind, mean func(context.Context, dispatch.Tx, *act) error) (VisitView, error) {
	now := f.Clock.Now()
	me, err := own(who)
	if err != nil {
		return VisitView{}, err
	}
	var out VisitView
	err = f.Store.Write(ctx, func(tx dispatch.Tx) error {
		a := &act{who: who, now: now, at: happened(n.HappenedAt, now)}
		if a.visit, err = mine(ctx, tx, me, visit); err != nil {
			return err
		}
		if err := onShift(ctx, tx, a.visit, a.at); err != nil {
			return err
		}
		// What came later on this visit can't have happened before what came first.
		for _, before := range []*time.Time{a.visit.DepartedAt, a.visit.ArrivedAt} {
			if before != nil && a.at.Before(*before) {
				a.at = *before
			}
		}
		fact := dispatch.Fact{ID: ids.New(), Kind: kind, VisitID: visit, TechnicianID: me, AccountID: who.AccountID, HappenedAt: a.at, ReceivedAt: now}
		if n.ID != nil {
			fact.ID = *n.ID
		}
		if fact.Data, err = json.Marshal(map[string]string{"note": n.Note}); err != nil {
			return fmt.Errorf("fact %s: %w", kind, err)
		}
		fresh, err := tx.AddFact(ctx, fact)
		if err != nil {
			return err
		}
		if !fresh {
			out = VisitView{Visit: a.visit}
			return tx.Answer(ctx, out)
		}
		if err := mean(ctx, tx, a); err != nil {
			return err
		}
		if err := tx.RaiseRound(ctx, *a.visit.RoundID); err != nil {
			return err
		}
		if err := tx.Enqueue(ctx, dispatch.Job{Kind: "retime", ID: *a.visit.RoundID}); err != nil {
			return err
		}
		if err := decide.Emit(ctx, tx, now, who, decide.Event{Name: "visit." + string(a.visit.State), Kind: "visit", Subject: visit, Technician: &me,
			Data: map[string]any{"ticket_id": a.visit.TicketID, "round_id": a.visit.RoundID, "at": a.at}}); err != nil {
			return err
		}
		a.out.Visit = a.visit
		out = a.out
		return tx.Answer(ctx, out)
	})
	return out, err
}
