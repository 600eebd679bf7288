package dispatch

import (
	"time"

	"roundsman/internal/ids"
)

// Quote is the windows offered while the caller is on the line.
type Quote struct {
	ID        ids.ID
	TicketID  ids.ID
	AskedBy   ids.ID
	At        time.Time
	ExpiresAt time.Time
	Offers    []Offer // best first, five at most
	// Refused says why there is no offer on a day; one line a day.
	Refused []Refusal
}

// Offer is one arrival window of a quote. Its outcome is the what-if that was
// tried for it; promising it commits that outcome.
type Offer struct {
	OutcomeID      ids.ID    `json:"outcome_id"`
	WindowStart    time.Time `json:"window_start"`
	WindowEnd      time.Time `json:"window_end"`
	Confidence     float64   `json:"confidence"`
	TechnicianID   ids.ID    `json:"technician_id"`
	TechnicianName string    `json:"technician_name"`
	PlannedStart   time.Time `json:"planned_start"`
	DetourSeconds  int       `json:"detour_seconds"`
	DetourMetres   int       `json:"detour_metres"`
	Reason         string    `json:"reason"`   // why this place in the day
	Sentence       string    `json:"sentence"` // to be read out
}

// Refusal says why a day has nothing to offer.
type Refusal struct {
	Date    Date     `json:"date"`
	Reasons []Clause `json:"reasons"`
}

// Clause is one true reason, of a technician or of the whole day.
type Clause struct {
	Code           string  `json:"code"` // "skill_missing", "no_gap", …
	TechnicianID   *ids.ID `json:"technician_id,omitempty"`
	TechnicianName string  `json:"technician_name,omitempty"`
	Text           string  `json:"text"`
}
