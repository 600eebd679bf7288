package dispatch

import (
	"time"

	"roundsman/internal/fault"
	"roundsman/internal/ids"
	"roundsman/internal/states"
)

// OptionSetState is how an offer on site stands. The comment names who acts next.
type OptionSetState string

// The states of an option set.
const (
	OptionsOffered   OptionSetState = "offered"   // the customer: choose
	OptionsChosen    OptionSetState = "chosen"    // the technician: do it
	OptionsLapsed    OptionSetState = "lapsed"    // nobody: the visit ended without a choice
	OptionsWithdrawn OptionSetState = "withdrawn" // the technician: offer again
)

// OptionSetAct is something that is done to an option set.
type OptionSetAct string

// The acts. The comment names who does them.
const (
	OptionsChoose   OptionSetAct = "choose"   // the customer
	OptionsLapse    OptionSetAct = "lapse"    // the end of the visit
	OptionsWithdraw OptionSetAct = "withdraw" // the technician: a new offer, or there by mistake
)

// optionSetTable says what may be done to an option set in which state; docs/states.md draws it.
var optionSetTable = states.Table[OptionSetAct, OptionSetState]{
	Noun: "option set", Code: "options_state", Hint: "offer again to see what is possible now",
	States: []OptionSetState{OptionsOffered, OptionsChosen, OptionsLapsed, OptionsWithdrawn},
	Acts: []states.Act[OptionSetAct, OptionSetState]{
		{Name: OptionsChoose, From: []OptionSetState{OptionsOffered}, To: []OptionSetState{OptionsChosen}},
		{Name: OptionsLapse, From: []OptionSetState{OptionsOffered}, To: []OptionSetState{OptionsLapsed}, Code: states.Nothing},
		{Name: OptionsWithdraw, From: []OptionSetState{OptionsOffered}, To: []OptionSetState{OptionsWithdrawn}, Code: states.Nothing},
	},
}

// Allows refuses an act that does not fit the state. Code: "options_state", with the states
// that it fits.
func (s OptionSetState) Allows(a OptionSetAct) error { return optionSetTable.Allows(s, a) }

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
	if err := s.State.Allows(OptionsChoose); err != nil {
		return err
	}
	if o.OutcomeID == nil {
		return fault.New(fault.Conflict, "option_blocked", "this option can't be done: %s", o.Blocked)
	}
	return nil
}
