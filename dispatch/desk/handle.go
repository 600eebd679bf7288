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

// handled is a ticket under its lock, with its visits where they were asked for.
type handled struct {
	Ticket dispatch.Ticket
	Visits []dispatch.Visit
	Now    time.Time
}

// handling is one change of one ticket.
type handling struct {
	ID      ids.ID
	Version int64 // that was read; 0: any, for an act that adds and overwrites nothing
	Event   string
	// Visits locks them behind their rounds; Days also raises the versions of the
	// region-days that they are on, so that whoever plans them looks again.
	Visits, Days bool
	// Act is looked up in the table of acts and states.
	Act dispatch.TicketAct
	// Quiet leaves the next update: the customer hears nothing of it.
	Quiet bool
}

// handle changes a ticket in one transaction: alter has it locked and gives what
// the event tells. The next update moves with every act that is not quiet.
//
// Codes: "ticket_not_found", "version_stale", "ticket_resolved" or "ticket_state"
// as the table of acts says, "day_busy".
func (d *Desk) handle(ctx context.Context, who access.Principal, h handling,
	alter func(tx dispatch.Tx, k *handled) (map[string]any, error), answer func(handled) any,
) error {
	now := d.Clock.Now()
	return d.write(ctx, who, access.TicketsWrite, func(tx dispatch.Tx) (err error) {
		k := handled{Now: now}
		if h.Days {
			if err = raiseDays(ctx, tx, now, h.ID); err != nil {
				return err
			}
		}
		if h.Visits || h.Days {
			if k.Visits, err = lockVisits(ctx, tx, h.ID); err != nil {
				return err
			}
		}
		if k.Ticket, err = tx.LockTicket(ctx, h.ID); err != nil {
			return err
		}
		if h.Version != 0 && k.Ticket.Version != h.Version {
			return Stale("ticket", k.Ticket.Version)
		}
		if err = k.Ticket.May(h.Act); err != nil {
			return err
		}
		if !h.Quiet && k.Ticket.State != dispatch.TicketResolved {
			if k.Ticket.NextUpdate, err = nextNews(ctx, tx, h.ID, now); err != nil {
				return err
			}
		}
		before := k.Ticket
		data, err := alter(tx, &k)
		if err != nil {
			return err
		}
		if k.Ticket != before || !h.Quiet {
			if k.Ticket, err = tx.SaveTicket(ctx, k.Ticket); err != nil {
				return err
			}
		}
		if h.Event != "" {
			if err = decide.Emit(ctx, tx, now, who, decide.Event{Name: h.Event, Kind: "ticket", Subject: h.ID, Data: data}); err != nil {
				return err
			}
		}
		return tx.Answer(ctx, answer(k))
	})
}

// nextNews is when the person of a ticket hears from us next after an act: by the
// end of what they were promised first, else within NextNews.
func nextNews(ctx context.Context, tx dispatch.Tx, ticket ids.ID, now time.Time) (time.Time, error) {
	open, _, err := tx.ListPromises(ctx, dispatch.PromiseFilter{TicketID: &ticket, States: []dispatch.PromiseState{dispatch.PromiseOpen}}, dispatch.Page{Limit: 50})
	next := now.Add(dispatch.NextNews)
	promised := time.Time{}
	for _, p := range open {
		if p.Kind == dispatch.LoanReturnPromise {
			continue // theirs, not ours
		}
		if p.WindowEnd.After(now) && (promised.IsZero() || p.WindowEnd.Before(promised)) {
			promised = p.WindowEnd
		}
	}
	if !promised.IsZero() {
		next = promised
	}
	return next, err
}

// raiseDays raises the versions of the region-days that a ticket's visits are on,
// and for those that wait the region's present day. It comes before any other
// lock, as in every commit.
func raiseDays(ctx context.Context, tx dispatch.Tx, now time.Time, tickets ...ids.ID) error {
	var visits []dispatch.Visit
	for _, id := range tickets {
		list, err := tx.VisitsOfTicket(ctx, id)
		if err != nil {
			return err
		}
		visits = append(visits, list...)
	}
	var keys []dispatch.DayKey
	for _, v := range visits {
		if v.State.Over() {
			continue
		}
		key := dispatch.DayKey{RegionID: v.RegionID}
		if v.RoundID != nil {
			r, err := tx.Round(ctx, *v.RoundID)
			if err != nil {
				return err
			}
			key.Date = r.Date
		} else {
			r, err := tx.Region(ctx, v.RegionID)
			if err != nil {
				return err
			}
			loc, err := r.Location()
			if err != nil {
				return err
			}
			key.Date = dispatch.DateOf(now, loc)
			if v.EarliestDate != nil && *v.EarliestDate > key.Date {
				key.Date = *v.EarliestDate
			}
		}
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b dispatch.DayKey) int {
		if a.Date != b.Date {
			return slices.Compare([]byte(a.Date), []byte(b.Date))
		}
		return slices.Compare(a.RegionID[:], b.RegionID[:])
	})
	for _, key := range slices.Compact(keys) {
		if _, err := tx.RaiseDay(ctx, key); err != nil {
			return err
		}
	}
	return nil
}

// explain keeps the reason of an act as a note of the desk: an event holds codes
// and ids, never what somebody wrote.
func explain(ctx context.Context, tx dispatch.Tx, who access.Principal, k *handled, act, reason string) (ids.ID, error) {
	n := dispatch.Note{ID: ids.New(), TicketID: k.Ticket.ID, Audience: dispatch.Internal, Body: reason, Reason: act, AuthorID: who.AccountID, At: k.Now}
	return n.ID, tx.AddNote(ctx, n)
}

// standing finds what forbids that visits be changed under the customer's eyes:
// one that has begun, or one that is promised. Codes: "visit_under_way",
// "promise_stands" with the promise's id.
func standing(ctx context.Context, tx dispatch.Tx, visits []dispatch.Visit, advice string) error {
	for _, v := range visits {
		if v.State.Over() {
			continue
		}
		if v.State.Started() {
			return fault.New(fault.Conflict, "visit_under_way", "a technician is on it; wait until the visit is over")
		}
		p, err := tx.OpenPromiseOf(ctx, v.ID)
		if err != nil {
			return err
		}
		if p != nil {
			return fault.New(fault.Conflict, "promise_stands", "a visit is promised for this ticket; %s", advice).With("promise_id", p.ID)
		}
	}
	return nil
}
