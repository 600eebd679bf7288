package dispatch

import (
	"context"
	"time"

	"roundsman/internal/ids"
)

// Effort is what it took to enter one ticket.
type Effort struct {
	TicketID   ids.ID
	TemplateID ids.ID
	At         time.Time
	Fields     int  // that were filled in
	KeyStrokes *int // as the agent's program counted them
}

// EffortSpread is what it took to enter the tickets of one template.
type EffortSpread struct {
	TemplateID   ids.ID
	TemplateCode string
	Tickets      int
	FieldsP50    int
	FieldsMost   int
	Counted      int  // tickets whose key strokes were counted
	StrokesP50   *int // nil where none were
	StrokesP90   *int
}

// Efforts of entering tickets.
type Efforts interface {
	AddEffort(ctx context.Context, e Effort) error
	// EffortsBetween gives them by template, of tickets entered in [from, until).
	EffortsBetween(ctx context.Context, from, until time.Time) ([]EffortSpread, error)
}

// FieldsNeeded is how many fields somebody fills in to open a ticket of a
// template: the template, the person, and the key field where it has one.
func (t Template) FieldsNeeded() int {
	if t.Field == "" {
		return 2
	}
	return 3
}
