package dispatch

import (
	"time"

	"roundsman/assets"
	"roundsman/internal/ids"
)

// Setup is a whole installation's standing data and a first load of work, to be
// stored in one go: by the demo, and by imports.
type Setup struct {
	Regions         []Region
	Sites           []Site
	Depots          []Depot
	Skills          []SkillName
	Technicians     []Technician
	Holds           []TechnicianSkill
	Shifts          []Shift // each gets its round row and its region-day row
	People          []Person
	Models          []assets.Model
	Items           []assets.Item
	Custodies       []assets.Custody // the open one of each item
	OptionTemplates []OptionTemplate
	Templates       []Template
	Tickets         []Ticket // Number 0: given when stored
	Visits          []Visit
	Teams           []Team
	Leaders         []Leader // in the order in which they are called
	Levels          []ServiceLevel
	Services        []Service // by which channels the desk is reached, and when
}

// SkillName is a skill in the words of the trade.
type SkillName struct {
	Code      string
	Name      string
	RetiredAt *time.Time
	Version   int64
}

// TechnicianSkill is one skill held.
type TechnicianSkill struct {
	TechnicianID ids.ID
	Skill
}
