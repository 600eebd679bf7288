package dispatch

import (
	"time"

	"roundsman/internal/ids"
)

// Person is somebody the desk serves.
type Person struct {
	ID             ids.ID
	EmployeeNumber string
	Name           string // as written
	SpokenName     string // as said to them
	Language       string // BCP 47
	SiteID         ids.ID
	Building       string
	Floor          int
	Room           string
	Mail           *string
	// MailOnDeviceOnly: their mail is read on the work machine and nowhere else.
	MailOnDeviceOnly bool
	Mobile           *string // E.164
	DeskPhone        *string // E.164
	PhoneRaw         string  // as it was entered
	VIP              bool
	// What is to be known before anybody calls or knocks.
	NameForm         NameForm
	Accessibility    string // in their own words: "hard of hearing, please write"
	Quiet            bool   // as few calls and words as will do
	PreferredChannel string // "phone", "mail", "chat" or ""
	RetiredAt        *time.Time
	// Provisional: entered while they were on the line, to be completed or merged.
	Provisional bool
	// MergedInto is the record that this one was found to be the same person as.
	MergedInto *ids.ID
	Version    int64
}

// NameForm is how somebody wants to be called.
type NameForm string

// The forms of a name.
const (
	NameSpoken NameForm = "spoken" // by the spoken name
	NameFull   NameForm = "full"   // by the name as written
	NameFormal NameForm = "formal" // formally, by the last name
)

// CallerHit is one person found for what a caller said, best first.
type CallerHit struct {
	Person Person
	Site   Site
	// MatchedBy says which of their facts matched: "phone", "mail", "employee_number", "asset_tag", "name".
	MatchedBy string
	// Sure is false for a "maybe" match.
	Sure bool
}

// CallerQuery is what is known of a caller. At least one part is given.
type CallerQuery struct {
	Phone          string
	Mail           string
	EmployeeNumber string
	Name           string
	AssetTag       string
	Limit          int
}
