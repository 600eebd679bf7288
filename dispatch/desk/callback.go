package desk

import (
	"context"
	"slices"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/decide"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// retryAfter is when a person who was not reached is called again.
const retryAfter = 30 * time.Minute

// Callbacks lists callbacks, the one due first at the head.
func (d *Desk) Callbacks(ctx context.Context, who access.Principal, f dispatch.CallbackFilter, p dispatch.Page) (list []dispatch.Callback, next string, err error) {
	err = d.read(ctx, who, access.CallbacksWrite, func(tx dispatch.Tx) (err error) {
		list, next, err = tx.ListCallbacks(ctx, f, p)
		return err
	})
	return list, next, err
}

// SettleCallback records how a callback went. Confirmed, declined and unreachable
// resolve the ticket, which keeps which of them it was, or leave it planned while a
// follow-up is to come; reopened opens it again with the same owner and a visit to
// promise; not reached leaves the callback due half an hour later.
//
// Codes: "callback_not_found", "version_stale", "callback_settled", "callback_attempts".
func (d *Desk) SettleCallback(ctx context.Context, who access.Principal, id ids.ID, version int64, outcome dispatch.CallbackOutcome, note string) (dispatch.Callback, error) {
	now := d.Clock.Now()
	var c dispatch.Callback
	err := d.write(ctx, who, access.CallbacksWrite, func(tx dispatch.Tx) (err error) {
		if c, err = tx.LockCallback(ctx, id); err != nil {
			return err
		}
		if c.Version != version {
			return Stale("callback", c.Version)
		}
		if c, err = c.Tried(outcome); err != nil {
			return err
		}
		c.Note = note
		if err = d.calledBack(ctx, tx, who, c, outcome, now); err != nil {
			return err
		}
		if outcome == dispatch.CallbackNotReached {
			c.DueAt = now.Add(retryAfter)
		} else {
			c.SettledAt = &now
			if err = d.closeLoop(ctx, tx, who, c, outcome, now); err != nil {
				return err
			}
		}
		if c, err = tx.SaveCallback(ctx, c); err != nil {
			return err
		}
		if err = decide.Emit(ctx, tx, now, who, decide.Event{Name: "callback." + string(outcome), Kind: "callback", Subject: c.ID,
			Data: map[string]any{"ticket_id": c.TicketID, "attempts": c.Attempts}}); err != nil {
			return err
		}
		return tx.Answer(ctx, c)
	})
	return c, err
}

// calledBack lets the call decide about the promise of it. Who was reached was
// called in time or late; who wants no call takes the promise back. Who was not
// reached is still owed the call, by when it was promised: the next try is ours.
func (d *Desk) calledBack(ctx context.Context, tx dispatch.Tx, who access.Principal, c dispatch.Callback, outcome dispatch.CallbackOutcome, now time.Time) (err error) {
	switch outcome {
	case dispatch.CallbackNotReached:
	case dispatch.CallbackDeclined:
		_, err = decide.WithdrawDue(ctx, tx, who, dispatch.CallbackPromise, c.ID, dispatch.CustomerChoice, string(outcome), now)
	default:
		_, err = decide.SettleDue(ctx, tx, who, dispatch.CallbackPromise, c.ID, now, string(outcome), now)
	}
	return err
}

// closeLoop lets the customer's word decide about the ticket.
func (d *Desk) closeLoop(ctx context.Context, tx dispatch.Tx, who access.Principal, c dispatch.Callback, outcome dispatch.CallbackOutcome, now time.Time) error {
	t, err := tx.LockTicket(ctx, c.TicketID)
	if err != nil {
		return err
	}
	if t.May(dispatch.TicketAnswer) != nil {
		return nil
	}
	visits, err := tx.VisitsOfTicket(ctx, t.ID)
	if err != nil {
		return err
	}
	pending := slices.IndexFunc(visits, func(v dispatch.Visit) bool { return !v.State.Over() })
	name := "ticket.confirmed"
	switch {
	case outcome == dispatch.CallbackReopened:
		t.State, t.RestoredAt, name = dispatch.TicketOpen, nil, "ticket.reopened"
		t.NextUpdate = now.Add(dispatch.NextNews)
		if pending < 0 {
			err = d.comeAgain(ctx, tx, t, c.VisitID)
		}
	case pending >= 0:
		// The person can work, and a follow-up visit is still to come.
		t.State, t.NextUpdate, err = d.toCome(ctx, tx, visits[pending], now)
	default:
		word := outcome.Closing()
		t.State, t.ResolvedAt, t.Resolution, t.Confirmation = dispatch.TicketResolved, &now, &word, &outcome
		if outcome != dispatch.CallbackConfirmed {
			name = "ticket.resolved"
		}
	}
	if err != nil {
		return err
	}
	if _, err := tx.SaveTicket(ctx, t); err != nil {
		return err
	}
	return decide.Emit(ctx, tx, now, who, decide.Event{Name: name, Kind: "ticket", Subject: t.ID,
		Data: map[string]any{"state": t.State, "confirmation": t.Confirmation}})
}

// comeAgain makes the visit that a reopened ticket needs, so that a window can be
// promised at once. It follows the visit that did not help.
func (d *Desk) comeAgain(ctx context.Context, tx dispatch.Tx, t dispatch.Ticket, after ids.ID) error {
	tpl, err := tx.Template(ctx, t.TemplateID)
	if err != nil || !tpl.OnSite {
		return err
	}
	site, err := tx.Site(ctx, t.SiteID)
	if err != nil {
		return err
	}
	v := dispatch.VisitOf(t, tpl, site)
	v.FollowsID = &after
	return tx.AddVisit(ctx, v)
}

// toCome says how a ticket stands whose next visit is still to come, and when the
// person hears from us: by the end of the window that they were promised.
func (d *Desk) toCome(ctx context.Context, tx dispatch.Tx, v dispatch.Visit, now time.Time) (dispatch.TicketState, time.Time, error) {
	state := dispatch.TicketPlanned
	if v.RoundID == nil {
		state = dispatch.TicketOpen // in no round: its owner plans it
	}
	p, err := tx.OpenPromiseOf(ctx, v.ID)
	if err != nil || p == nil {
		return state, now.Add(dispatch.NextNews), err
	}
	return state, p.WindowEnd, nil
}

// asked refuses to end a ticket while its callback is due: whether it is well is the
// customer's to say. Code: "callback_due".
func asked(ctx context.Context, tx dispatch.Tx, t dispatch.Ticket) error {
	due, _, err := tx.ListCallbacks(ctx, dispatch.CallbackFilter{TicketID: &t.ID, State: dispatch.CallbackDue}, dispatch.Page{Limit: 1})
	if err != nil || len(due) == 0 {
		return err
	}
	return fault.New(fault.Conflict, "callback_due", "the customer is to be asked first whether all is well: settle the callback as confirmed, declined, or unreachable after %d tries", dispatch.CallbackTries).
		With("callback_id", due[0].ID)
}
