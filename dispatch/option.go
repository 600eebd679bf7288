package dispatch

import (
	"time"

	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// OptionSetState is how an offer on site stands. The comment names who acts next.
type OptionSetState string

// The states of an option set.
const (
	OptionsOffered   OptionSetState = "offered"   // the customer: choose
	OptionsChosen    OptionSetState = "chosen"    // the technician: do it
	OptionsLapsed    OptionSetState = "lapsed"    // the technician: offer again
	OptionsWithdrawn OptionSetState = "withdrawn" // the technician: offer again
)

// OptionSet is what a customer was offered on site, as it was shown.
type OptionSet struct {
	ID        ids.ID
	VisitID   ids.ID
	State     OptionSetState
	OfferedBy ids.ID
	OfferedAt time.Time
	ChosenID  *ids.ID
	ChosenAt  *time.Time
	ChosenBy  string // who chose, in their own words: "customer"
}

// Option is one of them, with the outcome that says what it does to everyone.
type Option struct {
	ID           ids.ID
	SetID        ids.ID
	Position     int
	Code         string // of the option template
	Name         string
	Minutes      int
	EndState     string
	OutcomeID    *ids.ID // nil when it can't be done; Blocked says why
	Blocked      string
	ItemID       *ids.ID // the replacement that it hands over or reserves
	FollowUpDate *Date
	FollowUpFrom *time.Time // window of the follow-up
	FollowUpTo   *time.Time
}

// MayChoose says whether an option of the set may be chosen now. Codes:
// "options_state", "option_blocked".
func (s OptionSet) MayChoose(o Option) error {
	if s.State != OptionsOffered {
		return fault.New(fault.Conflict, "options_state", "these options are %s; offer again to see what is possible now", s.State)
	}
	if o.OutcomeID == nil {
		return fault.New(fault.Conflict, "option_blocked", "this option can't be done: %s", o.Blocked)
	}
	return nil
}
