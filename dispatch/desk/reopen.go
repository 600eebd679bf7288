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

// Reopening is the customer's word that it is not over.
type Reopening struct {
	Reason    string
	CanWork   bool // the person can work: only the fault is there again
	ContactID *ids.ID
}

// Reopened is the ticket that goes on.
type Reopened struct {
	Ticket dispatch.Ticket
	// New is set when the old one was over too long, and another goes on in its place.
	New bool
}

// Reopen opens a resolved ticket again, with its owner, its number and its first
// contact. Its restore clock runs again unless the person can work. One that was
// resolved longer ago than dispatch.ReopenWithin stays so: a new one is opened
// that continues it.
//
// Codes: "ticket_not_found", "version_stale", "ticket_state" when it is not
// resolved, "ticket_resolved" when it was merged, "contact_not_found".
func (d *Desk) Reopen(ctx context.Context, who access.Principal, id ids.ID, version int64, r Reopening) (out Reopened, err error) {
	err = d.handle(ctx, who, handling{ID: id, Version: version, Act: dispatch.DeskReopen, Visits: true, Quiet: true},
		func(tx dispatch.Tx, k *handled) (map[string]any, error) {
			out = Reopened{}
			if k.Now.Sub(*k.Ticket.ResolvedAt) > dispatch.ReopenWithin {
				out.New = true
				out.Ticket, err = d.goOn(ctx, tx, who, k, r)
				return nil, err
			}
			if err := d.again(ctx, tx, who, k, r); err != nil {
				return nil, err
			}
			if r.ContactID != nil {
				return nil, tx.NoteContact(ctx, *r.ContactID, &id, "ticket")
			}
			return nil, nil
		}, func(k handled) any {
			if !out.New {
				out.Ticket = k.Ticket
			}
			return out
		})
	return out, err
}

// again opens the ticket itself.
func (d *Desk) again(ctx context.Context, tx dispatch.Tx, who access.Principal, k *handled, r Reopening) error {
	t := &k.Ticket
	resolved := *t.ResolvedAt
	t.State, t.ResolvedAt, t.Resolution, t.FixExpectedAt, t.Confirmation = dispatch.TicketOpen, nil, nil, nil, nil
	t.Reopenings++
	if !r.CanWork {
		t.RestoredAt = nil
	} else if t.RestoredAt != nil {
		t.State = dispatch.TicketRestored
	}
	t.NextUpdate = k.Now.Add(dispatch.NextNews)
	if err := tx.AddTicketPause(ctx, dispatch.TicketPause{ID: ids.New(), TicketID: t.ID, Reason: dispatch.WasResolved, BeganAt: resolved, EndedAt: &k.Now,
		BeganBy: who.AccountID, EndedBy: &who.AccountID}); err != nil {
		return err
	}
	if !slices.ContainsFunc(k.Visits, func(v dispatch.Visit) bool { return !v.State.Over() }) {
		if err := d.anotherVisit(ctx, tx, *t, k.Visits); err != nil {
			return err
		}
	}
	note, err := explain(ctx, tx, who, k, "reopening", r.Reason)
	if err != nil {
		return err
	}
	return decide.Emit(ctx, tx, k.Now, who, decide.Event{Name: "ticket.reopened", Kind: "ticket", Subject: t.ID,
		Data: map[string]any{"state": t.State, "note_id": note, "reopenings": t.Reopenings}})
}

// anotherVisit makes the visit that an on-site ticket needs, following the last
// one that it had.
func (d *Desk) anotherVisit(ctx context.Context, tx dispatch.Tx, t dispatch.Ticket, before []dispatch.Visit) error {
	if len(before) > 0 {
		return d.comeAgain(ctx, tx, t, before[len(before)-1].ID)
	}
	tpl, err := tx.Template(ctx, t.TemplateID)
	if err != nil || !tpl.OnSite {
		return err
	}
	site, err := tx.Site(ctx, t.SiteID)
	if err != nil {
		return err
	}
	return tx.AddVisit(ctx, dispatch.VisitOf(t, tpl, site))
}

// goOn opens a new ticket that continues one that was over too long.
func (d *Desk) goOn(ctx context.Context, tx dispatch.Tx, who access.Principal, k *handled, r Reopening) (dispatch.Ticket, error) {
	old := k.Ticket
	tpl, err := tx.Template(ctx, old.TemplateID)
	if err != nil {
		return old, err
	}
	person, err := tx.Person(ctx, old.PersonID)
	if err != nil {
		return old, err
	}
	t := dispatch.TicketOf(tpl, person, who.AccountID, k.Now)
	t.ItemID, t.KeyField, t.Summary, t.RespondedAt = old.ItemID, old.KeyField, old.Summary, &k.Now
	t.Symptoms = old.Symptoms
	if t, err = tx.AddTicket(ctx, t); err != nil {
		return t, err
	}
	if err = d.anotherVisit(ctx, tx, t, nil); err != nil {
		return t, err
	}
	if _, err = tx.AddLink(ctx, dispatch.Link{FromID: t.ID, ToID: old.ID, Kind: dispatch.Continues, ByID: who.AccountID, At: k.Now}); err != nil {
		return t, err
	}
	if r.ContactID != nil {
		if err = tx.NoteContact(ctx, *r.ContactID, &t.ID, "ticket"); err != nil {
			return t, err
		}
	}
	now := handled{Ticket: t, Now: k.Now}
	note, err := explain(ctx, tx, who, &now, "reopening", r.Reason)
	if err != nil {
		return t, err
	}
	return t, decide.Emit(ctx, tx, k.Now, who, decide.Event{Name: "ticket.opened", Kind: "ticket", Subject: t.ID,
		Data: map[string]any{"number": t.Number, "template_id": t.TemplateID, "owner_id": t.OwnerID, "continues": old.ID, "note_id": note}})
}

// Link ties a ticket to another; the same link twice is one. Codes:
// "ticket_not_found", "link_to_itself".
func (d *Desk) Link(ctx context.Context, who access.Principal, from, to ids.ID, kind dispatch.LinkKind) (l dispatch.Link, err error) {
	if from == to {
		return l, fault.New(fault.Invalid, "link_to_itself", "a ticket is linked to another one; name another").At("/ticket_id", "is the ticket itself")
	}
	err = d.handle(ctx, who, handling{ID: from, Act: dispatch.DeskLink, Quiet: true}, func(tx dispatch.Tx, k *handled) (map[string]any, error) {
		if _, err := tx.Ticket(ctx, to); err != nil {
			return nil, err
		}
		l = dispatch.Link{FromID: from, ToID: to, Kind: kind, ByID: who.AccountID, At: k.Now}
		fresh, err := tx.AddLink(ctx, l)
		if err != nil || !fresh {
			return nil, err
		}
		return nil, decide.Emit(ctx, tx, k.Now, who, decide.Event{Name: "ticket.linked", Kind: "ticket", Subject: from, Data: map[string]any{"to_id": to, "kind": kind}})
	}, func(handled) any { return l })
	return l, err
}

// Links lists the links from and to a ticket. Code: "ticket_not_found".
func (d *Desk) Links(ctx context.Context, who access.Principal, ticket ids.ID) (list []dispatch.Link, err error) {
	err = d.read(ctx, who, access.TicketsRead, func(tx dispatch.Tx) (err error) {
		if _, err = tx.Ticket(ctx, ticket); err != nil {
			return err
		}
		list, err = tx.ListLinks(ctx, ticket)
		return err
	})
	return list, err
}

// earlier gives the earlier of two instants that may be absent.
func earlier(a, b *time.Time) *time.Time {
	if a == nil || b != nil && b.Before(*a) {
		return b
	}
	return a
}
