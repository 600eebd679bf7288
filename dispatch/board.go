package dispatch

import (
	"context"
	"time"

	"roundsman/internal/ids"
)

// BoardSheet is what a dispatcher's board shows of a day beside its DaySheet.
type BoardSheet struct {
	// Runs are those that are queued, running or drafted, newest first, and the
	// newest that was published.
	Runs []PlanRun
	// LeftOut says why, of the visits that the newest plan of the day left out.
	LeftOut map[ids.ID][]Clause
	// Position of the newest event that this snapshot holds: whatever happens later
	// comes behind it in the stream.
	Position int64
}

// Boards are read in the snapshot of their day.
type Boards interface {
	BoardSheet(ctx context.Context, k DayKey) (BoardSheet, error)
}

// WhereaboutsKind is what the last fact says of where a technician is.
type WhereaboutsKind string

// Where a technician may be.
const (
	NotLeft   WhereaboutsKind = "not_left" // nothing of the round has begun
	OnTheWay  WhereaboutsKind = "on_the_way"
	WithThem  WhereaboutsKind = "on_site"
	InBetween WhereaboutsKind = "between" // the last visit is over, the next not begun
)

// Whereabouts are where a technician was last known to be: on the way to a visit,
// at it, or behind it.
type Whereabouts struct {
	State WhereaboutsKind
	Stop  *StopSheet // nil when not left
	Since *time.Time
}

// LastKnown reads a technician's whereabouts out of the facts of their stops.
func LastKnown(stops []StopSheet) Whereabouts {
	out := Whereabouts{State: NotLeft}
	for i := range stops {
		v := &stops[i].Visit
		at, state := v.CompletedAt, InBetween
		switch {
		case v.State == VisitEnRoute:
			at, state = v.DepartedAt, OnTheWay
		case v.State.Started():
			at, state = v.ArrivedAt, WithThem
		case !v.State.Over():
			continue
		}
		if at == nil || out.Since != nil && at.Before(*out.Since) {
			continue
		}
		out = Whereabouts{State: state, Stop: &stops[i], Since: at}
	}
	return out
}
