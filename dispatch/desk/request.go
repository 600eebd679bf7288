package desk

import (
	"context"
	"fmt"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/decide"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// NewRequest is what somebody asks for by mail, portal or chat.
type NewRequest struct {
	ExternalID string // the message's own id
	ThreadID   string // absent: it begins a thread of its own
	Channel    string // "mail", "portal", "chat"
	From       dispatch.CallerQuery
	FromName   string
	SiteID     *ids.ID // where an unknown sender is; absent: the first site
	Template   string  // "": whoever takes it up classifies it
	Summary    string
	Body       string
	ReceivedAt *time.Time
}

// RequestTaken is a request with the one ticket that it is about.
type RequestTaken struct {
	Request dispatch.Request
	Contact dispatch.Contact
	Ticket  dispatch.Ticket
	Person  dispatch.Person
	// Opening says when the desk is there on the channel it came by, nil where nobody
	// has said.
	Opening *dispatch.Opening
	// Before: the source had brought it already, and nothing was done.
	Before bool
}

// TakeRequest lets a request in at the one door. It is a contact of whoever sent
// it, and joins the ticket that their thread is about while that is open; else it
// opens one, owned by the desk. The same external id is the same request, however
// often it comes. Who is unknown becomes a provisional person. Who writes first while
// nobody is there is told the ticket's number and when somebody is.
//
// Codes: "template_not_found", "no_agent" when nobody at the desk could own it,
// "no_criterion", "site_not_found".
func (d *Desk) TakeRequest(ctx context.Context, who access.Principal, n NewRequest) (RequestTaken, error) {
	now := d.Clock.Now()
	var out RequestTaken
	err := d.write(ctx, who, access.RequestsWrite, func(tx dispatch.Tx) error {
		out = RequestTaken{}
		r := dispatch.Request{SourceID: who.AccountID, ExternalID: n.ExternalID, Summary: n.Summary, Body: n.Body, ReceivedAt: orNow(n.ReceivedAt, now)}
		r, first, err := tx.ClaimRequest(ctx, r)
		if err != nil {
			return err
		}
		if !first {
			if out, err = taken(ctx, tx, r, now); err != nil {
				return err
			}
			return tx.Answer(ctx, out)
		}
		if out.Person, err = d.sender(ctx, tx, who, n); err != nil {
			return err
		}
		thread := n.ThreadID
		if thread == "" {
			thread = n.ExternalID
		}
		if out.Ticket, r.Joined, err = d.joined(ctx, tx, who, thread, out.Person, n, now); err != nil {
			return err
		}
		out.Contact = dispatch.Contact{ID: ids.New(), PersonID: &out.Person.ID, TicketID: &out.Ticket.ID, HandlerID: out.Ticket.OwnerID, Channel: n.Channel,
			Direction: "in", QueuedAt: r.ReceivedAt, AnsweredAt: r.ReceivedAt, Reason: "new", Outcome: "ticket", Waiting: true}
		if r.Joined {
			out.Contact.Reason = "status"
			preferred, err := tx.PreferredAgent(ctx, now, out.Ticket.ID, out.Person.ID)
			if err != nil {
				return err
			}
			if preferred != nil {
				out.Contact.HandlerID = preferred.Speaks()
			}
		}
		if err := tx.AddContact(ctx, out.Contact); err != nil {
			return err
		}
		if _, err := d.calledFirst(ctx, tx, who, out.Person.ID, out.Contact.ID, now); err != nil {
			return err
		}
		r.ContactID, r.TicketID = &out.Contact.ID, &out.Ticket.ID
		if err := tx.SettleRequest(ctx, r); err != nil {
			return err
		}
		out.Request = r
		if err := receipt(ctx, tx, &out, now); err != nil {
			return err
		}
		if err := d.contactStarted(ctx, tx, who, out.Contact, now); err != nil {
			return err
		}
		return tx.Answer(ctx, out)
	})
	return out, err
}

// taken reads what became of a request that was brought before.
func taken(ctx context.Context, tx dispatch.Tx, r dispatch.Request, now time.Time) (RequestTaken, error) {
	out := RequestTaken{Request: r, Before: true}
	var err error
	if out.Contact, err = tx.Contact(ctx, *r.ContactID); err != nil {
		return out, err
	}
	if out.Ticket, err = tx.Ticket(ctx, *r.TicketID); err != nil {
		return out, err
	}
	if out.Person, err = tx.Person(ctx, out.Ticket.PersonID); err != nil {
		return out, err
	}
	_, err = out.open(ctx, tx, now)
	return out, err
}

// open finds when the desk is there for a request, and gives the person's site.
func (r *RequestTaken) open(ctx context.Context, tx dispatch.Tx, now time.Time) (site dispatch.Site, err error) {
	if site, err = tx.Site(ctx, r.Person.SiteID); err != nil {
		return site, err
	}
	r.Opening, err = openingAt(ctx, tx, site, r.Contact.Channel, now)
	return site, err
}

// receipt tells who wrote while nobody is there that the request has come in, its
// number, and when somebody is there again. Nobody is told what we don't know, nor
// by a way that does not get to them: the answer to the source has it too.
func receipt(ctx context.Context, tx dispatch.Tx, r *RequestTaken, now time.Time) error {
	site, err := r.open(ctx, tx, now)
	if err != nil || r.Request.Joined || r.Opening == nil || r.Opening.Open || r.Opening.Next == nil {
		return err
	}
	loc, err := time.LoadLocation(site.Zone)
	if err != nil {
		return fmt.Errorf("time zone of site %s: %w", site.Code, err)
	}
	n := dispatch.Tell(r.Person, &r.Ticket, nil, "received", dispatch.Told{Start: now, End: *r.Opening.Next, Zone: loc}, now)
	if n.State != dispatch.NoticeQueued {
		return nil
	}
	return decide.Send(ctx, tx, n)
}

// sender finds whose request it is: the one person whom what is known fits for
// sure, or a provisional one.
func (d *Desk) sender(ctx context.Context, tx dispatch.Tx, who access.Principal, n NewRequest) (dispatch.Person, error) {
	q := n.From
	q.Name, q.Limit = "", 2 // a name alone is never sure
	if q.Phone+q.Mail+q.EmployeeNumber+q.AssetTag != "" {
		hits, err := tx.FindCallers(ctx, q)
		if err != nil {
			return dispatch.Person{}, err
		}
		if len(hits) > 0 && hits[0].Sure && (len(hits) == 1 || !hits[1].Sure) {
			return tx.Caller(ctx, hits[0].Person.ID)
		}
	}
	c := NewCaller{Name: n.FromName, Mail: n.From.Mail, Phone: n.From.Phone}
	for _, name := range []string{n.From.Mail, n.From.Phone, n.From.EmployeeNumber} {
		if c.Name == "" {
			c.Name = name
		}
	}
	if c.Name == "" {
		return dispatch.Person{}, fault.New(fault.Invalid, "no_criterion", "say who sent it: a mail address, phone number, employee number or name").At("/from", "is empty")
	}
	if n.SiteID != nil {
		c.SiteID = *n.SiteID
	} else {
		site, err := tx.FirstSite(ctx)
		if err != nil {
			return dispatch.Person{}, err
		}
		c.SiteID = site.ID
	}
	return d.enter(ctx, tx, who, c, nil)
}

// joined gives the ticket that a thread is about, or opens one.
func (d *Desk) joined(ctx context.Context, tx dispatch.Tx, who access.Principal, thread string, p dispatch.Person, n NewRequest, now time.Time) (t dispatch.Ticket, joined bool, err error) {
	about, err := tx.LockThread(ctx, who.AccountID, thread, p.ID)
	if err != nil {
		return t, false, err
	}
	for about != nil {
		if t, err = tx.LockTicket(ctx, *about); err != nil {
			return t, false, err
		}
		if about = t.MergedInto; about == nil && t.State != dispatch.TicketResolved {
			return t, true, nil
		}
	}
	owner, err := d.owner(ctx, tx, p.ID, now)
	if err != nil {
		return t, false, err
	}
	told := NewTicket{Template: n.Template, Symptoms: n.Summary + "\n" + n.Body}
	tpl, err := kindOf(ctx, tx, told)
	if err != nil {
		return t, false, err
	}
	site, err := tx.Site(ctx, p.SiteID)
	if err != nil {
		return t, false, err
	}
	t = dispatch.TicketOf(tpl, p, owner, now)
	t.Tell(told.Symptoms)
	t.Summary, t.Channel = n.Summary, n.Channel
	if t, err = tx.AddTicket(ctx, t); err != nil {
		return t, false, err
	}
	if tpl.OnSite {
		if err := tx.AddVisit(ctx, dispatch.VisitOf(t, tpl, site)); err != nil {
			return t, false, err
		}
	}
	if err := d.noteTicket(ctx, tx, who, NewTicket{}, t, now); err != nil {
		return t, false, err
	}
	return t, false, tx.TieThread(ctx, who.AccountID, thread, p.ID, t.ID)
}

// owner chooses who answers for what came in by itself: whom the person would rather
// be answered by, or their stand-in, then who had to do with them last.
func (d *Desk) owner(ctx context.Context, tx dispatch.Tx, person ids.ID, now time.Time) (ids.ID, error) {
	loads, err := tx.AgentLoads(ctx, now)
	if err != nil {
		return ids.Nil, err
	}
	recent, err := tx.LastContacts(ctx, person, 1)
	if err != nil {
		return ids.Nil, err
	}
	preferred, err := tx.PreferredAgent(ctx, now, person)
	if err != nil {
		return ids.Nil, err
	}
	var rather []ids.ID
	if preferred != nil {
		rather = append(rather, preferred.Speaks())
	}
	if len(recent) > 0 {
		rather = append(rather, recent[0].HandlerID)
	}
	owner, ok := dispatch.ChooseOwner(loads, rather...)
	if !ok {
		return ids.Nil, fault.New(fault.Unavailable, "no_agent", "nobody at the desk can answer for this: all agents are away or there is none; bring it again later")
	}
	return owner, nil
}

// AnswerContact takes up a contact that came by itself and waits: from now on it
// counts as answered, by whoever took it. Codes: "contact_not_found",
// "contact_state" when another was quicker.
func (d *Desk) AnswerContact(ctx context.Context, who access.Principal, id ids.ID) (c dispatch.Contact, err error) {
	now := d.Clock.Now()
	err = d.write(ctx, who, access.ContactsWrite, func(tx dispatch.Tx) (err error) {
		if c, err = tx.LockContact(ctx, id); err != nil {
			return err
		}
		if err = c.State().Allows(dispatch.ContactAnswer); err != nil {
			return fault.Of(err).With("handler_id", c.HandlerID)
		}
		if c, err = tx.TakeUp(ctx, id, who.AccountID, now); err != nil {
			return err
		}
		if err = d.contactEvent(ctx, tx, who, "contact.answered", c, now); err != nil {
			return err
		}
		return tx.Answer(ctx, c)
	})
	return c, err
}

// RequestsOf gives what came in about a ticket, the earliest first.
func (d *Desk) RequestsOf(ctx context.Context, who access.Principal, ticket ids.ID) (list []dispatch.Request, err error) {
	err = d.read(ctx, who, access.TicketsRead, func(tx dispatch.Tx) (err error) {
		if _, err = tx.Ticket(ctx, ticket); err != nil {
			return err
		}
		list, err = tx.RequestsOf(ctx, ticket, 200)
		return err
	})
	return list, err
}
