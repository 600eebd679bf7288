package dispatch

import (
	"context"
	"time"
)

// ResolutionCount is what a report says of the tickets resolved in a while. Those of
// FirstContact needed one contact at most and nobody on site; those of FirstVisit
// one technician on site, once; MoreVisits more than that. What is left had no visit
// and more than one contact.
type ResolutionCount struct {
	Resolved, FirstContact, FirstVisit, MoreVisits int
	// OnSite are those on which anybody was on site.
	OnSite int
}

// Resolutions of tickets.
type Resolutions interface {
	CountResolutions(ctx context.Context, from, until time.Time) (ResolutionCount, error)
}
