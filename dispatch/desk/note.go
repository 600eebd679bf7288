package desk

import (
	"context"
	"strings"

	"roundsman/dispatch"
	"roundsman/dispatch/decide"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// NewNote is something to be written down about a ticket.
type NewNote struct {
	ID       *ids.ID
	Audience dispatch.Audience
	Body     string
}

// AddNote writes a note to a ticket, in whatever state it is. One for the customer
// is news: it moves the next update and counts as our response.
//
// Codes: "ticket_not_found", "note_empty", "id_taken".
func (d *Desk) AddNote(ctx context.Context, who access.Principal, ticket ids.ID, n NewNote) (dispatch.Note, error) {
	note := dispatch.Note{ID: newID(n.ID), TicketID: ticket, Audience: n.Audience, Body: strings.TrimSpace(n.Body), AuthorID: who.AccountID, At: d.Clock.Now()}
	if note.Body == "" {
		return note, fault.New(fault.Invalid, "note_empty", "a note says something; write its body").At("/body", "is empty")
	}
	news := n.Audience == dispatch.ForCustomer
	err := d.handle(ctx, who, handling{ID: ticket, Act: dispatch.DeskWrite, Quiet: !news},
		func(tx dispatch.Tx, k *handled) (map[string]any, error) {
			note.At = k.Now
			if news && k.Ticket.RespondedAt == nil {
				k.Ticket.RespondedAt = &k.Now
			}
			if err := tx.AddNote(ctx, note); err != nil {
				return nil, err
			}
			return nil, decide.Emit(ctx, tx, k.Now, who, decide.Event{Name: "note.added", Kind: "ticket", Subject: ticket,
				Data: map[string]any{"note_id": note.ID, "audience": note.Audience}})
		}, func(handled) any { return note })
	return note, err
}

// Notes lists a ticket's notes, newest first. Code: "ticket_not_found".
func (d *Desk) Notes(ctx context.Context, who access.Principal, ticket ids.ID, p dispatch.Page) (list []dispatch.Note, next string, err error) {
	err = d.read(ctx, who, access.TicketsRead, func(tx dispatch.Tx) (err error) {
		if _, err = tx.Ticket(ctx, ticket); err != nil {
			return err
		}
		list, next, err = tx.ListNotes(ctx, ticket, p)
		return err
	})
	return list, next, err
}
