package postgres

import (
	"context"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/ids"
)

const customerLinkColumns = `id, ticket_id, person_id, made_by, made_at, expires_at, revoked_at, revoked_by`

// AddCustomerLink stores a link.
func (t *tx) AddCustomerLink(ctx context.Context, l dispatch.CustomerLink) error {
	return run(ctx, t, "adding a customer's link",
		`insert into customer_links (id, ticket_id, person_id, made_by, made_at, expires_at) values ($1, $2, $3, $4, $5, $6)`,
		l.ID, l.TicketID, l.PersonID, l.MadeBy, l.MadeAt, l.ExpiresAt)
}

// CustomerLink gives a link.
func (t *tx) CustomerLink(ctx context.Context, id ids.ID) (dispatch.CustomerLink, error) {
	return one[dispatch.CustomerLink](ctx, t, "customer_link", `select `+customerLinkColumns+` from customer_links where id = $1`, id)
}

// LockCustomerLink reads a link for change.
func (t *tx) LockCustomerLink(ctx context.Context, id ids.ID) (dispatch.CustomerLink, error) {
	return one[dispatch.CustomerLink](ctx, t, "customer_link", `select `+customerLinkColumns+` from customer_links where id = $1 for no key update`, id)
}

// AddLinkKey keeps the hash of a key.
func (t *tx) AddLinkKey(ctx context.Context, link ids.ID, hash []byte, at time.Time) error {
	return run(ctx, t, "keeping the hash of a key", `insert into customer_link_keys (hash, link_id, made_at) values ($1, $2, $3)`, hash, link, at)
}

// LinkOfKey gives the link that a key opens, as long as the ticket is still its
// person's.
func (t *tx) LinkOfKey(ctx context.Context, hash []byte) (dispatch.CustomerLink, error) {
	return one[dispatch.CustomerLink](ctx, t, "customer_link",
		`select l.id, l.ticket_id, l.person_id, l.made_by, l.made_at, l.expires_at, l.revoked_at, l.revoked_by
		 from customer_link_keys k join customer_links l on l.id = k.link_id join tickets t on t.id = l.ticket_id and t.person_id = l.person_id
		 where k.hash = $1`, hash)
}

// ListCustomerLinks gives a ticket's links, newest first.
func (t *tx) ListCustomerLinks(ctx context.Context, ticket ids.ID, p dispatch.Page) ([]dispatch.CustomerLink, string, error) {
	var w filter
	w.and("ticket_id = $", ticket)
	tail, limit, err := w.page(p, "made_at")
	if err != nil {
		return nil, "", err
	}
	rows, err := list[dispatch.CustomerLink](ctx, t, "listing customers' links", `select `+customerLinkColumns+` from customer_links`+tail, w.args...)
	rows, next := cut(rows, limit, func(l dispatch.CustomerLink) cursor { return cursor{At: l.MadeAt, ID: l.ID} })
	return rows, next, err
}

// RevokeCustomerLink ends a link.
func (t *tx) RevokeCustomerLink(ctx context.Context, id, by ids.ID, at time.Time) error {
	return run(ctx, t, "revoking a customer's link",
		`update customer_links set revoked_at = $3, revoked_by = $2 where id = $1 and revoked_at is null`, id, by, at)
}

// RevokeCustomerLinks ends those of a ticket that are live, and gives them.
func (t *tx) RevokeCustomerLinks(ctx context.Context, ticket, by ids.ID, at time.Time) ([]dispatch.CustomerLink, error) {
	return list[dispatch.CustomerLink](ctx, t, "revoking a ticket's links",
		`update customer_links set revoked_at = $3, revoked_by = $2 where ticket_id = $1 and revoked_at is null and expires_at > $3 returning `+customerLinkColumns,
		ticket, by, at)
}
