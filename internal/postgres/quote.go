package postgres

import (
	"context"

	"roundsman/dispatch"
	"roundsman/internal/ids"
)

const quoteColumns = `id, ticket_id, coalesce(asked_by, ` + noID + `) as asked_by, at, expires_at, offers, wanted, preferred, refused`

// AddQuote keeps a quote with its offers and refusals.
func (t *tx) AddQuote(ctx context.Context, q dispatch.Quote) error {
	return run(ctx, t, "keeping a quote",
		`insert into quotes (id, ticket_id, asked_by, at, expires_at, offers, refused, wanted, preferred)
		 values ($1, $2, $3, $4, $5, coalesce($6, '[]'::jsonb), coalesce($7, '[]'::jsonb), $8, $9)`,
		q.ID, q.TicketID, optional(q.AskedBy), q.At, q.ExpiresAt, q.Offers, q.Refused, q.Wanted, q.Preferred)
}

// QuoteOfOutcome gives the quote that offered an outcome.
func (t *tx) QuoteOfOutcome(ctx context.Context, outcome ids.ID) (dispatch.Quote, error) {
	offer := []map[string]any{{"outcome_id": outcome}}
	return one[dispatch.Quote](ctx, t, "quote",
		`select `+quoteColumns+` from quotes where offers @> $1::jsonb order by at desc, id desc limit 1`, offer)
}
