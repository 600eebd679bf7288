package dispatch

import (
	"time"

	"roundsman/internal/ids"
)

// Template is a kind of ticket: what is known before anybody has typed.
type Template struct {
	ID          ids.ID
	Code        string // "virus_cleanup"
	Name        string
	Category    string
	Priority    int     // 1 is served first
	Minutes     int     // planned time on site
	Spread      float64 // standard deviation of the logarithm of the duration
	SkillCode   string
	SkillLevel  int
	KitModel    *ids.ID  // the model a visit should have aboard, if any
	Field       string   // the one key field to ask for, "" when none
	OnSite      bool     // needs a visit
	OptionCodes []string // option templates offered on site
	Symptoms    []string // words and phrases by which customers tell it
	RetiredAt   *time.Time
	Version     int64 // each version is kept
}

// TemplateVersion is a template as it was from an instant on.
type TemplateVersion struct {
	Template Template
	// ChangedAt is nil for what was there from the beginning.
	ChangedAt *time.Time
}

// TemplateUse is how many tickets were opened with one version of a template.
type TemplateUse struct {
	Version int64
	Uses    int64
}

// OptionTemplate is a kind of option to be offered on site.
type OptionTemplate struct {
	Code     string // "replace_now"
	Name     string // in the customer's words
	Minutes  int    // work that is left from the offer on
	EndState string // "working", "working_for_now"
	// Swaps hands over the carried replacement and takes the faulty device.
	Swaps bool
	// FollowUpMinutes is the length of the follow-up visit, 0 when none.
	FollowUpMinutes int
	// FollowUpDays is how many days later the follow-up is at the earliest.
	FollowUpDays int
	// FollowUpReserves keeps a replacement for the follow-up visit.
	FollowUpReserves bool
	// NewOSVersion is what the device runs afterwards, "" when unchanged.
	NewOSVersion string
	Position     int
	RetiredAt    *time.Time
	Version      int64
}
