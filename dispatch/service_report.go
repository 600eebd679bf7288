package dispatch

import (
	"context"
	"slices"
	"time"

	"roundsman/internal/ids"
)

// LevelCount is how clocks of one measure ended.
type LevelCount struct {
	Measure Measure
	Met     int
	Missed  int
}

// LevelReport is how the service level was kept for tickets resolved in a while.
// Those that an approved service exception covers are told apart: whatever they
// did, it says nothing of the usual service.
type LevelReport struct {
	Tickets  int // resolved
	Unset    int // of them, without a service level
	Excepted int // of them, under an approved exception
	Normal   []LevelCount
	Apart    []LevelCount
}

// Measures of a service level, in the order in which they come.
var Measures = []Measure{Respond, Restore, Resolve}

// NewLevelReport is one in which nothing was counted.
func NewLevelReport() LevelReport {
	var r LevelReport
	for _, m := range Measures {
		r.Normal, r.Apart = append(r.Normal, LevelCount{Measure: m}), append(r.Apart, LevelCount{Measure: m})
	}
	return r
}

// Count adds a resolved ticket with its clocks.
func (r *LevelReport) Count(t Ticket, exceptions []Exception, clocks []Clock) {
	r.Tickets++
	to := r.Normal
	if slices.ContainsFunc(exceptions, func(x Exception) bool { return x.covers(t) > 0 }) {
		r.Excepted++
		to = r.Apart
	} else if len(clocks) == 0 {
		r.Unset++
	}
	for _, c := range clocks {
		n := &to[slices.Index(Measures, c.Measure)]
		switch c.State {
		case "met":
			n.Met++
		case "missed":
			n.Missed++
		}
	}
}

// LevelReadings are what a report of service levels reads.
type LevelReadings interface {
	// ResolvedBetween gives tickets resolved in [from, until) after the last one, by
	// when and then id; those merged into another are counted as that one.
	ResolvedBetween(ctx context.Context, from, until time.Time, last *Ticket, limit int) ([]Ticket, error)
	PausesOfTickets(ctx context.Context, tickets []ids.ID) ([]TicketPause, error)
	// ExceptionsOfAny gives the approved exceptions that may cover one of the tickets.
	ExceptionsOfAny(ctx context.Context, tickets []Ticket) ([]Exception, error)
}
