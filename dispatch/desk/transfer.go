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

// NewTransfer offers a ticket to a team or an account.
type NewTransfer struct {
	ID        *ids.ID
	ToTeam    *ids.ID // one of the two
	ToAccount *ids.ID
	Reason    string
	Context   string
}

// OfferTransfer offers a ticket to somebody else. Its owner answers for it until
// they have accepted.
//
// Codes: "ticket_not_found", "ticket_resolved", "transfer_offered" when it is on
// offer already, "transfer_target" when not exactly one is named or it has the
// ticket, "team_not_found", "team_empty", "reference_missing".
func (d *Desk) OfferTransfer(ctx context.Context, who access.Principal, ticket ids.ID, n NewTransfer) (dispatch.Transfer, error) {
	x := dispatch.Transfer{ID: newID(n.ID), TicketID: ticket, ToTeam: n.ToTeam, ToAccount: n.ToAccount, State: dispatch.TransferOffered,
		Reason: n.Reason, Context: n.Context, AskedBy: who.AccountID, Version: 1}
	if (n.ToTeam == nil) == (n.ToAccount == nil) {
		return x, fault.New(fault.Invalid, "transfer_target", "name a team or an account, and not both")
	}
	err := d.handle(ctx, who, handling{ID: ticket, Act: dispatch.DeskHandOver, Quiet: true}, func(tx dispatch.Tx, k *handled) (map[string]any, error) {
		allowed := dispatch.AcceptAccount
		if n.ToAccount != nil && *n.ToAccount == k.Ticket.OwnerID {
			return nil, fault.New(fault.Invalid, "transfer_target", "this account owns the ticket already").At("/account_id", "owns the ticket")
		}
		if n.ToTeam != nil {
			team, err := tx.Team(ctx, *n.ToTeam)
			if err != nil {
				return nil, err
			}
			if len(team.Members) == 0 {
				return nil, fault.New(fault.Conflict, "team_empty", "team %s has no members who could accept; choose another", team.Code)
			}
			allowed = time.Duration(team.AcceptMinutes) * time.Minute
		}
		x.FromID, x.AskedAt, x.DueAt = k.Ticket.OwnerID, k.Now, dispatch.TransferDue(allowed, k.Ticket.NextUpdate, k.Now)
		if err := tx.AddTransfer(ctx, x); err != nil {
			return nil, err
		}
		return nil, emitTransfer(ctx, tx, who, x, k.Now)
	}, func(handled) any { return x })
	return x, err
}

func emitTransfer(ctx context.Context, tx dispatch.Tx, who access.Principal, x dispatch.Transfer, now time.Time) error {
	return decide.Emit(ctx, tx, now, who, decide.Event{Name: "transfer." + string(x.State), Kind: "transfer", Subject: x.ID, Data: map[string]any{
		"ticket_id": x.TicketID, "from_id": x.FromID, "team_id": x.ToTeam, "account_id": x.ToAccount, "due_at": x.DueAt}})
}

// AcceptTransfer makes whoever accepts the owner of the ticket, with everything
// that hangs on it: promises stand as they were told, and callbacks are theirs.
//
// Codes: "transfer_not_found", "transfer_state" when somebody was faster,
// "version_stale", "transfer_not_yours", "ticket_resolved".
func (d *Desk) AcceptTransfer(ctx context.Context, who access.Principal, id ids.ID, version int64) (dispatch.Transfer, error) {
	return d.settleTransfer(ctx, who, id, version, dispatch.TransferAccept, "")
}

// RefuseTransfer says no, and why; the owner keeps the ticket and is told. Codes
// as AcceptTransfer.
func (d *Desk) RefuseTransfer(ctx context.Context, who access.Principal, id ids.ID, version int64, why string) (dispatch.Transfer, error) {
	return d.settleTransfer(ctx, who, id, version, dispatch.TransferRefuse, why)
}

// WithdrawTransfer takes an offer back; the ticket's owner or whoever made it may.
// Codes as AcceptTransfer.
func (d *Desk) WithdrawTransfer(ctx context.Context, who access.Principal, id ids.ID, version int64) (dispatch.Transfer, error) {
	return d.settleTransfer(ctx, who, id, version, dispatch.TransferWithdraw, "")
}

func (d *Desk) settleTransfer(ctx context.Context, who access.Principal, id ids.ID, version int64, act dispatch.TransferAct, why string) (dispatch.Transfer, error) {
	var x dispatch.Transfer
	// Whose ticket it is never changes, so it may be read before the locks, which
	// are taken ticket first as everywhere.
	if err := d.read(ctx, who, access.TicketsWrite, func(tx dispatch.Tx) (err error) {
		x, err = tx.Transfer(ctx, id)
		return err
	}); err != nil {
		return x, err
	}
	h := handling{ID: x.TicketID, Act: dispatch.DeskSettle, Quiet: true}
	if act == dispatch.TransferAccept {
		h.Act, h.Quiet = dispatch.DeskHandOver, false
	}
	err := d.handle(ctx, who, h,
		func(tx dispatch.Tx, k *handled) (_ map[string]any, err error) {
			if x, err = tx.LockTransfer(ctx, id); err != nil {
				return nil, err
			}
			to, err := x.State.After(act)
			if err != nil {
				return nil, err
			}
			if x.Version != version {
				return nil, Stale("transfer", x.Version)
			}
			if err = mayAnswer(ctx, tx, who, x, k.Ticket, act); err != nil {
				return nil, err
			}
			x.State, x.SettledBy, x.SettledAt, x.Refusal = to, &who.AccountID, &k.Now, why
			if x, err = tx.SaveTransfer(ctx, x); err != nil {
				return nil, err
			}
			if act == dispatch.TransferAccept {
				if err = own(ctx, tx, who, k, x.ToTeam); err != nil {
					return nil, err
				}
			}
			return nil, emitTransfer(ctx, tx, who, x, k.Now)
		}, func(handled) any { return x })
	return x, err
}

func mayAnswer(ctx context.Context, tx dispatch.Tx, who access.Principal, x dispatch.Transfer, t dispatch.Ticket, act dispatch.TransferAct) error {
	if act == dispatch.TransferWithdraw {
		if who.AccountID != t.OwnerID && who.AccountID != x.AskedBy {
			return fault.New(fault.Forbidden, "transfer_not_yours", "only the owner and whoever made the offer take it back")
		}
		return nil
	}
	var members []ids.ID
	if x.ToTeam != nil {
		team, err := tx.Team(ctx, *x.ToTeam)
		if err != nil {
			return err
		}
		members = team.Members
	}
	return x.MayAnswer(who.AccountID, members)
}

// endOffer withdraws what a locked ticket is on offer for, if it is.
func endOffer(ctx context.Context, tx dispatch.Tx, who access.Principal, k *handled) error {
	list, _, err := tx.ListTransfers(ctx, dispatch.TransferFilter{TicketID: &k.Ticket.ID, Offered: true}, dispatch.Page{Limit: 1})
	if err != nil || len(list) == 0 {
		return err
	}
	x := list[0]
	x.State, x.SettledBy, x.SettledAt = dispatch.TransferWithdrawn, &who.AccountID, &k.Now
	if x, err = tx.SaveTransfer(ctx, x); err != nil {
		return err
	}
	return emitTransfer(ctx, tx, who, x, k.Now)
}

// own makes the principal the owner of a locked ticket, and of its callbacks.
func own(ctx context.Context, tx dispatch.Tx, who access.Principal, k *handled, team *ids.ID) error {
	was := k.Ticket.OwnerID
	k.Ticket.OwnerID = who.AccountID
	if team != nil {
		k.Ticket.TeamID = team
	}
	due, _, err := tx.ListCallbacks(ctx, dispatch.CallbackFilter{TicketID: &k.Ticket.ID, State: dispatch.CallbackDue}, dispatch.Page{Limit: 100})
	if err != nil {
		return err
	}
	for _, c := range due {
		if c, err = tx.LockCallback(ctx, c.ID); err != nil {
			return err
		}
		if c.State != dispatch.CallbackDue {
			continue
		}
		c.OwnerID = who.AccountID
		if _, err = tx.SaveCallback(ctx, c); err != nil {
			return err
		}
	}
	return decide.Emit(ctx, tx, k.Now, who, decide.Event{Name: "ticket.owner_changed", Kind: "ticket", Subject: k.Ticket.ID,
		Data: map[string]any{"was": was, "is": who.AccountID, "team_id": k.Ticket.TeamID}})
}

// Transfers lists transfers: those that wait for an answer, the one due first at
// the head, so that what is overdue stands in front; or a ticket's.
func (d *Desk) Transfers(ctx context.Context, who access.Principal, f dispatch.TransferFilter, p dispatch.Page) (list []dispatch.Transfer, next string, err error) {
	err = d.read(ctx, who, access.TicketsRead, func(tx dispatch.Tx) (err error) {
		list, next, err = tx.ListTransfers(ctx, f, p)
		return err
	})
	return list, next, err
}

// Transfer gives one. Code: "transfer_not_found".
func (d *Desk) Transfer(ctx context.Context, who access.Principal, id ids.ID) (x dispatch.Transfer, err error) {
	err = d.read(ctx, who, access.TicketsRead, func(tx dispatch.Tx) (err error) {
		x, err = tx.Transfer(ctx, id)
		return err
	})
	return x, err
}
