package postgres

import (
	"context"

	"roundsman/dispatch"
	"roundsman/internal/ids"
)

const fileColumns = `id, ticket_id, name, media_type, size, sha256, added_by, at`

// AddFile stores a file and its bytes.
func (t *tx) AddFile(ctx context.Context, f dispatch.File, content []byte) error {
	err := run(ctx, t, "adding a file",
		`insert into ticket_files (`+fileColumns+`) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
		f.ID, f.TicketID, f.Name, f.MediaType, f.Size, f.SHA256, f.AddedBy, f.At)
	if err != nil {
		return err
	}
	return run(ctx, t, "keeping a file's bytes", `insert into file_contents (file_id, content) values ($1, $2)`, f.ID, content)
}

// ListFiles gives a ticket's files, newest first.
func (t *tx) ListFiles(ctx context.Context, ticket ids.ID, p dispatch.Page) ([]dispatch.File, string, error) {
	var w filter
	w.and("ticket_id = $", ticket)
	tail, limit, err := w.page(p, "at")
	if err != nil {
		return nil, "", err
	}
	rows, err := list[dispatch.File](ctx, t, "listing files", `select `+fileColumns+` from ticket_files`+tail, w.args...)
	rows, next := cut(rows, limit, func(f dispatch.File) cursor { return cursor{At: f.At, ID: f.ID} })
	return rows, next, err
}

// File gives a file with its bytes.
func (t *tx) File(ctx context.Context, id ids.ID) (dispatch.File, []byte, error) {
	f, err := one[dispatch.File](ctx, t, "file", `select `+fileColumns+` from ticket_files where id = $1`, id)
	if err != nil {
		return f, nil, err
	}
	type bytes struct{ Content []byte }
	c, err := one[bytes](ctx, t, "file", `select content from file_contents where file_id = $1`, id)
	return f, c.Content, err
}
