package postgres

import (
	"context"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

const contactColumns = `id, person_id, ticket_id, handler_id, channel, direction, queued_at, answered_at, ended_at,
	reason, outcome, waiting`

// AddContact stores a contact.
func (t *tx) AddContact(ctx context.Context, c dispatch.Contact) error {
	return run(ctx, t, "adding a contact",
		`insert into contacts (id, person_id, ticket_id, handler_id, channel, direction, queued_at, answered_at,
		     ended_at, reason, outcome, waiting)
		 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		c.ID, c.PersonID, c.TicketID, c.HandlerID, c.Channel, c.Direction, c.QueuedAt, c.AnsweredAt,
		c.EndedAt, c.Reason, c.Outcome, c.Waiting)
}

// Contact gives a contact.
func (t *tx) Contact(ctx context.Context, id ids.ID) (dispatch.Contact, error) {
	return one[dispatch.Contact](ctx, t, "contact", `select `+contactColumns+` from contacts where id = $1`, id)
}

// EndContact closes one that is open. An empty outcome leaves the one it has.
func (t *tx) EndContact(ctx context.Context, id ids.ID, at time.Time, outcome string) (dispatch.Contact, error) {
	c, found, err := maybe[dispatch.Contact](ctx, t, "contact",
		`update contacts set ended_at = $2, outcome = coalesce(nullif($3::text, ''), outcome)
		 where id = $1 and ended_at is null and not waiting returning `+contactColumns, id, at, outcome)
	if err == nil && !found {
		err = fault.New(fault.Conflict, "contact_ended", "this contact is over, or waits to be taken up; read it again")
	}
	return c, err
}

// NoteContact writes outcome and ticket of a contact. What is not given stays.
func (t *tx) NoteContact(ctx context.Context, id ids.ID, ticket *ids.ID, outcome string) error {
	n, err := exec(ctx, t, "noting a contact",
		`update contacts set ticket_id = coalesce($2, ticket_id), outcome = coalesce(nullif($3::text, ''), outcome)
		 where id = $1`, id, ticket, outcome)
	if err == nil && n == 0 {
		return notFound("contact")
	}
	return err
}

// LastContacts gives a person's last n contacts, newest first.
func (t *tx) LastContacts(ctx context.Context, person ids.ID, n int) ([]dispatch.Contact, error) {
	return list[dispatch.Contact](ctx, t, "reading last contacts",
		`select `+contactColumns+` from contacts where person_id = $1 order by answered_at desc, id desc limit $2`, person, n)
}

// AccountNames gives the names of accounts, for those who read a contact.
func (t *tx) AccountNames(ctx context.Context, accounts []ids.ID) (map[ids.ID]string, error) {
	rows, err := list[struct {
		ID   ids.ID
		Name string
	}](ctx, t, "reading names of accounts", `select id, name from accounts where id = any($1)`, accounts)
	out := make(map[ids.ID]string, len(rows))
	for _, r := range rows {
		out[r.ID] = r.Name
	}
	return out, err
}
