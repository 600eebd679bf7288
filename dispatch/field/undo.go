package field

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/decide"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// UndoDeparture takes back a departure that was a mistake: the visit is scheduled
// again, and who was told that somebody is on the way is told otherwise. Codes:
// "visit_state", "undo_late".
func (f *Field) UndoDeparture(ctx context.Context, who access.Principal, visit ids.ID, n NewFact) (VisitView, error) {
	return f.undo(ctx, who, visit, n, dispatch.ActUndoDeparture, dispatch.FactLeft, func(ctx context.Context, tx dispatch.Tx, a *act, _ []dispatch.Fact) error {
		a.visit.DepartedAt = nil
		if err := a.become(ctx, tx, dispatch.VisitScheduled); err != nil {
			return err
		}
		p, err := tx.OpenPromiseOf(ctx, visit)
		if err != nil || p == nil {
			return err
		}
		a.out.Promise = p
		_, err = f.tellUndone(ctx, tx, a, *p)
		return err
	})
}

// UndoArrival takes back an arrival that was a mistake. The technician's evidence is
// retracted; the verdict on the promise is taken back with it unless somebody else's
// evidence bears it. Codes: "visit_state", "undo_late".
func (f *Field) UndoArrival(ctx context.Context, who access.Principal, visit ids.ID, n NewFact) (VisitView, error) {
	return f.undo(ctx, who, visit, n, dispatch.ActUndoArrival, dispatch.FactArrived, func(ctx context.Context, tx dispatch.Tx, a *act, facts []dispatch.Fact) error {
		to := dispatch.VisitEnRoute
		a.visit.ArrivedAt = nil
		if left, _ := standing(facts, dispatch.FactLeft); left == nil {
			to, a.visit.DepartedAt = dispatch.VisitScheduled, nil
		}
		if err := a.become(ctx, tx, to); err != nil {
			return err
		}
		if err := tx.WithdrawOptions(ctx, visit); err != nil {
			return err
		}
		if _, err := tx.EndPause(ctx, visit, a.at); err != nil {
			return err
		}
		if err := tx.RetractArrivals(ctx, visit, []dispatch.ArrivalSource{dispatch.ByTechnician, dispatch.ByGeofence}, a.now); err != nil {
			return err
		}
		return f.takeBack(ctx, tx, a)
	})
}

// takeBack judges the promise by the evidence that is left; where none is, it stands
// as before the arrival.
func (f *Field) takeBack(ctx context.Context, tx dispatch.Tx, a *act) error {
	list, err := tx.ArrivalsOf(ctx, a.visit.ID)
	if err != nil {
		return err
	}
	if _, _, left := dispatch.ArrivalThatCounts(list); left {
		a.out.Promise, err = decide.Arrival(ctx, tx, a.who, a.visit, a.now)
		return err
	}
	p, err := decide.LastPromise(ctx, tx, a.visit)
	if err != nil || p == nil || p.State.Allows(dispatch.PromiseReopen) != nil {
		return err
	}
	locked, err := tx.LockPromise(ctx, p.ID)
	if err != nil {
		return err
	}
	notice, err := f.tellUndone(ctx, tx, a, locked)
	if err != nil {
		return err
	}
	locked, err = decide.Reopen(ctx, tx, a.who, locked, notice, a.now)
	a.out.Promise = &locked
	return err
}

// tellUndone tells the person that the technician is not there yet.
func (f *Field) tellUndone(ctx context.Context, tx dispatch.Tx, a *act, p dispatch.Promise) (ids.ID, error) {
	person, err := tx.Person(ctx, p.PersonID)
	if err != nil {
		return ids.Nil, err
	}
	ticket, err := tx.Ticket(ctx, p.TicketID)
	if err != nil {
		return ids.Nil, err
	}
	site, err := tx.Site(ctx, a.visit.SiteID)
	if err != nil {
		return ids.Nil, err
	}
	zone, err := time.LoadLocation(site.Zone)
	if err != nil {
		return ids.Nil, fmt.Errorf("time zone of site %s: %w", site.Code, err)
	}
	t, err := tx.Technician(ctx, *a.visit.TechnicianID)
	if err != nil {
		return ids.Nil, err
	}
	n := dispatch.Tell(person, &ticket, &p.ID, "undone", dispatch.Told{Technician: t.SpokenName, Start: p.WindowStart, End: p.WindowEnd, Zone: zone}, a.now)
	return n.ID, decide.Send(ctx, tx, n)
}

// undo records a correction of what was reported a few minutes ago.
func (f *Field) undo(ctx context.Context, who access.Principal, visit ids.ID, n NewFact, what dispatch.VisitAct, kind dispatch.FactKind,
	mean func(context.Context, dispatch.Tx, *act, []dispatch.Fact) error) (VisitView, error) {
	return f.record(ctx, who, visit, n, report{kind: dispatch.FactUndone, act: what, event: "visit." + string(what), data: map[string]any{"undone": kind},
		mean: func(ctx context.Context, tx dispatch.Tx, a *act) error {
			facts, err := tx.FactsOf(ctx, visit)
			if err != nil {
				return err
			}
			// The correction itself is one of them; where servers' clocks differ not the last.
			i := slices.IndexFunc(facts, func(x dispatch.Fact) bool { return x.ID == a.fact })
			correction := facts[i]
			facts = slices.Delete(facts, i, i+1)
			last, err := standing(facts, kind)
			if err != nil {
				return err
			}
			if last == nil || !last.MayUndo(correction) {
				return fault.New(fault.Conflict, "undo_late", "this can be taken back within %d minutes; report what is now", int(dispatch.UndoWithin.Minutes()))
			}
			return mean(ctx, tx, a, facts)
		}})
}

// standing is the last fact of a kind that was not taken back, nil when there is none.
func standing(facts []dispatch.Fact, kind dispatch.FactKind) (last *dispatch.Fact, err error) {
	for i, x := range facts {
		switch x.Kind {
		case kind:
			last = &facts[i]
		case dispatch.FactUndone:
			var said struct{ Undone dispatch.FactKind }
			if err := json.Unmarshal(x.Data, &said); err != nil {
				return nil, fmt.Errorf("fact %s: %w", x.ID, err)
			}
			if said.Undone == kind {
				last = nil
			}
		}
	}
	return last, nil
}
