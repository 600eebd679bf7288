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

// AskException asks for a deviation from the service level; it counts for nothing
// until another has approved it.
//
// Codes: "exception_scope" when not exactly one is covered, "exception_effect" when
// it says nothing, or a priority for more than one ticket, "exception_expired",
// "reference_missing", "id_taken".
func (d *Desk) AskException(ctx context.Context, who access.Principal, x dispatch.Exception) (dispatch.Exception, error) {
	now := d.Clock.Now()
	if x.ID == ids.Nil {
		x.ID = ids.New()
	}
	x.State, x.AskedBy, x.AskedAt, x.Version = dispatch.ExceptionRequested, who.AccountID, now, 1
	scopes := 0
	for _, id := range []*ids.ID{x.TicketID, x.PersonID, x.SiteID, x.TemplateID} {
		if id != nil {
			scopes++
		}
	}
	switch {
	case scopes != 1:
		return x, fault.New(fault.Invalid, "exception_scope", "an exception covers one ticket, person, site or template; name one of them")
	case x.RespondMinutes == nil && x.RestoreMinutes == nil && x.ResolveMinutes == nil && x.Priority == nil:
		return x, fault.New(fault.Invalid, "exception_effect", "say what the exception changes: a time or the ticket's priority")
	case x.Priority != nil && x.TicketID == nil:
		return x, fault.New(fault.Invalid, "exception_effect", "a priority is given to one ticket; for more, change the matrix or the template").At("/priority", "wants a ticket")
	case !x.ExpiresAt.After(now):
		return x, fault.New(fault.Invalid, "exception_expired", "the exception would be over already; say until when it counts").At("/expires_at", "is past")
	}
	err := d.write(ctx, who, access.TicketsWrite, func(tx dispatch.Tx) error {
		if err := tx.AddException(ctx, x); err != nil {
			return err
		}
		if err := emitException(ctx, tx, who, x, now); err != nil {
			return err
		}
		return tx.Answer(ctx, x)
	})
	return x, err
}

func emitException(ctx context.Context, tx dispatch.Tx, who access.Principal, x dispatch.Exception, now time.Time) error {
	return decide.Emit(ctx, tx, now, who, decide.Event{Name: "service_exception." + string(x.State), Kind: "service_exception", Subject: x.ID,
		Data: map[string]any{"ticket_id": x.TicketID, "person_id": x.PersonID, "site_id": x.SiteID, "template_id": x.TemplateID,
			"respond_minutes": x.RespondMinutes, "restore_minutes": x.RestoreMinutes, "resolve_minutes": x.ResolveMinutes, "priority": x.Priority}})
}

// ApproveException lets an exception count. Its priority ranks the ticket's visits
// at once. Codes: "exception_not_found", "exception_state", "version_stale",
// "exception_own", "exception_expired".
func (d *Desk) ApproveException(ctx context.Context, who access.Principal, id ids.ID, version int64) (dispatch.Exception, error) {
	return d.settleException(ctx, who, access.ExceptionsWrite, id, version, dispatch.ExceptionApprove, "")
}

// RefuseException says no, and why. Codes as ApproveException.
func (d *Desk) RefuseException(ctx context.Context, who access.Principal, id ids.ID, version int64, why string) (dispatch.Exception, error) {
	return d.settleException(ctx, who, access.ExceptionsWrite, id, version, dispatch.ExceptionRefuse, why)
}

// WithdrawException takes a request back; who asked for it may. Codes as
// ApproveException, and "exception_own" for another.
func (d *Desk) WithdrawException(ctx context.Context, who access.Principal, id ids.ID, version int64) (dispatch.Exception, error) {
	return d.settleException(ctx, who, access.TicketsWrite, id, version, dispatch.ExceptionWithdraw, "")
}

func (d *Desk) settleException(ctx context.Context, who access.Principal, s access.Scope, id ids.ID, version int64, act dispatch.ExceptionAct, why string) (x dispatch.Exception, err error) {
	now := d.Clock.Now()
	err = d.write(ctx, who, s, func(tx dispatch.Tx) error {
		seen, err := tx.Exception(ctx, id)
		if err != nil {
			return err
		}
		ranks := act == dispatch.ExceptionApprove && seen.Priority != nil && seen.TicketID != nil
		if ranks {
			if err = raiseDays(ctx, tx, now, *seen.TicketID); err != nil {
				return err
			}
		}
		if x, err = tx.LockException(ctx, id); err != nil {
			return err
		}
		to, err := x.State.After(act)
		if err != nil {
			return err
		}
		if x.Version != version {
			return Stale("exception", x.Version)
		}
		if err = maySettle(x, who.AccountID, act, now); err != nil {
			return err
		}
		x.State, x.DecidedBy, x.DecidedAt, x.Refusal = to, &who.AccountID, &now, why
		if x, err = tx.SaveException(ctx, x); err != nil {
			return err
		}
		if ranks {
			if err = rankByException(ctx, tx, who, x, now); err != nil {
				return err
			}
		}
		if err = emitException(ctx, tx, who, x, now); err != nil {
			return err
		}
		return tx.Answer(ctx, x)
	})
	return x, err
}

func maySettle(x dispatch.Exception, account ids.ID, act dispatch.ExceptionAct, now time.Time) error {
	switch {
	case act == dispatch.ExceptionWithdraw && x.AskedBy != account:
		return fault.New(fault.Forbidden, "exception_own", "only who asked for an exception takes it back; a lead refuses it")
	case act == dispatch.ExceptionWithdraw:
		return nil
	case act == dispatch.ExceptionApprove && !x.ExpiresAt.After(now):
		return fault.New(fault.Invalid, "exception_expired", "the exception is over already; ask for a new one")
	}
	return x.MayApprove(account)
}

// rankByException gives a ticket the priority that was approved for it.
func rankByException(ctx context.Context, tx dispatch.Tx, who access.Principal, x dispatch.Exception, now time.Time) error {
	t, err := tx.LockTicket(ctx, *x.TicketID)
	if err != nil {
		return err
	}
	was := t.Priority
	if t.State == dispatch.TicketResolved || was == *x.Priority {
		return nil
	}
	t.Priority = *x.Priority
	if t, err = tx.SaveTicket(ctx, t); err != nil {
		return err
	}
	if err = tx.RankVisits(ctx, t.ID, t.Priority); err != nil {
		return err
	}
	return decide.Emit(ctx, tx, now, who, decide.Event{Name: "ticket.priority_changed", Kind: "ticket", Subject: t.ID,
		Data: map[string]any{"was": was, "is": t.Priority, "exception_id": x.ID}})
}

// Exceptions lists exceptions, newest first, those of one state or all.
func (d *Desk) Exceptions(ctx context.Context, who access.Principal, state dispatch.ExceptionState, p dispatch.Page) (list []dispatch.Exception, next string, err error) {
	err = d.read(ctx, who, access.TicketsRead, func(tx dispatch.Tx) (err error) {
		list, next, err = tx.ListExceptions(ctx, state, p)
		return err
	})
	return list, next, err
}

// Exception gives one. Code: "exception_not_found".
func (d *Desk) Exception(ctx context.Context, who access.Principal, id ids.ID) (x dispatch.Exception, err error) {
	err = d.read(ctx, who, access.TicketsRead, func(tx dispatch.Tx) (err error) {
		x, err = tx.Exception(ctx, id)
		return err
	})
	return x, err
}
