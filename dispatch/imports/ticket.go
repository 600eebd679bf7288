package imports

import (
	"context"
	"strconv"
	"strings"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/decide"
	"roundsman/dispatch/setup"
	"roundsman/internal/access"
	"roundsman/internal/ids"
)

// Tickets are only brought in: once they are here, the desk works on them. A
// reference is the ticket's name where it comes from; T-2041 is one of ours, and a
// ticket that comes from another installation keeps its number.
var ticketKind = kind{
	columns: []string{"reference", "person", "site", "template", "summary", "key_field", "priority", "state", "channel", "owner", "opened_at",
		"resolved_at", "resolution"},
	must:  []string{"reference", "person", "template", "opened_at"},
	needs: []access.Scope{access.PeopleRead},
	key:   func(r *row) string { return r.name("reference") },
	put:   putTickets,
}

// fromFile is the source of what comes by a file of ours.
const fromFile = "tickets"

// known are the things that rows of tickets name.
type known struct {
	people, sites, owners map[string]ids.ID
	templates             map[string]dispatch.Template
	homes                 map[ids.ID]dispatch.Person
	places                map[ids.ID]dispatch.Site
}

func putTickets(ctx context.Context, tx dispatch.Tx, b *batch) error {
	have, err := ticketsThere(ctx, tx, b)
	if err != nil {
		return err
	}
	k, err := knownOf(ctx, tx, b)
	if err != nil {
		return err
	}
	var fresh []dispatch.Ticket
	var brought []dispatch.Brought
	var visits []dispatch.Visit
	for _, r := range b.good() {
		t := r.ticket(b, k)
		if !r.fine() {
			continue
		}
		reference := r.name("reference")
		if was, there := have[reference]; there {
			r.sameTicket(was, t)
			continue
		}
		n, ours := ourNumber(reference)
		if ours && (n < 1 || n > mostNumber) {
			r.bad("reference", "bad_value", "is no number of ours; give tickets from elsewhere references of their own")
			continue
		}
		t.Number = n // as people know it
		if t.State != dispatch.TicketOpen && t.State != dispatch.TicketResolved {
			r.bad("state", "bad_value", "must be open or resolved for a new ticket; an open one waits to be planned")
			continue
		}
		if tpl := k.templates[r.name("template")]; t.State == dispatch.TicketOpen && tpl.OnSite {
			site := k.places[t.SiteID]
			if err := dispatch.MayOpen(tpl, k.homes[t.PersonID], site); err != nil {
				r.bad("", "ticket_refused", err.Error())
				continue
			}
			visits = append(visits, dispatch.VisitOf(t, tpl, site))
		}
		r.did = setup.Added
		fresh = append(fresh, t)
		if !ours {
			brought = append(brought, dispatch.Brought{Source: fromFile, Noun: "ticket", Key: reference, Subject: t.ID, ImportID: b.run.ID})
		}
	}
	if err := bring(ctx, tx, b, fresh, brought); err != nil {
		return err
	}
	for _, v := range visits {
		if err := tx.AddVisit(ctx, v); err != nil {
			return err
		}
	}
	return nil
}

// bring stores new tickets with the keys that they had elsewhere.
func bring(ctx context.Context, tx dispatch.Tx, b *batch, fresh []dispatch.Ticket, brought []dispatch.Brought) error {
	if len(fresh) == 0 {
		return nil
	}
	if b.run.DryRun {
		for i := range fresh {
			fresh[i].Number = -int64(i + 1) // what is not kept uses no numbers up
		}
	}
	if err := tx.AddTickets(ctx, fresh); err != nil {
		return err
	}
	for _, t := range fresh {
		if err := decide.Emit(ctx, tx, b.now, b.who, decide.Event{Name: "ticket.imported", Kind: "ticket", Subject: t.ID,
			Data: map[string]any{"state": t.State, "import_id": b.run.ID}}); err != nil {
			return err
		}
	}
	return tx.KeepBrought(ctx, brought)
}

// mostNumber bounds the numbers that a file may bring: the next ticket is given the
// one behind.
const mostNumber = 100_000_000

// ourNumber reads T-2041; 0 for what is none.
func ourNumber(reference string) (int64, bool) {
	digits, ok := strings.CutPrefix(strings.ToUpper(reference), "T-")
	n, err := strconv.ParseInt(digits, 10, 64)
	if !ok || err != nil {
		return 0, false
	}
	return n, true
}

// ticketsThere gives the tickets that are here already, by reference.
func ticketsThere(ctx context.Context, tx dispatch.Tx, b *batch) (map[string]dispatch.Ticket, error) {
	var references []string
	var numbers []int64
	for _, r := range b.good() {
		reference := r.name("reference")
		if n, ours := ourNumber(reference); ours {
			numbers = append(numbers, n)
		}
		references = append(references, reference)
	}
	before, err := tx.BroughtBefore(ctx, fromFile, "ticket", references)
	if err != nil {
		return nil, err
	}
	out := map[string]dispatch.Ticket{}
	if len(before) > 0 {
		var list []ids.ID
		of := map[ids.ID]string{}
		for reference, id := range before {
			list = append(list, id)
			of[id] = reference
		}
		tickets, err := tx.TicketsByID(ctx, list)
		if err != nil {
			return nil, err
		}
		for _, t := range tickets {
			out[of[t.ID]] = t
		}
	}
	if len(numbers) > 0 {
		tickets, err := tx.TicketsByNumber(ctx, numbers)
		if err != nil {
			return nil, err
		}
		for _, t := range tickets {
			out["T-"+strconv.FormatInt(t.Number, 10)] = t
		}
	}
	return out, nil
}

func knownOf(ctx context.Context, tx dispatch.Tx, b *batch) (k known, err error) {
	if k.people, err = look(ctx, tx, b.good(), "person", "person"); err != nil {
		return k, err
	}
	if k.sites, err = look(ctx, tx, b.good(), "site", "site"); err != nil {
		return k, err
	}
	if k.owners, err = look(ctx, tx, b.good(), "account", "owner"); err != nil {
		return k, err
	}
	names, err := look(ctx, tx, b.good(), "template", "template")
	if err != nil {
		return k, err
	}
	k.templates = map[string]dispatch.Template{}
	for code := range names {
		if k.templates[code], err = tx.TemplateByCode(ctx, code); err != nil {
			return k, err
		}
	}
	var list []ids.ID
	for _, id := range k.people {
		list = append(list, id)
	}
	people, err := tx.PeopleByID(ctx, list)
	if err != nil {
		return k, err
	}
	k.homes = map[ids.ID]dispatch.Person{}
	var sites []ids.ID
	for _, p := range people {
		k.homes[p.ID] = p
		sites = append(sites, p.SiteID)
	}
	for _, id := range k.sites {
		sites = append(sites, id)
	}
	places, err := tx.SitesByID(ctx, sites)
	k.places = map[ids.ID]dispatch.Site{}
	for _, s := range places {
		k.places[s.ID] = s
	}
	return k, err
}

var channels = map[string]bool{"phone": true, "mail": true, "chat": true, "portal": true, "walk_in": true}

// ticket reads a row as the ticket that it would be.
func (r *row) ticket(b *batch, k known) dispatch.Ticket {
	r.must("reference")
	opened := r.instant("opened_at")
	r.must("opened_at")
	t := dispatch.TicketOf(k.templates[r.must("template")], k.homes[k.people[r.must("person")]], b.who.AccountID, b.now)
	if opened != nil {
		t.OpenedAt = *opened
	}
	if id := named(k.sites, r, "site"); id != nil {
		t.SiteID = *id
	}
	if id := named(k.owners, r, "owner"); id != nil {
		t.OwnerID = *id
	}
	if s := r.cell("summary"); s != nil && *s != "" {
		t.Summary = *s
	}
	t.KeyField = value(r.cell("key_field"))
	if p := r.number("priority"); p != nil {
		if t.Priority = *p; *p < 1 || *p > 9 {
			r.bad("priority", "bad_number", "must be between 1 and 9")
		}
	}
	if c := r.name("channel"); c != "" {
		if t.Channel = c; !channels[c] {
			r.bad("channel", "bad_value", "must be phone, mail, chat, portal or walk_in")
		}
	}
	if s := r.name("state"); s != "" {
		t.State = dispatch.TicketState(s)
	}
	t.ResolvedAt, t.Resolution = r.instant("resolved_at"), r.given("resolution")
	r.ended(&t)
	return t
}

// ended checks and completes what a resolved ticket has, and no other.
func (r *row) ended(t *dispatch.Ticket) {
	switch {
	case t.State != dispatch.TicketResolved && t.ResolvedAt != nil:
		r.bad("resolved_at", "bad_value", "is said of a resolved ticket only")
	case t.State != dispatch.TicketResolved:
	case t.ResolvedAt == nil:
		r.bad("resolved_at", "value_missing", "is missing for a resolved ticket")
	case t.ResolvedAt.Before(t.OpenedAt):
		r.bad("resolved_at", "bad_instants", "is before opened_at")
	default:
		t.RestoredAt, t.NextUpdate = t.ResolvedAt, *t.ResolvedAt
		if t.Resolution == nil {
			t.Resolution = new(string)
		}
	}
}

// sameTicket says of a ticket that is here already what differs.
func (r *row) sameTicket(was, t dispatch.Ticket) {
	differs := func(column string, is bool) {
		if is && r.name(column) != "" {
			r.bad(column, "ticket_differs", "is another here; tickets that are here are worked on at the desk")
		}
	}
	differs("person", was.PersonID != t.PersonID)
	differs("site", was.SiteID != t.SiteID)
	differs("template", was.TemplateID != t.TemplateID)
	differs("summary", !sameText(was.Summary, t.Summary))
	differs("key_field", !sameText(was.KeyField, t.KeyField))
	differs("priority", was.Priority != t.Priority)
	differs("state", was.State != t.State)
	differs("channel", was.Channel != t.Channel)
	differs("owner", was.OwnerID != t.OwnerID)
	differs("opened_at", !was.OpenedAt.Equal(t.OpenedAt))
	differs("resolved_at", !sameInstant(was.ResolvedAt, t.ResolvedAt))
	differs("resolution", !sameText(value(was.Resolution), value(t.Resolution)))
	r.did = setup.Unchanged
}

func sameInstant(a, b *time.Time) bool {
	return a == nil && b == nil || a != nil && b != nil && a.Equal(*b)
}

// sameText compares texts whose lines may end in either way: a table has one.
func sameText(a, b string) bool {
	return strings.ReplaceAll(a, "\r", "") == strings.ReplaceAll(b, "\r", "")
}
