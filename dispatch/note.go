package dispatch

import (
	"context"
	"time"

	"roundsman/internal/ids"
)

// Audience is who may read a note.
type Audience string

// The audiences of a note.
const (
	Internal    Audience = "internal" // the desk, dispatch and the field
	ForCustomer Audience = "customer" // also the person the ticket is for
)

// Note is something written down about a ticket. Notes are only ever added.
type Note struct {
	ID       ids.ID
	TicketID ids.ID
	Audience Audience
	Body     string
	// Reason is the code of the act that the note explains, "" when it stands for
	// itself: "priority", "classification", "person", "reopening", "merge", "loan".
	Reason   string
	AuthorID ids.ID
	At       time.Time
}

// Notes on tickets.
type Notes interface {
	AddNote(ctx context.Context, n Note) error
	// ListNotes gives a ticket's notes, newest first.
	ListNotes(ctx context.Context, ticket ids.ID, p Page) (list []Note, next string, err error)
}
