package dispatch

import (
	"time"

	"roundsman/internal/fault"
	"roundsman/internal/states"
)

// SetupState is whether standing data may be chosen. The comment names who acts
// next.
type SetupState string

// The states of standing data.
const (
	SetupInUse   SetupState = "in_use"  // whoever sets up: change or retire
	SetupRetired SetupState = "retired" // nobody: it stays readable, and is chosen no more
)

// SetupAct is something that is done to standing data.
type SetupAct string

// The acts of whoever sets up, and of whoever works with what was.
const (
	SetupUse    SetupAct = "change_or_choose"
	SetupRetire SetupAct = "retire"
)

// setupTable says what may be done to standing data in which state; docs/states.md
// draws it. The refusals carry the code of the noun: "region_state".
var setupTable = states.Table[SetupAct, SetupState]{
	Noun: "entry", Code: "<noun>_state", States: []SetupState{SetupInUse, SetupRetired},
	Acts: []states.Act[SetupAct, SetupState]{
		{Name: SetupUse, From: []SetupState{SetupInUse}},
		{Name: SetupRetire, From: []SetupState{SetupInUse}, To: []SetupState{SetupRetired}},
	},
}

// StateOf says in which state standing data is.
func StateOf(retired *time.Time) SetupState {
	if retired != nil {
		return SetupRetired
	}
	return SetupInUse
}

// inUse is the refusal for what is retired, nil for the rest.
func inUse(retired *time.Time, refusal *fault.Error) error {
	s := StateOf(retired)
	if setupTable.Allows(s, SetupUse) == nil {
		return nil
	}
	return refusal.With("state", s).With("allowed", setupTable.From(SetupUse))
}

// InUse refuses a retired region; code "region_state".
func (r Region) InUse() error {
	return inUse(r.RetiredAt, fault.New(fault.Conflict, "region_state", "region %s is retired; choose one that is in use", r.Code))
}

// InUse refuses a retired site; code "site_state".
func (s Site) InUse() error {
	return inUse(s.RetiredAt, fault.New(fault.Conflict, "site_state", "site %s is retired; say at which site in use it is", s.Code))
}

// InUse refuses a retired depot; code "depot_state".
func (d Depot) InUse() error {
	return inUse(d.RetiredAt, fault.New(fault.Conflict, "depot_state", "depot %s is retired; choose one that is in use", d.Code))
}

// InUse refuses somebody who has left; code "person_state".
func (p Person) InUse() error {
	return inUse(p.RetiredAt, fault.New(fault.Conflict, "person_state", "this person has left; nothing new is opened for them"))
}

// InUse refuses a technician who has left; code "technician_state".
func (t Technician) InUse() error {
	return inUse(t.RetiredAt, fault.New(fault.Conflict, "technician_state", "technician %s has left and gets no more shifts; choose another", t.Code))
}

// InUse refuses a retired skill; code "skill_state".
func (s SkillName) InUse() error {
	return inUse(s.RetiredAt, fault.New(fault.Conflict, "skill_state", "skill %s is retired; choose one that is in use", s.Code))
}

// InUse refuses a retired template; code "template_state".
func (t Template) InUse() error {
	return inUse(t.RetiredAt, fault.New(fault.Conflict, "template_state", "template %s is retired; choose one that is in use", t.Code))
}

// InUse refuses a retired option template; code "option_template_state".
func (o OptionTemplate) InUse() error {
	return inUse(o.RetiredAt, fault.New(fault.Conflict, "option_template_state", "option template %s is retired; choose one that is in use", o.Code))
}

// InUse refuses a retired calendar; code "calendar_state".
func (c Calendar) InUse() error {
	return inUse(c.RetiredAt, fault.New(fault.Conflict, "calendar_state", "calendar %s is retired; choose one that is in use", c.Code))
}

// InUse refuses a pattern that has ended; code "pattern_state".
func (p Pattern) InUse() error {
	return inUse(p.RetiredAt, fault.New(fault.Conflict, "pattern_state", "this shift pattern has ended; enter a new one"))
}

// InUse refuses service hours that are no more; code "service_state".
func (s Service) InUse() error {
	return inUse(s.RetiredAt, fault.New(fault.Conflict, "service_state", "these service hours are retired; enter new ones"))
}

// InUse refuses a retired label; code "label_state".
func (l Label) InUse() error {
	return inUse(l.RetiredAt, fault.New(fault.Conflict, "label_state", "label %s is retired; enter another", l.Code))
}

// MayOpen says whether a ticket may be opened: with a template in use, for
// somebody who has not left, at a site in use. Codes: "template_state",
// "person_state", "site_state", "site_unplaced" for a template with a visit.
func MayOpen(t Template, p Person, s Site) error {
	if err := t.InUse(); err != nil {
		return err
	}
	if err := p.InUse(); err != nil {
		return err
	}
	if err := s.InUse(); err != nil || !t.OnSite {
		return err
	}
	return s.MayBeVisited()
}

// MayBeVisited refuses a site of which nobody has said where it is; code
// "site_unplaced".
func (s Site) MayBeVisited() error {
	if !s.Unplaced {
		return nil
	}
	return fault.New(fault.Conflict, "site_unplaced", "nobody has said yet where site %s is; enter its location, then visits can be planned there", s.Code).
		With("site_id", s.ID)
}
