package day

import (
	"time"

	"roundsman/dispatch"
	"roundsman/internal/ids"
)

// Outcome says what a change does to everyone. It is a plain document; the same
// horizon, instant, seed, travel and change give the same one.
type Outcome struct {
	ID        ids.ID    `json:"id"`
	Kind      Kind      `json:"kind"`
	At        time.Time `json:"at"`
	ExpiresAt time.Time `json:"expires_at"`
	Seed      uint64    `json:"seed"`
	// Feasible is false when the change can't be done; Blocked says exactly why.
	Feasible bool              `json:"feasible"`
	Blocked  []dispatch.Clause `json:"blocked,omitempty"`
	// Days and Rounds are the versions that it was computed on.
	Days   []DayVersion            `json:"days"`
	Rounds []dispatch.RoundVersion `json:"rounds"`
	// Promises are those whose chance, arrival or technician changes.
	Promises []Impact `json:"promises"`
	// Moves are the visits that start at another time or with another technician.
	Moves []Move `json:"moves"`
	// Held is the visit that is held where the rounds show it, if one is.
	Held *ids.ID `json:"held,omitempty"`
	// After are the rounds that change, as they would be.
	After []RoundAfter `json:"after"`
	// Waiting are the visits that lose their place, with the true reasons.
	Waiting []dispatch.UnassignedVisit `json:"waiting"`
	// Unassigned are those that a plan leaves out, with the true reasons.
	Unassigned []dispatch.UnassignedVisit `json:"unassigned,omitempty"`
	// TravelSeconds, TravelMetres and OvertimeSeconds are gained (negative) or lost.
	TravelSeconds   int    `json:"travel_seconds"`
	TravelMetres    int    `json:"travel_metres"`
	OvertimeSeconds int    `json:"overtime_seconds"`
	Tell            []Tell `json:"tell"`
	// Flags are what speaks against it, the worst first: what blocks it, whose
	// promise it hurts, who loses their place, who works longer.
	Flags []Flag `json:"flags"`
}

// Flag is one thing that speaks against a change.
type Flag struct {
	Code         string  `json:"code"`
	Text         string  `json:"text"`
	VisitID      *ids.ID `json:"visit_id,omitempty"`
	PersonName   string  `json:"person_name,omitempty"`
	TechnicianID *ids.ID `json:"technician_id,omitempty"`
}

// DayVersion is a region-day as it was seen.
type DayVersion struct {
	RegionID ids.ID        `json:"region_id"`
	Date     dispatch.Date `json:"date"`
	Version  int64         `json:"version"`
}

// Impact is what happens to one promise.
type Impact struct {
	PromiseID        *ids.ID    `json:"promise_id,omitempty"` // nil for the one that the change would make
	VisitID          ids.ID     `json:"visit_id"`
	PersonID         ids.ID     `json:"person_id"`
	PersonName       string     `json:"person_name"`
	Number           int64      `json:"ticket_number"`
	WindowStart      time.Time  `json:"window_start"`
	WindowEnd        time.Time  `json:"window_end"`
	ChanceBefore     *float64   `json:"chance_before,omitempty"` // absent for a new one
	ChanceAfter      float64    `json:"chance_after"`
	ArrivalBefore    *time.Time `json:"arrival_before,omitempty"`
	ArrivalAfter     time.Time  `json:"arrival_after"`
	TechnicianBefore *ids.ID    `json:"technician_before,omitempty"`
	TechnicianAfter  ids.ID     `json:"technician_after"`
	TechnicianName   string     `json:"technician_name"`
	// Crosses names the lowest floor that the chance falls through: "quote", "risk", "tell", or "".
	Crosses string `json:"crosses,omitempty"`
}

// Spot is a place in the plan.
type Spot struct {
	RoundID        ids.ID    `json:"round_id"`
	TechnicianID   ids.ID    `json:"technician_id"`
	TechnicianName string    `json:"technician_name"`
	Start          time.Time `json:"start"`
}

// Move is one visit that changes its place in the plan. From is nil for one that
// had none, To for one that loses it.
type Move struct {
	VisitID    ids.ID `json:"visit_id"`
	PersonName string `json:"person_name"`
	Number     int64  `json:"ticket_number"`
	From       *Spot  `json:"from,omitempty"`
	To         *Spot  `json:"to,omitempty"`
	Promised   bool   `json:"promised"`
}

// RoundAfter is a round as it would be.
type RoundAfter struct {
	RoundID        ids.ID        `json:"round_id"`
	ShiftID        ids.ID        `json:"shift_id"`
	TechnicianID   ids.ID        `json:"technician_id"`
	TechnicianName string        `json:"technician_name"`
	Date           dispatch.Date `json:"date"`
	Leaves         time.Time     `json:"leaves"`
	Returns        time.Time     `json:"returns"`
	Stops          []StopAfter   `json:"stops"`
}

// StopAfter is one stop of such a round.
type StopAfter struct {
	VisitID    ids.ID    `json:"visit_id"`
	PersonName string    `json:"person_name"`
	SiteName   string    `json:"site_name"`
	Number     int64     `json:"ticket_number"`
	Minutes    int       `json:"minutes"`
	Leave      time.Time `json:"leave"`
	Start      time.Time `json:"start"` // arrival at the person
	End        time.Time `json:"end"`
	LegSeconds int       `json:"leg_seconds"`
	LegMetres  int       `json:"leg_metres"`
	Started    bool      `json:"started"`
}

// Tell names a person who has to hear of it, and why.
type Tell struct {
	PersonID   ids.ID  `json:"person_id"`
	PersonName string  `json:"person_name"`
	VisitID    ids.ID  `json:"visit_id"`
	PromiseID  *ids.ID `json:"promise_id,omitempty"`
	Why        string  `json:"why"` // "technician_changed", "at_risk", "late"
}

// reached is when somebody would be at a visit; the zero time when nobody would.
func (o *Outcome) reached(visit ids.ID) time.Time {
	for _, r := range o.After {
		for _, s := range r.Stops {
			if s.VisitID == visit {
				return s.Start
			}
		}
	}
	return time.Time{}
}
