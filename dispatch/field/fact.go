package field

import (
	"context"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/decide"
	"roundsman/internal/access"
	"roundsman/internal/ids"

	"github.com/paulmach/orb"
)

// NewFact is what the technician's device says.
type NewFact struct {
	ID         *ids.ID    // the device's own, so that it may be sent twice
	HappenedAt *time.Time // absent: now
	Note       string
	Position   *orb.Point // of the device; an arrival inside the site's radius is borne out by it
}

// VisitView is a visit after a fact, with what it bears on.
type VisitView struct {
	Visit    dispatch.Visit
	Promise  *dispatch.Promise
	Callback *dispatch.Callback
	// Absent is what to do when nobody is there.
	Absent *AbsentView
	// FollowUp, Assist and Presence are what a report of theirs made.
	FollowUp *dispatch.Visit
	Assist   *dispatch.Assist
	Presence *dispatch.Presence
	// Worked is the time on site without pauses so far.
	Worked time.Duration
	Paused bool
	// Stray is set when the fact was kept without effect; then nothing else is.
	Stray *dispatch.StrayFact
}

// callbackAfter is how long after a visit the owner calls to check.
const callbackAfter = 2 * time.Hour

// Leave records that the technician is on the way to a visit. Code: "visit_state".
//
// This and every other fact that is about no visit of the technician's own today, or
// that a code named here or the plan speaks against, is kept without effect, as Stray
// says, and is no error. Every one gives "id_taken" where its id is of another.
func (f *Field) Leave(ctx context.Context, who access.Principal, visit ids.ID, n NewFact) (VisitView, error) {
	return f.record(ctx, who, visit, n, report{kind: dispatch.FactLeft, act: dispatch.ActDepart, mean: func(ctx context.Context, tx dispatch.Tx, a *act) error {
		a.visit.DepartedAt = &a.at
		if err := a.become(ctx, tx, dispatch.VisitEnRoute); err != nil {
			return err
		}
		return f.onTheWay(ctx, tx, a)
	}})
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
// kept inside its window, late after it. Code: "visit_state".
func (f *Field) Arrive(ctx context.Context, who access.Principal, visit ids.ID, n NewFact) (VisitView, error) {
	return f.record(ctx, who, visit, n, report{kind: dispatch.FactArrived, act: dispatch.ActArrive, mean: func(ctx context.Context, tx dispatch.Tx, a *act) error {
		a.visit.ArrivedAt = &a.at
		if a.visit.DepartedAt == nil {
			a.visit.DepartedAt = &a.at
		}
		if err := a.become(ctx, tx, dispatch.VisitArrived); err != nil {
			return err
		}
		if err := f.testify(ctx, tx, a, n); err != nil {
			return err
		}
		p, err := decide.Arrival(ctx, tx, who, a.visit, a.now)
		a.out.Promise = p
		return err
	}})
}

// Done records that the work is finished: the person can work, what the technician
// carries for this visit is theirs, but for a replacement that their choice did not
// give them, and the ticket's owner has a callback to make, later where the customer is
// away until then. Code: "visit_state".
func (f *Field) Done(ctx context.Context, who access.Principal, visit ids.ID, n NewFact) (VisitView, error) {
	return f.record(ctx, who, visit, n, report{kind: dispatch.FactDone, act: dispatch.ActComplete, mean: func(ctx context.Context, tx dispatch.Tx, a *act) error {
		a.visit.CompletedAt = &a.at
		if err := a.become(ctx, tx, dispatch.VisitCompleted); err != nil {
			return err
		}
		if err := decide.HandOver(ctx, tx, who, a.visit, a.at, a.now); err != nil {
			return err
		}
		if err := decide.LetGo(ctx, tx, a.visit, a.at); err != nil {
			return err
		}
		if err := decide.RecordDuties(ctx, tx, who, a.visit.ID, "", nil, a.now); err != nil {
			return err
		}
		presence, err := tx.PresenceOf(ctx, a.visit.ID)
		if err != nil {
			return err
		}
		t, err := tx.LockTicket(ctx, a.visit.TicketID)
		if err != nil {
			return err
		}
		c := dispatch.Callback{ID: ids.New(), TicketID: t.ID, VisitID: a.visit.ID, PersonID: t.PersonID, OwnerID: t.OwnerID,
			DueAt: presence.CallAt(a.now.Add(callbackAfter)), State: dispatch.CallbackDue, CreatedAt: a.now, Version: 1}
		if c, err = decide.OweCallback(ctx, tx, a.who, c, a.now); err != nil {
			return err
		}
		a.out.Callback = &c
		if err := decide.AskSurvey(ctx, tx, a.who, a.visit, a.now); err != nil {
			return err
		}
		if t.May(dispatch.TicketRestore) == nil {
			t.State, t.NextUpdate = dispatch.TicketRestored, c.DueAt
			if t.RestoredAt == nil {
				t.RestoredAt = &a.at
			}
			if _, err := tx.SaveTicket(ctx, t); err != nil {
				return err
			}
		}
		return nil
	}})
}
