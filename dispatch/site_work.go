package dispatch

import (
	"context"
	"time"

	"roundsman/internal/ids"
)

// SiteWork is what is kept of visits while and after somebody works on them.
type SiteWork interface {
	Arrivals
	Pauses
	Strays
	VisitPolicies
	Duties
	Presences
	Assists
	Resolutions
	// FactsOf gives what was reported of a visit, in the order in which it came.
	FactsOf(ctx context.Context, visit ids.ID) ([]Fact, error)
	// SetVisitMinutes changes how long a visit that is under way lasts in all, and
	// raises the version; code "visit_state" when it is no longer what v holds.
	SetVisitMinutes(ctx context.Context, v Visit, minutes int) (Visit, error)
	// OpenTicketsAbout gives the tickets of a template about items that are open or
	// planned, first opened first.
	OpenTicketsAbout(ctx context.Context, template ids.ID, items []ids.ID) ([]Ticket, error)
	// Stuck lists visits under way that should have ended by then.
	Stuck(ctx context.Context, before time.Time, limit int) ([]Visit, error)
}
