package dispatch

import (
	"context"
	"time"

	"roundsman/internal/ids"
)

// LinkKind is what one ticket has to do with another.
type LinkKind string

// The kinds of link, read from the one it is made on to the other.
const (
	Related     LinkKind = "related"
	SameProblem LinkKind = "same_problem" // of another person, or the old one again
	CausedBy    LinkKind = "caused_by"
	Continues   LinkKind = "continues" // opened anew, because the other was over too long
)

// Link ties two tickets that stay two.
type Link struct {
	FromID ids.ID
	ToID   ids.ID
	Kind   LinkKind
	ByID   ids.ID
	At     time.Time
}

// Links between tickets.
type Links interface {
	// AddLink stores a link; the same twice is one (false).
	AddLink(ctx context.Context, l Link) (bool, error)
	// ListLinks gives the links from and to a ticket and those merged into it.
	ListLinks(ctx context.Context, ticket ids.ID) ([]Link, error)
	// MergeTicket moves everything that hangs on one ticket to its survivor, and
	// what was merged into it before.
	MergeTicket(ctx context.Context, merged, survivor ids.ID) error
	// AdaptVisit writes whom a visit is for, where, and what it needs, of a visit
	// that has not begun; code "visit_state" when it has.
	AdaptVisit(ctx context.Context, v Visit) error
}
