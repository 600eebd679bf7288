package postgres

import (
	"context"

	"roundsman/dispatch"
)

// AddQuote keeps a quote with its offers and refusals.
func (t *tx) AddQuote(ctx context.Context, q dispatch.Quote) error {
	return run(ctx, t, "keeping a quote",
		`insert into quotes (id, ticket_id, asked_by, at, expires_at, offers, refused, wanted, preferred)
		 values ($1, $2, $3, $4, $5, coalesce($6, '[]'::jsonb), coalesce($7, '[]'::jsonb), $8, $9)`,
		q.ID, q.TicketID, optional(q.AskedBy), q.At, q.ExpiresAt, q.Offers, q.Refused, q.Wanted, q.Preferred)
}
