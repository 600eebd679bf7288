package stock

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"time"

	"roundsman/assets"
	"roundsman/dispatch"
	"roundsman/dispatch/decide"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// lockBooked locks what is booked of an item that an act takes from whoever booked it,
// behind its tickets and before the item.
func lockBooked(ctx context.Context, tx dispatch.Tx, item ids.ID, a assets.Act) ([]assets.Loan, error) {
	if !a.Forsakes() {
		return nil, nil
	}
	live, err := tx.LiveLoans(ctx, []ids.ID{item})
	if err != nil {
		return nil, err
	}
	tickets := []ids.ID{}
	for _, l := range live {
		if l.State == assets.LoanBooked && l.TicketID != nil {
			tickets = append(tickets, *l.TicketID)
		}
	}
	slices.SortFunc(tickets, func(a, b ids.ID) int { return bytes.Compare(a[:], b[:]) })
	for _, id := range slices.Compact(tickets) {
		if _, err := tx.LockTicket(ctx, id); err != nil {
			return nil, err
		}
	}
	var booked []assets.Loan
	for _, l := range live {
		if l.State != assets.LoanBooked {
			continue
		}
		if l, err = tx.LockLoan(ctx, l.ID); err != nil {
			return nil, err
		}
		booked = append(booked, l)
	}
	return booked, nil
}

// overtaken says whether somebody booked, cancelled or fetched a loaner while its
// bookings were being locked. The item is locked now.
func overtaken(ctx context.Context, tx dispatch.Tx, item ids.ID, a assets.Act, booked []assets.Loan) (bool, error) {
	if !a.Forsakes() {
		return false, nil
	}
	live, err := tx.LiveLoans(ctx, []ids.ID{item})
	if err != nil {
		return false, err
	}
	live = slices.DeleteFunc(live, func(l assets.Loan) bool { return l.State != assets.LoanBooked })
	return !slices.EqualFunc(live, booked, func(a, b assets.Loan) bool {
		return a.ID == b.ID && a.Version == b.Version && a.State == b.State && same(a.TicketID, b.TicketID)
	}), nil
}

func same(a, b *ids.ID) bool { return a == b || a != nil && b != nil && *a == *b }

// rebook gives everybody who booked an item that is gone another of the pool that is
// as good. Where none is free the booking ends, and all who counted on it hear of it:
// the customer, and on its ticket the owner.
func rebook(ctx context.Context, tx dispatch.Tx, who access.Principal, now time.Time, gone assets.Held, booked []assets.Loan, o Order) error {
	for _, l := range booked {
		over := !now.Before(l.DueAt) // nobody came for it, and nobody will
		if !over {
			other, err := likewise(ctx, tx, gone, l, now)
			if err != nil {
				return err
			}
			if other != nil {
				if err := reassign(ctx, tx, who, now, l, other.Item.ID, o.Act); err != nil {
					return err
				}
				continue
			}
		}
		if err := callOff(ctx, tx, who, now, gone, l, o, over); err != nil {
			return err
		}
	}
	return nil
}

// likewise locks a loaner of the same pool and model that is free while another was
// booked, and lacks nothing that the other did not; nil when there is none.
func likewise(ctx context.Context, tx dispatch.Tx, gone assets.Held, l assets.Loan, now time.Time) (*assets.Held, error) {
	need, err := needOf(ctx, tx, NewLoan{PersonID: l.PersonID})
	if err != nil {
		return nil, err
	}
	agreed := slices.Clone(l.FailedClauses)
	for _, c := range need.Unmet(gone) {
		agreed = append(agreed, c.Code)
	}
	pool, err := tx.Pool(ctx, []ids.ID{l.DepotID})
	if err != nil {
		return nil, err
	}
	starts := l.StartsAt
	if starts.Before(now) {
		starts = now
	}
	for _, p := range pool {
		less := slices.ContainsFunc(need.Unmet(p.Held), func(c assets.Clause) bool { return !slices.Contains(agreed, c.Code) })
		if p.Item.ID == gone.Item.ID || p.Item.ModelID != gone.Item.ModelID || less {
			continue
		}
		h, err := lockFree(ctx, tx, p.Item.ID, starts, l.DueAt, now)
		if fault.Is(err, "loaner_taken") || fault.Is(err, "item_reserved") {
			continue
		}
		return &h, err
	}
	return nil, nil
}

// reassign books another loaner for the rest of the time: that is from now on where it
// has begun, for only then the other was found free.
func reassign(ctx context.Context, tx dispatch.Tx, who access.Principal, now time.Time, l assets.Loan, item ids.ID, why assets.Act) error {
	was := l.ItemID
	to, err := l.State.After(assets.LoanReassign)
	if err != nil {
		return err
	}
	l.State, l.ItemID = to, item
	if l.StartsAt.Before(now) {
		l.StartsAt = now
	}
	if l, err = tx.SaveLoan(ctx, l); err != nil {
		return err
	}
	return tellOfBooking(ctx, tx, who, l, "loan.reassigned", now, map[string]any{"was_item_id": was, "reason": why})
}

// callOff ends a booking that nothing is left for.
func callOff(ctx context.Context, tx dispatch.Tx, who access.Principal, now time.Time, gone assets.Held, l assets.Loan, o Order, over bool) error {
	to, err := l.State.After(assets.LoanCancel)
	if err != nil {
		return err
	}
	l.State, l.EndedAt, l.Note = to, &now, or(o.Reason, l.Note)
	if l, err = tx.SaveLoan(ctx, l); err != nil {
		return err
	}
	data := map[string]any{"reason": o.Act}
	if !over {
		notice, err := sayCalledOff(ctx, tx, who, now, gone, l, o.Act)
		if err != nil {
			return err
		}
		data["notice_id"] = notice
	}
	return tellOfBooking(ctx, tx, who, l, "loan.cancelled", now, data)
}

// sayCalledOff tells the customer, and brings the ticket to its owner's hand: their
// next update is due now, and a note says what happened.
func sayCalledOff(ctx context.Context, tx dispatch.Tx, who access.Principal, now time.Time, gone assets.Held, l assets.Loan, act assets.Act) (ids.ID, error) {
	person, err := tx.Person(ctx, l.PersonID)
	if err != nil {
		return ids.Nil, err
	}
	site, err := tx.Site(ctx, person.SiteID)
	if err != nil {
		return ids.Nil, err
	}
	loc, err := time.LoadLocation(site.Zone)
	if err != nil {
		return ids.Nil, fmt.Errorf("time zone of site %s: %w", site.Code, err)
	}
	var ticket *dispatch.Ticket
	if l.TicketID != nil {
		t, err := tx.LockTicket(ctx, *l.TicketID)
		if err != nil {
			return ids.Nil, err
		}
		if t.State != dispatch.TicketResolved {
			if t.NextUpdate.After(now) {
				t.NextUpdate = now
			}
			if t, err = tx.SaveTicket(ctx, t); err != nil {
				return ids.Nil, err
			}
		}
		ticket = &t
		n := dispatch.Note{ID: ids.New(), TicketID: t.ID, Audience: dispatch.Internal, Reason: "loan", AuthorID: who.AccountID, At: now,
			Body: fmt.Sprintf("Loaner %s was booked for %s and is %s; no other like it is free then. The booking is cancelled: book another.",
				gone.Item.Tag, l.StartsAt.In(loc).Format("Monday, 2 January"), act)}
		if err := tx.AddNote(ctx, n); err != nil {
			return ids.Nil, err
		}
	}
	n := dispatch.Tell(person, ticket, nil, "loan_cancelled", dispatch.Told{Item: gone.Item.Tag, Start: now, End: l.StartsAt, Zone: loc}, now)
	return n.ID, decide.Send(ctx, tx, n)
}

// tellOfBooking names whoever made the booking too: they have to know.
func tellOfBooking(ctx context.Context, tx dispatch.Tx, who access.Principal, l assets.Loan, event string, now time.Time, more map[string]any) error {
	more["booked_by"], more["ticket_id"] = l.BookedBy, l.TicketID
	return tellOfLoan(ctx, tx, who, l, event, now, more)
}
