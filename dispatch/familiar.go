package dispatch

import (
	"context"
	"time"

	"roundsman/internal/ids"
)

// EarlierVisit is what whoever comes instead of a familiar face is told of a visit
// that was completed before.
type EarlierVisit struct {
	VisitID        ids.ID    `json:"visit_id"`
	PersonID       ids.ID    `json:"person_id"`
	TicketID       ids.ID    `json:"ticket_id"`
	Number         int64     `json:"ticket_number"`
	Summary        string    `json:"summary"`
	TechnicianID   ids.ID    `json:"technician_id"`
	TechnicianName string    `json:"technician_name"`
	EndedAt        time.Time `json:"ended_at"`
	Resolution     string    `json:"resolution"` // "" while the ticket is not resolved
}

// EarlierShown is how many earlier visits of a person are told of.
const EarlierShown = 3

// Familiarity is who knows whom.
type Familiarity interface {
	// EarlierVisits gives the last completed visits of people, the latest first, at
	// most so many of each.
	EarlierVisits(ctx context.Context, people []ids.ID, each int) ([]EarlierVisit, error)
}
