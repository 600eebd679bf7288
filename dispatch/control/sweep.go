package control

import (
	"context"
	"errors"
	"fmt"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/decide"
	"roundsman/internal/access"
	"roundsman/internal/ids"
)

// batch is how many of a kind one sweep looks at.
const batch = 200

// Sweep does what has fallen due in domain time: an open promise whose window is
// over is marked as at risk, and told; one whose day is over is broken, and the
// visit waits again; rounds of which nothing is heard have their times computed anew;
// changes that technicians have not acknowledged are flagged, as are transfers and
// tasks that nobody has taken; plans of the night are asked for; what the day's drives teach is learned; what nobody needs any
// more is forgotten.
// It may run twice, and on several replicas at once.
func (c *Control) Sweep(ctx context.Context) error {
	now := c.Clock.Now()
	var overdue []dispatch.Promise
	err := c.Store.Read(ctx, func(tx dispatch.Tx) (err error) {
		overdue, err = tx.Overdue(ctx, now, batch)
		return err
	})
	if err != nil {
		return err
	}
	// What can't be settled must not stand in the way of what can.
	var failed error
	for _, p := range overdue {
		if err := c.overdue(ctx, p.ID, now); err != nil {
			failed = errors.Join(failed, fmt.Errorf("settling promise %s: %w", p.ID, err))
		}
	}
	for _, due := range []func(context.Context, time.Time) error{
		c.behind, c.overdueElse, c.unserved, c.stuck, c.unanswered, c.untaken, c.nightly, c.leftovers, c.learn,
	} {
		failed = errors.Join(failed, due(ctx, now))
	}
	return failed
}

// overdue settles one promise whose window ended before anybody arrived.
func (c *Control) overdue(ctx context.Context, id ids.ID, now time.Time) error {
	return c.Store.Write(ctx, func(tx dispatch.Tx) error {
		p, err := tx.Promise(ctx, id)
		if err != nil {
			return err
		}
		v, err := tx.LockVisit(ctx, p.VisitID)
		if err != nil {
			return err
		}
		if p, err = tx.LockPromise(ctx, id); err != nil {
			return err
		}
		if p.State != dispatch.PromiseOpen || v.ArrivedAt != nil || now.Before(p.WindowEnd) {
			return nil
		}
		over, err := c.dayOver(ctx, tx, v, p, now)
		if err != nil {
			return err
		}
		if over {
			return c.breakPromise(ctx, tx, p, now)
		}
		if p.AtRiskSince != nil {
			return nil // told already
		}
		return c.late(ctx, tx, p, now)
	})
}

// neverCame is how long after the window, or the shift, somebody who is on the way
// or in no round may still come.
const neverCame = 12 * time.Hour

// dayOver says whether the technician's shift of the visit has ended. Who is on
// the way has half a day more, as has a visit in no round after its window.
func (c *Control) dayOver(ctx context.Context, tx dispatch.Tx, v dispatch.Visit, p dispatch.Promise, now time.Time) (bool, error) {
	if v.ShiftID == nil {
		return now.Sub(p.WindowEnd) > neverCame, nil
	}
	s, err := tx.Shift(ctx, *v.ShiftID)
	if err != nil {
		return false, err
	}
	ends := s.EndsAt.Add(time.Duration(s.OvertimeMinutes) * time.Minute)
	if v.State.Started() {
		ends = ends.Add(neverCame)
	}
	return now.After(ends), nil
}

func (c *Control) late(ctx context.Context, tx dispatch.Tx, p dispatch.Promise, now time.Time) error {
	person, ticket, err := holder(ctx, tx, p)
	if err != nil {
		return err
	}
	site, err := tx.Site(ctx, ticket.SiteID)
	if err != nil {
		return err
	}
	loc, err := time.LoadLocation(site.Zone)
	if err != nil {
		return fmt.Errorf("time zone of site %s: %w", site.Code, err)
	}
	n := dispatch.Tell(person, &ticket, &p.ID, "late", dispatch.Told{Start: p.WindowStart, End: p.WindowEnd, Zone: loc}, now)
	if err := decide.Send(ctx, tx, n); err != nil {
		return err
	}
	return decide.Overdue(ctx, tx, p, &n.ID, now)
}

func (c *Control) breakPromise(ctx context.Context, tx dispatch.Tx, p dispatch.Promise, now time.Time) error {
	person, ticket, err := holder(ctx, tx, p)
	if err != nil {
		return err
	}
	n := dispatch.Tell(person, &ticket, &p.ID, "broken", dispatch.Told{}, now)
	if err := decide.Send(ctx, tx, n); err != nil {
		return err
	}
	_, err = decide.SettleAs(ctx, tx, access.Principal{}, p, decide.End{To: dispatch.PromiseBroken, Reason: "never_came", Notice: &n.ID}, now)
	return err
}

func holder(ctx context.Context, tx dispatch.Tx, p dispatch.Promise) (dispatch.Person, dispatch.Ticket, error) {
	person, err := tx.Person(ctx, p.PersonID)
	if err != nil {
		return person, dispatch.Ticket{}, err
	}
	ticket, err := tx.Ticket(ctx, p.TicketID)
	return person, ticket, err
}

// unserved takes visits whose shift is long over back out of their rounds, so
// that they are planned again.
func (c *Control) unserved(ctx context.Context, now time.Time) error {
	var list []dispatch.Visit
	err := c.Store.Read(ctx, func(tx dispatch.Tx) (err error) {
		list, err = tx.Unserved(ctx, now.Add(-4*time.Hour), batch)
		return err
	})
	if err != nil {
		return err
	}
	var failed error
	for _, seen := range list {
		if err := c.giveBack(ctx, seen, now); err != nil {
			failed = errors.Join(failed, fmt.Errorf("taking visit %s out of its round: %w", seen.ID, err))
		}
	}
	return failed
}

// giveBack takes one visit out of a round whose shift is over.
func (c *Control) giveBack(ctx context.Context, seen dispatch.Visit, now time.Time) error {
	if seen.RoundID == nil {
		return nil
	}
	return c.Store.Write(ctx, func(tx dispatch.Tx) error {
		if _, err := tx.LockRounds(ctx, []ids.ID{*seen.RoundID}); err != nil {
			return err
		}
		v, err := tx.LockVisit(ctx, seen.ID)
		if err != nil || v.State.Allows(dispatch.ActUnplace) != nil || v.RoundID == nil || *v.RoundID != *seen.RoundID {
			return err
		}
		s, err := tx.Shift(ctx, *v.ShiftID)
		if err != nil || now.Before(s.EndsAt.Add(time.Duration(s.OvertimeMinutes)*time.Minute)) {
			return err
		}
		round := *v.RoundID
		if _, err := tx.SetVisitState(ctx, v, dispatch.VisitWaiting); err != nil {
			return err
		}
		if err := tx.RaiseRound(ctx, round); err != nil {
			return err
		}
		if err := c.unplanned(ctx, tx, v.TicketID, now); err != nil {
			return err
		}
		return decide.Emit(ctx, tx, now, access.Principal{}, decide.Event{Name: "visit.unserved", Kind: "visit", Subject: v.ID, Technician: v.TechnicianID,
			Data: map[string]any{"ticket_id": v.TicketID, "round_id": round}})
	})
}

// unplanned gives a ticket whose visit is in no round any more back to its owner.
func (c *Control) unplanned(ctx context.Context, tx dispatch.Tx, ticket ids.ID, now time.Time) error {
	t, err := tx.LockTicket(ctx, ticket)
	if err != nil || t.State != dispatch.TicketPlanned {
		return err
	}
	visits, err := tx.VisitsOfTicket(ctx, ticket)
	if err != nil {
		return err
	}
	for _, v := range visits {
		if v.RoundID != nil && !v.State.Over() {
			return nil
		}
	}
	t.State, t.NextUpdate = dispatch.TicketOpen, now.Add(dispatch.NextNews)
	_, err = tx.SaveTicket(ctx, t)
	return err
}
