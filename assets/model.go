package assets

import (
	"time"

	"roundsman/internal/ids"
)

// Kind says what an item is for.
type Kind string

// The kinds of hardware.
const (
	Laptop  Kind = "laptop"
	Desktop Kind = "desktop"
	Phone   Kind = "phone"
	Printer Kind = "printer"
	Dock    Kind = "dock"
	Part    Kind = "part"
)

// Model is a make of hardware.
type Model struct {
	ID   ids.ID
	Code string // short and stable, such as "OPTI-3020"
	Name string
	Kind Kind
	// Class orders models by what one can do with them, 1 (least) to 5, so that
	// a replacement is never worse without being asked for.
	Class     int
	RetiredAt *time.Time
	Version   int64
}
