package dispatch

import (
	"context"

	"roundsman/assets"
	"roundsman/internal/ids"
)

// Register keeps one kind of standing data: what a company enters before its
// first day and changes seldom. K is an id, or the code of what is named by one.
// Nothing is ever deleted; what is retired stays readable.
type Register[T any, K comparable] interface {
	// Get gives one, retired or not; code "<noun>_not_found".
	Get(ctx context.Context, key K) (T, error)
	// Lock reads one for change; code "<noun>_not_found".
	Lock(ctx context.Context, key K) (T, error)
	// ByCode reads for change what people call by this code, if it is there.
	ByCode(ctx context.Context, code string) (v T, found bool, err error)
	// ByCodes reads for change those of many that are there, by code.
	ByCodes(ctx context.Context, codes []string) ([]T, error)
	// AddAll stores many new ones; code "code_taken" when one is there already.
	AddAll(ctx context.Context, list []T) error
	// List gives them by code.
	List(ctx context.Context, f StandingFilter, p Page) (list []T, next string, err error)
	// Add stores a new one; code "code_taken" when another has its code.
	Add(ctx context.Context, v T) (T, error)
	// Save writes every field and raises the version; codes "version_stale", "code_taken".
	Save(ctx context.Context, v T) (T, error)
}

// StandingFilter chooses from a register. Empty parts choose all; a part that the
// register has no field for chooses nothing away.
type StandingFilter struct {
	RegionID     *ids.ID
	SiteID       *ids.ID
	TechnicianID *ids.ID
	Retired      *bool
}

// Registers are all of them.
type Registers interface {
	RegionRegister() Register[Region, ids.ID]
	SiteRegister() Register[Site, ids.ID]
	DepotRegister() Register[Depot, ids.ID]
	PersonRegister() Register[Person, ids.ID]
	SkillRegister() Register[SkillName, string]
	CrewRegister() Register[CrewMember, ids.ID]
	ModelRegister() Register[assets.Model, ids.ID]
	TemplateRegister() Register[Template, ids.ID]
	OptionTemplateRegister() Register[OptionTemplate, string]
	CalendarRegister() Register[Calendar, string]
	PatternRegister() Register[Pattern, ids.ID]
	ServiceRegister() Register[Service, ids.ID]
	LabelRegister() Register[Label, string]

	// RaiseDaysOf locks the region-days from a date on, by date and region, and
	// raises their versions: an input of all of them has changed.
	RaiseDaysOf(ctx context.Context, region ids.ID, from Date) error
	// RaiseDaysWith does so for the days on which the technician has a shift.
	RaiseDaysWith(ctx context.Context, technician ids.ID, from Date) error
	// OpenWork lists visits that are neither over nor cancelled, the earliest
	// first, of whichever is given.
	OpenWork(ctx context.Context, of OpenWork, limit int) ([]Visit, error)
	// CountUses tells how often each version of a template was used.
	CountUses(ctx context.Context, template ids.ID) ([]TemplateUse, error)
	// KeepTemplate keeps a version of a template as it is.
	KeepTemplate(ctx context.Context, v TemplateVersion) error
	TemplateVersions(ctx context.Context, template ids.ID) ([]TemplateVersion, error)
	// Uses counts what in use refers to something: to a region, site or depot by its
	// id, to a skill, calendar or option template by its code.
	Uses(ctx context.Context, noun, key string) ([]Use, error)
}

// OpenWork says whose open visits are meant: one of the parts.
type OpenWork struct {
	SiteID       *ids.ID
	TechnicianID *ids.ID
	PersonID     *ids.ID
}

// Use says how many things of a noun still need something.
type Use struct {
	Noun  string `json:"noun"`
	Count int64  `json:"count"`
}
