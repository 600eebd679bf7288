package dispatch

import (
	"context"
	"time"

	"roundsman/internal/ids"
)

// Proposals are other windows for people whose promises are endangered.
type Proposals struct {
	RegionID  ids.ID
	Date      Date
	At        time.Time
	ExpiresAt time.Time // of the offers
	List      []Proposal
	Left      int // endangered promises of the day that were not looked at
}

// Proposal is what may be offered to one person instead of their promise. To take
// an offer is to change the promise with its outcome.
type Proposal struct {
	PromiseID ids.ID
	TicketID  ids.ID
	// Unplaced says that nobody is planned to come any more.
	Unplaced bool
	Offers   []Offer // best first
	Refused  []Refusal
}

// Endangerment finds promises that are not likely to be kept.
type Endangerment interface {
	// Endangered gives open promises of arrival of a region whose windows begin in a
	// while, that are marked as at risk or less likely kept than the floor, and whose
	// visits have not begun: the least likely first, of equals the most urgent. All is
	// how many there are.
	Endangered(ctx context.Context, region ids.ID, from, until time.Time, floor float64, limit int) (list []Promise, all int, err error)
}
