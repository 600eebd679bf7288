package customer

import (
	"context"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/decide"
	"roundsman/internal/access"
	"roundsman/internal/clock"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// Room is where customers and their links are looked after.
type Room struct {
	Store dispatch.Store
	Clock clock.Clock
	// Linking says that links are sent: the server knows its own address.
	Linking bool
}

// Open gives the link that a key opens. Code: "link_refused", the same for a key
// that never was, a link that is over and one that was revoked.
func (r *Room) Open(ctx context.Context, key string) (dispatch.CustomerLink, error) {
	now := r.Clock.Now()
	refused := fault.New(fault.Unauthenticated, "link_refused", "this link is not good any more; ask your support team for a new one")
	var l dispatch.CustomerLink
	err := r.Store.Read(ctx, func(tx dispatch.Tx) (err error) {
		l, err = tx.LinkOfKey(ctx, dispatch.LinkKeyHash(key))
		return err
	})
	switch {
	case fault.Is(err, "customer_link_not_found"):
		return l, refused
	case err != nil:
		return l, err
	case l.State(now).Allows(dispatch.LinkUse) != nil:
		return dispatch.CustomerLink{}, refused
	}
	return l, nil
}

// LinkView is a link with how it stands.
type LinkView struct {
	Link  dispatch.CustomerLink
	State dispatch.CustomerLinkState
}

// MakeLink sends a link to the person of a ticket, on the channel that gets to them.
// Nobody else ever sees what opens it. With replace the links from before open
// nothing any more.
//
// Codes: "ticket_not_found", "ticket_resolved" for one that was merged into another,
// "link_unsent" where nothing carries a link to the person.
func (r *Room) MakeLink(ctx context.Context, who access.Principal, ticket ids.ID, replace bool) (LinkView, error) {
	if err := who.Require(access.TicketsWrite); err != nil {
		return LinkView{}, err
	}
	now := r.Clock.Now()
	var out LinkView
	err := r.Store.Write(ctx, func(tx dispatch.Tx) error {
		t, err := tx.LockTicket(ctx, ticket)
		if err != nil {
			return err
		}
		if t.MergedInto != nil {
			return t.May(dispatch.DeskReopen)
		}
		person, err := tx.Person(ctx, t.PersonID)
		if err != nil {
			return err
		}
		n := dispatch.Tell(person, &t, nil, "link", dispatch.Told{}, now)
		if !r.Linking || n.State != dispatch.NoticeQueued {
			return fault.New(fault.Conflict, "link_unsent", "no link can be sent to this person: nothing carries one to them, or this server has no public address; tell them by phone")
		}
		if replace {
			if err := revokeAll(ctx, tx, who, t.ID, now); err != nil {
				return err
			}
		}
		visitEnds, err := lastWindow(ctx, tx, t.ID)
		if err != nil {
			return err
		}
		l := dispatch.NewCustomerLink(t, &who.AccountID, visitEnds, now)
		if err := decide.AddLink(ctx, tx, who, l, now); err != nil {
			return err
		}
		n.LinkID = &l.ID
		if err := decide.Send(ctx, tx, n); err != nil {
			return err
		}
		out = LinkView{l, l.State(now)}
		return tx.Answer(ctx, out)
	})
	return out, err
}

func revokeAll(ctx context.Context, tx dispatch.Tx, who access.Principal, ticket ids.ID, now time.Time) error {
	gone, err := tx.RevokeCustomerLinks(ctx, ticket, who.AccountID, now)
	if err != nil {
		return err
	}
	for _, l := range gone {
		if err := revoked(ctx, tx, who, l, now); err != nil {
			return err
		}
	}
	return nil
}

func revoked(ctx context.Context, tx dispatch.Tx, who access.Principal, l dispatch.CustomerLink, now time.Time) error {
	return decide.Emit(ctx, tx, now, who, decide.Event{Name: "customer_link.revoked", Kind: "customer_link", Subject: l.ID,
		Data: map[string]any{"ticket_id": l.TicketID}})
}

// lastWindow is the end of the arrival that is promised last for a ticket, nil where
// none is.
func lastWindow(ctx context.Context, tx dispatch.Tx, ticket ids.ID) (*time.Time, error) {
	p, err := arrivals(ctx, tx, ticket)
	if err != nil || len(p) == 0 {
		return nil, err
	}
	end := p[0].WindowEnd
	for _, x := range p[1:] {
		if x.WindowEnd.After(end) {
			end = x.WindowEnd
		}
	}
	return &end, nil
}

// Links lists a ticket's links, newest first. Code: "ticket_not_found".
func (r *Room) Links(ctx context.Context, who access.Principal, ticket ids.ID, p dispatch.Page) (list []LinkView, next string, err error) {
	if err := who.Require(access.TicketsRead); err != nil {
		return nil, "", err
	}
	now := r.Clock.Now()
	err = r.Store.Read(ctx, func(tx dispatch.Tx) error {
		if _, err := tx.Ticket(ctx, ticket); err != nil {
			return err
		}
		var found []dispatch.CustomerLink
		if found, next, err = tx.ListCustomerLinks(ctx, ticket, p); err != nil {
			return err
		}
		for _, l := range found {
			list = append(list, LinkView{l, l.State(now)})
		}
		return nil
	})
	return list, next, err
}

// Revoke ends a link, and with it every key that opens it. Codes:
// "customer_link_not_found", "customer_link_state".
func (r *Room) Revoke(ctx context.Context, who access.Principal, id ids.ID) (LinkView, error) {
	if err := who.Require(access.TicketsWrite); err != nil {
		return LinkView{}, err
	}
	now := r.Clock.Now()
	var out LinkView
	err := r.Store.Write(ctx, func(tx dispatch.Tx) error {
		l, err := tx.LockCustomerLink(ctx, id)
		if err != nil {
			return err
		}
		if err := l.State(now).Allows(dispatch.LinkRevoke); err != nil {
			return err
		}
		if err := tx.RevokeCustomerLink(ctx, id, who.AccountID, now); err != nil {
			return err
		}
		if err := revoked(ctx, tx, who, l, now); err != nil {
			return err
		}
		l.RevokedAt, l.RevokedBy = &now, &who.AccountID
		out = LinkView{l, l.State(now)}
		return tx.Answer(ctx, out)
	})
	return out, err
}
