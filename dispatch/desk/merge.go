package desk

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/decide"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// Merge lets a ticket go on as another of the same person. Contacts, visits,
// promises, callbacks, notes and files move to the survivor, promises as they were
// told; a visit that was promised to nobody is not needed where the survivor has
// one. The first contact and the first response are the earlier of the two.
//
// Codes: "ticket_not_found", "version_stale", "ticket_resolved" for either,
// "merge_into_itself", "merge_other_person", "day_busy".
func (d *Desk) Merge(ctx context.Context, who access.Principal, id ids.ID, version int64, into ids.ID) (survivor dispatch.Ticket, err error) {
	if id == into {
		return survivor, fault.New(fault.Invalid, "merge_into_itself", "a ticket is merged into another one; name another").At("/into", "is the ticket itself")
	}
	now := d.Clock.Now()
	err = d.write(ctx, who, access.TicketsWrite, func(tx dispatch.Tx) error {
		if err := raiseDays(ctx, tx, now, id, into); err != nil {
			return err
		}
		visits, err := lockVisits(ctx, tx, id, into)
		if err != nil {
			return err
		}
		both, err := lockBoth(ctx, tx, id, into)
		if err != nil {
			return err
		}
		merged := handled{Ticket: both[id], Now: now}
		if merged.Ticket.Version != version {
			return Stale("ticket", merged.Ticket.Version)
		}
		if err = mayMerge(both[id], both[into]); err != nil {
			return err
		}
		if err = d.mergeVisits(ctx, tx, who, visits, id, into, now); err != nil {
			return err
		}
		if err = windUp(ctx, tx, who, &merged); err != nil {
			return err
		}
		if survivor, err = d.merge(ctx, tx, who, merged.Ticket, both[into], now); err != nil {
			return err
		}
		return tx.Answer(ctx, survivor)
	})
	return survivor, err
}

func mayMerge(merged, into dispatch.Ticket) error {
	if err := merged.May(dispatch.DeskMerge); err != nil {
		return err
	}
	if err := into.May(dispatch.DeskMerge); err != nil {
		return err
	}
	if merged.PersonID != into.PersonID {
		return fault.New(fault.Conflict, "merge_other_person", "T-%d is of another person than T-%d; each keeps their own ticket, so link them instead", merged.Number, into.Number)
	}
	return nil
}

// lockBoth locks two tickets in the order of their ids.
func lockBoth(ctx context.Context, tx dispatch.Tx, a, b ids.ID) (map[ids.ID]dispatch.Ticket, error) {
	order := []ids.ID{a, b}
	slices.SortFunc(order, func(x, y ids.ID) int { return bytes.Compare(x[:], y[:]) })
	out := map[ids.ID]dispatch.Ticket{}
	for _, id := range order {
		t, err := tx.LockTicket(ctx, id)
		if err != nil {
			return nil, err
		}
		out[id] = t
	}
	return out, nil
}

// mergeVisits cancels what nobody was promised and the survivor has already.
func (d *Desk) mergeVisits(ctx context.Context, tx dispatch.Tx, who access.Principal, visits []dispatch.Visit, id, into ids.ID, now time.Time) error {
	if !slices.ContainsFunc(visits, func(v dispatch.Visit) bool { return v.TicketID == into && !v.State.Over() }) {
		return nil
	}
	for _, v := range visits {
		if v.TicketID != id || v.State.Allows(dispatch.ActCancel) != nil {
			continue
		}
		p, err := tx.OpenPromiseOf(ctx, v.ID)
		if err != nil {
			return err
		}
		if p != nil {
			continue
		}
		if err := decide.Leave(ctx, tx, who, v, dispatch.VisitCancelled, "merged", now); err != nil {
			return err
		}
		if err := tx.Release(ctx, v.ID, now); err != nil {
			return err
		}
	}
	return nil
}

func (d *Desk) merge(ctx context.Context, tx dispatch.Tx, who access.Principal, merged, into dispatch.Ticket, now time.Time) (dispatch.Ticket, error) {
	if err := tx.MergeTicket(ctx, merged.ID, into.ID); err != nil {
		return into, err
	}
	if merged.OpenedAt.Before(into.OpenedAt) {
		into.OpenedAt = merged.OpenedAt
	}
	into.RespondedAt = earlier(into.RespondedAt, merged.RespondedAt)
	if into.ItemID == nil {
		into.ItemID = merged.ItemID
	}
	if into.Workaround == "" {
		into.Workaround = merged.Workaround
	}
	if merged.State == dispatch.TicketPlanned && into.State == dispatch.TicketOpen {
		into.State = dispatch.TicketPlanned
	}
	var err error
	if into.NextUpdate, err = nextNews(ctx, tx, into.ID, now); err != nil {
		return into, err
	}
	raised := merged.Priority < into.Priority
	if raised {
		into.Priority = merged.Priority
	}
	if err = tx.RankVisits(ctx, into.ID, into.Priority); err != nil {
		return into, err
	}
	word := fmt.Sprintf("merged into T-%d", into.Number)
	merged.State, merged.ResolvedAt, merged.Resolution, merged.MergedInto = dispatch.TicketResolved, &now, &word, &into.ID
	if _, err = tx.SaveTicket(ctx, merged); err != nil {
		return into, err
	}
	if into, err = tx.SaveTicket(ctx, into); err != nil {
		return into, err
	}
	if err = decide.Emit(ctx, tx, now, who, decide.Event{Name: "ticket.merged", Kind: "ticket", Subject: merged.ID, Data: map[string]any{"into": into.ID}}); err != nil {
		return into, err
	}
	return into, decide.Emit(ctx, tx, now, who, decide.Event{Name: "ticket.merged_with", Kind: "ticket", Subject: into.ID,
		Data: map[string]any{"merged": merged.ID, "priority": into.Priority}})
}
