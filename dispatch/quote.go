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
	// Wanted is the window that was asked for by its ends, whatever its chance; nil
	// when none was, or when it can't be tried at all.
	Wanted *Offer
	// Preferred is whom the customer would rather see; nil for nobody.
	Preferred *PreferredTechnician
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
	Preferred      bool      `json:"preferred,omitempty"`
}

// PreferredTechnician says whether a preference can be met. It never stands in the
// way of an offer.
type PreferredTechnician struct {
	TechnicianID   ids.ID `json:"technician_id"`
	TechnicianName string `json:"technician_name"`
	Offered        bool   `json:"offered"` // one of the offers is theirs
	// Away says that they don't work on any of the days that were looked at.
	Away bool `json:"away"`
	// SubstituteID is who comes best instead, when none of the offers is theirs.
	SubstituteID   *ids.ID `json:"substitute_id,omitempty"`
	SubstituteName string  `json:"substitute_name,omitempty"`
	// HandedOn is what the substitute is told of: the last visits before.
	HandedOn []EarlierVisit `json:"handed_on,omitempty"`
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
