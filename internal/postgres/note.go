package postgres

import (
	"context"

	"roundsman/dispatch"
	"roundsman/internal/ids"
)

const noteColumns = `id, ticket_id, audience, body, reason, author_id, at`

// AddNote stores a note.
func (t *tx) AddNote(ctx context.Context, n dispatch.Note) error {
	return run(ctx, t, "adding a note",
		`insert into ticket_notes (`+noteColumns+`) values ($1, $2, $3, $4, $5, $6, $7)`,
		n.ID, n.TicketID, n.Audience, n.Body, n.Reason, n.AuthorID, n.At)
}

// ListNotes gives a ticket's notes, newest first.
func (t *tx) ListNotes(ctx context.Context, ticket ids.ID, p dispatch.Page) ([]dispatch.Note, string, error) {
	var w filter
	w.and("ticket_id = $", ticket)
	tail, limit, err := w.page(p, "at")
	if err != nil {
		return nil, "", err
	}
	rows, err := list[dispatch.Note](ctx, t, "listing notes", `select `+noteColumns+` from ticket_notes`+tail, w.args...)
	rows, next := cut(rows, limit, func(n dispatch.Note) cursor { return cursor{At: n.At, ID: n.ID} })
	return rows, next, err
}
