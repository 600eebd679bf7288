package desk

import (
	"cmp"
	"context"
	"slices"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/day"
	"roundsman/dispatch/decide"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// Withdrawal takes a promise of arrival back.
type Withdrawal struct {
	Choice dispatch.Choice      // whose; absent: the customer's. What we take back is broken
	Wish   dispatch.PromiseWish // absent: WishCannotBe. WishCancelled ends the visit, the others let it wait again
	Note   string               // why, in words
}

// WithdrawPromise takes a promise of arrival back, by the customer's choice or ours.
// The visit waits for another window, or is cancelled where nobody needs to come any
// more; the ticket is with its owner either way.
//
// Codes: "promise_not_found", "version_stale", "promise_state", "promise_kind" for
// one that is no arrival, "visit_under_way", "day_busy" while the visit is being
// planned.
func (d *Desk) WithdrawPromise(ctx context.Context, a Acting, id ids.ID, version int64, w Withdrawal) (PromiseView, error) {
	now := d.Clock.Now()
	if err := a.require(access.PromisesWrite); err != nil {
		return PromiseView{}, err
	}
	if w.Wish == "" {
		w.Wish = dispatch.WishCannotBe
	}
	var out PromiseView
	err := d.Store.Write(ctx, func(tx dispatch.Tx) error {
		seen, err := arrival(ctx, tx, a, id)
		if err != nil {
			return err
		}
		visits, err := lockVisits(ctx, tx, seen.TicketID)
		if err != nil {
			return err
		}
		visit := visits[slices.IndexFunc(visits, func(v dispatch.Visit) bool { return v.ID == seen.VisitID })]
		p, err := tx.LockPromise(ctx, id)
		if err != nil {
			return err
		}
		if p.Version != version {
			return Stale("promise", p.Version)
		}
		if visit.State.Started() {
			return fault.New(fault.Conflict, "visit_under_way", "the technician is on the way or there; the promise can't be withdrawn any more")
		}
		if p, err = decide.SettleAs(ctx, tx, a.Who, p, ending(a.choice(w.Choice), w.Wish, w.Note), now); err != nil {
			return err
		}
		to := dispatch.VisitWaiting
		if w.Wish == dispatch.WishCancelled {
			to = dispatch.VisitCancelled
			if err := tx.Release(ctx, visit.ID, now); err != nil {
				return err
			}
		}
		if visit.RoundID != nil || to == dispatch.VisitCancelled {
			if err := decide.Leave(ctx, tx, a.Who, visit, to, "withdrawn", now); err != nil {
				return err
			}
		}
		t, err := tx.LockTicket(ctx, p.TicketID)
		if err != nil {
			return err
		}
		t.State, t.NextUpdate = dispatch.TicketOpen, now.Add(dispatch.NextNews)
		if _, err := tx.SaveTicket(ctx, t); err != nil {
			return err
		}
		if out, err = one(ctx, tx, id); err != nil {
			return err
		}
		return tx.Answer(ctx, out)
	})
	return out, err
}

// ending is how a promise ends that somebody wants otherwise: by the customer it is
// withdrawn, by us it is broken.
func ending(choice dispatch.Choice, wish dispatch.PromiseWish, note string) decide.End {
	e := decide.End{To: dispatch.PromiseWithdrawn, Reason: string(wish), Choice: choice, Note: note}
	if choice == dispatch.OurChoice {
		e.To = dispatch.PromiseBroken
	}
	return e
}

// arrival reads a promise of arrival that the actor may see.
func arrival(ctx context.Context, tx dispatch.Tx, a Acting, id ids.ID) (dispatch.Promise, error) {
	p, err := tx.Promise(ctx, id)
	if err != nil {
		return p, err
	}
	if err := a.sees(p.TicketID, "promise"); err != nil {
		return p, err
	}
	if p.Kind != dispatch.ArrivalPromise {
		return p, fault.New(fault.Conflict, "promise_kind", "this promise is a %s; only an arrival has a window to change", p.Kind).With("kind", p.Kind)
	}
	return p, nil
}

// Reschedule gives a visit another window than was promised.
type Reschedule struct {
	OutcomeID ids.ID               // of an offer that was made instead of the promise
	Choice    dispatch.Choice      // whose; absent: the customer's
	Wish      dispatch.PromiseWish // absent: WishRescheduled
	Note      string               // why, in words
	ContactID *ids.ID
	Wording   string // what was said; absent: the offer's sentence
	Force     string // as of NewPromise
}

// Reschedule commits another window for a promised visit, in one transaction.
//
// By the customer's choice the old promise is withdrawn and a new one made that
// follows it, so that each is judged by itself. By ours the promise stays and is
// revised, its first window with it; less than an hour before its end it is broken,
// and a new one made. What comes back is the promise that stands.
//
// Codes: "promise_not_found", "version_stale", "promise_state", "promise_kind",
// "visit_under_way", and those of Promise.
func (d *Desk) Reschedule(ctx context.Context, a Acting, id ids.ID, version int64, r Reschedule) (PromiseView, error) {
	if err := a.require(access.PromisesWrite); err != nil {
		return PromiseView{}, err
	}
	if r.Wish == "" {
		r.Wish = dispatch.WishRescheduled
	}
	if err := d.offeredTo(ctx, a, r.OutcomeID); err != nil {
		return PromiseView{}, decide.Repeated(ctx, d.Store, err)
	}
	var old dispatch.Promise
	err := d.Store.Read(ctx, func(tx dispatch.Tx) (err error) {
		if old, err = arrival(ctx, tx, a, id); err != nil {
			return err
		}
		return d.changeable(ctx, tx, old, version)
	})
	if err != nil {
		return PromiseView{}, decide.Repeated(ctx, d.Store, err)
	}
	var out PromiseView
	dec, err := d.Decide.Commit(ctx, decide.Commit{Who: a.Who, Outcome: r.OutcomeID, Kind: day.KindAgain,
		Before: func(_ context.Context, _ dispatch.Tx, dec decide.Decision) error {
			if windowOf(dec.Change).VisitID != old.VisitID {
				return fault.New(fault.Conflict, "outcome_kind", "this outcome was asked about another promise; commit it where it was asked")
			}
			return d.mayPromise(a.Who, dec, r.Force)
		},
		After: func(ctx context.Context, tx dispatch.Tx, dec decide.Decision) (err error) {
			if out, err = d.rescheduled(ctx, tx, a, id, version, r, dec); err != nil {
				return err
			}
			return tx.Answer(ctx, out)
		},
	})
	if err != nil {
		return out, d.withWindows(ctx, a, &id, dec, err)
	}
	return out, nil
}

// changeable refuses early what the commit would refuse anyway.
func (d *Desk) changeable(ctx context.Context, tx dispatch.Tx, p dispatch.Promise, version int64) error {
	if err := p.State.Allows(dispatch.PromiseRevise); err != nil {
		return err
	}
	if p.Version != version {
		return Stale("promise", p.Version)
	}
	v, err := tx.Visit(ctx, p.VisitID)
	if err != nil {
		return err
	}
	if v.State.Started() {
		return fault.New(fault.Conflict, "visit_under_way", "the technician is on the way or there; the window can't be changed any more")
	}
	return nil
}

func (d *Desk) rescheduled(ctx context.Context, tx dispatch.Tx, a Acting, id ids.ID, version int64, r Reschedule, dec decide.Decision) (PromiseView, error) {
	p, err := tx.LockPromise(ctx, id)
	if err != nil {
		return PromiseView{}, err
	}
	if err := d.changeable(ctx, tx, p, version); err != nil {
		return PromiseView{}, err
	}
	t, err := tx.LockTicket(ctx, p.TicketID)
	if err != nil {
		return PromiseView{}, err
	}
	w := windowOf(dec.Change)
	m := decide.Made{Ticket: t, VisitID: p.VisitID, Start: w.Start, End: w.End, Wording: r.Wording, Note: cmp.Or(r.Force, r.Note), Forced: d.unlikely(dec)}
	choice := a.choice(r.Choice)
	if choice == dispatch.OurChoice && dec.Now.Before(p.WindowEnd.Add(-dispatch.LastMinute)) {
		p, err = decide.RevisePromise(ctx, tx, a.Who, dec, p, m, string(r.Wish))
	} else {
		if _, err = decide.SettleAs(ctx, tx, a.Who, p, ending(choice, r.Wish, r.Note), dec.Now); err != nil {
			return PromiseView{}, err
		}
		m.Follows = &id
		p, err = decide.MakePromise(ctx, tx, a.Who, dec, m)
	}
	if err != nil {
		return PromiseView{}, err
	}
	if err := d.promisedUntil(ctx, tx, t, w.End, r.ContactID); err != nil {
		return PromiseView{}, err
	}
	return one(ctx, tx, p.ID)
}

// promisedUntil notes on a ticket, and on the contact it came from, that a window is
// promised.
func (d *Desk) promisedUntil(ctx context.Context, tx dispatch.Tx, t dispatch.Ticket, end time.Time, contact *ids.ID) error {
	t.State, t.NextUpdate = dispatch.TicketPlanned, end
	if _, err := tx.SaveTicket(ctx, t); err != nil || contact == nil {
		return err
	}
	return tx.NoteContact(ctx, *contact, &t.ID, "promised")
}
