package assets

import (
	"time"

	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// State is where an item is in its life. The comment names who acts next.
type State string

// The states of an item.
const (
	InStock     State = "in_stock"    // stock keeper: reserve, load or hand out
	InTransit   State = "in_transit"  // the depot that it was sent to: receive it
	InKit       State = "in_kit"      // technician: carry, hand over
	InUse       State = "in_use"      // the person who works with it
	OnLoan      State = "on_loan"     // the person, until due
	Quarantined State = "quarantined" // stock keeper: wipe, repair or retire
	InRepair    State = "in_repair"   // the vendor; the stock keeper asks after it
	Lost        State = "lost"        // stock keeper: find it or write it off
	Retired     State = "retired"     // nobody
)

// Wipe says whether the data of whoever had an item are still on it.
type Wipe string

// An item begins clean, owes a wipe once somebody had it, and is in stock again
// only without.
const (
	Clean   Wipe = "clean"
	WipeDue Wipe = "due"
	IsWiped Wipe = "wiped"
)

// Item is one piece of hardware with a serial number.
type Item struct {
	ID        ids.ID
	ModelID   ids.ID
	Tag       string // asset tag on the case, such as "RM-10412"
	Serial    string
	State     State
	OSName    *string // nil for what has no operating system
	OSVersion *string // dotted numbers, such as "10.0.14393"
	Loaner    bool    // belongs to the loaner pool
	Wipe      Wipe
	Version   int64 // raised by every change; the ETag
}

// CustodianKind says what sort of holder answers for an item.
type CustodianKind string

// The kinds of custodian.
const (
	Person     CustodianKind = "person"
	Technician CustodianKind = "technician"
	Depot      CustodianKind = "depot"
)

// Custodian answers for an item.
type Custodian struct {
	Kind CustodianKind
	ID   ids.ID
}

// Custody is one entry of an item's chain. Until is nil for the open one.
type Custody struct {
	ID            ids.ID
	ItemID        ids.ID
	CustodianKind CustodianKind
	CustodianID   ids.ID
	Since         time.Time
	Until         *time.Time
	Reason        string  // an Act, or "stocked", "swapped_in", "swapped_out"
	VisitID       *ids.ID // the visit at which it changed hands, if any
	ActorID       *ids.ID // the account that recorded it
}

// Reservation keeps an item for a visit. One live reservation an item.
type Reservation struct {
	ID         ids.ID
	ItemID     ids.ID
	VisitID    ids.ID
	CreatedAt  time.Time
	ReleasedAt *time.Time // used or let go
}

// Swap is one act: the new item goes to the person, the old one comes back to
// the technician and into quarantine. Either both happen or neither.
type Swap struct {
	New, Old   Item
	PersonID   ids.ID
	Technician ids.ID
	VisitID    ids.ID
	ActorID    ids.ID
	At         time.Time
}

// Check says whether the swap may be done, given who holds the two items now.
// Codes: "asset_gone" when the new item is not the technician's any more or is
// not fit to hand over, "asset_not_theirs" when the old one is not the person's.
func (s Swap) Check(newHolder, oldHolder Custodian) error {
	if _, err := SwappedIn.From(s.New.State); err != nil || newHolder != (Custodian{Technician, s.Technician}) {
		return fault.New(fault.Conflict, "asset_gone", "item %s is no longer in the technician's kit; load another or offer the other option", s.New.Tag)
	}
	if _, err := SwappedOut.From(s.Old.State); err != nil || oldHolder != (Custodian{Person, s.PersonID}) {
		return fault.New(fault.Conflict, "asset_not_theirs", "item %s is not recorded with this person; record who holds it first", s.Old.Tag)
	}
	return nil
}
