package dispatch

import (
	"context"
	"time"

	"roundsman/internal/ids"
)

// Pause is time on site that is no work.
type Pause struct {
	ID        ids.ID
	VisitID   ids.ID
	Reason    string // "lunch", "waiting", "other"
	StartedAt time.Time
	EndedAt   *time.Time
}

// Worked is the time on site without pauses, from the arrival until then. A pause
// that goes on counts until then.
func Worked(arrived, until time.Time, pauses []Pause) time.Duration {
	work := until.Sub(arrived)
	for _, p := range pauses {
		from, to := p.StartedAt, until
		if p.EndedAt != nil && p.EndedAt.Before(to) {
			to = *p.EndedAt
		}
		if from.Before(arrived) {
			from = arrived
		}
		if to.After(from) {
			work -= to.Sub(from)
		}
	}
	return max(0, work)
}

// Pauses of visits.
type Pauses interface {
	// AddPause stores one that has begun; code "visit_paused" when one goes on.
	AddPause(ctx context.Context, p Pause) error
	// EndPause ends the pause that goes on; nil when there is none.
	EndPause(ctx context.Context, visit ids.ID, at time.Time) (*Pause, error)
	PausesOf(ctx context.Context, visit ids.ID) ([]Pause, error)
}
