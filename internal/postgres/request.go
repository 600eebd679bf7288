package postgres

import (
	"context"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

const requestColumns = `source_id, external_id, contact_id, ticket_id, joined, summary, body, received_at`

// ClaimRequest stores a request, or gives the one that is there. Who comes second
// waits for the first.
func (t *tx) ClaimRequest(ctx context.Context, r dispatch.Request) (dispatch.Request, bool, error) {
	n, err := exec(ctx, t, "storing a request",
		`insert into requests (source_id, external_id, summary, body, received_at) values ($1, $2, $3, $4, $5) on conflict do nothing`,
		r.SourceID, r.ExternalID, r.Summary, r.Body, r.ReceivedAt)
	if err != nil || n == 1 {
		return r, n == 1, err
	}
	r, err = one[dispatch.Request](ctx, t, "request",
		`select `+requestColumns+` from requests where source_id = $1 and external_id = $2`, r.SourceID, r.ExternalID)
	return r, false, err
}

// SettleRequest writes what became of a request.
func (t *tx) SettleRequest(ctx context.Context, r dispatch.Request) error {
	return run(ctx, t, "settling a request",
		`update requests set contact_id = $3, ticket_id = $4, joined = $5 where source_id = $1 and external_id = $2`,
		r.SourceID, r.ExternalID, r.ContactID, r.TicketID, r.Joined)
}

// LockThread holds a thread and gives its ticket.
func (t *tx) LockThread(ctx context.Context, source ids.ID, thread string, person ids.ID) (*ids.ID, error) {
	err := run(ctx, t, "opening a thread",
		`insert into threads (source_id, thread_id, person_id) values ($1, $2, $3) on conflict do nothing`, source, thread, person)
	if err != nil {
		return nil, err
	}
	type row struct{ TicketID *ids.ID }
	r, err := one[row](ctx, t, "thread",
		`select ticket_id from threads where source_id = $1 and thread_id = $2 and person_id = $3 for no key update`, source, thread, person)
	return r.TicketID, err
}

// TieThread writes which ticket a thread is about.
func (t *tx) TieThread(ctx context.Context, source ids.ID, thread string, person, ticket ids.ID) error {
	return run(ctx, t, "tying a thread",
		`update threads set ticket_id = $4 where source_id = $1 and thread_id = $2 and person_id = $3`, source, thread, person, ticket)
}

// FirstSite is the first of those that are not retired, by code.
func (t *tx) FirstSite(ctx context.Context) (dispatch.Site, error) {
	return one[dispatch.Site](ctx, t, "site", `select `+siteColumns+` from sites where retired_at is null order by code limit 1`)
}

// AgentLoads lists agents who may own tickets, with how many they have.
func (t *tx) AgentLoads(ctx context.Context, at time.Time) ([]dispatch.AgentLoad, error) {
	return list[dispatch.AgentLoad](ctx, t, "listing agents",
		`select a.id as account_id, a.login,
		     (select count(*) from tickets k where k.owner_id = a.id and k.state <> 'resolved') as open,
		     exists (select from agent_absences x where x.account_id = a.id and x.absent_from <= $1 and x.absent_until > $1) as absent
		 from accounts a where 'agent' = any(a.roles) and not a.disabled and not a.service order by a.login`, at)
}

// TakeUp ends the waiting of a contact.
func (t *tx) TakeUp(ctx context.Context, contact, by ids.ID, at time.Time) (dispatch.Contact, error) {
	c, found, err := maybe[dispatch.Contact](ctx, t, "contact",
		`update contacts set waiting = false, handler_id = $2, answered_at = $3 where id = $1 and waiting and ended_at is null returning `+contactColumns, contact, by, at)
	if err == nil && !found {
		err = fault.New(fault.Conflict, "contact_state", "this contact does not wait any more; read it again, and go on with it")
	}
	return c, err
}

// RequestsOf gives the requests of a ticket, the earliest first.
func (t *tx) RequestsOf(ctx context.Context, ticket ids.ID, n int) ([]dispatch.Request, error) {
	return list[dispatch.Request](ctx, t, "reading the requests of a ticket",
		`select `+requestColumns+` from requests where ticket_id = $1 order by received_at limit $2`, ticket, n)
}
