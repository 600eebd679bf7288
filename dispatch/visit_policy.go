package dispatch

import (
	"context"
	"time"

	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// StepCode is something to do when the customer is not there.
type StepCode string

// The steps, in the order in which they are taken.
const (
	StepWait           StepCode = "wait"
	StepCall           StepCode = "call"
	StepLeaveNote      StepCode = "leave_note"
	StepCallback       StepCode = "callback"
	StepNewAppointment StepCode = "new_appointment"
)

// VisitPolicy says what happens when the customer is not there.
type VisitPolicy struct {
	ID              ids.ID
	RegionID        *ids.ID // nil: everywhere
	TemplateID      *ids.ID // nil: for every kind of ticket
	WaitMinutes     int     // at the door, from the arrival or the window's start on, whichever is later
	CallTries       int     // how often the customer has to be called before it is a no-show
	RadiusMetres    int     // around the site, within which a device counts as there
	CallbackMinutes int     // until the owner calls
	Steps           []StepCode
	Version         int64
}

// UsualVisitPolicy is what holds where none was entered.
func UsualVisitPolicy() VisitPolicy {
	return VisitPolicy{WaitMinutes: 15, CallTries: 1, RadiusMetres: 150, CallbackMinutes: 30,
		Steps: []StepCode{StepWait, StepCall, StepLeaveNote, StepCallback, StepNewAppointment}, Version: 1}
}

// PolicyFor finds the policy for a template in a region: the one for both, then
// that of the template, then that of the region, then that for all.
func PolicyFor(list []VisitPolicy, region, template ids.ID) VisitPolicy {
	best, rank := UsualVisitPolicy(), -1
	for _, p := range list {
		r := 0
		switch {
		case p.RegionID != nil && *p.RegionID != region, p.TemplateID != nil && *p.TemplateID != template:
			continue
		case p.RegionID != nil && p.TemplateID != nil:
			r = 3
		case p.TemplateID != nil:
			r = 2
		case p.RegionID != nil:
			r = 1
		}
		if r > rank {
			best, rank = p, r
		}
	}
	return best
}

// Waited is what there is to show for a no-show.
type Waited struct {
	ArrivedAt   time.Time
	WindowStart *time.Time // of the promise, if there was one
	Calls       int        // that nobody answered
}

// NoShowFrom is the instant from which on the customer may be called absent: who
// came before the window waits from its start.
func (p VisitPolicy) NoShowFrom(w Waited) time.Time {
	from := w.ArrivedAt
	if w.WindowStart != nil && w.WindowStart.After(from) {
		from = *w.WindowStart
	}
	return from.Add(time.Duration(p.WaitMinutes) * time.Minute)
}

// MayBeNoShow says whether a technician has waited and called enough by then.
// Codes: "no_show_early", with the instant as "allowed_from"; "no_show_uncalled",
// with "calls_left".
func (p VisitPolicy) MayBeNoShow(w Waited, at time.Time) error {
	if from := p.NoShowFrom(w); at.Before(from) {
		return fault.New(fault.Conflict, "no_show_early", "the customer has until %s; wait, and try to call", from.UTC().Format("15:04:05 MST")).
			With("allowed_from", from.UTC())
	}
	if left := p.CallTries - w.Calls; left > 0 {
		return fault.New(fault.Conflict, "no_show_uncalled", "try to call the customer first, and record it; tries left: %d", left).
			With("calls_left", left)
	}
	return nil
}

// DoorStep is one of the next steps, with how it stands.
type DoorStep struct {
	Code StepCode
	Done bool
	At   *time.Time // when it is due or, for waiting, over
	Left int        // calls to try yet
}

// NextSteps says what to do now that nobody is there, in order.
func (p VisitPolicy) NextSteps(w Waited, now time.Time) []DoorStep {
	out := make([]DoorStep, 0, len(p.Steps))
	for _, code := range p.Steps {
		s := DoorStep{Code: code}
		switch code {
		case StepWait:
			from := p.NoShowFrom(w)
			s.At, s.Done = &from, !now.Before(from)
		case StepCall:
			s.Left = max(0, p.CallTries-w.Calls)
			s.Done = s.Left == 0
		case StepCallback:
			at := now.Add(time.Duration(p.CallbackMinutes) * time.Minute)
			s.At = &at
		}
		out = append(out, s)
	}
	return out
}

// VisitPolicies are few; they are read as a whole.
type VisitPolicies interface {
	// AddVisitPolicy stores one; code "visit_policy_taken" when there is one for the
	// same region and template.
	AddVisitPolicy(ctx context.Context, p VisitPolicy) error
	VisitPolicy(ctx context.Context, id ids.ID) (VisitPolicy, error)
	ListVisitPolicies(ctx context.Context) ([]VisitPolicy, error)
	SaveVisitPolicy(ctx context.Context, p VisitPolicy) (VisitPolicy, error)
}
