package desk

import (
	"context"
	"crypto/sha256"

	"roundsman/dispatch"
	"roundsman/dispatch/decide"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"

	"github.com/gabriel-vasile/mimetype"
)

// NewFile is something to be attached to a ticket.
type NewFile struct {
	ID      *ids.ID
	Name    string
	Content []byte
}

// AddFile attaches a file to a ticket, in whatever state it is. Its name is
// cleaned, and its kind is what the bytes say.
//
// Codes: "ticket_not_found", "bad_file_name", "file_empty", "file_too_large", "id_taken".
func (d *Desk) AddFile(ctx context.Context, who access.Principal, ticket ids.ID, n NewFile) (dispatch.File, error) {
	sum := sha256.Sum256(n.Content)
	f := dispatch.File{ID: newID(n.ID), TicketID: ticket, Size: int64(len(n.Content)), SHA256: sum[:], AddedBy: who.AccountID, At: d.Clock.Now()}
	var err error
	if f.Name, err = dispatch.FileName(n.Name); err != nil {
		return f, err
	}
	switch {
	case len(n.Content) == 0:
		return f, fault.New(fault.Invalid, "file_empty", "the file has no content; choose another").At("/content", "is empty")
	case len(n.Content) > dispatch.LargestFile:
		return f, fault.New(fault.TooLarge, "file_too_large", "the file has %d bytes, and at most %d are kept; send a smaller one or a part of it", len(n.Content), dispatch.LargestFile)
	}
	f.MediaType = mimetype.Detect(n.Content).String()
	err = d.handle(ctx, who, handling{ID: ticket, Act: dispatch.DeskWrite, Quiet: true}, func(tx dispatch.Tx, k *handled) (map[string]any, error) {
		f.At = k.Now
		if err := tx.AddFile(ctx, f, n.Content); err != nil {
			return nil, err
		}
		return nil, decide.Emit(ctx, tx, k.Now, who, decide.Event{Name: "file.added", Kind: "ticket", Subject: ticket,
			Data: map[string]any{"file_id": f.ID, "size": f.Size}})
	}, func(handled) any { return f })
	return f, err
}

// Files lists a ticket's files, newest first. Code: "ticket_not_found".
func (d *Desk) Files(ctx context.Context, who access.Principal, ticket ids.ID, p dispatch.Page) (list []dispatch.File, next string, err error) {
	err = d.read(ctx, who, access.TicketsRead, func(tx dispatch.Tx) (err error) {
		if _, err = tx.Ticket(ctx, ticket); err != nil {
			return err
		}
		list, next, err = tx.ListFiles(ctx, ticket, p)
		return err
	})
	return list, next, err
}

// File gives a file with its bytes. Code: "file_not_found".
func (d *Desk) File(ctx context.Context, who access.Principal, id ids.ID) (f dispatch.File, content []byte, err error) {
	err = d.read(ctx, who, access.TicketsRead, func(tx dispatch.Tx) (err error) {
		f, content, err = tx.File(ctx, id)
		return err
	})
	return f, content, err
}
